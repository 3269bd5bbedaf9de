"""Measures result files for their MediaMetaData. Needs Pillow and PyAV."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
from PIL import Image

from mockvod.media.file_spec import FileSpec
from mockvod.validators.media_probe import fraction

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream


def measure(spec: FileSpec, content: bytes) -> dict[str, Any]:
    """The file's MediaMetaData. Md5 is empty, as in recorded replies."""
    return {
        **(_of_picture(content) if spec.kind == "image" else _of_streams(spec.format, content)),
        "Size": len(content),
        "Rotate": 0,
        "Md5": "",
    }


def _of_picture(content: bytes) -> dict[str, Any]:
    with Image.open(BytesIO(content)) as image:
        return {
            "Container": str(image.format).lower(),
            "Bitrate": 0,
            "Height": image.height,
            "Width": image.width,
            "Duration": 0.0,
            "VideoStreamSet": [],
            "AudioStreamSet": [],
            "VideoDuration": 0.0,
            "AudioDuration": 0.0,
        }


def _of_streams(form: str, content: bytes) -> dict[str, Any]:
    # The format is named, because a short MP3 can be misdetected. An MP4 cannot, and gets the recorded name of its
    # container only by detection.
    with av.open(BytesIO(content), "r", format=None if form == "mp4" else form) as container:
        videos, audios = container.streams.video, container.streams.audio
        return {
            "Container": container.format.name,
            "Bitrate": container.bit_rate,
            "Height": videos[0].height if videos else 0,
            "Width": videos[0].width if videos else 0,
            "Duration": (container.duration or 0) / av.time_base,
            "VideoStreamSet": [
                {
                    "Bitrate": each.bit_rate or 0,
                    "Height": each.height,
                    "Width": each.width,
                    "Codec": each.codec_context.name,
                    "Fps": int(fraction(each.average_rate)),
                    "CodecTag": each.codec_context.codec_tag,
                    "DynamicRangeInfo": {"Type": "SDR", "HDRType": ""},
                }
                for each in videos
            ],
            # PyAV names the decoder, which is mp3float for mp3.
            "AudioStreamSet": [
                {
                    "Bitrate": each.bit_rate or 0,
                    "SamplingRate": each.rate,
                    "Codec": each.codec_context.name.removesuffix("float"),
                }
                for each in audios
            ],
            "VideoDuration": max(map(_seconds, videos), default=0.0),
            "AudioDuration": max(map(_seconds, audios), default=0.0),
        }


def _seconds(stream: VideoStream | AudioStream) -> float:
    return float((stream.duration or 0) * fraction(stream.time_base))
