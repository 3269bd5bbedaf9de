"""What a check has to say: findings as values, their order, and the engine that finds every one of them.

    Exception
      ContractError        a call or an answer breaks its contract; raised only for those who ask (`raises=True`)

`jsonschema-rs` decides and says no more; `violations` walks a refused value with `jsonschema` and yields each violation
by path and keyword. What a violation means to the service is the business of request.py and response.py.
"""

import functools
import math
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mockvod.validators.compile import Path

if TYPE_CHECKING:
    import jsonschema.protocols

Severity = Literal["error", "warning"]

#: Which kind of fault the gateway reports first when a call has several. Assumed: no capture shows a call with two
#: faults (gateway.md section 7, row 10). Rules that are not listed concern values and come after these.
ORDER: Mapping[str, int] = {"unknown": 0, "type": 1, "range": 1, "required": 2}
_VALUES = 3

_SHOWN = 80  # characters of a value that a message repeats


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from a contract."""

    #: As the service prints it: `FileInfos.0.Category`; empty for the whole body.
    path: str
    #: A stable name: unknown, type, range, required, null, whitespace, shape, code.
    rule: str
    #: The error code that the service answers for it.
    code: str
    #: Ours: names the member, the value and the way out.
    message: str
    #: An error refuses the call; a warning lets it pass.
    severity: Severity
    #: documented, observed, inferred or assumed, then the source.
    evidence: str
    #: The service's own text: a key of replies.reply and its values. The empty key means that none is known.
    reply: tuple[str, tuple[tuple[str, str], ...]] = ("", ())


class ContractError(Exception):
    """A checked value breaks its contract; `action` and `findings` say how."""

    def __init__(self, action: str, findings: tuple[Finding, ...]) -> None:
        self.action = action
        self.findings = findings
        super().__init__(action, findings)

    def __str__(self) -> str:
        lines = [f"{self.action}: {each.code}: {each.message}" for each in self.findings if each.severity == "error"]
        return "\n".join(lines)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, then by kind as `ORDER` has it, then by path; list positions count as numbers.

    A value of a wrong type that is out of range as well is reported by its type first.
    """
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                f.severity == "warning",
                ORDER.get(f.rule, _VALUES),
                _natural(f.path),
                f.rule != "type",
            ),
        )
    )


def _natural(path: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in path.split(".")]


def dotted(path: Path) -> str:
    """The path as the service prints it. Text that UTF-8 cannot carry is replaced: an answer repeats this path."""
    return ".".join(map(str, path)).encode("utf-8", "replace").decode()


_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = _SHOWN


def shown(value: object) -> str:
    """A value for a message: at most 80 characters, whatever its size or depth; true, false and null as in JSON."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        text = _repr.repr(value)
    except ValueError:  # an integer too long for Python to print
        return "a very long integer"
    return shortened(text)


def shortened(text: str) -> str:
    """Text for a message, cut at 80 characters."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword that a value fails, and where."""

    path: Path
    #: type, required, additionalProperties, minimum, maximum, minLength.
    keyword: str
    #: The value at the path; for required and additionalProperties, the object that lacks or holds the member.
    value: Any
    #: The keyword's own value.
    limit: Any


def violations(schema: Mapping[str, Any], value: Any) -> Iterator[Violation]:
    """Every violation of a schema; `path` of a missing or surplus member ends with its name.

    Stricter than the standard in one point, which JSON Schema cannot say: an integer is not written 1.0.
    """
    seen = set()
    for error in _engine()(schema).iter_errors(value):
        path = tuple(error.absolute_path)
        if error.validator in ("required", "additionalProperties"):
            path = (*path, error.message)
        # The type of a nested object stands in two places, beside the reference and behind it.
        if (path, error.validator) not in seen:
            seen.add((path, error.validator))
            yield Violation(path, str(error.validator), error.instance, error.validator_value)


@functools.cache
def _engine() -> "type[jsonschema.protocols.Validator]":
    # Slow to import (0.05 s and more), and only refused values need it.
    import jsonschema
    from jsonschema.validators import extend

    # Our own keywords carry the member's name or nothing where jsonschema's carry a sentence with the whole value in
    # it, which is slow for a large body and fails for a deeply nested one or a very long integer.
    def type_(validator: Any, kinds: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
        if not any(validator.is_type(instance, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
            yield jsonschema.ValidationError("")

    def required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
        if isinstance(instance, dict):
            yield from (jsonschema.ValidationError(name) for name in names if name not in instance)

    def surplus(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
        if isinstance(instance, dict):
            yield from (jsonschema.ValidationError(str(name)) for name in instance if name not in schema["properties"])

    def minimum(validator: Any, limit: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
        if validator.is_type(instance, "number") and instance < limit:
            yield jsonschema.ValidationError("")

    def maximum(validator: Any, limit: Any, instance: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
        if validator.is_type(instance, "number") and instance > limit:
            yield jsonschema.ValidationError("")

    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "array": lambda _, value: isinstance(value, list | tuple),
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: _is_number(value),
        }
    )
    keywords = {
        "type": type_,
        "required": required,
        "additionalProperties": surplus,
        "minimum": minimum,
        "maximum": maximum,
    }
    engine: type[jsonschema.protocols.Validator] = extend(  # type: ignore[no-untyped-call]  # so in types-jsonschema
        jsonschema.Draft202012Validator, validators=keywords, type_checker=checker
    )
    return engine


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
