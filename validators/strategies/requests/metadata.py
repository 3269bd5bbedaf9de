"""MediaMetaData and MediaBasicInfo, with which answers describe a file."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.strategies.answers.identifiers import NEVER

#: Members of live answers that are not published (recorded). Their values are assumed.
_EXTRA_VIDEO: Mapping[str, Any] = {"Codecs": "avc1.64001f"}
_EXTRA_AUDIO: Mapping[str, Any] = {"Channel": 2, "Codecs": "mp4a.40.2", "Loudness": -16}

_sizes = st.sampled_from([(1280, 720), (720, 1280), (1920, 1080), (1024, 1024)])
#: By how many seconds a video is longer than was asked for (recorded: 5 seconds gave 5.042).
_beyond = st.sampled_from([0, 0.042, 0.041667, 0.125])


@st.composite
def video_metadata(draw: st.DrawFn, seconds: float, unknown_members: bool) -> dict[str, Any]:
    """Generates MediaMetaData of an MP4 of about `seconds`, in which Size, Bitrate and Duration agree.

    Examples from this strategy shrink towards a silent video of 1280x720 in exactly that time.
    """
    width, height = draw(_sizes)
    duration = seconds + draw(_beyond)
    bitrate = draw(st.integers(500_000, 8_000_000))
    sound = draw(st.booleans())
    video = {
        "Bitrate": bitrate,
        "Codec": "h264",
        "CodecTag": draw(st.sampled_from(["", "avc1"])),
        "Fps": draw(st.sampled_from([24, 25, 30, 60])),
        "Height": height,
        "Width": width,
        "DynamicRangeInfo": {"Type": "SDR", "HDRType": ""},
    }
    audio = {"Bitrate": 128_000, "SamplingRate": 44_100, "Codec": "aac"}
    if unknown_members and draw(st.booleans()):
        video, audio = {**video, **_EXTRA_VIDEO}, {**audio, **_EXTRA_AUDIO}
    return {
        **_metadata("mov,mp4,m4a,3gp,3g2,mj2", bitrate + 128_000 * sound, duration),
        "Height": height,
        "Width": width,
        "VideoStreamSet": [video],
        "AudioStreamSet": [audio] if sound else [],
        "VideoDuration": duration,
        "AudioDuration": duration if sound else 0,
    }


def image_metadata(width: int, height: int) -> dict[str, Any]:
    """MediaMetaData of a PNG."""
    return {**_metadata("png", 0, 0), "Size": width * height // 8, "Height": height, "Width": width}


def audio_metadata(seconds: float, container: str) -> dict[str, Any]:
    """MediaMetaData of a sound of that many seconds."""
    stream = {"Bitrate": 64_000, "SamplingRate": 44_100, "Codec": container}
    return {**_metadata(container, 64_000, seconds), "AudioStreamSet": [stream], "AudioDuration": seconds}


def _metadata(container: str, bitrate: int, duration: float) -> dict[str, Any]:
    return {
        "Size": int(bitrate * duration / 8),
        "Container": container,
        "Bitrate": bitrate,
        "Height": 0,
        "Width": 0,
        "Duration": duration,
        "Rotate": 0,
        "VideoStreamSet": [],
        "AudioStreamSet": [],
        "VideoDuration": 0,
        "AudioDuration": 0,
        "Md5": "",
    }


def basic_info(name: str, created: str, url: str, source: str) -> dict[str, Any]:
    """MediaBasicInfo of an MP4 in the media library.

    Args:
        name: The name of the file.
        created: When it came into the library, as answers write an instant.
        url: Its MediaUrl.
        source: Its SourceType, one of the published values.
    """
    return {
        "Name": name,
        "Description": "",
        "CreateTime": created,
        "UpdateTime": created,
        "ExpireTime": NEVER,
        "ClassId": 0,
        "ClassName": "Other",  # as in the published samples of events
        "ClassPath": "Other",
        "CoverUrl": "",
        "Type": "mp4",
        "MediaUrl": url,
        "SourceInfo": {
            "SourceType": source,
            "SourceContext": "",
            "LiveRecordInfo": None,
            "TrtcRecordInfo": None,
            "WebPageRecordInfo": None,
        },
        "StorageRegion": "ap-chongqing",  # as in the published samples of events
        "StoragePath": "",
        "TagSet": [],
        "Vid": "",
        "Category": "Video",
        "Status": "Normal",
        "StorageClass": "STANDARD",
    }
