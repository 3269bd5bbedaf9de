"""The explanation of a signature as a value, and the comparison of two lists of signed lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mockvod.validators.redaction import Redaction
from mockvod.validators.signature.causes import UNEXPLAINED, VALID, message
from mockvod.validators.signature.search import Change, Lines

ABSENT = "(no such line)"

#: How much of one text, and how many lines that differ, a report repeats; the explanation itself has them whole.
_LONGEST = 4_000
_MOST_DIFFERENCES = 50

#: A cause, and the detail that its message takes.
Reason = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that differs: what the server computes (`expected`), and what the client has signed (`signed`)."""

    line: str
    expected: str
    signed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a signature is right or wrong. It has no key in it, so it may be logged and shown.

    `scheme` is "v3" or "v1". `cause` is a name in the table of causes.py, and `message` its sentence; where it takes
    two mistakes to explain the signature, `causes` has both, and `message` a sentence for each. `canonical_request`
    (empty for v1) and `string_to_sign` are what the server computes; both are empty where the request has no time.
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
        """The explanation as lines of text: the cause, what differs, and for an unknown cause what the server computes."""
        lines = [f"{self.cause}: {self.message}"]
        lines += [
            f"{each.line}: expected {_cut(repr(each.expected))}, signed {_cut(repr(each.signed))}"
            for each in self.differences[:_MOST_DIFFERENCES]
        ]
        if len(self.differences) > _MOST_DIFFERENCES:
            lines.append(f"and {len(self.differences) - _MOST_DIFFERENCES} more lines that differ")
        if self.cause == UNEXPLAINED:
            if self.canonical_request:
                lines.append(f"the server's CanonicalRequest: {_cut(repr(self.canonical_request))}")
            lines.append(f"the server's StringToSign: {_cut(repr(self.string_to_sign))}")
        return "\n".join(map(_cut, lines))

    def with_reasons(self, *reasons: Reason, differences: tuple[LineDifference, ...] = ()) -> "Explanation":
        """This explanation with its causes, of which the first is the main one."""
        causes = tuple(cause for cause, _ in reasons)
        text = " Besides: ".join(message(cause, detail) for cause, detail in reasons)
        return replace(
            self, valid=causes == (VALID,), cause=causes[0], causes=causes, message=text, differences=differences
        )

    def redacted(self, secrets: Iterable[str]) -> "Explanation":
        """This explanation without secrets, which a client may have sent by mistake in a parameter or a header."""
        clean = Redaction(secrets).text
        return replace(
            self,
            message=clean(self.message),
            differences=tuple(
                LineDifference(clean(each.line), clean(each.expected), clean(each.signed)) for each in self.differences
            ),
            canonical_request=clean(self.canonical_request),
            string_to_sign=clean(self.string_to_sign),
        )


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text) - _LONGEST:,} characters more)"


def reasons(changes: Iterable[Change]) -> list[Reason]:
    """The cause and the detail of each change."""
    return [(change.cause, change.detail) for change in changes]


def compare(expected: Lines, signed: Lines) -> tuple[LineDifference, ...]:
    """The lines that differ, and the order of the headers or parameters where it differs."""
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
