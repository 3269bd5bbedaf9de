"""Events: fetched or pushed, they come late, twice, in any order, and of tasks that others made."""

from __future__ import annotations

import json
from typing import Any

from mockvod.scripts import fail, finish, progress
from mockvod.traps.adapters import Observed
from mockvod.traps.stage import IMAGE, PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: After so many seconds an event that was not confirmed comes back, and one more.
_BACK = 31
_HEAR, _CALLBACK = ("hear",), ("handle_callback",)


def _create(stage: Stage, seconds: float, events: int = 1) -> Any:
    """A video of the client's that ends by itself after so long."""
    stage.script(progress(50, seconds=seconds), finish(events=events))
    return stage.client.create(PROMPT)


def _expect_news(stage: Stage, news: list[tuple[Any, Observed]], handle: Any, number: int = 0) -> None:
    """Just one piece of news, of that handle: that the `number`-th video is there."""
    stage.require(news, "it did not tell of the task that has ended")
    stage.require(len(news) == 1, f"it told {len(news)} times of one task that has ended once")
    [(told, seen)] = news
    stage.require(told == handle, f"it told of {told!r:.100}, where {handle!r:.100} has ended")
    stage.require(seen.ok, f"it told of a failure where there was none: {seen.error:.300}")
    expected = stage.urls()[number]
    stage.require(seen.url == expected, f"it took {seen.url or 'nothing'} for the address of the result")


def _empty_queue(stage: Stage) -> None:
    news = stage.hear()
    stage.require(not news, "it told of tasks that there are not")


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
    stage.require(len(news) == 1, f"it told {len(news)} times of one task that has failed")
    stage.require(not news[0][1].ok, "it told of a success where the task has failed")


def _pushed(stage: Stage, seconds: float, **config: str) -> bytes:
    """The body of the one event that is pushed after so long."""
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
        "An empty queue is taken for a fault",
        "Answers PullEvents with the error ResourceNotFound while there is no event.",
        "Takes that for no events, and asks again later.",
        "observed: a client's code passes over just this code; documented: it is among the action's",
        _empty_queue,
        _HEAR,
    ),
    Trap(
        "event-confirmed",
        "An event is not confirmed",
        "Hides an event for 30 seconds when it is fetched, and hands it out anew if it is not confirmed by then.",
        "Confirms every event that it has dealt with.",
        "documented: PullEvents and ConfirmEvents",
        _confirmed,
        _HEAR,
    ),
    Trap(
        "event-duplicates",
        "An event that comes again is dealt with again",
        "Has three events of the end of one task.",
        "Tells of each task once, by its TaskId.",
        "documented: events come back; that there are several of one task is assumed",
        _duplicates,
        _HEAR,
    ),
    Trap(
        "confirmation-lost",
        "News are lost with an answer",
        "Confirms the event, but the connection is lost before the answer arrives.",
        "Tells of the task nevertheless, and takes no harm from confirming again, which is refused.",
        "assumed: what networks do",
        _confirmation_lost,
        _HEAR,
    ),
    Trap(
        "events-out-of-order",
        "The first event is taken for that of the first task",
        "The second of two tasks ends first, and so its event comes first.",
        "Finds the task by the TaskId in the event.",
        "observed: tasks of one model take 61 to 129 seconds",
        _out_of_order,
        _HEAR,
    ),
    Trap(
        "events-of-others",
        "An event of another kind is not expected",
        "Hands out the events of all tasks of the application: of an upload, a picture and another client's video.",
        "Passes over what is not its own.",
        "documented: an application has one queue for all kinds of events",
        _others,
        _HEAR,
    ),
    Trap(
        "event-of-failure",
        "An event of the end is taken for one of success",
        "Has the event AigcVideoTaskComplete with ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt.",
        "inferred: the event has the task's own structure, and failed tasks are FINISH",
        _failure,
        _HEAR,
    ),
    Trap(
        "callback-twice",
        "A callback that comes again is dealt with again",
        "Pushes the same event twice, as it does when the first answer was late.",
        "Tells of each task once, by its TaskId.",
        "documented: callbacks are tried up to three times",
        _callback_twice,
        _CALLBACK,
    ),
    Trap(
        "callback-signed",
        "A callback is held against a list of members",
        "Leaves out of a pushed event what is null, and puts Sign and T beside EventType.",
        "Reads EventType and the member that belongs to it, and passes over the rest.",
        "documented: Sign and T; that they stand at the top is inferred",
        _callback_signed,
        _CALLBACK,
    ),
    Trap(
        "callback-of-failure",
        "A callback is taken for success",
        "Pushes AigcVideoTaskComplete with ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt.",
        "inferred: the event has the task's own structure, and failed tasks are FINISH",
        _callback_failure,
        _CALLBACK,
    ),
)
