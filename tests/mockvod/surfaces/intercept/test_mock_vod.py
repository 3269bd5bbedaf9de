"""`mock_vod` as it stands in somebody's tests: around functions, classes and blocks."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import unittest
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from unittest.mock import MagicMock

import pytest
import requests
from requests.adapters import HTTPAdapter

import mockvod as package
from mockvod import MockVod, MockvodError, Settings, SettingsError, SystemClock, VirtualClock, mock_vod
from mockvod.clock import Clock

pytest_plugins = ["pytester"]

URL = "https://vod.intl.tencentcloudapi.com/"


def call() -> None:
    requests.post(URL, timeout=5)


# --- Blocks --------------------------------------------------------------------------------------------------------


def test_block_gives_the_mock_that_answers() -> None:
    with mock_vod() as mock:
        call()
    assert mock.journal.total == 1


def test_block_that_is_awaited_gives_it_too() -> None:
    async def run() -> int:
        async with mock_vod() as mock:
            call()
            return mock.journal.total

    assert asyncio.run(run()) == 1


def test_each_entry_has_a_mock_of_its_own() -> None:
    block = mock_vod()
    with block as first:
        pass
    with block as second:
        assert second is not first


def test_block_is_not_entered_twice_at_a_time() -> None:
    with mock_vod() as mock:
        call()
        block = mock_vod()
        with block, pytest.raises(MockvodError) as caught, block:
            pass
    assert str(caught.value) == "this block is entered already; call mock_vod() once for each block"
    assert mock.journal.total == 1


def test_nothing_is_left_after_an_exception() -> None:
    before = HTTPAdapter.send
    with pytest.raises(ZeroDivisionError), mock_vod():
        raise ZeroDivisionError
    assert HTTPAdapter.send is before


@pytest.mark.parametrize(("options", "moved"), [({}, 0.15), ({"tick": 0}, 0), ({"tick": 2}, 2)], ids=str)
def test_call_takes_a_tick_on_the_clock(options: dict[str, Any], moved: float) -> None:
    with mock_vod(**options) as mock:
        before = mock.clock.now()
        call()
        assert mock.clock.now() - before == pytest.approx(moved, abs=1e-6)


@pytest.mark.parametrize("clock", [VirtualClock(5), SystemClock()], ids=["virtual", "system"])
def test_clock_is_the_one_given(clock: Clock) -> None:
    with mock_vod(clock=clock) as mock:
        assert mock.clock is clock


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, Settings(), id="none"),
        pytest.param({"profile": "lenient"}, Settings(profile="lenient"), id="field"),
        pytest.param({"settings": Settings(seed=4)}, Settings(seed=4), id="settings"),
        pytest.param(
            {"settings": Settings(seed=4), "seed": 5, "journal_size": 6}, Settings(seed=5, journal_size=6), id="both"
        ),
    ],
)
def test_settings_are_those_given(options: dict[str, Any], expected: Settings) -> None:
    with mock_vod(**options) as mock:
        assert mock.settings == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"profil": 1}, "there is no setting 'profil'; the nearest is 'profile'", id="unknown"),
        pytest.param({"others": "block"}, "others: 'block' is not one of pass, refuse", id="others"),
        pytest.param(
            {"hosts": ["http://a"]}, "hosts: 'http://a' is not a host name, with or without :port", id="hosts"
        ),
        pytest.param({"tick": -1}, "tick: -1 is not a number of seconds, 0 or more", id="tick"),
        pytest.param({"tick": "1"}, "tick: '1' is not a number of seconds, 0 or more", id="tick-text"),
        pytest.param(
            {"tick": 1, "clock": VirtualClock(5)},
            "tick=1 belongs to the clock that a block makes itself; set it on the given clock",
            id="tick-and-clock",
        ),
        pytest.param({"seed": 1, "profile": "x"}, "profile: 'x' is not one of strict, lenient", id="field"),
    ],
)
def test_what_cannot_be_is_said_where_it_is_written(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        mock_vod(**options)
    assert str(caught.value) == message


# --- Functions -----------------------------------------------------------------------------------------------------


def test_function_asks_for_the_mock() -> None:
    @mock_vod
    def function(number: int, mockvod: MockVod) -> tuple[int, int]:
        call()
        return number, mockvod.journal.total

    assert function(5) == (5, 1)  # type: ignore[call-arg]


def test_function_that_does_not_ask_gets_nothing() -> None:
    @mock_vod
    def function(*args: Any, **named: Any) -> tuple[Any, ...]:
        call()
        return args, named

    assert function(1, a=2) == ((1,), {"a": 2})


def test_decorator_takes_settings() -> None:
    @mock_vod(profile="lenient")
    def function(mockvod: MockVod) -> str:
        return mockvod.settings.profile

    assert function() == "lenient"  # type: ignore[call-arg]


def test_each_call_has_a_mock_of_its_own() -> None:
    @mock_vod
    def function(depth: int, mockvod: MockVod) -> list[MockVod]:
        return [mockvod, *(function(depth - 1) if depth else [])]  # type: ignore[call-arg]

    first, second = function(1)  # type: ignore[call-arg]
    assert first is not second


def test_function_that_awaits_is_in_the_block_to_its_end() -> None:
    @mock_vod
    async def function(mockvod: MockVod) -> int:
        await asyncio.sleep(0)
        call()
        return mockvod.journal.total

    assert inspect.iscoroutinefunction(function)
    assert asyncio.run(function()) == 1  # type: ignore[call-arg]


def test_signature_is_without_the_mock() -> None:
    """Or pytest would look for a fixture of that name."""

    @mock_vod
    def function(tmp_path: str, *, mockvod: MockVod) -> None: ...

    assert str(inspect.signature(function)) == "(tmp_path: 'str') -> 'None'"


def test_first_argument_that_has_every_attribute_is_no_test() -> None:
    @mock_vod
    def function(first: Any, mockvod: MockVod) -> object:
        return mockvod

    assert isinstance(function(MagicMock()), MockVod)  # type: ignore[call-arg]


def generator() -> Iterator[int]:
    yield 1


async def async_generator() -> AsyncIterator[int]:
    yield 1


@pytest.mark.parametrize("function", [generator, async_generator])
def test_generator_is_not_decorated(function: Any) -> None:
    with pytest.raises(TypeError) as caught:
        mock_vod(function)
    assert (
        str(caught.value)
        == f"mock_vod: {function.__name__} is a generator, and its block would be left before it runs; use `with mock_vod()` inside it"
    )


# --- Classes -------------------------------------------------------------------------------------------------------


class Inherited:
    def test_inherited(self, mockvod: MockVod) -> int:
        call()
        return mockvod.journal.total


@mock_vod(seed=3)
class Plain(Inherited):
    def test_own(self, mockvod: MockVod) -> int | None:
        call()
        return mockvod.settings.seed

    @staticmethod
    def test_static(mockvod: MockVod) -> int | None:
        return mockvod.settings.seed

    def helper(self, mockvod: str) -> str:
        return mockvod


@pytest.mark.parametrize(("name", "expected"), [("test_own", 3), ("test_static", 3), ("test_inherited", 1)])
def test_tests_of_a_class_are_decorated(name: str, expected: int) -> None:
    assert getattr(Plain(), name)() == expected


def test_other_methods_of_a_class_are_not() -> None:
    assert Plain().helper("as given") == "as given"


def test_class_above_is_left_as_it_is() -> None:
    assert "mockvod" in inspect.signature(Inherited.test_inherited).parameters


class Case:
    """Apart from TestCase, so that it is not collected by itself."""

    seen: ClassVar[list[tuple[str, int]]]
    addCleanup: Any

    def setUp(self, mockvod: Any = None) -> None:
        call()
        self.seen.append(("setUp", mockvod.journal.total))

    def tearDown(self) -> None:
        call()

    def test_it(self, mockvod: Any = None) -> None:
        self.addCleanup(lambda: self.seen.append(("cleanup", mockvod.journal.total)))
        call()
        self.seen.append(("test", mockvod.journal.total))


def run_case(case: type[unittest.TestCase], name: str) -> unittest.TestResult:
    result = unittest.TestResult()
    case(name).run(result)
    assert (result.errors, result.failures, result.testsRun) == ([], [], 1)
    return result


def test_set_up_and_tear_down_of_a_test_case_share_its_mock() -> None:
    class Decorated(Case, unittest.TestCase):
        seen: ClassVar = []

    run_case(mock_vod(Decorated), "test_it")

    assert Decorated.seen == [("setUp", 1), ("test", 2), ("cleanup", 3)]


def test_each_test_of_a_test_case_has_a_mock_of_its_own() -> None:
    class Decorated(Case, unittest.TestCase):
        seen: ClassVar = []

    mock_vod(Decorated)
    run_case(Decorated, "test_it")
    run_case(Decorated, "test_it")

    assert Decorated.seen == [("setUp", 1), ("test", 2), ("cleanup", 3)] * 2


def test_test_that_is_decorated_itself_has_a_mock_of_its_own() -> None:
    seen: list[Any] = []

    @mock_vod(seed=1)
    class Decorated(unittest.TestCase):
        def setUp(self, mockvod: Any = None) -> None:
            seen.append(mockvod.settings.seed)

        @mock_vod(seed=2)
        def test_it(self, mockvod: Any = None) -> None:
            seen.append(mockvod.settings.seed)

    run_case(Decorated, "test_it")

    assert seen == [1, 2]


def test_test_case_that_awaits_is_decorated() -> None:
    seen: list[int] = []

    @mock_vod
    class Decorated(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            call()

        async def test_it(self, mockvod: Any = None) -> None:
            call()
            seen.append(mockvod.journal.total)

    run_case(Decorated, "test_it")

    assert seen == [2]


WITH_METHODS = """
import pytest
import requests

from mockvod import mock_vod

URL = "https://vod.intl.tencentcloudapi.com/"
TOTALS = []


@mock_vod
class TestBoth:
    def setup_method(self, method, mockvod):
        self.method = method.__name__
        requests.post(URL, timeout=5)
        TOTALS.append(mockvod.journal.total)

    def test_first(self, mockvod):
        requests.post(URL, timeout=5)
        assert (self.method, mockvod.journal.total) == ("test_first", 2)

    @pytest.mark.parametrize("number", [1, 2])
    def test_second(self, number, mockvod, tmp_path):
        assert tmp_path.is_dir()
        assert mockvod.journal.total == 1

    def teardown_method(self, mockvod):
        requests.post(URL, timeout=5)
        TOTALS.append(mockvod.journal.total)


@mock_vod
class TestSetUpAlone:
    def setup_method(self):
        requests.post(URL, timeout=5)

    def test_it(self, mockvod):
        assert mockvod.journal.total == 1


@mock_vod(seed=2)
class TestBelow(TestBoth):
    @mock_vod(seed=3)
    def test_decorated_itself(self, mockvod):
        assert (mockvod.settings.seed, mockvod.journal.total) == (3, 0)

    def test_own(self, mockvod):
        assert (mockvod.settings.seed, mockvod.journal.total) == (2, 1)

    test_first = test_second = None


@mock_vod
class TestSetUpFails:
    def setup_method(self):
        raise ZeroDivisionError

    def test_it(self):
        pass


@mock_vod
async def test_await(mockvod):
    requests.post(URL, timeout=5)
    assert mockvod.journal.total == 1


def test_nothing_is_left():
    assert requests.adapters.HTTPAdapter.send.__module__ == "requests.adapters"
    assert TOTALS == [1, 3, 1, 2, 1, 2, 1, 2, 1, 2]
"""


def test_pytest_runs_what_is_decorated(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WITH_METHODS)

    loop = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    result = pytester.runpytest_subprocess("-p", "no:randomly", *loop, "-W", "error")

    result.assert_outcomes(passed=8, errors=1)


# --- The import ----------------------------------------------------------------------------------------------------


def test_other_names_of_the_package_are_not_there() -> None:
    with pytest.raises(AttributeError, match="^module 'mockvod' has no attribute 'nothing'$"):
        package.nothing  # noqa: B018  # type: ignore[attr-defined]


def test_interception_is_imported_by_who_uses_it() -> None:
    code = "import sys, mockvod; print([name for name in sys.modules if 'inprocess' in name or 'intercept' in name])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout == "[]\n"
