"""TLS for servers of ours: with certificates of the user's, or of an authority that lives as long as the server."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

from mockvod.errors import NotInstalledError, SettingsError


def from_files(certificate: Path, key: Path) -> ssl.SSLContext:
    """Reads a certificate with its chain, and its key, both in PEM.

    Raises:
        SettingsError: A file cannot be read, holds something else, or the two do not belong together.
    """
    for place in (certificate, key):
        try:
            place.read_bytes()
        except OSError as error:
            raise SettingsError(f"{place} cannot be read: {error.strerror or error}") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a function for it, OpenSSL would ask the terminal for the password of the key.
        context.load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, ValueError, TypeError) as error:
        reason = getattr(error, "reason", None) or error
        raise SettingsError(
            f"{certificate} and {key} are not a certificate and its key in PEM, without a password: {reason}"
        ) from None
    return context


def throw_away(folder: Path, names: Iterable[str]) -> tuple[ssl.SSLContext, Path]:
    """Makes an authority and a certificate for these host names and addresses.

    Args:
        folder: Where the authority's certificate is put, for clients to trust.
        names: The names and addresses that clients will use.

    Returns:
        The context of the server, and the file with the authority's certificate.

    Raises:
        NotInstalledError: trustme is not installed.
        SettingsError: No certificate can be made for a name.
    """
    try:
        import trustme
    except ImportError:
        raise NotInstalledError("an https server needs trustme: pip install 'mockvod[tls]'") from None
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    wanted = tuple(dict.fromkeys(names))
    try:
        certificate = authority.issue_cert(*wanted)
    except ValueError as error:
        raise SettingsError(f"no certificate can be made for {', '.join(wanted)}: {error}") from None
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # names pyOpenSSL
    place = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(place))
    return context, place


def _no_password() -> str:
    raise ValueError("the key has a password")
