"""Files that have to be made before an answer can tell of them."""

from __future__ import annotations

import pytest

from mockvod.media import FileSpec, content, metadata, placeholder
from mockvod.service.media.made import MadeFiles

#: A model, which is made without the extra, too; no other test asks for this look.
NEW = FileSpec("model", "obj", look=0x6D616465)
FORMATS = [
    pytest.param(FileSpec(kind, form), id=form)
    for kind, form in [("video", "mp4"), ("image", "jpg"), ("audio", "wav"), ("model", "glb")]
]


def test_what_is_missing_is_noted_made_and_then_there() -> None:
    spec, first, second = NEW, MadeFiles(), MadeFiles()

    assert first.metadata(spec) == placeholder(spec).metadata
    assert first.content(spec) == placeholder(spec).content
    assert first.missing == [spec, spec]

    first.make_missing()

    assert (second.metadata(spec), second.content(spec)) == (metadata(spec), content(spec))
    assert second.missing == []


@pytest.mark.parametrize("spec", FORMATS)
def test_placeholder_has_the_members_of_the_file(spec: FileSpec) -> None:
    assert {"Size", "Container", "Duration"} <= placeholder(spec).metadata.keys()
