"""The command line: a module for each command."""

from mockvod.cli.main import main

__all__ = ["main"]
