"""Makes videos: the disc circles once a second. Needs Pillow and PyAV.

Only one second is drawn and encoded, as a closed group of pictures, and the file repeats its packets. The cost therefore
depends on the size of the frames, and hardly on the length.
"""

# PyAV's stubs leave out type arguments.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import av

from mockvod.media.drawing import planes
from mockvod.media.file_spec import FileSpec
from mockvod.media.sounds import sound_track, tone
from mockvod.validators.media_probe import fraction

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

#: Frames per second, as in recorded results.
FPS = 24
#: A fixed number of threads, because the bytes depend on it. No B-frames, so that packets are in display order.
_X264 = {"preset": "veryfast", "crf": "36", "threads": "2", "bf": "0", "sc_threshold": "0"}


def encode(spec: FileSpec) -> bytes:
    """The video as MP4 with the index at its start: H.264, and AAC if it has sound."""
    # In a file, because libav moves the index by reopening the file by name.
    with TemporaryDirectory() as folder:
        path = Path(folder, "video.mp4")
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(str(path), "w", options=options) as container:
            container.metadata["title"] = spec.title
            _write(container, spec)
        return path.read_bytes()


def _write(container: OutputContainer, spec: FileSpec) -> None:
    count = max(1, round(spec.seconds * FPS))
    turn = min(count, FPS)
    picture = container.add_stream("libx264", rate=FPS, options={**_X264, "g": str(turn)})
    picture.width, picture.height, picture.pix_fmt = spec.width, spec.height, "yuv420p"
    sound = sound_track(container, "aac") if spec.sound else None
    packets = list(_packets(picture, spec, turn))
    samples = tone(spec.look, count / FPS)
    for index in range(count):
        packet = packets[index % turn]
        # Computed for each packet, because muxing changes its time base.
        packet.pts = packet.dts = int(Fraction(index, FPS) / fraction(packet.time_base))
        container.mux(packet)
        if sound and index % FPS == 0:
            container.mux(sound.encode(next(samples)))
    if sound:
        container.mux(sound.encode(None))


def _packets(stream: VideoStream, spec: FileSpec, turn: int) -> Iterator[Packet[VideoStream]]:
    size = spec.width, spec.height
    strides = tuple(plane.line_size for plane in av.VideoFrame(*size, "yuv420p").planes)
    for index, drawn in enumerate(planes(size, strides, spec.look, turn)):
        frame = av.VideoFrame(*size, "yuv420p")
        frame.pts, frame.time_base = index, Fraction(1, FPS)
        for plane, content in zip(frame.planes, drawn, strict=True):
            plane.update(content)
        yield from stream.encode(frame)
    yield from stream.encode(None)
