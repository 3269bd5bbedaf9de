"""Tasks that make pictures for a scene: of a product, with other clothes, on a larger canvas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import IMAGE_RATIO, IMAGE_RESOLUTION
from mockvod.media.sizes import IMAGE_SIDES, box
from mockvod.media.values import count, file_format, inside, shape, short_side, sides
from mockvod.service.tasks.file_tasks import create_picture_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output

#: Documented for the product scene.
_MOST_PRODUCT_PICTURES = 10
#: Documented: the members of OutputConfig that have an effect in a scene; in the older scenes none has.
_SCENE_MEMBERS: Mapping[str, frozenset[str]] = {
    "ai_try_on": frozenset({"Resolution"}),
    "outpainting": frozenset({"AspectRatio", "ImageHeight", "ImageWidth"}),
    "product_image": frozenset({"AspectRatio"}),
}


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One picture, or as many as a product scene requests, in the size given by the members that count in the scene."""
    scene, config = inside(params, "SceneInfo"), inside(params, "OutputConfig")
    members = _SCENE_MEMBERS.get(str(scene.get("Type")), frozenset())
    counting = {name: value for name, value in config.items() if name in members}
    ratio = shape(counting.get("AspectRatio"), IMAGE_RATIO)
    short = short_side(counting.get("Resolution"), IMAGE_RESOLUTION, IMAGE_SIDES)
    size = sides(counting.get("ImageWidth"), counting.get("ImageHeight"), ratio) or box(short, ratio)
    # Documented: the default is the format of the source picture, which is not known here.
    picture = FileSpec("image", file_format(inside(config, "EncodeConfig").get("Format"), "png", "png", "jpg"), *size)
    in_scene = scene.get("Type") == "product_image"
    product: Mapping[str, Any] = inside(scene, "ProductImageConfig") if in_scene else {}
    yield from [picture] * count(product.get("OutputImageCount"), _MOST_PRODUCT_PICTURES)


KIND = TaskBehaviour("CreateSceneAigcImageTask", create_picture_task, finished_output, files)
