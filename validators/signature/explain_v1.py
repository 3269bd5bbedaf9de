"""Explains a signature of version 1."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mockvod.validators.signature import mistakes_v1, tc3, v1
from mockvod.validators.signature.causes import UNEXPLAINED, VALID
from mockvod.validators.signature.draft_v1 import V1Draft
from mockvod.validators.signature.explanation import Explanation, Reason, compare, reasons
from mockvod.validators.signature.search import LINE_FEED, Budget, Changes, SentSignature, find, read_signature
from mockvod.validators.signature.tc3 import RequestParts


def read_params(request: RequestParts) -> Mapping[str, str]:
    """The decoded parameters of a request, from its query (GET) or its form (POST)."""
    form = request.query if request.method == "GET" else request.body.decode("utf-8", "replace")
    return dict(parse_qsl(form, keep_blank_values=True))


def explain(
    request: RequestParts, secret_key: str, params: Mapping[str, str], *, other_keys: Mapping[str, str]
) -> Explanation:
    """Explains the signature of a request that has no Authorization header; see `explain.explain_signature`."""
    method, host = request.method, request.headers.get("host", "")
    answer = Explanation("v1", False, "", "", (), "", v1.string_to_sign(method, host, params))
    signature = params.get("Signature")
    if signature is None:
        return answer.with_reasons(("signature_missing", "The request carries no signature"))
    if v1.verify(method, host, params, secret_key):
        return answer.with_reasons((VALID, ""))
    sent = read_signature(signature, (20, 32))
    if not sent.digest:
        # Does not repeat what was sent, because that may be the SecretKey itself.
        detail = f"base64 of 20 or 32 bytes, not {len(signature)} characters of something else"
        return answer.with_reasons(("signature_format", detail))

    unsigned = {name: value for name, value in params.items() if name != "Signature"}
    base = V1Draft(method, host, unsigned, v1.digest_name(params), secret_key)

    def changes(draft: V1Draft) -> Changes:
        return mistakes_v1.changes(mistakes_v1.Situation(draft, other_keys))

    budget = Budget()
    found = find(_accepted(base), changes, sent.digest, budget)
    if found is None:
        long = mistakes_v1.is_long(base)
        detail = " (values this long are not encoded again in search of the cause)" if long else ""
        return answer.with_reasons((UNEXPLAINED, budget.told() + detail), *_spelling(sent))
    differences = compare(base.lines(), found.draft.lines())
    return answer.with_reasons(*reasons(found.changes), *_spelling(sent), differences=differences)


def _accepted(base: V1Draft) -> list[V1Draft]:
    """The drafts whose signature `v1.verify` accepts, the documented one first."""
    accepted = [base]
    bare = tc3.without_port(base.host)
    if bare is not None:
        accepted.append(base.changed({"host": bare}))
    if any("_" in name for name in base.params):
        params = {name.replace("_", "."): value for name, value in base.params.items()}
        accepted += [draft.changed({"params": params}) for draft in accepted]
    return accepted


def _spelling(sent: SentSignature) -> list[Reason]:
    if sent.written == "base64":
        return []
    if sent.written == "base64 with blanks where + stood":
        return [("plus_not_escaped", "The signature arrived with blanks where + stood")]
    if sent.written == LINE_FEED:
        return [("signature_line_feed", "")]
    return [("signature_encoding", f"{sent.written}: write it in base64, percent-encoded once")]
