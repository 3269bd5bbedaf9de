"""Log lines of a server process: as text or as JSON, and written so that no call waits for whoever reads them.

The logger is ``mockvod``. A record about a call has its facts in the attribute `call`: see mockvod/call/line.py.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import queue
import select
import threading
from datetime import datetime, timezone
from typing import Literal

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["text", "json"]

#: Lines that may wait to be written. Two thousand of a kilobyte fill no memory, and outlast a reader that is slow.
MOST_WAITING = 2000
#: How long the last lines may take when the process ends.
_PATIENCE_SECONDS = 1


def one_line(text: str) -> str:
    """The text with everything escaped that a terminal would act on or that would begin a line: none can be forged."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class TextFormatter(logging.Formatter):
    """The time and the message on one line; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Makes the line of a record."""
        lines = [f"{self.formatTime(record)} {one_line(record.getMessage())}"]
        if record.exc_info:
            lines += [f"    {one_line(each)}" for each in self.formatException(record.exc_info).splitlines()]
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """One object on one line: time, level and message, the facts of a call, and a traceback as text."""

    def format(self, record: logging.LogRecord) -> str:
        """Makes the line of a record."""
        moment = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "call", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


LEVELS: dict[Level, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
FORMATTERS: dict[Format, type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}


class PatientHandler(logging.Handler):
    """Writes lines in a thread of its own, and drops them where nobody reads what was written before.

    A pipe holds some 64 KB. Without this, a parent process that starts a server and never reads its standard error
    would stop it at about the 800th refusal. The first line that is written after a gap says how many are missing.

    Args:
        descriptor: The file descriptor to write to.
        most: How many lines may wait.
    """

    def __init__(self, descriptor: int, most: int = MOST_WAITING) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._waiting: queue.Queue[str] = queue.Queue(most)
        self._dropped = 0
        self._counting = threading.Lock()  # not that of the handler, which is held while `close` waits
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="mockvod-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Has a record written, some time soon."""
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  # as logging does it: no call fails because of its log line
            line = f"a log line cannot be made of {record.msg!r}: {error!r}"
        self._put(f"{line}\n")

    def close(self) -> None:
        """Writes what waits, for a second at most."""
        if not self._closing:
            self._closing = True
            self._put("")  # wakes the thread
            self._thread.join(_PATIENCE_SECONDS)
        super().close()

    def _put(self, line: str) -> None:
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            with self._counting:
                self._dropped += 1

    def _run(self) -> None:
        # Not through sys.stderr: a thread that holds its lock while it waits would keep the process from ending.
        while True:
            lines = [self._waiting.get()]
            while not self._waiting.empty():
                lines.append(self._waiting.get())
            with self._counting:
                dropped, self._dropped = self._dropped, 0
            if dropped:
                lines.append(f"{dropped} log lines were dropped here, as nobody read the earlier ones\n")
            try:
                self._write("".join(lines).encode("utf-8", "backslashreplace"))
            except OSError as error:
                if error.errno in (errno.EPIPE, errno.EBADF):
                    return  # nobody will ever read
                # A full disk, for one, may have room again.
                with self._counting:
                    self._dropped += len(lines)
            if self._closing and self._waiting.empty():
                return

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                # Whoever shares a terminal or a pipe with this process may have set it so.
                select.select([], [self._descriptor], [], _PATIENCE_SECONDS)


def set_up(descriptor: int, level: Level, form: Format) -> PatientHandler:
    """Has everything logged that is at least of this level; of other libraries, warnings and errors.

    Returns:
        The handler, to be closed when the process ends.
    """
    handler = PatientHandler(descriptor)
    handler.setFormatter(FORMATTERS[form]())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, LEVELS[level]))
    logging.getLogger("mockvod").setLevel(LEVELS[level])
    return handler
