"""Tasks that make models in three dimensions with Hunyuan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.errors import ApiError
from mockvod.media import FileSpec
from mockvod.service.context import Context
from mockvod.service.tasks.file_tasks import create_file_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output, is_permanent


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a model task, whose results are the model in two or three formats, all of them Temporary.

    Raises:
        ApiError: The request has StorageMode Permanent, which the lenient profile accepts elsewhere. The service was
            seen to refuse it for Hunyuan 3d_2.0 as the model of a video task (vendor's notes, 2026-06-30).
    """
    if is_permanent(params):
        name, value = "OutputConfig.StorageMode", "Permanent"
        explanation = f"{name}: results of Hunyuan 3D cannot stay; send Temporary, or nothing"
        raise ApiError("value_fault", code="InvalidParameter", name=name, value=value, explanation=explanation)
    return create_file_task(context, params)


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """GLB and OBJ, FBX where it is requested (documented), and one preview of all (assumed)."""
    # In the published samples the GLB has the number 0 and the preview the number 1.
    yield FileSpec("model", "glb")
    yield FileSpec("image", "png", 512, 512)
    yield FileSpec("model", "obj")
    if str(params.get("ResultFormat")).upper() == "FBX":
        yield FileSpec("model", "fbx")


KIND = TaskBehaviour("CreateAigcHunyuan3DTask", create, finished_output, files)
