"""What a check has to say: findings as values, their order, and the engine that finds every one of them.

`jsonschema-rs` decides and says no more; `violations` walks a refused value with `jsonschema` and yields each violation
by path and keyword. What a violation means to the service is the business of request.py and response.py.
"""

import functools
import json
import math
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, cast

from mockvod.validators.contracts.compile import Path
from mockvod.validators.errors import MockvodError
from mockvod.validators.json_values import is_array, is_dict, is_object

if TYPE_CHECKING:
    import jsonschema
    import jsonschema.protocols

Severity = Literal["error", "warning"]

#: Which kind of fault the gateway reports first when a call has several. Assumed: no capture shows a call with two
#: faults (gateway.md section 7, row 10). Rules that are not listed concern values and come after these.
ORDER: Mapping[str, int] = {"unknown": 0, "type": 1, "range": 1, "required": 2}
_VALUES = 3

_MAX_SHOWN = 80  # characters of a value that a message repeats


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from a contract."""

    #: As the service prints it: `FileInfos.0.Category`; empty for the whole body.
    path: str
    #: A stable name: unknown, type, range, required, empty, whitespace, shape, code, json; the key of a rule in a
    #: contract file (maxLength, enum …); or the name that a condition gives itself, as a rule "condition".
    rule: str
    #: The error code that the service answers for it.
    code: str
    #: Ours: names the member, the value and the way out.
    message: str
    #: An error refuses the call; a warning lets it pass.
    severity: Severity
    #: documented, observed, inferred or assumed, then the source.
    evidence: str
    #: The service's own text: a key of replies.reply and its values. The empty key means that no text is known for
    #: the code; mockvod.errors then makes one of the values (name, value).
    reply: tuple[str, tuple[tuple[str, str], ...]] = ("", ())


class ContractError(MockvodError):
    """A checked value breaks its contract; `action` and `findings` say how."""

    def __init__(self, action: str, findings: tuple[Finding, ...]) -> None:
        self.action = action
        self.findings = findings
        super().__init__(action, findings)

    def __str__(self) -> str:
        lines = [f"{self.action}: {each.code}: {each.message}" for each in self.findings if each.severity == "error"]
        return "\n".join(lines)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """First what the gateway answers (by kind as `ORDER` has it), then the other errors by path, then the warnings.

    List positions count as numbers. A value of a wrong type that is out of range as well is reported by its type first.
    What two schemas say alike, that of the published type and that of the rules, is reported once.
    """
    found = sorted(
        dict.fromkeys(findings),
        key=lambda f: (f.severity == "warning", _natural(f.path), f.rule != "type", f.rule, f.code, f.message),
    )
    errors = [each for each in found if each.severity == "error"]
    if len(errors) > 1:
        first = min(errors, key=lambda f: ORDER.get(f.rule, _VALUES))
        found.remove(first)
        found.insert(0, first)
    return tuple(found)


def _natural(path: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in path.split(".")]


def dotted(path: Path) -> str:
    """The path as the service prints it. Text that UTF-8 cannot carry is replaced: an answer repeats this path."""
    return ".".join(map(str, path)).encode("utf-8", "replace").decode()


_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = _MAX_SHOWN


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
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword that a value fails, and where."""

    path: Path
    #: As in JSON Schema.
    keyword: str
    #: The value at the path; for required and additionalProperties, the object that lacks or holds the member.
    value: Any
    #: The keyword's own value.
    limit: Any
    #: What `x-mockvod-rules` says of the keyword, where it is a rule of a contract file and not of the structure.
    note: Mapping[str, Any] | None = None


def violations(schema: Mapping[str, Any], value: Any, *, content: bool = False) -> Iterator[Violation]:
    """Every violation of a schema; `path` of a missing or surplus member ends with its name.

    Stricter than the standard in one point, which JSON Schema cannot say: an integer is not written 1.0.

    Args:
        content: `contentMediaType` and `contentSchema` are held against the text, not only noted.
    """
    seen: set[tuple[Path, str, str | None]] = set()
    for error in _engine(content)(schema).iter_errors(value):
        path = tuple(error.absolute_path)
        keyword = str(error.validator)
        notes: Mapping[str, Any] = error.schema.get("x-mockvod-rules", {}) if is_object(error.schema) else {}
        note: Mapping[str, Any] | None = notes.get(keyword)
        if keyword in ("required", "additionalProperties"):
            path = (*path, error.message)
            note = (note or {}).get(error.message)
        # The type of a nested object stands in two places, beside the reference and behind it.
        mark = (path, keyword, note["rule"] if note else None)
        if mark not in seen:
            seen.add(mark)
            yield Violation(path, keyword, error.instance, error.validator_value, note)


#: As `jsonschema` calls a keyword: with the validator, the keyword's value, what is checked, and the schema around.
Keyword = Callable[[Any, Any, Any, Any], "Iterator[jsonschema.ValidationError]"]


@functools.cache
def _engine(content: bool) -> "type[jsonschema.protocols.Validator]":
    # Slow to import (0.05 s and more), and only refused values need it.
    import jsonschema

    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"array": _is_array, "integer": _is_integer, "number": _is_finite_number}
    )
    keywords: dict[str, Keyword] = {keyword: _simple(fails) for keyword, fails in _FAILS.items()}
    keywords |= {"required": _required, "additionalProperties": _additional}
    if content:
        keywords["contentMediaType"] = _media_type
    extend: Any = import_module("jsonschema.validators").extend  # which has no usable types
    engine = extend(jsonschema.Draft202012Validator, validators=keywords, type_checker=checker)
    return cast("type[jsonschema.protocols.Validator]", engine)


def _error(name: str = "") -> "jsonschema.ValidationError":
    # With the member's name or nothing in it: jsonschema's own keywords put the whole value into a sentence, which is
    # slow for a large body and fails for a deeply nested one or a very long integer.
    import jsonschema

    return jsonschema.ValidationError(name)


def _simple(fails: Callable[[Any, Any, Any], bool]) -> Keyword:
    def keyword(validator: Any, limit: Any, instance: Any, schema: Any) -> "Iterator[jsonschema.ValidationError]":
        if fails(validator.is_type, limit, instance):
            yield _error()

    return keyword


def _required(validator: Any, names: Any, instance: Any, schema: Any) -> "Iterator[jsonschema.ValidationError]":
    if is_dict(instance):
        yield from (_error(name) for name in names if name not in instance)


def _additional(validator: Any, allowed: Any, instance: Any, schema: Any) -> "Iterator[jsonschema.ValidationError]":
    if is_dict(instance):
        known = schema.get("properties", ())
        yield from (_error(str(name)) for name in instance if name not in known)


def _media_type(validator: Any, kind: Any, instance: Any, schema: Any) -> "Iterator[jsonschema.ValidationError]":
    if kind == "application/json" and isinstance(instance, str):
        try:
            value = json.loads(instance)
        except (ValueError, RecursionError):
            yield _error()
        else:
            yield from validator.descend(value, schema.get("contentSchema", True))


def _is_array(checker: object, value: object) -> bool:
    return is_array(value)


def _is_integer(checker: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_finite_number(checker: object, value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _matches(pattern: str, text: str) -> bool:
    # JSON Schema means the regular expressions of ECMA-262, where $ is the very end and digits are ASCII.
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    return re.search(f"{pattern[:-1]}\\Z" if ends else pattern, text, re.ASCII) is not None


#: Keyword -> whether a value fails it, given the engine's is_type.
_FAILS: Mapping[str, Callable[[Any, Any, Any], bool]] = {
    "type": lambda is_type, kinds, value: (
        not any(is_type(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
    ),
    "minimum": lambda is_type, limit, value: is_type(value, "number") and value < limit,
    "maximum": lambda is_type, limit, value: is_type(value, "number") and value > limit,
    "minLength": lambda is_type, limit, value: isinstance(value, str) and len(value) < limit,
    "maxLength": lambda is_type, limit, value: isinstance(value, str) and len(value) > limit,
    "minItems": lambda is_type, limit, value: is_type(value, "array") and len(value) < limit,
    "maxItems": lambda is_type, limit, value: is_type(value, "array") and len(value) > limit,
    "pattern": lambda is_type, limit, value: isinstance(value, str) and not _matches(limit, value),
    "enum": lambda is_type, limit, value: not any(_equal(each, value) for each in limit),
}


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)
