"""Explains a signature of version 3."""

import hashlib
from collections.abc import Collection, Mapping

from mockvod.validators.signature import candidates, mistakes_tc3, scope, tc3
from mockvod.validators.signature.causes import UNEXPLAINED, VALID
from mockvod.validators.signature.draft_tc3 import Tc3Draft
from mockvod.validators.signature.explanation import Explanation, Reason, compare, reasons
from mockvod.validators.signature.search import Budget, Changes, Found, Lines, SentSignature, find, read_signature
from mockvod.validators.signature.tc3 import Authorization, RequestParts

#: Does not repeat what was sent, because that may be the SecretKey itself.
_NOT_HEX = "64 lower-case hex digits, not {} characters of something else"


def explain(
    request: RequestParts,
    secret_key: str,
    *,
    other_keys: Mapping[str, str],
    client_canonical: str | None,
    services: Collection[str] | None,
) -> Explanation:
    """Explains the signature of a request that has an Authorization header; see `explain.explain_signature`."""
    known = scope.read(request, services)
    authorization, timestamp, problem = known.authorization, known.timestamp, known.problem
    payload = tc3.payload_hash(request)
    canonical = tc3.canonical_request(request, authorization.signed_headers, payload=payload)
    text = ""
    if timestamp is not None:
        text = tc3.string_to_sign(canonical, timestamp, authorization.date, authorization.service)
    answer = Explanation("v3", False, "", "", (), canonical, text)
    if problem is not None:
        return answer.with_reasons((problem.cause, problem.detail), differences=problem.differences)
    if timestamp is None:
        raise AssertionError("scope.read gave neither a timestamp nor a problem")
    if tc3.verify(request, authorization, secret_key, timestamp, payload=payload):
        return answer.with_reasons((VALID, ""))

    sent = read_signature(authorization.signature, (32,))
    base = _documented(request, authorization, secret_key, timestamp, payload)
    budget = Budget()
    found = _search(request, authorization, base, other_keys, sent, budget)
    differences = () if found is None else compare(base.lines(), found.draft.lines())
    foreign = client_canonical is not None and client_canonical != canonical
    if client_canonical is not None and foreign:
        differences = compare(named(canonical), named(client_canonical))
    if found is not None:
        return answer.with_reasons(*reasons(found.changes), *_spelling(sent), differences=differences)
    if foreign:
        return answer.with_reasons(("canonical_request_differs", ""), differences=differences)
    return answer.with_reasons(*_unexplained(request, authorization, sent, budget))


def named(canonical: str) -> Lines:
    """The lines of a CanonicalRequest that a client has computed, each with its name; it may have too few lines."""
    lines = canonical.split("\n")
    last = max(len(lines) - 2, 3)
    names = ["HTTP method", "CanonicalURI", "CanonicalQueryString"]
    for line in lines[3:last]:
        name = line.partition(":")[0].strip().lower()
        names.append(f"CanonicalHeaders: {name}" if name else "blank line after the headers")
    names += ["SignedHeaders", "HashedRequestPayload"]
    return list(zip(names, lines, strict=False))


def _documented(
    request: RequestParts, authorization: Authorization, key: str, timestamp: int, payload: str
) -> Tc3Draft:
    names, listed = tc3.in_order(authorization.signed_headers)
    headers = request.headers
    return Tc3Draft(
        method=request.method,
        query=request.query if request.method == "GET" else "",
        host=headers.get("host", ""),
        content_type=headers.get("content-type", ""),
        headers=headers,
        names=names,
        listed=listed,
        payload=payload,
        timestamp=str(timestamp),
        date=authorization.date,
        service=authorization.service,
        key=key,
    )


def _search(
    request: RequestParts,
    authorization: Authorization,
    base: Tc3Draft,
    other_keys: Mapping[str, str],
    sent: SentSignature,
    budget: Budget,
) -> Found[Tc3Draft] | None:
    if not sent.digest:
        return None
    signs_body = request.method != "GET" and request.headers.get("x-tc-content-sha256") != tc3.UNSIGNED_PAYLOAD
    body_hash = base.payload if signs_body else hashlib.sha256(request.body).hexdigest()

    def changes(draft: Tc3Draft) -> Changes:
        situation = mistakes_tc3.Situation(
            request, authorization.secret_id, authorization.signed_headers, draft, other_keys, body_hash
        )
        return mistakes_tc3.changes(situation)

    bare = tc3.without_port(base.host)
    bases = [base] if bare is None else [base, base.changed({"host": bare})]
    return find(bases, changes, sent.digest, budget)


def _spelling(sent: SentSignature) -> list[Reason]:
    if sent.written in ("hex", ""):
        return []
    return [("signature_encoding", f"{sent.written}: write it in lower-case hex")]


def _unexplained(
    request: RequestParts, authorization: Authorization, sent: SentSignature, budget: Budget
) -> list[Reason]:
    if not sent.digest:
        return [("signature_format", _NOT_HEX.format(len(authorization.signature)))]
    absent = [name for name in tc3.in_order(authorization.signed_headers)[0] if name not in request.headers]
    if absent:
        return [("signed_header_missing", ", ".join(absent))]
    detail = budget.told()
    if request.method != "GET":
        left_out = candidates.why_not_serialised(request.body)
    else:
        left_out = "a query this long is not encoded again" if candidates.is_long(request.query) else ""
    if left_out:
        detail += f" ({left_out} in search of the cause)"
    return [(UNEXPLAINED, detail), *_spelling(sent)]
