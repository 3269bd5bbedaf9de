"""What the service asks before any action: activation, applications, files, and SessionIds that repeat."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.registry import HANDLERS
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import catalog

HOUR = 3600
GOLDEN = json.loads((files("mockvod.fixtures") / "golden" / "requests.json").read_text(encoding="utf-8"))
#: A good call of every action that has SessionIds, without one; plain ones of those that single tests are about.
CALLS: dict[str, dict[str, Any]] = {
    case["action"]: {name: value for name, value in case["params"].items() if name != "SessionId"}
    for case in GOLDEN
    if case["id"].endswith("-base") and catalog().require(case["action"]).dedup
} | {
    "CreateAigcImageTask": {"SubAppId": 7, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"},
    "CreateAigcSubject": {"SubjectImages": ["http://example.com/a.png"]},
    "CreateAigcVideoTask": {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"},
}
each_action = pytest.mark.parametrize("action", CALLS)


def code_of(answer: dict[str, Any]) -> str | None:
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def test_every_answered_action_that_deduplicates_is_called_here() -> None:
    assert sorted(CALLS) == sorted(action for action in HANDLERS if catalog().require(action).dedup)


@each_action
def test_a_repeat_is_refused(caller: Any, action: str) -> None:
    params = {**CALLS[action], "SessionId": "once"}

    first, second = caller.call(action, params), caller.call(action, params)

    assert (code_of(first), code_of(second)) == (None, "InvalidParameterValue.SessionId")


@each_action
@pytest.mark.parametrize(
    ("hours", "code"),
    [
        pytest.param(71.99, "InvalidParameterValue.SessionId", id="inside-the-window"),
        pytest.param(72, None, id="after-it"),
    ],
)
def test_the_window_is_72_hours(caller: Any, clock: VirtualClock, action: str, hours: float, code: str | None) -> None:
    params = {**CALLS[action], "SessionId": "once"}
    caller.call(action, params)

    clock.advance(hours=hours)

    assert code_of(caller.call(action, params)) == code


def test_a_refused_repeat_does_not_prolong_the_window(caller: Any, clock: VirtualClock) -> None:
    params = {**CALLS["CreateAigcSubject"], "SessionId": "once"}
    caller.call("CreateAigcSubject", params)
    clock.advance(hours=71)
    caller.call("CreateAigcSubject", params)

    clock.advance(hours=1)

    assert code_of(caller.call("CreateAigcSubject", params)) is None


@pytest.mark.parametrize("session", [{}, {"SessionId": ""}], ids=["absent", "empty"])
def test_without_a_session_id_nothing_repeats(caller: Any, session: dict[str, str]) -> None:
    params = {**CALLS["CreateAigcSubject"], **session}

    assert [code_of(caller.call("CreateAigcSubject", params)) for _ in range(3)] == [None, None, None]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("CreateAigcVideoTask", {"SubAppId": 8}), id="application"),
        pytest.param(("CreateAigcImageTask", {"ModelName": "GG", "ModelVersion": "2.5"}), id="action"),
        pytest.param(("CreateAigcVideoTask", {"SessionId": "Once"}), id="case"),
    ],
)
def test_what_is_no_repeat(caller: Any, other: tuple[str, dict[str, Any]]) -> None:
    params = {**CALLS["CreateAigcVideoTask"], "SessionId": "once"}
    caller.call("CreateAigcVideoTask", params)
    action, changes = other

    assert code_of(caller.call(action, {**params, **changes})) is None


def test_accounts_do_not_share_session_ids(clock: VirtualClock, make_caller: Any) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other)), clock=clock)
    params = {**CALLS["CreateAigcSubject"], "SessionId": "once"}

    answers = [make_caller(mock, account).call("CreateAigcSubject", params) for account in (DEFAULT_ACCOUNT, other)]

    assert [code_of(answer) for answer in answers] == [None, None]


def test_a_refused_call_leaves_its_session_id_free(caller: Any) -> None:
    params = {**CALLS["CreateAigcVideoTask"], "SessionId": "once"}

    assert code_of(caller.call("CreateAigcVideoTask", {**params, "ModelVersion": "none"})) == "InvalidParameter"
    assert code_of(caller.call("CreateAigcVideoTask", params)) is None


def test_a_call_that_fails_inside_leaves_its_session_id_free(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    params = {**CALLS["CreateAigcSubject"], "SessionId": "once"}
    with monkeypatch.context() as patch:
        patch.setitem(HANDLERS, "CreateAigcSubject", lambda context, params: {"TaskId": 5})
        assert code_of(caller.call("CreateAigcSubject", params)) == "InternalError"

    assert code_of(caller.call("CreateAigcSubject", params)) is None


def test_of_a_thousand_equal_calls_at_once_exactly_one_is_accepted(clock: VirtualClock, make_caller: Any) -> None:
    mock = MockVod(Settings(rate_limit="off"), clock=clock)
    caller = make_caller(mock)
    request = caller.post("CreateAigcSubject", {**CALLS["CreateAigcSubject"], "SessionId": "once"})

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(pool.map(lambda _: code_of(caller.send(request)), range(1000)))

    assert codes == {None: 1, "InvalidParameterValue.SessionId": 999}


@pytest.mark.parametrize(
    ("action", "code"),
    [
        pytest.param("CreateAigcVideoTask", "InvalidParameter", id="not-on-its-page"),
        pytest.param("CreateAigcImageTask", "InvalidParameterValue.SessionId", id="on-its-page"),
    ],
)
def test_with_documented_codes_only(clock: VirtualClock, make_caller: Any, action: str, code: str) -> None:
    caller = make_caller(MockVod(Settings(documented_codes_only=True), clock=clock))
    params = {**CALLS[action], "SessionId": "once"}
    caller.call(action, params)

    assert code_of(caller.call(action, params)) == code


def test_vod_that_is_not_activated(clock: VirtualClock, make_caller: Any) -> None:
    account = replace(DEFAULT_ACCOUNT, vod_activated=False)
    caller = make_caller(MockVod(Settings(accounts=(account,)), clock=clock), account)

    assert code_of(caller.call("CreateAigcSubject")) == "FailedOperation.InvalidVodUser"


@pytest.mark.parametrize(
    ("settings", "params", "code"),
    [
        pytest.param(Settings(), {"SubAppId": 5}, None, id="any"),
        pytest.param(Settings(), {"SubAppId": 0}, "InvalidParameterValue.SubAppId", id="zero"),
        pytest.param(Settings(), {}, None, id="absent"),
        pytest.param(Settings(newer_customer=True), {}, "InvalidParameterValue.SubAppId", id="absent-newer-customer"),
        pytest.param(Settings(sub_app_ids=frozenset({5})), {"SubAppId": 5}, None, id="listed"),
        pytest.param(
            Settings(sub_app_ids=frozenset({5})), {"SubAppId": 6}, "InvalidParameterValue.SubAppId", id="not-listed"
        ),
    ],
)
def test_applications(
    clock: VirtualClock, make_caller: Any, settings: Settings, params: dict[str, Any], code: str | None
) -> None:
    caller = make_caller(MockVod(settings, clock=clock))

    assert code_of(caller.call("CreateAigcSubject", params)) == code


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"FileInfos": [{"FileId": "1"}]}, None, id="listed"),
        pytest.param({"FileInfos": [{"FileId": "2"}]}, "InvalidParameterValue.FileId", id="not-listed"),
        pytest.param(
            {"FileInfos": [{"FileId": "1"}], "LastFrameFileId": "2"}, "InvalidParameterValue.FileId", id="last-frame"
        ),
        pytest.param({}, None, id="none"),
    ],
)
def test_files(clock: VirtualClock, make_caller: Any, params: dict[str, Any], code: str | None) -> None:
    caller = make_caller(MockVod(Settings(file_ids=frozenset({"1"})), clock=clock))

    assert code_of(caller.call("CreateAigcVideoTask", {**CALLS["CreateAigcVideoTask"], **params})) == code
