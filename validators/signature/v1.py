"""HmacSHA1 and HmacSHA256, the signature of version 1: sign and verify.

    StringToSign = method + host + "/?" + "&".join(name=value, in ASCII order of the names, values not encoded)
    Signature    = base64(HMAC(SecretKey, StringToSign)), to be percent-encoded for transport like any other value

Rules (source: "Signature" page of the API documentation and its vectors, unless another source is named):

1. `Signature` itself is not signed; every other parameter is, `Token` and `SignatureMethod` included.
2. `SignatureMethod` of exactly HmacSHA256 selects SHA-256; any other value, or none, SHA-1.
3. ASCII order is byte order: InstanceIds.12 stands before InstanceIds.2.
4. The Python and Java SDKs replace `_` in names by `.` while they sign, not while they send (recorded); both are taken.
5. The host counts as received, with or without its port (that the port may be missing is assumed, as for version 3).
"""

import base64
import hmac
from collections.abc import Mapping

from mockvod.validators.signature.tc3 import Signed, encoded, without_port

_DIGESTS = {"HmacSHA256": "sha256"}


def string_to_sign(method: str, host: str, params: Mapping[str, str]) -> str:
    """Write the StringToSign of decoded parameters; `Signature` is left out if it is there."""
    pairs = "&".join([f"{name}={params[name]}" for name in sorted(params) if name != "Signature"])
    return f"{method}{host}/?{pairs}"


def sign(method: str, host: str, params: Mapping[str, str], secret_key: str) -> Signed:
    """Sign decoded parameters by the algorithm that their SignatureMethod names; the signature is base64, not escaped."""
    text = string_to_sign(method, host, params)
    digest = hmac.digest(encoded(secret_key), encoded(text), digest_name(params))
    return Signed(
        canonical_request="", string_to_sign=text, signature=base64.b64encode(digest).decode(), authorization=""
    )


def verify(method: str, host: str, params: Mapping[str, str], secret_key: str) -> bool:
    """Say whether `params["Signature"]` was made from the other parameters with this key; compares in constant time."""
    sent = encoded(params.get("Signature", ""))
    bare = without_port(host)
    hosts = (host,) if bare is None else (host, bare)
    forms = [params]
    if any("_" in name for name in params):
        forms.append({name.replace("_", "."): value for name, value in params.items()})
    return any(
        hmac.compare_digest(sign(method, each, form, secret_key).signature.encode(), sent)
        for form in forms
        for each in hosts
    )


def digest_name(params: Mapping[str, str]) -> str:
    """Give the hash that SignatureMethod selects, as hashlib names it."""
    return _DIGESTS.get(params.get("SignatureMethod", ""), "sha1")
