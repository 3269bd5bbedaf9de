"""Ways out of a transaction for a call that cannot be answered inside of it."""

from __future__ import annotations

from collections.abc import Callable

from mockvod.errors import ApiError


class Later(Exception):
    """The answer needs `work`, which takes long: it is to be done while nobody waits, and the call tried anew.

    What the call did until then is undone.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(work)
        self.work = work


class Nothing(Exception):
    """There is nothing to hand out yet: the call may be held for a while and tried anew, and ends with `refusal`.

    What the call did until then is kept: it has cleared away what is too old. Unless it `waits`, it ends at once.
    """

    def __init__(self, refusal: ApiError, *, waits: bool = True) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.waits = waits
