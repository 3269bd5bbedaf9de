"""Strategies for requests with one fault, and what the service answers for it.

A fault is a change that breaks one rule, condition or line of the structure. It is laid over a request that is right;
where the drawn request does not go with it, over one on which it was seen to break nothing else. So nothing is thrown
away, and each fault can be asked for by its name.
"""

import functools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request
from mockvod.validators.strategies.errors import InvalidArgument
from mockvod.validators.strategies.requests.edits import copied
from mockvod.validators.strategies.requests.faults import Fault, faults
from mockvod.validators.strategies.requests.shapes import Shape, shapes
from mockvod.validators.strategies.requests.valid import edit_letters, edit_numbers

#: Requests that a fault is tried on before it counts as one that cannot be shown; each is the same in every run.
_SAMPLES_TRIED = 400
#: How many forms have each of their edits tried alone.
_SHAPES_TRIED = 8


def broken_requests(
    action: str, *, fault: str | None = None, severity: str = "error"
) -> st.SearchStrategy[tuple[dict[str, Any], Finding]]:
    """Requests with exactly one fault, each with the finding that `validate_request` puts first in the strict profile.

    The finding's `code` is what the service answers. Where one value cannot but break two rules (an empty text that
    must have a character and a form), the finding is of the one that is answered.

    Example::

        @given(broken_requests("CreateAigcVideoTask"))
        def test_client_reports_the_code(broken):
            params, expected = broken
            with pytest.raises(ClientError, match=expected.code):
                client.create_video(params)

    Args:
        fault: one of `faults_of`; else any of them.
        severity: "warning" for requests that pass and are reported.

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: no fault of the action has this name and severity.
    """
    contract = catalog().require(action)
    names = faults_of(action, severity=severity)
    if fault is not None and fault not in names:
        raise InvalidArgument(f"{contract.action} has no {severity} {fault!r}; it has {', '.join(names) or 'none'}")
    if not names:
        raise InvalidArgument(f"nothing about {contract.action} is a {severity}")
    return _broken(contract.action, names if fault is None else (fault,))


def faults_of(action: str, *, severity: str = "error") -> tuple[str, ...]:
    """The names of what can be wrong with a call: `SessionId maxLength`, `OutputConfig unknown`, `A-VT-PROMPT`.

    A rule is named by its member and keyword, a condition by its id; the structure's own are `required`, `type`,
    `range` and `unknown`. Rules that no call can break are left out: `default`, `media` (of files, not of calls).

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
    """
    contract = catalog().require(action)
    return tuple(name for name, each in _by_name(contract.action).items() if each.severity == severity)


@functools.cache
def _by_name(action: str) -> Mapping[str, Fault]:
    return {each.name: each for each in faults(catalog().require(action))}


@st.composite
def _broken(draw: st.DrawFn, action: str, names: tuple[str, ...]) -> tuple[dict[str, Any], Finding]:
    contract = catalog().require(action)
    fault = _by_name(action)[names[draw(st.integers(0, len(names) - 1))]]
    example = _example_of(action, fault.name)
    picks = edit_numbers(draw(edit_letters(len(example.shape.edits))))
    for params in fault.inject(example.shape.filled(picks, _letters), example.shape):
        findings = _findings_of(contract, params)
        if fault.is_first(findings, contract, params) and len(findings) == len(example.findings):
            return params, findings[0]
    return copied(example.params), example.findings[0]


def _findings_of(contract: Contract, params: dict[str, Any]) -> tuple[Finding, ...]:
    """What is wrong with a request; warnings only where nothing refuses it."""
    _, found = read_request(contract, params, textual=False)
    errors = tuple(each for each in found if each.severity == "error")
    return errors or found


@dataclass(frozen=True, slots=True)
class _FaultExample:
    """A request that shows a fault, and the shape that it was made of."""

    shape: Shape
    params: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def in_one_place(self) -> bool:
        return len({each.path for each in self.findings}) == 1


@functools.cache
def _example_of(action: str, name: str) -> _FaultExample:
    """The first request on which a fault is the only one, or else the one with the fewest findings beside it."""
    contract = catalog().require(action)
    fault = _by_name(action)[name]
    best: _FaultExample | None = None
    for tries in (_smallest(action, fault), _sampled(action, fault)):
        for shape, params in tries:
            for made in fault.inject(params, shape):
                findings = _findings_of(contract, made)
                if fault.is_first(findings, contract, made) and (best is None or len(findings) < len(best.findings)):
                    best = _FaultExample(shape, made, findings)
            if best is not None and len(best.findings) == 1:
                return best
        if best is not None and best.in_one_place:
            return best  # the value itself breaks two rules: no other request would help
    assert best is not None, f"{action}: no request shows {name}"
    return best


def _fitting(action: str, fault: Fault) -> list[Shape]:
    return [each for each in shapes(action) if each.takes(fault.needs)] or list(shapes(action))


def _smallest(action: str, fault: Fault) -> Iterator[tuple[Shape, dict[str, Any]]]:
    return ((shape, shape.filled((), _letters)) for shape in _fitting(action, fault))


def _sampled(action: str, fault: Fault) -> Iterator[tuple[Shape, dict[str, Any]]]:
    """Requests with a single edit, then with several."""
    found = _fitting(action, fault)
    for shape in found[:_SHAPES_TRIED]:
        yield from ((shape, shape.filled((number,), _letters)) for number in range(len(shape.edits)))
    chance = random.Random(f"{action} {fault.name}")
    for _ in range(_SAMPLES_TRIED):
        shape = chance.choice(found)
        yield shape, shape.sampled(chance)


def _letters(most: int) -> str:
    return "a" * most
