"""What a user of a mock has at hand: what happened, what it would have cost, and what is to go wrong."""

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
    """The part of a MockVod that its users see; the other part answers calls, see app.py."""

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
        """Of the first account."""
        return self.settings.accounts[0].secret_id

    @property
    def secret_key(self) -> str:
        """Of the first account: calls can be signed with the pair."""
        return self.settings.accounts[0].secret_key

    @property
    def calls(self) -> Calls:
        """The calls that the journal holds now, oldest first; ``mock.calls(action=…)`` gives some of them."""
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
        """The calls of `action` that are so; refused ones count too, unless `code` is "".

        They must be `times` exactly, or between `at_least` and `at_most`; by default there must be one at least.
        `params` is what a request must have among others, compared as `mockvod.history.criteria.Wanted` says.
        Raises VerificationError, an AssertionError with a report, when they are too few or too many, or VOD has no such
        action; SettingsError for arguments that cannot be.
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
        """What the accepted calls of all accounts would have cost so far, and what was paid for twice."""
        return self.bill_of(*self.accounts)

    def bill_of(self, *secret_ids: str) -> Bill:
        """The bill of these accounts."""
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
        """Lets a further API key in, with state, limits and bill of its own; see Account.

        A SecretId or SecretKey that is left out is drawn. Raises SettingsError for a SecretId that is there already.
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
        """Lets the key in no more. Its tasks stay, and end and are reported as before; its bill can still be asked for.

        Raises SettingsError when there is no such account, or no other.
        """
        if secret_id not in self.accounts:
            raise SettingsError(f"secret_id: {secret_id!r} is not an account; there are {', '.join(self.accounts)}")
        if len(self.accounts) == 1:
            raise SettingsError(f"secret_id: {secret_id} is the only account; add another one before it goes")
        del self.accounts[secret_id]

    def snapshot(self) -> Snapshot:
        """All that happened so far, as a value to return to: tasks, counts, calls, accounts and the clock's position."""
        return take(self)

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to `snapshot`, as often as wanted. Identifiers drawn from then on may differ from those before.

        Raises SettingsError for the snapshot of another MockVod. Nobody should be calling meanwhile.
        """
        snapshot.put_back(self)

    def fail_next(
        self,
        action: str | None = None,
        code: str = "InternalError",
        times: int | None = 1,
        message: str | None = None,
    ) -> Fault:
        """Has the next `times` calls of `action` (None: of any) refused with `code`, before the work is done.

        `message` stands in for the service's own text. Raises SettingsError for an action or code that there is not.
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
        """Has calls go wrong that the gateway has let in: those of `action` and `account` for which `when` is true.

        From the `nth` of them on, `times` are hit (None: all, until the fault is removed); with `probability`, only those
        that it picks, the same ones for the same `seed`. A call is hit by the first fault that is due. The kinds and
        what each takes: faults/kinds.py. Raises SettingsError for an order that cannot be.
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
        """Forgets all tasks, counts, calls and faults. Accounts, settings and the clock stay."""
        self.store.clear()
        self.faults.clear()
        self.journal.clear()
        self.notifier.clear()
