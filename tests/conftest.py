"""What all tests share: a caller that signs requests, and the rule that CI skips nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from requests.adapters import HTTPAdapter

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.http import HttpRequest, HttpResponse
from mockvod.media import content, make
from mockvod.service.tasks.kind import requested_files
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators.signature import tc3, v1

pytest_plugins = ["mockvod.fixtures.plugin"]  # so that the suite runs from a checkout that is not installed

# No deadline: a loaded machine must not fail a test, nor must the first result file that a process makes.
hypothesis.settings.register_profile("mockvod", deadline=None)
hypothesis.settings.load_profile("mockvod")

HOST = "vod.intl.tencentcloudapi.com"
NOW = 1_735_689_600  # 2025-01-01T00:00:00Z

ROOT = Path(__file__).resolve().parents[1]

#: Set by CI: the outside parts that must be there, so that no test that needs one is skipped.
REQUIRED = frozenset(filter(None, os.environ.get("MOCKVOD_TESTS_REQUIRE", "").split(",")))


def need(part: str, present: bool, way_out: str) -> None:
    """Skips the running test where `part` is absent, or fails it where CI says that it must be there."""
    if present:
        return
    if part in REQUIRED:
        pytest.fail(f"{part} is required by MOCKVOD_TESTS_REQUIRE and absent: {way_out}")
    pytest.skip(f"needs {part}: {way_out}")


@pytest.fixture(name="need")
def need_fixture() -> Any:
    return need


@pytest.fixture
def tracked() -> list[str]:
    """What git tracks and is there, relative to the root. Skips outside of a checkout."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
        )
        listed = done.stdout.split("\0") if done.returncode == 0 else []
    except FileNotFoundError:
        listed = []
    files = [path for path in listed if path and (ROOT / path).is_file()]
    need("git", bool(files), "run from a git checkout")
    return files


@pytest.fixture
def node_modules() -> str:
    """The folder of npm packages that MOCKVOD_TESTS_NODE_MODULES names, with both official SDKs in it."""
    modules = os.environ.get("MOCKVOD_TESTS_NODE_MODULES", "")
    packages = ("tencentcloud-sdk-nodejs-intl-en", "tencentcloud-sdk-nodejs")
    installed = bool(modules) and all(Path(modules, package).is_dir() for package in packages)
    need(
        "node",
        installed and shutil.which("node") is not None,
        f"install Node.js, npm install {' '.join(packages)} somewhere, "
        "and let MOCKVOD_TESTS_NODE_MODULES name its node_modules",
    )
    return modules


@pytest.fixture(autouse=True)
def nothing_stays_patched() -> Iterator[None]:
    """Fails the test that leaves a client library patched, instead of one that comes later in the same process."""
    yield
    assert HTTPAdapter.send.__module__ == HTTPAdapter.__module__


@pytest.fixture
def calls_of() -> Callable[[Callable[[], object]], int]:
    """Tells how many functions a piece of work calls: unlike its time, the same on every machine."""

    def count_calls(work: Callable[[], object]) -> int:
        count = 0

        def profile(frame: FrameType, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            work()
        finally:
            sys.setprofile(before)
        return count

    return count_calls


#: The least that a subject can be made of. Tests that are not about its members use the action for its small
#: size; the caller puts this in, where they give it neither a picture nor a film.
PICTURE = "http://example.com/cat.png"


@dataclass
class Caller:
    """A client of `mock` that signs what it sends and opens the envelope of what comes back."""

    mock: MockVod
    account: Account = DEFAULT_ACCOUNT
    host: str = HOST
    changes: dict[str, Any] = field(default_factory=dict)

    def post(self, action: str, params: Any = None, *, headers: Mapping[str, str] = {}, **extra: Any) -> HttpRequest:
        """A TC3 POST. `headers` replace those that were signed, after signing; None removes one."""
        body = extra.pop("body", None)
        if body is None:
            params = {} if params is None else params
            if action == "CreateAigcSubject" and not {"SubjectImages", "SubjectVideos"} & params.keys():
                params = {**params, "SubjectImages": [PICTURE]}
            body = json.dumps(params).encode()
        return self._v3("POST", action, "", body, "application/json", headers, **extra)

    def get(self, action: str, query: str = "", *, headers: Mapping[str, str] = {}, **extra: Any) -> HttpRequest:
        """A TC3 GET with flattened parameters in `query`."""
        return self._v3("GET", action, query, b"", "application/x-www-form-urlencoded", headers, **extra)

    def _v3(
        self,
        method: str,
        action: str,
        query: str,
        body: bytes,
        kind: str,
        changed: Mapping[str, str | None],
        **extra: Any,
    ) -> HttpRequest:
        timestamp = extra.get("timestamp", int(self.mock.clock.now()))
        headers = {
            "content-type": kind,
            "host": extra.get("host", self.host),
            "x-tc-action": action,
            "x-tc-version": extra.get("version", "2018-07-17"),
            "x-tc-timestamp": str(timestamp),
        }
        if self.account.token:
            headers["x-tc-token"] = self.account.token
        headers.update(extra.get("signed", {}))
        request = HttpRequest(method, query, headers, body, extra.get("peer", "127.0.0.1"))
        headers["authorization"] = tc3.sign(
            request,
            secret_id=extra.get("secret_id", self.account.secret_id),
            secret_key=extra.get("secret_key", self.account.secret_key),
            service=extra.get("service", "vod"),
            timestamp=timestamp,
        ).authorization
        for name, value in changed.items():
            if value is None:
                headers.pop(name, None)
            else:
                headers[name] = value
        return request

    def v1(self, action: str, fields: Mapping[str, str] = {}, *, method: str = "POST", **extra: Any) -> HttpRequest:
        """A v1 call, signed with HmacSHA1 unless `fields` holds another SignatureMethod."""
        from urllib.parse import urlencode

        signed = {
            "Action": action,
            "Version": "2018-07-17",
            "Timestamp": str(int(self.mock.clock.now())),
            "Nonce": "11886",
            "SecretId": self.account.secret_id,
            **fields,
        }
        if action == "CreateAigcSubject" and not any(name.startswith("SubjectImages") for name in signed):
            signed["SubjectImages.0"] = PICTURE
        signed["Signature"] = v1.sign(method, self.host, signed, self.account.secret_key).signature
        signed = {name: value for name, value in {**signed, **extra.get("changed", {})}.items() if value is not None}
        text = urlencode(signed)
        headers = {"host": self.host}
        if method == "POST":
            headers["content-type"] = "application/x-www-form-urlencoded"
            return HttpRequest(method, "", headers, text.encode())
        return HttpRequest(method, text, headers, b"")

    def send(self, request: HttpRequest) -> dict[str, Any]:
        """What is inside of ``Response``."""
        return opened(self.mock.handle(request))

    def call(self, action: str, params: Any = None, **extra: Any) -> dict[str, Any]:
        """The answer to a TC3 POST of `params`."""
        return self.send(self.post(action, params, **extra))


@pytest.fixture(scope="session")
def make_caller() -> type[Caller]:
    """Makes callers of other mocks than the one of the fixture `mock`."""
    return Caller


@pytest.fixture(scope="session")
def result_of() -> Any:
    """Gives the first result file that a request asks for, as it is made on this machine."""

    def result(action: str, params: Mapping[str, Any], seed: int | None = None) -> bytes:
        file = requested_files(action, params, seed=seed)[0]
        make(file)
        made = content(file)
        assert made is not None
        return made

    return result


def opened(response: HttpResponse) -> dict[str, Any]:
    content = json.loads(response.body)
    assert list(content) == ["Response"]
    inside: dict[str, Any] = content["Response"]
    return inside


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW, tick=0)


@pytest.fixture
def settings() -> Settings:
    # Without the limit of one task at a time, so that tests which are not about it can make several.
    return Settings(seed=1, concurrency="off", task_seconds=2)


@pytest.fixture
def mock(settings: Settings, clock: VirtualClock) -> Iterator[MockVod]:
    yield MockVod(settings, clock=clock)


@pytest.fixture
def caller(mock: MockVod) -> Caller:
    return Caller(mock)


@pytest.fixture
def video() -> dict[str, Any]:
    """The request that the CreateAigcVideoTask page prints (2026-05-20), its masked FileIds filled in.

    But for its SessionId, which is a new one for each test: some share a server, where a second use is a repeat.
    """
    return {
        "SubAppId": 251007502,
        "ModelName": "GV",
        "ModelVersion": "3.1-fast",
        "FileInfos": [{"FileId": "3704211000509819"}],
        "LastFrameFileId": "3704211000509911",
        "Prompt": "generate a car",
        "NegativePrompt": "red",
        "EnhancePrompt": "Enabled",
        "OutputConfig": {
            "StorageMode": "Temporary",
            "AspectRatio": "9:16",
            "AudioGeneration": "Enabled",
            "PersonGeneration": "AllowAdult",
            "InputComplianceCheck": "Enabled",
            "OutputComplianceCheck": "Enabled",
        },
        "SessionId": f"mysession-{uuid4().hex}",
        "SessionContext": "mysessionContext",
        "TasksPriority": "10",
        "ExtInfo": "myextinfo",
    }
