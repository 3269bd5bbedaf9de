"""How each kind of task looks in answers, from contracts/tasks.json, for the service and the strategies alike."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockvod.validators.contracts.checks import validator
from mockvod.validators.contracts.documents import ContractFileError, read
from mockvod.validators.contracts.templates import Template

if TYPE_CHECKING:
    import jsonschema_rs

_WHERE = "contracts/tasks.json"
#: The member of the answer that carries the identifier of a new task, whatever its kind.
IDENTIFIER = "TaskId"


@dataclass(frozen=True, slots=True, eq=False)
class ResultFile:
    """One sort of result file that tasks of a kind can have."""

    #: The member of Output that describes it.
    member: str
    #: "video", "image", "audio" or "model".
    kind: str
    #: The extensions that it can have.
    formats: tuple[str, ...]
    #: Its names in URLs, without the extension: first the one to use, then others that were seen.
    names: tuple[str, ...]
    #: The descriptions of a Temporary and of a Permanent file.
    temporary: Template
    permanent: Template


@dataclass(frozen=True, slots=True, eq=False)
class TaskKind:
    """How the tasks of one action look in answers."""

    #: The action that makes them.
    action: str
    #: TaskType.
    task_type: str
    #: The member of DescribeTaskDetail's answer that describes them.
    member: str
    #: EventType, and the member of the event that describes them; None where their end has no event.
    event_type: str | None
    event_field: str | None
    #: For how many hours a SessionId must not be used again; None where there is no such rule.
    session_hours: int | None
    #: The names of the kind in TaskIds: first the one to use, then others that were seen.
    id_names: tuple[str, ...]
    #: The end of a TaskId.
    id_end: str
    #: The published type of Input; None where the task has neither Input nor Output, but its results as members.
    input_type: str | None
    #: The results before the task has ended successfully, and other forms of them that were seen.
    unfinished: Mapping[str, Any]
    unfinished_besides: tuple[Mapping[str, Any], ...]
    #: The results of a task that has ended successfully.
    finished: Template
    files: tuple[ResultFile, ...]
    #: The AigcType under which DescribeAigcUsageData counts them; None where it does not count them.
    usage: str | None

    @property
    def nested(self) -> bool:
        """Whether the task has an Input, and its results in an Output."""
        return self.input_type is not None

    @property
    def id_pattern(self) -> str:
        """A pattern for the whole TaskId, as a regular expression of ECMA-262."""
        names = "|".join(self.id_names)
        return f"^[1-9][0-9]{{3,11}}-{f'({names})' if len(self.id_names) > 1 else names}-[0-9a-f]{{32}}{self.id_end}$"

    def file(self, kind: str, form: str) -> ResultFile:
        """Finds the sort of file with that kind and extension.

        Raises:
            KeyError: the contract of the kind has no such file.
        """
        for each in self.files:
            if each.kind == kind and form in each.formats:
                return each
        raise KeyError(f"{_WHERE}: kinds/{self.action}/files has no {kind} of the format {form}")


@dataclass(frozen=True, slots=True, eq=False)
class TaskKinds:
    """All kinds of tasks, and the values that they share."""

    #: By the action that makes them.
    by_action: Mapping[str, TaskKind]
    #: For how many seconds after its creation a task can be queried.
    query_window: int
    #: What an unfinished task has in place of a time.
    no_time: str
    #: The ExpireTime of a file that never expires.
    never: str
    #: Member -> its value in Input where the request lacks it, if that is not the empty value of its type.
    fillers: Mapping[str, str]
    #: Published type -> the value in Input of a number or truth value that the request lacks.
    empty: Mapping[str, Any]
    #: Members that Input never has.
    omitted: frozenset[str]
    #: The directory in the URLs of results.
    directory: str
    #: For how many seconds after the end of its task a Temporary file exists.
    temporary_seconds: int
    #: How many seconds after its creation a task fails.
    failure_seconds: int
    #: Cause -> ErrCode; the causes are "inside" (the usual one), "input" and "source".
    failure_codes: Mapping[str, int]
    #: ErrCodeExt -> Messages, the usual one first.
    failure_messages: Mapping[str, tuple[str, ...]]
    #: Name -> ErrCodeExt and Message of a failure that only one kind has.
    named_failures: Mapping[str, tuple[str, str]]

    def counted_as(self, usage: str) -> frozenset[str]:
        """Lists the actions whose tasks DescribeAigcUsageData counts under an AigcType."""
        return frozenset(action for action, kind in self.by_action.items() if kind.usage == usage)


@functools.cache
def task_kinds() -> TaskKinds:
    """Reads contracts/tasks.json, once.

    Raises:
        ContractFileError: It violates contracts/tasks.schema.json.
    """
    return read_task_kinds(read("tasks.json"))


def read_task_kinds(document: Mapping[str, Any]) -> TaskKinds:
    """Reads a document in the form of contracts/tasks.json.

    Raises:
        ContractFileError: It violates contracts/tasks.schema.json; the message names the place.
    """
    for error in _meta_validator().iter_errors(document):
        path = "/".join(map(str, error.instance_path)) or "the document"
        raise ContractFileError(f"{_WHERE}: {path}: {error.message}")
    files, failures = document["result_files"], document["failures"]
    messages = failures["messages"]
    return TaskKinds(
        by_action={
            action: _kind(action, entry, files, document["session"]["hours"])
            for action, entry in document["kinds"].items()
        },
        query_window=document["query_window"]["seconds"],
        no_time=document["no_time"]["value"],
        never=document["never"]["value"],
        fillers=document["input"]["fillers"],
        empty=document["input"]["empty"],
        omitted=frozenset(document["input"]["omitted"]),
        directory=files["directory"],
        temporary_seconds=files["temporary_seconds"],
        failure_seconds=failures["seconds"],
        failure_codes={name: code["value"] for name, code in failures["codes"].items()},
        failure_messages={ext: tuple(each["text"] for each in entries) for ext, entries in messages.items()},
        named_failures={
            each["id"]: (ext, each["text"]) for ext, entries in messages.items() for each in entries if "id" in each
        },
    )


def _kind(action: str, entry: Mapping[str, Any], files: Mapping[str, Any], session_hours: int) -> TaskKind:
    task, event, output, identifier = entry["task"], entry.get("event", {}), entry["output"], entry["identifier"]
    return TaskKind(
        action=action,
        task_type=task["type"],
        member=task["member"],
        event_type=event.get("type"),
        event_field=event.get("field"),
        session_hours=session_hours if "session" in entry else None,
        id_names=tuple(identifier["names"]),
        id_end=identifier["end"],
        input_type=entry["input"],
        unfinished=output["unfinished"],
        unfinished_besides=tuple({**output["unfinished"], **each} for each in output.get("alternatives", ())),
        finished=output["finished"],
        files=tuple(_file(each, files) for each in entry["files"]),
        usage=entry["usage"]["type"],
    )


def _file(entry: Mapping[str, Any], files: Mapping[str, Any]) -> ResultFile:
    more = entry.get("more", {})
    temporary, permanent = ({**files[storage], **more} for storage in ("temporary", "permanent"))
    return ResultFile(
        member=entry["member"],
        kind=entry["kind"],
        formats=tuple(entry["formats"]),
        names=tuple(entry.get("names") or (files["names"][entry["kind"]],)),
        temporary=entry.get("block", temporary),
        permanent=entry.get("block", permanent),
    )


@functools.cache
def _meta_validator() -> "jsonschema_rs.Draft202012Validator":
    return validator(read("tasks.schema.json"))
