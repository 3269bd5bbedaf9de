"""Makes the ready-made result files of mockvod/service/assets, and measures them. Needs the extra `media`.

Run by hand when the files should change: ``python tests/tools/make_assets.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

import av
from PIL import Image, ImageDraw

ASSETS = Path(__file__).resolve().parents[2] / "mockvod" / "service" / "assets"
SIZE = (1280, 720)
FPS = 24
SECONDS = 5


def picture(size: tuple[int, int], moment: float) -> Image.Image:
    """A dark card with a disc that moves with `moment` (0 to 1), so that a player shows that time passes."""
    width, height = size
    image = Image.new("RGB", size, (24, 28, 36))
    draw = ImageDraw.Draw(image)
    radius = height // 8
    x = radius + (width - 2 * radius) * moment
    draw.ellipse((x - radius, height / 2 - radius, x + radius, height / 2 + radius), fill=(90, 170, 255))
    draw.text((width // 20, height // 20), "mockvod", fill=(220, 220, 220))
    return image


def make_video(path: Path) -> None:
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "30", "preset": "veryslow"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for index in range(FPS * SECONDS):
            frame = av.VideoFrame.from_image(picture(SIZE, index / (FPS * SECONDS)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def measure(path: Path) -> dict[str, object]:
    """The file's MediaMetaData, as DescribeTaskDetail would tell it."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        seconds = float(container.duration) / av.time_base
        return {
            "Size": path.stat().st_size,
            "Container": container.format.name,
            "Bitrate": container.bit_rate,
            "Height": video.height,
            "Width": video.width,
            "Duration": seconds,
            "Rotate": 0,
            "VideoStreamSet": [
                {
                    "Bitrate": video.bit_rate,
                    "Height": video.height,
                    "Width": video.width,
                    "Codec": video.codec_context.name,
                    "Fps": int(video.average_rate),
                    "CodecTag": video.codec_context.codec_tag,
                    "DynamicRangeInfo": {"Type": "SDR", "HDRType": ""},
                }
            ],
            "AudioStreamSet": [],
            "VideoDuration": seconds,
            "AudioDuration": 0,
            "Md5": "",
        }


def main() -> None:
    video = ASSETS / "aigcVideoGenFile.mp4"
    make_video(video)
    (ASSETS / "aigcVideoGenFile.json").write_text(json.dumps(measure(video), indent=1) + "\n")
    picture((1024, 1024), 0.5).save(ASSETS / "aigcImageGenFile.png", optimize=True)


if __name__ == "__main__":
    main()
