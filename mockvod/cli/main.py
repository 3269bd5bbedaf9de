"""The entry point: finds the command, and reports each user error on one line with exit code 2."""

from __future__ import annotations

import sys
from importlib import import_module

import click

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
USAGE_EXIT = 2


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(
    cls=_Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "MOCKVOD",
        "show_default": True,
    },
)
@click.version_option(__version__, prog_name="mockvod")
def commands() -> None:
    """A mock of Tencent Cloud VOD's AI-generation API."""


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits: 0 fine, 1 findings or failure, 2 usage error; a command may have further codes."""
    try:
        status = commands.main(args=arguments, prog_name="mockvod", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(USAGE_EXIT)
    except click.ClickException as error:
        click.echo(f"mockvod: {error.format_message()}", err=True)
        sys.exit(error.exit_code if error.exit_code != 1 else USAGE_EXIT)
    except MockvodError as error:
        click.echo(f"mockvod: {error}", err=True)
        sys.exit(USAGE_EXIT)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)
