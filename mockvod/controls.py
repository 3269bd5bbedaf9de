"""What users of a mock call: to look back, to see the bill, to make calls fail, to manage accounts and snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mockvod.call.journal import Journal
from mockvod.clock import Clock
from mockvod.errors import SettingsError
from mockvod.faults.collection import Faults
from mockvod.faults.fault import Fault, When
from mockvod.ids import Ids
from mockvod.service.events.push import Notifier
from mockvod.settings import Account, Settings, Suspension
from mockvod.snapshots import Snapshot, take
from mockvod.state import Store
from mockvod.tasks import Tasks

if TYPE_CHECKING:
    from mockvod.billing.bill import Bill
    from mockvod.history.calls import Calls


class Controls:
    """The part of MockVod that its users call; mockvod/app.py has the part that answers requests."""

    settings: Settings
    clock: Clock
    store: Store
    journal: Journal
    accounts: dict[str, Account]
    tasks: Tasks
    notifier: Notifier
    faults: Faults
    ids: Ids

    @property
    def secret_id(self) -> str:
        """The SecretId of the first account."""
        return self.settings.accounts[0].secret_id

    @property
    def secret_key(self) -> str:
        """The SecretKey of the first account, which together with `secret_id` signs calls."""
        return self.settings.accounts[0].secret_key

    @property
    def calls(self) -> Calls:
        """The calls that the journal holds now, oldest first; ``mock.calls(action=…)`` selects some of them."""
        from mockvod.history.calls import Calls

        return Calls(self.journal)

    def verify(
        self,
        action: str,
        times: int | None = None,
        params: Mapping[str, Any] | None = None,
        *,
        account: str | None = None,
        code: str | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> Calls:
        """Checks how often `action` was called, and returns those calls; by default, one call at least must be there.

        Args:
            action: Refused calls of it count as well, unless `code` is "".
            times: The exact number of calls.
            params: Members that a request must have, among others; `mockvod.history.criteria.Wanted` says how they are
                compared.
            account: The SecretId that made the calls.
            code: The code that the calls were refused with; "" for calls that were not refused.
            at_least: The lowest number of calls, instead of `times`.
            at_most: The highest number of calls, instead of `times`.

        Raises:
            VerificationError: There are too few calls or too many, or VOD has no such action. It is an AssertionError
                whose message is a report.
            SettingsError: An argument is not valid.
        """
        __tracebackhide__ = True  # pytest then shows the line of the test
        # Here, because most users never ask for it.
        from mockvod.history.verification import verify

        return verify(
            self.calls,
            action,
            times,
            params,
            account=account,
            code=code,
            at_least=at_least,
            at_most=at_most,
            forgotten=self.journal.forgotten,
        )

    @property
    def bill(self) -> Bill:
        """What the accepted calls of all accounts would have cost until now, and which were paid for twice."""
        return self.bill_of(*self.accounts)

    def bill_of(self, *secret_ids: str) -> Bill:
        """Returns the bill of the accounts with these SecretIds."""
        # Here, because most users never ask for it.
        from mockvod.billing.bill import bill_of
        from mockvod.service.account.past_purchases import past_calls, past_doubles, past_lines
        from mockvod.service.account.purchases import purchases
        from mockvod.service.tasks.book import TaskBook

        with self.store.transaction() as transaction:
            tasks = TaskBook(transaction, self.clock.now())
            bought = [each for one in secret_ids for each in purchases(tasks, one, self.settings)]
            past = [each for one in secret_ids for each in past_lines(transaction, one)]
            doubles = [each for one in secret_ids for each in past_doubles(transaction, one)]
            earlier = dict(each for one in secret_ids for each in past_calls(transaction, one))
        window = self.settings.double_charge_seconds
        return bill_of(bought, window=window, past=past, past_doubles=doubles, earlier=earlier)

    def add_account(
        self,
        secret_id: str = "",
        secret_key: str = "",
        *,
        token: str = "",
        expires: float | None = None,
        denied: Iterable[str] = (),
        suspended: Suspension = "",
        vod_activated: bool = True,
    ) -> Account:
        """Adds an API key, which has state, limits and a bill of its own; see Account for the arguments.

        Args:
            secret_id: Left out, a random one is made.
            secret_key: Left out, a random one is made.

        Raises:
            SettingsError: An account with that SecretId exists already, or an argument is not valid.
        """
        account = Account(
            secret_id or f"AKID{self.ids.hex(32)}",
            secret_key or self.ids.hex(32),
            token,
            expires,
            frozenset(denied),
            suspended,
            vod_activated,
        )
        if self.accounts.setdefault(account.secret_id, account) is not account:
            raise SettingsError(f"secret_id: {account.secret_id} is an account already; a SecretId has one key")
        return account

    def remove_account(self, secret_id: str) -> None:
        """Refuses all further calls of an API key. Its tasks still run, end and send events, and its bill stays.

        Raises:
            SettingsError: There is no such account, or it is the only one.
        """
        if secret_id not in self.accounts:
            raise SettingsError(f"secret_id: {secret_id!r} is not an account; there are {', '.join(self.accounts)}")
        if len(self.accounts) == 1:
            raise SettingsError(f"secret_id: {secret_id} is the only account; add another one before it goes")
        del self.accounts[secret_id]

    def snapshot(self) -> Snapshot:
        """Records the state of the mock, for `restore`: tasks, counts, calls, faults, accounts and the clock."""
        return take(self)

    def restore(self, snapshot: Snapshot) -> None:
        """Returns to the state of a snapshot, which can be restored any number of times.

        No call should be in progress meanwhile. Identifiers made afterwards differ from those made after the snapshot.

        Raises:
            SettingsError: The snapshot is of another MockVod.
        """
        snapshot.put_back(self)

    def fail_next(
        self,
        action: str | None = None,
        code: str = "InternalError",
        times: int | None = 1,
        message: str | None = None,
    ) -> Fault:
        """Refuses the next calls before the service does its work.

        Args:
            action: None for any action.
            code: The code to refuse with.
            times: How many calls to refuse; None for all until the fault is removed.
            message: Replaces the service's own text.

        Raises:
            SettingsError: The action or the code does not exist.
        """
        return self.fault("error", action=action, times=times, code=code, message=message)

    def fault(
        self,
        kind: str,
        *,
        action: str | None = None,
        account: str | None = None,
        nth: int | None = None,
        times: int | None = 1,
        when: When | None = None,
        probability: float | None = None,
        seed: int | None = None,
        **details: Any,
    ) -> Fault:
        """Makes calls fail that the gateway has accepted. Where several faults apply to a call, the oldest one hits it.

        Args:
            kind: One of the kinds in mockvod/faults/kinds.py.
            action: Only calls of this action.
            account: Only calls of this SecretId.
            nth: The first matching call to hit, counted from 1.
            times: How many calls to hit; None for all until the fault is removed.
            when: Only calls for which this predicate is true.
            probability: The share of matching calls to hit, above 0 and at most 1.
            seed: Makes the choice of `probability` the same in each run.
            details: The arguments of the kind, such as ``seconds=2``.

        Raises:
            SettingsError: An argument is not valid.
        """
        return self.faults.add(
            kind,
            action=action,
            account=account,
            nth=nth,
            times=times,
            when=when,
            probability=probability,
            seed=seed,
            details=details,
        )

    def reset(self) -> None:
        """Removes all tasks, counts, recorded calls and faults. Accounts, settings and the clock stay as they are."""
        self.notifier.clear()
        self.store.clear()
        self.faults.clear()
        self.journal.clear()
