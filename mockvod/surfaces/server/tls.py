"""Contexts for HTTPS: a certificate of one's own, or one from a throw-away authority."""

from __future__ import annotations

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mockvod.errors import NotInstalledError, SettingsError

#: The names that a throw-away certificate is for, besides the host that is listened on.
_LOCAL = ("127.0.0.1", "::1", "localhost")


class ThrowAway(NamedTuple):
    """A context with a certificate that lasts as long as the folder of its authority."""

    context: ssl.SSLContext
    #: The file that clients must trust.
    ca_path: str
    folder: TemporaryDirectory[str]


def throw_away(host: str = "127.0.0.1") -> ThrowAway:
    """Makes an authority and a certificate for a host and the names of this machine.

    Raises:
        NotInstalledError: trustme is not installed.
    """
    try:
        import trustme
    except ImportError:
        raise NotInstalledError("an https server needs trustme: pip install 'mockvod[tls]'") from None
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(*dict.fromkeys((host, *_LOCAL)))
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # names pyOpenSSL
    folder = TemporaryDirectory(prefix="mockvod-")
    ca_path = str(Path(folder.name, "ca.pem"))
    authority.cert_pem.write_to_path(ca_path)
    return ThrowAway(context, ca_path, folder)


def from_files(certificate: str, key: str) -> ssl.SSLContext:
    """Makes a context from a certificate, with those of its authorities behind it, and its key; both are PEM files.

    Raises:
        SettingsError: One of them cannot be read, or they do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"--tls-cert {certificate!r} and --tls-key {key!r}: {reason}; give the PEM files of a certificate and its key"
        ) from None
    return context
