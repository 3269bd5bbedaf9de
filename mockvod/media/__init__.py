"""Result files with the size, length and format that a request asked for. Importing this needs neither Pillow nor PyAV."""

from mockvod.media.file_spec import FileKind, FileSpec
from mockvod.media.looks import look_of, with_looks
from mockvod.media.produce import content, content_type, make, metadata, placeholder

__all__ = [
    "FileKind",
    "FileSpec",
    "content",
    "content_type",
    "look_of",
    "make",
    "metadata",
    "placeholder",
    "with_looks",
]
