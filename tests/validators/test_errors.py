"""The tree of exceptions that the validators raise, which mockvod's own grows from."""

from __future__ import annotations

import hypothesis.errors
import pytest

import mockvod.errors
from mockvod.validators import errors, strategies
from mockvod.validators.contracts.catalog import UnknownAction
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.upstream import UpstreamError
from mockvod.validators.findings import ContractError
from mockvod.validators.media import MediaNotInstalled
from mockvod.validators.replies import UnknownReply
from mockvod.validators.signature import AuthorizationError

#: Class -> the classes that it can be caught as, beside MockvodError.
TREE: dict[type[Exception], tuple[type[Exception], ...]] = {
    AuthorizationError: (ValueError,),
    ContractError: (),
    ContractFileError: (),
    errors.NotInstalledError: (ImportError,),
    MediaNotInstalled: (errors.NotInstalledError, ImportError),
    strategies.InvalidArgument: (hypothesis.errors.InvalidArgument, ValueError),
    UnknownAction: (ValueError,),
    UnknownReply: (KeyError,),
    UpstreamError: (ValueError,),
}


@pytest.mark.parametrize("error", TREE, ids=lambda each: each.__name__)
def test_error_can_be_caught_as(error: type[Exception]) -> None:
    assert [each for each in (errors.MockvodError, *TREE[error]) if not issubclass(error, each)] == []


@pytest.mark.parametrize("error", TREE, ids=lambda each: each.__name__)
def test_error_is_in_the_drawn_tree(error: type[Exception]) -> None:
    assert f"── {error.__name__} " in (errors.__doc__ or "")


@pytest.mark.parametrize("name", ["MockvodError", "NotInstalledError"])
def test_mockvod_has_the_same_class(name: str) -> None:
    assert getattr(mockvod.errors, name) is getattr(errors, name)
