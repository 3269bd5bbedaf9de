"""The HTTP server: asyncio over the parser of Node (llhttp, by way of httptools), with the connections in our hands."""

from mockvod.surfaces.server.background import Background
from mockvod.surfaces.server.foreground import serve
from mockvod.surfaces.server.limits import MOST_HELD
from mockvod.surfaces.server.listening import listen
from mockvod.surfaces.server.site import Site

__all__ = ["MOST_HELD", "Background", "Site", "listen", "serve"]
