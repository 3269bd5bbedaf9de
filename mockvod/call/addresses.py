"""With which scheme and host the URLs in answers begin.

Whoever has called the mock as ``http://mockvod:4577`` can fetch files there, and perhaps nowhere else: to a container,
127.0.0.1 is the container itself. So a URL begins as the call did that it answers. The setting `media_url` counts more,
and after it `public_url`. Where a call does not say how the mock was reached, URLs begin with where it is served; and
without a server with the host that the service uses. Files are found by their paths, so each of these serves all of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv6Address

from mockvod.http import HttpRequest
from mockvod.settings import OFFICIAL_MEDIA_URL, Settings

#: A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port. With underscores, which names of
#: containers have. What else RFC 3986 allows (percent-encoding, later kinds of addresses) nobody calls a server.
_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[([0-9A-Fa-f:.]{2,45})\])(?::([0-9]{1,5}))?")


class Addresses:
    """The settings that hold for a call: those of the mock, with the address of the caller's choice as `media_url`.

    Args:
        settings: Those that the mock was given.
        url: Scheme, host and port of where it is served; "" where no server has it.
    """

    def __init__(self, settings: Settings, url: str = "") -> None:
        chosen = settings.media_url if settings.media_url != OFFICIAL_MEDIA_URL else settings.public_url
        self._follows = not chosen
        #: The settings for what answers no call: pushes, and the pages of the control API.
        self.settings: Settings = replace(settings, media_url=chosen or url or OFFICIAL_MEDIA_URL)
        # Few, because callers choose the hosts.
        self._at = lru_cache(maxsize=64)(self._called)

    def settings_for(self, request: HttpRequest) -> Settings:
        """Returns the settings for the answer to a request."""
        if not self._follows or not request.scheme:
            return self.settings
        host = request.header("host")
        # The longest is a name with a port. Longer ones are not kept.
        return self._at(request.scheme, host) if len(host) <= 260 else self.settings

    def _called(self, scheme: str, host: str) -> Settings:
        if scheme not in ("http", "https") or not is_host(host):
            return self.settings
        return replace(self.settings, media_url=f"{scheme}://{host}")


def is_host(text: str) -> bool:
    """Whether the value of a header Host is a name or an address, perhaps with a port, and nothing else."""
    match = _HOST.fullmatch(text)
    if match is None or (match[2] is not None and not 0 < int(match[2]) < 65536):
        return False
    if match[1] is None:
        return ".." not in text
    try:
        IPv6Address(match[1])
    except ValueError:
        return False
    return True
