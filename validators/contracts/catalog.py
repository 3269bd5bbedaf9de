"""The contracts of all actions: the published structures, and for some actions what we keep by hand.

Files are read once, structures and contracts are built on first use, and everything handed out is shared and must not
be changed. Threads may build the same contract twice; either is good.
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
from mockvod.validators.errors import MockvodError

if TYPE_CHECKING:
    import jsonschema_rs

VERSION = "2018-07-17"

#: Spellings of the published examples that differ from the published names; both are accepted (facts of 2026-10).
ALIASES: Mapping[str, str] = {
    "CloneCdnDomain": "CloneCDNDomain",
    "CreateCdnDomain": "CreateCDNDomain",
    "DeleteCdnDomain": "DeleteCDNDomain",
    "DescribeCdnDomains": "DescribeCDNDomains",
    "ModifyCdnDomainConfig": "ModifyCDNDomainConfig",
    "StartCdnDomain": "StartCDNDomain",
}


class UnknownAction(MockvodError, ValueError):
    """No contract has this name."""


@dataclass(frozen=True, eq=False)
class Contract:
    """What one action promises. Members that only hand-kept files give are None or empty elsewhere."""

    action: str
    request: Structure
    response: Structure
    hand_kept: bool = False
    summary: str = ""
    #: "task", "sync" or "query".
    mode: str | None = None
    #: Calls a second.
    rate: int | None = None
    #: Tasks at a time.
    concurrency: int | None = None
    #: Hours in which a SessionId may not come again.
    dedup: int | None = None
    #: Business codes; the common ones can always come.
    error_codes: tuple[str, ...] = ()
    #: The member of the answer that carries the new id, and the form of that id.
    identifier: str | None = None
    identifier_pattern: str | None = None
    #: TaskType and the member of DescribeTaskDetail's answer.
    task_type: str | None = None
    result_field: str | None = None
    #: EventType and the member of an event.
    event_type: str | None = None
    event_field: str | None = None
    #: Top-level integers that may come as decimal text, and the text that they take.
    decimal_text: Mapping[str, re.Pattern[str]] = field(default_factory=dict[str, re.Pattern[str]])
    #: The family of models.json whose limits apply: "video" or "image".
    models: str | None = None
    #: What the file says about single members and between them; the table of models is among the conditions.
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    conditions: tuple[Condition, ...] = field(default=(), repr=False)
    #: Optional texts whose emptiness counts as absence.
    blanks: frozenset[tuple[str, ...]] = field(default=frozenset(), repr=False)
    not_modelled: tuple[str, ...] = ()
    #: The hand-kept file as it stands, for evidence, conflicts and sources.
    document: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    types: Lookup = field(repr=False, kw_only=True)

    @property
    def request_schema(self) -> Mapping[str, Any]:
        """Plain JSON Schema 2020-12 of the parameters, self-contained: what the strict profile refuses.

        Null and the empty text of an optional enumeration never fit: request.py takes such members away first.
        """
        return self.checks("strict").errors

    @property
    def request_warnings_schema(self) -> Mapping[str, Any] | None:
        """The same of what the strict profile reports and lets pass, without the structure; None for nothing."""
        return self.checks("strict").warnings

    def checks(self, profile: str) -> Checks:
        """What is checked in a call under "strict" or "lenient"."""
        return self._strict if profile == "strict" else self._lenient

    @functools.cached_property
    def _strict(self) -> Checks:
        return build_checks(self.request, self.types, self.rules, self.conditions, "strict")

    @functools.cached_property
    def _lenient(self) -> Checks:
        return build_checks(self.request, self.types, self.rules, self.conditions, "lenient")

    @functools.cached_property
    def response_schema(self) -> Mapping[str, Any]:
        """Plain JSON Schema 2020-12 of what stands inside `Response`, self-contained; see compile.py."""
        return response_schema(self.response, self.types)

    @functools.cached_property
    def response_audit_schema(self) -> Mapping[str, Any]:
        """As response_schema, with every member required that is published as always answered, and null for any."""
        return response_schema(self.response, self.types, "audit")

    def accepts_request(self, params: Mapping[str, Any]) -> bool:
        """Whether parameters fit the request schema as they are and write no integer as a float."""
        return self._strict.accepts(params)

    def accepts_response(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer, without its envelope, fits the response schema and writes no integer as a float."""
        return fits(self._response_validator, self._response_probe, answer)

    @functools.cached_property
    def _response_validator(self) -> "jsonschema_rs.Draft202012Validator":
        return validator(self.response_schema)

    @functools.cached_property
    def _response_probe(self) -> Probe | None:
        return probe(self.response, self.types)


class Catalog:
    """All actions of one API version. Use `catalog()`, which keeps one."""

    def __init__(
        self,
        upstream: Mapping[str, Any],
        hand_kept: Mapping[str, Mapping[str, Any]],
        models: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """From a document of upstream.convert, hand-kept documents by action, and the table of models.

        Raises:
            ContractFileError: a hand-kept document belongs to no action.
        """
        self.version: str = upstream["version"]
        #: The package that was read, and its version.
        self.source: Mapping[str, str] = upstream["source"]
        self.actions: tuple[str, ...] = tuple(sorted(upstream["actions"]))
        self.hand_kept: frozenset[str] = frozenset(hand_kept)
        orphans = self.hand_kept - upstream["actions"].keys()
        if orphans:
            raise ContractFileError(f"contracts/actions/: version {self.version} has no {', '.join(sorted(orphans))}")
        self._upstream = upstream
        self._hand_kept = hand_kept
        self._models = models
        self._types: dict[str, Structure] = {}
        self._contracts: dict[str, Contract] = {}

    def contract(self, action: str) -> Contract | None:
        """The contract of an action, None when there is no such action. Six CDN actions answer to two spellings.

        Raises:
            ContractFileError: the action's hand-kept file is broken.
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
        """As `contract`, for callers who take no None.

        Raises:
            UnknownAction: a ValueError that names the nearest actions.
        """
        found = self.contract(action)
        if found is None:
            near = self.near(action)
            hint = f"did you mean {' or '.join(near)}?" if near else f"the catalogue holds {len(self.actions)} others"
            raise UnknownAction(f"no action {action!r} in version {self.version}; {hint}")
        return found

    def near(self, action: str) -> tuple[str, ...]:
        """Up to three actions whose names look like this one, case aside."""
        import difflib  # for a mistake in a name only

        by_fold = {name.casefold(): name for name in self.actions}
        return tuple(by_fold[each] for each in difflib.get_close_matches(action.casefold(), by_fold, n=3))

    def type(self, name: str) -> Structure:
        """The structure of a nested type.

        Raises:
            KeyError: no structure has this name.
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
        facts = _facts(action, document, response)
        where = _where(action)
        rules = read_rules(document, request, self.type, where)
        conditions = read_conditions(document, request, self.type, where)
        family = document.get("models")
        if family:
            from mockvod.validators.contracts.models import read_models  # two actions have a table

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


def _where(action: str) -> str:
    return f"contracts/actions/{action}.json"


def _blanks(
    rules: Sequence[Rule], conditions: Sequence[Condition], request: Structure, types: Lookup
) -> frozenset[tuple[str, ...]]:
    """The places where an empty text counts as absence: optional texts with a rule or a limit on their value."""
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
    """The plain members of a Contract that a hand-kept file gives; refuses a file of another form."""
    where = _where(action)
    for error in _meta_validator().iter_errors(document):
        path = "/".join(map(str, error.instance_path)) or "the document"
        raise ContractFileError(f"{where}: {path}: {error.message}")
    if document["action"] != action:
        raise ContractFileError(f"{where}: action: is {document['action']!r}, the file name says {action!r}")
    identifier, task, event = (document.get(key, {}) for key in ("identifier", "task", "event"))
    if identifier and identifier["member"] not in response.by_name:
        raise ContractFileError(f"{where}: identifier/member: {identifier['member']!r} is not in {response.name}")
    return {
        "summary": document["summary"],
        "mode": document["mode"],
        "rate": document.get("rate", {}).get("per_second"),
        "concurrency": document.get("concurrency", {}).get("tasks"),
        "dedup": document.get("dedup", {}).get("hours"),
        "error_codes": tuple(sorted(code for group in document["errors"] for code in group["codes"])),
        "identifier": identifier.get("member"),
        "identifier_pattern": identifier.get("pattern"),
        "task_type": task.get("type"),
        "result_field": task.get("result"),
        "event_type": event.get("type"),
        "event_field": event.get("field"),
        "not_modelled": tuple(document["not_modelled"]),
    }


@functools.cache
def _meta_validator() -> "jsonschema_rs.Draft202012Validator":
    return validator(read("contract.schema.json"))


@functools.cache
def catalog() -> Catalog:
    """The catalogue of version 2018-07-17, read once."""
    return Catalog(read("upstream", f"{VERSION}.json"), _HandKept(), _models)


@functools.cache
def _models() -> Mapping[str, Any]:
    return read("models.json")


class _HandKept(Mapping[str, Mapping[str, Any]]):
    """The files under contracts/actions by action, each read when it is asked for."""

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
