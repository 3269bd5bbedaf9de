"""What the server and the test kit raise on purpose; `mockvod.validators.errors` has the root and the rest.

MockvodError
├── SettingsError        a setting, option or argument of the user's is not valid (also a ValueError)
├── NotInstalledError    an optional dependency is needed and absent; the message names the extra (also an ImportError)
├── TaskError            a task does not exist, or its state does not allow the command (also a KeyError)
├── ScriptError          a script for tasks is not valid (also a ValueError)
├── KindError            a kind of task and its contract do not match; only for whoever adds a kind
├── NoCallError          the first or last call was requested, and there is none (also a LookupError)
├── UnmockedHostError    a call to a host that is not mocked, where such calls are to be refused
├── StoredRecordError    a store holds a record that another version of mockvod has written
├── VerificationError    a client did not call as it should have (also an AssertionError)
└── ApiError             what the service answers instead of a result; never leaves ``MockVod.handle``
"""

from __future__ import annotations

from mockvod.validators.errors import MockvodError, NotInstalledError
from mockvod.validators.findings import MORE, Finding
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
    """A setting, option or argument that is not valid; the message names it and its value, and says what is valid."""


class TaskError(MockvodError, KeyError):
    """A task that does not exist, or whose state does not allow the command; the message says why."""

    def __str__(self) -> str:
        # KeyError would put the message in quotation marks.
        return Exception.__str__(self)


class ScriptError(MockvodError, ValueError):
    """A script for tasks that is not valid; the message gives the number of the step and says what is valid."""


class KindError(MockvodError):
    """A kind of task and its contract do not match; the message names the action and what is missing."""


class NoCallError(MockvodError, LookupError):
    """The first or last call was requested where there is none; the message says which calls there were."""


class UnmockedHostError(MockvodError):
    """A call to a host that is not mocked, inside a block with ``others="refuse"``; the message names both."""


class StoredRecordError(MockvodError):
    """A store holds a record that this version cannot read; the message names the table and says what to do."""


class VerificationError(MockvodError, AssertionError):
    """A client did not make the calls that a test requires; the message is a report of several lines."""


class ApiError(MockvodError):
    """A refusal by the service or its gateway, with a text from contracts/errors.json.

    Args:
        key: A key of "replies", which determines the code, or of "any_code".
        explanation: Our own words for the person who debugs the client; the service sends no such thing.
        code: The documented code to refuse with; only with a key of "any_code".
        values: The values for the fields in braces of the text.
    """

    def __init__(self, key: str, *, explanation: str = "", code: str = "", **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.code = code
        self.values = values
        self.explanation = explanation

    @classmethod
    def from_findings(cls, findings: tuple[Finding, ...]) -> ApiError:
        """Makes the refusal for the first of `findings`, because the service reports only one; the others are counted."""
        first, *others = findings
        key, given = first.reply
        notice = others.pop().message if others and others[-1].rule == MORE else ""
        counted = " ".join(filter(None, (f"{len(others)} more" if others else "", notice)))
        explanation, values = first.message + (f" ({counted})" if counted else ""), dict(given)
        if key:
            return cls(key, explanation=explanation, **values)
        named = {"name": values.get("name", ""), "value": values.get("value", "")}
        return cls("value_fault", explanation=explanation, code=first.code, **named)

    def reply(self, language: str) -> Reply:
        """Returns the code and the text.

        Args:
            language: ``"en-US"`` or ``"zh-CN"``; where no Chinese text is known, the text is English.

        Raises:
            UnknownReply: The key is not in errors.json, or takes other values: a bug where the error was raised.
        """
        return reply(self.key, language, code=self.code, **self.values)

    def __str__(self) -> str:
        answer = self.reply("en-US")
        return f"{answer.code}: {answer.message}"
