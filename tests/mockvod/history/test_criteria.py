"""What is wanted of a call, and in what a call differs from it."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import ANY

import pytest

from mockvod.app import MockVod
from mockvod.call.journal import CallRecord
from mockvod.errors import SettingsError
from mockvod.history.criteria import Wanted
from mockvod.settings import DOCUMENTED_SECRET_ID, Settings

SENT = {
    "SubAppId": 1,
    "Prompt": "a red car",
    "EnhancePrompt": None,
    "OutputConfig": {"AspectRatio": "9:16", "Duration": 8},
    "FileInfos": [{"FileId": "1", "Category": "Image"}, {"FileId": "2"}],
}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, profile="lenient")


@pytest.fixture
def record(mock: MockVod, caller: Any) -> CallRecord:
    """A refused call: whatever it was sent with stands in the journal as it was."""
    caller.call("CreateAigcVideoTask", SENT)
    [made] = mock.journal
    return made


def above_five(value: Any) -> bool:
    return bool(value > 5)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"SubAppId": 1}, id="number"),
        pytest.param({"SubAppId": 1.0}, id="equal-number"),
        pytest.param({"EnhancePrompt": None}, id="null"),
        pytest.param({"OutputConfig": {"Duration": 8}}, id="subset-of-an-object"),
        pytest.param({"FileInfos": [{"FileId": "1"}, {"FileId": "2"}]}, id="subset-in-a-list"),
        pytest.param({"FileInfos": ({}, {})}, id="tuple"),
        pytest.param({"FileInfos": ANY}, id="any"),
        pytest.param({"Prompt": re.compile("red")}, id="pattern"),
        pytest.param({"OutputConfig": {"Duration": above_five}}, id="function"),
        pytest.param({"OutputConfig": {"Duration": pytest.approx(8.0000001)}}, id="approximately"),
        pytest.param(SENT, id="all"),
    ],
)
def test_params_that_fit(record: CallRecord, params: Any) -> None:
    assert Wanted(params=params).fits(record)


@pytest.mark.parametrize(
    ("params", "differences"),
    [
        pytest.param({"Prompt": "a car"}, ["Prompt: wanted 'a car', got 'a red car'"], id="text"),
        pytest.param({"SubAppId": True}, ["SubAppId: wanted true, got 1"], id="true-is-not-1"),
        pytest.param({"EnhancePrompt": "x"}, ["EnhancePrompt: wanted 'x', got null"], id="null"),
        pytest.param({"SessionId": None}, ["SessionId: wanted null, got nothing"], id="absent-is-not-null"),
        pytest.param({"SessionId": ANY}, ["SessionId: wanted <ANY>, got nothing"], id="absent-is-not-any"),
        pytest.param(
            {"OutputConfig": {"Duration": 8, "AspectRatio": "1:1"}},
            ["OutputConfig.AspectRatio: wanted '1:1', got '9:16'"],
            id="inside-of-an-object",
        ),
        pytest.param(
            {"FileInfos": [{"FileId": "1"}, {"FileId": "3"}]},
            ["FileInfos.1.FileId: wanted '3', got '2'"],
            id="inside-of-a-list",
        ),
        pytest.param(
            {"FileInfos": [{"FileId": "1"}]}, ["FileInfos.1: wanted nothing, got {'FileId': '2'}"], id="list-too-long"
        ),
        pytest.param({"FileInfos": [{}, {}, {}]}, ["FileInfos.2: wanted {}, got nothing"], id="list-too-short"),
        pytest.param(
            {"FileInfos": []},
            [
                "FileInfos.0: wanted nothing, got {'Category': 'Image', 'FileId': '1'}",
                "FileInfos.1: wanted nothing, got {'FileId': '2'}",
            ],
            id="empty-list",
        ),
        pytest.param({"Prompt": ["a"]}, ["Prompt: wanted ['a'], got 'a red car'"], id="no-list"),
        pytest.param(
            {"Prompt": re.compile("^red")}, ["Prompt: wanted text with '^red' in it, got 'a red car'"], id="pattern"
        ),
        pytest.param(
            {"SubAppId": re.compile("1")}, ["SubAppId: wanted text with '1' in it, got 1"], id="pattern-is-for-text"
        ),
        pytest.param({"SubAppId": above_five}, ["SubAppId: wanted what above_five accepts, got 1"], id="function"),
        pytest.param({"SubAppId": int}, ["SubAppId: wanted <class 'int'>, got 1"], id="class-is-a-value"),
        pytest.param({"A": 1, "B": 2}, ["A: wanted 1, got nothing", "B: wanted 2, got nothing"], id="two"),
    ],
)
def test_params_that_do_not_fit(record: CallRecord, params: Any, differences: list[str]) -> None:
    assert [str(each) for each in Wanted(params=params).differences(record)] == differences


@pytest.mark.parametrize(
    ("fitting", "other"),
    [
        pytest.param({"action": "CreateAigcVideoTask"}, {"action": "DescribeTaskDetail"}, id="action"),
        pytest.param({"account": DOCUMENTED_SECRET_ID}, {"account": "AKIDother"}, id="account"),
        pytest.param({"code": "MissingParameter"}, {"code": ""}, id="code"),
        pytest.param({"refused": True}, {"refused": False}, id="refused"),
    ],
)
def test_what_is_not_a_member(record: CallRecord, fitting: Any, other: Any) -> None:
    assert (Wanted(**fitting).fits(record), Wanted(**other).fits(record)) == (True, False)


def test_what_a_function_raises_comes_out(record: CallRecord) -> None:
    wanted = Wanted(params={"Prompt": above_five})

    with pytest.raises(TypeError, match="not supported"):
        wanted.fits(record)


def test_functions_see_only_calls_that_fit_otherwise(record: CallRecord) -> None:
    assert not Wanted(action="DescribeTaskDetail", params={"Prompt": above_five}).fits(record)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"action": 1}, "action=1: neither text nor None", id="action"),
        pytest.param({"account": b"A"}, "account=b'A': neither text nor None", id="account"),
        pytest.param({"code": 5}, "code=5: neither text nor None", id="code"),
        pytest.param({"params": ["Prompt"]}, "params=['Prompt']: not a mapping of members to values", id="params"),
        pytest.param({"refused": 1}, "refused=1: not True, False or None", id="refused"),
    ],
)
def test_arguments_that_cannot_be(arguments: Any, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Wanted(**arguments)

    assert str(caught.value) == message
