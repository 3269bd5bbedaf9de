"""A mock of Tencent Cloud VOD's AI-generation API to test clients against."""

from os.path import dirname, isdir, join, realpath
from typing import TYPE_CHECKING, Any

# A wheel carries contracts/, validators/ and fixtures/ inside this package; a checkout keeps them beside it.
# With os.path, because pathlib alone would be a sixth of what `import mockvod` takes.
if not isdir(join(dirname(__file__), "validators")):
    __path__.append(dirname(dirname(realpath(__file__))))

from mockvod.version import __version__

if TYPE_CHECKING:
    from mockvod.app import MockVod
    from mockvod.call.journal import CallRecord
    from mockvod.clock import SystemClock, VirtualClock
    from mockvod.errors import (
        ApiError,
        MockvodError,
        NoCallError,
        NotInstalledError,
        ScriptError,
        SettingsError,
        TaskError,
        UnmockedHostError,
        VerificationError,
    )
    from mockvod.http import HttpRequest, HttpResponse
    from mockvod.settings import Account, Settings
    from mockvod.surfaces.intercept.in_process import add_to_responses, mock_vod

__all__ = [
    "Account",
    "ApiError",
    "CallRecord",
    "HttpRequest",
    "HttpResponse",
    "MockVod",
    "MockvodError",
    "NoCallError",
    "NotInstalledError",
    "ScriptError",
    "Settings",
    "SettingsError",
    "SystemClock",
    "TaskError",
    "UnmockedHostError",
    "VerificationError",
    "VirtualClock",
    "__version__",
    "add_to_responses",
    "mock_vod",
]

#: Public name -> its module, imported when the name is first used: pytest imports this package in every run for its
#: plugin, and no program needs all of it.
_HOMES = {
    "MockVod": "mockvod.app",
    "SystemClock": "mockvod.clock",
    "VirtualClock": "mockvod.clock",
    "ApiError": "mockvod.errors",
    "MockvodError": "mockvod.errors",
    "NoCallError": "mockvod.errors",
    "NotInstalledError": "mockvod.errors",
    "ScriptError": "mockvod.errors",
    "SettingsError": "mockvod.errors",
    "TaskError": "mockvod.errors",
    "UnmockedHostError": "mockvod.errors",
    "VerificationError": "mockvod.errors",
    "HttpRequest": "mockvod.http",
    "HttpResponse": "mockvod.http",
    "add_to_responses": "mockvod.surfaces.intercept.in_process",
    "mock_vod": "mockvod.surfaces.intercept.in_process",
    "CallRecord": "mockvod.call.journal",
    "Account": "mockvod.settings",
    "Settings": "mockvod.settings",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = found = getattr(import_module(home), name)
    return found
