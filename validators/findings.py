"""Findings as values, the order in which they are reported, and how many there are at most."""

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from mockvod.validators.contracts.compile import Path
from mockvod.validators.errors import MockvodError

Severity = Literal["error", "warning"]

#: Rule -> its place among the faults of one call; the gateway reports the lowest. Assumed: no recorded answer is to a
#: call with two faults of the parameters. Rules that are not listed concern values and come after these.
ORDER: Mapping[str, int] = {"unknown": 0, "type": 1, "range": 1, "required": 2}
_VALUES = 3

#: How many findings are reported of one call, answer or file. A last one then says what was left out.
MAX_FINDINGS = 100
#: The rule of that last finding.
MORE = "more"

#: How many characters of a part of a path are repeated; a client may send a name as long as a body.
_MAX_PART = 200
#: How many characters of a value a message repeats.
_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from a contract. Frozen and comparable, so a test can state the whole finding."""

    #: The member as the service prints it: `FileInfos.0.Category`; empty for the whole body.
    path: str
    #: The stable name of the broken rule: unknown, type, range, required, empty, whitespace, shape, code or json; "more"
    #: for the last one where there are more than MAX_FINDINGS, which is a warning without a path; the key of a rule in a
    #: contract file (maxLength, enum …); or the name that a condition gives itself, by default "condition".
    rule: str
    #: The error code that the service answers with; empty for answers and files, which it does not judge.
    code: str
    #: Our own words: the member, the value, and what to do about it.
    message: str
    #: The service refuses the call for an error; a warning is reported and the call passes.
    severity: Severity
    #: How the rule is known (documented, observed, inferred or assumed), then the source.
    evidence: str
    #: The service's own text: a key of `replies` in contracts/errors.json, and the values that the text takes. The
    #: empty key means that no text is known for the code; the server then makes one from the values (name, value).
    reply: tuple[str, tuple[tuple[str, str], ...]] = ("", ())


class ContractError(MockvodError):
    """A call breaks its contract, and the caller asked for an exception (`raises=True`).

    `action` names the action; `findings` has everything that was found, warnings included.
    """

    def __init__(self, action: str, findings: tuple[Finding, ...]) -> None:
        self.action = action
        self.findings = findings
        super().__init__(action, findings)

    def __str__(self) -> str:
        lines = [f"{self.action}: {each.code}: {each.message}" for each in self.findings if each.severity == "error"]
        return "\n".join(lines)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order in which they are reported, each of them once.

    The error that the gateway would answer comes first (`ORDER`), then the other errors by path, then the warnings by
    path. Positions in a list are compared as numbers. At one path a wrong type comes before every other rule. Two
    schemas, of the published type and of the rules, may lead to the same finding: hence "once".
    """
    found = sorted(
        dict.fromkeys(findings),
        key=lambda f: (f.severity == "warning", natural(f.path), f.rule != "type", f.rule, f.code, f.message),
    )
    errors = [each for each in found if each.severity == "error"]
    if len(errors) > 1:
        first = min(errors, key=lambda f: ORDER.get(f.rule, _VALUES))
        found.remove(first)
        found.insert(0, first)
    return tuple(found)


def limited(findings: tuple[Finding, ...], passed_over: int = 0) -> tuple[Finding, ...]:
    """The first `MAX_FINDINGS` findings, and one that says how many more there are, if there are any.

    Args:
        findings: Findings in their order.
        passed_over: How many items and members were not looked at, because enough had been found by then.
    """
    left_out = max(len(findings) - MAX_FINDINGS, 0)
    if not left_out and not passed_over:
        return findings
    parts = [f"{left_out:,} more"] if left_out else []
    parts += [f"{passed_over:,} more values that were not looked at"] if passed_over else []
    notice = Finding("", MORE, "", f"and {' and '.join(parts)}", "warning", "a limit of mockvod's own, MAX_FINDINGS")
    return (*findings[:MAX_FINDINGS], notice)


def natural(path: str) -> list[tuple[int, int, str]]:
    """The key that sorts paths part by part, and positions in a list as numbers."""
    return [(0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in path.split(".")]


def dotted(path: Path) -> str:
    """The path as the service prints it; what UTF-8 cannot encode is replaced, because an answer repeats the path."""
    return ".".join([_part(str(part)) for part in path])


def _part(text: str) -> str:
    cut = text if len(text) <= _MAX_PART else f"{text[: _MAX_PART - 3]}..."
    return cut.encode("utf-8", "replace").decode()


_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = _MAX_SHOWN


def shown(value: object) -> str:
    """A value as a message repeats it: at most 80 characters at any size or depth; true, false and null as in JSON."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        text = _repr.repr(value)
    except ValueError:  # Python refuses to print an integer of more than 4,300 digits
        return "a very long integer"
    return shortened(text)


def shortened(text: str) -> str:
    """A text as a message repeats it: cut after 80 characters."""
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."
