"""What time has ended leaves the store, with everything that stood somewhere for it; sums stay what they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockvod import scripts
from mockvod.app import MockVod
from mockvod.clock import VirtualClock, iso
from mockvod.settings import Settings

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
DAY = 86_400
APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "Kling", "ModelVersion": "3.0", "Prompt": "a cat"}
PERMANENT = {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}}
ELEMENT = {
    **APP,
    "ElementName": "cat",
    "ElementDescription": "a cat",
    "ReferenceType": "image_refer",
    "ElementImageList": json.dumps(
        {"frontal_image": "http://a/1.png", "refer_images": [{"image_url": "http://a/2.png"}]}
    ),
}
VOICE = {**APP, "VoiceId": "maigua111", "Text": "hello", "AudioFileInfo": {"Type": "Url", "Url": "http://a/1.mp3"}}
ELEMENTS = "DescribeAigcAdvancedCustomElements"
#: More than it takes until the clean-up of two tasks a call has caught up with what a test makes.
MANY = 30


def caller_of(make_caller: Any, **settings: Any) -> Any:
    chosen = {"seed": 1, "rate_limit": "off", "concurrency": "off", "task_seconds": 10, **settings}
    return make_caller(MockVod(Settings(**chosen), clock=VirtualClock(NOW, tick=0)))


@pytest.fixture
def caller(make_caller: Any) -> Any:
    return caller_of(make_caller)


def accepted(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = caller.call(action, params)
    assert "Error" not in answer, answer
    return answer


def stored(caller: Any) -> dict[str, int]:
    """Rows and entries by table and index, where there are any."""
    saved = caller.mock.store.snapshot()
    held = {**saved.tables, **{f"index {name}": entries for name, entries in saved.indexes.items()}}
    return {name.replace(caller.account.secret_id, "…"): len(each) for name, each in held.items() if each}


def go_on(caller: Any, days: float = 8) -> None:
    """Time passes, and calls of the same kind come as before."""
    caller.mock.clock.advance(days=days)
    for _ in range(MANY):
        accepted(caller, "CreateAigcVideoTask", VIDEO)


def left_beside_new_tasks(caller: Any) -> dict[str, int]:
    """What is stored that the new tasks of `go_on` do not account for; sums of the past and settings left out."""
    new = {"tasks", "index tasks/created/…/7", "index tasks/ended/…/7", "index events/…/7"}
    assert {name: stored(caller)[name] for name in new} == dict.fromkeys(new, MANY)
    kept = {"past_lines", "past_use", "event_applications"}
    return {
        name: count
        for name, count in stored(caller).items()
        if name not in new and not any(each in name for each in kept) and name != "places"
    }


def fail(caller: Any, task_id: str) -> None:
    caller.mock.tasks[task_id].fail()


def succeed(caller: Any, task_id: str) -> None:
    caller.mock.tasks[task_id].finish()


def abort(caller: Any, task_id: str) -> None:
    accepted(caller, "ManageTask", {**APP, "TaskId": task_id, "OperationType": "Abort"})


@pytest.mark.parametrize("end", [pytest.param(fail, id="failed"), pytest.param(abort, id="aborted")])
@pytest.mark.parametrize(
    ("action", "params"),
    [
        pytest.param("CreateAigcVideoTask", VIDEO, id="temporary"),
        pytest.param("CreateAigcVideoTask", PERMANENT, id="permanent"),
        pytest.param("CreateAigcAdvancedCustomElement", ELEMENT, id="element"),
        pytest.param("CreateAigcAudioClone", VOICE, id="voice"),
        pytest.param("PullUpload", {**APP, "MediaUrl": "http://example.com/film.mp4"}, id="fetched-file"),
    ],
)
def test_nothing_is_left_of_a_task_that_came_to_nothing(
    caller: Any, action: str, params: dict[str, Any], end: Callable[[Any, str], None]
) -> None:
    if end is abort:
        caller.mock.tasks.script(action, [scripts.waiting(), scripts.finish()])
    task_id = accepted(caller, action, params)["TaskId"]
    end(caller, task_id)

    go_on(caller)

    assert {name for name in left_beside_new_tasks(caller) if name != "…/advanced_elements"} == set()


@pytest.mark.parametrize(
    ("action", "params", "kept"),
    [
        pytest.param("CreateAigcVideoTask", VIDEO, set(), id="temporary"),
        pytest.param("CreateAigcVideoTask", PERMANENT, {"files"}, id="permanent"),
        pytest.param(
            "CreateAigcAdvancedCustomElement",
            ELEMENT,
            {
                "…/7/advanced_elements",
                "…/advanced_elements",
                "index tasks/CreateAigcAdvancedCustomElement/…/7",
            },
            id="element",
        ),
        pytest.param("CreateAigcAudioClone", VOICE, {"…/cloned_voices"}, id="voice"),
    ],
)
def test_a_result_that_lives_on_keeps_its_task_and_what_finds_it(
    caller: Any, action: str, params: dict[str, Any], kept: set[str]
) -> None:
    succeed(caller, accepted(caller, action, params)["TaskId"])

    go_on(caller)

    extra = stored(caller)["tasks"] - MANY
    assert (extra, set(stored(caller)) - set(stored_after_one_video(caller))) == (int(bool(kept)), kept)


def test_a_result_that_lives_on_keeps_nothing_of_the_task_that_is_forgotten_with_it(caller: Any) -> None:
    """One call clears both away, in the order of their ends."""
    succeed(caller, accepted(caller, "CreateAigcVideoTask", PERMANENT)["TaskId"])
    caller.mock.clock.advance(1)
    fail(caller, accepted(caller, "CreateAigcVideoTask", PERMANENT)["TaskId"])
    assert stored(caller)["files"] == 2

    go_on(caller)

    assert (stored(caller)["files"], stored(caller)["tasks"]) == (1, 1 + MANY)


def stored_after_one_video(caller: Any) -> dict[str, int]:
    """What any mock has that made videos over a week ago, and now."""
    other = type(caller)(MockVod(caller.mock.settings, clock=VirtualClock(NOW, tick=0)))
    accepted(other, "CreateAigcVideoTask", VIDEO)
    go_on(other)
    return stored(other)


def test_the_voice_of_another_task_outlives_the_failed_one(caller: Any) -> None:
    fail(caller, accepted(caller, "CreateAigcAudioClone", VOICE)["TaskId"])
    succeed(caller, accepted(caller, "CreateAigcAudioClone", VOICE)["TaskId"])

    go_on(caller)

    third = accepted(caller, "CreateAigcAudioClone", VOICE)["TaskId"]
    caller.mock.clock.advance(10)
    detail = caller.call("DescribeTaskDetail", {**APP, "TaskId": third})
    assert detail["CreateAigcAudioCloneTask"]["ErrCode"] != 0


def test_elements_that_outlive_their_tasks_stand_in_order_and_can_be_deleted(caller: Any) -> None:
    for name in ("first", "failed", "second", "third"):
        task_id = accepted(caller, "CreateAigcAdvancedCustomElement", {**ELEMENT, "ElementName": name})["TaskId"]
        (fail if name == "failed" else succeed)(caller, task_id)
    go_on(caller)

    def page(**more: Any) -> tuple[list[str], int]:
        answer = accepted(caller, ELEMENTS, {**APP, **more})
        return [each["Name"] for each in answer["ElementSet"]], answer["TotalCount"]

    assert page() == (["third", "second", "first"], 3)
    assert page(Offset=1, Limit=1) == (["second"], 3)
    second = accepted(caller, ELEMENTS, {**APP, "Offset": 1, "Limit": 1})["ElementSet"][0]["Id"]
    accepted(caller, "DeleteAigcAdvancedCustomElement", {**APP, "ElementId": second})
    assert page() == (["third", "first"], 2)
    assert stored(caller)["tasks"] == MANY + 2


def test_an_element_whose_end_comes_otherwise_than_planned_stands_where_it_ended(caller: Any) -> None:
    task_ids = [
        accepted(caller, "CreateAigcAdvancedCustomElement", {**ELEMENT, "ElementName": name})["TaskId"]
        for name in ("early", "late", "never")
    ]
    caller.mock.clock.advance(1)
    succeed(caller, task_ids[0])
    fail(caller, task_ids[2])
    caller.mock.clock.advance(1)
    assert [each["Name"] for each in caller.call(ELEMENTS, APP)["ElementSet"]] == ["early"]
    caller.mock.clock.advance(8)

    answer = caller.call(ELEMENTS, APP)

    assert ([each["Name"] for each in answer["ElementSet"]], answer["TotalCount"]) == (["late", "early"], 2)


def test_sessions_are_forgotten_after_three_days(caller: Any) -> None:
    for number in range(MANY):
        accepted(caller, "CreateAigcVideoTask", {**VIDEO, "SessionId": f"s{number}"})
    caller.mock.clock.advance(days=3)
    accepted(caller, "CreateAigcVideoTask", {**VIDEO, "SessionId": "at three days, to the second"})
    assert stored(caller)["sessions"] == MANY + 1
    caller.mock.clock.advance(1)
    for number in range(MANY):
        accepted(caller, "CreateAigcVideoTask", {**VIDEO, "SessionId": f"t{number}"})

    assert stored(caller)["sessions"] == stored(caller)["index sessions"] == MANY + 1


def test_events_that_were_handed_out_and_never_confirmed_are_forgotten(caller: Any) -> None:
    for _ in range(MANY):
        accepted(caller, "CreateAigcVideoTask", VIDEO)
    caller.mock.clock.advance(10)
    for _ in range(2):
        assert len(caller.call("PullEvents", APP)["EventSet"]) > 0
    assert stored(caller)["events"] == MANY

    go_on(caller, days=4.1)

    assert "events" not in stored(caller)
    assert stored(caller)["index events/…/7"] == MANY


def test_the_first_pull_finds_new_events_behind_old_ones(caller: Any) -> None:
    for _ in range(200):
        accepted(caller, "CreateAigcVideoTask", VIDEO)
    caller.mock.clock.advance(days=5)
    task_id = accepted(caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    caller.mock.clock.advance(10)

    [event] = caller.call("PullEvents", APP)["EventSet"]

    assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id


def test_an_event_that_comes_days_late_can_be_fetched_to_its_last_moment(caller: Any) -> None:
    """Its task is there until then, also where that is after the week for which a task is kept."""
    caller.mock.tasks.script("CreateAigcVideoTask", [scripts.finish(event_delay=5 * DAY)])
    task_id = accepted(caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    caller.mock.clock.set(NOW + 9 * DAY)

    [event] = caller.call("PullEvents", APP)["EventSet"]

    assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id


def test_a_task_that_was_aborted_is_there_for_a_week(caller: Any) -> None:
    caller.mock.tasks.script("CreateAigcVideoTask", [scripts.waiting(), scripts.finish()])
    abort(caller, accepted(caller, "CreateAigcVideoTask", VIDEO)["TaskId"])

    caller.mock.clock.advance(days=7, seconds=-1)
    assert len(caller.mock.tasks) == 1
    caller.mock.clock.advance(1)
    assert len(caller.mock.tasks) == 0


class TestUploads:
    """Uploads are forgotten a day after they were applied for."""

    def applied(self, caller: Any, **more: Any) -> dict[str, Any]:
        return accepted(caller, "ApplyUpload", {**APP, "MediaType": "png", "CoverType": "png", **more})

    def commit(self, caller: Any, upload: dict[str, Any]) -> str:
        answer = caller.call("CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})
        code: str = answer.get("Error", {"Code": ""})["Code"]
        return code

    def test_what_was_never_committed_goes_with_its_places(self, caller: Any) -> None:
        for _ in range(MANY):
            self.applied(caller)
        caller.mock.clock.advance(days=1, seconds=1)
        for _ in range(MANY):
            self.applied(caller)

        names = ("upload_sessions", "upload_places", "index upload_sessions/ends")
        assert [stored(caller)[name] for name in names] == [MANY, 2 * MANY, MANY]

    def test_a_place_that_was_applied_for_again_is_the_newer_ones(self, caller: Any) -> None:
        self.applied(caller, MediaStoragePath="/mine/cat.png")
        caller.mock.clock.advance(hours=13)
        self.applied(caller, MediaStoragePath="/mine/cat.png")
        caller.mock.clock.advance(hours=13)
        self.applied(caller)

        places = caller.mock.store.snapshot().tables["upload_places"]
        assert len([name for name in places if name.endswith("/mine/cat.png")]) == 1
        assert stored(caller)["upload_sessions"] == 2

    def test_an_upload_that_is_over_cannot_be_committed(self, caller: Any) -> None:
        """Whether it has been cleared away or not."""
        first, second = self.applied(caller), self.applied(caller)
        caller.mock.clock.advance(days=1, seconds=-1)
        assert self.commit(caller, first) != "InvalidParameterValue.VodSessionKey"  # nothing was put
        caller.mock.clock.advance(1)

        assert [self.commit(caller, each) for each in (first, second)] == ["InvalidParameterValue.VodSessionKey"] * 2


class TestSums:
    """What tasks have bought stays in the bill and in the statistics when they are forgotten."""

    def made(self, caller: Any) -> None:
        """Videos and pictures, as they are bought in the course of a day; some fail."""
        for number in range(MANY):
            more = {"OutputConfig": {"Duration": 5 + number % 2 * 5, "Resolution": "720P"}}
            task_id = accepted(caller, "CreateAigcVideoTask", {**VIDEO, "Prompt": f"cat {number}", **more})["TaskId"]
            if number % 7 == 0:
                fail(caller, task_id)
            picture = {**APP, "ModelName": "GG", "ModelVersion": "3.0", "Prompt": f"cat {number}"}
            accepted(caller, "CreateAigcImageTask", picture)
            caller.mock.clock.advance(hours=0.5)

    def totals(self, caller: Any) -> dict[str, Any]:
        span = {"StartTime": iso(NOW), "EndTime": iso(NOW + 2 * DAY)}
        used = {
            kind: accepted(caller, "DescribeAigcUsageData", {**APP, "AigcType": kind, **span})["AigcUsageDataSet"]
            for kind in ("Video", "Image")
        }
        bill = caller.mock.bill
        return {"used": used, "total": bill.total, "action": bill.by_action, "specification": bill.by_specification}

    def test_the_bill_and_the_statistics_stay_what_they_were(self, caller: Any) -> None:
        self.made(caller)
        caller.mock.clock.advance(days=1)
        before = self.totals(caller)
        assert before["total"].cny > 0
        caller.mock.clock.advance(days=8)
        assert self.totals(caller) == before  # nothing was cleared yet
        for _ in range(2 * MANY):
            task_id = accepted(
                caller, "CreateAigcSubject", {**APP, "SubjectName": "cat", "SubjectImages": ["http://a/1.png"]}
            )["TaskId"]
            fail(caller, task_id)

        after = self.totals(caller)

        assert len([line for line in caller.mock.bill.lines if line.calls > 1]) > 0
        assert stored(caller)["tasks"] == 2 * MANY  # all of the old ones are gone
        added = after["action"].pop("CreateAigcSubject")
        after["specification"].pop(next(iter(after["specification"].keys() - before["specification"].keys())))
        assert (added.lines, added.cny) == (2 * MANY, 0)
        assert {**after, "total": None} == {**before, "total": None}
        assert (after["total"].cny, after["total"].usd) == (before["total"].cny, before["total"].usd)


@pytest.mark.parametrize("mode", ["fail", "refuse", "queue"])
def test_a_clock_that_is_set_back_leaves_no_place_taken(make_caller: Any, mode: str) -> None:
    """The place of a task that begins in the future is free now."""
    caller = caller_of(make_caller, over_concurrency=mode, concurrency=1)
    caller.mock.clock.advance(days=1)
    accepted(caller, "CreateAigcVideoTask", VIDEO)
    caller.mock.clock.set(NOW)

    task_id = accepted(caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    assert caller.mock.tasks[task_id].status == "PROCESSING"
    caller.mock.clock.advance(10)

    detail = caller.call("DescribeTaskDetail", {**APP, "TaskId": task_id})
    assert (detail["Status"], detail["AigcVideoTask"]["ErrCode"]) == ("FINISH", 0)


def test_a_clock_that_is_set_back_lets_those_begin_that_wait(make_caller: Any) -> None:
    caller = caller_of(make_caller, over_concurrency="queue", concurrency=1)
    caller.mock.clock.advance(days=1)
    _, waiting = (accepted(caller, "CreateAigcVideoTask", VIDEO)["TaskId"] for _ in range(2))
    assert caller.mock.tasks[waiting].status == "WAITING"

    caller.mock.clock.set(NOW)

    assert caller.mock.tasks[waiting].status == "PROCESSING"
    caller.mock.clock.advance(10)
    assert caller.mock.tasks[waiting].status == "FINISH"


class TestDoubleCharges:
    """What was paid for twice stays in the bill when the tasks are forgotten, one after the other."""

    def charges(self, caller: Any) -> list[tuple[str, str, str, float]]:
        return [(each.first, each.second, each.reason, each.apart) for each in caller.mock.bill.double_charges]

    def test_they_stay_whichever_of_the_two_is_forgotten(self, caller: Any) -> None:
        expected = []
        for number in range(6):
            params = {**VIDEO, "Prompt": f"cat {number}"}
            first, second, third = (self.after(caller, 20, params) for _ in range(3))
            expected += [(first, second, "retry_without_session_id", 20.0)]
            expected += [(second, third, "retry_without_session_id", 20.0)]
            caller.mock.clock.advance(hours=1)
        assert self.charges(caller) == expected

        caller.mock.clock.advance(days=7)
        while stored(caller)["tasks"] - self.others(caller) > 0:
            accepted(caller, "CreateAigcSubject", {**APP, "SubjectName": str(caller.mock.journal.total)})
            assert self.charges(caller) == expected

    def after(self, caller: Any, seconds: float, params: dict[str, Any]) -> str:
        caller.mock.clock.advance(seconds)
        task_id: str = accepted(caller, "CreateAigcVideoTask", params)["TaskId"]
        return task_id

    def others(self, caller: Any) -> int:
        return len(caller.mock.calls(action="CreateAigcSubject"))

    def test_a_session_id_that_is_used_again_after_its_task_is_forgotten_is_noticed(self, caller: Any) -> None:
        params = {**VIDEO, "SessionId": "my session"}
        first = self.after(caller, 0, params)
        go_on(caller)
        second = self.after(caller, 0, params)

        assert (first, second, "session_id_reused_after_window", 8.0 * DAY) in self.charges(caller)

    def test_a_call_that_repeats_a_forgotten_one_too_late_is_none(self, caller: Any) -> None:
        self.after(caller, 0, {**VIDEO, "Prompt": "once"})
        go_on(caller)
        second = self.after(caller, 0, {**VIDEO, "Prompt": "once"})

        assert second not in [each[1] for each in self.charges(caller)]

    def test_what_failed_is_none_when_it_is_forgotten(self, caller: Any) -> None:
        fail(caller, self.after(caller, 0, {**VIDEO, "Prompt": "once"}))
        kept = self.after(caller, 20, {**VIDEO, "Prompt": "once"})
        go_on(caller)

        assert kept not in [each[1] for each in self.charges(caller)]

    def test_what_is_remembered_of_calls_is_forgotten_in_turn(self, caller: Any) -> None:
        for number in range(MANY):
            self.after(caller, 0, {**VIDEO, "Prompt": f"cat {number}", "SessionId": f"s{number}"})
        for _ in range(3):
            go_on(caller)

        # Of the calls of `go_on`, which are alike, there is one row.
        assert (stored(caller)["…/past_calls"], stored(caller)["index past_calls/…"]) == (1, 1)
