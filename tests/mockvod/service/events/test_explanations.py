"""What is said in plain words of calls about events that are refused: the header X-Mockvod-Explain, text by text."""

from __future__ import annotations

from typing import Any

import pytest

APP = {"SubAppId": 7}
LONG = "x" * 100
CUT = "x" * 80


@pytest.mark.parametrize(
    ("action", "params", "code", "message", "explanation"),
    [
        pytest.param(
            "PullEvents",
            {"SubAppId": 8},
            "ResourceNotFound",
            "",
            "the application 8 has no event that waits: an empty queue is no fault",
            id="nothing",
        ),
        pytest.param(
            "PullEvents",
            APP,
            "ResourceNotFound",
            "",
            "events of the application 7 are pushed; ModifyEventConfig sets Mode to PULL",
            id="pushed",
        ),
        pytest.param(
            "ConfirmEvents",
            {**APP, "EventHandles": [LONG]},
            "InvalidParameterValue",
            f"The value `{CUT}` specified in the parameter `EventHandles` is not valid.",
            f"EventHandle '{CUT}' is unknown, was confirmed, or over 30 s old",
            id="handle",
        ),
        pytest.param(
            "ModifyEventConfig",
            {**APP, "NotificationUrl": LONG},
            "InvalidParameter",
            f"The value `{CUT}` specified in the parameter `NotificationUrl` is not valid.",
            f"NotificationUrl: '{CUT}' is not like http://host:port/path (assumed to be refused)",
            id="address",
        ),
    ],
)
def test_the_explanation_of_a_refusal(
    caller: Any, action: str, params: dict[str, Any], code: str, message: str, explanation: str
) -> None:
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH"})

    response = caller.mock.handle(caller.post(action, params))

    *_, record = caller.mock.journal
    assert (record.code, record.explanation) == (code, explanation)
    assert message in record.message
    assert dict(response.headers)["X-Mockvod-Explain"] == explanation
