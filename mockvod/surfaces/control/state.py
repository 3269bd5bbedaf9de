"""Endpoints to start over and to return to a snapshot."""

from __future__ import annotations

from typing import TypedDict

from mockvod.snapshots import Snapshot
from mockvod.surfaces.control.endpoint import DONE, ControlContext, Done, Endpoint
from mockvod.surfaces.control.fields import ControlError


class SnapshotView(TypedDict):
    """A moment that can be returned to."""

    id: str
    #: When it was taken (UNIX seconds by the mock's clock), and how many calls there had been by then.
    time: float
    calls: int


class Snapshots(TypedDict):
    """All snapshots, oldest first."""

    snapshots: list[SnapshotView]


def reset(context: ControlContext) -> Done:
    """Forgets tasks, counts, calls and faults; accounts, clock and snapshots stay."""
    context.core.reset()
    return DONE


def list_snapshots(context: ControlContext) -> Snapshots:
    """All snapshots."""
    return {"snapshots": [_view(number, each) for number, each in list(context.snapshots.items())]}


def take_snapshot(context: ControlContext) -> SnapshotView:
    """Takes a snapshot of everything so far."""
    snapshot = context.core.snapshot()
    number = str(next(context.numbers))
    context.snapshots[number] = snapshot
    return _view(number, snapshot)


def restore_snapshot(context: ControlContext, snapshot_id: str) -> SnapshotView:
    """Returns to a snapshot, which is kept; new identifiers may differ from those of the first time."""
    snapshot = _find(context, snapshot_id)
    context.core.restore(snapshot)
    return _view(snapshot_id, snapshot)


def remove_snapshot(context: ControlContext, snapshot_id: str) -> Done:
    """Forgets a snapshot."""
    _find(context, snapshot_id)
    context.snapshots.pop(snapshot_id, None)
    return DONE


def _find(context: ControlContext, snapshot_id: str) -> Snapshot:
    snapshot = context.snapshots.get(snapshot_id)
    if snapshot is None:
        existing = f"there are {', '.join(context.snapshots)}" if context.snapshots else "there are none"
        raise ControlError(f"there is no snapshot {snapshot_id[:80]!r}; {existing}", 404)
    return snapshot


def _view(number: str, snapshot: Snapshot) -> SnapshotView:
    return {"id": number, "time": snapshot.time, "calls": snapshot.calls}


_NO_SNAPSHOT = {404: "no such snapshot"}

ENDPOINTS = (
    Endpoint("POST", "/reset", reset),
    Endpoint("GET", "/snapshot", list_snapshots),
    Endpoint("POST", "/snapshot", take_snapshot),
    Endpoint(
        "POST",
        "/snapshot/<snapshot_id>/restore",
        restore_snapshot,
        refusals=_NO_SNAPSHOT,
    ),
    Endpoint("DELETE", "/snapshot/<snapshot_id>", remove_snapshot, refusals=_NO_SNAPSHOT),
)
