"""The tree of exceptions, and how a refusal is told."""

from __future__ import annotations

import pytest

from mockvod.errors import ApiError, MockvodError, NotInstalledError, SettingsError
from mockvod.validators.findings import Finding
from mockvod.validators.replies import Reply, UnknownReply


def finding(path: str, message: str) -> Finding:
    reply = ("missing_parameter", (("name", path),))
    return Finding(path, "required", "MissingParameter", message, "error", "observed", reply)


@pytest.mark.parametrize("error", [SettingsError, NotInstalledError, ApiError])
def test_one_root_catches_all(error: type[Exception]) -> None:
    assert issubclass(error, MockvodError)


def test_a_bad_setting_is_a_value_error_too() -> None:
    assert issubclass(SettingsError, ValueError)


@pytest.mark.parametrize("error", [NotInstalledError, ApiError])
def test_nothing_else_is_a_value_error(error: type[Exception]) -> None:
    assert not issubclass(error, ValueError)


@pytest.mark.parametrize(
    ("key", "values", "language", "reply"),
    [
        pytest.param(
            "unknown_parameter",
            {"name": "Name"},
            "en-US",
            Reply("UnknownParameter", "The parameter `Name` is not recognized."),
            id="english",
        ),
        pytest.param(
            "signature_failure",
            {},
            "zh-CN",
            Reply("AuthFailure.SignatureFailure", "请求签名验证失败，请检查您的签名计算是否正确。"),
            id="chinese",
        ),
        pytest.param(
            "unknown_task",
            {},
            "zh-CN",
            ApiError("unknown_task").reply("en-US"),
            id="english-where-chinese-is-not-known",
        ),
        pytest.param(
            "missing_parameter",
            {"name": "SubAppId"},
            "de-DE",
            ApiError("missing_parameter", name="SubAppId").reply("en-US"),
            id="english-for-any-other",
        ),
    ],
)
def test_reply(key: str, values: dict[str, object], language: str, reply: Reply) -> None:
    assert ApiError(key, **values).reply(language) == reply


def test_as_text_it_is_code_and_english_message() -> None:
    assert str(ApiError("unknown_parameter", name="Name")) == (
        "UnknownParameter: The parameter `Name` is not recognized."
    )


def test_explanation_is_no_part_of_the_reply() -> None:
    plain, explained = ApiError("internal_error"), ApiError("internal_error", explanation="our bug")

    assert (plain.explanation, explained.explanation) == ("", "our bug")
    assert plain.reply("en-US") == explained.reply("en-US")


@pytest.mark.parametrize(
    ("key", "values"),
    [
        pytest.param("no_such_key", {}, id="unknown-key"),
        pytest.param("unknown_parameter", {}, id="value-missing"),
        pytest.param("internal_error", {"name": "Name"}, id="value-too-many"),
    ],
)
def test_reply_that_cannot_be_rendered_is_no_silent_gap(key: str, values: dict[str, object]) -> None:
    with pytest.raises(UnknownReply):
        ApiError(key, **values).reply("en-US")


def test_findings_are_answered_by_the_first() -> None:
    error = ApiError.from_findings((finding("ModelName", "first"), finding("SubAppId", "second")))

    assert error.reply("en-US") == Reply("MissingParameter", "The request is missing a required parameter `ModelName`.")


@pytest.mark.parametrize(
    ("count", "explanation"),
    [pytest.param(1, "m0", id="one"), pytest.param(2, "m0 (1 more)", id="two"), pytest.param(5, "m0 (4 more)", id="5")],
)
def test_explanation_counts_the_other_findings(count: int, explanation: str) -> None:
    findings = tuple(finding("ModelName", f"m{number}") for number in range(count))

    assert ApiError.from_findings(findings).explanation == explanation
