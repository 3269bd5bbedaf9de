"""What a picture, video or sound really is: format from its content, pixels, length and streams, in bounded work.

`media_of` never trusts a name, a header or a size that the data only claim. The format comes from the first bytes, and
only that format's decoder gets the data: no other parser of Pillow or libav, and so no playlist that names other files,
is reached. Pixels are bounded before anything is decoded, and one frame is decoded, never a whole video.
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

#: Half a GB when decoded at 4 bytes a pixel. The largest cameras make 102 million.
MAX_PIXELS = 2**27

#: libwebp keeps four such pictures, and 34 bytes can be a whole one. A larger WebP is only opened, which shows whether
#: it was cut off.
_MAX_WEBP_PIXELS = MAX_PIXELS // 4

#: Pillow reads all of a WebP at once. The largest picture that a published rule allows has 50 MB.
MAX_IMAGE_BYTES = 2**28

_HEAD_BYTES = 4096

#: Format -> what it is as long as nothing else is known. What stands here without a decoder below is only named.
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
        (rb"....(moov|mdat|wide|free|skip|pnot)", "mov"),  # QuickTime from before there were brands
        (rb"ID3", "mp3"),
        # Frame header: version 1, 2 or 2.5, layer III, and no reserved bit rate or sampling rate.
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

#: Top-level parts of an MP4 or RIFF file that are walked, so that a file of nothing but tiny ones takes no minutes.
#: A fragmented film of ten hours has 72,000.
_MAX_PARTS = 100_000

#: Parts of an MP4 that libav reads into memory.
_INDEX_PARTS = frozenset((b"moov", b"moof", b"udta", b"meta"))

_OBJ_WORDS = frozenset(b"v vt vn vp f l p o g s mtllib usemtl".split())


@dataclass(frozen=True, slots=True)
class Media:
    """What was found out. Numbers are None where the format has none or the data are too broken to tell."""

    #: Bytes.
    size: int
    #: A key of KINDS, or "" for content that is none of them.
    format: str
    #: Why the content is not what its first bytes promise; empty when it was decoded or needs no decoding.
    fault: str = ""
    #: As stored: neither EXIF orientation nor a video's rotation is applied.
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    #: Streams of moving pictures, cover pictures left out, and of sound; None unless it is a container that was opened.
    videos: int | None = None
    sounds: int | None = None

    @property
    def oversized(self) -> bool:
        """Whether there are more pixels than are decoded."""
        return (self.width or 0) * (self.height or 0) > MAX_PIXELS


class MediaNotInstalled(NotInstalledError):
    """Pillow or av is absent; the message names the extra."""


def media_of(stream: IO[bytes], max_bytes: int | None = None) -> Media:
    """What the stream holds, from its start; it must be seekable. Broken data end up in `fault`, not in an exception.

    Args:
        max_bytes: of more than that, only size and format are told.

    Raises:
        MediaNotInstalled: an ImportError, Pillow or av is absent.
    """
    try:
        # Both are slow to import, so not before they are needed; and both, so that the answer depends on no data.
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
        for known in look(stream, found):  # each step knows more, and where one fails the step before counts
            found = known
    except Exception as error:  # noqa: BLE001  # the decoders raise whatever broken data lead them to
        # libav's whole text ends with the name of a file, and there is none.
        fault = str(getattr(error, "strerror", None) or error) or type(error).__name__
        return replace(found, fault=fault)
    return found


def recognised(head: bytes) -> str:
    """The format whose signature stands at the start, "" for none."""
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
    # The plugin itself, not Image.open: that tries other formats, and warns by a limit that is global.
    with _PICTURE_DECODERS[found.format]()(stream) as image:
        found = replace(found, width=image.width, height=image.height)
        yield found
        if not found.oversized and (found.format != "webp" or image.width * image.height <= _MAX_WEBP_PIXELS):
            image.draft(None, (1, 1))  # lets a JPEG decode at an eighth: as thorough, and 64 times smaller
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

#: Formats that are also names of demuxers of libav.
_STREAM_FORMATS = frozenset(("mp4", "mov", "m4a", "3gp", "avi", "mp3", "wav"))

_CUT_OFF = "it is cut off or damaged"


def _claims_too_many_bytes(stream: IO[bytes], found: Media) -> bool:
    """Whether a part claims more bytes than the file has: libav would set them aside, 2 GB for a file of 50 KB."""
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
                length = min(length, found.size - position)  # recorders cannot go back and write the length
            length += length & 1
        else:
            part, length = head[4:8], int.from_bytes(head[:4], "big")
            if length == 0:  # to the end of the file
                return part in _INDEX_PARTS
            if length == 1:
                length = int.from_bytes(head[8:], "big")
            if length < 8:
                return False  # libav stops here too
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
    # max_pixels: libav decodes while it opens, where a header leaves something out.
    options = {"max_pixels": str(MAX_PIXELS)}
    # Before 19, text that is no UTF-8 would end it.
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
    disposition = getattr(stream, "disposition", None)  # av 12 tells none, but a cover has no rate of frames there
    return stream.average_rate is None if disposition is None else bool(disposition.value & 0x400)  # ATTACHED_PIC


def _decode(container: "av.container.InputContainer", streams: list[Any], found: Media) -> Iterator[Media]:
    """Reads every packet, which shows a file that was cut off, and decodes one frame of each stream."""
    waiting = list(streams)
    start, end = math.inf, -math.inf
    for packet in container.demux(streams):
        if packet.is_corrupt and found.format != "wav":  # a WAV is as long as what is left, like an MP3
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
        # What an MP3 claims is guessed from its bit rate, or a count that stays when the file is cut off.
        yield replace(found, seconds=end - start)


def fraction(rational: Any) -> Fraction:
    """A rational number of PyAV's, 0 for None: up to 18 it is a Fraction, from 19 on a class without arithmetic."""
    return Fraction(rational.numerator, rational.denominator) if rational is not None else Fraction(0)
