"""Fetching and confirming events."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
IMAGE = {**APP, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}
ELEMENT = {
    **APP,
    "ElementName": "cat",
    "ElementDescription": "a cat",
    "ReferenceType": "image_refer",
    "ElementImageList": '{"frontal_image":"http://a/1.png","refer_images":[{"image_url":"http://a/2.png"}]}',
}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


def pull(caller: Any, **params: Any) -> list[dict[str, Any]]:
    answer = caller.call("PullEvents", {**APP, **params})
    assert [each for each in validate_response("PullEvents", answer) if each.severity == "error"] == []
    events: list[dict[str, Any]] = answer["EventSet"]
    return events


def refusal(caller: Any, action: str = "PullEvents", **params: Any) -> str:
    code: str = caller.call(action, {**APP, **params})["Error"]["Code"]
    return code


def confirm(caller: Any, *events: dict[str, Any]) -> Any:
    return caller.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"] for event in events]})


def finished(caller: Any, action: str = "CreateAigcVideoTask", params: Any = VIDEO, **more: Any) -> str:
    task_id: str = caller.call(action, {**params, **more})["TaskId"]
    caller.mock.clock.advance(10)
    return task_id


# --- what is told --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "params", "kind", "member", "field"),
    [
        pytest.param(
            "CreateAigcVideoTask",
            VIDEO,
            "AigcVideoTaskComplete",
            "AigcVideoCompleteEvent",
            "AigcVideoTask",
            id="video",
        ),
        pytest.param(
            "CreateAigcImageTask",
            IMAGE,
            "AigcImageTaskComplete",
            "AigcImageCompleteEvent",
            "AigcImageTask",
            id="image",
        ),
        pytest.param(
            "CreateAigcAdvancedCustomElement",
            ELEMENT,
            "CreateAigcAdvancedCustomElementCompleteEvent",
            "CreateAigcAdvancedCustomElementCompleteEvent",
            "CreateAigcAdvancedCustomElementTask",
            id="element",
        ),
    ],
)
def test_an_event_says_what_the_detail_says(
    caller: Any, action: str, params: dict[str, Any], kind: str, member: str, field: str
) -> None:
    task_id = finished(caller, action, params, SessionContext="job-42")

    [event] = pull(caller)

    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id})[field]
    assert (event["EventType"], event[member]) == (kind, detail)
    assert detail["SessionContext"] == "job-42"
    assert {name for name, value in event.items() if value is not None} == {"EventHandle", "EventType", member}


def test_no_event_tells_of_a_subject(caller: Any) -> None:
    """Neither a type nor a member of events is published for it: a trap for clients that wait."""
    finished(caller, "CreateAigcSubject", {**APP, "SubjectName": "cat"})

    assert refusal(caller) == "ResourceNotFound"


def test_a_failure_is_an_event_too(caller: Any) -> None:
    finished(caller, Prompt="[[fail:TaskTimeout]]")

    [event] = pull(caller)

    assert event["AigcVideoCompleteEvent"]["ErrCodeExt"] == "TaskTimeout"


# --- when ----------------------------------------------------------------------------------------------------------


def test_there_is_no_event_before_the_end(caller: Any, clock: VirtualClock) -> None:
    caller.call("CreateAigcVideoTask", VIDEO)
    clock.advance(9.9)

    assert refusal(caller) == "ResourceNotFound"


def test_a_task_that_waited_has_an_event_when_it_ends(make_caller: Any, clock: VirtualClock) -> None:
    """Nobody asks for the second task, whose turn comes when the first ends."""
    settings = Settings(rate_limit="off", over_concurrency="queue", task_seconds=10)
    caller = make_caller(MockVod(settings, clock=clock))
    first, second = (caller.call("CreateAigcVideoTask", VIDEO)["TaskId"] for _ in range(2))
    clock.advance(20)

    assert [event["AigcVideoCompleteEvent"]["TaskId"] for event in pull(caller)] == [first, second]


def test_an_aborted_task_has_no_event(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(rate_limit="off", over_concurrency="queue", task_seconds=10)
    caller = make_caller(MockVod(settings, clock=clock))
    first, second = (caller.call("CreateAigcVideoTask", VIDEO)["TaskId"] for _ in range(2))
    caller.call("ManageTask", {**APP, "TaskId": second, "OperationType": "Abort"})
    clock.advance(30)

    assert [event["AigcVideoCompleteEvent"]["TaskId"] for event in pull(caller)] == [first]


def test_at_most_sixteen_come_at_once_the_oldest_first(caller: Any, clock: VirtualClock) -> None:
    made = [finished(caller) for _ in range(20)]

    told = [[event["AigcVideoCompleteEvent"]["TaskId"] for event in pull(caller)] for _ in range(2)]

    assert told == [made[:16], made[16:]]


def test_what_was_handed_out_is_invisible_for_thirty_seconds(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    [first] = pull(caller)
    clock.advance(29.9)
    assert refusal(caller) == "ResourceNotFound"
    clock.advance(0.2)

    [second] = pull(caller)

    assert second["AigcVideoCompleteEvent"] == first["AigcVideoCompleteEvent"]
    assert second["EventHandle"] != first["EventHandle"]


def test_an_event_is_kept_for_four_days(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    finished(caller)
    clock.advance(days=4, seconds=-5)

    assert len(pull(caller)) == 1


def test_an_event_that_was_kept_too_long_is_dropped(caller: Any, clock: VirtualClock) -> None:
    """For good, or every later call would have to pass it by."""
    finished(caller)
    clock.advance(days=4, seconds=1)
    assert refusal(caller) == "ResourceNotFound"

    with caller.mock.store.transaction() as transaction:
        assert transaction.size(f"events/{caller.account.secret_id}/7") == 0


# --- whose ---------------------------------------------------------------------------------------------------------


def test_applications_have_queues_of_their_own(caller: Any) -> None:
    finished(caller)

    assert refusal(caller, SubAppId=8) == "ResourceNotFound"


def test_accounts_have_queues_of_their_own(make_caller: Any, clock: VirtualClock) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other), task_seconds=10), clock=clock)
    finished(make_caller(mock))

    assert refusal(make_caller(mock, other)) == "ResourceNotFound"


def test_without_an_application_the_default_one_is_meant(caller: Any) -> None:
    finished(caller, SubAppId=caller.mock.settings.default_sub_app_id)

    assert len(caller.call("PullEvents", {})["EventSet"]) == 1


# --- confirming ----------------------------------------------------------------------------------------------------


def test_a_confirmed_event_is_gone(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    assert "Error" not in confirm(caller, *pull(caller))
    clock.advance(60)

    assert refusal(caller) == "ResourceNotFound"


def test_after_thirty_seconds_it_is_too_late_to_confirm(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    [event] = pull(caller)
    clock.advance(30)

    assert confirm(caller, event)["Error"]["Code"] == "InvalidParameterValue"
    assert len(pull(caller)) == 1


@pytest.mark.parametrize(
    "handle",
    ["", "nonsense", "5q+UIA==", "é", "MDAwMDE3MzU2ODk2NDAuMDAwMDAwL2FiYw=="],
    ids=["empty", "text", "no-utf-8", "not-ascii", "of-no-event"],
)
def test_an_unknown_handle_is_refused(caller: Any, handle: str) -> None:
    assert refusal(caller, "ConfirmEvents", EventHandles=[handle]) == "InvalidParameterValue"


def test_one_unknown_handle_spoils_the_call(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    [event] = pull(caller)
    confirm(caller, event, {"EventHandle": "unknown"})
    clock.advance(31)

    assert len(pull(caller)) == 1


def test_a_handle_of_another_application_is_refused(caller: Any) -> None:
    finished(caller)
    [event] = pull(caller)

    assert refusal(caller, "ConfirmEvents", SubAppId=8, EventHandles=[event["EventHandle"]]) == "InvalidParameterValue"


# --- holding a call ------------------------------------------------------------------------------------------------


def test_a_clock_that_stands_still_is_not_waited_for(caller: Any) -> None:
    started = time.monotonic()

    assert refusal(caller) == "ResourceNotFound"
    assert time.monotonic() - started < 2


@pytest.fixture
def quick(make_caller: Any) -> Any:
    """On the machine's clock, with tasks of a tenth of a second."""
    settings = Settings(rate_limit="off", concurrency="off", task_seconds=0.1)
    return make_caller(MockVod(settings, clock=SystemClock(), held_calls=1))


def test_a_call_is_held_until_there_is_an_event(quick: Any) -> None:
    task_id = quick.call("CreateAigcVideoTask", VIDEO)["TaskId"]

    [event] = pull(quick)

    assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id


def test_held_calls_leave_room_for_others(quick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one place, the second that pulls is answered at once, and so are calls of other kinds."""
    held, waits = threading.Thread(target=pull, args=(quick,)), threading.Event()

    def sleep(seconds: float) -> None:
        waits.set()
        time.sleep(seconds)

    monkeypatch.setattr("mockvod.call.drivers.sleep", sleep)
    held.start()
    assert waits.wait(timeout=10)

    assert refusal(quick) == "ResourceNotFound"

    quick.call("CreateAigcVideoTask", VIDEO)
    held.join(timeout=10)
    assert not held.is_alive()


def test_a_call_is_held_for_five_seconds_at_most(quick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    start = time.time()
    monkeypatch.setattr(quick.mock.clock, "now", lambda: start + sum(slept), raising=False)
    monkeypatch.setattr("mockvod.call.drivers.sleep", slept.append)

    assert refusal(quick) == "ResourceNotFound"
    assert sum(slept) == pytest.approx(5, abs=0.1)


# --- configuration -------------------------------------------------------------------------------------------------

DEFAULT = {
    "Mode": "PULL",
    "NotificationUrl": "",
    "UploadMediaCompleteEventSwitch": "OFF",
    "DeleteMediaCompleteEventSwitch": "OFF",
    "PersistenceCompleteEventSwitch": "OFF",
}


def config(caller: Any, **params: Any) -> dict[str, Any]:
    answer = caller.call("DescribeEventConfig", {**APP, **params})
    assert validate_response("DescribeEventConfig", answer) == ()
    return {name: value for name, value in answer.items() if name != "RequestId"}


def modify(caller: Any, **params: Any) -> Any:
    return caller.call("ModifyEventConfig", {**APP, **params})


def test_config_of_a_new_application(caller: Any) -> None:
    assert config(caller) == DEFAULT


def test_config_keeps_what_is_not_changed_and_never_tells_the_key(caller: Any) -> None:
    modify(caller, Mode="PUSH", NotificationUrl="http://127.0.0.1:9/a", SignKey="secret")
    modify(caller, UploadMediaCompleteEventSwitch="ON")

    changed = {"Mode": "PUSH", "NotificationUrl": "http://127.0.0.1:9/a", "UploadMediaCompleteEventSwitch": "ON"}
    assert config(caller) == {**DEFAULT, **changed}


def test_an_empty_address_clears_it(caller: Any) -> None:
    modify(caller, NotificationUrl="http://127.0.0.1:9/a")
    modify(caller, NotificationUrl="")

    assert config(caller) == DEFAULT


def test_config_is_of_one_application(caller: Any) -> None:
    modify(caller, Mode="PUSH")

    assert config(caller, SubAppId=8) == DEFAULT


@pytest.mark.parametrize("url", ["127.0.0.1:9", "ftp://127.0.0.1/", "http://"])
def test_an_address_that_is_none_is_refused(caller: Any, url: str) -> None:
    assert modify(caller, NotificationUrl=url)["Error"]["Code"] == "InvalidParameter"


def test_nothing_is_pulled_of_what_is_pushed(caller: Any) -> None:
    finished(caller)
    modify(caller, Mode="PUSH")
    assert refusal(caller) == "ResourceNotFound"
    modify(caller, Mode="PULL")

    assert len(pull(caller)) == 1
