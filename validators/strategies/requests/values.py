"""The values that a single member may have: a few for each type and rule, the simplest first, those at a limit marked.

The values of an action are listed when the action is first asked for, so that a draw is a choice from a table. Where
any text is valid, `FreeText` is among them, and a text is drawn in its place.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockvod.validators.contracts.compile import INTEGERS, PRIMITIVES, Member
from mockvod.validators.contracts.rules import Rule


class FreeText(NamedTuple):
    """Stands for any text of 1 to `most` characters."""

    most: int


class Value(NamedTuple):
    """A value of a member; `limit` says whether one step further would violate a rule or a type."""

    value: Any
    limit: bool = False


#: The length of the longest text that is drawn; longer ones would take more time than the rest of a request.
_MAX_DRAWN = 20
#: Texts at a greater limit are ASCII only: JSON may write an emoji in twelve bytes, and a call may have 10 MB.
_LONG = 100_000
#: Texts whose length differs in code points, UTF-16 units and bytes (A-CHARS of the contracts), and texts that careless
#: escaping breaks.
_TEXTS = ("a", "中文", "\U0001f600", 'é"\\ \n{{', "[[", "0")

_FILE_ID = ("3704211000509819", "5285890784246869930")
_URLS = ("https://example.com/a.mp4", "http://example.com/b.png", "https://example.com/%E4%B8%AD.mov?x=1&y=2")
_INSTANTS = ("2099-12-31T23:59:59Z", "2100-02-28T08:00:00+08:00", "2099-01-31T00:00:00.5-11:30")

#: Pattern of a contract -> texts that match it.
PATTERNS: Mapping[str, tuple[Value, ...]] = {
    "^[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?$": (Value("aaaaaaaa"), Value("A_-voice-1")),
    "^[A-Za-z0-9]+$": (Value("a"), Value("A1b2C3")),
    "^[A-Za-z0-9]{16,32}$": (Value("a" * 16, True), Value("A1" * 10), Value("Z9" * 16, True)),
    "^[0-9]{14,19}$": (Value("1" * 14, True), Value("857348715911598110"), Value("9" * 19, True)),
    "^(?!data:)[^\\s]+$": (*map(Value, _URLS), Value("a", True)),
    "^/[\\s\\S]*$": (Value("/"), Value("/a/中.mp4")),
}

#: Name of a member whose type says too little -> its values: assumed, in the form that the published examples show. The
#: least SubAppId is inferred from the TaskIds, which begin with it.
_BY_NAME: Mapping[str, tuple[Any, ...]] = {
    "SubAppId": (1000, 251007502, 999999999999),
    "FileId": _FILE_ID,
    "FileIds": _FILE_ID,
    "MediaType": ("mp4", "mov"),
    "CoverType": ("jpg", "png"),
    "CoverUrl": ("https://example.com/cover.jpg", "http://example.com/cover.png"),
    "StorageRegion": ("ap-singapore", "ap-chongqing"),
    "TaskId": ("251007502-AigcVideoTask-" + "0" * 32 + "t",),
    "Base64": ("iVBORw0KGgo=",),
    "OutputImageCount": (1, 4),
}
_BY_ENDING: Mapping[str, tuple[str, ...]] = {"Url": _URLS, "Urls": _URLS, "FileId": _FILE_ID}

_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "datetime_iso": _INSTANTS,
    "date": ("2026-01-31",),
    "datetime": ("2026-01-31 08:00:00",),
}


def values(member: Member, rules: Mapping[str, Rule]) -> tuple[Value, ...]:
    """The values of a member that is neither a list nor an object.

    Args:
        member: The member.
        rules: Keyword -> the rule for this member.
    """
    if "enum" in rules:
        return tuple(_enum_values(rules["enum"]))
    if "json" in rules:
        return tuple(json_texts(rules["json"].value, free=bool(rules["json"].options.get("if_json"))))
    if "format" in rules:
        return tuple(map(Value, (*_INSTANTS, *rules["format"].options.get("also", ()))))
    if "pattern" in rules:
        return _pattern_values(rules)
    if member.type == "bool":
        return (Value(False), Value(True))
    is_number = member.type in INTEGERS or member.type == "float"
    usual = tuple(each for each in _usual(member) if isinstance(each, int) == is_number)
    return tuple(_numbers(member.type, rules, usual) if is_number else _texts(rules, usual))


def _usual(member: Member) -> Sequence[Any]:
    if member.name in _BY_NAME:
        return _BY_NAME[member.name]
    ending = (texts for end, texts in _BY_ENDING.items() if member.name.endswith(end))
    return next(ending, _BY_TYPE.get(member.type, ()))


def spellings(texts: Iterable[Any]) -> Iterator[Any]:
    """Each text as it is, in lower case and in upper case, without repetitions."""
    yield from dict.fromkeys(form for text in texts for form in (text, text.lower(), text.upper()))


def json_texts(schema: Mapping[str, Any], *, free: bool = False) -> Iterator[Value]:
    """JSON texts that fit a schema of a contract: compact ones, and ones with line ends and Unicode escapes.

    Args:
        schema: The schema, as the rule `json` of a contract file has it.
        free: Whether a text that is not JSON is valid as well.
    """
    for made, limit in _schema_values(schema):
        yield Value(json.dumps(made, ensure_ascii=False, separators=(",", ":")), limit)
        yield Value(json.dumps(made, indent=1), limit)
    if free:
        yield Value("myextinfo")


def _enum_values(rule: Rule) -> Iterator[Value]:
    return map(Value, spellings(rule.value) if rule.options.get("ignore_case") else rule.value)


def _pattern_values(rules: Mapping[str, Rule]) -> tuple[Value, ...]:
    made = PATTERNS[rules["pattern"].value]
    if "maxLength" in rules:
        made = (*made, Value("a" * rules["maxLength"].value, True))
    if "minLength" in rules and len(made[0].value) == rules["minLength"].value:
        made = (Value(made[0].value, True), *made[1:])
    return made


def span(kind: str, rules: Mapping[str, Rule]) -> tuple[Any, Any]:
    """The least and the greatest number that the type of a member and the rules for it allow."""
    least, most = PRIMITIVES[kind]["minimum"], PRIMITIVES[kind]["maximum"]
    if "minimum" in rules:
        least = max(least, rules["minimum"].value)
    if "maximum" in rules:
        most = min(most, rules["maximum"].value)
    return least, most


def _numbers(kind: str, rules: Mapping[str, Rule], usual: Sequence[Any]) -> Iterator[Value]:
    if usual:
        yield from map(Value, usual)
        return
    least, most = span(kind, rules)
    yield from numbers(least, most, whole=kind in INTEGERS)


def numbers(least: Any, most: Any, *, whole: bool) -> Iterator[Value]:
    """Numbers of a range, both ends among them; 1 is the simplest where it fits."""
    simple = 1 if least <= 1 <= most else least
    yield Value(simple, simple in (least, most))
    for each in dict.fromkeys((least, most)):
        if each != simple:
            yield Value(each, True)
    between = [each for each in (0, 2, 5, 10) if least < each < most]
    yield from map(Value, between)
    if not whole and least < simple + 0.5 < most:
        yield Value(simple + 0.5)


def _texts(rules: Mapping[str, Rule], usual: Sequence[Any]) -> Iterator[Value]:
    least = rules["minLength"].value if "minLength" in rules else 0
    most = rules["maxLength"].value if "maxLength" in rules else None
    # At least one character, because an empty text may count as absent.
    kept = [each for each in usual or _TEXTS if max(1, least) <= len(each) and (most is None or len(each) <= most)]
    yield from (Value(each, len(each) in (least, most)) for each in kept)
    if most is not None:
        letters = ("a", "中", "\U0001f600") if most <= _LONG else ("a",)
        yield from (Value(each * most, True) for each in letters)
    if not usual:
        yield Value(FreeText(min(most or _MAX_DRAWN, _MAX_DRAWN)))


def _schema_values(schema: Mapping[str, Any], name: str = "item") -> Iterator[tuple[Any, bool]]:
    """Values that fit a schema, and whether each is at a limit.

    It understands the part of JSON Schema that contracts use for JSON inside a text.
    """
    if schema.get("contentMediaType") == "application/json":
        yield from (("{}", False), (json.dumps({"camera_control": {"type": "中", "scale": [1, 2.5]}}), False))
    elif schema.get("type") == "array":
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        items = [made for made, _ in _schema_values(schema.get("items", {"type": "string"}))]
        for count in dict.fromkeys((max(least, 1), least, most or 3)):
            yield [items[number % len(items)] for number in range(count)], count in (least, most)
    elif schema.get("type", "object") == "object":
        yield from _object_values(schema)
    elif name == "tag_id":
        yield from (("o_101", False), ("o_102", False))
    else:
        # With the name of the member in it, because the pictures of an element must differ (A-AE-DIFFER in
        # CreateAigcAdvancedCustomElement.json).
        yield from (
            (text.format(name), False) for text in ("{}_1", "https://example.com/{}", "https://example.com/中/{}")
        )


def _object_values(schema: Mapping[str, Any]) -> Iterator[tuple[Any, bool]]:
    inside = {name: list(_schema_values(each, name)) for name, each in schema.get("properties", {}).items()}
    if not schema.get("required"):
        yield {}, False
    for number in range(max(map(len, inside.values()), default=0)):
        picked = {name: made[number % len(made)] for name, made in inside.items()}
        yield {name: value for name, (value, _) in picked.items()}, any(limit for _, limit in picked.values())
