"""What the server and the test kit raise on purpose; `mockvod.validators.errors` has the root and the rest.

MockvodError
├── SettingsError        a setting, option or argument of the user's that cannot be (also a ValueError)
├── NotInstalledError    an optional dependency is needed and absent; the message names the extra (also an ImportError)
├── TaskError            a task that is not there, or cannot do what it is told (also a KeyError)
├── ScriptError          a script for tasks that cannot be (also a ValueError)
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
    """A setting that cannot be; the message names it, its value and the way out."""


class TaskError(MockvodError, KeyError):
    """A task that is not there, or cannot do what it is told; the message says why."""

    def __str__(self) -> str:
        # Not that of KeyError, which puts the message in quotation marks.
        return Exception.__str__(self)


class ScriptError(MockvodError, ValueError):
    """A script for tasks that cannot be; the message names the step by its number, and the way out."""


class NoCallError(MockvodError, LookupError):
    """The first or last call of none; the message says what there was instead."""


class UnmockedHostError(MockvodError):
    """A call to a host that is not mocked, inside a block with ``others="refuse"``; the message names both."""


class StoredRecordError(MockvodError):
    """A store holds a record that this version cannot read; the message names the table and the way out."""


class VerificationError(MockvodError, AssertionError):
    """A client did not call as it should have; the message is a report of several lines."""


#: Code -> text, where no text of the service is known. Short ones of ours, after the codes' published meanings: assumed.
_TEXTS = {
    "InvalidParameterValue.SessionContextTooLong": "SessionContext is too long.",
    "InvalidParameterValue.SessionIdTooLong": "SessionId is too long.",
    "InvalidParameterValue.SubAppId": "invalid subappid",  # observed, tests of vod-java-sdk
}
#: For every other code: the form that two sister products answer for values (observed, CVM and CLB); assumed for VOD.
_VALUE = "The value `{value}` specified in the parameter `{name}` is not valid."


class ApiError(MockvodError):
    """A refusal with a documented code: a key of ``contracts/errors.json`` and the values its text names.

    The empty key stands for a fault whose text nobody has recorded: `code` then says the code, and `text` the text
    where the fault is not one of a value.

    `explanation` is ours, for the person debugging the client; the service never sends it.
    """

    def __init__(self, key: str, *, explanation: str = "", code: str = "", text: str = "", **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.code = code
        self.text = text
        self.values = values
        self.explanation = explanation

    @classmethod
    def from_findings(cls, findings: tuple[Finding, ...]) -> ApiError:
        """The refusal for the first of `findings`, which is the one that the service would report."""
        first = findings[0]
        key, values = first.reply
        others = f" ({len(findings) - 1} more)" if len(findings) > 1 else ""
        error = cls(key, explanation=first.message + others, code=first.code)
        error.values = dict(values)
        return error

    def reply(self, language: str) -> Reply:
        """Code and text in `language` (``"en-US"`` or ``"zh-CN"``; English where no Chinese text is known)."""
        if not self.key:
            if self.text:
                return Reply(self.code, self.text)
            values = {"name": "", "value": "", **self.values}
            return Reply(self.code, _TEXTS.get(self.code, _VALUE).format_map(values))
        return reply(self.key, language, **self.values)

    def __str__(self) -> str:
        answer = self.reply("en-US")
        return f"{answer.code}: {answer.message}"
