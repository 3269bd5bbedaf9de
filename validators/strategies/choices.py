"""Arguments of strategies that are one of a few words."""

from collections.abc import Sequence

from hypothesis import strategies as st

from mockvod.validators.strategies.errors import InvalidArgument


def choices(name: str, given: str | None, known: Sequence[str]) -> st.SearchStrategy[str]:
    """The given word, or any of the known ones for None.

    Raises:
        InvalidArgument: a word that is not known; the message names the argument and the words.
    """
    if given is None:
        return st.sampled_from(known)
    if given not in known:
        raise InvalidArgument(f"{name}={given!r} is none of {', '.join(known)}")
    return st.just(given)
