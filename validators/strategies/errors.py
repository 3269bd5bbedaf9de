"""The error for arguments that no strategy can be made of."""

import hypothesis.errors

from mockvod.validators.errors import MockvodError


class InvalidArgument(MockvodError, hypothesis.errors.InvalidArgument, ValueError):
    """Arguments of which no strategy can be made; the message names the argument, its value and what is possible.

    It is raised when the strategy is made, not when a test draws from it.
    """
