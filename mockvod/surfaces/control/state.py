"""Control pages to begin anew, or to go back to a moment."""

from __future__ import annotations

from typing import TypedDict

from mockvod.snapshots import Snapshot
from mockvod.surfaces.control.fields import ControlError
from mockvod.surfaces.control.page import DONE, Desk, Done, Page


class SnapshotShown(TypedDict):
    """A moment to return to."""

    id: str
    #: When it was made, UNIX seconds by the clock of the mock, and how many calls there had been.
    time: float
    calls: int


class Snapshots(TypedDict):
    """The snapshots that are kept, oldest first."""

    snapshots: list[SnapshotShown]


def reset(desk: Desk) -> Done:
    """Forgets tasks, counts, calls and faults; accounts, clock and snapshots stay."""
    desk.core.reset()
    return DONE


def list_snapshots(desk: Desk) -> Snapshots:
    """The snapshots that are kept."""
    return {"snapshots": [_shown(number, each) for number, each in list(desk.snapshots.items())]}


def take_snapshot(desk: Desk) -> SnapshotShown:
    """Keeps all that happened so far, to return to it."""
    snapshot = desk.core.snapshot()
    number = str(next(desk.numbers))
    desk.snapshots[number] = snapshot
    return _shown(number, snapshot)


def restore_snapshot(desk: Desk, snapshot_id: str) -> SnapshotShown:
    """Goes back to a snapshot, which stays; identifiers drawn from then on may differ."""
    snapshot = _find(desk, snapshot_id)
    desk.core.restore(snapshot)
    return _shown(snapshot_id, snapshot)


def remove_snapshot(desk: Desk, snapshot_id: str) -> Done:
    """Forgets a snapshot."""
    _find(desk, snapshot_id)
    desk.snapshots.pop(snapshot_id, None)
    return DONE


def _find(desk: Desk, snapshot_id: str) -> Snapshot:
    snapshot = desk.snapshots.get(snapshot_id)
    if snapshot is None:
        there = f"there are {', '.join(desk.snapshots)}" if desk.snapshots else "there are none"
        raise ControlError(f"there is no snapshot {snapshot_id[:80]!r}; {there}", 404)
    return snapshot


def _shown(number: str, snapshot: Snapshot) -> SnapshotShown:
    return {"id": number, "time": snapshot.time, "calls": snapshot.calls}


_NO_SNAPSHOT = {404: "no such snapshot"}

PAGES = (
    Page("POST", "/reset", reset),
    Page("GET", "/snapshot", list_snapshots),
    Page("POST", "/snapshot", take_snapshot),
    Page(
        "POST",
        "/snapshot/<snapshot_id>/restore",
        restore_snapshot,
        refusals=_NO_SNAPSHOT,
    ),
    Page("DELETE", "/snapshot/<snapshot_id>", remove_snapshot, refusals=_NO_SNAPSHOT),
)
