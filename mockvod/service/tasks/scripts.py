"""The scripts for future tasks, by action, in the order in which they are used."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from mockvod.service.tasks.scripted import Steps
from mockvod.state import Table, Transaction


class PendingRow(msgspec.Struct, array_like=True):
    """A script that is not used up."""

    #: SecretId; None for any account.
    account: str | None
    #: How many more tasks will follow it.
    times: int
    steps: Steps


class _ScriptsRow(msgspec.Struct, array_like=True, tag=1):
    pending: list[PendingRow]


class PendingScripts(NamedTuple):
    """The scripts of one action."""

    action: str
    pending: list[PendingRow]


_SCRIPTS = Table("scripts", _ScriptsRow)


def add_script(transaction: Transaction, action: str, script: PendingRow) -> None:
    """Adds a script for tasks of `action`, to be used after those that were added before."""
    row = transaction.get(_SCRIPTS, action) or _ScriptsRow([])
    row.pending.append(script)
    transaction.put(_SCRIPTS, action, row)


def pending_scripts(transaction: Transaction) -> list[PendingScripts]:
    """Lists the scripts that are not used up, sorted by action."""
    rows = sorted(transaction.items(_SCRIPTS), key=lambda each: each[0])
    return [PendingScripts(action, row.pending) for action, row in rows]


def next_steps(transaction: Transaction, account: str, action: str) -> Steps | None:
    """The script for the account's next task of `action`; None when the task follows the clock."""
    row = transaction.get(_SCRIPTS, action)
    if row is None:
        return None
    return next((each.steps for each in row.pending if each.account in (None, account)), None)


def use_up(transaction: Transaction, account: str, action: str) -> None:
    """Counts a task that follows the script which `next_steps` has returned."""
    row = transaction.get(_SCRIPTS, action)
    assert row is not None  # next_steps has found it
    used = next(each for each in row.pending if each.account in (None, account))
    used.times -= 1
    if not used.times:
        row.pending.remove(used)
    if row.pending:
        transaction.put(_SCRIPTS, action, row)
    else:
        transaction.delete(_SCRIPTS, action)
