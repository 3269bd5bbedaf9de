"""The results of tasks that ended successfully, from the templates in contracts/tasks.json.

`_OWN_VALUES` has functions for values that only the templates of some kinds have.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.task_kinds import ResultFile
from mockvod.validators.contracts.templates import Choices, Computed, fill
from mockvod.validators.strategies.answers.identifiers import (
    element_ids,
    iso,
    permanent_urls,
    random_parts,
    temporary_urls,
)
from mockvod.validators.strategies.answers.result_files import Done, file_name, files
from mockvod.validators.strategies.requests.metadata import basic_info, video_metadata


def finished_output(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    """Draws the results of a task that has ended successfully."""
    more = _OWN_VALUES.get(done.kind.action, _no_own_values)
    computed: Computed = {
        "id": cache(lambda: draw(element_ids)),
        "created": lambda: iso(done.created),
        # In microseconds, unlike all other times.
        "created_finely": lambda: iso(done.created).replace("Z", f".{draw(st.integers(0, 999_999)):06}Z"),
        "url": lambda: _first_url(draw, done),
        **{f"files.{sort.member}": partial(files, draw, done, sort) for sort in done.kind.files},
        **{f"file.{sort.member}": partial(_first_file, draw, done, sort) for sort in done.kind.files},
        **more(draw, done),
    }
    output: dict[str, Any] = fill(done.kind.finished, computed, done.asked, _choices(draw))
    return output


def _choices(draw: st.DrawFn) -> Choices:
    return Choices(
        one_of=lambda values: draw(st.sampled_from(values)),
        between=lambda lowest, highest: draw(st.integers(lowest, highest)),
        # Escaped to ASCII or not, which makes no difference to a reader of JSON.
        text=lambda value: json.dumps(value, ensure_ascii=draw(st.booleans())),
    )


def _first_url(draw: st.DrawFn, done: Done) -> str:
    sort = done.kind.files[0]
    return draw(temporary_urls(done.part, file_name(draw, sort, sort.formats[0])))


def _first_file(draw: st.DrawFn, done: Done, sort: ResultFile) -> dict[str, Any]:
    return files(draw, done, sort)[0]


def _no_own_values(_: st.DrawFn, __: Done) -> Computed:
    return {}


def _clone(draw: st.DrawFn, done: Done) -> Computed:
    # Documented: "" for a clone without a text.
    return {"url": lambda: _first_url(draw, done) if done.asked["Text"] else ""}


def _faces(draw: st.DrawFn, done: Done) -> Computed:
    [sort] = done.kind.files

    def face(number: int) -> dict[str, Any]:
        return {
            "FaceId": str(number),
            "FaceImage": draw(temporary_urls(draw(random_parts), file_name(draw, sort, sort.formats[0]))),
            "StartTime": 0,  # milliseconds
            "EndTime": draw(st.integers(2_000, 5_000)),
        }

    def video() -> dict[str, Any]:
        count = draw(st.integers(0, 2))
        return {"SessionId": draw(element_ids), "FaceInfoList": [face(number) for number in range(count)]}

    return {"faces": lambda: [video() for _ in done.asked["FileInfos"]]}


def _fetched(draw: st.DrawFn, done: Done) -> Computed:
    url = cache(lambda: draw(permanent_urls(done.application, done.part, done.file_id, "f0.mp4")))
    return {
        "file_id": lambda: done.file_id,
        "basic_info": lambda: basic_info("cat", iso(done.ended), url(), "Upload"),
        "metadata": lambda: draw(video_metadata(5, done.unknown_members)),
        "url": url,
    }


#: Action -> functions for the values that only its template has, or that differ for it.
_OWN_VALUES: Mapping[str, Callable[[st.DrawFn, Done], Computed]] = {
    "CreateAigcAudioClone": _clone,
    "DescribeAigcFaceInfoAsync": _faces,
    "PullUpload": _fetched,
}
