"""What a trap is played with: the client, the mock behind its server, and what is expected of the client."""

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
from mockvod.traps.adapters import Seen, Server, read_news, read_outcome, read_pair
from mockvod.traps.trap import Fell, NotApplicable
from mockvod.validators.signature import tc3

VIDEO = "CreateAigcVideoTask"
IMAGE = "CreateAigcImageTask"
DETAIL = "DescribeTaskDetail"
PROMPT = "a cat walks along a wall"
#: Where calls of ours come from, to tell them from the client's.
_OURS = "mockvod.traps"
_HOST = "vod.intl.tencentcloudapi.com"
#: How much of an error a reason repeats.
_SHOWN = 300


class Host(Protocol):
    """A live server that can be told to tamper with what it sends."""

    mock: MockVod
    url: str
    endpoint: str
    #: What is to befall the next downloads, one each: "cut" (half of it comes), "page" (a page of status 503 does).
    downloads: list[str]
    #: The headers of all downloads so far.
    fetched: list[dict[str, str]]
    #: Changes the JSON of every answer, unless it is None.
    change: Callable[[Any], Any] | None
    #: An address that takes callbacks.
    callbacks: str


class Stage:
    """One trap being played."""

    def __init__(self, host: Host, server: Server, client: Any) -> None:
        self.host = host
        self.mock = host.mock
        self.server = server
        self.client = client
        #: An address of a picture; nothing is there.
        self.picture = f"{host.url}/pictures/of/cat.png"

    def script(self, *steps: Step, action: str = VIDEO, times: int = 1) -> None:
        """What the next tasks of `action` are to do."""
        self.mock.tasks.script(action, steps, times=times)

    def advance(self, **by: float) -> None:
        """Moves the clock, as its `advance` does."""
        self.mock.clock.advance(**by)

    def ask(self, part: str, *arguments: Any) -> tuple[Any, Seen | None]:
        """What that method of the client returns, or what it has raised."""
        try:
            return getattr(self.client, part)(*arguments), None
        except Exception as error:  # noqa: BLE001  # whatever a client raises is judged
            return None, Seen.raised(error)

    def round(self, start: str = "create", *arguments: Any) -> Seen:
        """What becomes of something that the client starts, waits for and fetches. Raises AdapterError."""
        handle, raised = self.ask(start, *(arguments or (PROMPT,)))
        return raised or self.finish(handle)

    def finish(self, handle: Any) -> Seen:
        """The rest of a round. Raises AdapterError."""
        outcome, raised = self.ask("wait", handle)
        if raised:
            return raised
        seen = read_outcome(outcome)
        return self.fetch(outcome, seen) if seen.ok else seen

    def fetch(self, outcome: Any, seen: Seen) -> Seen:
        """What becomes of fetching the result of a successful `outcome`."""
        content, raised = self.ask("fetch", outcome)
        return replace(raised, url=seen.url, claimed=True) if raised else replace(seen, content=content)

    def hear(self) -> list[tuple[Any, Seen]]:
        """The news of one round of events. Raises Fell where the client raises, and AdapterError."""
        pairs, raised = self.ask("hear")
        self.require(not raised, f"hear() raised {raised and raised.error}")
        return read_news(pairs)

    def handle_callback(self, body: bytes) -> tuple[Any, Seen] | None:
        """The news in a pushed event. Raises Fell where the client raises, and AdapterError."""
        news, raised = self.ask("handle_callback", body)
        self.require(not raised, f"handle_callback() raised {raised and raised.error}")
        return None if news is None else read_pair(news)

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        """Calls the mock by ourselves, as the client's account and application; gives what is inside of Response."""
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
        """What a task tells of itself."""
        answer = self.call(DETAIL, TaskId=task_id)
        told: dict[str, Any] = next(each for each in answer.values() if isinstance(each, dict) and "Output" in each)
        return told

    def urls(self) -> list[str]:
        """The addresses of all results there are, in the order of their tasks."""
        ended = [task.id for task in self.mock.tasks if task.status == "FINISH" and task.action in (VIDEO, IMAGE)]
        outputs = [self.detail(task_id)["Output"] or {} for task_id in ended]
        return [info["FileUrl"] for output in outputs for info in output["FileInfos"]]

    def fell(self, how: str) -> NoReturn:
        """The client did."""
        raise Fell(how)

    def not_applicable(self, why: str) -> NoReturn:
        """The client cannot be judged."""
        raise NotApplicable(why)

    def require(self, condition: object, otherwise: str) -> None:
        """Raises Fell with that reason unless it is so."""
        if not condition:
            self.fell(otherwise)

    def expect_file(self, seen: Seen) -> None:
        """The client is to have told the address of a result, and to have fetched all of it."""
        self.expect_no_crash(seen)
        self.require(seen.claimed, f"it reported a failure where there was none: {seen.error:.{_SHOWN}}")
        self.require(seen.url in self.urls(), f"it took {seen.url or 'nothing'} for the address of the result")
        self.require(seen.ok, f"it did not fetch the result: {seen.error:.{_SHOWN}}")
        file = self.mock.media(urlsplit(seen.url).path)
        content = None if file is None else file.content
        fetched = seen.content or b""
        self.require(fetched == content, f"the {len(fetched)} bytes that it fetched are not the result")

    def expect_told(self, seen: Seen, *words: str) -> None:
        """The client is to have reported a failure, with all of `words` in what it says."""
        self.require(not seen.claimed, "it reported a success")
        self.expect_no_crash(seen)
        self.require(seen.error, "it reported a failure without a reason")
        for word in words:
            self.require(word in seen.error, f"its error does not say {word!r}: {seen.error:.{_SHOWN}}")

    def expect_no_crash(self, seen: Seen) -> None:
        """Whatever the client reported, it is to have done so on purpose."""
        self.require(not seen.crashed, f"it crashed: {seen.error:.{_SHOWN}}")

    def expect_tasks(self, number: int, otherwise: str) -> None:
        """So many tasks are to have been made, and paid."""
        calls, tasks = len(self.calls(VIDEO)), len(self.mock.tasks)
        self.require(tasks == number, f"{otherwise}: its {calls} calls made {tasks} tasks and not {number}")
