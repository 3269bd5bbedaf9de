"""The same through the official asynchronous client, which is built on httpx."""

from __future__ import annotations

import asyncio
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.vod.v20180717 import models, vod_client_async


async def make_pictures(secret_id: str, secret_key: str, prompts: list[str]) -> list[str]:
    """The client under test: starts all pictures at once and returns their TaskIds."""
    async with vod_client_async.VodClient(Credential(secret_id, secret_key), "ap-singapore") as client:

        async def start(prompt: str) -> str:
            request = models.CreateAigcImageTaskRequest()
            request.SubAppId, request.ModelName, request.ModelVersion = 1500000001, "GG", "3.0"
            request.Prompt = prompt
            task_id: str = (await client.CreateAigcImageTask(request)).TaskId
            return task_id

        return list(await asyncio.gather(*map(start, prompts)))


def test_all_pictures_are_started(mockvod: Any) -> None:
    task_ids = asyncio.run(make_pictures(mockvod.secret_id, mockvod.secret_key, ["a cat", "a dog"]))

    assert len(set(task_ids)) == 2
    mockvod.verify("CreateAigcImageTask", times=2)


def test_one_too_many_fails_as_it_would_there(mockvod: Any) -> None:
    """One picture task runs at a time; the second is accepted all the same, and fails."""
    for task_id in asyncio.run(make_pictures(mockvod.secret_id, mockvod.secret_key, ["a cat", "a dog"])):
        mockvod.clock.advance(minutes=1)
        assert mockvod.tasks[task_id].status == "FINISH"

    [paid] = [line for line in mockvod.bill.lines if line.cny]
    assert paid.action == "CreateAigcImageTask"
