"""Pictures, videos and sounds against media rules: real files at each limit, one past it, and files meant to harm."""

import functools
import io
import os
import re
import resource
import struct
import subprocess
import sys
import tempfile
import wave
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mockvod.validators import media_probe
from mockvod.validators.contracts import documents
from mockvod.validators.contracts.catalog import UnknownAction
from mockvod.validators.findings import Finding
from mockvod.validators.media import check_against, check_media
from mockvod.validators.media_probe import KINDS, MAX_IMAGE_BYTES, MAX_PIXELS, Media, MediaNotInstalled, media_of

EVIDENCE = {"kind": "documented", "source": "S3", "date": "2026-05-19"}

#: Samples a second.
RATE = 44_100

Build = Callable[[], bytes]


def found(source: "bytes | Path", *, profile: str = "strict", **limits: Any) -> list[str]:
    """The rules that a file violates."""
    return [each.rule for each in check(source, profile=profile, **limits)]


def check(source: "bytes | Path", *, profile: str = "strict", **limits: Any) -> tuple[Finding, ...]:
    return check_against({"value": limits, "evidence": EVIDENCE}, "Url", source, profile=profile)


# --- making files --------------------------------------------------------------------------------------------------


@functools.cache
def picture(width: int, height: int, kind: str = "png") -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, kind)
    return stream.getvalue()


@functools.cache
def film(
    width: int, height: int, seconds: "float | str" = 1, kind: str = "mp4", *, streams: int = 1, **options: str
) -> bytes:
    """A video of two frames with this duration."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film")
        with av.open(str(path), "w", format=kind, options=options) as container:
            rate = Fraction(2) / Fraction(seconds)
            videos = [container.add_stream("mpeg4", rate=rate) for _ in range(streams)]
            for stream in videos:
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            for stream in videos:
                for position in range(2):
                    frame = av.VideoFrame(width, height, "yuv420p")
                    for plane in frame.planes:
                        plane.update(bytes(plane.buffer_size))
                    frame.pts = position
                    container.mux(stream.encode(frame))
                container.mux(stream.encode())
        return path.read_bytes()


@functools.cache
def sound(seconds: float, kind: str = "wav") -> bytes:
    if kind == "wav":
        stream = io.BytesIO()
        with wave.open(stream, "wb") as writer:
            writer.setparams((1, 2, 8000, 0, "NONE", ""))
            writer.writeframes(bytes(2 * int(8000 * seconds)))
        return stream.getvalue()
    import av

    codec, layout = ("libmp3lame", "s16p") if kind == "mp3" else ("aac", "fltp")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sound")
        with av.open(str(path), "w", format=kind) as container:
            stream = container.add_stream(codec, rate=RATE)
            stream.layout = "mono"
            stream.format = layout
            frame = av.AudioFrame(layout, "mono", int(seconds * RATE))
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts = RATE, 0
            fifo = av.AudioFifo()
            fifo.write(frame)
            for each in fifo.read_many(stream.codec_context.frame_size or 1024, partial=True):
                container.mux(stream.encode(each))
            container.mux(stream.encode())
        return path.read_bytes()


def bomb(width: int = 100_000, height: int = 100_000) -> bytes:
    """A PNG of under 100 bytes that claims to be enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(999))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def padded(data: bytes, size: int) -> bytes:
    """A picture with bytes after its end, which decoders ignore."""
    return data + bytes(size - len(data))


def stretched(path: Path, data: bytes, size: int) -> Path:
    """A video or a WAV followed by an empty box or chunk; the file is sparse on the disk."""
    riff = data.startswith(b"RIFF")
    rest = size - len(data)
    path.write_bytes(data + (struct.pack("<4sI", b"JUNK", rest - 8) if riff else struct.pack(">I4s", rest, b"free")))
    os.truncate(path, size)
    return path


# --- each rule at its limit and one past it ------------------------------------------------------------------------

LIMITS: Mapping[str, tuple[dict[str, Any], Build, Build, str]] = {
    # name: rule, a file at the limit, a file past it, the rule that the second violates
    "max_bytes": (
        {"max_bytes": 5000},
        lambda: padded(picture(8, 8), 5000),
        lambda: padded(picture(8, 8), 5001),
        "media_size",
    ),
    "min_width": (
        {"min_width": 300, "min_height": 300},
        lambda: picture(300, 300),
        lambda: picture(299, 300),
        "media_pixels",
    ),
    "min_height": (
        {"min_width": 300, "min_height": 300},
        lambda: picture(300, 300),
        lambda: picture(300, 299),
        "media_pixels",
    ),
    "min_width of a film": ({"min_width": 128}, lambda: film(128, 64), lambda: film(126, 64), "media_pixels"),
    "min_ratio": ({"min_ratio": 0.4}, lambda: picture(400, 1000), lambda: picture(399, 1000), "media_ratio"),
    "max_ratio": ({"max_ratio": 2.5}, lambda: picture(1000, 400), lambda: picture(1001, 400), "media_ratio"),
    "min_ratio, exclusive": (
        {"min_ratio": 0.25, "max_ratio": 4, "ratio_exclusive": True},
        lambda: picture(251, 1000),
        lambda: picture(250, 1000),
        "media_ratio",
    ),
    "max_ratio, exclusive": (
        {"min_ratio": 0.25, "max_ratio": 4, "ratio_exclusive": True},
        lambda: picture(999, 250),
        lambda: picture(1000, 250),
        "media_ratio",
    ),
    "ratios, too wide by over 1 %": (
        {"ratios": ["16:9", "9:16"]},
        lambda: picture(1938, 1080),
        lambda: picture(1940, 1080),
        "media_ratio",
    ),
    "ratios, too high by over 1 %": (
        {"ratios": ["16:9", "9:16"]},
        lambda: picture(1080, 1938),
        lambda: picture(1080, 1940),
        "media_ratio",
    ),
    "resolution": ({"resolution": "1080p"}, lambda: film(1080, 1920), lambda: film(1078, 1920), "media_resolution"),
    "resolution, larger": (
        {"resolution": "1080p"},
        lambda: film(1920, 1080),
        lambda: film(1920, 1082),
        "media_resolution",
    ),
    "min_seconds": ({"min_seconds": 3}, lambda: film(64, 64, 3), lambda: film(64, 64, "2.9"), "media_duration"),
    "min_seconds, last frame left out": (
        {"min_seconds": 3},
        lambda: film(64, 64, "2.95"),
        lambda: film(64, 64, "2.94"),
        "media_duration",
    ),
    "max_seconds": ({"max_seconds": 8}, lambda: film(64, 64, 8), lambda: film(64, 64, "8.1"), "media_duration"),
    "max_seconds, last frame filled up": (
        {"max_seconds": 8},
        lambda: film(64, 64, "8.05"),
        lambda: film(64, 64, "8.06"),
        "media_duration",
    ),
    "max_seconds, exclusive": (
        {"max_seconds": 8, "max_seconds_exclusive": True},
        lambda: film(64, 64, "7.99"),
        lambda: film(64, 64, 8),
        "media_duration",
    ),
    "min_seconds of a sound": ({"min_seconds": 2}, lambda: sound(2), lambda: sound(1.9), "media_duration"),
    "max_seconds of an mp3": (
        {"max_seconds": 2},
        lambda: sound(2, "mp3"),
        lambda: sound(2.2, "mp3"),
        "media_duration",
    ),
    "max_seconds of an m4a": (
        {"max_seconds": 2},
        lambda: sound(2, "ipod"),
        lambda: sound(2.2, "ipod"),
        "media_duration",
    ),
}


@pytest.mark.parametrize(("limits", "at", "past", "rule"), LIMITS.values(), ids=LIMITS)
def test_a_limit_is_kept_and_its_neighbour_is_not(limits: dict[str, Any], at: Build, past: Build, rule: str) -> None:
    assert found(at(), **limits) == []
    assert found(past(), **limits) == [rule]


FILES: Mapping[str, Build] = {
    "jpeg": lambda: picture(16, 16, "jpeg"),
    "png": lambda: picture(16, 16, "png"),
    "webp": lambda: picture(16, 16, "webp"),
    "bmp": lambda: picture(16, 16, "bmp"),
    "gif": lambda: picture(16, 16, "gif"),
    "tiff": lambda: picture(16, 16, "tiff"),
    "mp4": lambda: film(64, 64),
    "mov": lambda: film(64, 64, kind="mov"),
    "avi": lambda: film(64, 64, kind="avi"),
    "mkv": lambda: film(64, 64, kind="matroska"),
    "flv": lambda: b"FLV\x01\x05\0\0\0\x09\0\0\0\0",
    "mp3": lambda: sound(0.5, "mp3"),
    "wav": lambda: sound(0.5),
    "m4a": lambda: sound(0.5, "ipod"),
    "aac": lambda: sound(0.5, "adts"),
    "glb": lambda: b"glTF" + struct.pack("<II", 2, 12),
    "obj": lambda: b"# a point\n\nv 0 0 0\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_the_format_is_that_of_the_content(kind: str) -> None:
    others = sorted(FILES.keys() - {kind})

    assert found(FILES[kind](), formats=[kind]) == []
    assert found(FILES[kind](), formats=others) == ["media_format"]


@pytest.mark.parametrize("wanted", ["jpg", "jpeg"])
def test_jpg_and_jpeg_are_one_format(wanted: str) -> None:
    assert found(picture(16, 16, "jpeg"), formats=[wanted]) == []


@pytest.mark.parametrize("kind", ["image", "video", "audio", "mesh"])
def test_without_formats_the_kind_decides(kind: str) -> None:
    fitting = [name for name, build in FILES.items() if not found(build(), kind=kind)]

    assert fitting == [name for name in FILES if KINDS[name] == kind]


def test_a_png_named_mp4_is_a_png(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(picture(16, 16))

    assert check(path, formats=["mp4", "mov"]) == (
        Finding(
            "Url",
            "media_format",
            "InvalidParameter.MediaFormat",
            "Url: the content is png, whatever the file is called; convert it to mp4 or mov",
            "error",
            "documented, S3 2026-05-19; code documented for tasks",
        ),
    )


def test_a_path_may_be_text_or_a_path(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(picture(16, 16))
    rule = {"value": {"min_width": 17}, "evidence": EVIDENCE}

    by_text, by_path = check_against(rule, "Url", str(path)), check_against(rule, "Url", path)

    assert by_text == by_path == check_against(rule, "Url", picture(16, 16))


@pytest.mark.parametrize(("brand", "kind"), [(b"qt  ", "mov"), (b"isom", "mp4"), (b"M4V ", "mp4"), (b"M4A ", "m4a")])
def test_the_major_brand_tells_mov_from_mp4(brand: bytes, kind: str) -> None:
    assert media_probe.recognised(film(64, 64)[:8] + brand) == kind


def test_a_mov_from_before_brands_is_a_mov() -> None:
    assert found(re.sub(rb"^....ftyp", b"\0\0\0\x14skip", film(64, 64, kind="mov")), formats=["mov"]) == []


def test_a_sound_in_an_mp4_is_an_m4a_where_no_mp4_is_taken() -> None:
    assert found(sound(0.5, "mp4"), formats=["mp3", "m4a"]) == []
    assert found(film(64, 64), formats=["mp3", "m4a"]) == ["media_format"]


# --- streams -------------------------------------------------------------------------------------------------------


def test_a_video_without_a_video_stream_is_refused() -> None:
    assert found(sound(0.5, "mp4"), kind="video", formats=["mp4"]) == ["media_format"]


def test_a_sound_without_a_sound_stream_is_refused() -> None:
    assert found(film(64, 64), kind="audio", formats=["mp3", "mp4"]) == ["media_format"]


def test_where_sounds_and_films_are_taken_the_sound_counts() -> None:
    formats = ["mp3", "wav", "mp4", "mov"]

    assert found(sound(0.5, "mp4"), formats=formats) == []
    assert found(film(64, 64), formats=formats) == ["media_format"]


def test_two_video_streams_are_a_warning() -> None:
    (finding,) = check(film(64, 64, streams=2), formats=["mp4"], kind="video")

    assert (finding.rule, finding.severity) == ("media_format", "warning")
    assert finding.evidence.startswith("assumed")


def test_the_cover_of_a_sound_is_no_video() -> None:
    content = b"\0image/png\0\x03\0" + picture(16, 16)
    frame = b"APIC" + struct.pack(">IH", len(content), 0) + content
    tag = b"ID3\x03\0\0" + struct.pack(">BBBB", 0, 0, len(frame) >> 7, len(frame) & 127)

    media = media_of(io.BytesIO(tag + frame + sound(0.5, "mp3")))

    assert (media.format, media.fault, media.videos, media.sounds, media.width) == ("mp3", "", 0, 1, None)


# --- bad and hostile data ------------------------------------------------------------------------------------------


def film_of_pictures(kind: str) -> bytearray:
    import av

    stream = io.BytesIO()
    with av.open(stream, "w", format="mov") as container:
        video = container.add_stream(kind, rate=1)
        video.width = video.height = 64
        video.pix_fmt = {"png": "rgb24", "mjpeg": "yuvj420p"}[kind]
        container.mux(video.encode(av.VideoFrame(64, 64, video.pix_fmt)))
        container.mux(video.encode())
    return bytearray(stream.getvalue())


def bomb_in_a_film(kind: str) -> bytes:
    """A MOV whose only frame claims 60,000 x 60,000 px."""
    data, side = film_of_pictures(kind), 60_000
    if kind == "png":
        at = data.index(b"IHDR")
        data[at + 4 : at + 12] = struct.pack(">II", side, side)
        data[at + 17 : at + 21] = struct.pack(">I", zlib.crc32(data[at : at + 17]))
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", side, side)
    return bytes(data)


def greedy_wav() -> bytes:
    """A file with a title that claims 2 GB, which libav would allocate at once."""
    return sound(0.5).replace(
        b"data", b"LIST" + struct.pack("<I", 2**31 - 9) + b"INFOINAM" + struct.pack("<I", 2**31 - 99)
    )


def greedy_mp4() -> bytes:
    return film(64, 64) + struct.pack(">I4sI4s", 2**32 - 9, b"udta", 2**32 - 99, b"\xa9nam") + bytes(99)


BAD: Mapping[str, Build] = {
    "empty": lambda: b"",
    "one byte": lambda: b"\0",
    "garbage": lambda: bytes(range(256)) * 40,
    "text": lambda: b"https://example.com/a.png",
    "a playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "mp4 without its end": lambda: film(64, 64)[:-1],
    "mp4 without its half": lambda: film(64, 64)[: len(film(64, 64)) // 2],
    "mp4 with its index first, without its end": lambda: film(64, 64, movflags="faststart")[:-1],
    "mp4 of its first part": lambda: film(64, 64)[:32],
    "fragmented mp4 without its half": lambda: film(64, 64, movflags="frag_keyframe+empty_moov")[:900],
    "avi without its half": lambda: film(64, 64, kind="avi")[: len(film(64, 64, kind="avi")) // 2],
    "avi without the end of its last frame": lambda: film(64, 64, kind="avi").partition(b"idx1")[0][:-10],
    "mp3 of its header": lambda: sound(0.5, "mp3")[:60],
    "glb without its end": lambda: b"glTF" + struct.pack("<II", 2, 13),
    **{f"{kind} without its half": functools.partial(lambda kind: picture(64, 64, kind)[:-40], kind)
       for kind in ("jpeg", "png", "webp", "bmp", "gif")},
    **{f"{kind} of its magic": functools.partial(lambda kind: picture(64, 64, kind)[:14], kind)
       for kind in ("jpeg", "png", "webp", "bmp", "gif")},
    "png that claims more than it has": lambda: bomb(9000, 9000),
    "film of a PNG bomb": lambda: bomb_in_a_film("png"),
    "film of a JPEG bomb": lambda: bomb_in_a_film("mjpeg"),
    "mp4 of no streams": lambda: film(64, 64)[:32] + struct.pack(">I4s", 8, b"free"),
    "mp4 of no frames": lambda: film(64, 64, movflags="frag_keyframe+empty_moov").partition(b"moof")[0][:-4],
    "mp4 that names 2**60": lambda: film(64, 64) + struct.pack(">I4sQ", 1, b"free", 2**60),
    "mp4 whose index has no end": lambda: film(64, 64) + struct.pack(">I4s", 0, b"udta"),
    "wav of countless parts": lambda: sound(0.5) + bytes(2_000_000),
    "wav that names 2 GB": greedy_wav,
    "mp4 that names 4 GB": greedy_mp4,
}  # fmt: skip


@pytest.mark.parametrize("build", BAD.values(), ids=BAD)
def test_bad_data_are_a_finding_about_the_format(build: Build) -> None:
    data = build()
    formats = [media_probe.recognised(data) or "png"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert found(data, formats=formats)[:1] == ["media_format"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # KB


def test_a_decompression_bomb_is_refused_by_its_pixels_alone() -> None:
    (finding,) = check(bomb(), formats=["png"], min_width=300)

    assert finding.rule == "media_pixels"
    assert "100000x100000 px are more than the 134,217,728 pixels that are decoded" in finding.message


@pytest.mark.parametrize(("height", "oversized"), [(8192, False), (8193, True)])
def test_pixels_are_decoded_up_to_a_bound(height: int, oversized: bool) -> None:
    assert Media(1, "png", width=MAX_PIXELS // 8192, height=height).oversized is oversized


class Watched(io.BytesIO):
    """A stream that counts the bytes that are read from it."""

    taken = 0

    def read(self, size: "int | None" = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_a_file_that_is_too_large_is_not_read() -> None:
    stream = Watched(padded(picture(16, 16), 1_000_000))

    assert media_of(stream, max_bytes=999_999) == Media(1_000_000, "png")
    assert stream.taken <= 4096


def test_size_and_format_of_a_file_that_is_too_large_are_both_told(tmp_path: Path) -> None:
    path = stretched(tmp_path / "film", film(64, 64), 200_000_001)

    assert found(path, max_bytes=200_000_000, formats=["avi"], min_width=128) == ["media_format", "media_size"]


def test_a_picture_without_a_limit_is_read_up_to_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(picture(16, 16, "webp"))
    os.truncate(path, MAX_IMAGE_BYTES + 1)

    assert found(path, min_width=300) == ["media_size"]


def test_a_film_without_a_limit_is_read_whole(tmp_path: Path) -> None:
    assert found(stretched(tmp_path / "film", film(64, 64), MAX_IMAGE_BYTES + 1), max_seconds=5) == []


def test_a_recorder_that_never_wrote_the_length_is_forgiven() -> None:
    data = re.sub(rb"(?s)(RIFF|data)....", lambda found: found[1] + b"\xff" * 4, sound(0.5))

    assert found(data, formats=["wav"], max_seconds=1) == []


def test_long_lengths_are_understood() -> None:
    assert found(film(64, 64) + struct.pack(">I4sQ", 1, b"free", 24) + bytes(8), formats=["mp4"]) == []


def test_titles_may_be_in_any_encoding() -> None:
    assert found(film(64, 64).replace(b"Lavf", b"\xff\xfe\xfd\xfc"), formats=["mp4"]) == []


@pytest.mark.parametrize("kind", ["mp3", "wav"])
def test_a_sound_that_was_cut_off_is_as_long_as_what_is_left(kind: str) -> None:
    whole = sound(4, kind)

    media = media_of(io.BytesIO(whole[: len(whole) // 2]))

    assert (media.fault, media.seconds) == ("", pytest.approx(2, abs=0.1))


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "absent", max_bytes=1)


# --- findings and profiles -----------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_told() -> None:
    findings = check(picture(100, 20), formats=["jpg"], min_width=300, min_height=300, max_ratio=2.5, min_ratio=0.4)

    assert [(each.rule, each.code, each.message) for each in findings] == [
        (
            "media_format",
            "InvalidParameter.MediaFormat",
            "Url: the content is png, whatever the file is called; convert it to jpeg",
        ),
        ("media_pixels", "InvalidParameter", "Url: 100x20 px are less than 300x300; send a larger one"),
        (
            "media_ratio",
            "InvalidParameter",
            "Url: 100x20 px is width/height 5, not between 0.4 and 2.5, bounds included; crop or pad it",
        ),
    ]


def test_lenient_makes_warnings() -> None:
    (finding,) = check(picture(16, 16), min_width=17, profile="lenient")

    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("profile", "extra", "severities"),
    [
        ("lenient", {"lenient": "error"}, ["error"]),
        ("lenient", {"lenient": "off"}, []),
        ("strict", {"lenient": "off"}, ["error"]),
        ("strict", {"severity": "warning"}, ["warning"]),
    ],
    ids=["lenient error", "lenient off", "strict, lenient off", "strict warning"],
)
def test_the_rule_may_name_its_severity(profile: str, extra: dict[str, str], severities: list[str]) -> None:
    rule = {"value": {"min_width": 17}, "evidence": EVIDENCE, **extra}

    assert [each.severity for each in check_against(rule, "Url", picture(16, 16), profile=profile)] == severities


def test_the_rule_may_name_its_code() -> None:
    rule = {"value": {"min_width": 17}, "evidence": EVIDENCE, "code": "FailedOperation"}

    assert [each.code for each in check_against(rule, "Url", picture(16, 16))] == ["FailedOperation"]


def test_another_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="neither 'strict' nor 'lenient'"):
        check(b"", profile="loose")


# --- the extra -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["av", "PIL.Image"])
def test_without_the_extra_the_error_names_it(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MediaNotInstalled, match=r"pip install 'mockvod\[media\]'") as caught:
        check(picture(16, 16), max_bytes=1)
    assert isinstance(caught.value, ImportError)


def test_importing_the_check_imports_no_decoder() -> None:
    code = "import sys, mockvod.validators.media; sys.exit(bool({'PIL', 'av'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the contracts -------------------------------------------------------------------------------------------------

RULES = {
    f"{action}.{path}": (action, path, rule["media"]["value"])
    for action in sorted(documents.names("actions"))
    for path, rule in documents.read("actions", f"{action}.json").get("members", {}).items()
    if "media" in rule
}

#: The limits of the pages of 2026-05-19 and 2026-05-20, in megabytes, pixels and seconds.
SEEDS: Mapping[str, tuple[set[str], int | None, int | None, tuple[float, float] | None]] = {
    # member: formats, megabytes, least side, seconds
    "CreateAigcAdvancedCustomElement.ElementVideoList": ({"mp4", "mov"}, 200, None, (3, 8)),
    "CreateAigcCustomElement.ElementFrontalImage": ({"jpeg", "png"}, 10, 300, None),
    "CreateAigcCustomElement.ElementReferList.ImageUrl": ({"jpeg", "png"}, 10, 300, None),
    "CreateAigcSubject.SubjectImages": ({"jpeg", "png", "webp"}, 50, None, None),
    "CreateAigcSubject.SubjectVideos": ({"mp4", "mov", "avi"}, 100, 128, (0, 5)),
    "CreateAigcVideoTask.FileInfos.Url": ({"jpeg", "png"}, 10, None, None),
    "CreateAigcVideoTask.LastFrameFileId": ({"jpeg", "png", "webp"}, 10, None, None),
    "CreateAigcVideoTask.LastFrameUrl": ({"jpeg", "png", "webp"}, 5, None, None),
    "CreateAigcVideoTask.SubjectInfos.ImageUrls": ({"jpeg", "png", "webp"}, None, 128, None),
    "CreateAigcVideoTask.SubjectInfos.VideoUrls": ({"mp4", "mov", "avi"}, None, 128, (0, 5)),
}


@dataclass(frozen=True)
class Sample:
    """The properties of a file that keeps every limit of a rule but the one in question."""

    kind: str
    width: int
    height: int
    seconds: float
    silent: bool = True
    size: int | None = None

    @classmethod
    def fitting(cls, limits: Mapping[str, Any]) -> "Sample":
        side = max(limits.get("min_width", 64), limits.get("min_height", 64))
        size = (1920, 1080) if "resolution" in limits else (1600, 900) if "ratios" in limits else (side, side)
        usual = {"image": "png", "video": "mp4", "audio": "wav", "mesh": "glb"}
        formats = limits.get("formats", [usual[limits.get("kind", "video")]])
        kind = next((each for each in usual.values() if each in formats and each != "mp4"), formats[0])
        least, most = limits.get("min_seconds", 0.5), limits.get("max_seconds", 10)
        silent = not any(KINDS.get(each) == "audio" for each in formats)
        return cls(kind, *size, min(least + 1, most - 0.1), silent)

    def write(self, path: Path) -> Path:
        if KINDS[self.kind] == "audio" or not self.silent:
            data = sound(self.seconds, {"m4a": "ipod"}.get(self.kind, self.kind))
        elif KINDS[self.kind] == "video":
            data = film(self.width, self.height, str(self.seconds), self.kind)
        elif KINDS[self.kind] == "image":
            data = picture(self.width, self.height, self.kind)
        else:
            data = FILES[self.kind]()
        if self.size is not None and KINDS[self.kind] != "image":
            return stretched(path, data, self.size)
        path.write_bytes(data)
        os.truncate(path, self.size or len(data))
        return path


def pair(name: str, limits: Mapping[str, Any]) -> tuple[Sample, Sample, str]:
    """A file at a limit, one past it, and the rule that the second violates."""
    fitting, limit = Sample.fitting(limits), limits[name]
    at_bound = int(limits.get("ratio_exclusive", False))
    match name:
        case "max_bytes":
            return replace(fitting, size=limit), replace(fitting, size=limit + 1), "media_size"
        case "min_width":
            return replace(fitting, width=limit), replace(fitting, width=limit - 2), "media_pixels"
        case "min_height":
            return replace(fitting, height=limit), replace(fitting, height=limit - 2), "media_pixels"
        case "min_ratio" | "max_ratio":
            sides = {"min_ratio": (round(2000 * limit), 2000), "max_ratio": (2000, round(2000 / limit))}[name]
            longer = 1 if name == "min_ratio" else 0
            at, past = list(sides), list(sides)
            at[longer] -= 2 * at_bound
            past[longer] += 2 * (1 - at_bound)
            return (
                replace(fitting, width=at[0], height=at[1]),
                replace(fitting, width=past[0], height=past[1]),
                "media_ratio",
            )
        case "min_seconds":
            return replace(fitting, seconds=limit), replace(fitting, seconds=limit - 0.1), "media_duration"
        case "max_seconds":
            inside = limit - 0.1 if limits.get("max_seconds_exclusive") else limit
            return replace(fitting, seconds=inside), replace(fitting, seconds=limit + 0.1), "media_duration"
        case "resolution":
            return fitting, replace(fitting, width=1280, height=720), "media_resolution"
        case "ratios":
            wide = replace(fitting, width=fitting.height * 16 // 9)
            return wide, replace(wide, width=wide.width + 40), "media_ratio"
    raise AssertionError(f"no file is made for {name}")


LIMITING = {
    f"{member}: {name}": (member, name)
    for member, (_, _, limits) in RULES.items()
    for name in limits
    if name not in ("kind", "formats", "ratio_exclusive", "max_seconds_exclusive")
    and not (name == "min_seconds" and not limits[name])
}


@pytest.mark.parametrize(("member", "name"), LIMITING.values(), ids=LIMITING)
def test_each_limit_of_a_contract_is_kept_and_its_neighbour_is_not(member: str, name: str, tmp_path: Path) -> None:
    action, path, limits = RULES[member]
    at, past, rule = pair(name, limits)

    assert check_media(action, path, at.write(tmp_path / "at")) == ()
    assert [each.rule for each in check_media(action, path, past.write(tmp_path / "past"))] == [rule]


@pytest.mark.parametrize("member", RULES)
def test_each_format_of_a_contract_is_taken_and_no_other(member: str, tmp_path: Path) -> None:
    action, path, limits = RULES[member]
    fitting = Sample.fitting(limits)
    wanted = {{"jpg": "jpeg"}.get(each, each) for each in limits.get("formats", ())}

    assert wanted <= FILES.keys()
    for kind in wanted:
        assert check_media(action, path, replace(fitting, kind=kind).write(tmp_path / "right")) == (), kind
    for kind in FILES.keys() - wanted if wanted else ():
        (tmp_path / "wrong").write_bytes(FILES[kind]())
        findings = check_media(action, path, tmp_path / "wrong")
        assert [each.code for each in findings if each.rule == "media_format"] == ["InvalidParameter.MediaFormat"], kind


@pytest.mark.parametrize("member", SEEDS)
def test_the_seeds_say_what_their_pages_say(member: str) -> None:
    plain = {re.sub(r"\[\]", "", each): limits for each, (_, _, limits) in RULES.items()}
    formats, megabytes, side, seconds = SEEDS[member]
    limits = plain[member]

    assert {{"jpg": "jpeg"}.get(each, each) for each in limits["formats"]} == formats
    assert limits.get("max_bytes") in ((megabytes * 10**6, megabytes * 2**20) if megabytes else (None,))
    assert (limits.get("min_width"), limits.get("min_height")) == (side, side)
    assert (limits.get("min_seconds", 0), limits.get("max_seconds")) == (seconds or (0, None))


@pytest.mark.parametrize("member", ["FileInfos.Url", "FileInfos[].Url", "FileInfos.0.Url", "FileInfos.12.Url"])
def test_a_member_may_be_named_with_or_without_positions(member: str) -> None:
    findings = check_media("CreateAigcVideoTask", member, b"")

    assert [(each.path, each.rule) for each in findings] == [(member, "media_format")]


def test_a_member_without_media_rules_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(ValueError, match=r"Prompt has no media rules; those that have: .*LastFrameUrl"):
        check_media("CreateAigcVideoTask", "Prompt", b"")


def test_an_action_without_media_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="those that have: no member has"):
        check_media("DescribeTaskDetail", "TaskId", b"")


def test_an_unknown_action_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownAction, match="CreateAigcSubject"):
        check_media("CreateAigcSubjekt", "SubjectImages", b"")


# --- conflicts and ambiguities of the contracts --------------------------------------------------------------------


@pytest.mark.parametrize("sides", [(250, 1000), (1000, 250)], ids=["1:4", "4:1"])
@pytest.mark.parametrize(
    "member",
    [
        "CreateAigcSubject.SubjectImages",
        "CreateAigcVideoTask.SubjectInfos.ImageUrls",
    ],
)
def test_a_su_ratio(member: str, sides: tuple[int, int]) -> None:
    """Strict excludes the bounds; lenient includes them, and warns about what lies beyond."""
    action, path = member.split(".", 1)
    at, beyond = picture(*sides), picture(*(each + 10 * (each == 1000) for each in sides))

    assert [each.rule for each in check_media(action, path, at)] == ["media_ratio"]
    assert check_media(action, path, at, profile="lenient") == ()
    assert [each.severity for each in check_media(action, path, beyond, profile="lenient")] == ["warning"]


@pytest.mark.parametrize(("seconds", "severities"), [("1", []), ("5", []), ("5.1", ["error"])])
def test_a_su_5s(seconds: str, severities: list[str]) -> None:
    """Five seconds are the greatest duration, not the only one."""
    findings = check_media("CreateAigcSubject", "SubjectVideos", film(128, 128, seconds))

    assert [each.severity for each in findings] == severities


@pytest.mark.parametrize(
    ("member", "size", "kind", "rules"),
    [
        ("FileInfos.0.Url", 9_999_999, "png", []),
        ("FileInfos.0.Url", 10_485_761, "png", ["media_size"]),
        ("FileInfos.0.Url", 5_000, "webp", ["media_format"]),
        ("LastFrameFileId", 9_999_999, "png", []),
        ("LastFrameFileId", 10_485_761, "png", ["media_size"]),
        ("LastFrameFileId", 5_000, "webp", []),
        ("LastFrameUrl", 4_999_999, "png", []),
        ("LastFrameUrl", 5_242_881, "png", ["media_size"]),
        ("LastFrameUrl", 5_000, "webp", []),
    ],
)
def test_a_vt_lfsize(member: str, size: int, kind: str, rules: list[str]) -> None:
    """Each member has sizes and formats of its own; lenient checks none of them."""
    data = padded(picture(320, 320, kind), size)

    assert [each.rule for each in check_media("CreateAigcVideoTask", member, data)] == rules
    assert check_media("CreateAigcVideoTask", member, b"", profile="lenient") == ()


def test_a_ae_url() -> None:
    """Findings about media have the codes that a failed task has."""
    (finding,) = check_media("CreateAigcAdvancedCustomElement", "ElementVideoList", film(1280, 720, 4, kind="avi"))[:1]

    assert (finding.rule, finding.code) == ("media_format", "InvalidParameter.MediaFormat")
