"""Templates of answers in contracts/tasks.json, and how they are filled.

A template is JSON in which an object with a key that begins with ``$`` stands for a value:

    {"$from": "created"}              a name with a small first letter: a value that the caller of `fill` computes
    {"$from": "OutputConfig.ClassId"} any other name: the member of the request at that path
        "as": "number" | "json"       the number or the JSON in the text
        "else": 0                     the value where the member is absent or empty; by default, an empty text
    {"$one_of": [...]}                one of these values
    {"$between": [0, 100]}            a whole number from the first to the last
    {"$json": …}                      a text that contains the filled template as JSON
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.json_values import is_list, is_object

Template = Mapping[str, Any]
#: Name -> the function that computes the value. Only values that a template names are computed.
Computed = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Choices:
    """The functions that choose values where a template allows several."""

    one_of: Callable[[Sequence[Any]], Any]
    between: Callable[[int, int], int]
    #: Converts a value to JSON.
    text: Callable[[Any], str]


def _in_unicode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


#: Always the same choices: the first value, the lowest number, and JSON that is not escaped to ASCII.
FIRST = Choices(lambda values: values[0], lambda lowest, _: lowest, _in_unicode)


def fill(template: Any, computed: Computed, asked: Mapping[str, Any], choices: Choices = FIRST) -> Any:
    """Fills a template.

    Args:
        template: The template, or a part of it.
        computed: Functions for the computed values.
        asked: The request, or the Input that repeats it.
        choices: Functions that choose values; by default, always the same ones.

    Raises:
        ContractFileError: The template names a value that `computed` does not have.
    """
    if is_list(template):
        return [fill(each, computed, asked, choices) for each in template]
    if not is_object(template):
        return template
    if "$from" in template:
        return _value(template, computed, asked)
    if "$one_of" in template:
        return choices.one_of(template["$one_of"])
    if "$between" in template:
        return choices.between(*template["$between"])
    if "$json" in template:
        return choices.text(fill(template["$json"], computed, asked, choices))
    return {name: fill(each, computed, asked, choices) for name, each in template.items()}


def _is_computed(name: str) -> bool:
    return name[0].islower()


def _value(place: Mapping[str, Any], computed: Computed, asked: Mapping[str, Any]) -> Any:
    name, form = place["$from"], place.get("as")
    if _is_computed(name) and name not in computed:
        raise ContractFileError(
            f"contracts/tasks.json: nothing computes {name}; there are {', '.join(sorted(computed))}"
        )
    value = computed[name]() if _is_computed(name) else _member(asked, name)
    if form == "number":
        return int(value)
    if form == "json":
        return _json_in(value)
    # "else" does not apply to computed values, even empty ones.
    return value if _is_computed(name) else value or place.get("else", "")


def _member(asked: Mapping[str, Any], path: str) -> Any:
    value: Any = asked
    for name in path.split("."):
        value = value.get(name) if value else None
    return value


def _json_in(text: str | None) -> Any:
    """The JSON in a text, or the text itself where it is no JSON; None where there is no text."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text
