"""Both official Node SDKs. Against a loopback endpoint they sign for the service `127` and, with TC3, a host without port."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY

INTL, CHINA = "tencentcloud-sdk-nodejs-intl-en", "tencentcloud-sdk-nodejs"


@pytest.mark.parametrize(
    ("package", "method"),
    [
        pytest.param(package, method, id=f"{package}-{method}")
        for package in (INTL, CHINA)
        for method in ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1")
    ],
)
def test_round(node: Any, endpoint: str, is_video: Any, package: str, method: str) -> None:
    output = json.loads(node("round.js", package, endpoint, DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY, method))

    detail = output["detail"]
    assert output["TaskId"].startswith("251007502-AigcVideoTask-")
    assert (detail["Status"], detail["AigcVideoTask"]["Input"]["Prompt"]) == ("FINISH", "a car, 汽车")
    assert output["refusal"] == "MissingParameter"
    assert is_video(detail["AigcVideoTask"]["Output"]["FileInfos"][0]["FileUrl"])
