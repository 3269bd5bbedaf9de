"""What an explanation of a signature is, and how two lists of signed lines are compared."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mockvod.validators.signature.causes import UNEXPLAINED, VALID, message
from mockvod.validators.signature.search import Change, Lines

ABSENT = "(no such line)"
REDACTED = "(secret)"

# Real keys have 32 characters; to blank out a key of two letters would blank out half the text.
_SHORTEST_SECRET = 8

Reason = tuple[str, str]
"""A cause and the detail that its message takes."""


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that the server computes (`expected`) and the client signed otherwise (`signed`)."""

    line: str
    expected: str
    signed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a signature is accepted or not; holds no key, so it may be logged and shown.

    `scheme` is v3 or v1. `cause` is a code of the table in `causes`, `message` its sentence; where two mistakes
    together explain the signature, `causes` has both and `message` a sentence for each. `canonical_request` (empty for
    v1) and `string_to_sign` are what the server computes, and empty where there is no time to compute from.
    """

    scheme: str
    valid: bool
    cause: str
    message: str
    differences: tuple[LineDifference, ...]
    canonical_request: str
    string_to_sign: str
    causes: tuple[str, ...] = ()

    def report(self) -> str:
        """Tell it all in some lines of text: cause, what differs, and for want of a cause what the server computes."""
        lines = [f"{self.cause}: {self.message}"]
        lines += [f"{each.line}: expected {each.expected!r}, signed {each.signed!r}" for each in self.differences]
        if self.cause == UNEXPLAINED:
            if self.canonical_request:
                lines.append(f"the server's CanonicalRequest: {self.canonical_request!r}")
            lines.append(f"the server's StringToSign: {self.string_to_sign!r}")
        return "\n".join(lines)

    def because(self, *reasons: Reason, differences: tuple[LineDifference, ...] = ()) -> "Explanation":
        """Give this explanation with its causes, the first being the main one."""
        causes = tuple(cause for cause, _ in reasons)
        text = " Besides: ".join(message(cause, detail) for cause, detail in reasons)
        return replace(
            self, valid=causes == (VALID,), cause=causes[0], causes=causes, message=text, differences=differences
        )

    def without(self, secrets: Iterable[str]) -> "Explanation":
        """Blank out keys, which a client may have sent by mistake as a parameter or in its Authorization header."""
        dangerous = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len, reverse=True)
        if not dangerous:
            return self
        pattern = re.compile(
            "|".join(map(re.escape, dangerous)), re.IGNORECASE
        )  # header values are lower-cased before they are shown

        def clean(text: str) -> str:
            return pattern.sub(REDACTED, text)

        return replace(
            self,
            message=clean(self.message),
            differences=tuple(
                LineDifference(clean(each.line), clean(each.expected), clean(each.signed)) for each in self.differences
            ),
            canonical_request=clean(self.canonical_request),
            string_to_sign=clean(self.string_to_sign),
        )


def reasons(changes: Iterable[Change]) -> list[Reason]:
    """Give cause and detail of each change."""
    return [(change.cause, change.detail) for change in changes]


def compare(expected: Lines, signed: Lines) -> tuple[LineDifference, ...]:
    """Give the lines that differ, and where the same lines stand in another order, that order."""
    wanted, got = dict(expected), dict(signed)
    found = [
        LineDifference(line, wanted.get(line, ABSENT), got.get(line, ABSENT))
        for line in dict.fromkeys((*wanted, *got))
        if wanted.get(line) != got.get(line)
    ]
    for prefix, line in (("CanonicalHeaders: ", "CanonicalHeaders: order"), ("parameter ", "order")):
        before = _common(prefix, expected, got)
        after = _common(prefix, signed, wanted)
        if before != after:
            found.append(LineDifference(line, ", ".join(before), ", ".join(after)))
    return tuple(found)


def _common(prefix: str, lines: Lines, others: dict[str, str]) -> Sequence[str]:
    return [line.removeprefix(prefix) for line, _ in lines if line.startswith(prefix) and line in others]
