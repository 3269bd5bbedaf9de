"""Finds out what a picture, video or sound is from its content: format, pixels, length and streams, in bounded work.

Nothing that the data merely claim is trusted. The format comes from the first bytes, and only the decoder of that
format gets the data. No other parser of Pillow or libav is reached, and so no playlist that names other files. The
number of pixels is checked before anything is decoded, and of a video one frame of each stream is decoded.
"""

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from mockvod.validators.errors import NotInstalledError

if TYPE_CHECKING:
    import av.container
    import av.video.stream
    import PIL.ImageFile

#: The most pixels that are decoded: half a GB at 4 bytes a pixel. The largest cameras take 102 million.
MAX_PIXELS = 2**27

#: The most pixels that are decoded of a WebP: libwebp keeps four pictures of that size, and a file of 34 bytes can hold
#: one. A larger WebP is only opened, which shows whether it was cut off.
_MAX_WEBP_PIXELS = MAX_PIXELS // 4

#: The most bytes that are read of a picture, because Pillow reads a WebP as a whole. Published rules allow up to 50 MB.
MAX_IMAGE_BYTES = 2**28

_HEAD_BYTES = 4096

#: Format -> what a file of it holds, as far as the format tells. Formats without a decoder below are only recognised.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("jpeg", "png", "webp", "bmp", "gif", "tiff", "heic", "avif"), "image"),
    **dict.fromkeys(("mp4", "mov", "3gp", "avi", "mkv", "flv"), "video"),
    **dict.fromkeys(("m4a", "mp3", "wav", "flac", "ogg", "aac"), "audio"),
    **dict.fromkeys(("glb", "obj"), "mesh"),
}

_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\xff\xd8\xff", "jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"RIFF....WEBP", "webp"),
        (rb"RIFF....AVI ", "avi"),
        (rb"(RIFF|RF64)....WAVE", "wav"),
        (rb"....ftypqt  ", "mov"),
        (rb"....ftypM4[AB] ", "m4a"),
        (rb"....ftyp(hei|hev|mif1|msf1)", "heic"),
        (rb"....ftypavi[fs]", "avif"),
        (rb"....ftyp3g", "3gp"),
        (rb"....ftyp", "mp4"),
        (rb"....(moov|mdat|wide|free|skip|pnot)", "mov"),  # QuickTime files that are older than the brand
        (rb"ID3", "mp3"),
        # The header of a frame: version 1, 2 or 2.5, layer III, and no reserved bit rate or sampling rate.
        (rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\x0c-\x0f\x1c-\x1f\xf0-\xff]", "mp3"),
        (rb"\xff[\xf0\xf1\xf8\xf9]", "aac"),
        (rb"GIF8[79]a", "gif"),
        (rb"BM....\0\0\0\0", "bmp"),
        (rb"II\*\0|MM\0\*", "tiff"),
        (rb"\x1a\x45\xdf\xa3", "mkv"),
        (rb"FLV\x01", "flv"),
        (rb"fLaC", "flac"),
        (rb"OggS", "ogg"),
        (rb"glTF", "glb"),
    )
)

#: The most top-level boxes of an MP4, or chunks of a RIFF file, that are walked: a file of nothing but tiny ones would
#: take minutes. A fragmented film of ten hours has 72,000.
_MAX_PARTS = 100_000

#: Boxes of an MP4 that libav reads into memory.
_INDEX_PARTS = frozenset((b"moov", b"moof", b"udta", b"meta"))

_OBJ_WORDS = frozenset(b"v vt vn vp f l p o g s mtllib usemtl".split())


@dataclass(frozen=True, slots=True)
class Media:
    """What was found out about a file. Numbers are None where the format has none, or the data are too broken."""

    #: In bytes.
    size: int
    #: A key of `KINDS`; empty where no format was recognised.
    format: str
    #: Why the content could not be decoded; empty where it could, or where its format is only recognised.
    fault: str = ""
    #: As stored, before any rotation by EXIF or by a video's display matrix.
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    #: How many streams of video, without cover pictures, and of sound; None unless a container could be opened.
    videos: int | None = None
    sounds: int | None = None

    @property
    def oversized(self) -> bool:
        """Whether there are too many pixels to decode."""
        return (self.width or 0) * (self.height or 0) > MAX_PIXELS


class MediaNotInstalled(NotInstalledError):
    """Pillow or PyAV is missing; the message names the extra `media`."""


def media_of(stream: IO[bytes], max_bytes: int | None = None) -> Media:
    """Finds out what a stream holds. Broken data lead to a `fault`, not to an exception.

    Args:
        stream: A seekable stream of bytes, read from its start.
        max_bytes: Of a larger file only size and format are found out.

    Raises:
        MediaNotInstalled: Pillow or PyAV is missing.
    """
    try:
        # Imported here because they are slow, and always both, so that the error does not depend on the file.
        for name in ("av", "PIL.Image"):
            import_module(name)
    except ImportError as error:
        raise MediaNotInstalled(
            f"checking media needs Pillow and av ({error}); install them with: pip install 'mockvod[media]'"
        ) from error
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    found = Media(size, recognised(stream.read(_HEAD_BYTES)))
    stream.seek(0)
    if found.format in _PICTURE_DECODERS and size > MAX_IMAGE_BYTES:
        max_bytes = 0
    if max_bytes is not None and size > max_bytes:
        return found
    look = (
        _probe_picture
        if found.format in _PICTURE_DECODERS
        else _probe_stream
        if found.format in _STREAM_FORMATS
        else _probe_other
    )
    try:
        for known in look(stream, found):  # each step finds out more; if one fails, the one before it counts
            found = known
    except Exception as error:  # noqa: BLE001  # decoders raise exceptions of many classes for broken data
        # str() of an error of libav ends with the name of the file, which there is not.
        fault = str(getattr(error, "strerror", None) or error) or type(error).__name__
        return replace(found, fault=fault)
    return found


def recognised(head: bytes) -> str:
    """The format whose signature the content begins with; empty for none."""
    for pattern, name in _SIGNATURES:
        if pattern.match(head):
            return name
    for line in head.splitlines():
        words = line.split()
        if words and not words[0].startswith(b"#"):
            return "obj" if words[0] in _OBJ_WORDS else ""
    return ""


def _probe_other(stream: IO[bytes], found: Media) -> Iterator[Media]:
    if found.format == "glb" and int.from_bytes(stream.read(12)[8:], "little") > found.size:
        yield replace(found, fault="it is shorter than its header says")


# --- pictures ------------------------------------------------------------------------------------------------------


def _probe_picture(stream: IO[bytes], found: Media) -> Iterator[Media]:
    # The plugin itself is called, because Image.open tries other formats too, and warns by a global limit.
    with _PICTURE_DECODERS[found.format]()(stream) as image:
        found = replace(found, width=image.width, height=image.height)
        yield found
        if not found.oversized and (found.format != "webp" or image.width * image.height <= _MAX_WEBP_PIXELS):
            image.draft(
                None, (1, 1)
            )  # a JPEG is then decoded at an eighth of its size: as thorough, with 64 times fewer pixels
            image.load()


def _jpeg() -> "type[PIL.ImageFile.ImageFile]":
    from PIL.JpegImagePlugin import JpegImageFile

    return JpegImageFile


def _png() -> "type[PIL.ImageFile.ImageFile]":
    from PIL.PngImagePlugin import PngImageFile

    return PngImageFile


def _webp() -> "type[PIL.ImageFile.ImageFile]":
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile


def _bmp() -> "type[PIL.ImageFile.ImageFile]":
    from PIL.BmpImagePlugin import BmpImageFile

    return BmpImageFile


def _gif() -> "type[PIL.ImageFile.ImageFile]":
    from PIL.GifImagePlugin import GifImageFile

    return GifImageFile


_PICTURE_DECODERS: Mapping[str, "Callable[[], type[PIL.ImageFile.ImageFile]]"] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "bmp": _bmp,
    "gif": _gif,
}


# --- video and sound -----------------------------------------------------------------------------------------------

#: Formats of containers; their names are also those of libav's demuxers.
_STREAM_FORMATS = frozenset(("mp4", "mov", "m4a", "3gp", "avi", "mp3", "wav"))

_CUT_OFF = "it is cut off or damaged"


def _claims_too_many_bytes(stream: IO[bytes], found: Media) -> bool:
    """Whether a box or a chunk claims more bytes than the file has.

    libav would allocate them: 2 GB for a file of 50 KB.
    """
    riff = found.format in ("avi", "wav")
    if found.format == "mp3":
        return False
    position = 0
    for _ in range(_MAX_PARTS):
        stream.seek(position)
        head = stream.read(16)
        if len(head) < 8:
            return False
        if riff:
            part, length = head[:4], 8 + int.from_bytes(head[4:8], "little")
            if part in (b"RIFF", b"RF64"):
                length = 12
            elif part == b"data" or head[8:12] == b"movi":
                length = min(length, found.size - position)  # a recorder to a pipe cannot go back and write the length
            length += length & 1
        else:
            part, length = head[4:8], int.from_bytes(head[:4], "big")
            if length == 0:  # the box reaches to the end of the file
                return part in _INDEX_PARTS
            if length == 1:
                length = int.from_bytes(head[8:], "big")
            if length < 8:
                return False  # libav stops here as well
        position += length
        if position > found.size + riff:
            return True
    return True


def _probe_stream(stream: IO[bytes], found: Media) -> Iterator[Media]:
    import av

    if _claims_too_many_bytes(stream, found):
        yield replace(found, fault=_CUT_OFF)
        return
    stream.seek(0)
    # max_pixels, because libav decodes while it opens a file whose header is incomplete.
    options = {"max_pixels": str(MAX_PIXELS)}
    # PyAV before 19 raises an exception for a text that is not UTF-8.
    old: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}
    with av.open(stream, "r", format=found.format, options=options, **old) as container:
        videos = [each for each in container.streams.video if not _is_cover(each)]
        sounds = list(container.streams.audio)
        found = replace(found, videos=len(videos), sounds=len(sounds))
        if not videos and not sounds:
            yield replace(found, fault="it holds neither video nor sound")
            return
        if container.duration is not None:
            found = replace(found, seconds=container.duration / av.time_base)
        if videos:
            width, height = _sides(videos[0].codec_context)
            found = replace(found, width=width, height=height)
        yield found
        if not found.oversized:
            yield from _decode(container, [*videos[:1], *sounds[:1]], found)


def _sides(context: Any) -> tuple[int | None, int | None]:
    """Width and height by a stream's codec, whose context is None where libav has no decoder for it."""
    return (None, None) if context is None else (context.width or None, context.height or None)


def _is_cover(stream: "av.video.stream.VideoStream") -> bool:
    # PyAV 12 has no dispositions, but gives a cover picture no frame rate.
    disposition = getattr(stream, "disposition", None)
    return stream.average_rate is None if disposition is None else bool(disposition.value & 0x400)  # ATTACHED_PIC


def _decode(container: "av.container.InputContainer", streams: list[Any], found: Media) -> Iterator[Media]:
    """Reads every packet, which shows whether the file was cut off, and decodes one frame of each stream."""
    waiting = list(streams)
    start, end = math.inf, -math.inf
    for packet in container.demux(streams):
        if packet.is_corrupt and found.format != "wav":  # a WAV that was cut off is a shorter WAV
            yield replace(found, fault=_CUT_OFF)
            return
        if packet.stream in waiting and packet.decode():
            waiting.remove(packet.stream)
        unit = fraction(packet.time_base)
        if packet.pts is not None and unit:
            start = min(start, float(packet.pts * unit))
            end = max(end, float((packet.pts + (packet.duration or 0)) * unit))
    if waiting:
        yield replace(found, fault="no frame of it can be decoded")
    elif end > start and (found.seconds is None or (found.format == "mp3" and abs(end - start - found.seconds) > 0.1)):
        # The duration that libav gives for an MP3 is guessed from the bit rate, or from a count in the header, which is
        # wrong for a file that was cut off.
        yield replace(found, seconds=end - start)


def fraction(rational: Any) -> Fraction:
    """A rational number of PyAV as a Fraction, 0 for None.

    Up to PyAV 18 it is a Fraction already, from 19 on it has a class without arithmetic.
    """
    return Fraction(rational.numerator, rational.denominator) if rational is not None else Fraction(0)
