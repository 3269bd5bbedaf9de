"""How commands end that do not end well: what they say, and with which exit code."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import click
import pytest

from mockvod.cli import demo, main
from mockvod.cli.main import commands
from mockvod.cli.serve import serve
from mockvod.errors import MockvodError


def ending(*arguments: str) -> int:
    """The exit code of a command, run in this process."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def with_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Puts a function in the place of every command."""

    def put(function: Callable[[], object]) -> None:
        made = click.Command("made", callback=function)
        monkeypatch.setattr(type(commands), "get_command", lambda self, context, name: made)

    return put


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort], ids=["interrupt", "abort"])
def test_an_interrupted_command_ends_as_shells_say_it_does(with_command: Any, error: type[BaseException]) -> None:
    def interrupted() -> None:
        raise error

    with_command(interrupted)

    assert ending("made") == 130


@pytest.mark.parametrize(
    ("result", "code"), [(None, 0), (0, 0), (1, 1), (3, 3), ("text", 0)], ids=["none", "0", "1", "3", "text"]
)
def test_a_command_says_how_it_ended(with_command: Any, result: object, code: int) -> None:
    with_command(lambda: result)

    assert ending("made") == code


def test_an_error_of_ours_is_told_in_one_line(with_command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def failed() -> None:
        raise MockvodError("there is no bread; buy some")

    with_command(failed)

    assert ending("made") == 2
    assert capsys.readouterr().err == "mockvod: there is no bread; buy some\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        pytest.param(FileNotFoundError(2, "No such file", "x.pem"), "mockvod: x.pem: No such file\n", id="of-a-file"),
        pytest.param(OSError("the network is down"), "mockvod: the network is down\n", id="of-nothing"),
    ],
)
def test_an_error_of_the_machine_is_told_in_one_line(
    with_command: Any, capsys: pytest.CaptureFixture[str], error: OSError, line: str
) -> None:
    def failed() -> None:
        raise error

    with_command(failed)

    assert (ending("made"), capsys.readouterr().err) == (2, line)


# --- serve ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["rate_limit", "concurrency"])
@pytest.mark.parametrize(
    ("text", "limit"),
    [("documented", "documented"), ("off", "off"), ("1", 1), ("999999999", 999_999_999)],
)
def test_a_limit_is_a_word_or_a_number(option: str, text: str, limit: int | str) -> None:
    context = serve.make_context("serve", [f"--{option.replace('_', '-')}", text])

    assert context.params[option] == limit


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "fast", "", "1000000000", "٣"])
def test_no_limit_is_anything_else(text: str) -> None:
    with pytest.raises(click.BadParameter) as refusal:
        serve.make_context("serve", ["--rate-limit", text])

    assert refusal.value.message == f"{text!r} is not 'documented', 'off' or a whole number above 0"


# --- demo ----------------------------------------------------------------------------------------------------------


class Client:
    """Answers DescribeTaskDetail with this."""

    def __init__(self, status: str, code: int) -> None:
        self.status, self.code, self.calls = status, code, 0

    def call_json(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        detail = {"ErrCode": self.code, "Message": "the model is busy", "Progress": 50}
        return {"Response": {"Status": self.status, "AigcVideoTask": detail}}


def test_the_demo_says_why_its_task_failed() -> None:
    with pytest.raises(MockvodError, match="^7-a-b ended with ErrCode 70000: the model is busy$"):
        demo._wait(Client("FINISH", 70_000), "7-a-b")


def test_the_demo_tells_of_a_refusal_in_one_line(need: Any) -> None:
    need("sdk", find_spec("tencentcloud") is not None, "pip install 'mockvod[demo]'")
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    class Refused:
        def call_json(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
            raise TencentCloudSDKException("LimitExceeded", "no more")

    with pytest.raises(MockvodError, match="^DescribeTaskDetail failed: LimitExceeded: no more$"):
        demo._wait(Refused(), "7-a-b")


def test_the_demo_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = [0.0]
    monkeypatch.setattr(demo, "time", SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append))
    client = Client("PROCESSING", 0)

    with pytest.raises(MockvodError, match="^7-a-b had not ended after 60 s$"):
        demo._wait(client, "7-a-b")

    assert client.calls == 60 / 0.5
