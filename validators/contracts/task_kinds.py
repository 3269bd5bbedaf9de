"""What the kinds of tasks tell of themselves, from contracts/tasks.json: the service and the strategies read it here."""

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
    """One sort of result file that tasks of a kind may have."""

    #: The member of Output that tells of it.
    member: str
    #: "video", "image", "audio" or "model".
    kind: str
    #: Extensions that it may have.
    formats: tuple[str, ...]
    #: Its name in an address, without the extension: the one to use, and others that were seen.
    names: tuple[str, ...]
    #: What is told of a file that goes, and of one that stays.
    temporary: Template
    permanent: Template


@dataclass(frozen=True, slots=True, eq=False)
class TaskKind:
    """What tasks of one action tell of themselves."""

    #: The action that makes them.
    action: str
    #: TaskType.
    task_type: str
    #: The member of DescribeTaskDetail's answer that tells of them.
    member: str
    #: EventType and the member of an event; None where no event tells of their end.
    event_type: str | None
    event_field: str | None
    #: Hours in which a SessionId may not come again; None where there is no such rule.
    session_hours: int | None
    #: What stands in a TaskId for the kind: the form to use, and others that were seen.
    id_names: tuple[str, ...]
    #: What stands at the end of a TaskId.
    id_end: str
    #: The published type of Input; None where the results are members of the task itself, without Input and Output.
    input_type: str | None
    #: The results until the task has ended well, and what may stand there besides.
    unfinished: Mapping[str, Any]
    unfinished_besides: tuple[Mapping[str, Any], ...]
    #: The results of a task that has ended well.
    finished: Template
    files: tuple[ResultFile, ...]
    #: The AigcType that DescribeAigcUsageData counts them under; None for no type.
    usage: str | None

    @property
    def nested(self) -> bool:
        """Whether the results stand in an Output, beside an Input."""
        return self.input_type is not None

    @property
    def id_pattern(self) -> str:
        """An anchored pattern of the identifiers, ECMA-262."""
        names = "|".join(self.id_names)
        return f"^[1-9][0-9]{{3,11}}-{f'({names})' if len(self.id_names) > 1 else names}-[0-9a-f]{{32}}{self.id_end}$"

    def file(self, kind: str, form: str) -> ResultFile:
        """The sort of file with that kind and extension.

        Raises:
            KeyError: the contract of the kind has no such file.
        """
        for each in self.files:
            if each.kind == kind and form in each.formats:
                return each
        raise KeyError(f"{_WHERE}: kinds/{self.action}/files has no {kind} of the format {form}")


@dataclass(frozen=True, slots=True, eq=False)
class TaskKinds:
    """All kinds of tasks, and what they have in common."""

    #: By the action that makes them.
    by_action: Mapping[str, TaskKind]
    #: How long a task can be asked for after it was made, in seconds.
    query_window: int
    #: What an unfinished task shows in place of a time.
    no_time: str
    #: ExpireTime of a file that stays.
    never: str
    #: Member -> what Input has there where nothing was sent, instead of what is empty for its type.
    fillers: Mapping[str, str]
    #: Published type -> what Input has for a number or a truth value that was not sent.
    empty: Mapping[str, Any]
    #: Members that Input never plays back.
    omitted: frozenset[str]
    #: The directory that the addresses of results name.
    directory: str
    #: How long after its task's end a Temporary file is there.
    temporary_seconds: int
    #: How long a failure takes from the making of the task to its end.
    failure_seconds: int
    #: ErrCode by what went wrong: "inside" (the usual one), "input", "source".
    failure_codes: Mapping[str, int]
    #: ErrCodeExt -> Messages, the usual one first.
    failure_messages: Mapping[str, tuple[str, ...]]
    #: Name -> ErrCodeExt and Message of a failure that a kind has for a reason of its own.
    named_failures: Mapping[str, tuple[str, str]]

    def counted_as(self, usage: str) -> frozenset[str]:
        """The actions whose tasks DescribeAigcUsageData counts under that AigcType."""
        return frozenset(action for action, kind in self.by_action.items() if kind.usage == usage)


@functools.cache
def task_kinds() -> TaskKinds:
    """The kinds of version 2018-07-17, read once.

    Raises:
        ContractFileError: contracts/tasks.json is not what tasks.schema.json says.
    """
    return read_task_kinds(read("tasks.json"))


def read_task_kinds(document: Mapping[str, Any]) -> TaskKinds:
    """The kinds of a document in the form of tasks.json.

    Raises:
        ContractFileError: it is not what tasks.schema.json says; the message names the place.
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
