"""Traps about retries: which are needed, which must not be, and which are paid for twice."""

from __future__ import annotations

from mockvod.scripts import finish, progress
from mockvod.traps.stage import PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: Another client's video. It holds the only place for as long as a recorded video of five seconds took.
_BUSY = "[[slow:50s]] a dog sleeps"
#: Attempts; public clients need three, with pauses of a minute and more.
_MOST_TRIES = 20
#: Seconds between the first and the last of three attempts; the rate limit counts by the second.
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
    stage.expect_tasks(1, "it did not retry until it was accepted, and then stop")
    pause = times[-1] - times[0]
    stage.require(pause >= _PAUSE, f"it tried again within {pause:.2f} seconds, while the limit was still reached")
    stage.expect_file(seen)


def _lost_answer(stage: Stage) -> None:
    stage.script(progress(50), finish())
    stage.mock.fault("drop_after_commit", action=VIDEO)
    seen = stage.round()
    stage.expect_no_crash(seen)
    stage.expect_tasks(1, "it pays for more than one video")
    if seen.ok:
        stage.expect_file(seen)


def _next_video(stage: Stage) -> None:
    _two(stage, PROMPT, "a cat sleeps on a wall")


def _same_prompt(stage: Stage) -> None:
    _two(stage, PROMPT, PROMPT)


def _two(stage: Stage, *prompts: str) -> None:
    seen = [stage.round("create", prompt) for prompt in prompts]
    stage.expect_tasks(2, "it did not create the two videos that were wanted")
    for each in seen:
        stage.expect_file(each)
    first, second = seen
    stage.require(first.url != second.url, "it returned the first video for the second")


TRAPS = (
    Trap(
        "concurrency",
        "The client gives up when the concurrency limit is reached",
        "Another video runs for 50 seconds; until then, tasks are accepted but fail with RequestLimitExceeded.",
        "Retries after a while, with a new SessionId and growing pauses.",
        "observed: a recorded failure of this kind; documented: one video at a time by default",
        _concurrency,
        settings={"concurrency": "documented"},
    ),
    Trap(
        "create-rate-limit",
        "The client gives up at the rate limit, or retries at once",
        "CreateAigcVideoTask is refused twice with RequestLimitExceeded.",
        "Retries after a second or more.",
        "documented: 20 calls a second",
        _rate_limit,
    ),
    Trap(
        "lost-answer",
        "The client pays for a video twice",
        "Accepts CreateAigcVideoTask and starts the task, but the connection is lost before the answer arrives.",
        "Sends a SessionId with the call and the same one with the retry, then finds the task by it.",
        "documented: a SessionId that was used within three days is refused; lost connections are assumed",
        _lost_answer,
    ),
    Trap(
        "next-video-new-session",
        "The client uses a SessionId for the next video, too",
        "Refuses a call with a SessionId that was accepted before, even for a different video.",
        "Uses a new SessionId for each video.",
        "documented: a SessionId that was used within three days is refused",
        _next_video,
    ),
    Trap(
        "same-prompt-twice",
        "The client takes a second video of the same prompt for a retry",
        "Creates two videos for one prompt if the calls have different SessionIds.",
        "Does not derive the SessionId from the prompt alone.",
        "documented: a SessionId that was used within three days is refused",
        _same_prompt,
    ),
)
