"""The search for the violations of a schema, bounded however large the value is.

`jsonschema-rs` decides whether a value is valid and says no more than that. Only a refused value is walked by
`jsonschema`: `walk` gives each violation with its path and keyword. What a violation means to the service is said in
explain.py for requests and in response.py for answers.

A walk takes some 50 µs for each item of a list, and a body has room for millions. Of a long list, `jsonschema-rs`
therefore finds the items to walk: the first that are not valid, and after those the first that breaks one of the rules
that are reported before others (`findings.ORDER`), so that the first finding is the same as without any bound.
"""

import functools
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from mockvod.validators.contracts.compile import Path
from mockvod.validators.findings import MAX_FINDINGS, natural
from mockvod.validators.json_values import is_array, is_dict, is_object

if TYPE_CHECKING:
    import jsonschema
    import jsonschema.protocols
    import jsonschema_rs

#: Lists of so many items are walked whole.
_SHORT = 20
#: How many items of long lists are walked in all; of each long list it is at least one.
_MOST_ITEMS = 300
#: So many unknown names are put in order by their parts, more of them as plain texts, which takes a tenth of the time.
_MOST_IN_ORDER = 10_000


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


def violations(schema: Mapping[str, Any], value: Any, *, content: bool = False) -> list[Violation]:
    """The violations of a schema, each once; `walk` says more."""
    return walk(schema, value, content=content)[0]


def walk(
    schema: Mapping[str, Any], value: Any, *, content: bool = False, floats: bool = True
) -> tuple[list[Violation], int]:
    """The violations of a schema, each once; the path of a missing or an additional member ends with its name.

    Stricter than JSON Schema in one point: 1.0 is not an integer.

    Args:
        schema: A schema of JSON Schema 2020-12 without faults of its own.
        value: What is checked, as `json.loads` gives it.
        content: Whether a text is also checked against `contentMediaType` and `contentSchema`, which are annotations
            in the standard.
        floats: Whether long lists are searched for floats in the place of integers, where nothing else is found.

    Returns:
        The violations, and how many items and members were not looked at.
    """
    state = _Walk(schema)
    found = _violations(schema, value, content, state)
    if floats and not found and state.skipped:
        # What jsonschema-rs takes for valid and this walk does not: a float in the place of an integer.
        state = _Walk(schema, floats_only=True)
        found = _violations(schema, value, content, state)
    return found, state.passed_over


def _violations(schema: Mapping[str, Any], value: Any, content: bool, state: "_Walk") -> list[Violation]:
    seen: dict[tuple[Path, str, str | None], Violation] = {}
    token = _current.set(state)
    try:
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
                seen[mark] = Violation(path, keyword, error.instance, error.validator_value, note)
    finally:
        _current.reset(token)
    return list(seen.values())


def few_of(names: Iterable[str], reported: int) -> tuple[list[str], int]:
    """Of the unknown names in one object those that are reported first, at least one; and how many others there are.

    Args:
        names: The names.
        reported: How many names of other objects have been reported before.
    """
    found = list(names)
    most = max(MAX_FINDINGS - reported, 1)
    if len(found) <= most:
        return found, 0
    found.sort(key=natural if len(found) <= _MOST_IN_ORDER else None)
    return found[:most], len(found) - most


@dataclass(slots=True)
class _Walk:
    """What one walk knows of itself."""

    root: Mapping[str, Any]
    #: Whether only those items of long lists are walked that have a float in them.
    floats_only: bool = False
    left: int = _MOST_ITEMS
    passed_over: int = 0
    #: How many unknown names have been found.
    names: int = 0
    #: Whether items were left to jsonschema-rs.
    skipped: bool = False
    #: Validators of items that were compiled for this walk.
    compiled: dict[tuple[int, int], Any] = field(default_factory=dict[tuple[int, int], Any])

    def faulty(self, schema: Any, items: Sequence[Any], ranks: Collection[int]) -> Iterator[int]:
        """The positions of the items to walk.

        Args:
            schema: The schema of an item.
            items: The list.
            ranks: Has the ranks (`_RANKS`) of the violations that are found while the positions are asked for.
        """
        if len(items) <= _SHORT:
            yield from range(len(items))
            return
        self.skipped = True
        if self.floats_only:
            yield from [index for index, each in enumerate(items) if _has_float(each)][:MAX_FINDINGS]
            return
        start, found = 0, 0
        while found < MAX_FINDINGS and (self.left > 0 or not found):
            index = _first_invalid(self.decides(schema, _ALL), items, start)
            if index is None:
                return
            self.left -= 1
            found += 1
            start = index + 1
            yield index
        self.passed_over += len(items) - start
        for rank in range(_ALL):
            if rank < min(ranks, default=_ALL) and start < len(items):
                index = _first_invalid(self.decides(schema, rank), items, start)
                if index is not None:
                    yield index

    def decides(self, schema: Any, rank: int) -> "jsonschema_rs.Draft202012Validator":
        """Decides about a list of such items, with the keywords up to a rank only."""
        key = (id(schema), rank)
        if key not in self.compiled:
            # Imported here because it is a large extension module, and only refused values need it.
            import jsonschema_rs

            whole = {"items": schema, "$defs": self.root.get("$defs", {})}
            self.compiled[key] = jsonschema_rs.Draft202012Validator(whole if rank == _ALL else _up_to(rank, whole))
        return cast("jsonschema_rs.Draft202012Validator", self.compiled[key])


_current: ContextVar[_Walk] = ContextVar("_current")

#: Keyword -> the place of its violations in `findings.ORDER`. Those of minimum and maximum may be of the type or of a
#: rule, so they count among the last.
_RANKS: Mapping[str, int] = {"additionalProperties": 0, "type": 1, "required": 2}
_ALL = 3
#: Keywords that lead to other schemas.
_LEADING = frozenset({"properties", "items", "$ref", "$defs"})


def _up_to(rank: int, schema: Any) -> Any:
    """A schema without the keywords of a higher rank, and without those that have none."""
    if not is_object(schema):
        return schema
    kept: dict[str, Any] = {}
    for keyword, each in schema.items():
        if keyword in ("properties", "$defs"):
            kept[keyword] = {name: _up_to(rank, inner) for name, inner in each.items()}
        elif keyword == "items":
            kept[keyword] = _up_to(rank, each)
        elif keyword in _LEADING or _RANKS.get(keyword, _ALL) <= rank:
            kept[keyword] = each
    return kept


def _first_invalid(decides: "jsonschema_rs.Draft202012Validator", items: Sequence[Any], start: int) -> int | None:
    """The position of the first item from `start` on that is not valid; looks at more of them at a time as it goes."""
    size = 1
    while start < len(items):
        end = min(start + size, len(items))
        if _fits(decides, items[start:end]):
            start, size = end, size * 2
            continue
        while end - start > 1:
            middle = (start + end) // 2
            if _fits(decides, items[start:middle]):
                start = middle
            else:
                end = middle
        return start
    return None


def _fits(decides: "jsonschema_rs.Draft202012Validator", items: Sequence[Any]) -> bool:
    try:
        return decides.is_valid(list(items))
    except ValueError:  # a key or a value that JSON cannot hold
        return False


def _has_float(value: Any) -> bool:
    if is_object(value):
        return any(map(_has_float, value.values()))
    return isinstance(value, float) or (is_array(value) and any(map(_has_float, value)))


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
    keywords |= {"required": _required, "additionalProperties": _additional, "items": _items}
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
        state = _current.get()
        names, more = few_of((str(name) for name in instance if name not in known), state.names)
        state.names += len(names)
        state.passed_over += more
        yield from map(_error, names)


def _items(validator: Any, schema: Any, instance: Any, around: Any) -> "Iterator[jsonschema.ValidationError]":
    if not is_array(instance):
        return
    ranks: set[int] = set()
    for index in _current.get().faulty(schema, instance, ranks):
        for error in validator.descend(instance[index], schema, path=index):
            ranks.add(_RANKS.get(error.validator, _ALL))
            yield error


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
