"""Files that commands read: what is no JSON, or JSON that readers understand in different ways, is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockvod.cli.exits import Refusal
from mockvod.cli.files import parse_json, read_json, write

FOLDER = "FOLDER"
NO_JSON = [
    pytest.param(b"", "is not JSON: Expecting value in line 1, column 1", id="empty"),
    pytest.param(b'{\n "a": }', "is not JSON: Expecting value in line 2, column 7", id="broken"),
    pytest.param(b'{"a": 1} x', "is not JSON: Extra data in line 1, column 10", id="more"),
    pytest.param(b"\xff\xfe\x00", "is not JSON: byte 1 is not text in UTF-8", id="binary"),
    pytest.param(b'"abc\xff"', "is not JSON: byte 5 is not text in UTF-8", id="binary-inside"),
    pytest.param(b"[" * 100_000, "is not JSON: it is nested too deep to be read", id="deep"),
    pytest.param(b'{"a":' * 100_000, "is not JSON: it is nested too deep to be read", id="deep-objects"),
    pytest.param(b'{"a": NaN}', "is not JSON: NaN is no number of JSON", id="nan"),
    pytest.param(b'{"a": -Infinity}', "is not JSON: -Infinity is no number of JSON", id="infinity"),
    pytest.param(b'{"a": 1e999}', "is not JSON: 1e999 is too large for a number", id="huge"),
    pytest.param(b"9" * 5000, "is not JSON: a number has 5000 digits, which is too large", id="long"),
    pytest.param(
        b'{"b": {"a": 1, "c": 2, "a": 3}}',
        "is not JSON: 'a' stands twice in one object, and readers differ on which of the two counts",
        id="twice",
    ),
]


@pytest.mark.parametrize(("content", "reason"), NO_JSON)
def test_what_is_no_json_is_refused_with_the_place(tmp_path: Path, content: bytes, reason: str) -> None:
    place = tmp_path / "x.json"
    place.write_bytes(content)

    with pytest.raises(Refusal) as refusal:
        read_json(place)

    assert refusal.value.message == f"{place} {reason}"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["validate", "PullUpload", "FILE"], id="validate"),
        pytest.param(["validate", "PullUpload", "FILE", "--response"], id="response"),
        pytest.param(["contracts", "drift", "--package-file", "FILE"], id="drift"),
    ],
)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "cannot be read: No such file or directory", id="absent"),
        pytest.param(FOLDER, "cannot be read: Is a directory", id="folder"),
        pytest.param("{", "is not JSON: Expecting property name", id="no-json"),
        pytest.param('{"a": 1, "a": 2}', "is not JSON: 'a' stands twice", id="twice"),
        pytest.param("[]", "", id="list"),
        pytest.param("5", "", id="number"),
    ],
)
def test_every_command_reads_files_alike(
    tmp_path: Path, refused: Any, arguments: list[str], content: str | None, reason: str
) -> None:
    place = tmp_path / "x.json"
    if content == FOLDER:
        place.mkdir()
    elif content is not None:
        place.write_text(content, encoding="utf-8")

    line = refused(*[str(place) if each == "FILE" else each for each in arguments])

    assert line.startswith(f"{place} {reason}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(
            '{"a": [1, 1.5, -0, 1e3, null, true, "\\ud800"]}', {"a": [1, 1.5, 0, 1e3, None, True, "\ud800"]}, id="all"
        ),
        pytest.param("18446744073709551616", 2**64, id="large"),
    ],
)
def test_json_is_read(text: str, value: object) -> None:
    assert parse_json(text) == value


def test_a_mark_of_the_byte_order_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')

    assert read_json(tmp_path / "x.json") == {"a": 1}


def test_what_has_no_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockvod.cli.files.MOST_BYTES", 1024**2)

    with pytest.raises(Refusal, match="^/dev/zero cannot be read: it is larger than 1 MB$"):
        read_json(Path("/dev/zero"))


@pytest.mark.parametrize("name", ["no/x.json", "."], ids=["no-folder", "folder"])
def test_file_that_cannot_be_written_is_told_of(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match=r" cannot be written: \w+"):
        write(tmp_path / name, "text")


def test_name_with_a_null_character_is_told_of() -> None:
    with pytest.raises(Refusal, match="cannot be written: embedded null byte"):
        write(Path("a\0b"), "text")
