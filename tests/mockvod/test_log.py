"""Log lines: their two forms, that none can be forged, and that nobody waits for whoever reads them."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mockvod.log import FORMATTERS, PatientHandler, one_line, set_up


def record(message: str, *arguments: object, **more: Any) -> logging.LogRecord:
    return logging.getLogger("mockvod").makeRecord("mockvod", logging.INFO, "", 0, message, arguments, None, **more)


def failed() -> logging.LogRecord:
    """A record with a traceback whose exception has a text of two lines."""
    try:
        raise ValueError("one\n2026-01-01 refused a call")
    except ValueError:
        return logging.getLogger("mockvod").makeRecord("mockvod", logging.ERROR, "", 0, "it failed", (), sys.exc_info())


class Pipe:
    """A pipe with its two ends as files."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.reader = os.fdopen(reading, encoding="utf-8")
        self.writer = os.fdopen(writing, "wb", buffering=0)

    def rest(self) -> list[str]:
        """The lines that can still be read, after the writing end is closed."""
        self.writer.close()
        return self.reader.read().splitlines()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    with made.reader, made.writer:
        yield made


# --- one line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("refused: 视频 é", "refused: 视频 é", id="plain"),
        pytest.param("a\nb", "a\\nb", id="line-feed"),
        pytest.param("a\r\x1b[31mb", "a\\r\\x1b[31mb", id="escape"),
        pytest.param("a\u2028b\u202ec", "a\\u2028b\\u202ec", id="unicode"),
        pytest.param("\ud800", "\\ud800", id="half-a-character"),
    ],
)
def test_nothing_begins_another_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_text_has_the_time_and_the_message() -> None:
    line = FORMATTERS["text"]().format(record("refused %s", "A\nB"))

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} refused A\\nB", line)


def test_traceback_as_text_is_indented() -> None:
    first, *others = FORMATTERS["text"]().format(failed()).split("\n")

    assert first.endswith(" it failed")
    assert [each for each in others if not each.startswith("    ")] == []


def test_json_has_the_facts_of_a_call() -> None:
    line = FORMATTERS["json"]().format(record("refused A", extra={"call": {"action": "A", "milliseconds": 0.5}}))
    read = json.loads(line)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", read.pop("time"))
    assert read == {"level": "info", "message": "refused A", "action": "A", "milliseconds": 0.5}


@pytest.mark.parametrize("made", [record("a\nb\u2028"), failed()], ids=["message", "traceback"])
def test_json_is_one_line(made: logging.LogRecord) -> None:
    line = FORMATTERS["json"]().format(made)

    assert len(line.splitlines()) == 1
    assert "\n" in "".join(map(str, json.loads(line).values()))


# --- the handler ---------------------------------------------------------------------------------------------------


def test_what_waits_is_written_before_the_end(pipe: Pipe) -> None:
    handler = PatientHandler(pipe.writer.fileno())
    for number in range(50):
        handler.handle(record("line %d", number))
    handler.close()

    assert pipe.rest() == [f"line {number}" for number in range(50)]


def test_nobody_waits_for_a_reader_and_missing_lines_are_counted(pipe: Pipe) -> None:
    handler = PatientHandler(pipe.writer.fileno(), most=3)
    for _ in range(100):  # more than any pipe holds
        handler.handle(record("x" * 50_000))

    read = [next(pipe.reader)]
    while "dropped" not in read[-1]:
        read.append(next(pipe.reader))
    handler.close()

    missing = re.fullmatch(r"(\d+) log lines were dropped here, as nobody read the earlier ones\n", read[-1])
    assert missing
    assert int(missing[1]) + len(read) - 1 == 100


def test_lines_for_a_closed_pipe_are_lost(pipe: Pipe) -> None:
    pipe.reader.close()
    handler = PatientHandler(pipe.writer.fileno(), most=3)

    for _ in range(10):
        handler.handle(record("x"))
    handler.close()


def test_line_that_cannot_be_made_says_so(pipe: Pipe) -> None:
    handler = PatientHandler(pipe.writer.fileno())
    handler.handle(record("%d", "five"))
    handler.close()

    [line] = pipe.rest()
    assert line.startswith("a log line cannot be made of '%d': TypeError(")


@pytest.fixture
def untouched() -> Iterator[None]:
    """Has the loggers afterwards as they were."""
    loggers = [logging.getLogger(), logging.getLogger("mockvod")]
    before = [(each.level, list(each.handlers)) for each in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("level", "lines"),
    [
        ("debug", ["mockvod DEBUG", "mockvod INFO", "mockvod WARNING", "other WARNING"]),
        ("info", ["mockvod INFO", "mockvod WARNING", "other WARNING"]),
        ("warning", ["mockvod WARNING", "other WARNING"]),
        ("error", []),
    ],
)
def test_level_says_what_is_logged(pipe: Pipe, level: Any, lines: list[str]) -> None:
    handler = set_up(pipe.writer.fileno(), level, "text")
    for name in ("mockvod", "other"):
        for number in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(number, "%s %s", name, logging.getLevelName(number))
    handler.close()

    assert [line.partition(",")[2].partition(" ")[2] for line in pipe.rest()] == lines


def test_a_full_pipe_that_does_not_block_is_waited_for() -> None:
    """As a terminal is that another program has set so."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    handler = PatientHandler(writing)
    for number in range(2000):
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, f"{number} {'x' * 100}", (), None))
    handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "the last", (), None))
    seen = b""
    while not seen.endswith(b"the last\n"):
        seen += os.read(reading, 65536)
    handler.close()
    os.close(writing)
    os.close(reading)

    assert seen.count(b"\n") == 2001
