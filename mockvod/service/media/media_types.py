"""Which endings of files the library takes, and what stands for a file that is named by its ending alone."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from mockvod.media import FileKind, FileSpec

#: Documented (page 266/2846, 2024-12-02). It has ogg as video, too; assumed to be sound, as most such files are.
_ENDINGS: Mapping[FileKind, str] = {
    "video": "wmv rm mov mpeg mp4 3gp flv avi rmvb ts asf mpg webm mkv m3u8 wm asx ram mpe vob dat mp4v m4v f4v mxf qt",
    "audio": "mp3 m4a flac ogg wav ra aac amr",
    "image": "jpg jpeg png gif bmp tiff ai cdr eps tif heif",
}
#: Ending -> what it is. The kinds are also the words of MediaBasicInfo.Category, but for their capital.
KINDS: Mapping[str, FileKind] = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
#: Documented for PullUpload.CoverUrl.
COVERS = frozenset({"gif", "jpeg", "jpg", "png"})

#: What is made for each kind; the endings that are made as they are, the first for all others.
_MADE: Mapping[FileKind, tuple[FileSpec, tuple[str, ...]]] = {
    "video": (FileSpec("video", "mp4", 1280, 720, 5.0), ("mp4",)),
    "audio": (FileSpec("audio", "mp3", seconds=5.0), ("mp3", "wav")),
    "image": (FileSpec("image", "png", 1024, 1024), ("png", "jpg")),
}


def ending_of(path: str) -> str:
    """The ending of the last name in a path, lower case; "" where it has none."""
    name, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending.lower() if name and dot else ""


def stand_in(ending: str, text: str) -> FileSpec:
    """A file of that known ending, of which `text` tells one from the next; made in the nearest format there is."""
    made, formats = _MADE[KINDS[ending]]
    wanted = "jpg" if ending == "jpeg" else ending
    look = int.from_bytes(sha256(text.encode()).digest()[:6], "big")
    form = wanted if wanted in formats else formats[0]
    return FileSpec(made.kind, form, made.width, made.height, made.seconds, made.sound, look)
