"""Makes images. Needs Pillow."""

from __future__ import annotations

from io import BytesIO

from PIL.PngImagePlugin import PngInfo

from mockvod.media.drawing import picture
from mockvod.media.file_spec import Asked


def encode(asked: Asked) -> bytes:
    """The image as PNG or JPEG."""
    file = BytesIO()
    image = picture((asked.width, asked.height), asked.look)
    if asked.format == "jpg":
        image.save(file, "JPEG", quality=85, comment=asked.title)
    else:
        info = PngInfo()
        info.add_text("Title", asked.title)
        image.save(file, "PNG", pnginfo=info, compress_level=1)  # a plain card is small at any level
    return file.getvalue()
