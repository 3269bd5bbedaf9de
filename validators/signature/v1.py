"""HmacSHA1 and HmacSHA256, the signature of version 1: signs and verifies.

    StringToSign = method + host + "/?" + "&".join(name=value, in ASCII order of the names, values not encoded)
    Signature    = base64(HMAC(SecretKey, StringToSign)), to be percent-encoded for transport like any other value

Rules (source: the page "Signature" of the API documentation with its test vectors, where no other is named):

1. `Signature` itself is not signed; every other parameter is, `Token` and `SignatureMethod` included.
2. The value HmacSHA256 of `SignatureMethod` selects SHA-256; any other value, and none, SHA-1.
3. ASCII order is byte order: InstanceIds.12 stands before InstanceIds.2.
4. The Python and Java SDKs (3.1.193, 3.1.16) replace `_` by `.` in the names that they sign, but not in those that they
   send (recorded). Both forms are accepted.
5. The host counts as received, with or without its port (that the port may be missing is assumed, as for version 3).
"""

import base64
import hmac
from collections.abc import Mapping

from mockvod.validators.signature.tc3 import Signed, encoded, without_port

_DIGESTS = {"HmacSHA256": "sha256"}


def string_to_sign(method: str, host: str, params: Mapping[str, str]) -> str:
    """The StringToSign of decoded parameters, among which `Signature` is left out."""
    pairs = "&".join([f"{name}={params[name]}" for name in sorted(params) if name != "Signature"])
    return f"{method}{host}/?{pairs}"


def sign(method: str, host: str, params: Mapping[str, str], secret_key: str) -> Signed:
    """Signs decoded parameters with the hash that their SignatureMethod selects.

    Returns:
        The StringToSign and the signature in base64, which is yet to be percent-encoded.
    """
    text = string_to_sign(method, host, params)
    digest = hmac.digest(encoded(secret_key), encoded(text), digest_name(params))
    return Signed(
        canonical_request="", string_to_sign=text, signature=base64.b64encode(digest).decode(), authorization=""
    )


def verify(method: str, host: str, params: Mapping[str, str], secret_key: str) -> bool:
    """Whether `params["Signature"]` was made from the other parameters with this key; compared in constant time."""
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
    """The hash that SignatureMethod selects, by its name in hashlib."""
    return _DIGESTS.get(params.get("SignatureMethod", ""), "sha1")
