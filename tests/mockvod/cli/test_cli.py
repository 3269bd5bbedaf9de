"""The command line as its users meet it: real processes, their output, their exit codes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mockvod.cli.demo import REQUEST
from mockvod.cli.main import COMMANDS
from mockvod.cli.serve import read_account
from mockvod.clock import SystemClock
from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, Account
from mockvod.version import __version__

#: Seconds after which a process that should have ended is taken to hang; all of them take one or less.
PATIENCE = 30
VIDEO = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


def environment(**changes: str) -> dict[str, str]:
    """That of the tests without what would change the commands' behaviour."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MOCKVOD_")} | changes


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mockvod", *arguments]


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


def run(*arguments: str, env: dict[str, str] | None = None) -> Done:
    """A command that ends by itself."""
    done = subprocess.run(
        command(*arguments), env=env or environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def refused(*arguments: str, env: dict[str, str] | None = None) -> str:
    """The one line with which a command refuses to work."""
    done = run(*arguments, env=env)
    assert (done.status, done.out) == (2, ""), done
    assert re.fullmatch(r"mockvod: [^\n]+\n", done.err), done.err
    return done.err.removeprefix("mockvod: ").rstrip("\n")


class Serving:
    """A running `mockvod serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        #: The line that tells where it listens; empty when it ended without one.
        self.line = process.stdout.readline()
        self.url = self.line.rpartition(" ")[2].strip()
        self.endpoint = self.url.removeprefix("http://")

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.endpoint, timeout=10)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status, response.read()
        finally:
            connection.close()

    def call(self, make_caller: Any, action: str, params: Any = None, account: Account = DEFAULT_ACCOUNT) -> Any:
        """What stands inside of ``Response``."""
        # All that a caller wants of a mock to sign is its clock.
        caller = make_caller(SimpleNamespace(clock=SystemClock()), account, self.endpoint)
        request = caller.post(action, params)
        connection = http.client.HTTPConnection(self.endpoint, timeout=10)
        try:
            connection.request("POST", "/", request.body, dict(request.headers))
            with connection.getresponse() as response:
                return json.loads(response.read())["Response"]
        finally:
            connection.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> Done:
        """Sends a signal and waits; `out` is what was printed after the first line."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Done(self.process.returncode, out, err)


@contextmanager
def serving(*arguments: str, **changes: str) -> Iterator[Serving]:
    """`mockvod serve` with those arguments and environment variables; ended by force if it does not end by itself."""
    with subprocess.Popen(
        command("serve", *arguments),
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Serving(process)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.communicate(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    """One server for the tests that only ask it something."""
    with serving("-p", "0", "--progression", "immediate", "--rate-limit", "off") as server:
        yield server


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of 127.0.0.1 that something else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def download(url: str) -> tuple[str, bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as response:
        return response.headers["Content-Type"], response.read()


# --- without or with another command -------------------------------------------------------------------------------


def test_version() -> None:
    assert run("--version") == Done(0, f"mockvod, version {__version__}\n", "")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str) -> None:
    done = run(option)

    assert (done.status, done.err) == (0, "")
    assert re.findall(r"^  ([a-z]+) ", done.out.partition("Commands:")[2], re.MULTILINE) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command(name: str) -> None:
    done = run(name, "-h")

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: mockvod {name} ")


def test_no_command_is_answered_with_help() -> None:
    done = run()

    assert done.status == 2
    assert (done.out + done.err).startswith("Usage: mockvod ")


def test_unknown_command() -> None:
    assert "'server'" in refused("server")


def test_unknown_option() -> None:
    assert "--verbose" in refused("--verbose")


# --- serve ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_serve_prints_one_line_and_ends_well(number: signal.Signals) -> None:
    with serving("-p", "0") as server:
        assert re.fullmatch(r"mockvod is listening on http://127\.0\.0\.1:[0-9]+\n", server.line)
        done = server.end(number)

    assert (done.status, done.out) == (0, "")
    assert "Traceback" not in done.err


def test_serve_answers_once_the_line_is_there(served: Serving) -> None:
    status, body = served.get("/_mockvod/health")

    assert (status, set(json.loads(body))) == (200, {"version", "uptime"})


def test_serve_answers_the_documented_pair(served: Serving, make_caller: Any) -> None:
    assert "TaskId" in served.call(make_caller, "CreateAigcSubject")


def test_serve_frees_its_port() -> None:
    with serving("-p", "0") as first:
        port = first.endpoint.rpartition(":")[2]
        first.end()
    with serving("-p", port) as second:
        assert second.endpoint == first.endpoint


def test_any_setting_can_be_set(make_caller: Any) -> None:
    with serving("-p", "0", "--set", "newer_customer=true", "--set", "sub_app_ids=[7]") as server:
        answers = [server.call(make_caller, "DescribeEventConfig", each) for each in ({}, {"SubAppId": 8})]
        known = server.call(make_caller, "DescribeEventConfig", {"SubAppId": 7})

    assert [each["Error"]["Code"] for each in answers] == ["InvalidParameterValue.SubAppId"] * 2
    assert "Error" not in known


def test_result_is_downloaded_from_the_server_itself(served: Serving, make_caller: Any, result_of: Any) -> None:
    task_id = served.call(make_caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    detail = served.call(make_caller, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    url = detail["Output"]["FileInfos"][0]["FileUrl"]

    assert url.startswith(f"{served.url}/")
    assert download(url) == ("video/mp4", result_of("CreateAigcVideoTask", VIDEO))


@pytest.mark.parametrize("given", ["https://vod.example.com", "https://vod.example.com/"], ids=["bare", "slash"])
def test_public_url_is_where_results_are(make_caller: Any, given: str) -> None:
    with serving("-p", "0", "--progression", "immediate", "--public-url", given) as server:
        task_id = server.call(make_caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
        detail = server.call(make_caller, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]

    assert detail["Output"]["FileInfos"][0]["FileUrl"].startswith("https://vod.example.com/b8c85f46")


def test_accounts_take_the_place_of_the_documented_pair(make_caller: Any) -> None:
    accounts = (Account("AKIDone", "key-one"), Account("AKIDtwo", "key-two", token="token-two"))
    with serving("-p", "0", "--account", "AKIDone:key-one", "--account", "AKIDtwo:key-two:token-two") as server:
        codes = [
            server.call(make_caller, "CreateAigcSubject", account=account).get("Error", {}).get("Code")
            for account in (*accounts, DEFAULT_ACCOUNT)
        ]

    assert codes == [None, None, "AuthFailure.SecretIdNotFound"]


def test_keys_are_not_in_the_log(make_caller: Any) -> None:
    with serving("-p", "0", "--account", "AKIDone:the-real-key") as server:
        answer = server.call(make_caller, "CreateAigcSubject", account=Account("AKIDone", "the-wrong-key"))
        done = server.end()

    assert answer["Error"]["Code"] == "AuthFailure.SignatureFailure"
    assert "AuthFailure.SignatureFailure" in done.err
    assert ("the-real-key" in done.err, "the-wrong-key" in done.err) == (False, False)


@pytest.mark.parametrize(
    ("variables", "check"),
    [
        pytest.param({"MOCKVOD_SERVE_SEED": "7"}, lambda call: call("CreateAigcSubject")["RequestId"], id="SEED"),
        pytest.param(
            {"MOCKVOD_SERVE_PROFILE": "lenient"},
            lambda call: "TaskId" in call("CreateAigcSubject", {"Unknown": 1}),
            id="PROFILE",
        ),
        pytest.param(
            {"MOCKVOD_SERVE_PROGRESSION": "immediate"},
            lambda call: call("DescribeTaskDetail", {"TaskId": call("CreateAigcSubject")["TaskId"]})["Status"],
            id="PROGRESSION",
        ),
    ],
)
def test_environment_variables_set_options(make_caller: Any, variables: dict[str, str], check: Any) -> None:
    """An option from the environment does what it does on the command line."""
    [(name, value)] = variables.items()
    option = f"--{name.removeprefix('MOCKVOD_SERVE_').lower()}"
    with serving("-p", "0", option, value) as told, serving("-p", "0", **variables) as set_:
        first, second = (check(lambda *call, server=server: server.call(make_caller, *call)) for server in (told, set_))

    assert first == second
    assert first is not False and first != "PROCESSING"


def test_port_comes_from_the_environment(taken: int) -> None:
    """Seen by the refusal: a port that is free now may be another's a moment later."""
    assert f"port {taken}:" in refused("serve", env=environment(MOCKVOD_SERVE_PORT=str(taken)))


def test_an_option_beats_the_environment(taken: int) -> None:
    with serving("-p", "0", MOCKVOD_SERVE_PORT=str(taken)) as server:
        assert server.line != ""


def test_bad_value_in_the_environment_is_refused() -> None:
    assert "'many'" in refused("serve", env=environment(MOCKVOD_SERVE_PORT="many"))


def test_taken_port_is_refused(taken: int) -> None:
    assert refused("serve", "-p", str(taken)) == (
        f"cannot listen on 127.0.0.1 port {taken}: Address already in use; choose another with -H or -p"
    )


def test_port_of_another_serve_is_refused(served: Serving) -> None:
    """The server shares its port with its workers; two servers must not share one unnoticed."""
    port = served.endpoint.rpartition(":")[2]

    assert refused("serve", "-p", port).startswith(f"cannot listen on 127.0.0.1 port {port}: ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["--port", "65536"], ["--port", "65536"], id="port-too-high"),
        pytest.param(["--port", "-1"], ["--port", "-1"], id="port-negative"),
        pytest.param(["--port", "http"], ["--port", "'http'"], id="port-no-number"),
        pytest.param(["-p"], ["-p"], id="port-absent"),
        pytest.param(["--host", "203.0.113.1"], ["203.0.113.1", "-H"], id="host-not-here"),
        pytest.param(["--host", "no such host"], ["no such host", "-H"], id="host-no-name"),
        pytest.param(["--store", "redis://x"], ["store", "'redis://x'", "memory://"], id="store"),
        pytest.param(["--profile", "lax"], ["--profile", "'lax'", "strict", "lenient"], id="profile"),
        pytest.param(["--progression", "no"], ["--progression", "'no'", "time", "immediate"], id="progression"),
        pytest.param(["--task-seconds", "-1"], ["--task-seconds", "-1", "86400"], id="task-seconds-negative"),
        pytest.param(["--set", "x"], ["--set 'x'", "NAME=VALUE"], id="set-nothing"),
        pytest.param(["--set", "newr=1"], ["'newr'", "'newer_customer'"], id="set-unknown"),
        pytest.param(["--set", "newer_customer=yes"], ["newer_customer", "'yes'", "True"], id="set-value"),
        pytest.param(["--set", "accounts=[]"], ["--set", "--account"], id="set-accounts"),
        pytest.param(["--task-seconds", "nan"], ["task_seconds", "nan", "86400"], id="task-seconds-nan"),
        pytest.param(["--task-seconds", "1h"], ["--task-seconds", "'1h'"], id="task-seconds-no-number"),
        pytest.param(["--rate-limit", "fast"], ["--rate-limit", "'fast'", "'off'"], id="rate-limit-word"),
        pytest.param(["--rate-limit", "0"], ["--rate-limit", "0", "'off'"], id="rate-limit-zero"),
        pytest.param(["--rate-limit", "-5"], ["--rate-limit", "'-5'", "'off'"], id="rate-limit-negative"),
        pytest.param(["--concurrency", "many"], ["--concurrency", "'many'", "'off'"], id="concurrency"),
        pytest.param(["--over-concurrency", "wait"], ["--over-concurrency", "'wait'", "queue"], id="over-concurrency"),
        pytest.param(["--account-rate-limit", "0"], ["--account-rate-limit", "0"], id="account-rate-limit"),
        pytest.param(["--ip-rate-limit", "x"], ["--ip-rate-limit", "'x'"], id="ip-rate-limit"),
        pytest.param(["--journal", "0"], ["--journal", "0"], id="journal"),
        pytest.param(["--seed", "x"], ["--seed", "'x'"], id="seed"),
        pytest.param(
            ["--public-url", "vod.example.com"], ["--public-url", "'vod.example.com'", "http://"], id="public-url"
        ),
        pytest.param(["--account", ":key"], ["secret_id", "''"], id="account-without-id"),
        pytest.param(["--account", "A:a", "--account", "A:b"], ["accounts", "A"], id="account-twice"),
        pytest.param(["--sed", "1"], ["--sed", "--seed"], id="misspelt"),
        pytest.param(["4577"], ["4577"], id="stray-argument"),
    ],
)
def test_bad_option_gets_one_line(arguments: list[str], named: list[str]) -> None:
    line = refused("serve", "-p", "0", *arguments) if arguments != ["-p"] else refused("serve", *arguments)

    assert [each for each in named if each not in line] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("the-key", id="key-alone"),
        pytest.param("AKIDone=the-key", id="other-separator"),
        pytest.param("AKIDone the-key", id="blank"),
        pytest.param("AKIDone: the-key", id="padded"),
        pytest.param(":the-key", id="no-id"),
        pytest.param(" AKIDone:the-key:the-key", id="padded-id"),
    ],
)
def test_bad_account_is_refused_without_its_key(text: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_account(text)

    assert "the-key" not in str(refusal.value)


def test_bad_account_gets_one_line_without_its_key() -> None:
    assert refused("serve", "--account", "AKIDone=the-key") == (
        "--account: there is no colon in the given value; write ID:KEY"
    )


@pytest.mark.parametrize(
    ("text", "account"),
    [
        pytest.param("AKID:key", Account("AKID", "key"), id="lasting"),
        pytest.param("AKID:key:token", Account("AKID", "key", token="token"), id="temporary"),
        pytest.param("AKID:key:to:ken", Account("AKID", "key", token="to:ken"), id="colon-in-token"),
    ],
)
def test_account_is_read(text: str, account: Account) -> None:
    assert read_account(text) == account


# --- demo ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def without_sdk(tmp_path: Path) -> dict[str, str]:
    """An environment in which the official SDK cannot be imported."""
    package = tmp_path / "absent" / "tencentcloud"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(package.parent), os.environ.get("PYTHONPATH"))))
    return environment(PYTHONPATH=path)


@pytest.fixture
def sdk(need: Any) -> None:
    need("sdk", find_spec("tencentcloud") is not None, "pip install 'mockvod[demo]'")


@pytest.mark.usefixtures("sdk")
def test_demo_goes_the_whole_round(tmp_path: Path, result_of: Any) -> None:
    target = tmp_path / "demo.mp4"

    done = run("demo", "-o", str(target))

    assert (done.status, target.read_bytes()) == (0, result_of("CreateAigcVideoTask", REQUEST))
    assert [line[:2] for line in done.out.splitlines() if line[0] != " "] == ["1.", "2.", "3.", "4."]
    assert done.out.endswith(f"8 s of video -> {target}\n")


def test_demo_without_the_sdk_says_how_to_get_it(without_sdk: dict[str, str]) -> None:
    assert refused("demo", env=without_sdk) == (
        "demo needs the official SDK; install it with: pip install 'mockvod[demo]'"
    )


@pytest.mark.parametrize(
    ("output", "named"),
    [pytest.param("no/such/folder/demo.mp4", "no/such/folder", id="no-folder"), pytest.param(".", "'.'", id="folder")],
)
def test_demo_refuses_an_output_that_cannot_be(output: str, named: str) -> None:
    assert named in refused("demo", "-o", output)


# --- the module ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_where_the_table_says(name: str) -> None:
    module, attribute = COMMANDS[name]

    assert getattr(import_module(module), attribute).name == name
