"""Decorated functions and test classes: each call, and each test, runs inside a block of its own."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, TypeVar

from mockvod.app import MockVod

Block = AbstractContextManager[MockVod]
Blocks = Callable[[], Block]
Target = TypeVar("Target", bound=Callable[..., Any])

#: The parameter by which a function is given its mock.
PARAMETER = "mockvod"
#: Attribute of a test instance: the mock of the block that is open from set-up to tear-down.
_HELD = "_mockvod_held"
#: Attribute of a test instance: that block, where set-up enters it and tear-down leaves it.
_BLOCK = "_mockvod_block"
_AROUND_TESTS = frozenset({"setUp", "tearDown", "asyncSetUp", "asyncTearDown"})


def decorated(target: Target, blocks: Blocks) -> Target:
    """Wraps `target`: a function in a block for each call; a class in a block for each test, with set-up and tear-down."""
    made: Any = _decorated_class(target, blocks) if isinstance(target, type) else _decorated(target, blocks)
    return made  # type: ignore[no-any-return]


def _decorated(function: Any, blocks: Blocks, *, of_class: bool = False) -> Any:
    """Wraps a function in a block of its own, unless the instance that it is a method of has one open."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"mock_vod: {function.__qualname__} is a generator, and its block would be left before it runs; use `with mock_vod()` inside it"
        )
    signature = inspect.signature(function)
    wants_mock = PARAMETER in signature.parameters

    def arguments(named: dict[str, Any], mock: MockVod) -> dict[str, Any]:
        return {**named, PARAMETER: mock} if wants_mock else named

    @wraps(function)
    async def run_async(*args: Any, **named: Any) -> Any:
        held = _held(args) if of_class else None
        if held is not None:
            return await function(*args, **arguments(named, held))
        with blocks() as mock:
            return await function(*args, **arguments(named, mock))

    @wraps(function)
    def run(*args: Any, **named: Any) -> Any:
        held = _held(args) if of_class else None
        if held is not None:
            return function(*args, **arguments(named, held))
        with blocks() as mock:
            return function(*args, **arguments(named, mock))

    wrapper: Any = run_async if inspect.iscoroutinefunction(function) else run
    if wants_mock:
        # Without the parameter, or pytest would look for a fixture of that name.
        rest = [each for name, each in signature.parameters.items() if name != PARAMETER]
        wrapper.__signature__ = signature.replace(parameters=rest)
    return wrapper


def _held(args: tuple[Any, ...]) -> MockVod | None:
    # From __dict__: a Mock would have an answer to any attribute.
    held: MockVod | None = getattr(args[0], "__dict__", {}).get(_HELD) if args else None
    return held


def _decorated_class(cls: type[Any], blocks: Blocks) -> type[Any]:
    cases = sys.modules.get("unittest.case")
    if cases is not None and issubclass(cls, cases.TestCase):
        cls.run = _run_in_block(cls.run, blocks)
    elif hasattr(cls, "setup_method") or hasattr(cls, "teardown_method"):
        # pytest calls these apart from the test, and passes the test method only if they have a parameter for it.
        cls.setup_method = _setup_method(getattr(cls, "setup_method", None), blocks)
        cls.teardown_method = _teardown_method(getattr(cls, "teardown_method", None))
    for name in dir(cls):
        if not name.startswith("test") and name not in _AROUND_TESTS:
            continue
        member = inspect.getattr_static(cls, name)
        if inspect.isfunction(member):
            setattr(cls, name, _decorated(member, blocks, of_class=True))
        elif isinstance(member, staticmethod):
            setattr(cls, name, staticmethod(_decorated(member.__func__, blocks)))
    return cls


def _run_in_block(run: Callable[..., Any], blocks: Blocks) -> Callable[..., Any]:
    """Wraps TestCase.run, so that the block surrounds set-up, test, tear-down and clean-ups."""

    @wraps(run)
    def wrapper(self: Any, *args: Any, **named: Any) -> Any:
        with blocks() as mock:
            setattr(self, _HELD, mock)
            try:
                return run(self, *args, **named)
            finally:
                delattr(self, _HELD)

    return wrapper


def _setup_method(setup: Callable[..., Any] | None, blocks: Blocks) -> Callable[..., Any]:
    def setup_method(self: Any, method: Any) -> None:
        if _HELD not in self.__dict__:  # otherwise a base class is decorated as well
            block = blocks()
            setattr(self, _HELD, block.__enter__())
            setattr(self, _BLOCK, block)
        try:
            _call(setup, self, method)
        except BaseException:
            # pytest calls no tear-down after a set-up that failed.
            _end(self)
            raise

    return setup_method


def _teardown_method(teardown: Callable[..., Any] | None) -> Callable[..., Any]:
    def teardown_method(self: Any, method: Any) -> None:
        try:
            _call(teardown, self, method)
        finally:
            _end(self)

    return teardown_method


def _call(function: Callable[..., Any] | None, instance: Any, method: Any) -> None:
    if function is None:
        return
    parameters = dict(inspect.signature(function).parameters)
    named = {PARAMETER: getattr(instance, _HELD)} if parameters.pop(PARAMETER, None) else {}
    function(instance, *([method] if len(parameters) > 1 else []), **named)


def _end(instance: Any) -> None:
    block: Block | None = instance.__dict__.pop(_BLOCK, None)
    instance.__dict__.pop(_HELD, None)
    if block is not None:
        block.__exit__(None, None, None)
