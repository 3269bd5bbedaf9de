"""Facts only: no run of eight words of the vendor's descriptions stands anywhere in this repository."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: Folders of a checkout that are not part of the project.
FOREIGN = frozenset({"__pycache__", "node_modules", "build", "dist"})
RUN = 8


def runs(text: str) -> set[tuple[str, ...]]:
    """Runs of eight words. Addresses and lists of values (1:1 3:2 2:3, image_url_0) are facts: the former are left out,
    and half a run has to be plain words."""
    words = re.findall(r"[a-z0-9_:'-]+", re.sub(r"<[^>]*>|https?://\S+", " ", text).lower())
    found = zip(*(words[start:] for start in range(RUN)), strict=False)
    return {each for each in found if sum(re.sub("[-':]", "", word).isalpha() for word in each) * 2 >= RUN}


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the project."""
    for folder, folders, names in os.walk(ROOT):
        # Folders with a dot are tools' caches, but for the two that are ours.
        folders[:] = [
            each for each in folders if each not in FOREIGN and (not each.startswith(".") or each in (".ci", ".github"))
        ]
        for name in names:
            path = Path(folder, name)
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b"\0"
            if b"\0" not in content:
                yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace")


@pytest.fixture
def theirs(need: Any) -> set[tuple[str, ...]]:
    """Every run of words of the descriptions in the installed package."""
    try:
        package = distribution("tccli-intl-en")
    except PackageNotFoundError:
        package = None
    need("tccli-intl-en", package is not None, "pip install tccli-intl-en")
    assert package is not None
    place = package.locate_file("tccli/services/vod/v20180717/api.json")
    api = json.loads(place.read_text(encoding="utf-8"))
    bodies = [*api["actions"].values(), *api["objects"].values()]
    bodies += [member for each in api["objects"].values() for member in each["members"]]
    return set().union(*(runs(each.get("document") or "") for each in bodies))


def test_no_sentence_of_the_descriptions_stands_in_the_repository(theirs: set[tuple[str, ...]]) -> None:
    found = {name: [" ".join(each) for each in sorted(runs(text) & theirs)] for name, text in texts()}

    assert {name: each for name, each in found.items() if each} == {}


def test_a_sentence_would_be_found() -> None:
    said = "one two three four five six seven eight nine"

    assert len(runs(f"<p>{said.upper()}</p>") & runs(said)) == 2
