"""The contracts of all actions: the published structure, and for some actions a file that is kept by hand.

Each document is read once, and structures and contracts are built when they are first asked for. What is returned is
shared by all callers, who must not change it. Two threads may build the same contract at once; it makes no difference
which of the two stays.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mockvod.validators.contracts.checks import Checks, build_checks, fits, validator
from mockvod.validators.contracts.compile import (
    COMMON_PARAMETERS,
    Lookup,
    Member,
    Probe,
    Structure,
    probe,
    response_schema,
)
from mockvod.validators.contracts.conditions import Condition, read_conditions
from mockvod.validators.contracts.documents import ContractFileError, names, read
from mockvod.validators.contracts.rules import KEYWORDS, Rule, find, parsed, read_rules, written
from mockvod.validators.contracts.task_kinds import IDENTIFIER, TaskKind, task_kinds
from mockvod.validators.errors import MockvodError

if TYPE_CHECKING:
    import jsonschema_rs

VERSION = "2018-07-17"

#: Name of an action in the published examples -> its name in the published structure (tccli-intl-en 3.1.193.1, where
#: six differ). Both are accepted.
ALIASES: Mapping[str, str] = {
    "CloneCdnDomain": "CloneCDNDomain",
    "CreateCdnDomain": "CreateCDNDomain",
    "DeleteCdnDomain": "DeleteCDNDomain",
    "DescribeCdnDomains": "DescribeCDNDomains",
    "ModifyCdnDomainConfig": "ModifyCDNDomainConfig",
    "StartCdnDomain": "StartCDNDomain",
}


class UnknownAction(MockvodError, ValueError):
    """No contract has this name; the message names the nearest ones."""


@dataclass(frozen=True, eq=False)
class Contract:
    """What one action promises. Members that only a file kept by hand can fill are None or empty without one."""

    action: str
    request: Structure
    response: Structure
    hand_kept: bool = False
    summary: str = ""
    #: "task", "sync" or "query".
    mode: str | None = None
    #: How many calls a second are let through.
    rate: int | None = None
    #: How many tasks run at a time.
    concurrency: int | None = None
    #: For how many hours a SessionId is not accepted again.
    dedup: int | None = None
    #: The action's own error codes; the common codes of API 3.0 can always come besides.
    error_codes: tuple[str, ...] = ()
    #: The member of the answer that holds the new identifier, and an anchored pattern for that identifier.
    identifier: str | None = None
    identifier_pattern: str | None = None
    #: The TaskType, and the member of DescribeTaskDetail's answer that tells of such a task.
    task_type: str | None = None
    result_field: str | None = None
    #: The EventType, and the member of an event that tells of such a task.
    event_type: str | None = None
    event_field: str | None = None
    #: What the tasks that the action makes tell of themselves; the six members above are its, read once.
    task: TaskKind | None = field(default=None, repr=False)
    #: Name of a top-level integer that may be sent as decimal text -> the pattern of that text.
    decimal_text: Mapping[str, re.Pattern[str]] = field(default_factory=dict[str, re.Pattern[str]])
    #: The family in models.json whose limits apply: "video" or "image".
    models: str | None = None
    #: The rules for single members, and the conditions between members, to which the table of models contributes.
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    conditions: tuple[Condition, ...] = field(default=(), repr=False)
    #: Paths of optional members where an empty text counts as absent.
    blanks: frozenset[tuple[str, ...]] = field(default=frozenset(), repr=False)
    not_modelled: tuple[str, ...] = ()
    #: The file that is kept by hand, unchanged; it has conflicts, sources and notes that nothing else here holds.
    document: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    types: Lookup = field(repr=False, kw_only=True)

    @property
    def request_schema(self) -> Mapping[str, Any]:
        """A self-contained schema, in plain JSON Schema 2020-12, of the parameters that the strict profile accepts.

        Null and the empty text of an optional enumeration never fit, because request.py removes such members first.
        """
        return self.checks("strict").errors

    @property
    def request_warnings_schema(self) -> Mapping[str, Any] | None:
        """A schema whose violations the strict profile reports as warnings; None where nothing is a warning.

        It holds rules and conditions only, not the structure.
        """
        return self.checks("strict").warnings

    def checks(self, profile: str) -> Checks:
        """What is checked in a call under the profile "strict" or "lenient"."""
        return self._strict if profile == "strict" else self._lenient

    @functools.cached_property
    def _strict(self) -> Checks:
        return build_checks(self.request, self.types, self.rules, self.conditions, "strict")

    @functools.cached_property
    def _lenient(self) -> Checks:
        return build_checks(self.request, self.types, self.rules, self.conditions, "lenient")

    @functools.cached_property
    def response_schema(self) -> Mapping[str, Any]:
        """A self-contained schema of what stands inside `Response`; compile.py says how it is made."""
        return response_schema(self.response, self.types)

    @functools.cached_property
    def response_audit_schema(self) -> Mapping[str, Any]:
        """As `response_schema`, but every member is required that is published as always answered, and may be null."""
        return response_schema(self.response, self.types, "audit")

    def accepts_request(self, params: Mapping[str, Any]) -> bool:
        """Whether parameters fit `request_schema` as they are, with no float in the place of an integer."""
        return self._strict.accepts(params)

    def accepts_response(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer without its envelope fits `response_schema`, with no float in the place of an integer."""
        return fits(self._response_validator, self._response_probe, answer)

    @functools.cached_property
    def _response_validator(self) -> "jsonschema_rs.Draft202012Validator":
        return validator(self.response_schema)

    @functools.cached_property
    def _response_probe(self) -> Probe | None:
        return probe(self.response, self.types)


class Catalog:
    """All actions of one API version. `catalog()` gives the one that is shipped."""

    def __init__(
        self,
        upstream: Mapping[str, Any],
        hand_kept: Mapping[str, Mapping[str, Any]],
        models: Callable[[], Mapping[str, Any]] = dict,
        kinds: Callable[[], Mapping[str, TaskKind]] = dict,
    ) -> None:
        """Joins the published structure with what is kept by hand.

        Args:
            upstream: The published structure, as `upstream.convert` gives it.
            hand_kept: Action -> the document that is kept by hand.
            models: Gives the table of models; called when an action needs it.
            kinds: Gives the kinds of tasks, by the action that makes them.

        Raises:
            ContractFileError: A document that is kept by hand belongs to no action.
        """
        self.version: str = upstream["version"]
        #: The package that the structure was read from, and its version.
        self.source: Mapping[str, str] = upstream["source"]
        self.actions: tuple[str, ...] = tuple(sorted(upstream["actions"]))
        self.hand_kept: frozenset[str] = frozenset(hand_kept)
        orphans = self.hand_kept - upstream["actions"].keys()
        if orphans:
            raise ContractFileError(f"contracts/actions/: version {self.version} has no {', '.join(sorted(orphans))}")
        self._upstream = upstream
        self._hand_kept = hand_kept
        self._models = models
        self._kinds = kinds
        self._types: dict[str, Structure] = {}
        self._contracts: dict[str, Contract] = {}

    def contract(self, action: str) -> Contract | None:
        """The contract of an action, under its published name or an alias; None when there is no such action.

        Raises:
            ContractFileError: The file of the action is broken.
        """
        found = self._contracts.get(action)
        if found is None:
            name = ALIASES.get(action, action)
            if name not in self._upstream["actions"]:
                return None
            found = self._contracts[action] = self._contracts.get(name) or self._build(name)
            self._contracts[name] = found
        return found

    def require(self, action: str) -> Contract:
        """The contract of an action, which must exist.

        Raises:
            UnknownAction: There is no such action; the message names the nearest ones.
            ContractFileError: The file of the action is broken.
        """
        found = self.contract(action)
        if found is None:
            near = self.near(action)
            hint = f"did you mean {' or '.join(near)}?" if near else f"the catalogue holds {len(self.actions)} others"
            raise UnknownAction(f"no action {action!r} in version {self.version}; {hint}")
        return found

    def near(self, action: str) -> tuple[str, ...]:
        """Up to three actions with names most similar to this one, in either case."""
        import difflib  # needed only for a name with a mistake

        by_fold = {name.casefold(): name for name in self.actions}
        return tuple(by_fold[each] for each in difflib.get_close_matches(action.casefold(), by_fold, n=3))

    def type(self, name: str) -> Structure:
        """The published structure of this name.

        Raises:
            KeyError: No structure has this name.
        """
        found = self._types.get(name)
        if found is None:
            members = self._upstream["types"][name].items()
            found = self._types[name] = Structure(name, tuple(Member(each, **facts) for each, facts in members))
        return found

    def _build(self, action: str) -> Contract:
        published = self._upstream["actions"][action]
        request = self.type(published["request"])
        if any(each.name in COMMON_PARAMETERS for each in request.members):
            kept = tuple(each for each in request.members if each.name not in COMMON_PARAMETERS)
            request = Structure(request.name, kept)
        response = self.type(published["response"])
        document = self._hand_kept.get(action)
        if document is None:
            return Contract(action, request, response, types=self.type)
        kind = self._kinds().get(action)
        facts = {**_facts(action, document, response), **(self._task_facts(kind, response) if kind else {})}
        where = _where(action)
        rules = read_rules(document, request, self.type, where)
        conditions = read_conditions(document, request, self.type, where)
        family = document.get("models")
        if family:
            from mockvod.validators.contracts.models import read_models  # only two actions have models

            conditions += read_models(family, self._models(), document, request, self.type)
        return Contract(
            action,
            request,
            response,
            True,
            **facts,
            decimal_text={each.path[0]: re.compile(each.value) for each in rules if each.keyword == "decimal_text"},
            models=family,
            rules=rules,
            conditions=conditions,
            blanks=_blanks(rules, conditions, request, self.type),
            document=document,
            types=self.type,
        )

    def _task_facts(self, kind: TaskKind, response: Structure) -> dict[str, Any]:
        """The members of a Contract that the kind of its tasks gives; refuses a kind that the structures do not have."""
        where = f"contracts/tasks.json: kinds/{kind.action}"
        _require_member(f"{where}/identifier", IDENTIFIER, response)
        detail = self._upstream["actions"].get("DescribeTaskDetail")
        if detail:
            answer = self.type(detail["response"])
            task = self.type(_require_member(f"{where}/task/member", kind.member, answer).type)
            published = task.by_name["Input"].type if "Input" in task.by_name else None
            if kind.input_type != published:
                raise ContractFileError(f"{where}/input: is {kind.input_type!r}, the published type is {published!r}")
        if kind.event_field and "EventContent" in self._upstream["types"]:
            _require_member(f"{where}/event/field", kind.event_field, self.type("EventContent"))
        return {
            "dedup": kind.session_hours,
            "identifier": IDENTIFIER,
            "identifier_pattern": kind.id_pattern,
            "task_type": kind.task_type,
            "result_field": kind.member,
            "event_type": kind.event_type,
            "event_field": kind.event_field,
            "task": kind,
        }


def _require_member(where: str, name: str, structure: Structure) -> Member:
    if name not in structure.by_name:
        raise ContractFileError(f"{where}: {name!r} is not in {structure.name}")
    return structure.by_name[name]


def _where(action: str) -> str:
    return f"contracts/actions/{action}.json"


def _blanks(
    rules: Sequence[Rule], conditions: Sequence[Condition], request: Structure, types: Lookup
) -> frozenset[tuple[str, ...]]:
    """Where an empty text counts as absent: at optional members of type text with a rule about their value."""
    needed = {rule.path for rule in rules if rule.keyword == "required" and rule.severity == "error"}
    paths = {rule.path for rule in rules if KEYWORDS[rule.keyword].blank}
    paths |= {parsed(each.member) for each in conditions if each.models}
    places = {path: find(written(path), request, types, "") for path in paths - needed}
    return frozenset(
        path
        for path, place in places.items()
        if place.kind == "string" and not place.item and not place.member.required
    )


def _facts(action: str, document: Mapping[str, Any], response: Structure) -> dict[str, Any]:
    """The members of a Contract that a file kept by hand fills without further reading.

    Raises:
        ContractFileError: The file does not fit contract.schema.json, or contradicts its name or the structure.
    """
    where = _where(action)
    for error in _meta_validator().iter_errors(document):
        path = "/".join(map(str, error.instance_path)) or "the document"
        raise ContractFileError(f"{where}: {path}: {error.message}")
    if document["action"] != action:
        raise ContractFileError(f"{where}: action: is {document['action']!r}, the file name says {action!r}")
    identifier = document.get("identifier", {})
    if identifier:
        _require_member(f"{where}: identifier/member", identifier["member"], response)
    return {
        "summary": document["summary"],
        "mode": document["mode"],
        "rate": document.get("rate", {}).get("per_second"),
        "concurrency": document.get("concurrency", {}).get("tasks"),
        "error_codes": tuple(sorted(code for group in document["errors"] for code in group["codes"])),
        "identifier": identifier.get("member"),
        "identifier_pattern": identifier.get("pattern"),
        "not_modelled": tuple(document["not_modelled"]),
    }


@functools.cache
def _meta_validator() -> "jsonschema_rs.Draft202012Validator":
    return validator(read("contract.schema.json"))


@functools.cache
def catalog() -> Catalog:
    """The catalogue of version 2018-07-17, the same object for every caller."""
    return Catalog(read("upstream", f"{VERSION}.json"), _HandKept(), _models, lambda: task_kinds().by_action)


@functools.cache
def _models() -> Mapping[str, Any]:
    return read("models.json")


class _HandKept(Mapping[str, Mapping[str, Any]]):
    """Action -> its document in contracts/actions/, read from its file when it is asked for."""

    def __init__(self) -> None:
        self._actions = frozenset(names("actions"))

    def __getitem__(self, action: str) -> Mapping[str, Any]:
        if action not in self._actions:
            raise KeyError(action)
        return read("actions", f"{action}.json")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._actions))

    def __len__(self) -> int:
        return len(self._actions)
