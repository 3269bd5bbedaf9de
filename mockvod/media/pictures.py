"""Makes images. Needs Pillow."""

from __future__ import annotations

from io import BytesIO

from PIL.PngImagePlugin import PngInfo

from mockvod.media.drawing import picture
from mockvod.media.file_spec import FileSpec


def encode(spec: FileSpec) -> bytes:
    """The image as PNG or JPEG."""
    file = BytesIO()
    image = picture((spec.width, spec.height), spec.look)
    if spec.format == "jpg":
        image.save(file, "JPEG", quality=85, comment=spec.title)
    else:
        info = PngInfo()
        info.add_text("Title", spec.title)
        image.save(file, "PNG", pnginfo=info, compress_level=1)  # a plain card is small at any level
    return file.getvalue()
