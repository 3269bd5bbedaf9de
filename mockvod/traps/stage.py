"""What the code of a trap works with: the client, the mock behind its server, and expectations about the client."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn, Protocol
from urllib.parse import urlsplit

from mockvod.app import MockVod
from mockvod.call.journal import CallRecord
from mockvod.http import HttpRequest
from mockvod.scripts import Step
from mockvod.traps.adapters import Observed, Server, read_news, read_outcome, read_pair
from mockvod.traps.trap import NotApplicable, TrapFailure
from mockvod.validators.signature import tc3

VIDEO = "CreateAigcVideoTask"
IMAGE = "CreateAigcImageTask"
DETAIL = "DescribeTaskDetail"
PROMPT = "a cat walks along a wall"
#: The peer of calls made by the traps themselves, which tells them from the client's.
_OURS = "mockvod.traps"
_HOST = "vod.intl.tencentcloudapi.com"
#: Characters of an error that a reason quotes.
_MAX_QUOTED = 300


class Host(Protocol):
    """A live server that can change what it sends."""

    mock: MockVod
    url: str
    endpoint: str
    #: What happens to the next downloads, an entry each: "cut" (half of the file is sent) or "page" (an HTML page with 503).
    downloads: list[str]
    #: The headers of all downloads so far.
    fetched: list[dict[str, str]]
    #: Changes the JSON of every answer; None: no change.
    change: Callable[[Any], Any] | None
    #: A URL that accepts callbacks.
    callbacks: str


class Stage:
    """One run of a trap."""

    def __init__(self, host: Host, server: Server, client: Any) -> None:
        self.host = host
        self.mock: MockVod = host.mock
        self.server = server
        self.client = client
        #: The URL of a picture; there is no file behind it.
        self.picture: str = f"{host.url}/pictures/of/cat.png"

    def script(self, *steps: Step, action: str = VIDEO, times: int = 1) -> None:
        """Scripts the next tasks of `action`."""
        self.mock.tasks.script(action, steps, times=times)

    def advance(self, **by: float) -> None:
        """Advances the clock; takes what `Clock.advance` takes."""
        self.mock.clock.advance(**by)

    def ask(self, method: str, *arguments: Any) -> tuple[Any, Observed | None]:
        """Calls a method of the client.

        Returns:
            What it returned and None; or None and a report of what it raised.
        """
        try:
            return getattr(self.client, method)(*arguments), None
        except Exception as error:  # noqa: BLE001  # whatever a client raises is judged
            return None, Observed.raised(error)

    def round(self, start: str = "create", *arguments: Any) -> Observed:
        """Has the client start something, wait for it and fetch the result.

        Raises:
            AdapterError: the adapter breaks its rules.
        """
        handle, raised = self.ask(start, *(arguments or (PROMPT,)))
        return raised or self.finish(handle)

    def finish(self, handle: Any) -> Observed:
        """The second half of `round`: has the client wait and fetch.

        Raises:
            AdapterError: the adapter breaks its rules.
        """
        outcome, raised = self.ask("wait", handle)
        if raised:
            return raised
        seen = read_outcome(outcome)
        return self.fetch(outcome, seen) if seen.ok else seen

    def fetch(self, outcome: Any, seen: Observed) -> Observed:
        """Has the client fetch the result of a successful `outcome`; `seen` is the report so far."""
        content, raised = self.ask("fetch", outcome)
        return replace(raised, url=seen.url, claimed=True) if raised else replace(seen, content=content)

    def hear(self) -> list[tuple[Any, Observed]]:
        """Has the client pull events once.

        Raises:
            TrapFailure: the client raised.
            AdapterError: the adapter breaks its rules.
        """
        pairs, raised = self.ask("hear")
        self.require(not raised, f"hear() raised {raised and raised.error}")
        return read_news(pairs)

    def handle_callback(self, body: bytes) -> tuple[Any, Observed] | None:
        """Hands the client a pushed event.

        Raises:
            TrapFailure: the client raised.
            AdapterError: the adapter breaks its rules.
        """
        news, raised = self.ask("handle_callback", body)
        self.require(not raised, f"handle_callback() raised {raised and raised.error}")
        return None if news is None else read_pair(news)

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        """Calls the mock as the client's account and application would; returns the content of Response."""
        moment = int(self.mock.clock.now())
        headers = {
            "content-type": "application/json",
            "host": _HOST,
            "x-tc-action": action,
            "x-tc-version": "2018-07-17",
            "x-tc-timestamp": str(moment),
        }
        body = json.dumps({"SubAppId": self.server.sub_app_id, **params}).encode()
        request = HttpRequest("POST", "", headers, body, _OURS)
        keys = {"secret_id": self.server.secret_id, "secret_key": self.server.secret_key}
        headers["authorization"] = tc3.sign(request, **keys, service="vod", timestamp=moment).authorization
        inside: dict[str, Any] = json.loads(self.mock.handle(request).body)["Response"]
        return inside

    def calls(self, action: str | None = None) -> list[CallRecord]:
        """The client's calls of `action`, or all of them."""
        return [each for each in self.mock.calls(action=action) if each.peer != _OURS]

    def detail(self, task_id: str) -> dict[str, Any]:
        """The task's own block of its DescribeTaskDetail answer."""
        answer = self.call(DETAIL, TaskId=task_id)
        blocks: list[dict[str, Any]] = [each for each in answer.values() if isinstance(each, dict)]
        return next(each for each in blocks if "Output" in each)

    def urls(self) -> list[str]:
        """The URLs of all results, in the order of their tasks."""
        ended = [task.id for task in self.mock.tasks if task.status == "FINISH" and task.action in (VIDEO, IMAGE)]
        outputs: list[dict[str, Any]] = [self.detail(task_id)["Output"] or {} for task_id in ended]
        return [info["FileUrl"] for output in outputs for info in output["FileInfos"]]

    def fail(self, how: str) -> NoReturn:
        """Raises TrapFailure: the client failed, in the way that `how` says."""
        raise TrapFailure(how)

    def not_applicable(self, why: str) -> NoReturn:
        """Raises NotApplicable: the client cannot be judged, for the reason `why`."""
        raise NotApplicable(why)

    def require(self, condition: object, otherwise: str) -> None:
        """Raises TrapFailure with the reason `otherwise` unless `condition` is true."""
        if not condition:
            self.fail(otherwise)

    def expect_file(self, seen: Observed) -> None:
        """Requires that the client reported the URL of a result and fetched all of it."""
        self.expect_no_crash(seen)
        self.require(seen.claimed, f"it reported a failure although the task succeeded: {seen.error:.{_MAX_QUOTED}}")
        self.require(seen.url in self.urls(), f"it took {seen.url or 'nothing'} for the URL of the result")
        self.require(seen.ok, f"it did not fetch the result: {seen.error:.{_MAX_QUOTED}}")
        file = self.mock.media(urlsplit(seen.url).path)
        content = None if file is None else file.content
        fetched = seen.content or b""
        self.require(fetched == content, f"the {len(fetched)} bytes that it fetched are not the result")

    def expect_reported_failure(self, seen: Observed, *words: str) -> None:
        """Requires that the client reported a failure whose text contains all of `words`."""
        self.require(not seen.claimed, "it reported a success")
        self.expect_no_crash(seen)
        self.require(seen.error, "it reported a failure without a reason")
        for word in words:
            self.require(word in seen.error, f"its error does not say {word!r}: {seen.error:.{_MAX_QUOTED}}")

    def expect_no_crash(self, seen: Observed) -> None:
        """Requires that what the client reported is no bug of its own."""
        self.require(not seen.crashed, f"it crashed: {seen.error:.{_MAX_QUOTED}}")

    def expect_tasks(self, number: int, otherwise: str) -> None:
        """Requires that so many tasks were created, and so paid for."""
        calls, tasks = len(self.calls(VIDEO)), len(self.mock.tasks)
        self.require(tasks == number, f"{otherwise}: its {calls} calls made {tasks} tasks and not {number}")
