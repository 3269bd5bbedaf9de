"""What the service does for one kind of task, and how the modules in mockvod/service/kinds are found.

How a kind looks in answers is in contracts/tasks.json. A module adds what needs code: how a task is made, its Output once
it has ended successfully, and the files that a request determines. All modules of the package are loaded, so that a new
kind is a new module with an entry in the contracts; if a part is missing, an error names the action.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from mockvod.errors import KindError
from mockvod.media import FileSpec, with_looks
from mockvod.service.context import Context, Handler
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.task_kinds import TaskKind, task_kinds

if TYPE_CHECKING:
    from mockvod.service.media.made import MadeFiles
    from mockvod.service.tasks.model import Task

PACKAGE = "mockvod.service.kinds"

Output = Callable[["Task", Settings, "MadeFiles"], dict[str, Any]]
Files = Callable[[Mapping[str, Any]], Iterable[FileSpec]]
Forget = Callable[[Context, "Task"], None]


def _no_create(_: Context, __: dict[str, Any]) -> NoReturn:
    raise NotImplementedError


def _no_output(_: Task, __: Settings, ___: MadeFiles) -> NoReturn:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class TaskBehaviour:
    """What the service does for the tasks that one action makes. Each module of PACKAGE exports one as KIND."""

    action: str
    #: Answers a call of the action.
    create: Handler = _no_create
    #: Makes the Output of a task that has ended successfully, or the members that a kind without Output has instead.
    output: Output = _no_output
    #: Lists the files that a request determines, in the order of Output; None for a kind without files.
    files: Files | None = None
    #: Removes what `create` has stored for a task beside its row and its files; None for a kind that stores nothing.
    #: Called once nothing can be asked of the task any more, unless its result lives on.
    forget: Forget | None = None


@cache
def behaviours() -> Mapping[str, TaskBehaviour]:
    """Loads all kinds and returns them by the action that makes their tasks, sorted.

    Raises:
        KindError: A module and the contracts do not match; the message names the action and what is missing.
    """
    modules = sorted(each.name for each in pkgutil.iter_modules(import_module(PACKAGE).__path__))
    found: dict[str, TaskBehaviour] = {}
    for name in modules:
        module = import_module(f"{PACKAGE}.{name}")
        kind = getattr(module, "KIND", None)
        if not isinstance(kind, TaskBehaviour):
            raise KindError(f"{module.__name__} exports no KIND, which is to be a TaskBehaviour")
        if kind.action in found:
            raise KindError(f"{kind.action}: {module.__name__} is not the only module whose KIND is for it")
        found[kind.action] = kind
    for complaint in _complaints(found, task_kinds().by_action, catalog().hand_kept):
        raise KindError(complaint)
    return dict(sorted(found.items()))


def requested_files(action: str, params: Mapping[str, Any], seed: int | None = None) -> tuple[FileSpec, ...]:
    """Lists the result files of a task, in the order of its Output; none for an action that makes no files.

    Members of `params` with values that make no sense count as absent.
    """
    kind = behaviours().get(action)
    return () if kind is None or kind.files is None else with_looks(kind.files(params), action, params, seed)


def check_golden_requests(cases: Iterable[Mapping[str, Any]]) -> None:
    """Checks that every kind has a golden request; `cases` are the entries of fixtures/golden/requests.json.

    Raises:
        KindError: A kind has none; the message names its action.
    """
    actions = {case["action"] for case in cases}
    for action in behaviours():
        if action not in actions:
            raise KindError(f"{action}: fixtures/golden/requests.json has no request of it")


def _complaints(
    found: Mapping[str, TaskBehaviour], entries: Mapping[str, TaskKind], contracts: Collection[str]
) -> Iterator[str]:
    for action in entries.keys() - found.keys():
        yield f"{action}: contracts/tasks.json has an entry for it, and no module of {PACKAGE} has a KIND for it"
    for action, kind in found.items():
        if action not in contracts:
            yield f"{action}: contracts/actions/{action}.json is missing"
        elif action not in entries:
            yield f"{action}: contracts/tasks.json has no entry for it in kinds"
        elif kind.create is _no_create:
            yield f"{action}: its KIND has no create, the function that answers a call"
        elif kind.output is _no_output:
            yield f"{action}: its KIND has no output, the function that tells of a task that ended well"
        elif entries[action].files and kind.files is None:
            yield f"{action}: its KIND has no files, and contracts/tasks.json says that its results are files"
        elif kind.files is not None and not entries[action].files:
            yield f"{action}: contracts/tasks.json lists no files for it, and its KIND has some"
