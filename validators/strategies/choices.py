"""Arguments of strategies that take one of a few words."""

from collections.abc import Sequence

from hypothesis import strategies as st

from mockvod.validators.strategies.errors import InvalidArgument


def choices(name: str, given: str | None, known: Sequence[str]) -> st.SearchStrategy[str]:
    """Generates the given word, or any of the known ones if it is None.

    Examples from this strategy shrink towards the first known word.

    Args:
        name: The name of the argument, for the message.
        given: The value of the argument.
        known: The words that the argument may have.

    Raises:
        InvalidArgument: The word is not a known one; the message names the argument and the known words.
    """
    if given is None:
        return st.sampled_from(known)
    if given not in known:
        raise InvalidArgument(f"{name}={given!r} is none of {', '.join(known)}")
    return st.just(given)
