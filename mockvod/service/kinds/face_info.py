"""Finding faces in a video, for lip sync. No video is read: the faces are derived from its name or URL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockvod.media import FileSpec, look_of
from mockvod.narrowing import is_array
from mockvod.service.context import Context
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.kind import TaskBehaviour, requested_files
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import files_of, finished_output, result_url
from mockvod.settings import Settings

_ACTION = "DescribeAigcFaceInfoAsync"
#: The published example of FaceImage is a jpg.
_FACE = FileSpec("image", "jpg", 256, 256)
_PATH = re.compile("/faces/face/([0-9a-f]{12})\\.jpg")
#: For how many milliseconds a face is seen: within the five seconds of most videos.
_SHORTEST, _LONGEST = 2_000, 5_000


def describe_face_info(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Answers at once with the faces that the asynchronous action would find in the same video."""
    files: list[dict[str, Any]] = params.get("FileInfos") or []
    settings = context.settings
    pictures = [
        f"{settings.media_url}/faces/face/{each.look:012x}.jpg" for file in files for each in _faces_in(file, settings)
    ]
    return {"FaceInfoSet": _face_infos(files, settings, pictures)}


def face_at(path: str) -> FileSpec | None:
    """Finds the picture of a face without a task. Such pictures are not stored: the path says what they look like."""
    match = _PATH.fullmatch(path)
    return replace(_FACE, look=int(match[1], 16)) if match else None


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task that finds faces, whose pictures are result files."""
    return create_task(context, params, {})


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """A picture of each face: one or two in a video, which follows from what names the video."""
    videos = params.get("FileInfos")
    for video in videos if is_array(videos) else ():
        yield from [_FACE] * (1 + look_of(json.dumps(video, sort_keys=True, default=str), 0) % 2)


def _faces_in(file: dict[str, Any], settings: Settings) -> tuple[FileSpec, ...]:
    """One for each face in a video, by their pictures."""
    return requested_files(_ACTION, {"FileInfos": [file]}, seed=settings.seed)


def _face_infos(files: list[dict[str, Any]], settings: Settings, pictures: Iterable[str]) -> list[dict[str, Any]]:
    """AigcFaceInfo of each video; `pictures` are the URLs of all faces in order."""
    urls = iter(pictures)
    return [
        {
            # 18 digits, as the published example has: 48 bits times 3,000 do not reach 9e17.
            "SessionId": str(10**17 + 3_000 * faces[0].look),
            "FaceInfoList": [
                {
                    "FaceId": str(number),
                    "FaceImage": next(urls),
                    "StartTime": 0,
                    "EndTime": _SHORTEST + face.look % (_LONGEST - _SHORTEST + 1),
                }
                for number, face in enumerate(faces)
            ],
        }
        for faces in (_faces_in(file, settings) for file in files)
    ]


def output(task: Task, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """The faces of each video, with the addresses of their pictures."""

    def faces() -> list[dict[str, Any]]:
        pictures = (result_url(task, settings, index, file) for index, file in enumerate(files_of(task, settings)))
        return _face_infos(task.params.get("FileInfos") or [], settings, pictures)

    return finished_output(task, settings, made, faces=faces)


KIND = TaskBehaviour(_ACTION, create, output, files)
