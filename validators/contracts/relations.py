"""Relations between values that JSON Schema cannot express: a span of time, a multiple, a difference, a count of pixels.

A condition of a contract file may have a `relation` beside its schema, of one of the kinds in `RELATION_KINDS`. A
relation holds where a value that it needs is absent or has another form, which other rules report.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.rules import ITEM, parsed
from mockvod.validators.json_values import is_list, is_object

_INSTANT = re.compile(r"([0-9-]{10}T[0-9:]{8})([.][0-9]+)?(Z|[+-][0-9:]{5})")
_SIZE = re.compile("([0-9]{1,9})x([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class RelationKind:
    """One kind of relation: how it is decided, and the keys that it takes."""

    #: Whether a relation holds. Takes the relation, the member that a finding would name, and the parameters.
    holds: Callable[[Mapping[str, Any], str, Mapping[str, Any]], bool]
    #: The keys that a relation must have, and those that it may have besides.
    needs: frozenset[str]
    may: frozenset[str] = frozenset()


def _holds_span(relation: Mapping[str, Any], member: str, params: Mapping[str, Any]) -> bool:
    start, end = (_parsed_instant(_value_at(params, relation[key])) for key in ("from", "to"))
    if start is None or end is None:
        return True
    length = end - start
    most = relation.get("max_days")
    return length >= datetime.timedelta(0) and (most is None or length <= datetime.timedelta(days=most))


def _holds_multiple_of(relation: Mapping[str, Any], member: str, params: Mapping[str, Any]) -> bool:
    value, divisor = _value_at(params, member), _value_at(params, relation["of"])
    divisor = relation.get("default") if divisor is None else divisor
    if not (_is_integer(value) and _is_integer(divisor)) or divisor == 0:
        return True
    return bool(value % divisor == 0)


def _holds_distinct(relation: Mapping[str, Any], member: str, params: Mapping[str, Any]) -> bool:
    inside = _parsed_json(_value_at(params, member))
    one = _value_at(inside, relation["one"])
    return one is None or one not in list(_values_at(inside, parsed(relation["others"])))


def _holds_pixels(relation: Mapping[str, Any], member: str, params: Mapping[str, Any]) -> bool:
    """Whether the size WxH in ExtInfo is allowed; it stands in AdditionalParameters, which is JSON inside JSON.

    That the divisor divides the product of the sides, and not each side, is ambiguity A-VT-OG16 of models.json.
    """
    inside = _parsed_json(_value_at(_parsed_json(_value_at(params, member)), "AdditionalParameters"))
    size = _value_at(inside, "size")
    found = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if found is None:
        return True
    sides = sorted(map(int, found.groups()))
    pixels = sides[0] * sides[1]
    return all(
        (
            relation.get("min_pixels", 0) <= pixels <= relation.get("max_pixels", pixels),
            relation.get("min_side", 0) <= sides[0],
            sides[1] <= relation.get("max_side", sides[1]),
            pixels % relation.get("divisor", 1) == 0,
        )
    )


PIXELS = frozenset({"divisor", "max_pixels", "max_side", "min_pixels", "min_side"})
RELATION_KINDS: Mapping[str, RelationKind] = {
    "span": RelationKind(_holds_span, frozenset({"from", "to"}), frozenset({"max_days"})),
    "multiple_of": RelationKind(_holds_multiple_of, frozenset({"of"}), frozenset({"default"})),
    "distinct": RelationKind(_holds_distinct, frozenset({"one", "others"})),
    "pixels": RelationKind(_holds_pixels, frozenset(), PIXELS),
}


def check_relation(relation: Mapping[str, Any], where: str) -> None:
    """Checks that a relation is of a known kind and has the keys of that kind.

    Raises:
        ContractFileError: It is not, or has not; the message begins with `where` and says why.
    """
    kind = RELATION_KINDS.get(relation.get("kind", ""))
    if kind is None:
        raise ContractFileError(f"{where}/kind: {relation.get('kind')!r} is none of {', '.join(RELATION_KINDS)}")
    keys = relation.keys() - {"kind"}
    wrong = sorted(keys - kind.needs - kind.may) + sorted(kind.needs - keys)
    if wrong:
        raise ContractFileError(f"{where}: {relation['kind']} has not just {', '.join(wrong)}")


def holds(relation: Mapping[str, Any], member: str, params: Mapping[str, Any]) -> bool:
    """Whether a relation that `check_relation` has passed holds.

    Args:
        relation: The relation, as a contract file writes it.
        member: The path of the member that a finding would name.
        params: The parameters of the call.
    """
    return RELATION_KINDS[relation["kind"]].holds(relation, member, params)


def _value_at(value: Any, name: str) -> Any:
    for part in parsed(name):
        value = value.get(part) if is_object(value) else None
    return value


def _values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == ITEM:
        for each in value if is_list(value) else ():
            yield from _values_at(each, path[1:])
    elif is_object(value) and path[0] in value:
        yield from _values_at(value[path[0]], path[1:])


def _parsed_json(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _parsed_instant(text: Any) -> datetime.datetime | None:
    found = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    # datetime.fromisoformat of Python 3.10 reads neither Z nor fractions of any length.
    instant, fraction, offset = found.groups()
    try:
        read = datetime.datetime.fromisoformat(instant + ("+00:00" if offset == "Z" else offset))
    except ValueError:
        return None
    return read + datetime.timedelta(seconds=float(fraction or 0))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
