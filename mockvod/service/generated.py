"""Answers for the actions that have no function of their own, made from nothing but their response contract.

The method: the members of a contract's response become a tree of makers, once. A list holds one item, or as many as the
request lets it; an object is filled down to LEVELS and null below. The value of a text, number or flag comes from the
first row of RULES that fits its name and kind. What differs from call to call is drawn from a digest of the seed, the
action and its parameters, so that equal calls get equal answers: nothing is stored, and only times read the clock.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mockvod.clock import iso
from mockvod.ids import Ids
from mockvod.narrowing import is_array, is_object
from mockvod.service.context import Context
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.contracts.compile import PRIMITIVES, Member, Structure

#: An object that lies deeper is null and a list of such is empty. The members of the answer itself are on level 1.
LEVELS: Final = 3
#: Request members are played back down to this level: what lies deeper is named alike by chance.
ECHO_LEVELS: Final = 2
#: The request members that say how long a page is, and those that ask for a later one than the first.
PAGE_SIZES: Final = ("Limit", "PageSize", "MaxKeys")
LATER_PAGES: Final = ("Offset", "ScrollToken", "Marker")
#: What is said to expire does so in seven days, as Temporary results do.
LIFETIME: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Draw:
    """One call, as the rules see it."""

    params: Mapping[str, Any]
    #: Gives the same identifiers to equal calls.
    ids: Ids
    now: float
    #: The application that the call belongs to, and what the TaskIds of its action have in the middle and at the end.
    application: int
    task_form: tuple[str, str]
    settings: Settings
    #: How many items a list of the answer itself may have; None for any number.
    page: int | None

    def url(self, extension: str) -> str:
        """Where a result would be. No file is there."""
        return f"{self.settings.media_url}/generated/{self.ids.hex(32)}.{extension}"

    def number(self, lowest: int) -> int:
        """A whole number from `lowest` on, of 65,536."""
        return lowest + int(self.ids.hex(4), 16)


Maker = Callable[[Draw], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands in the members of some name and kind."""

    #: Patterns of the whole name of the structure and of the whole name of the member, the latter in the singular.
    owner: str
    member: str
    #: The JSON type: "string", "integer", "number" or "boolean".
    kind: str
    value: Maker
    reason: str


def _constant(value: Any) -> Maker:
    return lambda draw: value


#: Go before what the request says.
OWN_RULES: Final[tuple[Rule, ...]] = (
    Rule(".*", "ScrollToken|NextMarker", "string", _constant(""), "there is one page, and this is its end"),
    Rule(".*", ".*(Image|Img|Cover|Pic)Url", "string", lambda d: d.url("png"), "a result, never the source's own URL"),
    Rule(".*", ".*(Audio|Voice)Url", "string", lambda d: d.url("mp3"), "likewise"),
    Rule(".*", ".*Url", "string", lambda d: d.url("mp4"), "likewise: in VOD what has no other name is a film"),
)
#: Go after it; the first that fits holds, and the last four fit everything that is left.
RULES: Final[tuple[Rule, ...]] = (
    Rule(
        ".*", ".*TaskId", "string", lambda d: d.ids.task_id(d.application, *d.task_form), "the form of all other tasks"
    ),
    Rule(".*", ".*FileId|Vid", "string", lambda d: d.ids.file_id(), "19 digits, as recorded"),
    Rule(".*", "(Element|Subject)Id", "string", lambda d: d.ids.element_id(), "18 digits, as recorded"),
    Rule(".*", "Session(Id|Context)", "string", _constant(""), "as recorded where the request has none"),
    Rule(".*", ".*(Id|ID|Token|Key|Md5|Sha1|ETag)", "string", lambda d: d.ids.hex(32), "opaque to clients"),
    Rule(".*", ".*Expired?Time", "string", lambda d: iso(d.now + LIFETIME), "what has just been made is still good"),
    Rule(".*", ".*Time|CreatedAt|LastModified|Timestamp", "string", lambda d: iso(d.now), "as printed by the service"),
    Rule(".*", ".*Date", "string", lambda d: iso(d.now)[:10], "a day"),
    Rule(".*Result", "Status", "string", _constant("SUCCESS"), "documented: parts of a task do not say FINISH"),
    Rule(".*(Policy|Config)", "Status", "string", _constant("Disabled"), "documented: not switched on"),
    Rule("MediaBasicInfo", "Status", "string", _constant("Normal"), "documented: a file that may be played"),
    Rule("SubAppIdInfo", "Status", "string", _constant("On"), "documented: an application in use"),
    Rule("StorageRegionInfo", "Status", "string", _constant("opened"), "documented: a region in use"),
    Rule("RoundPlayInfo", "Status", "string", _constant("Enabled"), "documented: a playlist in use"),
    Rule("KnowledgeBaseInfo", "Status", "string", _constant("active"), "documented: a base in use"),
    Rule(".*", "WechatStatus", "string", _constant("SUCCESS"), "documented: has values of its own"),
    Rule(".*", "DeployStatus", "string", _constant("Online"), "documented: a domain in use"),
    Rule(".*", ".*Status|State", "string", _constant("FINISH"), "documented: whatever it is has been done"),
    Rule(".*", "Suggestion", "string", _constant("pass"), "documented: reviewed without objection"),
    Rule(".*", ".*Switch", "string", _constant("OFF"), "documented: what nobody switched on is off"),
    Rule(".*Template(Item)?", "Type", "string", _constant("Custom"), "documented: not one of the service's own"),
    Rule(".*", "Definition", "string", lambda d: str(d.number(100_001)), "a template's number, in two types as text"),
    Rule(".*", ".*Region", "string", _constant("ap-singapore"), "a region of the international site"),
    Rule(".*", ".*Domain(Name)?", "string", _constant("generated.example.com"), "a domain that nobody can own"),
    Rule(".*", ".*Path", "string", lambda d: f"/generated/{d.ids.hex(32)}", "a file's place in a bucket"),
    Rule(".*", ".*Name", "string", lambda d: f"generated-{d.ids.hex(8)}", "tells whoever reads it what it is"),
    Rule("CreateSubAppIdResponse", "SubAppId", "integer", lambda d: d.number(1_500_000_002), "a new application"),
    Rule(".*", "SubAppId", "integer", lambda d: d.application, "the one that the call belongs to"),
    Rule(".*", "Definition|.*Id", "integer", lambda d: d.number(100_001), "above the service's own templates"),
    Rule("TempCertificate", "ExpiredTime", "integer", lambda d: int(d.now) + LIFETIME, "documented: UNIX seconds"),
    Rule(".*", ".*TimeStamp", "integer", lambda d: int(d.now) + LIFETIME, "UNIX seconds: of URLs that expire"),
    Rule(".*", "Progress", "integer", _constant(100), "goes with FINISH and SUCCESS"),
    Rule(".*", "Result", "boolean", _constant(True), "what was asked for has been done"),
    Rule(".*", ".*", "string", _constant(""), "recorded: so the service writes that there is nothing"),
    Rule(".*", ".*", "integer", _constant(0), "likewise, and the ErrCode of success"),
    Rule(".*", ".*", "number", _constant(0), "likewise"),
    Rule(".*", ".*", "boolean", _constant(False), "likewise"),
)
#: Lists of what could not be done stay empty: whatever is asked for is there, and everything succeeds.
_FAILED_ITEMS: Final = re.compile("(NotExist|Fail).*")
#: Blocks of which one applies, by what kind of task or event it is. Recorded: the others are null.
_ALTERNATIVES: Final = re.compile(".*(Task|Event|Complete)")
_CLASSES: Final[Mapping[str, Any]] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def answer(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """What the action might answer to `params`. The same for the same action, parameters and seed, times aside."""
    contract, settings = context.contract, context.settings
    call = json.dumps([settings.seed, contract.action, params], sort_keys=True, separators=(",", ":"))
    ids = Ids(int.from_bytes(hashlib.sha256(call.encode()).digest(), "big"))
    application = context.application(params)
    task_form = (contract.task.id_names[0], contract.task.id_end) if contract.task else (contract.action, "t")
    made: dict[str, Any] = _maker_for(contract)(
        Draw(params, ids, context.now, application, task_form, settings, _page(params))
    )
    return made


@cache
def _maker_for(contract: Contract) -> Maker:
    """How the answers of an action are made."""
    return _structure(contract.response, contract, 1)


def _structure(structure: Structure, contract: Contract, level: int) -> Maker:
    """Makes objects whose members are on `level`."""
    members = [each for each in structure.members if level > 1 or each.name != "RequestId"]
    makers = {each.name: _member(structure, each, contract, level) for each in members}
    blocks = [each for each in members if not each.primitive and not each.list]
    blocks = [each for each in blocks if _ALTERNATIVES.fullmatch(each.name) or _ALTERNATIVES.fullmatch(each.type)]
    if len(blocks) > 1:  # Which one applies depends on state that is not there. For what may be null see compile.py.
        idle = [each.name for each in blocks if level > 1 or each.nullable or not each.output_required]
        makers.update(dict.fromkeys(idle, _constant(None)))
    lists = [each.name for each in members if each.list]
    counted = "TotalCount" in structure.by_name

    def make(draw: Draw) -> dict[str, Any]:
        made = {name: maker(draw) for name, maker in makers.items()}
        if counted:  # so that a client which pages until it has them all comes to an end
            made["TotalCount"] = sum(len(made[name]) for name in lists)
        return made

    return make


def _member(owner: Structure, member: Member, contract: Contract, level: int) -> Maker:
    """Makes the values of one member."""
    if not member.primitive and level > LEVELS:
        return (lambda draw: []) if member.list else _constant(None)
    if member.primitive:
        name = re.sub("(Set|s)$", "", member.name) if member.list else member.name
        own = _first_fitting(OWN_RULES, owner, name, member)
        # The last rows fit everything, and a test holds them to it.
        rule = own or _first_fitting(RULES, owner, name, member)
        assert rule
        make = rule.value
    else:
        own, make = None, _structure(contract.types(member.type), contract, level + 1)
    if member.list:
        make = _list_of(make, member)
    if own is None and level <= ECHO_LEVELS:
        make = _echoed(make, member, contract)
    return (lambda draw: make(draw)[: draw.page]) if member.list and level == 1 else make


def _first_fitting(rules: tuple[Rule, ...], owner: Structure, name: str, member: Member) -> Rule | None:
    kind = PRIMITIVES[member.type]["type"]
    fitting = (each for each in rules if each.kind == kind and re.fullmatch(each.member, name))
    return next((each for each in fitting if re.fullmatch(each.owner, owner.name)), None)


def _list_of(make: Maker, member: Member) -> Maker:
    if _FAILED_ITEMS.fullmatch(member.name):
        return lambda draw: []
    # An empty text is no item.
    return lambda draw: [] if (item := make(draw)) == "" else [item]


def _echoed(make: Maker, member: Member, contract: Contract) -> Maker:
    """As `make`, unless the request has a member of that name, or for a single value a list of such, that fits."""
    asked = contract.request.by_name
    lists = () if member.list else tuple(each for each in (f"{member.name}s", f"{member.name}Set") if each in asked)
    if member.name not in asked and not lists:
        return make

    def echo(draw: Draw) -> Any:
        given = [draw.params.get(member.name)]
        given += [each[0] for name in lists if (each := draw.params.get(name)) and is_array(each)]
        for value in given:
            if value != "" and _fits(member, value, contract, member.list):
                return value
        return make(draw)

    return echo


def _fits(member: Member, value: Any, contract: Contract, listed: bool) -> bool:
    """Whether `value`, from a request, may stand in an answer, whose members can be of other types and fewer."""
    if listed:
        return is_array(value) and all(_fits(member, each, contract, False) for each in value)
    if member.primitive:
        schema = PRIMITIVES[member.type]
        right = isinstance(value, _CLASSES[schema["type"]]) and isinstance(value, bool) == (member.type == "bool")
        return right and bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    known = contract.types(member.type).by_name
    return is_object(value) and all(
        name in known and _fits(known[name], each, contract, known[name].list) for name, each in value.items()
    )


def _page(params: Mapping[str, Any]) -> int | None:
    """How many items the request takes at most; None for any number."""
    if any(params.get(name) for name in LATER_PAGES):
        return 0
    sizes = [params[name] for name in PAGE_SIZES if isinstance(params.get(name), int)]
    return max(0, min(sizes)) if sizes else None
