"""`mockvod sign`: the signature of a request and the texts that it is made from, to compare with a client's."""

import random
import re
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import click
from click.core import ParameterSource

from mockvod.cli.files import FilePath, read_bytes
from mockvod.cli.options import Command
from mockvod.cli.streams import print_json
from mockvod.http import HttpRequest
from mockvod.validators.signature import Signed, tc3, v1

_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z; a larger number must be milliseconds
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_CONTENT_TYPES = {"GET": "application/x-www-form-urlencoded", "POST": "application/json"}


def _header_pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for value in values:
        name, mark, content = value.partition(":")
        if not mark or not _TOKEN.fullmatch(name):
            raise click.BadParameter(f"{value!r} is not NAME:VALUE", context, option)
        if name.lower() == "host":
            raise click.BadParameter(f"{value!r}: give the host by --host", context, option)
        if name.lower() in headers:
            raise click.BadParameter(f"{name!r} is given twice; a header is signed once", context, option)
        if not content.isprintable():
            raise click.BadParameter(f"{value!r} holds what no header can carry", context, option)
        headers[name.lower()] = content.strip()
    return headers


def _param_pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    params: dict[str, str] = {}
    for value in values:
        name, mark, content = value.partition("=")
        if not mark or not name:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, option)
        if name in params:
            raise click.BadParameter(f"{name!r} is given twice; a parameter is sent once", context, option)
        if name == "Signature":
            raise click.BadParameter(f"{value!r}: Signature is what is computed here; leave it out", context, option)
        params[name] = content
    return params


def _seconds(context: click.Context, option: click.Parameter, value: int | None) -> int:
    if value is None:
        return int(time.time())
    if not 0 <= value <= _LAST_SECOND:
        raise click.BadParameter(f"{value} is no UNIX time in seconds; divide milliseconds by 1000", context, option)
    return value


def _credential_part(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and (not value or not all("!" <= letter <= "~" and letter not in "/,;" for letter in value)):
        raise click.BadParameter(
            f"{value!r} cannot stand in Credential: give a text without / , ; or blank", context, option
        )
    return value


def _raw_query(context: click.Context, option: click.Parameter, value: str) -> str:
    if value.startswith("?"):
        raise click.BadParameter(f"{value!r} begins with a question mark; leave it out", context, option)
    if not all("!" <= char <= "~" and char != "#" for char in value):
        raise click.BadParameter(f"{value!r} is not what is sent: percent-encode it first", context, option)
    return value


def _host(context: click.Context, option: click.Parameter, value: str) -> str:
    if not value or not all("!" <= char <= "~" and char not in "/?#@\\" for char in value):
        raise click.BadParameter(f"{value!r} is no Host header, such as 127.0.0.1:4577", context, option)
    return value


@click.command(cls=Command)
@click.option(
    "--version",
    type=click.Choice(["v3", "v1"]),
    default="v3",
    envvar="MOCKVOD_SIGN_VERSION",
    help="TC3-HMAC-SHA256, or HmacSHA1/256.",
)
@click.option("--method", type=click.Choice(["POST", "GET"]), default="POST", help="How the request is sent.")
@click.option(
    "--host",
    default="vod.intl.tencentcloudapi.com",
    callback=_host,
    envvar="MOCKVOD_SIGN_HOST",
    help="The Host header, port included.",
)
@click.option("--service", default="vod", callback=_credential_part, help="v3: the service in Credential.")
@click.option("--timestamp", type=int, callback=_seconds, help="UNIX seconds; now if not given.")
@click.option("--header", "headers", multiple=True, callback=_header_pairs, help="v3: NAME:VALUE, signed. Repeatable.")
@click.option("--query", default="", callback=_raw_query, help="v3: the query as sent, without its question mark.")
@click.option("--body-file", type=FilePath(allow_dash=True), help="v3: the body as sent; - reads standard input.")
@click.option("--param", "params", multiple=True, callback=_param_pairs, help="v1: NAME=VALUE, plain. Repeatable.")
@click.option("--signature-method", type=click.Choice(["HmacSHA1", "HmacSHA256"]), help="v1: sent and signed if given.")
@click.option(
    "--secret-id", callback=_credential_part, envvar="TENCENTCLOUD_SECRET_ID", help="Of the key to sign with."
)
@click.option("--secret-key", envvar="TENCENTCLOUD_SECRET_KEY", help="Of the key to sign with.")
@click.pass_context
def sign(
    context: click.Context,
    version: str,
    method: str,
    host: str,
    service: str,
    timestamp: int,
    headers: dict[str, str],
    query: str,
    body_file: Path | None,
    params: dict[str, str],
    signature_method: str | None,
    secret_id: str | None,
    secret_key: str | None,
) -> None:
    """Print the signature of a request as JSON, with the texts that it is made from."""
    if not secret_id:
        raise click.UsageError("no SecretId: give --secret-id or set TENCENTCLOUD_SECRET_ID")
    if not secret_key:
        raise click.UsageError("no SecretKey: give --secret-key or set TENCENTCLOUD_SECRET_KEY")
    if version == "v3":
        _refuse(version, {"--param": params, "--signature-method": signature_method})
        if method == "GET" and body_file is not None:
            raise click.UsageError("--body-file is for POST: a GET sends its parameters in --query")
        headers = {"content-type": _CONTENT_TYPES[method], "host": host, **headers}
        signed = tc3.sign(
            HttpRequest(method, query, headers, b"" if body_file is None else read_bytes(body_file)),
            secret_id=secret_id,
            secret_key=secret_key,
            service=service,
            timestamp=timestamp,
            signed_headers=headers,
        )
        _print({"version": version, "canonical_request": signed.canonical_request}, signed)
        return
    _refuse(version, {"--header": headers, "--query": query, "--body-file": body_file})
    _add(params, "SecretId", secret_id, "--secret-id")
    if context.get_parameter_source("timestamp") is not ParameterSource.DEFAULT or "Timestamp" not in params:
        _add(params, "Timestamp", str(timestamp), "--timestamp")
    if signature_method is not None:
        _add(params, "SignatureMethod", signature_method, "--signature-method")
    params.setdefault("Nonce", str(random.randrange(1, 2**31)))
    _print({"version": version}, v1.sign(method, host, params, secret_key))


def _refuse(version: str, options: Mapping[str, object]) -> None:
    other = "v1" if version == "v3" else "v3"
    for option, value in options.items():
        if value:
            raise click.UsageError(f"{option} is for {other}: leave it out or give --version {other}")


def _add(params: dict[str, str], name: str, value: str, option: str) -> None:
    if params.setdefault(name, value) != value:
        raise click.UsageError(f"--param {name}={params[name]} and {option} {value} differ: give one of them")


def _print(head: Mapping[str, str], signed: Signed) -> None:
    shown = {**head, "string_to_sign": signed.string_to_sign, "signature": signed.signature}
    if signed.authorization:
        shown["authorization"] = signed.authorization
    else:
        shown["url_encoded_signature"] = quote(signed.signature, safe="")
    print_json(shown)
