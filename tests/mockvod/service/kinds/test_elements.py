"""Advanced elements: from the end of their task until they are deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import iso
from mockvod.service.kinds import advanced_element
from mockvod.service.registry import HANDLERS
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APPLICATION = 251007502
CREATE = "CreateAigcAdvancedCustomElement"
DELETE = "DeleteAigcAdvancedCustomElement"
DESCRIBE = "DescribeAigcAdvancedCustomElements"
IMAGES = '{"frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]}'
FILM = '{"refer_videos": [{"video_url": "video_url_0"}]}'
OTHER_ACCOUNT = Account("AKIDother", "other key")
UNKNOWN = "100000000000000000"


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, CREATE, advanced_element.create)
    monkeypatch.setitem(HANDLERS, DELETE, advanced_element.delete_advanced_custom_element)
    monkeypatch.setitem(HANDLERS, DESCRIBE, advanced_element.describe_advanced_custom_elements)


@pytest.fixture
def settings() -> Settings:
    return Settings(accounts=(DEFAULT_ACCOUNT, OTHER_ACCOUNT), seed=1, rate_limit="off", progression="immediate")


@pytest.fixture
def slow(settings: Settings, clock: Any, make_caller: Any) -> Any:
    """A caller whose tasks take their time."""
    return make_caller(MockVod(replace(settings, progression="time", task_seconds=5), clock=clock))


def asked(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, params)
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def begin(caller: Any, name: str = "cat", **more: Any) -> str:
    """The TaskId of a new element."""
    params = {
        "SubAppId": APPLICATION,
        "ElementName": name,
        "ElementDescription": "a cat",
        "ReferenceType": "image_refer",
        "ElementImageList": IMAGES,
        **more,
    }
    task_id: str = asked(caller, CREATE, params)["TaskId"]
    return task_id


def described(caller: Any, **more: Any) -> dict[str, Any]:
    answer = asked(caller, DESCRIBE, {"SubAppId": APPLICATION, **more})
    assert "Error" not in answer, answer["Error"]
    return answer


def names(caller: Any, **more: Any) -> list[str]:
    return [each["Name"] for each in described(caller, **more)["ElementSet"]]


def deleted(caller: Any, element_id: str, application: int = APPLICATION) -> str:
    """The code of the refusal, or nothing."""
    answer = asked(caller, DELETE, {"SubAppId": application, "ElementId": element_id})
    code: str = answer.get("Error", {}).get("Code", "")
    return code


def element_of(caller: Any, task_id: str) -> str:
    """The ElementId that the task tells."""
    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id, "SubAppId": APPLICATION})
    element_id: str = detail["CreateAigcAdvancedCustomElementTask"]["Output"]["InfoList"][0]["ElementId"]
    return element_id


def test_no_elements(caller: Any) -> None:
    answer = described(caller)

    assert (answer["ElementSet"], answer["TotalCount"]) == ([], 0)


def test_an_element_is_there_from_the_end_of_its_task_on(slow: Any, clock: Any) -> None:
    task_id = begin(slow)
    clock.advance(4.75)

    assert described(slow)["TotalCount"] == 0

    clock.advance(0.25)
    answer = described(slow)

    expected = {"Name": "cat", "Description": "a cat", "CreateTime": iso(NOW + 5), "Id": element_of(slow, task_id)}
    assert answer["ElementSet"] == [expected]
    assert answer["TotalCount"] == 1


@pytest.mark.parametrize(
    ("more", "voice"),
    [
        pytest.param(
            {"ReferenceType": "video_refer", "ElementVideoList": FILM, "ElementVoiceId": "v1"}, "v1", id="film"
        ),
        pytest.param({"ReferenceType": "video_refer", "ElementVideoList": FILM}, None, id="film-without"),
        pytest.param({"ElementVoiceId": "v1"}, None, id="pictures-take-none"),
    ],
)
def test_voice(caller: Any, more: dict[str, Any], voice: str | None) -> None:
    begin(caller, **more)

    assert described(caller)["ElementSet"][0].get("VoiceId") == voice


def test_unicode(caller: Any) -> None:
    begin(caller, "小猫🐈\u0000é", ElementDescription="一只\n“猫”")

    (found,) = described(caller)["ElementSet"]
    assert (found["Name"], found["Description"]) == ("小猫🐈\u0000é", "一只\n“猫”")


def test_newest_first(caller: Any, clock: Any) -> None:
    for name in "abc":
        begin(caller, name)
        clock.advance(1)

    assert names(caller) == ["c", "b", "a"]


def test_newest_first_within_one_moment(caller: Any) -> None:
    expected = [str(number) for number in range(12)]
    for name in expected:
        begin(caller, name)

    assert names(caller, Limit=300) == expected[::-1]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({}, list(range(11, 1, -1))),
        ({"Offset": 10}, [1, 0]),
        ({"Offset": 20}, []),
        ({"Limit": 5}, [11, 10, 9, 8, 7]),
        ({"Offset": 5, "Limit": 5}, [6, 5, 4, 3, 2]),
        ({"Offset": 10, "Limit": 5}, [1, 0]),
        ({"Offset": 11, "Limit": 1}, [0]),
        ({"Offset": 0, "Limit": 300}, list(range(11, -1, -1))),
        ({"Offset": 2**63, "Limit": 1}, []),
    ],
)
def test_pages(caller: Any, page: dict[str, int], expected: list[int]) -> None:
    for number in range(12):
        begin(caller, str(number))

    assert [int(name) for name in names(caller, **page)] == expected
    assert described(caller, **page)["TotalCount"] == 12


@pytest.mark.parametrize("page", [{"Offset": 5}, {"Offset": 3, "Limit": 2}, {"Limit": 0}, {"Limit": 301}])
def test_pages_that_cannot_be(caller: Any, page: dict[str, int]) -> None:
    assert asked(caller, DESCRIBE, {"SubAppId": APPLICATION, **page})["Error"]["Code"] == "InvalidParameterValue"


def test_quick_elements_are_another_kind(caller: Any) -> None:
    answer = caller.call(
        "CreateAigcCustomElement",
        {
            "ElementName": "cat",
            "ElementDescription": "a cat",
            "ElementFrontalImage": "http://example.com/cat.png",
            "ElementReferList": [{"ImageUrl": "http://example.com/cat2.png"}],
        },
    )

    assert described(caller, SubAppId=caller.mock.settings.default_sub_app_id)["TotalCount"] == 0
    assert deleted(caller, answer["ElementId"]) == "InvalidParameterValue"


def test_the_default_application(caller: Any) -> None:
    begin(caller, SubAppId=None)

    assert described(caller)["TotalCount"] == 0
    assert described(caller, SubAppId=caller.mock.settings.default_sub_app_id)["TotalCount"] == 1


def test_applications_are_apart(caller: Any) -> None:
    begin(caller, "a")
    begin(caller, "b", SubAppId=APPLICATION + 1)
    element_id = described(caller)["ElementSet"][0]["Id"]

    assert (names(caller), names(caller, SubAppId=APPLICATION + 1)) == (["a"], ["b"])
    assert deleted(caller, element_id, APPLICATION + 1) == "InvalidParameterValue"
    assert names(caller) == ["a"]


def test_accounts_are_apart(mock: MockVod, caller: Any, make_caller: Any) -> None:
    other = make_caller(mock, OTHER_ACCOUNT)
    element_id = element_of(caller, begin(caller, "a"))

    assert names(other) == []
    assert deleted(other, element_id) == "InvalidParameterValue"
    assert names(caller) == ["a"]


def test_delete(caller: Any) -> None:
    for name in "abc":
        begin(caller, name)
    middle = described(caller)["ElementSet"][1]["Id"]

    assert deleted(caller, middle) == ""
    assert names(caller) == ["c", "a"]
    assert described(caller)["TotalCount"] == 2
    assert deleted(caller, middle) == "InvalidParameterValue"


def test_a_new_element_stands_before_the_old_after_a_deletion(caller: Any) -> None:
    for name in "ab":
        begin(caller, name)
    deleted(caller, described(caller)["ElementSet"][0]["Id"])
    begin(caller, "c")

    assert names(caller) == ["c", "a"]


def test_the_task_of_a_deleted_element_goes_on_telling_of_it(caller: Any) -> None:
    task_id = begin(caller)
    element_id = element_of(caller, task_id)
    deleted(caller, element_id)

    assert element_of(caller, task_id) == element_id


@pytest.mark.parametrize("element_id", [UNKNOWN, "53459345344333"])
def test_unknown_element(caller: Any, element_id: str) -> None:
    begin(caller)

    assert deleted(caller, element_id) == "InvalidParameterValue"
    assert described(caller)["TotalCount"] == 1


def test_an_element_that_is_not_there_yet_cannot_be_deleted(slow: Any, clock: Any, settings: Settings) -> None:
    # The same seed gives the same identifiers: so we know what it will be.
    quick = type(slow)(MockVod(settings, clock=clock))
    element_id = element_of(quick, begin(quick))
    begin(slow)

    assert deleted(slow, element_id) == "InvalidParameterValue"
    clock.advance(5)
    assert [each["Id"] for each in described(slow)["ElementSet"]] == [element_id]
    assert deleted(slow, element_id) == ""


@pytest.mark.parametrize("text", ["[[fail:FailedOperation]]", "[[stuck]]"])
def test_a_task_that_makes_nothing(caller: Any, clock: Any, text: str) -> None:
    begin(caller, ElementDescription=text)
    clock.advance(days=1)

    assert described(caller)["TotalCount"] == 0


@pytest.mark.parametrize("way", ["list", "delete"])
def test_tasks_that_wait_for_each_other(settings: Settings, clock: Any, make_caller: Any, way: str) -> None:
    changed = replace(settings, progression="time", task_seconds=5, concurrency=1, over_concurrency="queue")
    caller = make_caller(MockVod(changed, clock=clock))
    twin = make_caller(MockVod(changed, clock=clock))  # the same seed: the same identifiers
    for each in (caller, twin):
        begin(each, "a")
        begin(each, "b")
    clock.advance(9)
    assert names(twin) == ["a"]
    clock.advance(1)

    # Nobody has looked at the tasks of this one yet.
    if way == "list":
        assert [each["CreateTime"] for each in described(caller)["ElementSet"]] == [iso(NOW + 10), iso(NOW + 5)]
    else:
        assert deleted(caller, described(twin)["ElementSet"][0]["Id"]) == ""
        assert names(caller) == ["a"]


def test_a_refused_creation_leaves_nothing(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(context: Any, params: dict[str, Any]) -> dict[str, Any]:
        advanced_element.create(context, params)
        return {"TaskId": 1}

    begin(caller, "a")
    with monkeypatch.context() as patch:
        patch.setitem(HANDLERS, CREATE, broken)
        params = {"SubAppId": APPLICATION, "ReferenceType": "image_refer", "ElementImageList": IMAGES}
        assert caller.call(CREATE, params)["Error"]["Code"] == "InternalError"
    begin(caller, "b")

    assert names(caller) == ["b", "a"]


def test_reset_forgets_elements(mock: MockVod, caller: Any) -> None:
    begin(caller)
    mock.reset()

    assert described(caller)["TotalCount"] == 0


def test_element_info_names_the_same_id(caller: Any) -> None:
    detail = caller.call("DescribeTaskDetail", {"TaskId": begin(caller)})
    info = json.loads(detail["CreateAigcAdvancedCustomElementTask"]["Output"]["InfoList"][0]["ElementInfo"])

    assert described(caller)["ElementSet"][0]["Id"] == str(info["element_id"])
