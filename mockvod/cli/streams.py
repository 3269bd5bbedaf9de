"""Standard output and standard error of a command, when nobody reads them or nothing more can be written."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

import click


class OutputError(Exception):
    """Standard output cannot be written; the message says why."""


def guard() -> None:
    """Replaces both streams of this process by streams that cannot surprise a command.

    A reader that has seen enough (``mockvod contracts list | head -1``) ends the output and not the command, so that its
    exit code still says what it found. What else prevents output is an OutputError. What standard error cannot take is
    lost, as there is nowhere to say so. Characters that the encoding lacks are written as escapes.
    """
    # Others have put something of their own in place of the streams of the process, and know how to treat it.
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        sys.stdout = _guarded(sys.stdout, _Output)
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:
        sys.stderr = _guarded(sys.stderr, _Errors)


def print_json(value: Any, *, indent: int = 2) -> None:
    """Prints a value as JSON, in escapes where the encoding lacks a character: it has to stay JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    click.echo(text)


def _guarded(stream: TextIO, kind: type[_Output]) -> TextIO:
    try:
        number = stream.fileno()
        stream.flush()
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(kind(number, "wb", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )


class _Output(io.FileIO):
    """Standard output. After its first failure, everything goes to the null device."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            _drain(self.fileno())
            self.failed(error)
            return len(data)

    def failed(self, error: OSError) -> None:
        # Windows says EINVAL of a pipe that nobody reads.
        if error.errno in (errno.EPIPE, errno.EINVAL):
            return
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from error


class _Errors(_Output):
    """Standard error."""

    def failed(self, error: OSError) -> None:
        pass


def _drain(number: int) -> None:
    with suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
