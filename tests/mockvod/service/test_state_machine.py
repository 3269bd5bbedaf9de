"""Any sequence of calls, against a small model of what the service promises: no task and no event is ever lost.

The model has lanes, events and sessions of its own and shares no code with the service. Nobody looks at a task unless a
rule does, because the outcome must not depend on who looks when.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from mockvod.app import MockVod
from mockvod.clock import VirtualClock, iso
from mockvod.errors import TaskError
from mockvod.service.account import preconditions
from mockvod.service.events import outbox
from mockvod.service.tasks import create
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.concurrency import Places
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.tasks import TaskHandle

NOW = 1_735_689_600
HOUR, DAY = 3600, 86_400
NEVER = float("inf")
ACCOUNTS = (DEFAULT_ACCOUNT, Account("AKIDother", "other-key"))
OWNERS = [(account.secret_id, application) for account in ACCOUNTS for application in (7, 8)]
#: What a task takes, and one that is turned away.
LASTS, TURNED_AWAY_LASTS = 10, 4
#: At a time.
MOST_EVENTS = 16
REPEATED = "InvalidParameterValue.SessionId"


@dataclass(frozen=True)
class Kind:
    """One of the actions that start a task."""

    action: str
    #: Members of the detail's answer and of an event.
    field: str
    event: str
    #: Where directives go.
    prompt: str
    params: dict[str, Any]
    aigc_type: str
    #: None: no price is published.
    cny: Decimal | None
    usd: Decimal | None
    #: Tasks at a time; None for any number.
    documented: int | None = None
    makes_files: bool = False


VIDEO = Kind(
    "CreateAigcVideoTask",
    "AigcVideoTask",
    "AigcVideoCompleteEvent",
    "Prompt",
    {"ModelName": "Kling", "ModelVersion": "3.0"},
    "Video",
    Decimal("3.0"),
    Decimal("0.420"),
    documented=1,
    makes_files=True,
)
IMAGE = Kind(
    "CreateAigcImageTask",
    "AigcImageTask",
    "AigcImageCompleteEvent",
    "Prompt",
    {"ModelName": "GG", "ModelVersion": "3.0"},
    "Image",
    Decimal(1),
    Decimal("0.135"),
    documented=1,
    makes_files=True,
)
ELEMENT = Kind(
    "CreateAigcAdvancedCustomElement",
    "CreateAigcAdvancedCustomElementTask",
    "CreateAigcAdvancedCustomElementCompleteEvent",
    "ElementDescription",
    {
        "ElementName": "cat",
        "ReferenceType": "image_refer",
        "ElementImageList": '{"frontal_image":"http://a/1.png","refer_images":[{"image_url":"http://a/2.png"}]}',
    },
    "Video",
    None,
    None,
)
SUBJECT = Kind(
    "CreateAigcSubject",
    "CreateAigcSubjectTask",
    "",  # no event tells of a subject
    "SubjectName",
    {},
    "Video",
    Decimal("0.47"),
    None,
)
KINDS = (VIDEO, IMAGE, ELEMENT, SUBJECT)
QUICK_ELEMENT = {
    "ElementName": "cat",
    "ElementDescription": "a cat",
    "ElementFrontalImage": "http://example.com/cat.png",
    "ElementReferList": [{"ImageUrl": "http://example.com/cat2.png"}],
}
#: Directive -> how long the task takes, and the ErrCodeExt that it ends with.
TROUBLES: dict[str, tuple[float, str]] = {
    "": (LASTS, ""),
    "[[fail:TaskTimeout]]": (LASTS, "TaskTimeout"),
    "[[slow:45s]]": (45, ""),
    "[[stuck]]": (NEVER, ""),
}
#: What is wrong with a call -> the code; the last two are noticed after the SessionId.
WRONGS = {
    "application": "InvalidParameterValue.SubAppId",
    "member": "UnknownParameter",
    "prompt": "MissingParameter",
    "[[reject:LimitExceeded]]": "LimitExceeded",
    "[[fail:Nonsense]]": "InvalidParameterValue",
}
#: What a task may be seen as after it was seen as something else.
LATER = {
    "": {"WAITING", "PROCESSING", "FINISH", "ABORTED"},
    "WAITING": {"WAITING", "PROCESSING", "FINISH", "ABORTED"},
    "PROCESSING": {"PROCESSING", "FINISH"},
    "FINISH": {"FINISH"},
    "ABORTED": {"ABORTED"},
}


# --- the model -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """One call that starts a task."""

    owner: tuple[str, int]
    kind: Kind
    session: str
    trouble: str
    priority: int
    permanent: bool

    @property
    def params(self) -> dict[str, Any]:
        params = {"SubAppId": self.owner[1], **self.kind.params, self.kind.prompt: f"cat{self.trouble}"}
        if self.kind.makes_files:
            params["OutputConfig"] = {"StorageMode": "Permanent" if self.permanent else "Temporary"}
            if self.kind is VIDEO:
                params["OutputConfig"] |= {"Duration": 5, "Resolution": "720P"}
        return {**params, "SessionId": self.session, "TasksPriority": self.priority}


@dataclass(eq=False)
class Job:
    """What is expected of one task and of its event. Times are UNIX seconds."""

    task_id: str
    order: Order
    created: float
    lasts: float
    failure: str
    turned_away: bool
    #: FileIds, or the one ElementId or SubjectId.
    made: list[str]
    begins: float | None = None
    ends: float = NEVER
    aborted: bool = False
    percent: int | None = None
    #: The status that was seen last.
    seen: str = ""
    paths: list[str] = field(default_factory=list)
    deleted: bool = False
    #: Of its event: confirmed, delivered or given up; how often it was pushed; its last handle and until when that holds.
    told: bool = False
    tries: int = 0
    handle: str = ""
    hidden_until: float = 0

    def start(self, at: float) -> None:
        self.begins, self.ends = at, at + self.lasts

    def status(self, now: float) -> str:
        if self.aborted:
            return "ABORTED"
        if self.begins is None:
            return "WAITING"
        return "FINISH" if self.ends <= now else "PROCESSING"

    def is_over(self, now: float) -> bool:
        """Whether nothing can be asked of it any more, so that it is forgotten."""
        return (self.created if self.aborted else self.ends) + 7 * DAY <= now

    def succeeded(self, now: float) -> bool:
        return self.status(now) == "FINISH" and not self.failure

    def has_event(self, now: float) -> bool:
        """Whether its event is there, seen or hidden."""
        return bool(self.order.kind.event) and self.status(now) == "FINISH" and not self.told

    def event_is_due(self, now: float) -> bool:
        return self.has_event(now) and self.hidden_until <= now <= self.ends + 4 * DAY


class Model:
    """What was accepted, and what follows from it."""

    def __init__(self, concurrency: Any) -> None:
        self.concurrency = concurrency
        self.jobs: list[Job] = []
        self.quick: dict[str, list[str]] = {account.secret_id: [] for account in ACCOUNTS}
        self.sessions: dict[tuple[object, ...], float] = {}
        #: Where events are pushed; "" for a mode of PUSH without an address; absent where they are fetched.
        self.hooks: dict[tuple[str, int], str] = {}

    def limit(self, kind: Kind) -> int | None:
        if self.concurrency == "documented":
            return kind.documented
        return None if self.concurrency == "off" else self.concurrency

    def lane(self, account: str, kind: Kind) -> list[Job]:
        """The account's tasks that have, had or want a place."""
        return [
            job
            for job in self.jobs
            if (job.order.owner[0], job.order.kind) == (account, kind) and not job.turned_away and not job.aborted
        ]

    def has_room(self, account: str, kind: Kind, now: float) -> bool:
        limit = self.limit(kind)
        running = sum(job.status(now) == "PROCESSING" for job in self.lane(account, kind))
        return limit is None or running < limit

    def settle(self, now: float) -> None:
        """Starts what waits, at the moment of the limit-th last end: from then on a place is free."""
        for account in ACCOUNTS:
            for kind in KINDS:
                limit, lane = self.limit(kind), self.lane(account.secret_id, kind)
                while limit and (waiting := [job for job in lane if job.begins is None]):
                    free = sorted(job.ends for job in lane if job.begins is not None)[-limit]
                    if free > now:
                        break
                    min(waiting, key=lambda job: -job.order.priority).start(free)

    def is_repeated(self, order: Order, now: float) -> bool:
        seen = self.sessions.get(self.session_of(order))
        return bool(order.session) and seen is not None and now - seen < 72 * HOUR

    def session_of(self, order: Order) -> tuple[object, ...]:
        return order.owner, order.kind.action, order.session

    def of(self, owner: tuple[str, int]) -> Iterator[Job]:
        return (job for job in self.jobs if job.order.owner == owner)

    def due(self, owner: tuple[str, int], now: float) -> list[Job]:
        """Whose events can be handed out, in the order in which they came to be seen."""
        found = [job for job in self.of(owner) if job.event_is_due(now)]
        return sorted(found, key=lambda job: max(job.ends, job.hidden_until))


# --- the machine ---------------------------------------------------------------------------------------------------


class Receiver:
    """Stands in for the network: notes what is pushed, and takes or refuses it as told."""

    def __init__(self) -> None:
        self.takes = True
        self.pushed: list[tuple[tuple[str, int], dict[str, Any]]] = []

    def send(self, url: str, body: dict[str, Any]) -> str:
        account, application = urlsplit(url).path.strip("/").split("/")
        self.pushed.append(((account, int(application)), body))
        return "delivered" if self.takes else "refused"


class Handed(NamedTuple):
    """An event that was handed out."""

    handle: str
    job: Job
    at: float


owners = st.sampled_from(OWNERS)
accounts = st.sampled_from([account.secret_id for account in ACCOUNTS])
orders = st.builds(
    Order,
    owners,
    st.sampled_from(KINDS),
    session=st.sampled_from(["one", "two", ""]),
    trouble=st.sampled_from([*TROUBLES, ""]),
    priority=st.sampled_from([0, -5, 10]),
    permanent=st.booleans(),
)


class Service(RuleBasedStateMachine):
    """Two accounts with two applications each."""

    jobs: Bundle[Job] = Bundle("jobs")
    handles: Bundle[Handed] = Bundle("handles")

    def __init__(self, make_caller: Any, over_concurrency: Any, concurrency: Any) -> None:
        super().__init__()
        self.mode = over_concurrency
        self.clock = VirtualClock(NOW, tick=0)
        self.mock = MockVod(
            Settings(
                accounts=ACCOUNTS,
                rate_limit="off",
                task_seconds=LASTS,
                sub_app_ids=frozenset({7, 8}),
                over_concurrency=over_concurrency,
                concurrency=concurrency,
                seed=1,
            ),
            clock=self.clock,
        )
        self.callers = {account.secret_id: make_caller(self.mock, account) for account in ACCOUNTS}
        self.model = Model(concurrency)
        self.receiver = Receiver()
        self.mock.notifier._send = self.receiver.send  # type: ignore[method-assign]

    @property
    def now(self) -> float:
        """The present, to which the model is brought up."""
        self.model.settle(self.clock.now())
        return self.clock.now()

    def call(self, account: str, action: str, **params: Any) -> dict[str, Any]:
        """The answer. A refused call leaves no trace; but PullEvents clears away what is too old all the same."""
        before = self.tables()
        answer: dict[str, Any] = self.callers[account].call(action, params)
        if "Error" in answer and action != "PullEvents":
            assert self.tables() == before
        return answer

    def ask(self, owner: tuple[str, int], action: str, **params: Any) -> dict[str, Any]:
        """The answer to a call that is not to be refused."""
        answer = self.call(owner[0], action, SubAppId=owner[1], **params)
        assert code(answer) == ""
        return answer

    def wait_until(self, moment: float) -> None:
        """No longer than that, and not at all for what is past or never comes."""
        if self.clock.now() < moment < NEVER:
            self.clock.set(moment)

    def tables(self) -> dict[str, dict[str, bytes]]:
        """All that is stored, byte for byte."""
        return {name: dict(rows) for name, rows in self.mock.store._tables.items() if rows}  # type: ignore[attr-defined]

    def known_ids(self) -> list[str]:
        """Every identifier that was ever given."""
        made = [each for job in self.model.jobs for each in (job.task_id, *job.made)]
        return made + [each for quick in self.model.quick.values() for each in quick]

    # --- starting tasks

    @initialize(target=jobs, order=orders)
    def create_first(self, order: Order) -> Any:
        """Most rules need a task."""
        return self.create(order)

    @rule(target=jobs, order=orders)
    def create(self, order: Order) -> Any:
        now = self.now
        account, room = order.owner[0], self.model.has_room(order.owner[0], order.kind, now)
        answer = self.call(account, order.kind.action, **order.params)
        if self.model.is_repeated(order, now):
            assert code(answer) == REPEATED
            return multiple()
        if not room and self.mode == "refuse":
            assert code(answer) == "RequestLimitExceeded"
            return multiple()
        assert "TaskId" in answer, answer
        self.model.sessions[self.model.session_of(order)] = now
        lasts, failure = TROUBLES[order.trouble]
        turned_away = not room and self.mode == "fail"
        if turned_away:
            lasts, failure = min(TURNED_AWAY_LASTS, lasts), "RequestLimitExceeded"
        job = Job(answer["TaskId"], order, now, lasts, failure, turned_away, self.promised(answer["TaskId"]))
        if room or turned_away:
            job.start(now)
        self.model.jobs.append(job)
        return job

    def promised(self, task_id: str) -> list[str]:
        """What a task is going to make: settled when it is accepted, and told only at its end."""
        with self.mock.store.transaction() as transaction:
            task = TaskBook(transaction, self.mock.clock.now()).find(task_id)
        assert task
        return [task.result["id"]] if "id" in task.result else task.result["files"]

    @rule(target=jobs, job=jobs, after=st.sampled_from([0, 72 * HOUR - 1, 72 * HOUR]))
    def create_again(self, job: Job, after: float) -> Any:
        """The same call, so long after the first if that is still to come."""
        self.wait_until(job.created + after)
        return self.create(job.order)

    @rule(
        target=jobs,
        order=orders,
        priorities=st.sampled_from([(0, 0), (0, -5, 10), (0, 0, 10, 0), (0,) * MOST_EVENTS * 2]),
    )
    def create_many(self, order: Order, priorities: tuple[int, ...]) -> Any:
        made = [self.create(replace(order, session="", priority=each)) for each in priorities]
        return multiple(*(job for job in made if isinstance(job, Job)))

    @rule(
        target=jobs,
        job=jobs,
        order=orders,
        before=st.sampled_from([TURNED_AWAY_LASTS, 0, NEVER]),
        ended=st.booleans(),
    )
    def create_beside(self, job: Job, order: Order, before: float, ended: bool) -> Any:
        """In the lane of a task: now, when that has ended, or so that one that is turned away would end with it.

        And another one, when the first was `ended` by hand.
        """
        self.wait_until(job.ends - before)
        order = replace(order, owner=job.order.owner, kind=job.order.kind, session="")
        made = self.create(order)
        if not ended or not isinstance(made, Job):
            return made
        self.end(made, "")
        other = self.create(order)
        return multiple(made, other) if isinstance(other, Job) else made

    @rule(account=accounts)
    def create_quick_element(self, account: str) -> None:
        self.model.quick[account].append(self.call(account, "CreateAigcCustomElement", **QUICK_ELEMENT)["ElementId"])

    @rule(order=orders, wrong=st.sampled_from(sorted(WRONGS)))
    def be_refused(self, order: Order, wrong: str) -> None:
        params = order.params
        if wrong == "application":
            params["SubAppId"] = 9
        elif wrong == "member":
            params["Nonsense"] = 1
        elif wrong == "prompt":
            if not order.kind.makes_files:  # the others need none
                return
            del params["Prompt"]
        else:
            params[order.kind.prompt] = wrong
        expected = REPEATED if "[[" in wrong and self.model.is_repeated(order, self.now) else WRONGS[wrong]

        assert code(self.call(order.owner[0], order.kind.action, **params)) == expected

    # --- time

    @rule(seconds=st.sampled_from([0.5, 1, 2, 3, 4, 6, 10, 20, 30, 60, HOUR, DAY, 3 * DAY, 4 * DAY]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(job=jobs, before=st.sampled_from([0, 1]))
    def wait_for(self, job: Job, before: float) -> None:
        """Until the end of a task, or just before it."""
        _ = self.now
        self.wait_until(job.ends - before)

    # --- looking at tasks

    @rule(job=jobs)
    def describe(self, job: Job) -> None:
        now, kind = self.now, job.order.kind
        answer = self.call(job.order.owner[0], "DescribeTaskDetail", TaskId=job.task_id, SubAppId=job.order.owner[1])
        if now - job.created > 72 * HOUR:
            assert code(answer) == ("InvalidParameterValue.TaskId" if job.is_over(now) else "ResourceNotFound")
            return
        self.see(job, answer["Status"])
        self.check_detail(job, answer[kind.field])
        if job.percent is not None and answer["Status"] == "PROCESSING" and kind is not SUBJECT:
            assert answer[kind.field]["Progress"] == job.percent

    def check_detail(self, job: Job, detail: dict[str, Any]) -> None:
        """What the detail or the event of `job` tells: its failure, or what it made."""
        now = self.now
        ended = job.status(now) == "FINISH"
        assert detail["TaskId"] == job.task_id
        assert (detail["Status"], detail["ErrCodeExt"]) == (("FINISH", job.failure) if ended else ("PROCESSING", "")), (
            "an end is told of as it was"
        )
        if not job.succeeded(now):
            assert told_ids(detail["Output"]) == []
            return
        if job.order.kind.makes_files:
            job.paths = [urlsplit(file["FileUrl"]).path for file in detail["Output"]["FileInfos"]]
            assert len(job.paths) == 1
        assert told_ids(detail["Output"]) == job.made

    def see(self, job: Job, status: str) -> None:
        assert status in LATER[job.seen], f"{job.task_id} was {job.seen} and is {status}"
        assert status == job.status(self.now)
        job.seen = status

    @rule(
        owner=owners, status=st.sampled_from(["", "WAITING", "PROCESSING", "FINISH"]), limit=st.sampled_from([3, 100])
    )
    def list_tasks(self, owner: tuple[str, int], status: str, limit: int) -> None:
        """Page by page, until there is none."""
        now = self.now
        wanted: dict[str, Any] = {"Limit": limit, **({"Status": status} if status else {})}
        listed, token = [], None
        while token != "":
            answer = self.ask(owner, "DescribeTasks", **wanted, **({"ScrollToken": token} if token else {}))
            listed += answer["TaskSet"]
            token = answer["ScrollToken"]
        fresh = [job for job in self.model.of(owner) if now - job.created <= 72 * HOUR]
        by_id = {job.task_id: job for job in fresh if status in ("", job.status(now))}

        assert sorted(each["TaskId"] for each in listed) == sorted(by_id), "each task is listed once"
        for each in listed:
            self.see(by_id[each["TaskId"]], each["Status"])

    @rule()
    def look_at_all(self) -> None:
        running: Counter[tuple[str, str]] = Counter()
        by_id = {job.task_id: job for job in self.model.jobs}
        for handle in self.mock.tasks:
            job = by_id[handle.id]
            self.see(job, handle.status)
            if job.seen == "PROCESSING" and not job.turned_away:
                running[job.order.owner[0], job.order.kind.action] += 1
        for kind in KINDS:
            limit = self.model.limit(kind)
            for account in ACCOUNTS:
                assert limit is None or running[account.secret_id, kind.action] <= limit

    # --- steering tasks

    @rule(job=jobs)
    def abort(self, job: Job) -> None:
        now = self.now
        owner, application = job.order.owner
        answer = self.call(owner, "ManageTask", TaskId=job.task_id, SubAppId=application, OperationType="Abort")
        if now - job.created > 72 * HOUR:
            assert code(answer) == ("InvalidParameterValue.TaskId" if job.is_over(now) else "ResourceNotFound")
        elif job.status(now) == "WAITING":
            assert code(answer) == ""
            job.aborted = True
        else:
            assert code(answer) == "FailedOperation"

    @rule(job=jobs, ext=st.sampled_from(["", "InternalError"]))
    def end(self, job: Job, ext: str) -> None:
        """By hand, well or not."""
        now = self.now
        if self.steer(job, lambda handle: handle.fail(ext) if ext else handle.finish()):
            job.ends, job.failure = now, ext

    @rule(job=jobs, percent=st.integers(0, 100))
    def progress(self, job: Job, percent: int) -> None:
        if self.steer(job, lambda handle: handle.progress(percent)):
            job.percent = percent

    def steer(self, job: Job, change: Callable[[TaskHandle], None]) -> bool:
        """Whether the task could be told what to do, which is so for one that runs."""
        if job.is_over(self.now):
            with pytest.raises(TaskError):
                self.mock.tasks[job.task_id]
            return False
        runs = job.status(self.now) == "PROCESSING"
        # To look a task up is to look at it, which moves its lane on.
        handle = self.mock.tasks[job.task_id]
        before = self.tables()
        try:
            change(handle)
        except TaskError:
            assert not runs
            assert self.tables() == before
            return False
        assert runs
        return True

    # --- events

    @rule(target=handles, job=jobs, after=st.sampled_from([0, 0, 4 * DAY, 4 * DAY + 1, NEVER]))
    def pull(self, job: Job, after: float) -> Any:
        """Events of the application of a task: so long after that has ended, or now."""
        _ = self.now
        self.wait_until(job.ends + after)
        return multiple(*self.pulled(job.order.owner))

    @rule(target=handles, job=jobs, after=st.sampled_from([0, 29.5, 30]), spoiled=st.booleans())
    def pull_and_confirm(self, job: Job, after: float, spoiled: bool) -> Any:
        self.wait_for(job, 0)
        handed = self.pulled(job.order.owner)
        if handed:
            self.wait_until(handed[0].at + after)
            self.confirm_all(handed, spoiled)
        return multiple(*handed)

    @rule(target=handles, given=handles, after=st.sampled_from([29.5, 30]))
    def pull_again(self, given: Handed, after: float) -> Any:
        self.wait_until(given.at + after)
        return multiple(*self.pulled(given.job.order.owner))

    def pulled(self, owner: tuple[str, int]) -> list[Handed]:
        now = self.now
        due = [] if owner in self.model.hooks else self.model.due(owner, now)
        answer = self.call(owner[0], "PullEvents", SubAppId=owner[1])
        assert code(answer) == ("" if due else "ResourceNotFound")
        told = self.match(answer.get("EventSet", []), due)
        for job, event in told:
            job.hidden_until, job.handle = now + 30, event["EventHandle"]
        return [Handed(job.handle, job, now) for job, _ in told]

    def match(self, events: Sequence[dict[str, Any]], due: list[Job]) -> list[tuple[Job, dict[str, Any]]]:
        """The jobs that the events tell of: the first of those that are due, whatever the order among equals."""
        told = []
        for event in events:
            [name] = [name for name, value in event.items() if isinstance(value, dict)]
            job = next((job for job in due if job.task_id == event[name]["TaskId"]), None)
            assert job is not None, f"the event of {event[name]['TaskId']} was not due"
            assert name == job.order.kind.event
            self.check_detail(job, event[name])
            told.append((job, event))
        moments = [max(job.ends, job.hidden_until) for job in due[:MOST_EVENTS]]
        assert [max(job.ends, job.hidden_until) for job, _ in told] == moments
        assert len({job.task_id for job, _ in told}) == len(told), "an event is handed out once at a time"
        return told

    @rule(
        first=handles,
        second=handles,
        both=st.booleans(),
        after=st.sampled_from([0, 0, 29.5, 30]),
        spoiled=st.sampled_from([False, False, True]),
    )
    def confirm(self, first: Handed, second: Handed, both: bool, after: float, spoiled: bool) -> None:
        """So long after the first one was handed out."""
        self.wait_until(first.at + after)
        self.confirm_all([first, second] if both else [first], spoiled)

    def confirm_all(self, given: list[Handed], spoiled: bool = False) -> None:
        """All of them or none, in the name of the first one's application; as many as a call takes."""
        given = given[: MOST_EVENTS - spoiled]
        now, owner = self.now, given[0].job.order.owner
        texts = [each.handle for each in given] + (["unknown"] if spoiled else [])
        holds = [
            each.job.order.owner == owner
            and each.job.handle == each.handle
            and not each.job.told
            and now < each.job.hidden_until
            for each in given
        ]
        answer = self.call(owner[0], "ConfirmEvents", SubAppId=owner[1], EventHandles=texts)
        if spoiled or not all(holds) or len(set(texts)) < len(texts):
            assert code(answer) == "InvalidParameterValue"
            return
        assert code(answer) == ""
        for each in given:
            each.job.told = True

    @rule(job=jobs, mode=st.sampled_from(["PULL", "PULL", "PUSH"]), addressed=st.booleans())
    def configure(self, job: Job, mode: str, addressed: bool) -> None:
        """How the application of a task hears of events."""
        self.set_mode(job.order.owner, mode, addressed)

    def set_mode(self, owner: tuple[str, int], mode: str, addressed: bool) -> None:
        url = f"http://127.0.0.1:9/{owner[0]}/{owner[1]}" if addressed else ""
        self.ask(owner, "ModifyEventConfig", Mode=mode, NotificationUrl=url)
        self.model.hooks.pop(owner, None)
        if mode == "PUSH":
            self.model.hooks[owner] = url

    @rule(
        job=jobs,
        takes=st.lists(st.booleans(), min_size=1, max_size=4),
        pause=st.sampled_from([0.5, 1]),
        patient=st.booleans(),
    )
    def push(self, job: Job, takes: list[bool], pause: float, patient: bool) -> None:
        """Time and again, to a receiver that takes or refuses all that comes at one time."""
        if patient:
            self.wait_for(job, 0)
        self.set_mode(job.order.owner, "PUSH", True)
        for each in takes:
            self.deliver(each)
            self.clock.advance(pause)

    def deliver(self, takes: bool) -> None:
        now = self.now
        self.receiver.takes, self.receiver.pushed = takes, []
        delivered = self.mock.notifier.deliver()
        assert delivered == (len(self.receiver.pushed) if takes else 0)
        for owner in OWNERS:
            due = self.model.due(owner, now) if self.model.hooks.get(owner) else []
            for job, _ in self.match([body for whose, body in self.receiver.pushed if whose == owner], due):
                job.tries += 1
                job.told = takes or job.tries == 3
                job.hidden_until, job.handle = now + 1, ""

    # --- what was made

    @rule(job=jobs, age=st.sampled_from([0, 0, 7 * DAY - 1, 7 * DAY]))
    def look_for_files(self, job: Job, age: float) -> None:
        """When the task has ended, and when they are that old."""
        self.wait_for(job, 0)
        self.describe(job)
        self.check_files(job)
        self.wait_until(job.ends + age)
        self.check_files(job)

    def check_files(self, job: Job) -> None:
        now, order = self.now, job.order
        there = job.succeeded(now) and not job.deleted
        if order.kind.makes_files and order.permanent:
            answer = self.ask(order.owner, "DescribeMediaInfos", FileIds=job.made)
            known = [info["FileId"] for info in answer["MediaInfoSet"]]
            assert (known, answer["NotExistFileIdSet"]) == ((job.made, []) if there else ([], job.made))
        for path in job.paths:
            assert (self.mock.media(path) is not None) == (there and (order.permanent or now < job.ends + 7 * DAY))

    @rule(job=jobs, patient=st.booleans())
    def delete(self, job: Job, patient: bool) -> None:
        """The file or the element that a task has made."""
        if patient:
            self.wait_for(job, 0)
        now, order = self.now, job.order
        if order.kind is ELEMENT:
            action, named, missing = "DeleteAigcAdvancedCustomElement", "ElementId", "InvalidParameterValue"
        elif order.kind.makes_files and order.permanent:
            action, named, missing = "DeleteMedia", "FileId", "ResourceNotFound"
        else:
            return
        answer = self.call(order.owner[0], action, SubAppId=order.owner[1], **{named: job.made[0]})
        assert code(answer) == ("" if job.succeeded(now) and not job.deleted else missing)
        job.deleted = job.succeeded(now)
        self.check_files(job)

    @rule(owner=owners)
    def look_at_the_rest(self, owner: tuple[str, int]) -> None:
        self.list_elements(owner)
        self.look_at_the_bill(owner[0])
        for aigc_type in ("Video", "Image"):
            self.look_at_the_statistics(owner, aigc_type)

    def list_elements(self, owner: tuple[str, int]) -> None:
        now = self.now
        there = [
            job.made[0]
            for job in self.model.of(owner)
            if job.order.kind is ELEMENT and job.succeeded(now) and not job.deleted
        ]
        answer = self.ask(owner, "DescribeAigcAdvancedCustomElements", Limit=100)
        listed = {each["Id"] for each in answer["ElementSet"]}
        assert listed <= set(there)
        assert (len(answer["ElementSet"]), len(listed), answer["TotalCount"]) == (
            *[min(100, len(there))] * 2,
            len(there),
        )

    # --- money

    def look_at_the_bill(self, account: str) -> None:
        now = self.now
        bill = self.mock.bill_of(account)
        expected = {
            job.task_id: (Decimal(), Decimal())
            if job.aborted or (job.failure and job.status(now) == "FINISH")
            else (job.order.kind.cny, job.order.kind.usd)
            for job in self.model.jobs
            if job.order.owner[0] == account
        } | {element_id: (None, None) for element_id in self.model.quick[account]}

        # Calls whose tasks are forgotten are summed up, which may happen as soon as nothing can be asked of them.
        told = {line.id: (line.cny, line.usd) for line in bill.lines if line.id}
        forgotten = {job.task_id for job in self.model.jobs if job.is_over(now)}
        assert told == {each: prices for each, prices in expected.items() if each in told}
        assert expected.keys() - told.keys() <= forgotten
        assert sum(line.calls for line in bill.lines) == len(expected)
        assert [bill.cny, bill.usd] == [
            total(prices) for prices in zip(*expected.values(), strict=True)
        ] or not expected
        moments = [line.at for line in bill.lines if line.id]
        assert moments == sorted(moments)

    def look_at_the_statistics(self, owner: tuple[str, int], aigc_type: str) -> None:
        """Of the last thirty days: an answer has at most ninety."""
        now = self.now
        start = int(now) - 30 * DAY
        span = {"StartTime": iso(start), "EndTime": iso(now + 1)}
        answer = self.ask(owner, "DescribeAigcUsageData", AigcType=aigc_type, **span)
        counts = [day["Count"] for each in answer["AigcUsageDataSet"] for day in each["DataSet"]]
        ended = [job for job in self.model.of(owner) if job.order.kind.aigc_type == aigc_type and job.succeeded(now)]
        assert sum(counts) == sum(job.ends >= start for job in ended)

    # --- always

    @invariant()
    def no_task_is_lost_and_no_identifier_given_twice(self) -> None:
        now = self.mock.clock.now()
        assert len(self.mock.tasks) == sum(not job.is_over(now) for job in self.model.jobs)
        assert [each for each, count in Counter(self.known_ids()).items() if count > 1] == []

    def teardown(self) -> None:
        """At the end everything is looked at, and every event that is left can be fetched."""
        if sys.exc_info()[0] is not None:  # what has failed already would only be hidden
            return
        self.clock.advance(30)
        self.look_at_all()
        for job in self.model.jobs:
            self.describe(job)
            self.check_files(job)
        for owner in OWNERS:
            self.look_at_the_rest(owner)
            self.set_mode(owner, "PULL", False)
            while pulled := self.pulled(owner):
                self.confirm_all(pulled)


def code(answer: dict[str, Any]) -> str:
    """The code of a refusal; "" where there is none."""
    found: str = answer.get("Error", {}).get("Code", "")
    return found


def told_ids(output: dict[str, Any]) -> list[str]:
    """The identifiers in the Output of a task of any kind."""
    files = [file["FileId"] for file in output.get("FileInfos", ())]
    elements = [info["ElementId"] for info in output.get("InfoList", ())]
    return [each for each in (*files, *elements, output.get("SubjectId", "")) if each]


def total(prices: Iterable[Decimal | None]) -> Decimal:
    """Of those that are known."""
    return sum((each for each in prices if each is not None), Decimal())


# --- the service as it is ------------------------------------------------------------------------------------------

#: The same examples on every run, so that CI does not fail by chance.
STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=60, stateful_step_count=40)

FAIL, REFUSE, QUEUE, OFF = ("fail", "documented"), ("refuse", "documented"), ("queue", "documented"), ("fail", "off")
QUEUE_OF_TWO = ("queue", 2)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of refused pushes are told of otherwise."""
    caplog.set_level(logging.CRITICAL, "mockvod")


@pytest.mark.parametrize(
    "concurrency",
    [FAIL, REFUSE, QUEUE, QUEUE_OF_TWO, OFF],
    ids=["fail", "refuse", "queue", "queue-of-two", "off"],
)
def test_the_service_keeps_its_promises(make_caller: Any, concurrency: tuple[str, Any]) -> None:
    run_state_machine_as_test(lambda: Service(make_caller, *concurrency), settings=STEADY)


# --- the service with a bug in it ----------------------------------------------------------------------------------

#: Enough to find each bug below; what is found is not made smaller, which would take longest.
SEARCH = settings(STEADY, max_examples=2000, phases=[Phase.generate])


def confirms_late(transaction: Any, account: str, application: int, entry: Any, now: float) -> bool:
    held: bool = transaction.holds(f"events/{account}/{application}", entry)
    return held


def forgets_after(hours: int) -> Callable[..., None]:
    check = preconditions.check_session

    def check_session(context: Any, params: Any) -> None:
        contract = context.contract
        changed = replace(contract, dedup=hours if contract.dedup else None)
        check(msgspec.structs.replace(context, contract=changed), params)

    return check_session


def lets_in(more: int) -> Callable[..., int | None]:
    limit = create._limit

    def _limit(context: Any) -> int | None:
        found = limit(context)
        return None if found is None else found + more

    return _limit


def without_priority() -> Callable[..., Any]:
    queue = Places.queue

    def planted(places: Any, transaction: Any, key: str, task: str, priority: int) -> Any:
        return queue(places, transaction, key, task, 0)

    return planted


def only_if_it_began_at_once(transaction: Any, key: str, task: Any) -> None:
    if task.begins == task.created:
        outbox.announce(transaction, key, task)


def nothing(*_: Any, **__: Any) -> None:
    pass


def always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


@pytest.mark.parametrize(
    ("place", "planted", "concurrency"),
    [
        pytest.param("service.events.pull.is_hidden", confirms_late, OFF, id="event-lost-when-confirmed-late"),
        pytest.param("service.events.pull.INVISIBLE_SECONDS", 29, OFF, id="event-comes-back-early"),
        pytest.param("service.events.pull.remove", nothing, OFF, id="event-comes-back-when-confirmed"),
        pytest.param("service.events.outbox.KEPT_SECONDS", 4 * DAY - 60, OFF, id="event-dropped-early"),
        pytest.param("service.tasks.book.withdraw", nothing, OFF, id="two-events-of-a-task-ended-by-hand"),
        pytest.param(
            "service.tasks.book.announce", only_if_it_began_at_once, QUEUE, id="no-event-of-a-task-that-waited"
        ),
        pytest.param("service.events.push.MOST_TRIES", 2, OFF, id="event-given-up-early"),
        pytest.param("ids.Ids.element_id", always("1" * 18), OFF, id="element-id-given-twice"),
        pytest.param("ids.Ids.hex", always("0" * 32), OFF, id="task-id-given-twice"),
        pytest.param("service.tasks.create._limit", lets_in(1), FAIL, id="two-run-in-a-lane-of-one"),
        pytest.param("service.tasks.create._limit", lets_in(1), REFUSE, id="two-let-in"),
        pytest.param("service.tasks.concurrency.Places.queue", without_priority(), QUEUE, id="no-priority"),
        pytest.param(
            "service.account.preconditions.check_session", forgets_after(71), OFF, id="session-forgotten-an-hour-early"
        ),
        pytest.param(
            "service.account.preconditions.check_session", forgets_after(73), OFF, id="session-kept-an-hour-too-long"
        ),
        pytest.param("state.memory._MemoryTransaction._roll_back", nothing, REFUSE, id="refused-call-leaves-a-trace"),
        pytest.param("service.account.purchase._outcome", always("finished"), OFF, id="failure-paid"),
        pytest.param(
            "service.tasks.results.TEMPORARY_SECONDS service.tasks.book.TEMPORARY_SECONDS",
            7 * DAY + 10,
            OFF,
            id="temporary-file-stays",
        ),
        pytest.param("service.media.media_infos.delete_file", nothing, OFF, id="deleted-file-stays"),
    ],
)
def test_the_machine_finds(
    make_caller: Any, monkeypatch: pytest.MonkeyPatch, place: str, planted: Any, concurrency: tuple[str, Any]
) -> None:
    for each in place.split():
        monkeypatch.setattr(f"mockvod.{each}", planted)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: Service(make_caller, *concurrency), settings=SEARCH)
