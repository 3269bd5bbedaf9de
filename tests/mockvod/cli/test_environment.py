"""Environment variables: each option has one, it does what the option does, and none is misspelt unnoticed."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner

from mockvod.cli.main import commands
from mockvod.cli.options import commands_below, known_variables, variable, variables

OPTIONS = [(command, option) for command in commands_below(commands) for option in command.options()]
EACH = pytest.mark.parametrize(
    ("command", "option"), [pytest.param(*each, id=f"{each[0].name}-{each[1].name}") for each in OPTIONS]
)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of 127.0.0.1 that something else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


# --- their names ---------------------------------------------------------------------------------------------------


@EACH
def test_every_option_has_a_variable_of_its_name(command: click.Command, option: click.Option) -> None:
    name = max(option.opts, key=len)[2:].replace("-", "_").upper()

    assert variable(option) in (f"MOCKVOD_{name}", f"MOCKVOD_{str(command.name).upper()}_{name}")


@EACH
def test_help_names_the_variable(command: click.Command, option: click.Option) -> None:
    help_ = " ".join(CliRunner().invoke(command, ["--help"]).output.split())

    assert f"env var: {', '.join(variables(option))}" in help_


@pytest.mark.parametrize("name", known_variables(commands))
def test_options_that_share_a_variable_take_the_same_values(name: str) -> None:
    kinds = {str(option.type.to_info_dict()) for _, option in OPTIONS if name in variables(option)}

    assert len(kinds) == 1


# --- what they do --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        pytest.param("SEED", "7", lambda call: call("CreateAigcSubject")["RequestId"], id="seed"),
        pytest.param(
            "PROFILE", "lenient", lambda call: "TaskId" in call("CreateAigcSubject", {"Unknown": 1}), id="profile"
        ),
        pytest.param(
            "PROGRESSION",
            "immediate",
            lambda call: call("DescribeTaskDetail", {"TaskId": call("CreateAigcSubject")["TaskId"]})["Status"],
            id="progression",
        ),
        pytest.param(
            "SET",
            "newer_customer=true",
            lambda call: call("DescribeEventConfig")["Error"]["Code"],
            id="set",
        ),
    ],
)
def test_variable_does_what_the_option_does(make_caller: Any, serving: Any, name: str, value: str, check: Any) -> None:
    told, set_ = ["-p", "0", f"--{name.lower()}", value], {f"MOCKVOD_{name}": value}
    with serving(*told) as one, serving("-p", "0", **set_) as other:
        first, second = (check(lambda *call, server=server: server.call(make_caller, *call)) for server in (one, other))

    assert first == second
    assert first is not False and first != "PROCESSING"


def test_blanks_separate_the_values_of_an_option_that_can_be_repeated(refused: Any, environment: Any) -> None:
    line = refused("serve", env=environment(MOCKVOD_ACCOUNT="AKIDtwin:one AKIDtwin:two"))

    assert line == "accounts: AKIDtwin stands there twice; a SecretId has one key"


def test_port_comes_from_the_environment(taken: int, refused: Any, environment: Any) -> None:
    """Seen by the refusal: a port that is free now may be another's a moment later."""
    assert f"port {taken}:" in refused("serve", env=environment(MOCKVOD_PORT=str(taken)))


def test_an_option_beats_the_environment(taken: int, serving: Any) -> None:
    with serving("-p", "0", MOCKVOD_PORT=str(taken)) as server:
        assert server.line != ""


def test_variable_that_is_empty_is_not_there(serving: Any) -> None:
    with serving("-p", "0", MOCKVOD_HOST="", MOCKVOD_SEED="") as server:
        assert server.line.startswith("mockvod is listening on http://127.0.0.1:")


def test_set_on_the_command_line_beats_the_option_in_the_environment(serving: Any) -> None:
    with serving("-p", "0", "--set", "profile=strict", MOCKVOD_PROFILE="lenient") as server:
        assert server.line != ""


def test_variable_that_is_no_text_is_refused(refused: Any, environment: Any) -> None:
    line = refused("serve", env=environment(MOCKVOD_ACCOUNT="a:\udcff"))

    assert line == "the environment variable MOCKVOD_ACCOUNT is not text"


# --- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "changes", "line"),
    [
        pytest.param(
            ["serve"],
            {"MOCKVOD_PORT": "many"},
            "Invalid value for MOCKVOD_PORT: 'many' is not a valid integer range.",
            id="value",
        ),
        pytest.param(
            ["validate", "ApplyUpload", "x.json"],
            {"MOCKVOD_PROFILE": "lax"},
            "Invalid value for MOCKVOD_PROFILE: 'lax' is not one of 'strict', 'lenient'.",
            id="value-for-another-command",
        ),
        pytest.param(
            ["sign"],
            {"MOCKVOD_SIGN_VERSION": "v2", "TENCENTCLOUD_SECRET_ID": "x"},
            "Invalid value for MOCKVOD_SIGN_VERSION: 'v2' is not one of 'v3', 'v1'.",
            id="value-of-an-own-name",
        ),
        pytest.param(
            ["sign"],
            {"TENCENTCLOUD_SECRET_ID": "a/b"},
            "Invalid value for TENCENTCLOUD_SECRET_ID: 'a/b' cannot stand in Credential: "
            "give a text without / , ; or blank",
            id="value-of-a-foreign-name",
        ),
        pytest.param(
            ["serve"],
            {"MOCKVOD_PROT": "1"},
            "no option has the environment variable MOCKVOD_PROT; the nearest is MOCKVOD_PORT",
            id="name",
        ),
        pytest.param(
            ["contracts", "list"],
            {"MOCKVOD_SERVE_PORT": "1"},
            "no option has the environment variable MOCKVOD_SERVE_PORT; the nearest is MOCKVOD_PORT",
            id="name-of-earlier-versions",
        ),
    ],
)
def test_mistake_is_told_with_the_variable(
    refused: Any, environment: Any, arguments: list[str], changes: dict[str, str], line: str
) -> None:
    assert refused(*arguments, env=environment(**changes)) == line


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"MOCKVOD_CONTROL_TOKEN": "x", "MOCKVOD_MODEL": "GV"}, id="of-other-commands"),
        pytest.param({"MOCKVOD_TESTS_EXAMPLES": "5"}, id="of-our-tests"),
        pytest.param(
            {
                "MOCKVOD_SERVICE_HOST": "10.0.0.1",
                "MOCKVOD_SERVICE_PORT": "4577",
                "MOCKVOD_SERVICE_PORT_HTTP": "4577",
                "MOCKVOD_PORT": "tcp://10.0.0.1:4577",
                "MOCKVOD_PORT_4577_TCP": "tcp://10.0.0.1:4577",
                "MOCKVOD_PORT_4577_TCP_PROTO": "tcp",
            },
            id="of-kubernetes",
        ),
    ],
)
def test_variable_of_others_is_let_be(run: Any, environment: Any, changes: dict[str, str]) -> None:
    done = run("serve", "--account", "none", env=environment(**changes))

    assert done.err == "mockvod: --account: there is no colon in the given value; write ID:KEY\n"


@pytest.mark.parametrize("arguments", [["serve", "-h"], ["-h"], ["--version"]], ids=" ".join)
def test_help_is_there_whatever_the_variables_are(run: Any, environment: Any, arguments: list[str]) -> None:
    assert run(*arguments, env=environment(MOCKVOD_PROT="1")).status == 0


def test_names_in_the_help_are_the_known_ones(run: Any) -> None:
    shown = re.findall(r"MOCKVOD_[A-Z_]+", run("serve", "-h", env=None).out)

    assert set(shown) <= set(known_variables(commands))
