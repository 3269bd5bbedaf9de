"""Trying again: what has to be, what must not be, and what is paid twice otherwise."""

from __future__ import annotations

from mockvod.scripts import finish, progress
from mockvod.traps.stage import PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: What a recorded video of five seconds took; somebody else's holds the only place for so long.
_BUSY = "[[slow:50s]] a dog sleeps"
#: Tries, of which recorded clients need three with pauses of a minute and more.
_MOST_TRIES = 20
#: Seconds between the first and the last of three tries. Limits are counted by the second.
_PAUSE = 1


def _concurrency(stage: Stage) -> None:
    stage.call(VIDEO, ModelName="Kling", ModelVersion="2.6", Prompt=_BUSY)
    seen = stage.round()
    number = len(stage.calls(VIDEO))
    stage.require(number > 1, "it gave up at once")
    stage.require(number <= _MOST_TRIES, f"it tried {number} times within 50 seconds")
    stage.expect_file(seen)


def _rate_limit(stage: Stage) -> None:
    stage.mock.fault("rate_limit", action=VIDEO, times=2)
    seen = stage.round()
    times = [each.time for each in stage.calls(VIDEO)]
    stage.expect_tasks(1, "it did not try until it was let in, and no more")
    pause = times[-1] - times[0]
    stage.require(pause >= _PAUSE, f"it tried again within {pause:.2f} seconds, while the limit was still reached")
    stage.expect_file(seen)


def _lost_answer(stage: Stage) -> None:
    stage.script(progress(50), finish())
    stage.mock.fault("drop_after_commit", action=VIDEO)
    seen = stage.round()
    stage.expect_no_crash(seen)
    stage.expect_tasks(1, "it pays for more than it was to make")
    if seen.ok:
        stage.expect_file(seen)


def _next_video(stage: Stage) -> None:
    _two(stage, PROMPT, "a cat sleeps on a wall")


def _same_prompt(stage: Stage) -> None:
    _two(stage, PROMPT, PROMPT)


def _two(stage: Stage, *prompts: str) -> None:
    seen = [stage.round("create", prompt) for prompt in prompts]
    stage.expect_tasks(2, "it did not make the two videos that were asked for")
    for each in seen:
        stage.expect_file(each)
    first, second = seen
    stage.require(first.url != second.url, "it gave the first video for the second")


TRAPS = (
    Trap(
        "concurrency",
        "A task too many is given up",
        "Another video holds the only place for 50 seconds: tasks are accepted, and fail with RequestLimitExceeded.",
        "Tries again after a while, with a new SessionId and with pauses that grow.",
        "observed: a recorded failure of this kind; documented: one video at a time by default",
        _concurrency,
        settings={"concurrency": "documented"},
    ),
    Trap(
        "create-rate-limit",
        "A call too many is given up, or repeated at once",
        "CreateAigcVideoTask is refused twice with RequestLimitExceeded.",
        "Calls again after a second or more.",
        "documented: 20 calls a second",
        _rate_limit,
    ),
    Trap(
        "lost-answer",
        "A video is paid for twice",
        "Accepts CreateAigcVideoTask and starts the task, but the connection is lost before the answer arrives.",
        "Sends a SessionId with the call and the same one when it calls again; then looks the task up by it.",
        "documented: a SessionId that was used within three days is refused; the loss is what networks do",
        _lost_answer,
    ),
    Trap(
        "next-video-new-session",
        "A SessionId is used for the next video, too",
        "Refuses a call with a SessionId that was accepted before, also when it asks for another video.",
        "Takes a new SessionId for each video.",
        "documented: a SessionId that was used within three days is refused",
        _next_video,
    ),
    Trap(
        "same-prompt-twice",
        "A second take is taken for a repeat",
        "Makes two videos of one prompt, if they come with different SessionIds.",
        "Does not derive the SessionId from the prompt alone.",
        "documented: a SessionId that was used within three days is refused",
        _same_prompt,
    ),
)
