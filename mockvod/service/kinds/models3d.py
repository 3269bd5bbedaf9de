"""Models in three dimensions, by Hunyuan."""

from __future__ import annotations

from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.tasks.kind import with_output
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import create_file_task, described, files_of, is_permanent
from mockvod.settings import Settings


def create_model_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a model task; its results are the model in two or three formats, none of which can stay.

    Raises ApiError for Permanent even where the lenient profile lets it pass: the service was seen to refuse it, with
    Hunyuan 3d_2.0 as the model of a video task.
    """
    if is_permanent(params):
        name, value = "OutputConfig.StorageMode", "Permanent"
        explanation = f"{name}: results of Hunyuan 3D cannot stay; send Temporary, or nothing"
        raise ApiError("", code="InvalidParameter", name=name, value=value, explanation=explanation)
    return create_file_task(context, params)


def _output(task: Task, settings: Settings) -> dict[str, Any]:
    told = list(zip(files_of(task, settings), described(task, settings), strict=True))
    [preview] = [file["FileUrl"] for asked, file in told if asked.kind == "image"]
    files = [
        {
            "StorageMode": file["StorageMode"],
            "ExpireTime": file["ExpireTime"],
            # Told of Temporary files, too, and in capitals: published sample.
            "FileType": asked.format.upper(),
            "FileUrl": file["FileUrl"],
            "PreviewFileUrl": preview,
        }
        for asked, file in told
        if asked.kind == "model"
    ]
    return {"FileInfos": files}


MODEL = with_output("AigcHunyuan3DTaskInput", {"FileInfos": []}, _output)
