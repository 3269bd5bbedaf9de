"""What the server and the test kit raise on purpose; `mockvod.validators.errors` has the root and the rest.

MockvodError
├── SettingsError        a setting, option or argument of the user's is not valid (also a ValueError)
├── NotInstalledError    an optional dependency is needed and absent; the message names the extra (also an ImportError)
├── TaskError            a task is not there, or cannot do what it is told (also a KeyError)
├── ScriptError          a script for tasks is not valid (also a ValueError)
├── KindError            a kind of task and its contract do not fit together; meets whoever adds a kind
├── NoCallError          the first or last call is asked for and there is none (also a LookupError)
├── UnmockedHostError    a call to a host that is not mocked, where others are to be refused
├── StoredRecordError    a store holds a record that another version of mockvod has written
├── VerificationError    a client did not call as it should have (also an AssertionError)
└── ApiError             what the service answers instead of a result; never leaves ``MockVod.handle``
"""

from __future__ import annotations

from mockvod.validators.errors import MockvodError, NotInstalledError
from mockvod.validators.findings import Finding
from mockvod.validators.replies import Reply, reply

__all__ = [
    "ApiError",
    "MockvodError",
    "NoCallError",
    "NotInstalledError",
    "ScriptError",
    "SettingsError",
    "TaskError",
    "UnmockedHostError",
    "VerificationError",
]


class SettingsError(MockvodError, ValueError):
    """A setting that is not valid; the message names it, its value and the way out."""


class TaskError(MockvodError, KeyError):
    """A task that is not there, or cannot do what it is told; the message says why."""

    def __str__(self) -> str:
        # Not that of KeyError, which puts the message in quotation marks.
        return Exception.__str__(self)


class ScriptError(MockvodError, ValueError):
    """A script for tasks that is not valid; the message names the step by its number, and the way out."""


class KindError(MockvodError):
    """A kind of task and its contract do not fit together; the message names the action and what is missing."""


class NoCallError(MockvodError, LookupError):
    """The first or last call of none; the message says what there was instead."""


class UnmockedHostError(MockvodError):
    """A call to a host that is not mocked, inside a block with ``others="refuse"``; the message names both."""


class StoredRecordError(MockvodError):
    """A store holds a record that this version cannot read; the message names the table and the way out."""


class VerificationError(MockvodError, AssertionError):
    """A client did not call as it should have; the message is a report of several lines."""


class ApiError(MockvodError):
    """A refusal: a key of ``contracts/errors.json``, and the values that its text names.

    Args:
        key: Of "replies", which has a code of its own, or of "any_code".
        explanation: Ours, for the person who debugs the client; the service never sends it.
        code: With a key of "any_code" only: the documented code to refuse with.
        values: What stands in the braces of the text.
    """

    def __init__(self, key: str, *, explanation: str = "", code: str = "", **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.code = code
        self.values = values
        self.explanation = explanation

    @classmethod
    def from_findings(cls, findings: tuple[Finding, ...]) -> ApiError:
        """The refusal for the first of `findings`, which is the one that the service would report."""
        first = findings[0]
        key, given = first.reply
        others = f" ({len(findings) - 1} more)" if len(findings) > 1 else ""
        explanation, values = first.message + others, dict(given)
        if key:
            return cls(key, explanation=explanation, **values)
        named = {"name": values.get("name", ""), "value": values.get("value", "")}
        return cls("value_fault", explanation=explanation, code=first.code, **named)

    def reply(self, language: str) -> Reply:
        """Code and text in `language` (``"en-US"`` or ``"zh-CN"``; English where no Chinese text is known).

        Raises:
            UnknownReply: the key is not in errors.json, or takes other values; a bug of whoever raised the error.
        """
        return reply(self.key, language, code=self.code, **self.values)

    def __str__(self) -> str:
        answer = self.reply("en-US")
        return f"{answer.code}: {answer.message}"
