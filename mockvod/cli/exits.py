"""With which exit codes commands end, and the error for what cannot be done."""

from __future__ import annotations

from collections.abc import Iterable

import click

FINE = 0
#: Something is wrong with what was checked.
FOUND = 1
#: The command was called in a way that cannot work, or something around it does not allow it.
USAGE = 2
#: What was compared differs.
DRIFT = 3
#: As shells say of a program that Ctrl-C ended.
INTERRUPTED = 130


class Refusal(click.ClickException):
    """The command cannot do what was asked; the message says why on one line, and what to do instead."""

    exit_code = USAGE


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` is most likely meant to be."""
    from difflib import get_close_matches  # slow to import, and needed for errors only

    # Two names that differ in capitals alone are the same name to whoever typed one.
    folded = {each.casefold(): each for each in known}
    return folded[get_close_matches(name.casefold(), folded, 1, 0)[0]]
