"""Traps about events: pulled or pushed, they come late, twice, in any order, and for tasks of other clients."""

from __future__ import annotations

import json
from typing import Any

from mockvod.scripts import fail, finish, progress
from mockvod.traps.adapters import Observed
from mockvod.traps.stage import IMAGE, PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: Seconds: one more than the time after which an unconfirmed event comes back.
_BACK = 31
_HEAR, _CALLBACK = ("hear",), ("handle_callback",)


def _create(stage: Stage, seconds: float, events: int = 1) -> Any:
    """Has the client start a video that ends by itself after so many seconds."""
    stage.script(progress(50, seconds=seconds), finish(events=events))
    return stage.client.create(PROMPT)


def _expect_news(stage: Stage, news: list[tuple[Any, Observed]], handle: Any, number: int = 0) -> None:
    """Requires exactly one report: that the video of `handle`, which has the `number`-th result, has succeeded."""
    stage.require(news, "it did not report the task that has ended")
    stage.require(len(news) == 1, f"it reported {len(news)} times a task that has ended once")
    [(reported, seen)] = news
    stage.require(reported == handle, f"it reported {reported!r:.100}, but {handle!r:.100} has ended")
    stage.require(seen.ok, f"it reported a failure although the task succeeded: {seen.error:.300}")
    expected = stage.urls()[number]
    stage.require(seen.url == expected, f"it took {seen.url or 'nothing'} for the URL of the result")


def _empty_queue(stage: Stage) -> None:
    news = stage.hear()
    stage.require(not news, "it reported tasks that do not exist")


def _confirmed(stage: Stage) -> None:
    handle = _create(stage, 10)
    stage.advance(seconds=20)
    _expect_news(stage, stage.hear(), handle)
    stage.advance(seconds=_BACK)
    left = stage.call("PullEvents").get("EventSet")
    stage.require(not left, "it did not confirm the event, which comes back every 30 seconds")


def _duplicates(stage: Stage) -> None:
    handle = _create(stage, 10, events=3)
    stage.advance(seconds=20)
    news = stage.hear()
    stage.advance(seconds=_BACK)
    _expect_news(stage, [*news, *stage.hear()], handle)


def _confirmation_lost(stage: Stage) -> None:
    handle = _create(stage, 10)
    stage.advance(seconds=20)
    stage.mock.fault("drop_after_commit", action="ConfirmEvents")
    news = stage.hear()
    stage.advance(seconds=_BACK)
    _expect_news(stage, [*news, *stage.hear()], handle)


def _out_of_order(stage: Stage) -> None:
    first, second = _create(stage, 60), _create(stage, 10)
    stage.advance(seconds=20)
    sooner = stage.hear()
    stage.advance(seconds=60)
    later = stage.hear()
    _expect_news(stage, sooner, second, 1)
    _expect_news(stage, later, first, 0)


def _others(stage: Stage) -> None:
    stage.call("PullUpload", MediaUrl=f"{stage.picture}.mp4")
    stage.call(IMAGE, ModelName="GG", ModelVersion="3.0", Prompt="a dog")
    stage.call(VIDEO, ModelName="Kling", ModelVersion="2.6", Prompt="a dog sleeps")
    handle = _create(stage, 10)
    stage.advance(seconds=20)
    _expect_news(stage, stage.hear(), handle, 2)


def _failure(stage: Stage) -> None:
    stage.script(progress(50, seconds=10), fail("ModelGenerateFailed"))
    stage.client.create(PROMPT)
    stage.advance(seconds=20)
    _expect_failure(stage, stage.hear())


def _expect_failure(stage: Stage, news: list[tuple[Any, Observed]]) -> None:
    stage.require(len(news) == 1, f"it reported {len(news)} times a task that has failed once")
    stage.require(not news[0][1].ok, "it reported a success although the task has failed")


def _pushed(stage: Stage, seconds: float, **config: str) -> bytes:
    """The body of the one event that is pushed within so many seconds."""
    stage.call("ModifyEventConfig", Mode="PUSH", NotificationUrl=stage.host.callbacks, **config)
    stage.advance(seconds=seconds)
    stage.mock.notifier.deliver()
    return json.dumps(stage.mock.notifier.tries[-1].body, ensure_ascii=False).encode()


def _callback_twice(stage: Stage) -> None:
    handle = _create(stage, 10)
    body = _pushed(stage, 20)
    news = [stage.handle_callback(body), stage.handle_callback(body)]
    _expect_news(stage, [each for each in news if each is not None], handle)


def _callback_signed(stage: Stage) -> None:
    handle = _create(stage, 10)
    news = stage.handle_callback(_pushed(stage, 20, SignKey="sesame"))
    _expect_news(stage, [] if news is None else [news], handle)


def _callback_failure(stage: Stage) -> None:
    stage.script(progress(50, seconds=10), fail("ModelGenerateFailed"))
    stage.client.create(PROMPT)
    news = stage.handle_callback(_pushed(stage, 20))
    _expect_failure(stage, [] if news is None else [news])


TRAPS = (
    Trap(
        "empty-queue",
        "The client takes an empty queue for an error",
        "Answers PullEvents with the error ResourceNotFound while there are no events.",
        "Treats it as no events, and pulls again later.",
        "observed: a public client ignores exactly this code; documented: it is listed for the action",
        _empty_queue,
        _HEAR,
    ),
    Trap(
        "event-confirmed",
        "The client does not confirm an event",
        "Hides a pulled event for 30 seconds, and returns it again if it is not confirmed by then.",
        "Confirms every event that it has handled.",
        "documented: PullEvents and ConfirmEvents",
        _confirmed,
        _HEAR,
    ),
    Trap(
        "event-duplicates",
        "The client handles an event again that comes again",
        "Has three events for the end of one task.",
        "Reports each task once, by its TaskId.",
        "documented: events come back; that one task has several is assumed",
        _duplicates,
        _HEAR,
    ),
    Trap(
        "confirmation-lost",
        "The client loses an event together with an answer",
        "Confirms the event, but the connection is lost before the answer arrives.",
        "Reports the task nevertheless, and survives that confirming again is refused.",
        "assumed: what networks do",
        _confirmation_lost,
        _HEAR,
    ),
    Trap(
        "events-out-of-order",
        "The client takes the first event for that of its first task",
        "The second of two tasks ends first, so its event comes first.",
        "Finds the task by the TaskId in the event.",
        "observed: recorded tasks of one model take 61 to 129 seconds",
        _out_of_order,
        _HEAR,
    ),
    Trap(
        "events-of-others",
        "The client does not expect events of other tasks",
        "Returns the events of all tasks of the application: an upload, an image, and a video of another client.",
        "Ignores events that are not its own.",
        "documented: an application has one queue for all kinds of events",
        _others,
        _HEAR,
    ),
    Trap(
        "event-of-failure",
        "The client takes an event of the end for one of success",
        "Has the event AigcVideoTaskComplete with ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt.",
        "inferred: the event has the task's own structure, and failed tasks are FINISH",
        _failure,
        _HEAR,
    ),
    Trap(
        "callback-twice",
        "The client handles a callback again that comes again",
        "Pushes the same event twice, as it does if the first answer was late.",
        "Reports each task once, by its TaskId.",
        "documented: callbacks are tried up to three times",
        _callback_twice,
        _CALLBACK,
    ),
    Trap(
        "callback-signed",
        "The client checks callbacks against a fixed list of members",
        "Omits members of a pushed event that are null, and adds Sign and T next to EventType.",
        "Reads EventType and the member that belongs to it, and ignores the rest.",
        "documented: Sign and T; that they are at the top level is inferred",
        _callback_signed,
        _CALLBACK,
    ),
    Trap(
        "callback-of-failure",
        "The client takes a callback for success",
        "Pushes AigcVideoTaskComplete with ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt.",
        "inferred: the event has the task's own structure, and failed tasks are FINISH",
        _callback_failure,
        _CALLBACK,
    ),
)
