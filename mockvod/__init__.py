"""A mock of Tencent Cloud VOD's AI-generation API to test clients against."""

from os.path import dirname, isdir, join, realpath

# A wheel carries contracts/, validators/ and fixtures/ inside this package; a checkout keeps them beside it.
# With os.path, because pathlib alone would be a sixth of what `import mockvod` takes.
if not isdir(join(dirname(__file__), "validators")):
    __path__.append(dirname(dirname(realpath(__file__))))

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
