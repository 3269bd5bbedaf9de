"""Models in three dimensions, by Hunyuan."""

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
    """Starts a model task; its results are the model in two or three formats, none of which can stay.

    Raises:
        ApiError: Permanent is asked for, even where the lenient profile lets it pass: the service was seen to refuse
            it, with Hunyuan 3d_2.0 as the model of a video task.
    """
    if is_permanent(params):
        name, value = "OutputConfig.StorageMode", "Permanent"
        explanation = f"{name}: results of Hunyuan 3D cannot stay; send Temporary, or nothing"
        raise ApiError("value_fault", code="InvalidParameter", name=name, value=value, explanation=explanation)
    return create_file_task(context, params)


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """GLB and OBJ by default, FBX where it is asked for (documented), and one preview of all (assumed)."""
    # The published samples number a GLB 0 and a preview 1.
    yield FileSpec("model", "glb")
    yield FileSpec("image", "png", 512, 512)
    yield FileSpec("model", "obj")
    if str(params.get("ResultFormat")).upper() == "FBX":
        yield FileSpec("model", "fbx")


KIND = TaskBehaviour("CreateAigcHunyuan3DTask", create, finished_output, files)
