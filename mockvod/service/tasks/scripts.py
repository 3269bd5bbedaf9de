"""The scripts that tasks to come are to follow, by action, in the order in which they are used."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from mockvod.service.tasks.scripted import Steps
from mockvod.state import Table, Transaction


class PendingRow(msgspec.Struct, array_like=True):
    """A script that has not been used up."""

    #: SecretId; None for any account.
    account: str | None
    #: How many tasks are still to follow it.
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
    """Has tasks of `action` follow a script, after those that were given before."""
    row = transaction.get(_SCRIPTS, action) or _ScriptsRow([])
    row.pending.append(script)
    transaction.put(_SCRIPTS, action, row)


def pending_scripts(transaction: Transaction) -> list[PendingScripts]:
    """All scripts that have not been used up, by action."""
    rows = sorted(transaction.items(_SCRIPTS), key=lambda each: each[0])
    return [PendingScripts(action, row.pending) for action, row in rows]


def next_steps(transaction: Transaction, account: str, action: str) -> Steps | None:
    """What the account's next task of `action` is to follow; None for the clock."""
    row = transaction.get(_SCRIPTS, action)
    if row is None:
        return None
    return next((each.steps for each in row.pending if each.account in (None, account)), None)


def use_up(transaction: Transaction, account: str, action: str) -> None:
    """Notes that one more task follows what `next_steps` gave."""
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
