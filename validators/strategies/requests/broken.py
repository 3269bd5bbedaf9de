"""Strategies for requests with exactly one fault, and the finding for it.

A fault violates one rule, one condition, or one line of the structure. It is made in a valid request that is drawn;
where something else is violated too, the request is replaced by one for which that is known not to be so. So no example
is rejected, and each fault can be asked for by its name.
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

#: In how many sampled requests a fault is tried before it counts as impossible; they are the same in every run.
_SAMPLES_TRIED = 400
#: For how many shapes a fault is tried with each single edit.
_SHAPES_TRIED = 8


def broken_requests(
    action: str, *, fault: str | None = None, severity: str = "error"
) -> st.SearchStrategy[tuple[dict[str, Any], Finding]]:
    """Generates pairs of a request with exactly one fault and the finding for it.

    The finding is the first that `validate_request` gives under the strict profile, and its `code` is what the service
    answers. Some values necessarily violate two rules, such as an empty text where a length and a pattern are required;
    the finding is then about the rule that is answered.

    Examples from this strategy shrink towards the first fault of `faults_of`, in the smallest request that can have it.

    Example::

        @given(broken_requests("CreateAigcVideoTask"))
        def test_client_reports_the_code(broken):
            params, expected = broken
            with pytest.raises(ClientError, match=expected.code):
                client.create_video(params)

    Args:
        action: The name of any of the 241 actions.
        fault: A name of `faults_of`; any of them by default.
        severity: "error", or "warning" for requests that the service accepts.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        InvalidArgument: The action has no fault of this name and severity, or none of this severity at all.
    """
    contract = catalog().require(action)
    names = faults_of(action, severity=severity)
    if fault is not None and fault not in names:
        raise InvalidArgument(f"{contract.action} has no {severity} {fault!r}; it has {', '.join(names) or 'none'}")
    if not names:
        raise InvalidArgument(f"nothing about {contract.action} is a {severity}")
    return _broken(contract.action, names if fault is None else (fault,))


def faults_of(action: str, *, severity: str = "error") -> tuple[str, ...]:
    """The names of the faults that a call can have: `SessionId maxLength`, `OutputConfig unknown`, `A-VT-PROMPT`.

    A violated rule is named by member and keyword, a violated condition by its id. Violations of the structure have the
    keywords `required`, `type`, `range` and `unknown`. No fault stands for the keywords `default`, which cannot be
    violated, and `media`, which is about files.

    Args:
        action: The name of any of the 241 actions.
        severity: "error", or "warning" for faults that the service accepts.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
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
    """The errors of a request, or its warnings where it has no errors."""
    _, found = read_request(contract, params, textual=False)
    errors = tuple(each for each in found if each.severity == "error")
    return errors or found


@dataclass(frozen=True, slots=True)
class _FaultExample:
    """A request with a fault, its findings, and the shape that it was made from."""

    shape: Shape
    params: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def in_one_place(self) -> bool:
        """Whether all findings are about one member."""
        return len({each.path for each in self.findings}) == 1


@functools.cache
def _example_of(action: str, name: str) -> _FaultExample:
    """The first request in which a fault is the only one, or else that with the fewest findings besides."""
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
            return best  # the value itself violates two rules, so no other request would do better
    assert best is not None, f"{action}: no request shows {name}"
    return best


def _fitting(action: str, fault: Fault) -> list[Shape]:
    return [each for each in shapes(action) if each.takes(fault.needs)] or list(shapes(action))


def _smallest(action: str, fault: Fault) -> Iterator[tuple[Shape, dict[str, Any]]]:
    return ((shape, shape.filled((), _letters)) for shape in _fitting(action, fault))


def _sampled(action: str, fault: Fault) -> Iterator[tuple[Shape, dict[str, Any]]]:
    """Requests to try: first with a single edit, then with several."""
    found = _fitting(action, fault)
    for shape in found[:_SHAPES_TRIED]:
        yield from ((shape, shape.filled((number,), _letters)) for number in range(len(shape.edits)))
    chance = random.Random(f"{action} {fault.name}")
    for _ in range(_SAMPLES_TRIED):
        shape = chance.choice(found)
        yield shape, shape.sampled(chance)


def _letters(most: int) -> str:
    return "a" * most
