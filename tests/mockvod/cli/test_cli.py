"""The command line as its users meet it: real processes, their output, their exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mockvod.cli.demo import REQUEST
from mockvod.cli.main import COMMANDS
from mockvod.cli.reading import account as read_account
from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, Account
from mockvod.version import __version__

VIDEO = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture(scope="module")
def served(serving: Any) -> Iterator[Any]:
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


def test_version(run: Any) -> None:
    done = run("--version")

    assert (done.status, done.out, done.err) == (0, f"mockvod, version {__version__}\n", "")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str, run: Any) -> None:
    done = run(option)

    assert (done.status, done.err) == (0, "")
    assert re.findall(r"^  ([a-z]+) ", done.out.partition("Commands:")[2], re.MULTILINE) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command(name: str, run: Any) -> None:
    done = run(name, "-h")

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: mockvod {name} ")


def test_no_command_is_answered_with_help(run: Any) -> None:
    done = run()

    assert done.status == 2
    assert (done.out + done.err).startswith("Usage: mockvod ")


def test_unknown_command(refused: Any) -> None:
    assert refused("server") == (
        "there is no command 'server'; did you mean 'serve'? There are contracts, demo, serve, sign, validate"
    )


@pytest.mark.parametrize("name", ["", "xyz"], ids=["empty", "other"])
def test_command_that_is_like_none_is_answered_with_the_list(refused: Any, name: str) -> None:
    assert refused(name) == f"there is no command {name!r}; there are contracts, demo, serve, sign, validate"


def test_unknown_command_of_a_group(refused: Any) -> None:
    assert refused("contracts", "LST").startswith("there is no command 'LST'; did you mean 'list'? There are drift, ")


def test_choices_stand_on_the_line(refused: Any) -> None:
    assert refused("contracts", "export") == "Missing option '--format'. Choose from: jsonschema, openapi"


def test_unknown_option(refused: Any) -> None:
    assert "--verbose" in refused("--verbose")


# --- serve ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_serve_prints_one_line_and_ends_well(number: signal.Signals, serving: Any) -> None:
    with serving("-p", "0") as server:
        assert re.fullmatch(r"mockvod is listening on http://127\.0\.0\.1:[0-9]+\n", server.line)
        done = server.end(number)

    assert (done.status, done.out) == (0, "")
    assert "Traceback" not in done.err


def test_serve_answers_once_the_line_is_there(served: Any) -> None:
    status, body = served.get("/_mockvod/health")

    assert (status, set(json.loads(body))) == (200, {"version", "uptime"})


def test_serve_answers_the_documented_pair(served: Any, make_caller: Any) -> None:
    assert "TaskId" in served.call(make_caller, "CreateAigcSubject")


def test_serve_frees_its_port(serving: Any) -> None:
    with serving("-p", "0") as first:
        port = first.endpoint.rpartition(":")[2]
        first.end()
    with serving("-p", port) as second:
        assert second.endpoint == first.endpoint


def test_any_setting_can_be_set(make_caller: Any, serving: Any) -> None:
    with serving("-p", "0", "--set", "newer_customer=true", "--set", "sub_app_ids=[7]") as server:
        answers = [server.call(make_caller, "DescribeEventConfig", each) for each in ({}, {"SubAppId": 8})]
        known = server.call(make_caller, "DescribeEventConfig", {"SubAppId": 7})

    assert [each["Error"]["Code"] for each in answers] == ["InvalidParameterValue.SubAppId"] * 2
    assert "Error" not in known


def test_result_is_downloaded_from_the_server_itself(served: Any, make_caller: Any, result_of: Any) -> None:
    task_id = served.call(make_caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    detail = served.call(make_caller, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    url = detail["Output"]["FileInfos"][0]["FileUrl"]

    assert url.startswith(f"{served.url}/")
    assert download(url) == ("video/mp4", result_of("CreateAigcVideoTask", VIDEO))


@pytest.mark.parametrize("given", ["https://vod.example.com", "https://vod.example.com/"], ids=["bare", "slash"])
def test_public_url_is_where_results_are(make_caller: Any, given: str, serving: Any) -> None:
    with serving("-p", "0", "--progression", "immediate", "--public-url", given) as server:
        task_id = server.call(make_caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
        detail = server.call(make_caller, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]

    assert detail["Output"]["FileInfos"][0]["FileUrl"].startswith("https://vod.example.com/b8c85f46")


def test_accounts_take_the_place_of_the_documented_pair(make_caller: Any, serving: Any) -> None:
    accounts = (Account("AKIDone", "key-one"), Account("AKIDtwo", "key-two", token="token-two"))
    with serving("-p", "0", "--account", "AKIDone:key-one", "--account", "AKIDtwo:key-two:token-two") as server:
        codes = [
            server.call(make_caller, "CreateAigcSubject", account=account).get("Error", {}).get("Code")
            for account in (*accounts, DEFAULT_ACCOUNT)
        ]

    assert codes == [None, None, "AuthFailure.SecretIdNotFound"]


def test_keys_are_not_in_the_log(make_caller: Any, serving: Any) -> None:
    with serving("-p", "0", "--account", "AKIDone:the-real-key") as server:
        answer = server.call(make_caller, "CreateAigcSubject", account=Account("AKIDone", "the-wrong-key"))
        done = server.end()

    assert answer["Error"]["Code"] == "AuthFailure.SignatureFailure"
    assert "AuthFailure.SignatureFailure" in done.err
    assert ("the-real-key" in done.err, "the-wrong-key" in done.err) == (False, False)


def test_taken_port_is_refused(taken: int, refused: Any) -> None:
    assert refused("serve", "-p", str(taken)) == (
        f"cannot listen on 127.0.0.1 port {taken}: Address already in use; choose another with -H or -p"
    )


def test_port_of_another_serve_is_refused(served: Any, refused: Any) -> None:
    """Two servers that share one would each miss half of the calls."""
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
        pytest.param(["--set", "seed=abc"], ["seed", "'abc'", "whole number"], id="set-seed-word"),
        pytest.param(["--set", "seed=1.5"], ["seed", "1.5", "whole number"], id="set-seed-fraction"),
        pytest.param(["--set", "seed=true"], ["seed", "True", "whole number"], id="set-seed-flag"),
        pytest.param(["--set", "time_factor=true"], ["time_factor", "True", "1000"], id="set-number-flag"),
        pytest.param(["--set", 'allowed_ips=["300.1.1.1"]'], ["allowed_ips", "'300.1.1.1'"], id="set-address"),
        pytest.param(["--set", "sub_app_ids=[7"], ["--set sub_app_ids", "not JSON", "column 3"], id="set-broken-json"),
        pytest.param(["--set", "sub_app_ids=[7,7e999]"], ["--set sub_app_ids", "7e999"], id="set-huge-number"),
        pytest.param(["--set", "seed=1", "--set", "seed=2"], ["--set", "seed", "twice"], id="set-twice"),
        pytest.param(["--set", "control_token=5"], ["control_token", "printable"], id="set-token-number"),
        pytest.param(["--set", f"journal_size={10**20}"], ["journal_size", "10000000"], id="set-journal"),
        pytest.param(["--profile", "strict", "--set", "profile=lenient"], ["--profile", "--set"], id="two-ways"),
        pytest.param(["--journal", "5", "--set", "journal_size=5"], ["--journal", "--set"], id="two-ways-other-name"),
        pytest.param(["--journal", str(10**20)], ["--journal", "10000000"], id="journal-absurd"),
        pytest.param(["--account", "AKID:key:"], ["--account", "second colon"], id="account-without-token"),
        pytest.param(["--public-url", "http://x:99999"], ["--public-url", "65535"], id="public-url-port"),
        pytest.param(["--public-url", "http://[::1"], ["--public-url", "'http://[::1'"], id="public-url-bracket"),
        pytest.param(["--public-url", "http://a b"], ["--public-url", "'http://a b'"], id="public-url-blank"),
        pytest.param(["--notification-url", "http://x:abc/"], ["--notification-url", "65535"], id="notification-port"),
        pytest.param(["--cors", "http://x/path"], ["--cors", "'http://x/path'", "path"], id="cors-path"),
        pytest.param(["--log-level", "loud"], ["--log-level", "'loud'", "debug"], id="log-level"),
        pytest.param(["--log-format", "xml"], ["--log-format", "'xml'", "json"], id="log-format"),
        pytest.param(["--tls-cert", "no.pem"], ["--tls-cert", "--tls-key"], id="cert-without-key"),
        pytest.param(["--tls-cert", "no.pem", "--tls-key", "no.key"], ["no.pem", "No such file"], id="no-cert"),
        pytest.param(["--tls", "--tls-cert", "a", "--tls-key", "b"], ["--tls", "--tls-cert"], id="two-certs"),
        pytest.param(["--tls-cert", ""], ["--tls-cert", "empty"], id="cert-empty"),
        pytest.param(["--account", ":key"], ["secret_id", "''"], id="account-without-id"),
        pytest.param(["--account", "A:a", "--account", "A:b"], ["accounts", "A"], id="account-twice"),
        pytest.param(["--sed", "1"], ["--sed", "--seed"], id="misspelt"),
        pytest.param(["4577"], ["4577"], id="stray-argument"),
    ],
)
def test_bad_option_gets_one_line(arguments: list[str], named: list[str], refused: Any) -> None:
    line = refused("serve", "-p", "0", *arguments) if arguments != ["-p"] else refused("serve", *arguments)

    assert [each for each in named if each not in line] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AKIDone:the-key:", id="no-token"),
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


def test_bad_account_gets_one_line_without_its_key(refused: Any) -> None:
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
def without_sdk(tmp_path: Path, environment: Any) -> dict[str, str]:
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
def test_demo_goes_the_whole_round(tmp_path: Path, result_of: Any, run: Any) -> None:
    target = tmp_path / "demo.mp4"

    done = run("demo", "-o", str(target))

    assert (done.status, target.read_bytes()) == (0, result_of("CreateAigcVideoTask", REQUEST))
    assert [line[:2] for line in done.out.splitlines() if line[0] != " "] == ["1.", "2.", "3.", "4."]
    assert done.out.endswith(f"8 s of video -> {target}\n")


@pytest.mark.usefixtures("sdk")
def test_demo_asks_no_proxy(tmp_path: Path, run: Any, environment: Any) -> None:
    nowhere = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"), "http://127.0.0.1:9")

    assert run("demo", "-o", str(tmp_path / "demo.mp4"), env=environment(**nowhere)).status == 0


@pytest.mark.usefixtures("sdk")
@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(signal.SIGINT, 130, id="SIGINT"),
        pytest.param(signal.SIGTERM, -signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, id="SIGKILL"),
    ],
)
def test_demo_that_is_ended_leaves_nothing_behind(
    command: Any, environment: Any, number: signal.Signals, status: int
) -> None:
    with subprocess.Popen(
        command("demo"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what it runs in the background with SIGINT ignored, and whatever that starts inherits it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # no thread forks here
    ) as process:
        assert process.stdout is not None
        host, port = re.search(r"http://(\S+):(\d+)", process.stdout.readline()).groups()  # type: ignore[union-attr]
        process.send_signal(number)
        # A child that lived on would hold the pipe open.
        _, err = process.communicate(timeout=30)

    assert (process.returncode, err.strip()) == (status, "")  # a line feed follows the ^C of the terminal
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=10)


def test_demo_without_the_sdk_says_how_to_get_it(without_sdk: dict[str, str], refused: Any) -> None:
    assert refused("demo", env=without_sdk) == (
        "demo needs the official SDK; install it with: pip install 'mockvod[demo]'"
    )


@pytest.mark.parametrize(
    ("output", "named"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param("no/such/folder/demo.mp4", "no/such/folder", id="no-folder"),
        pytest.param(".", "'.'", id="folder"),
    ],
)
def test_demo_refuses_an_output_that_cannot_be(output: str, named: str, refused: Any) -> None:
    assert named in refused("demo", "-o", output)


# --- the module ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_where_the_table_says(name: str) -> None:
    module, attribute = COMMANDS[name]

    assert getattr(import_module(module), attribute).name == name
