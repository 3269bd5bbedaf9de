"""Identifiers in the service's formats, from one source of randomness that a seed makes repeatable."""

from __future__ import annotations

import random


class Ids:
    """Makes identifiers: with a `seed`, the same ones for the same calls; without one, unpredictable ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._bits = random.Random(seed).getrandbits

    def request_id(self) -> str:
        """Makes a RequestId: a UUID of version 4 (RFC 4122) in lower case, as in all 318 recorded answers that have one."""
        bits = self._bits(128) & ~(0xF << 76) | (4 << 76)
        bits = bits & ~(0x3 << 62) | (0x2 << 62)
        digits = f"{bits:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def task_id(self, sub_app_id: int, name: str, end: str = "t") -> str:
        """Makes a TaskId such as ``251007502-AigcVideoTask-<32 hexadecimal digits>t``.

        Args:
            sub_app_id: The application.
            name: The part that names the kind of task.
            end: The end, which some kinds of tasks do not have.
        """
        return f"{sub_app_id}-{name}-{self.hex(32)}{end}"

    def element_id(self) -> str:
        """Makes 18 decimal digits that do not begin with 0: too many for the numbers of JavaScript, as in samples."""
        return self._digits(18)

    def file_id(self) -> str:
        """Makes 19 decimal digits, as in the published sample 5145403720640671256."""
        return self._digits(19)

    def hex(self, length: int) -> str:
        """Makes `length` hexadecimal digits in lower case."""
        return f"{self._bits(4 * length):0{length}x}"

    def _digits(self, length: int) -> str:
        lowest = 10 ** (length - 1)
        # 64 bits more than needed keep the bias of the remainder below 1e-19.
        return str(lowest + self._bits(length * 4 + 64) % (9 * lowest))
