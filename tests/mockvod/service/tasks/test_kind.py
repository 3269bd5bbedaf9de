"""That the kinds of tasks and the contracts match. What is said where they do not is in kinds/test_new_kind.py."""

from __future__ import annotations

import pytest

from mockvod.errors import KindError
from mockvod.service.tasks.kind import behaviours, check_golden_requests


def test_kinds_that_are_loaded_once_more_match_the_contracts() -> None:
    assert behaviours.__wrapped__() == behaviours()


def test_the_kinds_with_a_golden_request_match() -> None:
    check_golden_requests({"action": action} for action in behaviours())


@pytest.mark.parametrize("forgotten", behaviours())
def test_a_kind_without_a_golden_request_is_named(forgotten: str) -> None:
    with pytest.raises(KindError) as caught:
        check_golden_requests({"action": action} for action in behaviours() if action != forgotten)

    assert str(caught.value) == f"{forgotten}: fixtures/golden/requests.json has no request of it"
