"""Checks answers: those of a real service leniently, mockvod's own strictly.

`validate_response` is for what a service, a recording or another mock has sent. Real answers have members that are not
published, null for what does not apply, and lack members that are published as always present (25 of the 319 examples
in tccli-intl-en 3.1.193.1 do), so these are warnings at most. What breaks a client is an error: a wrong type, a missing
RequestId, an error without code or text.

`response_matches` is for answers that mockvod has made: no unknown member, no value of another type.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.compile import locate
from mockvod.validators.findings import Finding, dotted, in_order, limited, shortened, shown
from mockvod.validators.json_values import is_dict, is_object
from mockvod.validators.replies import error_codes
from mockvod.validators.walk import Violation, walk

_SHAPE = "documented, API 3.0 response structure"
_SPEC = "documented, published types"


def validate_response(action: str, body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything about an answer that its contract does not promise.

    Args:
        action: The name of the action that was called.
        body: The answer, with or without its `Response` envelope.

    Returns:
        The findings, errors before warnings, each with an empty code; empty when nothing is wrong. Of more than
        `findings.MAX_FINDINGS`, the last one says how many more there are.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        TypeError: The body is not a mapping.
    """
    contract = catalog().require(action)
    if not is_object(body):
        raise TypeError(f"body is {shown(body)}, not a mapping")
    answer = body["Response"] if "Response" in body and "Response" not in contract.response.by_name else body
    if not is_dict(answer):
        return (_finding("Response", "shape", f"Response is {shown(answer)}, not an object", _SHAPE),)
    findings = _request_id(answer)
    if "Error" in answer and "Error" not in contract.response.by_name:
        return limited(in_order([*findings, *_error(contract, answer)]))
    broken, passed_over = walk(contract.response_audit_schema, answer)
    found = (_KEYWORDS[each.keyword](contract, each) for each in broken)
    return limited(in_order([*findings, *(each for each in found if each is not None)]), passed_over)


def response_matches(contract: Contract, answer: dict[str, Any]) -> bool:
    """Whether an answer that mockvod has made, without its envelope, keeps the contract.

    RequestId may be absent, because the gateway adds it. Unknown members are refused, and so is null for a member that
    is required at the top of the answer.
    """
    return contract.accepts_response(answer)


def _request_id(answer: Mapping[str, Any]) -> list[Finding]:
    value = answer.get("RequestId")
    if isinstance(value, str) and value:
        return []
    message = f"RequestId is {shown(value) if 'RequestId' in answer else 'missing'}; send text, as a rule a UUID"
    return [_finding("RequestId", "required", message, "documented, and the Python SDK fails without it")]


def _error(contract: Contract, answer: Mapping[str, Any]) -> list[Finding]:
    error = answer["Error"]
    if not is_dict(error):
        return [_finding("Error", "shape", f"Error is {shown(error)}, not an object", _SHAPE)]
    findings = [
        _finding(f"Error.{name}", "required", f"Error.{name} is {shown(error.get(name))}; send text", _SHAPE)
        for name in ("Code", "Message")
        if not isinstance(error.get(name), str) or not (error[name] or name == "Message")
    ]
    surplus = [f"Error.{name}" for name in error if name not in ("Code", "Message")]
    surplus += [str(name) for name in answer if name not in ("Error", "RequestId")]
    findings += [
        _finding(name, "unknown", f"{name}: an error answer holds Error and RequestId only", _SHAPE, "warning")
        for name in surplus
    ]
    code = error.get("Code")
    if isinstance(code, str) and code and code not in error_codes():
        message = f"Error.Code {shown(code)} is in no list of common or VOD codes; {contract.action} may send others"
        findings.append(_finding("Error.Code", "code", message, "documented, error lists of 2026-10", "warning"))
    return findings


def _type(contract: Contract, violation: Violation) -> Finding | None:
    path = dotted(violation.path)
    if path == "RequestId":
        return None  # reported by _request_id
    member = locate(contract.response, contract.types, violation.path)
    wanted = member.type if member else contract.response.name
    in_list = isinstance(violation.path[-1], int)
    kind = f"a list of {wanted}" if member and member.list and not in_list else wanted
    return _finding(path, "type", f"{path} is {shown(violation.value)}, not {kind}", _SPEC)


def _range(contract: Contract, violation: Violation) -> Finding:
    path = dotted(violation.path)
    side = "below" if violation.keyword == "minimum" else "above"
    return _finding(path, "range", f"{path} is {shown(violation.value)}, {side} {violation.limit}", _SPEC)


def _unknown(contract: Contract, violation: Violation) -> Finding:
    path = dotted(violation.path)
    message = f"{shortened(path)}: not published; the description may be older than the answer"
    return _finding(path, "unknown", message, "observed, live answers of 2026-08", "warning")


def _missing(contract: Contract, violation: Violation) -> Finding:
    path = dotted(violation.path)
    message = f"{path}: published as always answered, and missing"
    return _finding(path, "required", message, "documented, and broken by published examples", "warning")


#: Keyword of the audit schema -> the finding, or None where another check reports it.
_KEYWORDS: Mapping[str, Callable[[Contract, Violation], Finding | None]] = {
    "additionalProperties": _unknown,
    "type": _type,
    "minimum": _range,
    "maximum": _range,
    "minLength": lambda contract, violation: None,  # only RequestId has one, and _request_id reports it
    "required": _missing,
}


def _finding(path: str, rule: str, message: str, evidence: str, severity: Any = "error") -> Finding:
    return Finding(path, rule, "", message, severity, evidence)
