"""Findings as values, the order in which they are reported, and the search for every violation of a schema.

`jsonschema-rs` decides whether a value is valid and says no more than that. Only a refused value is walked by
`jsonschema`: `violations` yields each violation with its path and keyword. What a violation means to the service is
said in explain.py for requests and in response.py for answers.
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

#: Rule -> its place among the faults of one call; the gateway reports the lowest. Assumed: no recorded answer is to a
#: call with two faults of the parameters. Rules that are not listed concern values and come after these.
ORDER: Mapping[str, int] = {"unknown": 0, "type": 1, "range": 1, "required": 2}
_VALUES = 3

#: How many characters of a value a message repeats.
_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from a contract. Frozen and comparable, so a test can state the whole finding."""

    #: The member as the service prints it: `FileInfos.0.Category`; empty for the whole body.
    path: str
    #: The stable name of the broken rule: unknown, type, range, required, empty, whitespace, shape, code or json; the
    #: key of a rule in a contract file (maxLength, enum …); or the name that a condition gives itself, by default
    #: "condition".
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
    """The path as the service prints it; what UTF-8 cannot encode is replaced, because an answer repeats the path."""
    return ".".join(map(str, path)).encode("utf-8", "replace").decode()


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


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword of JSON Schema that a value does not meet, and the place of that value."""

    path: Path
    #: The keyword as JSON Schema writes it.
    keyword: str
    #: The value at the path; for `required` and `additionalProperties` the object that lacks or has the member.
    value: Any
    #: The value that the schema gives to the keyword.
    limit: Any
    #: The annotation in `x-mockvod-rules`, for a keyword that comes from a contract file; None for one of the structure.
    note: Mapping[str, Any] | None = None


def violations(schema: Mapping[str, Any], value: Any, *, content: bool = False) -> Iterator[Violation]:
    """Every violation of a schema, each once; the path of a missing or an additional member ends with its name.

    Stricter than JSON Schema in one point: 1.0 is not an integer.

    Args:
        schema: A schema of JSON Schema 2020-12 without faults of its own.
        value: What is checked, as `json.loads` gives it.
        content: Whether a text is also checked against `contentMediaType` and `contentSchema`, which are annotations
            in the standard.
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
        # The type of a nested object stands in the schema twice: beside the `$ref`, and in what the `$ref` names.
        mark = (path, keyword, note["rule"] if note else None)
        if mark not in seen:
            seen.add(mark)
            yield Violation(path, keyword, error.instance, error.validator_value, note)


#: As `jsonschema` calls a keyword: with the validator, the keyword's value, what is checked, and the schema around.
Keyword = Callable[[Any, Any, Any, Any], "Iterator[jsonschema.ValidationError]"]


@functools.cache
def _engine(content: bool) -> "type[jsonschema.protocols.Validator]":
    # Imported here because it takes 0.05 s and more, and only refused values need it.
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
    # The message is a member's name or nothing. The keywords of `jsonschema` itself put the whole value into a sentence,
    # which is slow for a large body and fails for a deeply nested one or a very long integer.
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
    # JSON Schema uses the regular expressions of ECMA-262, where $ matches only at the very end and \d only ASCII digits.
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    return re.search(f"{pattern[:-1]}\\Z" if ends else pattern, text, re.ASCII) is not None


#: Keyword -> whether a value violates it. Takes the validator's `is_type`, the keyword's value, and the value.
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
