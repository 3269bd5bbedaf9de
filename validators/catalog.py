"""The contracts of all actions: the published structures, and for some actions what we keep by hand.

    Exception
      ContractFileError    a file under contracts/ is not what contract.schema.json says
    ValueError
      UnknownAction        no contract has this name; names the nearest

Files are read once, structures and contracts are built on first use, and everything handed out is shared and must not
be changed. Threads may build the same contract twice; either is good.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mockvod.validators.compile import (
    COMMON_PARAMETERS,
    INTEGERS,
    Lookup,
    Member,
    Probe,
    Structure,
    probe,
    request_schema,
    response_schema,
)
from mockvod.validators.documents import names, read

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


class ContractFileError(Exception):
    """A contract file breaks contract.schema.json or names what does not exist; the message names file and place."""


class UnknownAction(ValueError):
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
    decimal_text: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    not_modelled: tuple[str, ...] = ()
    #: The hand-kept file as it stands, for evidence, conflicts and sources.
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    types: Lookup = field(repr=False, kw_only=True)

    @functools.cached_property
    def request_schema(self) -> Mapping[str, Any]:
        """Plain JSON Schema 2020-12 of the parameters, self-contained. Null is never valid: see request.py."""
        return request_schema(self.request, self.types)

    @functools.cached_property
    def response_schema(self) -> Mapping[str, Any]:
        """Plain JSON Schema 2020-12 of what stands inside `Response`, self-contained; see compile.py."""
        return response_schema(self.response, self.types)

    @functools.cached_property
    def response_audit_schema(self) -> Mapping[str, Any]:
        """As response_schema, with every member required that is published as always answered, and null for any."""
        return response_schema(self.response, self.types, "audit")

    def accepts_request(self, params: Mapping[str, Any]) -> bool:
        """Whether parameters fit the request schema and write no integer as a float. Knows nothing of profiles."""
        return _fits(self._request_validator, self._request_probe, params)

    def accepts_response(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer, without its envelope, fits the response schema and writes no integer as a float."""
        return _fits(self._response_validator, self._response_probe, answer)

    @functools.cached_property
    def _request_validator(self) -> "jsonschema_rs.Draft202012Validator":
        return _validator(self.request_schema)

    @functools.cached_property
    def _response_validator(self) -> "jsonschema_rs.Draft202012Validator":
        return _validator(self.response_schema)

    @functools.cached_property
    def _request_probe(self) -> Probe | None:
        return probe(self.request, self.types)

    @functools.cached_property
    def _response_probe(self) -> Probe | None:
        return probe(self.response, self.types)


def _fits(validator: "jsonschema_rs.Draft202012Validator", floats: Probe | None, value: Mapping[str, Any]) -> bool:
    try:
        valid = validator.is_valid(value)
    except ValueError:  # keys and values that JSON could not hold
        return False
    return valid and not (floats and floats.finds_float(value))


def _validator(schema: Mapping[str, Any]) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs  # a large extension module, needed first when something is checked

    return jsonschema_rs.Draft202012Validator(dict(schema))


class Catalog:
    """All actions of one API version. Use `catalog()`, which keeps one."""

    def __init__(self, upstream: Mapping[str, Any], hand_kept: Mapping[str, Mapping[str, Any]]) -> None:
        """From a document of upstream.convert, and hand-kept documents by action.

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
        facts = _facts(action, document, request, response)
        return Contract(action, request, response, True, **facts, document=document, types=self.type)


def _facts(action: str, document: Mapping[str, Any], request: Structure, response: Structure) -> dict[str, Any]:
    """The members of a Contract that a hand-kept file gives; refuses a file that names what does not exist."""
    where = f"contracts/actions/{action}.json"
    for error in _meta_validator().iter_errors(document):
        path = "/".join(map(str, error.instance_path)) or "the document"
        raise ContractFileError(f"{where}: {path}: {error.message}")
    if document["action"] != action:
        raise ContractFileError(f"{where}: action: is {document['action']!r}, the file name says {action!r}")
    rules = document.get("members", {})
    for name, rule in rules.items():
        # So far every rule concerns a top-level member; one for a nested member needs a reader that knows it.
        member = request.by_name.get(name)
        if member is None:
            raise ContractFileError(f"{where}: members/{name}: no such member in {request.name}")
        if "decimal_text" in rule and (member.list or member.type not in INTEGERS):
            raise ContractFileError(f"{where}: members/{name}/decimal_text: {name} is not an integer")
    identifier, task, event = (document.get(key, {}) for key in ("identifier", "task", "event"))
    if identifier and identifier["member"] not in response.by_name:
        raise ContractFileError(f"{where}: identifier/member: {identifier['member']!r} is not in {response.name}")
    return {
        "summary": document["summary"],
        "mode": document["mode"],
        "rate": document.get("rate", {}).get("per_second"),
        "concurrency": document.get("concurrency", {}).get("tasks"),
        "error_codes": tuple(sorted(code for group in document["errors"] for code in group["codes"])),
        "identifier": identifier.get("member"),
        "identifier_pattern": identifier.get("pattern"),
        "task_type": task.get("type"),
        "result_field": task.get("result"),
        "event_type": event.get("type"),
        "event_field": event.get("field"),
        "decimal_text": {
            name: re.compile(rule["decimal_text"]["pattern"]) for name, rule in rules.items() if "decimal_text" in rule
        },
        "not_modelled": tuple(document["not_modelled"]),
    }


@functools.cache
def _meta_validator() -> "jsonschema_rs.Draft202012Validator":
    return _validator(read("contract.schema.json"))


@functools.cache
def catalog() -> Catalog:
    """The catalogue of version 2018-07-17, read once."""
    return Catalog(read("upstream", f"{VERSION}.json"), _HandKept())


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
