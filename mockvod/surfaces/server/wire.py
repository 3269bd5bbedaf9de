"""Carries out an Effect on a connection: an answer is late, cut off, spread, spoilt, or never sent."""

from __future__ import annotations

import asyncio
from typing import Protocol

from mockvod.http import Effect, HttpResponse
from mockvod.surfaces.effects import announced_length, pieces, sent_part


class Wire(Protocol):
    """The connection that an answer leaves by."""

    @property
    def wants_body(self) -> bool: ...
    def head(self, response: HttpResponse, length: int | None) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    def finish(self) -> None: ...
    def end(self, *, reset: bool) -> None: ...


async def carry_out(wire: Wire, response: HttpResponse, effect: Effect) -> None:
    """Sends an answer the way its effect says."""
    await asyncio.sleep(effect.delay)
    body = response.body if wire.wants_body else b""
    try:
        if effect.garbage:
            await wire.write(effect.garbage)
        if effect.end != "drop":
            await wire.write(wire.head(response, announced_length(response.body, effect)))
        if effect.end == "trickle":
            for pause, piece in pieces(body, effect.seconds):
                await asyncio.sleep(pause)
                await wire.write(piece)
        else:
            await wire.write(sent_part(body, effect))
    except ConnectionResetError:
        return
    if effect.end in ("whole", "trickle"):
        if effect.close or effect.length != "right":
            wire.end(reset=False)
        else:
            wire.finish()
        return
    await asyncio.sleep(effect.stall)
    wire.end(reset=effect.reset)
