"""Calls signed with HmacSHA1 or HmacSHA256: rightly, or with the choices of a draft."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.signature import v1
from mockvod.validators.signature.draft_v1 import V1Draft
from mockvod.validators.strategies.calls.http_calls import (
    ENCODINGS,
    FORM,
    GET_LIMIT,
    LANGUAGES,
    REGIONS,
    V1_POST_LIMIT,
    Caller,
    SignedHttpRequest,
    common,
    encoded,
    fields_in_order,
    flattened,
    shortened,
)


@dataclass(frozen=True, slots=True)
class V1Call:
    """A call before it is signed: all of its fields are to be."""

    caller: Caller
    method: str
    #: Decoded, in the order in which they are sent.
    fields: Mapping[str, str]
    encode: Callable[[str], str] = field(repr=False)

    def with_fields(self, **changes: str) -> V1Call:
        return replace(self, fields={**self.fields, **changes})

    def signed(self) -> SignedHttpRequest:
        """The request with the signature that the documentation prescribes."""
        signed = v1.sign(self.method, self.caller.host, self.fields, self.caller.secret_key)
        return self.sent(Signature=signed.signature)

    def signed_as(self, **choices: Any) -> SignedHttpRequest:
        """The request with the signature that other choices than the documented ones give: see V1Draft."""
        draft = V1Draft(self.method, self.caller.host, self.fields, v1.digest_name(self.fields), self.caller.secret_key)
        return self.sent(Signature=base64.b64encode(replace(draft, **choices).digest()).decode())

    def sent(self, **more: str) -> SignedHttpRequest:
        """The request with these fields, too, wherever its method has them."""
        headers, text = {"host": self.caller.host}, encoded({**self.fields, **more}, self.encode)
        if self.method == "GET":
            return SignedHttpRequest("GET", text, headers, b"")
        return SignedHttpRequest("POST", "", {**headers, "content-type": FORM}, text.encode())


@st.composite
def v1_calls(draw: st.DrawFn, caller: Caller, action: str, params: Mapping[str, Any]) -> V1Call:
    """Calls of an action; what is too long for a GET goes by POST, and what is too long for that is cut."""
    fields = {
        **common(action),
        "Timestamp": str(caller.timestamp),
        "Nonce": str(draw(st.integers(1, 2**31 - 1))),
        "SecretId": caller.secret_id,
        **draw(st.fixed_dictionaries({}, optional=_OPTIONAL)),
        **({"Token": caller.token} if caller.token else {}),
        **flattened(action, params),
    }
    call = V1Call(caller, "GET", draw(fields_in_order(fields)), draw(st.sampled_from(ENCODINGS)))
    by_post, size = draw(st.booleans()), len(call.sent().query) + _FOR_SIGNATURE
    if size > V1_POST_LIMIT:
        call = replace(call, fields=shortened(call.fields))
    return replace(call, method="POST") if by_post or size > GET_LIMIT else call


#: Characters, of what is not there yet.
_FOR_SIGNATURE = 200


_OPTIONAL: Mapping[str, st.SearchStrategy[str]] = {
    "SignatureMethod": st.sampled_from(["HmacSHA256", "HmacSHA1"]),
    "Region": st.sampled_from(REGIONS),
    "Language": st.sampled_from(LANGUAGES),
    "RequestClient": st.just("SDK_PYTHON_3.1.193"),
}
