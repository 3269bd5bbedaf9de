"""Rules about single members: what a contract file says under `members`, held against the published structure.

A rule is one keyword about one member. `KEYWORDS` says which members a keyword may speak of and what it becomes in JSON
Schema; a keyword that becomes nothing works elsewhere: `json` in content.py, `decimal_text` in request.py, `media` in
media.py. Whatever a file says that is not in the table is refused, because a rule that nobody checks is a false promise.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockvod.validators.contracts.compile import INTEGERS, Lookup, Member, Structure
from mockvod.validators.contracts.documents import ContractFileError

Effect = Literal["error", "warning", "off"]

#: A list's items in a rule's path: `FileInfos[].Type` is ("FileInfos", "[]", "Type").
ITEM = "[]"

#: Date, time and offset as ISO 8601 writes an instant; 29 February passes in every year.
ISO_8601 = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|[12][0-9]))T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
    "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


@dataclass(frozen=True, slots=True, eq=False)  # by identity: what is compiled of a rule is kept by it
class Rule:
    """One keyword about one member."""

    #: Member names from the top, `ITEM` for the items of a list.
    path: tuple[str, ...]
    #: A key of `KEYWORDS`.
    keyword: str
    value: Any
    #: What the service answers for a violation.
    code: str
    #: "documented, API page 266/76684 2026-05-20".
    evidence: str
    #: What a violation is in the strict profile, and in the lenient one.
    severity: Effect = "error"
    lenient: Effect = "warning"
    #: The row of the facts that the rule settles.
    id: str = ""
    #: ignore_case, also, when, if_json: options of single keywords.
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def effect(self, profile: str) -> Effect:
        return self.severity if profile == "strict" else self.lenient

    @property
    def where(self) -> str:
        """The member as a contract file writes it: `FileInfos[].Type`."""
        return written(self.path)


# --- the table -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a keyword may speak of, and what it becomes."""

    #: Says whether a place may have the rule; the text says what it must be.
    fits: Callable[["Place"], bool]
    must_be: str
    #: Rule -> the keywords of JSON Schema that say the same, {} for none.
    fragment: Callable[[Rule], dict[str, Any]]
    #: An empty text counts as not given where such a rule speaks of an optional member (assumed; SDKs send them).
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the parameters that a path leads to."""

    member: Member
    #: Whether the path ends with `ITEM`.
    item: bool
    top: bool

    @property
    def is_list(self) -> bool:
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
    # A pattern, because `format` is an annotation only in JSON Schema 2020-12.
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
    # A violation is the published type's, not this rule's: nothing to say in JSON Schema.
    "decimal_text": Keyword(lambda place: place.top and place.kind == "integer", "an integer", lambda rule: {}),
}
#: Keywords of `KEYWORDS` that a violation can break where the compiled schema is checked.
CHECKED = frozenset(KEYWORDS) - {"json", "default", "media", "decimal_text"}
#: Keys of a rule that every rule may have; the others are options of its keyword.
_COMMON = frozenset({"value", "evidence", "code", "severity", "lenient", "id", "note"})


def any_case(values: Collection[str]) -> str:
    """A pattern for these texts with the case of ASCII letters free: `^1080[Pp]$`."""
    texts = ["".join(map(_either_case, each)) for each in values]
    return f"^{texts[0]}$" if len(texts) == 1 else f"^(?:{'|'.join(texts)})$"


def _either_case(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return f"[{letter.upper()}{letter.lower()}]"
    return re.escape(letter)


# --- reading -------------------------------------------------------------------------------------------------------


def read_rules(document: Mapping[str, Any], structure: Structure, types: Lookup, where: str) -> tuple[Rule, ...]:
    """The rules of a contract file that fits contract.schema.json, in its order.

    Raises:
        ContractFileError: a path leads nowhere, or a rule does not fit the type of its member.
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
    """What an action answers for a bad value that has no code of its own (facts, aigc.md section 2)."""
    listed = {code for group in document["errors"] for code in group["codes"]}
    return "InvalidParameter" if "InvalidParameter" in listed else "InvalidParameterValue"


def evidence(body: Mapping[str, str]) -> str:
    """Evidence of a contract file on one line."""
    return f"{body['kind']}, {body['source']} {body['date']}"


def parsed(name: str) -> tuple[str, ...]:
    """The path of a member as a contract file writes it."""
    return tuple(part for part in name.replace(ITEM, f".{ITEM}").split("."))


def written(path: tuple[str, ...]) -> str:
    """The reverse of `parsed`."""
    return ".".join(path).replace(f".{ITEM}", ITEM)


def find(name: str, structure: Structure, types: Lookup, where: str) -> Place:
    """The place that a path of a contract file leads to.

    Raises:
        ContractFileError: it leads nowhere; `where` starts the message.
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
    assert member is not None, name  # a path has a part
    return Place(member, item, top=len(path) == 1)
