"""`mockvod sign`: it prints the golden signatures, and says of every slip what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from mockvod.cli.sign import sign
from mockvod.validators.signature import parse_authorization

SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": SECRET_ID, "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
NOW = 1_735_689_600

GOLDEN = json.loads((files("mockvod.fixtures") / "golden" / "signatures.json").read_text(encoding="utf-8"))["cases"]


def run(*arguments: str, env: Mapping[str, str | None] = ENVIRONMENT, body: bytes = b"") -> Result:
    clean = {"TENCENTCLOUD_SECRET_ID": None, "TENCENTCLOUD_SECRET_KEY": None}
    return CliRunner().invoke(sign, arguments, env={**clean, **env}, input=body)


def printed(*arguments: str, **options: Any) -> dict[str, str]:
    result = run(*arguments, **options)
    assert result.exit_code == 0, result.output
    shown: dict[str, str] = json.loads(result.stdout)
    return shown


def cases(kind: str) -> Any:
    wanted = [case for case in GOLDEN if case["kind"] == kind and case["expected"]["documented"]]
    # Every --header is signed, so the command cannot send one that is not.
    wanted = [c for c in wanted if kind == "v1" or set(c["inputs"]["headers"]) == set(c["inputs"]["signed_headers"])]
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in wanted])


@cases("v3")
def test_golden_v3(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    headers = inputs["headers"]
    options = [f"--header={name}:{value}" for name, value in headers.items() if name != "host"]
    options += [f"--{name}={inputs[name]}" for name in ("method", "query", "service", "timestamp")]
    options += [
        f"--host={headers['host']}",
        f"--secret-id={inputs['secret_id']}",
        f"--secret-key={inputs['secret_key']}",
    ]
    if inputs["method"] == "POST":
        options.append("--body-file=-")
    shown = printed(*options, env={}, body=inputs["body"].encode())
    names = ("canonical_request", "string_to_sign", "signature", "authorization")
    assert shown == {"version": "v3", **{name: expected[name] for name in names}}


@cases("v1")
def test_golden_v1(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    options = [f"--param={name}={value}" for name, value in inputs["params"].items()]
    options += ["--version=v1", f"--method={inputs['method']}", f"--host={inputs['host']}"]
    options += [f"--secret-id={inputs['params']['SecretId']}", f"--secret-key={inputs['secret_key']}"]
    assert printed(*options, env={}) == {
        "version": "v1",
        "string_to_sign": expected["string_to_sign"],
        "signature": expected["signature"],
        "url_encoded_signature": quote(expected["signature"], safe=""),
    }


def test_defaults_sign_an_empty_post_to_vod_now() -> None:
    before = int(time.time())
    shown = printed()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    host = "vod.intl.tencentcloudapi.com"
    assert shown["canonical_request"] == (
        f"POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{empty}"
    )
    assert parse_authorization(shown["authorization"]).secret_id == SECRET_ID
    assert before <= int(shown["string_to_sign"].split("\n")[1]) <= time.time()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        pytest.param(["--method=GET"], "content-type:application/x-www-form-urlencoded", id="get"),
        pytest.param(["--header=Content-Type: Text/Plain "], "content-type:text/plain", id="content-type-given"),
        pytest.param(["--header=X-TC-Action:A"], "content-type;host;x-tc-action", id="header-is-signed"),
    ],
)
def test_headers_of_the_canonical_request(arguments: list[str], line: str) -> None:
    assert line in printed(*arguments)["canonical_request"].split("\n")


def test_the_body_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"{}")
    shown = printed(f"--body-file={tmp_path / 'body'}")
    assert shown["canonical_request"].endswith("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")


def test_v1_adds_what_every_request_needs() -> None:
    shown = printed("--version=v1", f"--timestamp={NOW}", "--signature-method=HmacSHA256", "--param=Action=A")
    head, _, pairs = shown["string_to_sign"].partition("?")
    params = dict(pair.split("=") for pair in pairs.split("&"))
    assert 0 < int(params.pop("Nonce")) < 2**31
    assert (head, params) == (
        "POSTvod.intl.tencentcloudapi.com/",
        {"Action": "A", "SecretId": SECRET_ID, "SignatureMethod": "HmacSHA256", "Timestamp": str(NOW)},
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--header=x"], "'--header': 'x' is not NAME:VALUE", id="header-without-colon"),
        pytest.param(["--header=a b:x"], "'--header': 'a b:x' is not NAME:VALUE", id="header-name-with-blank"),
        pytest.param(["--header=Host:x"], "'--header': 'Host:x': give the host by --host", id="host-header"),
        pytest.param(
            ["--header=a:1", "--header=A:2"], "'A' is given twice; a header is signed once", id="header-twice"
        ),
        pytest.param(["--query=?a=1"], "'?a=1' begins with a question mark; leave it out", id="question-mark"),
        pytest.param(["--service=a/b"], "'--service': 'a/b' cannot stand in Credential", id="service"),
        pytest.param(["--secret-id="], "'' cannot stand in Credential: give a text", id="empty-secret-id"),
        pytest.param(["--secret-key="], "give --secret-key or set TENCENTCLOUD_SECRET_KEY", id="empty-secret-key"),
        pytest.param(["--timestamp=-1"], "-1 is no UNIX time in seconds", id="negative-time"),
        pytest.param(
            ["--timestamp=1735689600000"], "no UNIX time in seconds; divide milliseconds by 1000", id="milliseconds"
        ),
        pytest.param(["--timestamp=now"], "'--timestamp': 'now' is not a valid integer", id="time-as-text"),
        pytest.param(["--body-file=/no/such/file"], "/no/such/file cannot be read: No such file", id="no-such-file"),
        pytest.param(["--body-file="], "the name of the file is empty", id="body-file-empty"),
        pytest.param(["--body-file=/"], "/ cannot be read: Is a directory", id="body-file-folder"),
        pytest.param(["--method=GET", "--body-file=-"], "--body-file is for POST", id="body-of-a-get"),
        pytest.param(["--secret-id=é"], "'é' cannot stand in Credential", id="secret-id-not-ascii"),
        pytest.param(["--host="], "'' is no Host header, such as 127.0.0.1:4577", id="host-empty"),
        pytest.param(["--host=http://a"], "'http://a' is no Host header", id="host-url"),
        pytest.param(["--host=a b"], "'a b' is no Host header", id="host-blank"),
        pytest.param(["--query=a=b c"], "'a=b c' is not what is sent: percent-encode it first", id="query-blank"),
        pytest.param(["--header=a:b\nc"], "holds what no header can carry", id="header-line-feed"),
        pytest.param(["--method=PUT"], "'PUT' is not one of 'POST', 'GET'", id="method"),
        pytest.param(["--param=a=b"], "--param is for v1: leave it out or give --version v1", id="param-with-v3"),
        pytest.param(
            ["--version=v1", "--header=a:b"],
            "--header is for v3: leave it out or give --version v3",
            id="header-with-v1",
        ),
        pytest.param(["--version=v1", "--param=a"], "'--param': 'a' is not NAME=VALUE", id="param-without-value"),
        pytest.param(["--version=v1", "--param=a=1", "--param=a=2"], "'a' is given twice", id="param-twice"),
        pytest.param(["--version=v1", "--param=Signature=x"], "Signature is what is computed here", id="signature"),
        pytest.param(
            ["--version=v1", "--param=Timestamp=1", "--timestamp=2"],
            "--param Timestamp=1 and --timestamp 2 differ: give one of them",
            id="two-times",
        ),
        pytest.param(
            ["--version=v1", "--param=SecretId=A"],
            f"--param SecretId=A and --secret-id {SECRET_ID} differ: give one of them",
            id="two-secret-ids",
        ),
    ],
)
def test_a_slip_says_what_to_do(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("TENCENTCLOUD_SECRET_ID", "no SecretId: give --secret-id or set TENCENTCLOUD_SECRET_ID"),
        ("TENCENTCLOUD_SECRET_KEY", "no SecretKey: give --secret-key or set TENCENTCLOUD_SECRET_KEY"),
    ],
)
def test_secrets_are_wanted(missing: str, message: str) -> None:
    result = run(env={**ENVIRONMENT, missing: None})
    assert result.exit_code == 2
    assert message in result.output


def test_no_key_is_shown() -> None:
    assert SECRET_KEY not in run().output + run("--help").output + run("--header=x").output
