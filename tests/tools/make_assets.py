"""Makes the ready-made result files of mockvod/media/assets, and measures them. Needs the extra `media`.

Run by hand when the files should change: ``python tests/tools/make_assets.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from mockvod.media.file_spec import FileSpec
from mockvod.media.measure import measure
from mockvod.media.pictures import encode as encode_picture
from mockvod.media.ready import FOLDER, METADATA
from mockvod.media.sounds import encode as encode_sound
from mockvod.media.videos import encode as encode_video

ENCODERS = {"audio": encode_sound, "image": encode_picture, "video": encode_video}
LOOK = 0x6D6F636B7664
FILES = (
    FileSpec("video", "mp4", 1280, 720, 5.0, look=LOOK),
    FileSpec("image", "png", 1024, 1024, look=LOOK),
    FileSpec("image", "jpg", 1024, 1024, look=LOOK),
    # Short, for every wheel carries them.
    FileSpec("audio", "mp3", seconds=2.0, look=LOOK),
    FileSpec("audio", "wav", seconds=1.0, look=LOOK),
)


def main() -> None:
    told = {}
    for asked in FILES:
        content = ENCODERS[asked.kind](asked)
        name = f"{asked.kind}.{asked.format}"
        Path(FOLDER, name).write_bytes(content)
        told[name] = measure(asked, content)
    Path(FOLDER, METADATA).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
