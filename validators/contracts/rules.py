"""Reads the rules for single members from a contract file, and checks that they fit the published structure.

A rule is one keyword for one member. `KEYWORDS` says which members may have a keyword, and what it becomes in JSON
Schema. Some keywords are checked elsewhere: `json` in content.py, `decimal_text` in request.py, `media` in media.py. A
keyword that is not in the table is refused, because a rule that nothing checks would be a false promise.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockvod.validators.contracts.compile import INTEGERS, Lookup, Member, Structure
from mockvod.validators.contracts.documents import ContractFileError

Effect = Literal["error", "warning", "off"]

#: In the path of a rule, the items of a list: `FileInfos[].Type` is ("FileInfos", "[]", "Type").
ITEM = "[]"

#: The pattern of an instant as ISO 8601 writes it, with its offset. It accepts 29 February in every year.
ISO_8601 = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|[12][0-9]))T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


@dataclass(
    frozen=True, slots=True, eq=False
)  # compared by identity, so that a rule can be the key of what is compiled from it
class Rule:
    """One keyword for one member."""

    #: Member names from the top, `ITEM` for the items of a list.
    path: tuple[str, ...]
    #: A key of `KEYWORDS`.
    keyword: str
    value: Any
    #: The error code that the service answers with.
    code: str
    #: How the rule is known, such as "documented, API page 266/76684 2026-05-20".
    evidence: str
    #: What a violation is in the strict profile, and in the lenient one.
    severity: Effect = "error"
    lenient: Effect = "warning"
    #: The conflict or ambiguity that the rule settles.
    id: str = ""
    #: What only single keywords have: ignore_case, also, when, if_json.
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def effect(self, profile: str) -> Effect:
        """What a violation is under a profile."""
        return self.severity if profile == "strict" else self.lenient

    @property
    def where(self) -> str:
        """The path of the member as a contract file writes it: `FileInfos[].Type`."""
        return written(self.path)


# --- the table -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keyword:
    """Which members may have a keyword, and what the keyword becomes in JSON Schema."""

    #: Whether the keyword may be used at a place, and what the place must be, in words for a message.
    fits: Callable[["Place"], bool]
    must_be: str
    #: Rule -> the part of a schema that expresses it; {} where JSON Schema cannot.
    fragment: Callable[[Rule], dict[str, Any]]
    #: Whether an optional member with this keyword counts as absent when it is an empty text (assumed; SDKs send them).
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What the path of a rule leads to."""

    member: Member
    #: Whether the path ends with `ITEM`.
    item: bool
    #: Whether the path has a single part.
    top: bool

    @property
    def is_list(self) -> bool:
        """Whether the place holds a list, and not one of its items."""
        return self.member.list and not self.item

    @property
    def kind(self) -> str:
        """What JSON Schema calls its type: array, object, integer, number, boolean or string."""
        if self.is_list:
            return "array"
        if not self.member.primitive:
            return "object"
        if self.member.type in INTEGERS:
            return "integer"
        return {"float": "number", "bool": "boolean"}.get(self.member.type, "string")


def _of_kind(*kinds: str) -> Callable[[Place], bool]:
    return lambda place: place.kind in kinds


def _unchanged(rule: Rule) -> dict[str, Any]:
    return {rule.keyword: rule.value}


def _enum(rule: Rule) -> dict[str, Any]:
    if not rule.options.get("ignore_case"):
        return {"enum": rule.value}
    return {"pattern": any_case(rule.value)}


def _format(rule: Rule) -> dict[str, Any]:
    # As a pattern, because `format` is only an annotation in JSON Schema 2020-12.
    return {"pattern": f"^(?:{'|'.join((ISO_8601, *map(re.escape, rule.options.get('also', ()))))})$"}


def _json(rule: Rule) -> dict[str, Any]:
    return {"contentMediaType": "application/json", "contentSchema": rule.value}


KEYWORDS: Mapping[str, Keyword] = {
    "required": Keyword(lambda place: not place.item, "a member", lambda rule: {"required": [rule.path[-1]]}),
    "minLength": Keyword(_of_kind("string"), "text", _unchanged),
    "maxLength": Keyword(_of_kind("string"), "text", _unchanged),
    "pattern": Keyword(_of_kind("string"), "text", _unchanged, blank=True),
    "minimum": Keyword(_of_kind("integer", "number"), "a number", _unchanged),
    "maximum": Keyword(_of_kind("integer", "number"), "a number", _unchanged),
    "minItems": Keyword(_of_kind("array"), "a list", _unchanged),
    "maxItems": Keyword(_of_kind("array"), "a list", _unchanged),
    "enum": Keyword(_of_kind("string", "integer", "number"), "text or a number", _enum, blank=True),
    "format": Keyword(_of_kind("string"), "text", _format, blank=True),
    "json": Keyword(_of_kind("string"), "text", _json, blank=True),
    "default": Keyword(lambda place: True, "a member", _unchanged),
    "media": Keyword(_of_kind("string", "array"), "text or a list", lambda rule: {"x-mockvod-media": rule.value}),
    # What the pattern does not match violates the published type, so there is nothing to add to the schema.
    "decimal_text": Keyword(lambda place: place.top and place.kind == "integer", "an integer", lambda rule: {}),
}
#: The keywords that the compiled schema checks.
CHECKED = frozenset(KEYWORDS) - {"json", "default", "media", "decimal_text"}
#: The keys that every rule may have; all others are options of its keyword.
_COMMON = frozenset({"value", "evidence", "code", "severity", "lenient", "id", "note"})


def any_case(values: Collection[str]) -> str:
    """A pattern that matches these texts in any case of their ASCII letters: `^1080[Pp]$`."""
    texts = ["".join(map(_either_case, each)) for each in values]
    return f"^{texts[0]}$" if len(texts) == 1 else f"^(?:{'|'.join(texts)})$"


def _either_case(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return f"[{letter.upper()}{letter.lower()}]"
    return re.escape(letter)


# --- reading -------------------------------------------------------------------------------------------------------


def read_rules(document: Mapping[str, Any], structure: Structure, types: Lookup, where: str) -> tuple[Rule, ...]:
    """The rules of a contract file that fits contract.schema.json, in the order of the file.

    Args:
        document: The contract file.
        structure: The structure of the action's request.
        types: Finds a nested structure.
        where: The name of the file, for messages.

    Raises:
        ContractFileError: A path leads to no member, or a rule does not fit the type of its member.
    """
    usual = usual_code(document)
    found: list[Rule] = []
    for name, bodies in document.get("members", {}).items():
        place = find(name, structure, types, f"{where}: members/{name}")
        found += [
            _rule(name, keyword, body, place, usual, f"{where}: members/{name}/{keyword}")
            for keyword, body in bodies.items()
            if keyword != "notes"
        ]
    return tuple(found)


def _rule(name: str, keyword: str, body: Mapping[str, Any], place: Place, usual: str, where: str) -> Rule:
    facts = KEYWORDS[keyword]
    if not facts.fits(place):
        raise ContractFileError(f"{where}: {name} is not {facts.must_be}")
    _check_value(keyword, body, place, where)
    return Rule(
        path=parsed(name),
        keyword=keyword,
        value=body["value"],
        code=body.get("code", "MissingParameter" if keyword == "required" else usual),
        evidence=evidence(body["evidence"]),
        severity=body.get("severity", "error"),
        lenient=body.get("lenient", "warning"),
        id=body.get("id", ""),
        options={key: value for key, value in body.items() if key not in _COMMON},
    )


_VALUES: Mapping[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float)}


def _check_value(keyword: str, body: Mapping[str, Any], place: Place, where: str) -> None:
    value = body["value"]
    if keyword == "enum":
        wanted = _VALUES[place.kind]
        wrong = [each for each in value if not isinstance(each, wanted) or isinstance(each, bool)]
        if wrong:
            raise ContractFileError(f"{where}: {wrong[0]!r} is no {place.member.type}")
        if body.get("ignore_case") and place.kind != "string":
            raise ContractFileError(f"{where}: ignore_case is for text, not for a {place.member.type}")
    if keyword in ("minimum", "maximum") and place.kind == "integer" and not isinstance(value, int):
        raise ContractFileError(f"{where}: {value!r} is no {place.member.type}")


def usual_code(document: Mapping[str, Any]) -> str:
    """The error code for a value that a rule without a code of its own refuses.

    InvalidParameter where the action lists it, else InvalidParameterValue, which is a common code and so can come from
    every action (assumed; ambiguity A-LEN-CODE of the contracts).
    """
    listed = {code for group in document["errors"] for code in group["codes"]}
    return "InvalidParameter" if "InvalidParameter" in listed else "InvalidParameterValue"


def evidence(body: Mapping[str, str]) -> str:
    """The evidence of a rule or a condition on one line: its kind, source and date."""
    return f"{body['kind']}, {body['source']} {body['date']}"


def parsed(name: str) -> tuple[str, ...]:
    """The parts of a path as a contract file writes it; `written` is the reverse."""
    return tuple(part for part in name.replace(ITEM, f".{ITEM}").split("."))


def written(path: tuple[str, ...]) -> str:
    """A path as a contract file writes it; `parsed` is the reverse."""
    return ".".join(path).replace(f".{ITEM}", ITEM)


def find(name: str, structure: Structure, types: Lookup, where: str) -> Place:
    """The place that a path of a contract file leads to.

    Args:
        name: The path, such as `FileInfos[].Type`.
        structure: The structure that it begins in.
        types: Finds a nested structure.
        where: What messages begin with.

    Raises:
        ContractFileError: The path leads to no member.
    """
    path = parsed(name)
    member: Member | None = None
    item = False
    for part in path:
        if part == ITEM:
            if member is None or not member.list or item:
                raise ContractFileError(f"{where}: {name} speaks of the items of what is no list")
            item = True
            continue
        if member is not None:
            if member.primitive or (member.list and not item):
                raise ContractFileError(f"{where}: {member.name} has no members; items of a list are written []")
            structure = types(member.type)
        member, item = structure.by_name.get(part), False
        if member is None:
            raise ContractFileError(f"{where}: no such member {part!r} in {structure.name}")
    assert member is not None, name  # because a path has at least one part
    return Place(member, item, top=len(path) == 1)
