"""Makes sounds: a tone whose pitch follows from the look. Needs PyAV."""

# PyAV's stubs leave out type arguments.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from math import ceil, pi, sin
from typing import TYPE_CHECKING, cast

import av

from mockvod.media.file_spec import FileSpec

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

#: Samples per second.
RATE = 44_100
_CODECS = {"mp3": "libmp3lame", "wav": "pcm_s16le"}


def encode(spec: FileSpec) -> bytes:
    """The sound as MP3 or 16-bit WAV, with one channel."""
    file = BytesIO()
    with av.open(file, "w", format=spec.format, options={"fflags": "+bitexact"}) as container:
        container.metadata["title"] = spec.title
        stream = sound_track(container, _CODECS[spec.format])
        for frame in tone(spec.look, spec.seconds):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def sound_track(container: OutputContainer, codec: str) -> AudioStream:
    """Adds an audio track with one channel."""
    stream = cast("AudioStream", container.add_stream(codec, rate=RATE))
    stream.codec_context.layout = "mono"
    if codec != "pcm_s16le":
        stream.bit_rate = 64_000
    return stream


def tone(look: int, seconds: float) -> Iterator[av.AudioFrame]:
    """The samples, in frames of one second; the last one is shorter if necessary."""
    # 220 to 440 Hz, with a whole number of samples per wave, so that one wave can be repeated.
    length = RATE // 440 + look % (RATE // 440)
    wave = array("h", (round(8_000 * sin(2 * pi * each / length)) for each in range(length))).tobytes()
    samples = round(seconds * RATE)
    data = wave * ceil(samples / length)
    for start in range(0, samples, RATE):
        size = min(RATE, samples - start)
        frame = av.AudioFrame(format="s16", layout="mono", samples=size)
        frame.planes[0].update(data[2 * start : 2 * (start + size)])
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
