"""Identifiers in the service's forms, from one source of randomness that a seed makes repeatable."""

from __future__ import annotations

import random


class Ids:
    """Draws identifiers. With a `seed` the same calls give the same identifiers; without, they are unpredictable."""

    def __init__(self, seed: int | None = None) -> None:
        self._bits = random.Random(seed).getrandbits

    def request_id(self) -> str:
        """A lower-case RFC 4122 version 4 UUID, as in all 318 recorded replies."""
        bits = self._bits(128) & ~(0xF << 76) | (4 << 76)
        bits = bits & ~(0x3 << 62) | (0x2 << 62)
        digits = f"{bits:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def task_id(self, sub_app_id: int, name: str, end: str = "t") -> str:
        """``251007502-AigcVideoTask-<32 hex>t``: application, name of the kind, random part and end."""
        return f"{sub_app_id}-{name}-{self.hex(32)}{end}"

    def element_id(self) -> str:
        """18 decimal digits, the first not 0: more than a JavaScript number holds, which is the point of the test."""
        return self._digits(18)

    def file_id(self) -> str:
        """19 decimal digits, as sample 5145403720640671256."""
        return self._digits(19)

    def hex(self, length: int) -> str:
        """`length` lower-case hexadecimal digits."""
        return f"{self._bits(4 * length):0{length}x}"

    def _digits(self, length: int) -> str:
        lowest = 10 ** (length - 1)
        # The bias of a remainder over 64 spare bits is below 1e-19: nothing a test could see.
        return str(lowest + self._bits(length * 4 + 64) % (9 * lowest))
