"""TLS contexts: keys with a password, and names that no certificate can have."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from mockvod.certificates import from_files, throw_away
from mockvod.errors import NotInstalledError, SettingsError


def test_key_with_a_password_is_refused_and_nobody_is_asked(tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (tmp_path / "key.pem").write_bytes(locked)
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))

    with pytest.raises(SettingsError, match="without a password: the key has a password$"):
        from_files(tmp_path / "cert.pem", tmp_path / "key.pem")


@pytest.mark.parametrize("name", ["-", "a b", "*.*"])
def test_name_that_no_certificate_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="^no certificate can be made for "):
        throw_away(tmp_path, [name])


def test_without_trustme_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)

    with pytest.raises(NotInstalledError, match=r"pip install 'mockvod\[tls\]'"):
        throw_away(tmp_path, ["127.0.0.1"])
