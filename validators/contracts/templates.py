"""Templates of answers, as contracts/tasks.json writes them, and how they are filled.

A template is JSON in which an object with a key that begins with ``$`` stands for a value:

    {"$from": "created"}              a name in small letters is a value that whoever fills the template computes
    {"$from": "OutputConfig.ClassId"} any other name is a member of the request, by its path
        "as": "number" | "json"       the number, or the JSON, that is written in the text
        "else": 0                     stands where the value is absent or empty; without it, an empty text does
    {"$one_of": [...]}                one of these
    {"$between": [0, 100]}            a whole number, both ends included
    {"$json": …}                      a text that holds the filled template as JSON
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.json_values import is_list, is_object

Template = Mapping[str, Any]
#: Name -> what computes the value. Only what a template names is computed.
Computed = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What decides where a template leaves something open."""

    one_of: Callable[[Sequence[Any]], Any]
    between: Callable[[int, int], int]
    #: Writes JSON.
    text: Callable[[Any], str]


def _in_unicode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


#: The first, the lowest, and JSON in Unicode: the same every time.
FIRST = Choices(lambda values: values[0], lambda lowest, _: lowest, _in_unicode)


def fill(template: Any, computed: Computed, asked: Mapping[str, Any], choices: Choices = FIRST) -> Any:
    """The template with a value in every place. `asked` is the request, or what is played back of it.

    Raises:
        ContractFileError: the template names a value that nothing computes.
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
    # A computed value stands for itself, however empty.
    return value if _is_computed(name) else value or place.get("else", "")


def _member(asked: Mapping[str, Any], path: str) -> Any:
    value: Any = asked
    for name in path.split("."):
        value = value.get(name) if value else None
    return value


def _json_in(text: str | None) -> Any:
    """The JSON inside a text member, or the text itself where it is none; None for no text."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text
