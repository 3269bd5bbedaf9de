"""Functions and test classes that run inside a block, each test in one of its own."""

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

#: The parameter by which a function asks for its mock.
ASKED = "mockvod"
#: Attribute of a test's instance -> the mock of the block that goes from its set-up to its tear-down.
_HELD = "_mockvod_held"
#: And the block, where it is entered and left by two methods.
_BLOCK = "_mockvod_block"
_AROUND_TESTS = frozenset({"setUp", "tearDown", "asyncSetUp", "asyncTearDown"})


def decorated(target: Target, blocks: Blocks) -> Target:
    """`target` inside a block: a function in one for each call, a class in one for each test, set-up and tear-down."""
    made: Any = _decorated_class(target, blocks) if isinstance(target, type) else _decorated(target, blocks)
    return made  # type: ignore[no-any-return]


def _decorated(function: Any, blocks: Blocks, *, of_class: bool = False) -> Any:
    """The function in a block of its own, unless it is of a class whose instance holds one already."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"mock_vod: {function.__qualname__} yields, and would be left before; use `with` inside of it")
    signature = inspect.signature(function)
    asks = ASKED in signature.parameters

    def arguments(named: dict[str, Any], mock: MockVod) -> dict[str, Any]:
        return {**named, ASKED: mock} if asks else named

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wrapper(*args: Any, **named: Any) -> Any:
            held = _held(args) if of_class else None
            if held is not None:
                return await function(*args, **arguments(named, held))
            with blocks() as mock:
                return await function(*args, **arguments(named, mock))
    else:

        @wraps(function)
        def wrapper(*args: Any, **named: Any) -> Any:
            held = _held(args) if of_class else None
            if held is not None:
                return function(*args, **arguments(named, held))
            with blocks() as mock:
                return function(*args, **arguments(named, mock))

    if asks:
        # Or pytest would look for a fixture of that name.
        rest = [each for name, each in signature.parameters.items() if name != ASKED]
        wrapper.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return wrapper


def _held(args: tuple[Any, ...]) -> MockVod | None:
    # Its own, and no answer to whatever it is asked, as a Mock would give.
    held: MockVod | None = getattr(args[0], "__dict__", {}).get(_HELD) if args else None
    return held


def _decorated_class(cls: type[Any], blocks: Blocks) -> type[Any]:
    cases = sys.modules.get("unittest.case")
    if cases is not None and issubclass(cls, cases.TestCase):
        cls.run = _whole_run(cls.run, blocks)
    elif hasattr(cls, "setup_method") or hasattr(cls, "teardown_method"):
        # pytest calls them apart from the test, with or without the method, by how many parameters they have.
        cls.setup_method = _held_from(getattr(cls, "setup_method", None), blocks)
        cls.teardown_method = _held_until(getattr(cls, "teardown_method", None))
    for name in dir(cls):
        if not name.startswith("test") and name not in _AROUND_TESTS:
            continue
        member = inspect.getattr_static(cls, name)
        if inspect.isfunction(member):
            setattr(cls, name, _decorated(member, blocks, of_class=True))
        elif isinstance(member, staticmethod):
            setattr(cls, name, staticmethod(_decorated(member.__func__, blocks)))
    return cls


def _whole_run(run: Callable[..., Any], blocks: Blocks) -> Callable[..., Any]:
    """TestCase.run in a block, which so goes around set-up, test, tear-down and clean-ups."""

    @wraps(run)
    def wrapper(self: Any, *args: Any, **named: Any) -> Any:
        with blocks() as mock:
            setattr(self, _HELD, mock)
            try:
                return run(self, *args, **named)
            finally:
                delattr(self, _HELD)

    return wrapper


def _held_from(setup: Callable[..., Any] | None, blocks: Blocks) -> Callable[..., Any]:
    def setup_method(self: Any, method: Any) -> None:
        if _HELD not in self.__dict__:  # or a class above is decorated as well
            block = blocks()
            setattr(self, _HELD, block.__enter__())
            setattr(self, _BLOCK, block)
        try:
            _call(setup, self, method)
        except BaseException:
            # Then pytest calls no tear-down.
            _end(self)
            raise

    return setup_method


def _held_until(teardown: Callable[..., Any] | None) -> Callable[..., Any]:
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
    named = {ASKED: getattr(instance, _HELD)} if parameters.pop(ASKED, None) else {}
    function(instance, *([method] if len(parameters) > 1 else []), **named)


def _end(instance: Any) -> None:
    block: Block | None = instance.__dict__.pop(_BLOCK, None)
    instance.__dict__.pop(_HELD, None)
    if block is not None:
        block.__exit__(None, None, None)
