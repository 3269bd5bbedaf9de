"""Models: real files of three formats."""

from __future__ import annotations

import json
from itertools import pairwise
from struct import iter_unpack, unpack_from
from typing import Any

import pytest

from mockvod.media import FileSpec, content, content_type, make, metadata, produce
from mockvod.media.models import encode
from mockvod.service.tasks.kind import requested_files

LOOK = 0x6D6F636B7664
each_format = pytest.mark.parametrize("form", ["fbx", "glb", "obj"])


def chunks(glb: bytes) -> list[tuple[bytes, bytes]]:
    """Type and content of each."""
    found, place = [], 12
    while place < len(glb):
        length, kind = unpack_from("<I4s", glb, place)
        found.append((kind, glb[place + 8 : place + 8 + length]))
        place += 8 + length
    return found


@pytest.fixture
def glb() -> bytes:
    return encode(FileSpec("model", "glb", look=LOOK))


@pytest.fixture
def document(glb: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(chunks(glb)[0][1])
    return told


def viewed(glb: bytes, document: dict[str, Any], accessor: int, form: str) -> list[tuple[Any, ...]]:
    """What an accessor shows."""
    view = document["bufferViews"][document["accessors"][accessor]["bufferView"]]
    start = view["byteOffset"]
    found = list(iter_unpack(form, chunks(glb)[1][1][start : start + view["byteLength"]]))
    assert len(found) == document["accessors"][accessor]["count"]
    return found


def test_glb_is_framed_as_specified(glb: bytes) -> None:
    assert unpack_from("<4sII", glb) == (b"glTF", 2, len(glb))
    assert [(kind, len(content) % 4) for kind, content in chunks(glb)] == [(b"JSON", 0), (b"BIN\0", 0)]


def test_glb_says_how_long_its_buffer_is(glb: bytes, document: dict[str, Any]) -> None:
    assert document["asset"]["version"] == "2.0"
    assert document["buffers"] == [{"byteLength": len(chunks(glb)[1][1])}]
    assert sum(view["byteLength"] for view in document["bufferViews"]) == len(chunks(glb)[1][1])


def test_glb_bounds_are_those_of_its_points(glb: bytes, document: dict[str, Any]) -> None:
    points = viewed(glb, document, 0, "<3f")
    columns = list(zip(*points, strict=True))

    accessor = document["accessors"][0]
    assert accessor["min"] == [min(column) for column in columns]
    assert accessor["max"] == [max(column) for column in columns]


def test_glb_is_a_closed_cube_that_looks_outwards(glb: bytes, document: dict[str, Any]) -> None:
    points = viewed(glb, document, 0, "<3f")
    normals = viewed(glb, document, 1, "<3f")
    triangles = [tuple(each) for each in iter_unpack("<3H", chunks(glb)[1][1][-72:])]

    volume = 0.0
    for triangle in triangles:
        a, b, c = (points[each] for each in triangle)
        crossed = (b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0])
        volume += sum(one * other for one, other in zip(a, crossed, strict=True)) / 6
        for each in triangle:
            assert sum(one * other for one, other in zip(points[each], normals[each], strict=True)) == 0.5
    assert (len(triangles), round(volume, 6)) == (12, 1)


def test_obj_has_six_sides_of_four_corners() -> None:
    lines = encode(FileSpec("model", "obj", look=LOOK)).decode().splitlines()

    words = [line.split() for line in lines]
    assert lines[0] == f"o mockvod-{LOOK:012x}"
    assert [sum(each[0] == kind for each in words) for kind in ("v", "vn", "f")] == [24, 6, 6]
    corners = [corner.split("//") for each in words if each[0] == "f" for corner in each[1:]]
    assert sorted(int(point) for point, _ in corners) == list(range(1, 25))
    assert sorted({int(normal) for _, normal in corners}) == list(range(1, 7))


def test_fbx_counts_its_numbers() -> None:
    text = encode(FileSpec("model", "fbx", look=LOOK)).decode()

    assert text.startswith("; FBX 7.4.0 project file\n")
    assert text.count("{") == text.count("}")
    lines = [line.strip() for line in text.splitlines()]
    lists = [(head, values) for head, values in pairwise(lines) if values.startswith("a: ")]
    assert [(head.split()[0], len(values.split(","))) for head, values in lists] == [
        ("Vertices:", 72),
        ("PolygonVertexIndex:", 24),
        ("Normals:", 72),
    ]
    assert all(f"*{len(values.split(','))} " in head for head, values in lists)


@each_format
def test_other_looks_are_other_files(form: str) -> None:
    # 360 looks on, the colour is the same again.
    assert len({encode(FileSpec("model", form, look=look)) for look in (LOOK, LOOK + 1, LOOK + 360)}) == 3


@each_format
def test_models_need_no_extra(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(produce, "extra_installed", lambda: False)
    asked = FileSpec("model", form, look=LOOK)
    make(asked)

    made = content(asked)

    assert made == encode(asked)
    assert metadata(asked) == {
        "Size": len(made),
        "Container": form,
        "Bitrate": 0,
        "Height": 0,
        "Width": 0,
        "Duration": 0.0,
        "Rotate": 0,
        "VideoStreamSet": [],
        "AudioStreamSet": [],
        "VideoDuration": 0.0,
        "AudioDuration": 0.0,
        "Md5": "",
    }


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param("fbx", "application/octet-stream", id="fbx"),
        pytest.param("glb", "model/gltf-binary", id="glb"),
        pytest.param("obj", "model/obj", id="obj"),
    ],
)
def test_content_type(form: str, expected: str) -> None:
    assert content_type(FileSpec("model", form)) == expected


def test_all_formats_of_a_task_show_the_same() -> None:
    wished = requested_files("CreateAigcHunyuan3DTask", {"Prompt": "a warrior", "ResultFormat": "FBX"})

    models = [each for each in wished if each.kind == "model"]
    assert models == [FileSpec("model", form, look=models[0].look) for form in ("glb", "obj", "fbx")]
