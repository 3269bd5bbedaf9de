"""Blocks of a generated answer of which one applies: null where there are several, filled in where there is one."""

from __future__ import annotations

from typing import Any

import pytest

BLOCKS = "MediaProcess AiContentReview AiAnalysis AiRecognition MiniProgramPublish ReviewAudioVideo"


def only(caller: Any, action: str, member: str) -> dict[str, Any]:
    """The one item of the list `member` of the answer."""
    [item] = caller.call(action)[member]
    assert isinstance(item, dict)
    return item


def test_several_are_null_however_few(caller: Any) -> None:
    """Six here, fewer than in a task's detail."""
    template = only(caller, "DescribeProcedureTemplates", "ProcedureTemplateSet")

    blocks = {name: value for name, value in template.items() if name.endswith("Task")}
    assert blocks == {f"{name}Task": None for name in BLOCKS.split()}
    assert template["Name"].startswith("generated-")


@pytest.mark.parametrize(
    ("action", "member", "block"),
    [("DescribeProcessImageAsyncTemplates", "ProcessImageAsyncTemplateSet", "ProcessImageConfigure")],
)
def test_one_alone_is_filled_in(caller: Any, action: str, member: str, block: str) -> None:
    assert only(caller, action, member)[block]
