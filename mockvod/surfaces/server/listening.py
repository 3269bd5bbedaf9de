"""Sockets that listen. One is bound before anything is announced, so that no other server can take the port meanwhile."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

from mockvod.errors import SettingsError

_BACKLOG = 1024
#: How often a free port is looked for that is free for all addresses of a name.
_ROUNDS = 10


def listen(host: str, port: int) -> list[socket.socket]:
    """Listens on every address of a host: a name, such as localhost, or an IPv4 or IPv6 address.

    Args:
        host: ``0.0.0.0`` or ``::`` for all addresses of the machine.
        port: 0 for a free one.

    Returns:
        One socket an address, all with one port.

    Raises:
        SettingsError: Nothing can listen there; the message says why and what to do.
    """
    if not host:
        raise SettingsError("-H: the address is empty; write 127.0.0.1, or 0.0.0.0 for all addresses of this machine")
    name, colon, number = host.rpartition(":")
    if colon and ":" not in name and number.isdecimal():
        raise SettingsError(f"-H: {host!r} has a port: write -H {name} -p {number}")
    addresses = _addresses(host, port)
    failure: OSError | None = None
    for _ in range(_ROUNDS if port == 0 else 1):
        try:
            return _listen_on(addresses, port)
        except OSError as error:
            failure = error
    reason = (failure and failure.strerror) or str(failure)
    raise SettingsError(f"cannot listen on {host} port {port}: {reason}; choose another with -H or -p") from None


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not the name of a host"
        raise SettingsError(f"cannot listen on {host[:80]!r}: {reason}; choose another with -H") from None
    # IPv4 first, as it is what the URL is made of. A name may have an address twice.
    wanted = {(family, str(address[0])) for family, _, _, _, address in found}
    return sorted(wanted, key=lambda each: (each[0] != socket.AF_INET, each[1]))


def _listen_on(addresses: list[tuple[socket.AddressFamily, str]], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            try:
                bound = _bind(family, address, port)
            except OSError as error:
                # A machine without IPv6 may have a name with an IPv6 address all the same.
                if sockets and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue
                raise
            sockets.append(bound)
            port = bound.getsockname()[1]
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Without SO_REUSEPORT: with it, a second server would share the port unnoticed, and each would miss calls.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if address == "::" else 1)
        bound.bind((address, port))
        # At once, because two sockets may be bound to one port as long as neither listens.
        bound.listen(_BACKLOG)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound
