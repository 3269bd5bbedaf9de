"""Films of which something is missing or left open."""

from __future__ import annotations

import io
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mockvod.validators import media
from mockvod.validators.media import check_against
from mockvod.validators.media_probe import Media, media_of

EVIDENCE = {"kind": "documented", "source": "S3", "date": "2026-05-19"}


def rules(source: bytes, **limits: Any) -> list[str]:
    return [each.rule for each in check_against({"value": limits, "evidence": EVIDENCE}, "Url", source)]


@pytest.fixture(scope="module")
def film() -> bytes:
    import av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film")
        with av.open(str(path), "w", format="mp4") as container:
            stream = container.add_stream("mpeg4", rate=Fraction(2))
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            for position in range(2):
                frame = av.VideoFrame(64, 64, "yuv420p")
                for plane in frame.planes:
                    plane.update(bytes(plane.buffer_size))
                frame.pts = position
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path.read_bytes()


@pytest.mark.parametrize(
    ("box", "fault"),
    [
        pytest.param(b"free", "", id="padding"),
        pytest.param(b"udta", "it is cut off or damaged", id="index"),
    ],
)
def test_a_last_part_that_goes_to_the_end_of_the_file(film: bytes, box: bytes, fault: str) -> None:
    """Its length is 0. Of an index, libav would set aside whatever it says."""
    assert media_of(io.BytesIO(film + bytes(4) + box)).fault == fault


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(Media(9, "mp4", videos=1, sounds=0), ["media_duration"], id="tells-none"),
        pytest.param(Media(9, "mp4", videos=1, sounds=0, seconds=5), [], id="tells-one"),
        pytest.param(Media(9, "mp4", fault="broken", videos=1, sounds=0), ["media_format"], id="broken"),
    ],
)
def test_a_film_has_to_tell_how_long_it_is(monkeypatch: pytest.MonkeyPatch, found: Media, expected: list[str]) -> None:
    monkeypatch.setattr(media, "media_of", lambda *args, **options: found)

    assert rules(b"", max_seconds=5) == expected


def test_where_no_length_is_asked_for_none_has_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "media_of", lambda *args, **options: Media(9, "mp4", videos=1, sounds=0))

    assert rules(b"", max_bytes=10) == []
