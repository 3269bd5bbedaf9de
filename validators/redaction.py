"""Takes secrets out of what is shown: a client may have sent its key in the place of anything else."""

import re
from collections.abc import Iterable
from typing import Any

from mockvod.validators.json_values import is_array, is_object

REDACTED = "(secret)"

#: Shorter secrets are redacted only where they stand alone: real keys have 32 characters, and one of two letters occurs
#: in many words.
SHORTEST = 8
#: The least that is recognised as the beginning of a secret; one that somebody has made up may begin with a word.
_SHORTEST_PART = 16
#: How many characters of a secret may be missing one by one; after them it is the rest or nothing.
_MOST_STEPS = 32


class Redaction:
    """Replaces secrets in texts, in any case, because header values are lower-cased before they are shown.

    Where a text was cut in the middle of a secret, half of it is enough, if that is 16 characters or more.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Takes the secrets; empty ones do not count."""
        known = self._known = dict.fromkeys(filter(None, secrets))
        self._short = frozenset(each for each in known if len(each) < SHORTEST)
        # The longest first, because one may begin with another.
        long = sorted((each for each in known if len(each) >= SHORTEST), key=len, reverse=True)
        self._long = [(each[: max(_SHORTEST_PART, len(each) // 2)].lower(), each) for each in long]

    def also(self, secrets: Iterable[str]) -> "Redaction":
        """The same for more secrets."""
        more = tuple(secrets)
        return Redaction((*self._known, *more)) if more else self

    def finds(self, text: str) -> bool:
        """Whether a secret may stand in a JSON text without escapes: a quick look, which misses none."""
        lowered = text.lower()
        if any(beginning in lowered for beginning, _ in self._long):
            return True
        return any(f'"{short}"' in text for short in self._short)

    def text(self, text: str) -> str:
        """The text without any secret."""
        if text in self._short:
            return REDACTED
        lowered = text.lower()
        for beginning, secret in self._long:
            if beginning in lowered:
                text = re.sub(_pattern(secret, len(beginning)), REDACTED, text, flags=re.IGNORECASE)
        return text

    def value(self, value: Any) -> Any:
        """A JSON value without any secret in its texts and names; what has none comes back as it is."""
        if isinstance(value, str):
            return self.text(value)
        if is_object(value):
            return {self.text(name): self.value(each) for name, each in value.items()}
        return [self.value(each) for each in value] if is_array(value) else value


def _pattern(secret: str, least: int) -> str:
    """Matches the secret, and as much of it as there is from its first `least` characters on."""
    steps = [*secret[least : least + _MOST_STEPS]]
    rest = secret[least + _MOST_STEPS :]
    parts = [re.escape(each) for each in (*steps, *([rest] if rest else []))]
    return re.escape(secret[:least]) + "".join(f"(?:{part}" for part in parts) + ")?" * len(parts)
