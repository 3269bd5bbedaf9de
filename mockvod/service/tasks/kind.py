"""How tasks of one type tell of themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockvod.service.tasks.input import echo
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """How tasks of one type tell of themselves: what their detail has beside the members that all kinds have.

    `tells` takes the task, whether it has ended well, and the settings.
    """

    tells: Callable[[Task, bool, Settings], dict[str, Any]]


def with_output(
    input_type: str, unfinished: dict[str, Any], output: Callable[[Task, Settings], dict[str, Any]]
) -> Kind:
    """The kind of nearly all tasks: Input is the request, of the published type `input_type`; Output is `unfinished`
    unless the task has ended well."""

    def tells(task: Task, succeeded: bool, settings: Settings) -> dict[str, Any]:
        made = output(task, settings) if succeeded else unfinished
        return {"Input": echo(input_type, task.params), "Output": made}

    return Kind(tells)
