"""What no journal, log or explanation shows: the keys of accounts, wherever they stand, and members that hold a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Any

from mockvod.narrowing import is_array, is_object
from mockvod.settings import Account
from mockvod.validators.findings import Finding
from mockvod.validators.redaction import REDACTED, Redaction

#: Member of a call or an answer -> why nobody who reads the journal may see its value.
SECRET_MEMBERS: Mapping[str, str] = {
    "SecretKey": "signs uploads to the bucket (ApplyUpload), or opens an origin or a DRM provider",
    "BackupSecretKey": "is the second key of a signed playback URL",
    "AccessKey": "opens an origin on another cloud, together with SecretKey",
    "PrivateKey": "is the private key of a certificate",
    "EncryptedKey": "signs playback URLs",
    "PlayKey": "signs playback URLs",
    "Token": "goes with a temporary key (ApplyUpload)",
    "ApiToken": "calls models without a signature (CreateAigcApiToken)",
    "ApiTokens": "are all such tokens (DescribeAigcApiTokens)",
    "APIKey": "is such a token (DescribeAigcUsageData)",
    "ApiKey": "is such a token (DescribeAigcUsageData)",
    "SignKey": "signs the events that are pushed (ModifyEventConfig)",
}
#: Objects of more members than any action has are not searched for secret ones.
_MOST_MEMBERS = 200
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NAMED = re.compile(f'"(?:{"|".join(SECRET_MEMBERS)})"')


class Secrets:
    """Redacts what is shown of calls, with the keys that the accounts have when somebody looks."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def redaction(self, sent: Mapping[str, Any] = _NOTHING) -> Redaction:
        """Takes every SecretKey and every token of an account out of texts, and what secret members of a call have."""
        # Copied to a list, because another thread may add an account meanwhile.
        accounts = list(self._accounts.values())
        known = chain.from_iterable((each.secret_key, each.token) for each in accounts)
        return Redaction(chain(known, secret_texts(sent)))


def secret_texts(value: Any) -> Iterator[str]:
    """The texts in secret members of a JSON value, however deep they are in objects; a message may repeat them."""
    if is_object(value) and len(value) <= _MOST_MEMBERS:
        for name, each in value.items():
            if name in SECRET_MEMBERS and isinstance(each, str):
                yield each
            elif is_object(each):
                yield from secret_texts(each)


def read_json(text: str, redaction: Redaction) -> tuple[Any, Redaction]:
    """Reads JSON and takes the secrets out of it.

    Returns:
        The value, and a redaction that knows what its secret members had.
    """
    value = json.loads(text)
    # Most texts have none, and the journal is read again and again. An escape may hide one from a search.
    if "\\" in text or _NAMED.search(text) or redaction.finds(text):
        more = redaction.also(secret_texts(value))
        return more.value(_without_secret_members(value)), more
    return value, redaction


def _without_secret_members(value: Any) -> Any:
    if is_object(value):
        return {
            name: _blanked(each) if name in SECRET_MEMBERS else _without_secret_members(each)
            for name, each in value.items()
        }
    return [_without_secret_members(each) for each in value] if is_array(value) else value


def _blanked(value: Any) -> Any:
    """A value with every text in it replaced; an empty one tells nothing, and says that there is no secret."""
    if isinstance(value, str):
        return REDACTED if value else ""
    if is_object(value):
        return {name: _blanked(each) for name, each in value.items()}
    return [_blanked(each) for each in value] if is_array(value) else value


def clean_findings(findings: tuple[Finding, ...], redaction: Redaction) -> tuple[Finding, ...]:
    """Takes secrets out of findings, which repeat paths and values."""
    return tuple(_clean(each, redaction) for each in findings)


def _clean(finding: Finding, redaction: Redaction) -> Finding:
    key, values = finding.reply
    clean = redaction.text
    cleaned = replace(
        finding,
        path=clean(finding.path),
        message=clean(finding.message),
        reply=(key, tuple((name, clean(value)) for name, value in values)),
    )
    return finding if cleaned == finding else cleaned
