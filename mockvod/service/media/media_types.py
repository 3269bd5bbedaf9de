"""The file name extensions that the library accepts, and stand-ins for files of which only the extension is known."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from mockvod.media import FileKind, FileSpec

#: Documented (page 266/2846, 2024-12-02). The page also has ogg among videos; assumed to be audio, as it mostly is.
_ENDINGS: Mapping[FileKind, str] = {
    "video": "wmv rm mov mpeg mp4 3gp flv avi rmvb ts asf mpg webm mkv m3u8 wm asx ram mpe vob dat mp4v m4v f4v mxf qt",
    "audio": "mp3 m4a flac ogg wav ra aac amr",
    "image": "jpg jpeg png gif bmp tiff ai cdr eps tif heif",
}
#: Extension -> kind. MediaBasicInfo.Category has the same words, capitalized.
KINDS: Mapping[str, FileKind] = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
#: Documented for PullUpload.CoverUrl.
COVERS = frozenset({"gif", "jpeg", "jpg", "png"})

#: Kind -> its stand-in, and the formats that are made; the first of them stands for all other extensions.
_MADE: Mapping[FileKind, tuple[FileSpec, tuple[str, ...]]] = {
    "video": (FileSpec("video", "mp4", 1280, 720, 5.0), ("mp4",)),
    "audio": (FileSpec("audio", "mp3", seconds=5.0), ("mp3", "wav")),
    "image": (FileSpec("image", "png", 1024, 1024), ("png", "jpg")),
}


def ending_of(path: str) -> str:
    """The extension of the last name in a path, in lower case; "" where it has none."""
    name, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending.lower() if name and dot else ""


def stand_in(ending: str, text: str) -> FileSpec:
    """Describes a stand-in for a file with a known extension, in the nearest format that is made.

    Args:
        ending: One of the extensions in KINDS.
        text: Determines what the stand-in looks like, so that different files look different.
    """
    made, formats = _MADE[KINDS[ending]]
    wanted = "jpg" if ending == "jpeg" else ending
    look = int.from_bytes(sha256(text.encode()).digest()[:6], "big")
    form = wanted if wanted in formats else formats[0]
    return FileSpec(made.kind, form, made.width, made.height, made.seconds, made.sound, look)
