"""Values that break a limit, as the gateway answers them."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.errors import ApiError
from mockvod.validators.findings import Finding
from mockvod.validators.replies import Reply


def finding(code: str, *values: tuple[str, str]) -> Finding:
    return Finding("Name", "maxLength", code, "message", "error", "assumed, a test", ("", values))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(
            "InvalidParameter", "The value `ab` specified in the parameter `Name` is not valid.", id="form-of-sisters"
        ),
        pytest.param(
            "InvalidParameterValue.FileId",
            "The value `ab` specified in the parameter `Name` is not valid.",
            id="any-other-code",
        ),
        pytest.param("InvalidParameterValue.SessionIdTooLong", "SessionId is too long.", id="session-id"),
        pytest.param("InvalidParameterValue.SessionContextTooLong", "SessionContext is too long.", id="context"),
        pytest.param("InvalidParameterValue.SubAppId", "invalid subappid", id="recorded"),
    ],
)
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_code_without_a_known_text_gets_a_short_one(code: str, text: str, language: str) -> None:
    error = ApiError.from_findings((finding(code, ("value", "ab"), ("name", "Name")),))

    assert error.reply(language) == Reply(code, text)


def test_finding_without_values_is_answered_all_the_same() -> None:
    error = ApiError.from_findings((finding("InvalidParameter"),))

    assert error.reply("en-US") == Reply("InvalidParameter", "The value `` specified in the parameter `` is not valid.")


def test_value_with_braces_is_repeated() -> None:
    error = ApiError.from_findings((finding("InvalidParameter", ("value", "{a}"), ("name", "Name")),))

    assert "`{a}`" in error.reply("en-US").message


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        pytest.param(
            {"SessionId": "x" * 51},
            "InvalidParameterValue.SessionIdTooLong",
            "SessionId is too long.",
            id="length-with-a-code-of-its-own",
        ),
        pytest.param(
            {"TasksPriority": 11},
            "InvalidParameter",
            "The value `11` specified in the parameter `TasksPriority` is not valid.",
            id="range",
        ),
        pytest.param(
            {"OutputConfig": {"StorageMode": "Forever"}},
            "InvalidParameter",
            "The value `Forever` specified in the parameter `OutputConfig.StorageMode` is not valid.",
            id="nested-enumeration",
        ),
        pytest.param(
            {"ModelVersion": "9"},
            "InvalidParameter",
            "The value `9` specified in the parameter `ModelVersion` is not valid.",
            id="model",
        ),
        pytest.param(
            {"Mood": 1, "TasksPriority": 11},
            "UnknownParameter",
            "The parameter `Mood` is not recognized.",
            id="structure-before-values",
        ),
    ],
)
def test_gateway_refuses_a_bad_value(
    caller: Any, video: dict[str, Any], changes: dict[str, Any], code: str, text: str
) -> None:
    assert caller.call("CreateAigcVideoTask", {**video, **changes})["Error"] == {"Code": code, "Message": text}


def test_lenient_gateway_takes_a_bad_value(make_caller: Any, clock: Any, video: dict[str, Any]) -> None:
    from mockvod.app import MockVod
    from mockvod.settings import Settings

    mock = MockVod(Settings(profile="lenient"), clock=clock)

    assert "TaskId" in make_caller(mock).call("CreateAigcVideoTask", {**video, "TasksPriority": 11})
