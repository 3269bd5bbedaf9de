"""The files themselves: read back with Pillow and PyAV, they are what was asked."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mockvod.media import FileSpec, content_type
from mockvod.media.ready import FOLDER, METADATA, ready_made
from mockvod.validators import validate_response
from mockvod.validators.media_probe import fraction

VIDEO = FileSpec("video", "mp4", 320, 180, 1.5)
SPOKEN = replace(VIDEO, sound=True)
PNG = FileSpec("image", "png", 301, 200)
JPEG = replace(PNG, format="jpg")
MP3 = FileSpec("audio", "mp3", seconds=1.5)
WAV = replace(MP3, format="wav")

ALL = [
    pytest.param(VIDEO, id="video"),
    pytest.param(SPOKEN, id="video-with-sound"),
    pytest.param(PNG, id="png"),
    pytest.param(JPEG, id="jpg"),
    pytest.param(MP3, id="mp3"),
    pytest.param(WAV, id="wav"),
]
ENCODERS = {"audio": "mockvod.media.sounds", "image": "mockvod.media.pictures", "video": "mockvod.media.videos"}


@pytest.fixture
def extra(need: Any) -> None:
    need("media", all(map(find_spec, ("PIL", "av"))), "pip install 'mockvod[media]'")


pytestmark = pytest.mark.usefixtures("extra")


def encode(asked: FileSpec) -> bytes:
    made: bytes = import_module(ENCODERS[asked.kind]).encode(asked)
    return made


once = cache(encode)


def opened(asked: FileSpec) -> Any:
    import av

    return av.open(io.BytesIO(once(asked)), format=asked.format)


def measured(asked: FileSpec) -> dict[str, Any]:
    from mockvod.media.measure import measure

    return measure(asked, once(asked))


# --- what is in them -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(VIDEO, id="wide"),
        pytest.param(replace(VIDEO, width=180, height=320), id="upright"),
        pytest.param(replace(VIDEO, width=854, height=480, seconds=0.5), id="rows-with-padding"),
        pytest.param(replace(VIDEO, width=16, height=16), id="least"),
        pytest.param(replace(VIDEO, width=4096, height=16, seconds=0.1), id="most"),
        pytest.param(replace(VIDEO, seconds=0.1), id="shortest"),
        pytest.param(replace(VIDEO, width=64, height=64, seconds=60.0), id="longest"),
        pytest.param(replace(SPOKEN, seconds=2.25), id="with-sound"),
    ],
)
def test_every_frame_of_a_video_is_there(asked: FileSpec) -> None:
    with opened(asked) as container:
        frames = [(each.width, each.height, each.time) for each in container.decode(video=0)]

    expected = [(asked.width, asked.height, pytest.approx(index / 24)) for index in range(round(asked.seconds * 24))]
    assert frames == expected


def test_video_plays_everywhere() -> None:
    with opened(VIDEO) as container:
        video = container.streams.video[0]
        found = (video.codec_context.name, video.codec_context.pix_fmt, fraction(video.average_rate))

    assert found == ("h264", "yuv420p", 24)


def test_video_can_be_played_while_it_loads() -> None:
    content = once(SPOKEN)

    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_picture_of_a_video_moves() -> None:
    with opened(replace(VIDEO, seconds=1.0)) as container:
        frames = [bytes(each.planes[0]) for each in container.decode(video=0)]

    assert len(set(frames)) == 24


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0, 2.25])
def test_sound_of_a_video_is_as_long_as_its_picture(seconds: float) -> None:
    told = measured(replace(SPOKEN, seconds=seconds))

    assert told["AudioDuration"] == pytest.approx(told["VideoDuration"], abs=0.001)


@pytest.mark.parametrize(
    ("asked", "tracks"), [pytest.param(VIDEO, 0, id="silent"), pytest.param(SPOKEN, 1, id="sound")]
)
def test_video_has_a_sound_track_where_asked(asked: FileSpec, tracks: int) -> None:
    with opened(asked) as container:
        assert [each.codec_context.name for each in container.streams.audio] == ["aac"] * tracks


@pytest.mark.parametrize(
    "asked", [pytest.param(SPOKEN, id="video"), pytest.param(MP3, id="mp3"), pytest.param(WAV, id="wav")]
)
def test_sound_is_heard(asked: FileSpec) -> None:
    with opened(asked) as container:
        assert any(any(bytes(frame.planes[0])) for frame in container.decode(audio=0))


@pytest.mark.parametrize("asked", [pytest.param(MP3, id="mp3"), pytest.param(WAV, id="wav")])
@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.5])
def test_sound_has_the_length(asked: FileSpec, seconds: float) -> None:
    # Old libav counts the encoder's lead-in of an MP3, under two of its frames.
    assert measured(replace(asked, seconds=seconds))["Duration"] == pytest.approx(seconds, abs=2 * 1152 / 44_100)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        pytest.param(PNG, "PNG", id="png"),
        pytest.param(JPEG, "JPEG", id="jpg"),
        pytest.param(replace(PNG, width=16, height=16), "PNG", id="least"),
        pytest.param(replace(PNG, width=4096, height=16), "PNG", id="most"),
    ],
)
def test_picture_has_format_and_size(asked: FileSpec, name: str) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(once(asked))) as image:
        image.load()
        assert (image.format, image.mode, image.size) == (name, "RGB", (asked.width, asked.height))


# --- equal and different -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ALL)
def test_same_wish_gives_the_same_bytes(asked: FileSpec) -> None:
    assert encode(asked) == once(asked)


@pytest.mark.parametrize("asked", [*ALL, pytest.param(replace(PNG, width=16, height=16), id="too-small-for-text")])
def test_another_look_gives_other_bytes(asked: FileSpec) -> None:
    # A whole turn of hues away, so that colour and place are the same.
    assert once(replace(asked, look=asked.look + 36_000)) != once(asked)


def test_colour_follows_from_the_look() -> None:
    from PIL import Image

    def colours(look: int) -> set[Any]:
        with Image.open(io.BytesIO(once(replace(PNG, look=look)))) as image:
            return {colour for count, colour in image.getcolors(maxcolors=image.width * image.height) if count > 500}

    assert len(colours(0) ^ colours(180)) == 2


# --- metadata ------------------------------------------------------------------------------------------------------


def test_metadata_of_a_video_is_measured() -> None:
    told = measured(SPOKEN)

    assert {**told, "Bitrate": 0, "VideoStreamSet": [{**told["VideoStreamSet"][0], "Bitrate": 0}]} == {
        "Size": len(once(SPOKEN)),
        "Container": "mov,mp4,m4a,3gp,3g2,mj2",
        "Bitrate": 0,
        "Height": 180,
        "Width": 320,
        "Duration": 1.5,
        "Rotate": 0,
        "VideoStreamSet": [
            {
                "Bitrate": 0,
                "Height": 180,
                "Width": 320,
                "Codec": "h264",
                "Fps": 24,
                "CodecTag": "avc1",
                "DynamicRangeInfo": {"Type": "SDR", "HDRType": ""},
            }
        ],
        "AudioStreamSet": [{"Bitrate": told["AudioStreamSet"][0]["Bitrate"], "SamplingRate": 44_100, "Codec": "aac"}],
        "VideoDuration": 1.5,
        "AudioDuration": 1.5,
        "Md5": "",
    }


@pytest.mark.parametrize(
    "asked", [pytest.param(VIDEO, id="video"), pytest.param(MP3, id="mp3"), pytest.param(WAV, id="wav")]
)
def test_bit_rate_is_size_by_length(asked: FileSpec) -> None:
    told = measured(asked)

    assert told["Bitrate"] == pytest.approx(told["Size"] * 8 / told["Duration"], rel=0.01)


@pytest.mark.parametrize(
    ("asked", "codec"), [pytest.param(MP3, "mp3", id="mp3"), pytest.param(WAV, "pcm_s16le", id="wav")]
)
def test_metadata_of_a_sound_names_its_codec(asked: FileSpec, codec: str) -> None:
    told = measured(asked)

    assert (told["Container"], [each["Codec"] for each in told["AudioStreamSet"]]) == (asked.format, [codec])


def test_metadata_of_a_picture_is_measured() -> None:
    assert measured(JPEG) == {
        "Size": len(once(JPEG)),
        "Container": "jpeg",
        "Bitrate": 0,
        "Height": 200,
        "Width": 301,
        "Duration": 0.0,
        "Rotate": 0,
        "VideoStreamSet": [],
        "AudioStreamSet": [],
        "VideoDuration": 0.0,
        "AudioDuration": 0.0,
        "Md5": "",
    }


@pytest.mark.parametrize("asked", ALL)
def test_metadata_keeps_the_response_contract(asked: FileSpec) -> None:
    task = {"TaskId": "1", "Output": {"FileInfos": [{"MetaData": measured(asked)}]}}

    findings = validate_response("DescribeTaskDetail", {"AigcVideoTask": task})
    assert [each for each in findings if "MetaData" in each.path] == []


# --- ready-made files ----------------------------------------------------------------------------------------------

READY = {
    f"{kind}.{form}": (kind, form)
    for kind, form in (("audio", "mp3"), ("audio", "wav"), ("image", "jpg"), ("image", "png"), ("video", "mp4"))
}


def test_ready_made_files_are_told_of() -> None:
    files = {each.name for each in Path(FOLDER).iterdir()} - {METADATA}

    assert files == set(READY) == set(json.loads(Path(FOLDER, METADATA).read_text(encoding="utf-8")))


@pytest.mark.parametrize(("kind", "form"), [pytest.param(*each, id=name) for name, each in READY.items()])
def test_ready_made_metadata_is_true(kind: Any, form: str) -> None:
    from mockvod.media.measure import measure

    made = ready_made(kind, form)

    # Releases of libav count the lead-in of an MP3 differently.
    told = measure(FileSpec(kind, form), made.content)
    assert {**told, **dict.fromkeys(("Duration", "AudioDuration", "Bitrate"))} == {
        **made.metadata,
        **dict.fromkeys(("Duration", "AudioDuration", "Bitrate")),
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(VIDEO, "video/mp4", id="video"),
        pytest.param(PNG, "image/png", id="png"),
        pytest.param(JPEG, "image/jpeg", id="jpg"),
        pytest.param(MP3, "audio/mpeg", id="mp3"),
        pytest.param(WAV, "audio/wav", id="wav"),
    ],
)
def test_content_type_is_that_of_the_format(asked: FileSpec, expected: str) -> None:
    assert content_type(asked) == expected
