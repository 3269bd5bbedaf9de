"""How a client is run through one trap, whatever it does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mockvod.fixtures.trap_server import serve
from mockvod.scripts import finish, progress
from mockvod.traps import Server, Trap, run_trap
from mockvod.traps.stage import Stage


def trap(play: Callable[[Stage], None], **settings: Any) -> Trap:
    return Trap("a-trap", "a title", "does", "does right", "assumed: nothing", play, settings=settings)


class Client:
    """Makes nothing; says what it is told to."""

    def __init__(self, create: Any = None, wait: Any = None, fetch: Any = b"") -> None:
        self.returns = {"create": create, "wait": wait, "fetch": fetch}

    def _do(self, part: str) -> Any:
        given = self.returns[part]
        return given() if callable(given) else given

    def create(self, prompt: str) -> Any:
        return self._do("create")

    def wait(self, handle: Any) -> Any:
        return self._do("wait")

    def fetch(self, outcome: Any) -> Any:
        return self._do("fetch")


def judged(client: Any, play: Callable[[Stage], None], seconds: float = 20) -> tuple[str, str]:
    result = run_trap(trap(play), lambda server: client, serve, seconds=seconds)
    return result.verdict, result.reason


def raising(error: BaseException) -> Callable[[], Any]:
    def do() -> Any:
        raise error

    return do


def expects_told(stage: Stage) -> None:
    stage.expect_reported_failure(stage.round(), "because")


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        pytest.param({"ok": False, "error": "because"}, "", id="mapping"),
        pytest.param(type("Outcome", (), {"ok": False, "error": "because"}), "", id="object"),
        pytest.param(raising(RuntimeError("because")), "", id="exception"),
        pytest.param({"ok": False, "error": "no"}, "its error does not say 'because': no", id="other-words"),
        pytest.param({"ok": False}, "it reported a failure without a reason", id="no-words"),
        pytest.param({"ok": True, "url": "x"}, "it reported a success", id="success"),
        pytest.param(raising(KeyError("because")), "it crashed: KeyError: 'because'", id="crash"),
    ],
)
def test_failure_is_told_in_any_way_but_a_crash(wait: Any, reason: str) -> None:
    assert judged(Client(wait=wait), expects_told) == ("failed" if reason else "survived", reason)


def test_own_error_that_is_a_key_error_is_no_crash() -> None:
    class Told(KeyError):
        pass

    assert judged(Client(wait=raising(Told("because"))), expects_told) == ("survived", "")


def expects_file(stage: Stage) -> None:
    stage.script(progress(50, seconds=1), finish())
    stage.call("CreateAigcVideoTask", ModelName="Kling", ModelVersion="2.6", Prompt="a cat")
    stage.advance(seconds=2)
    told = stage.client.returns["wait"]
    if told.get("url") == "right":
        told["url"] = stage.urls()[0]
    stage.expect_file(stage.round())


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        pytest.param(
            Client(wait={"ok": False, "error": "no"}),
            "it reported a failure although the task succeeded: no",
            id="failure",
        ),
        pytest.param(
            Client(wait={"ok": True, "url": "http://x/y"}),
            "it took http://x/y for the URL of the result",
            id="other-url",
        ),
        pytest.param(Client(wait={"ok": True}), "it took nothing for the URL of the result", id="no-url"),
        pytest.param(
            Client(wait={"ok": True, "url": "right"}, fetch=b"xy"),
            "the 2 bytes that it fetched are not the result",
            id="other-bytes",
        ),
        pytest.param(
            Client(wait={"ok": True, "url": "right"}, fetch=raising(OSError("no"))),
            "it did not fetch the result: OSError: no",
            id="not-fetched",
        ),
        pytest.param(
            Client(wait={"ok": True, "url": "right"}, fetch=raising(TypeError("no"))),
            "it crashed: TypeError: no",
            id="crash",
        ),
    ],
)
def test_result_must_be_the_one(client: Client, reason: str) -> None:
    assert judged(client, expects_file) == ("failed", reason)


@pytest.mark.parametrize(
    ("client", "play", "reason"),
    [
        pytest.param(object(), expects_told, "has no method create", id="no-methods"),
        pytest.param(
            Client(wait="done"),
            expects_told,
            "an outcome has `ok`, which is True or False; this one is 'done'",
            id="no-outcome",
        ),
        pytest.param(
            type("Hearing", (Client,), {"hear": lambda self: None})(),
            Stage.hear,
            "hear() returns pairs of handle and outcome; this is None",
            id="no-news",
        ),
        pytest.param(
            type("Hearing", (Client,), {"hear": lambda self: ["x"]})(),
            Stage.hear,
            "news are a pair of handle and outcome; this is 'x'",
            id="no-pair",
        ),
    ],
)
def test_adapter_that_is_not_one_is_told_so(client: Any, play: Any, reason: str) -> None:
    verdict, told = judged(client, play)

    assert (verdict, told.startswith("the adapter is wrong: "), told.endswith(reason)) == ("failed", True, True)


def creates(stage: Stage) -> None:
    stage.client.create("a cat")


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit("no"), KeyboardInterrupt("no")], ids=repr)
def test_whatever_a_client_raises_is_a_failure(error: BaseException) -> None:
    assert judged(Client(create=raising(error)), creates) == ("failed", f"it raised {type(error).__name__}: no")


def test_factory_that_raises_is_a_failure() -> None:
    def make_client(server: Server) -> Any:
        raise ValueError("no")

    result = run_trap(trap(creates), make_client, serve)

    assert (result.verdict, result.reason) == ("failed", "it raised ValueError: no")


def test_client_that_does_not_come_back_is_left_alone() -> None:
    forever = threading.Event()

    assert judged(Client(create=forever.wait), creates, 0.1) == ("failed", "it never came back within 0.1 seconds")

    forever.set()


def test_client_that_sleeps_on_and_on_is_ended() -> None:
    def make_client(server: Server) -> Any:
        def sleep() -> None:
            while True:
                with suppress(Exception):  # as careless clients do
                    server.sleep(3600)

        return Client(create=sleep)

    result = run_trap(trap(creates), make_client, serve)

    reason = "it never came back: it was still sleeping after 6 hours by the server's clock"
    assert (result.verdict, result.reason) == ("failed", reason)


def test_sleep_moves_the_clock_of_the_server_on() -> None:
    seen: list[float] = []

    def make_client(server: Server) -> Any:
        before = server.now()
        server.sleep(60)
        seen.append(server.now() - before)
        return Client()

    run_trap(trap(creates), make_client, serve)

    assert [round(each) for each in seen] == [60]


def test_factory_is_given_all_that_it_needs() -> None:
    seen: list[Any] = []

    def make_client(server: Server) -> Any:
        seen.append((server.url, server.endpoint, server.secret_id, server.secret_key, server.sub_app_id))
        return Client()

    def play(stage: Stage) -> None:
        host = stage.host
        seen.append((host.url, host.endpoint, host.mock.secret_id, host.mock.secret_key, 1500000001))

    run_trap(trap(play), make_client, serve)

    assert seen[0] == seen[1]


def test_settings_of_a_trap_hold() -> None:
    seen: list[bool] = []

    def play(stage: Stage) -> None:
        seen.append(stage.mock.settings.newer_customer)

    run_trap(trap(play, newer_customer=True), lambda server: Client(), serve)

    assert seen == [True]


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())

    judged(Client(), creates)

    assert [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("trap ")] == []


def test_traps_need_nothing_of_pytest() -> None:
    # In a process of its own, because pytest is here already.
    import subprocess

    code = "import sys, mockvod.traps; print(sorted({'pytest', 'flask', 'requests', 'httptools'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout == "[]\n"


def test_reason_is_one_line_of_some_length() -> None:
    verdict, reason = judged(Client(create=raising(ValueError("a\nb\x1b[0m" + "c" * 1000))), creates)

    assert (verdict, reason) == ("failed", f"it raised ValueError: a b?[0m{'c' * 1000}"[:597] + "...")
