"""Draws images: a dark card with a disc. The card's text and the disc's colour and place follow from the look."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin

from PIL import Image, ImageDraw

_TURN = 2 * pi


def planes(size: tuple[int, int], strides: tuple[int, ...], look: int, moments: int) -> Iterator[tuple[bytes, ...]]:
    """The frames of one turn of the disc, each as its planes in yuv420p.

    The planes are drawn directly, because converting images would take longer than encoding them.

    Args:
        strides: The bytes in a row of each plane, which may be more than its pixels.
        moments: The number of frames.
    """
    hue = _hue(look)
    # Luma and the two chroma components.
    ground, disc = (40, 128, 128), (150, round(128 + 80 * cos(hue)), round(128 + 80 * sin(hue)))
    shrink = (1, 2, 2)
    cards = [
        Image.new("L", (stride, size[1] // by), level)
        for stride, by, level in zip(strides, shrink, ground, strict=True)
    ]
    _write(cards[0], size, look, 215)
    for moment in range(moments):
        spot = _spot(size, hue + _TURN * moment / moments)
        yield tuple(_with_disc(*each) for each in zip(cards, shrink, [spot] * 3, disc, strict=True))


def picture(size: tuple[int, int], look: int) -> Image.Image:
    """The card as an RGB image."""
    hue = _hue(look)
    image = Image.new("RGB", size, (24, 28, 36))
    colour = tuple(round(150 + 100 * cos(hue + _TURN * third / 3)) for third in range(3))
    ImageDraw.Draw(image).ellipse(_spot(size, hue), fill=colour)
    _write(image, size, look, (215, 215, 215))
    return image


def _hue(look: int) -> float:
    """The angle at which the disc begins its turn, which is also its hue; in radians."""
    return look % 360 / 360 * _TURN


def _spot(size: tuple[int, int], where: float) -> tuple[float, float, float, float]:
    """The bounding square of the disc, which circles around the centre of the card."""
    width, height = size
    radius = min(size) / 8
    x = width / 2 + (width / 2 - 2 * radius) * cos(where)
    y = height / 2 + (height / 2 - 2 * radius) * sin(where)
    return x - radius, y - radius, x + radius, y + radius


def _with_disc(card: Image.Image, shrink: int, spot: tuple[float, ...], level: int) -> bytes:
    image = card.copy()
    left, top, right, bottom = (edge / shrink for edge in spot)
    ImageDraw.Draw(image).ellipse((left, top, right, bottom), fill=level)
    return image.tobytes()


def _write(image: Image.Image, size: tuple[int, int], look: int, colour: int | tuple[int, int, int]) -> None:
    width, height = size
    place = (width // 20, height // 20)
    ImageDraw.Draw(image).text(place, f"mockvod {width}x{height} {look:012x}", fill=colour)
