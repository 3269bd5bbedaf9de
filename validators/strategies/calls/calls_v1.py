"""Calls to be signed with HmacSHA1 or HmacSHA256, as documented or with other choices."""

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
    """A call before it is signed. All of its fields will be signed."""

    caller: Caller
    method: str
    #: The parameters, decoded, in the order in which they are sent.
    fields: Mapping[str, str]
    #: Percent-encodes a name or a value.
    encode: Callable[[str], str] = field(repr=False)

    def with_fields(self, **changes: str) -> V1Call:
        """The call with these fields added, or in place of those of the same name."""
        return replace(self, fields={**self.fields, **changes})

    def signed(self) -> SignedHttpRequest:
        """The request with the signature that the documentation prescribes."""
        signed = v1.sign(self.method, self.caller.host, self.fields, self.caller.secret_key)
        return self.sent(Signature=signed.signature)

    def signed_as(self, **choices: Any) -> SignedHttpRequest:
        """The request with the signature that results from other choices, which are fields of V1Draft."""
        draft = V1Draft(self.method, self.caller.host, self.fields, v1.digest_name(self.fields), self.caller.secret_key)
        return self.sent(Signature=base64.b64encode(replace(draft, **choices).digest()).decode())

    def sent(self, **more: str) -> SignedHttpRequest:
        """The request with further fields, such as the signature, in its query or its form."""
        headers, text = {"host": self.caller.host}, encoded({**self.fields, **more}, self.encode)
        if self.method == "GET":
            return SignedHttpRequest("GET", text, headers, b"")
        return SignedHttpRequest("POST", "", {**headers, "content-type": FORM}, text.encode())


@st.composite
def v1_calls(draw: st.DrawFn, caller: Caller, action: str, params: Mapping[str, Any]) -> V1Call:
    """Generates calls of an action. A query that is too long for GET is sent by POST; texts too long for that are cut.

    Examples from this strategy shrink towards a GET without optional parameters.
    """
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


#: How many characters the signature will add to the query.
_FOR_SIGNATURE = 200


_OPTIONAL: Mapping[str, st.SearchStrategy[str]] = {
    "SignatureMethod": st.sampled_from(["HmacSHA256", "HmacSHA1"]),
    "Region": st.sampled_from(REGIONS),
    "Language": st.sampled_from(LANGUAGES),
    "RequestClient": st.just("SDK_PYTHON_3.1.193"),
}
