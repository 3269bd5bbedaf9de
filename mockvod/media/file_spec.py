"""What a request asks of its result files, as far as a file can show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileKind = Literal["video", "image", "audio", "model"]


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One result file before it is made. Equal values make equal files, byte for byte, on one machine."""

    kind: FileKind
    #: Extension, lower case: mp4, png, jpg, mp3, wav, glb, obj, fbx.
    format: str
    #: Pixels, 16 to 4096, even for videos; 0 for sounds and models.
    width: int = 0
    height: int = 0
    #: Length of what moves or sounds, 0.1 to 60; 0 for pictures and models.
    seconds: float = 0
    #: Whether a video has a sound track.
    sound: bool = False
    #: Tells files of equal shape apart: what is seen or heard in them follows from it. 48 bits.
    look: int = 0

    @property
    def title(self) -> str:
        """Stands in the file's own metadata, for two looks may look or sound alike."""
        return f"mockvod {self.look:012x}"
