"""The entry point: finds the command, and reports each user error on one line with exit code 2."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from mockvod.cli import exits, streams
from mockvod.cli.options import Group
from mockvod.errors import MockvodError
from mockvod.version import __version__

#: Command -> module and attribute. The module is imported only when the command is used, so that each starts fast.
COMMANDS = {
    "contracts": ("mockvod.cli.contracts", "contracts"),
    "demo": ("mockvod.cli.demo", "demo"),
    "serve": ("mockvod.cli.serve", "serve"),
    "sign": ("mockvod.cli.sign", "sign"),
    "validate": ("mockvod.cli.validate", "validate"),
}


class _Commands(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__, prog_name="mockvod")
def commands() -> None:
    """A mock of Tencent Cloud VOD's AI-generation API.

    Exit codes: 0 all is well; 1 what was checked is wrong; 2 the command could not do its work, and says why; 3 what was
    compared differs.
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits, with a code of mockvod.cli.exits."""
    streams.guard()
    try:
        status = _run(arguments)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(exits.INTERRUPTED)
    except click.ClickException as error:
        _say(error.format_message())
        # click has 1 for errors that it does not expect, which is the code of a finding here.
        sys.exit(error.exit_code if error.exit_code != exits.FOUND else exits.USAGE)
    except (MockvodError, streams.OutputError) as error:
        _say(str(error))
    except OSError as error:
        # Of files and sockets that no command has a better word for.
        _say(": ".join(str(each) for each in (error.filename, error.strerror or error) if each))
    else:
        sys.exit(status)
    sys.exit(exits.USAGE)


def _run(arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    for number, each in enumerate(given, 1):
        # What is not text is given as halves of surrogate pairs, which can neither be signed nor shown.
        if not each.isascii() and any("\ud800" <= char <= "\udfff" for char in each):
            raise click.UsageError(f"argument {number} is not text in {sys.getfilesystemencoding()}: {each!a}")
    try:
        status = commands.main(args=given, prog_name="mockvod", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return exits.USAGE
    return status if isinstance(status, int) else exits.FINE


def _say(message: str) -> None:
    # click has a list of choices stand on lines of its own.
    click.echo(f"mockvod: {' '.join(line.strip() for line in message.splitlines())}", err=True)
