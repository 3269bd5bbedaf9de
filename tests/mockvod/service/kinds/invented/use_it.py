"""Makes a task of the invented action and prints, as JSON, what every part of mockvod knows of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import Phase, find, settings

from mockvod import MockVod, Settings, VirtualClock
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT
from mockvod.surfaces.flask_app import create_app
from mockvod.validators import validate_response
from mockvod.validators.signature import tc3
from mockvod.validators.strategies import events, requests, task_details

ACTION, APPLICATION = "CreateAigcDanceTask", 1500000001
CLOCK = VirtualClock(1735689600, tick=0)
MOCK = MockVod(Settings(seed=1, task_seconds=2), clock=CLOCK)
DRAWN = settings(phases=[Phase.generate], database=None, deadline=None)


def call(action: str, **params: Any) -> dict[str, Any]:
    moment = int(CLOCK.now())
    headers = {
        "content-type": "application/json",
        "host": "vod.intl.tencentcloudapi.com",
        "x-tc-action": action,
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(moment),
    }
    request = HttpRequest("POST", "", headers, json.dumps(params).encode(), "127.0.0.1")
    account = DEFAULT_ACCOUNT
    headers["authorization"] = tc3.sign(
        request, secret_id=account.secret_id, secret_key=account.secret_key, service="vod", timestamp=moment
    ).authorization
    answer: dict[str, Any] = json.loads(MOCK.handle(request).body)["Response"]
    assert not [each for each in validate_response(action, answer) if each.severity == "error"], answer
    return answer


def told(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if value is not None}


made = {"SubAppId": APPLICATION, "Style": "tango", "SessionId": "once"}
task_id = call(ACTION, **made)["TaskId"]
again = call(ACTION, **made)["Error"]["Code"]
running = told(call("DescribeTaskDetail", TaskId=task_id))
CLOCK.advance(2)
detail = told(call("DescribeTaskDetail", TaskId=task_id))
[event] = call("PullEvents", SubAppId=APPLICATION)["EventSet"]
days = {"StartTime": "2025-01-01T00:00:00Z", "EndTime": "2025-01-01T12:00:00Z"}
[used] = call("DescribeAigcUsageData", SubAppId=APPLICATION, AigcType="Video", **days)["AigcUsageDataSet"]
[line] = MOCK.bill.lines
drawn_task = find(task_details("AigcDanceTask", "finished"), lambda _: True, settings=DRAWN)
drawn_event = find(events("AigcDanceTaskComplete", "pushed"), lambda _: True, settings=DRAWN)
file = detail["AigcDanceTask"]["Output"]["FileInfos"][0]
found = MOCK.media(file["FileUrl"].removeprefix("http://store.vod-qcloud.com"))
print(
    json.dumps(
        {
            "TaskId": task_id,
            "again": again,
            "running": running["AigcDanceTask"]["Output"],
            "TaskType": detail["TaskType"],
            "detail": detail["AigcDanceTask"],
            "file": found is not None and found.content_type,
            "list": call("DescribeTasks", SubAppId=APPLICATION)["TaskSet"],
            "event": told(event),
            "usage": used,
            "bill": [line.action, line.note],
            "page": create_app(MOCK).test_client().get("/_mockvod/tasks").json,
            "request": list(find(requests(ACTION, Style="waltz"), lambda _: True, settings=DRAWN)),
            "strategies": [told(drawn_task)["TaskType"], drawn_task["AigcDanceTask"]["Output"]],
            "strategy of the event": [drawn_event["EventType"], *drawn_event["AigcDanceCompleteEvent"]],
        }
    )
)
