"""Answers for the actions that have no function of their own, generated from their response contracts alone.

The method: the members of a response contract are compiled once to a tree of functions that make values. A list gets one
item, or none where the request allows none; objects are filled down to LEVELS and null below. The value of a text, number
or flag comes from the first row of RULES that matches its name and type. Whatever differs between calls is derived from a
digest of the seed, the action and its parameters, so that equal calls get equal answers: nothing is stored, and only
times depend on the clock.
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

#: Objects below this level are null, and lists of objects are empty. The members of the answer itself are on level 1.
LEVELS: Final = 3
#: Members of the request are repeated down to this level: below it, equal names are a coincidence.
ECHO_LEVELS: Final = 2
#: The request members that give the size of a page, and those that request a later page than the first.
PAGE_SIZES: Final = ("Limit", "PageSize", "MaxKeys")
LATER_PAGES: Final = ("Offset", "ScrollToken", "Marker")
#: Whatever expires does so after seven days, like Temporary results.
LIFETIME: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Draw:
    """One call, with what the rules make values from."""

    params: Mapping[str, Any]
    #: Makes the same identifiers for equal calls.
    ids: Ids
    now: float
    #: The application that the call belongs to, and the middle and the end of the TaskIds of its action.
    application: int
    task_form: tuple[str, str]
    settings: Settings
    #: How many items a list on level 1 may have; None for any number.
    page: int | None

    def url(self, extension: str) -> str:
        """Makes the URL of a result, at which there is no file."""
        return f"{self.settings.media_url}/generated/{self.ids.hex(32)}.{extension}"

    def number(self, lowest: int) -> int:
        """Makes one of the 65,536 whole numbers from `lowest` on."""
        return lowest + int(self.ids.hex(4), 16)


Maker = Callable[[Draw], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """The value of members with some name and type."""

    #: Patterns for the whole name of the structure, and for the whole name of the member in the singular.
    owner: str
    member: str
    #: The JSON type: "string", "integer", "number" or "boolean".
    kind: str
    value: Maker
    reason: str


def _constant(value: Any) -> Maker:
    return lambda draw: value


#: Rules that take precedence over a member of the request with the same name.
OWN_RULES: Final[tuple[Rule, ...]] = (
    Rule(".*", "ScrollToken|NextMarker", "string", _constant(""), "there is one page, and this is its end"),
    Rule(".*", ".*(Image|Img|Cover|Pic)Url", "string", lambda d: d.url("png"), "a result, never the source's own URL"),
    Rule(".*", ".*(Audio|Voice)Url", "string", lambda d: d.url("mp3"), "likewise"),
    Rule(
        ".*",
        ".*Url",
        "string",
        lambda d: d.url("mp4"),
        "likewise: in VOD, a URL without another name is that of a video",
    ),
)
#: Rules for everything else; the first that matches applies, and the last four match everything.
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
    Rule(".*", "Progress", "integer", _constant(100), "consistent with FINISH and SUCCESS"),
    Rule(".*", "Result", "boolean", _constant(True), "what was requested has been done"),
    Rule(".*", ".*", "string", _constant(""), "recorded: the service writes absent texts so"),
    Rule(".*", ".*", "integer", _constant(0), "likewise, and it is the ErrCode of success"),
    Rule(".*", ".*", "number", _constant(0), "likewise"),
    Rule(".*", ".*", "boolean", _constant(False), "likewise"),
)
#: Lists of what failed or does not exist stay empty: here everything exists and succeeds.
_FAILED_ITEMS: Final = re.compile("(NotExist|Fail).*")
#: Objects of which only the one for the kind of task or event applies. Recorded: the others are null.
_ALTERNATIVES: Final = re.compile(".*(Task|Event|Complete)")
_CLASSES: Final[Mapping[str, Any]] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def answer(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Generates an answer: apart from times, the same one for the same action, parameters and seed."""
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
    """Compiles the response contract of an action."""
    return _structure(contract.response, contract, 1)


def _structure(structure: Structure, contract: Contract, level: int) -> Maker:
    """Compiles a structure whose members are on `level`."""
    members = [each for each in structure.members if level > 1 or each.name != "RequestId"]
    makers = {each.name: _member(structure, each, contract, level) for each in members}
    blocks = [each for each in members if not each.primitive and not each.list]
    blocks = [each for each in blocks if _ALTERNATIVES.fullmatch(each.name) or _ALTERNATIVES.fullmatch(each.type)]
    if len(blocks) > 1:  # Which one applies is not known here; validators/contracts/compile.py says what may be null.
        idle = [each.name for each in blocks if level > 1 or each.nullable or not each.output_required]
        makers.update(dict.fromkeys(idle, _constant(None)))
    lists = [each.name for each in members if each.list]
    counted = "TotalCount" in structure.by_name

    def make(draw: Draw) -> dict[str, Any]:
        made = {name: maker(draw) for name, maker in makers.items()}
        if counted:  # so that a client which reads pages until it has all items stops
            made["TotalCount"] = sum(len(made[name]) for name in lists)
        return made

    return make


def _member(owner: Structure, member: Member, contract: Contract, level: int) -> Maker:
    """Compiles one member."""
    if not member.primitive and level > LEVELS:
        return (lambda draw: []) if member.list else _constant(None)
    if member.primitive:
        name = re.sub("(Set|s)$", "", member.name) if member.list else member.name
        own = _first_fitting(OWN_RULES, owner, name, member)
        # The last rows match every type; a test checks that.
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
    # An empty text would be no item.
    return lambda draw: [] if (item := make(draw)) == "" else [item]


def _echoed(make: Maker, member: Member, contract: Contract) -> Maker:
    """Repeats a member of the request with the same name, if it is valid here; otherwise does the same as `make`.

    For a single value, the first item of a list in the request counts as well.
    """
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
    """Whether a value from a request is valid in the answer, where types can differ and members be missing."""
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
    """The largest number of items that the request accepts; None for any number."""
    if any(params.get(name) for name in LATER_PAGES):
        return 0
    sizes = [params[name] for name in PAGE_SIZES if isinstance(params.get(name), int)]
    return max(0, min(sizes)) if sizes else None
