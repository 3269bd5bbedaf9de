"""Calls to be signed with TC3-HMAC-SHA256, as documented or with other choices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.signature import tc3
from mockvod.validators.signature.candidates import SERIALISERS
from mockvod.validators.signature.draft_tc3 import Tc3Draft
from mockvod.validators.strategies.calls.http_calls import (
    ENCODINGS,
    FORM,
    GET_LIMIT,
    LANGUAGES,
    REGIONS,
    Caller,
    SignedHttpRequest,
    common,
    encoded,
    fields_in_order,
    flattened,
    shortened,
)

SERVICE = "vod"
#: The media types of a GET and of a POST. They may have a charset (documented); values are signed in lower case.
_FORM = (FORM, f"{FORM}; charset=utf-8")
_JSON = ("application/json", "application/json; charset=utf-8", "application/json; charset=UTF-8")
#: Serialisers that write JSON as Python, Go, PHP and others do: escaped to ASCII or not, with blanks or without. `str`,
#: which is among the candidates for mistakes, does not write JSON.
_WRITERS = tuple(write for write in SERIALISERS.values() if write is not str)


@dataclass(frozen=True, slots=True)
class V3Call:
    """A call before it is signed. Of the headers of `request`, those of `names` will be signed."""

    caller: Caller
    request: SignedHttpRequest
    names: tuple[str, ...]

    @property
    def date(self) -> str:
        """The UTC date of the call, YYYY-MM-DD."""
        return tc3.utc_date(self.caller.timestamp)

    def with_headers(self, changes: Mapping[str, str], *, signed: bool = False) -> V3Call:
        """The call with these headers added or replaced; `signed` says whether they will be signed."""
        names = tuple(dict.fromkeys((*self.names, *changes))) if signed else self.names
        headers = {**self.request.headers, **changes}
        return replace(self, request=replace(self.request, headers=headers), names=names)

    def at(self, timestamp: int) -> V3Call:
        """The call at another time, in UNIX seconds."""
        moved = replace(self, caller=replace(self.caller, timestamp=timestamp))
        return moved.with_headers({"x-tc-timestamp": str(timestamp)})

    def signed(self, service: str = SERVICE) -> SignedHttpRequest:
        """The request with the signature that the documentation prescribes."""
        caller = self.caller
        signed = tc3.sign(
            self.request,
            secret_id=caller.secret_id,
            secret_key=caller.secret_key,
            service=service,
            timestamp=caller.timestamp,
            signed_headers=self.names,
        )
        return authorized(self.request, signed.authorization)

    def signed_as(self, **choices: Any) -> SignedHttpRequest:
        """The request with the signature that results from other choices, which are fields of Tc3Draft."""
        draft = replace(self._draft(), **choices)
        scope = f"{self.caller.secret_id}/{draft.date}/{draft.service}/{draft.terminator}"
        parts = f"Credential={scope}, SignedHeaders={draft.listed}, Signature={draft.digest().hex()}"
        return authorized(self.request, f"{tc3.ALGORITHM} {parts}")

    def _draft(self) -> Tc3Draft:
        request, caller = self.request, self.caller
        names, listed = tc3.in_order(self.names)
        query, payload = (request.query, b"") if request.method == "GET" else ("", request.body)
        if request.headers.get("x-tc-content-sha256") == tc3.UNSIGNED_PAYLOAD:
            payload = tc3.UNSIGNED_PAYLOAD.encode()
        return Tc3Draft(
            method=request.method,
            query=query,
            host=request.headers["host"],
            content_type=request.headers["content-type"],
            headers=request.headers,
            names=names,
            listed=listed,
            payload=hashlib.sha256(payload).hexdigest(),
            timestamp=str(caller.timestamp),
            date=self.date,
            service=SERVICE,
            key=caller.secret_key,
        )


def authorized(request: SignedHttpRequest, authorization: str) -> SignedHttpRequest:
    """The request with that Authorization header."""
    return replace(request, headers={**request.headers, "authorization": authorization})


@st.composite
def v3_calls(
    draw: st.DrawFn,
    caller: Caller,
    action: str,
    params: Mapping[str, Any],
    *,
    method: str | None = None,
    covered: bool = False,
) -> V3Call:
    """Generates calls of an action.

    Examples from this strategy shrink towards a POST without optional headers.

    Args:
        caller: Who signs, when, and for which host.
        action: The name of the action.
        params: Its parameters.
        method: "GET" or "POST"; by default either.
        covered: Whether the payload has to be signed.
    """
    if (method or draw(st.sampled_from(["POST", "GET"]))) == "GET":
        method, kind, body = "GET", draw(st.sampled_from(_FORM)), b""
        fields, encode = draw(fields_in_order(flattened(action, params))), draw(st.sampled_from(ENCODINGS))
        query = encoded(fields, encode)
        if len(query) > GET_LIMIT:
            query = encoded(shortened(fields), encode)
    else:
        method = "POST"
        kind = draw(st.sampled_from(_JSON))
        body = tc3.encoded(draw(st.sampled_from(_WRITERS))(params))
        query = draw(st.sampled_from(["", "trace=1"]))  # documented: the query of a POST is not signed
    headers = {"content-type": kind, "host": caller.host}
    headers |= {f"x-tc-{name.lower()}": value for name, value in common(action).items()}
    headers["x-tc-timestamp"] = str(caller.timestamp)
    if caller.token:
        headers["x-tc-token"] = caller.token
    headers |= draw(st.fixed_dictionaries({}, optional=_OPTIONAL))
    payload = "" if covered else draw(st.sampled_from(["", tc3.UNSIGNED_PAYLOAD, "hash"]))
    if payload:
        headers["x-tc-content-sha256"] = hashlib.sha256(body).hexdigest() if payload == "hash" else payload
    rest = [name for name in headers if name not in tc3.REQUIRED_HEADERS]
    more = draw(st.lists(st.sampled_from(rest), max_size=len(rest), unique=True))
    return V3Call(caller, SignedHttpRequest(method, query, headers, body), (*tc3.REQUIRED_HEADERS, *more))


_OPTIONAL: Mapping[str, st.SearchStrategy[str]] = {
    "x-tc-region": st.sampled_from(REGIONS),
    "x-tc-language": st.sampled_from(LANGUAGES),
    "x-tc-requestclient": st.just("SDK_PYTHON_3.1.193"),
}
