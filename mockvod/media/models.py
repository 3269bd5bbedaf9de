"""Makes 3D models: a cube whose colour follows from the look, whatever number of faces the request asked for.

GLB follows the glTF 2.0 specification, OBJ that of Wavefront. FBX has no public specification: this is its text form, with
the least that the readers of Assimp and three.js accept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from colorsys import hsv_to_rgb
from itertools import chain
from struct import pack
from typing import Any, NamedTuple

from mockvod.media.file_spec import FileSpec


class _Side(NamedTuple):
    """One side of the cube. Its corners are in counter-clockwise order, seen from outside."""

    normal: tuple[float, ...]
    corners: tuple[tuple[float, ...], ...]


def encode(spec: FileSpec) -> bytes:
    """The model as GLB, OBJ or FBX."""
    return _WRITERS[spec.format](_title(spec), _colour(spec.look))


def describe(spec: FileSpec, content: bytes) -> dict[str, Any]:
    """The MediaMetaData of a model, for which most members have no meaning."""
    return {
        "Size": len(content),
        "Container": spec.format,
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


def _title(spec: FileSpec) -> str:
    """The name of the model, which distinguishes models that have the same colour by chance."""
    return f"mockvod-{spec.look:012x}"


def _colour(look: int) -> tuple[float, float, float]:
    return hsv_to_rgb(look % 360 / 360, 0.6, 0.8)


def _side(axis: int, sign: int) -> _Side:
    def at(along: float, second: float, third: float) -> tuple[float, ...]:
        point = [0.0, 0.0, 0.0]
        point[axis], point[(axis + 1) % 3], point[(axis + 2) % 3] = along, second, third
        return tuple(point)

    half = sign / 2
    # Mirrored with the sign, so that the order is counter-clockwise on both sides.
    corners = ((-half, -0.5), (half, -0.5), (half, 0.5), (-half, 0.5))
    return _Side(at(sign, 0.0, 0.0), tuple(at(half, *corner) for corner in corners))


_SIDES = tuple(_side(axis, sign) for axis in range(3) for sign in (1, -1))
_POINTS = tuple(point for side in _SIDES for point in side.corners)


def _glb(title: str, colour: tuple[float, ...]) -> bytes:
    points = pack(f"<{3 * len(_POINTS)}f", *chain(*_POINTS))
    normals = pack(f"<{3 * len(_POINTS)}f", *chain(*(side.normal for side in _SIDES for _ in side.corners)))
    triangles = [4 * side + corner for side in range(len(_SIDES)) for corner in (0, 1, 2, 0, 2, 3)]
    indices = pack(f"<{len(triangles)}H", *triangles)
    document = {
        "asset": {"version": "2.0", "generator": "mockvod"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": title, "mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0}}],
        "accessors": [
            # The specification requires the bounds of positions.
            {**_accessor(0, _FLOAT, len(_POINTS), "VEC3"), "min": [-0.5] * 3, "max": [0.5] * 3},
            _accessor(1, _FLOAT, len(_POINTS), "VEC3"),
            _accessor(2, _UNSIGNED_SHORT, len(triangles), "SCALAR"),
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(points), "target": _VERTICES},
            {"buffer": 0, "byteOffset": len(points), "byteLength": len(normals), "target": _VERTICES},
            {"buffer": 0, "byteOffset": len(points) + len(normals), "byteLength": len(indices), "target": _INDICES},
        ],
        "buffers": [{"byteLength": len(points) + len(normals) + len(indices)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    body = _chunk(b"JSON", text, b" ") + _chunk(b"BIN\0", points + normals + indices, b"\0")
    return pack("<4sII", b"glTF", 2, 12 + len(body)) + body


#: Constants of glTF for component types of accessors and targets of buffer views.
_FLOAT, _UNSIGNED_SHORT = 5126, 5123
_VERTICES, _INDICES = 34962, 34963


def _accessor(view: int, component: int, count: int, kind: str) -> dict[str, Any]:
    return {"bufferView": view, "componentType": component, "count": count, "type": kind}


def _chunk(kind: bytes, content: bytes, filler: bytes) -> bytes:
    """A chunk of a GLB, padded to a multiple of four bytes."""
    padded = content + filler * (-len(content) % 4)
    return pack("<I4s", len(padded), kind) + padded


def _obj(title: str, colour: tuple[float, ...]) -> bytes:
    # A colour after the coordinates of a vertex is no part of the specification, but most readers know it and others ignore it.
    lines = [f"o {title}"]
    lines += [f"v {_numbers(point, ' ')} {_numbers(colour, ' ')}" for point in _POINTS]
    lines += [f"vn {_numbers(side.normal, ' ')}" for side in _SIDES]
    # Vertices and normals are counted from 1.
    for number in range(1, len(_SIDES) + 1):
        lines.append("f " + " ".join(f"{4 * number - 3 + corner}//{number}" for corner in range(4)))
    return ("\n".join(lines) + "\n").encode()


def _fbx(title: str, colour: tuple[float, ...]) -> bytes:
    points = _numbers(tuple(chain(*_POINTS)), ",")
    # FBX marks the last corner of a polygon by writing its bitwise complement.
    polygons = ",".join(f"{each},{each + 1},{each + 2},{~(each + 3)}" for each in range(0, len(_POINTS), 4))
    normals = _numbers(tuple(chain(*(side.normal for side in _SIDES for _ in side.corners))), ",")
    return _FBX.format(
        title=title,
        points=points,
        point_numbers=3 * len(_POINTS),
        polygons=polygons,
        corners=len(_POINTS),
        normals=normals,
        colour=_numbers(colour, ","),
    ).encode()


_FBX = """\
; FBX 7.4.0 project file
FBXHeaderExtension:  {{
	FBXHeaderVersion: 1003
	FBXVersion: 7400
	Creator: "mockvod"
}}
GlobalSettings:  {{
	Version: 1000
	Properties70:  {{
		P: "UpAxis", "int", "Integer", "",1
		P: "UpAxisSign", "int", "Integer", "",1
		P: "FrontAxis", "int", "Integer", "",2
		P: "FrontAxisSign", "int", "Integer", "",1
		P: "CoordAxis", "int", "Integer", "",0
		P: "CoordAxisSign", "int", "Integer", "",1
		P: "UnitScaleFactor", "double", "Number", "",100
	}}
}}
Definitions:  {{
	Version: 100
	Count: 3
	ObjectType: "Geometry" {{
		Count: 1
	}}
	ObjectType: "Model" {{
		Count: 1
	}}
	ObjectType: "Material" {{
		Count: 1
	}}
}}
Objects:  {{
	Geometry: 1000, "Geometry::{title}", "Mesh" {{
		Vertices: *{point_numbers} {{
			a: {points}
		}}
		PolygonVertexIndex: *{corners} {{
			a: {polygons}
		}}
		GeometryVersion: 124
		LayerElementNormal: 0 {{
			Version: 101
			Name: ""
			MappingInformationType: "ByPolygonVertex"
			ReferenceInformationType: "Direct"
			Normals: *{point_numbers} {{
				a: {normals}
			}}
		}}
		Layer: 0 {{
			Version: 100
			LayerElement:  {{
				Type: "LayerElementNormal"
				TypedIndex: 0
			}}
		}}
	}}
	Model: 2000, "Model::{title}", "Mesh" {{
		Version: 232
	}}
	Material: 3000, "Material::{title}", "" {{
		Version: 102
		ShadingModel: "lambert"
		MultiLayer: 0
		Properties70:  {{
			P: "DiffuseColor", "Color", "", "A",{colour}
		}}
	}}
}}
Connections:  {{
	C: "OO",2000,0
	C: "OO",1000,2000
	C: "OO",3000,2000
}}
"""


def _numbers(values: tuple[float, ...], between: str) -> str:
    return between.join(f"{value:g}" for value in values)


_WRITERS: Mapping[str, Callable[[str, tuple[float, ...]], bytes]] = {"fbx": _fbx, "glb": _glb, "obj": _obj}
