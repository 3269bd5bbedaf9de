"""Where the values of options come from besides the command line: environment variables, and a file for defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import click
from click.core import ParameterSource

from mockvod.cli.exits import nearest

PREFIX = "MOCKVOD_"
#: Variables of our own tests, which no command reads.
TESTS = "MOCKVOD_TESTS_"
#: What Kubernetes sets in every pod beside a service that is called mockvod, and Docker in a container that is linked
#: to one. MOCKVOD_PORT is among them, too: see `PortOption`.
_OF_ORCHESTRATORS = re.compile(r"MOCKVOD_(NAME|ENV_.*|SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\d+_(TCP|UDP|SCTP)(_.*)?)")
#: Where the file that defaults come from is named in the `meta` of a context.
FILE = "mockvod.defaults"


def variable(option: click.Option) -> str:
    """The environment variable of an option: the first one, where it has several."""
    return variables(option)[0]


def variables(option: click.Option) -> tuple[str, ...]:
    """All environment variables that an option is read from, in their order."""
    given = option.envvar
    return (given,) if isinstance(given, str) else tuple(given or ())


class Command(click.Command):
    """A command with an environment variable for each option: ``--rate-limit`` has MOCKVOD_RATE_LIMIT.

    Commands share the variables of the options that they share. An option that means something else in another command
    names a variable of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option in self.options():
            own = variables(option)
            if not any(each.startswith(PREFIX) for each in own):
                name = max(option.opts, key=len).lstrip("-").replace("-", "_").upper()
                own = (PREFIX + name, *own)
            option.envvar, option.show_envvar = own, True

    def options(self) -> Iterator[click.Option]:
        """The options of this command, without ``--help``."""
        return (each for each in self.params if isinstance(each, click.Option))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Has an error say where the wrong value stands."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            if isinstance(error.param, click.Option) and error.param_hint is None:
                error.param_hint = _place(ctx, error.param)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Refuses variables that name nothing: they are spelling mistakes, or of another version."""
        for name in known_variables(self):
            # What is not text is given as halves of surrogate pairs, which can neither be signed nor shown.
            if any("\ud800" <= char <= "\udfff" for char in os.environ.get(name, "")):
                raise click.UsageError(f"the environment variable {name} is not text")
        # The other commands need not be imported unless there is a variable that is not of this one.
        unknown = _unknown(self)
        if unknown:
            unknown = [each for each in unknown if each not in known_variables(ctx.find_root().command)]
        if unknown:
            other = nearest(unknown[0], known_variables(ctx.find_root().command))
            raise click.UsageError(f"no option has the environment variable {unknown[0]}; the nearest is {other}")
        return super().invoke(ctx)


class Group(click.Group):
    """Commands of the class above; a name that is none of theirs is answered with the nearest."""

    command_class: type[click.Command] | None = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command that the first argument names."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches  # slow to import, and needed for errors only

            known = self.list_commands(ctx)
            near = get_close_matches(name.casefold(), known, 1)
            hint = f"did you mean {near[0]!r}? There are" if near else "there are"
            raise click.UsageError(f"there is no command {name!r}; {hint} {', '.join(known)}")
        return super().resolve_command(ctx, args)


class PortOption(click.Option):
    """An option for a port, whose variable an orchestrator may have set to the URL of a service."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The value of the variable, unless it is such a URL."""
        value = super().resolve_envvar_value(ctx)
        return None if value is not None and re.match("(tcp|udp|sctp)://", value) else value


def known_variables(command: click.Command) -> tuple[str, ...]:
    """The variables of all options of a command and of the commands below it, sorted."""
    found: set[str] = set()
    for each in commands_below(command):
        found.update(name for option in each.options() for name in variables(option))
    return tuple(sorted(name for name in found if name.startswith(PREFIX)))


def commands_below(command: click.Command) -> Iterator[Command]:
    """The command itself, or those that a group has, at any depth."""
    if isinstance(command, Command):
        yield command
    elif isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            each = command.get_command(context, name)
            assert each is not None
            yield from commands_below(each)


def _unknown(command: click.Command) -> list[str]:
    known = known_variables(command)
    return [
        name
        for name in sorted(os.environ)
        if name.startswith(PREFIX)
        and not name.startswith(TESTS)
        and name not in known
        and not _OF_ORCHESTRATORS.fullmatch(name)
    ]


def _place(context: click.Context, option: click.Option) -> str:
    """Where the value of an option stands."""
    source = context.get_parameter_source(option.name or "")
    if source is ParameterSource.ENVIRONMENT:
        return " / ".join(name for name in variables(option) if os.environ.get(name))
    if source is ParameterSource.DEFAULT_MAP:
        return f"{max(option.opts, key=len).lstrip('-')!r} in {context.meta.get(FILE, 'a file')}"
    return " / ".join(map(repr, option.opts))
