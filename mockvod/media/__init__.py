"""Result files with the size, length and format that a request asked for. Importing this needs neither Pillow nor PyAV."""

from mockvod.media.file_spec import Asked, FileKind
from mockvod.media.produce import content, content_type, make, metadata
from mockvod.media.requested import asked_for

__all__ = ["Asked", "FileKind", "asked_for", "content", "content_type", "make", "metadata"]
