"""A mock of Tencent Cloud VOD's AI-generation API to test clients against."""

from pathlib import Path

# A wheel carries contracts/, validators/ and fixtures/ inside this package; a checkout keeps them beside it.
if not Path(__file__).with_name("validators").is_dir():
    __path__.append(str(Path(__file__).resolve().parent.parent))

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.errors import ApiError, MockvodError, NotInstalledError, SettingsError
from mockvod.http import HttpRequest, HttpResponse
from mockvod.journal import CallRecord
from mockvod.settings import Account, Settings
from mockvod.version import __version__

__all__ = [
    "Account",
    "ApiError",
    "CallRecord",
    "HttpRequest",
    "HttpResponse",
    "MockVod",
    "MockvodError",
    "NotInstalledError",
    "Settings",
    "SettingsError",
    "SystemClock",
    "VirtualClock",
    "__version__",
]
