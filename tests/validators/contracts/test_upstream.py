"""The conversion of the published description, on an invented one and on the real one."""

import copy
import functools
import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import Any

import pytest

from mockvod.validators.contracts import upstream

API = {
    "metadata": {"apiVersion": "2000-01-01"},
    "version": "1.0",
    "actions": {
        "PutBox": {
            "document": "d",
            "name": "n",
            "input": "PutBoxRequest",
            "output": "PutBoxResponse",
            "status": "online",
        },
        "GetBox": {
            "document": "d",
            "name": "n",
            "input": "GetBoxRequest",
            "output": "PutBoxResponse",
            "status": "online",
        },
    },
    "objects": {
        "PutBoxRequest": {
            "document": "d",
            "type": "object",
            "members": [
                {"name": "Size", "type": "int", "member": "uint64", "required": True, "document": "d", "example": "1"},
                {"name": "Lids", "type": "list", "member": "Lid", "required": False, "document": "d", "example": "1"},
            ],
        },
        "GetBoxRequest": {"document": "d", "type": "object", "members": []},
        "PutBoxResponse": {
            "document": "d",
            "type": "object",
            "members": [{"name": "RequestId", "type": "string", "member": "string", "document": "d"}],
        },
        "Lid": {
            "document": "d",
            "usage": "in",
            "members": [
                {
                    "name": "Colour",
                    "type": "string",
                    "member": "string",
                    "value_allowed_null": True,
                    "output_required": True,
                    "disabled": True,
                    "document": "d",
                    "example": "red",
                }
            ],
        },
        "Unreached": {"document": "d", "usage": "in", "members": []},
    },
}


@pytest.fixture
def api() -> dict[str, Any]:
    return copy.deepcopy(API)


@functools.cache
def installed() -> tuple[dict[str, Any], str] | None:
    try:
        package = distribution(upstream.PACKAGE)
    except PackageNotFoundError:
        return None
    text = package.locate_file(upstream.API_FILES["2018-07-17"]).read_text(encoding="utf-8")
    return json.loads(text), package.version


@pytest.fixture
def published(need: Any) -> tuple[dict[str, Any], str]:
    """The installed description, and the version of its package."""
    need(upstream.PACKAGE, installed() is not None, f"pip install {upstream.PACKAGE}")
    found = installed()
    assert found is not None
    return found


def test_convert_keeps_the_structure_and_nothing_else(api: dict[str, Any]) -> None:
    document = upstream.convert(api, package="some-package", package_version="1.2")

    assert document == {
        "$comment": document["$comment"],
        "version": "2000-01-01",
        "source": {"package": "some-package", "package_version": "1.2"},
        "actions": {
            "GetBox": {"request": "GetBoxRequest", "response": "PutBoxResponse"},
            "PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"},
        },
        "types": {
            "GetBoxRequest": {},
            "Lid": {"Colour": {"type": "string", "nullable": True, "output_required": True, "disabled": True}},
            "PutBoxRequest": {"Size": {"type": "uint64", "required": True}, "Lids": {"type": "Lid", "list": True}},
            "PutBoxResponse": {"RequestId": {"type": "string"}},
        },
    }


def test_convert_sorts_actions_and_types(api: dict[str, Any]) -> None:
    document = upstream.convert(api, package_version="1")

    assert [list(document["actions"]), list(document["types"])] == [
        ["GetBox", "PutBox"],
        ["GetBoxRequest", "Lid", "PutBoxRequest", "PutBoxResponse"],
    ]


def test_convert_keeps_the_published_order_of_members(api: dict[str, Any]) -> None:
    assert list(upstream.convert(api, package_version="1")["types"]["PutBoxRequest"]) == ["Size", "Lids"]


def test_convert_keeps_a_status_other_than_online(api: dict[str, Any]) -> None:
    api["actions"]["GetBox"]["status"] = "offline"

    assert upstream.convert(api, package_version="1")["actions"]["GetBox"]["status"] == "offline"


@pytest.mark.parametrize(
    ("place", "key", "message"),
    [
        pytest.param(("actions", "PutBox"), "mood", "PutBox: unknown key 'mood'", id="of-an-action"),
        pytest.param(("objects", "Lid"), "mood", "Lid: unknown key 'mood'", id="of-a-structure"),
        pytest.param(("objects", "Lid", "members", 0), "mood", "Lid.Colour: unknown key 'mood'", id="of-a-member"),
    ],
)
def test_convert_refuses_an_unknown_key(api: dict[str, Any], place: tuple[Any, ...], key: str, message: str) -> None:
    target: Any = api
    for part in place:
        target = target[part]
    target[key] = "sunny"

    with pytest.raises(upstream.UpstreamError, match=re.escape(message)):
        upstream.convert(api, package_version="1")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        pytest.param("member", "decimal128", "unknown type 'decimal128'", id="type"),
        pytest.param("type", "set", "unknown kind 'set'", id="kind"),
    ],
)
def test_convert_refuses_an_unknown_type(api: dict[str, Any], key: str, value: str, message: str) -> None:
    api["objects"]["Lid"]["members"][0][key] = value

    with pytest.raises(upstream.UpstreamError, match=message):
        upstream.convert(api, package_version="1")


def test_convert_refuses_a_member_listed_twice(api: dict[str, Any]) -> None:
    api["objects"]["Lid"]["members"] *= 2

    with pytest.raises(upstream.UpstreamError, match="Lid.Colour: listed twice"):
        upstream.convert(api, package_version="1")


def test_convert_refuses_a_missing_structure(api: dict[str, Any]) -> None:
    del api["objects"]["GetBoxRequest"]

    with pytest.raises(upstream.UpstreamError, match="'GetBoxRequest' is used and not described"):
        upstream.convert(api, package_version="1")


@pytest.mark.parametrize("document", [{}, {"metadata": []}, {"metadata": {"apiVersion": "1"}, "objects": {}}])
def test_convert_refuses_what_is_no_description(document: dict[str, Any]) -> None:
    with pytest.raises(upstream.UpstreamError, match="not an API description"):
        upstream.convert(document, package_version="1")


def test_dump_loses_nothing(api: dict[str, Any]) -> None:
    document = upstream.convert(api, package_version="1")

    assert json.loads(upstream.dump(document)) == document


def test_dump_gives_each_member_a_line(api: dict[str, Any]) -> None:
    lines = upstream.dump(upstream.convert(api, package_version="1")).splitlines()

    assert '   "Size": {"type": "uint64", "required": true},' in lines


def test_repository_holds_what_sync_writes(published: tuple[dict[str, Any], str]) -> None:
    api, version = published
    kept = (files("mockvod.contracts") / "upstream" / "2018-07-17.json").read_text(encoding="utf-8")
    if json.loads(kept)["source"]["package_version"] != version:
        pytest.skip(f"the repository was written from another version than the installed {version}")

    assert upstream.dump(upstream.convert(api, package_version=version)) == kept


def _runs_of_eight(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", re.sub(r"<[^>]*>", " ", text).lower())
    return set(zip(*(words[start:] for start in range(8)), strict=False))


def test_no_sentence_of_the_description_stands_in_contracts(published: tuple[dict[str, Any], str]) -> None:
    api, _ = published
    bodies = [*api["actions"].values(), *api["objects"].values()]
    bodies += [member for each in api["objects"].values() for member in each["members"]]
    theirs = set().union(*(_runs_of_eight(each.get("document") or "") for each in bodies))
    folder = files("mockvod.contracts")
    places = [folder / "README.md", folder / "errors.json", folder / "upstream" / "2018-07-17.json"]
    places += sorted((folder / "actions").iterdir(), key=str)

    ours = {each.name: _runs_of_eight(each.read_text(encoding="utf-8")) for each in places}

    assert {name: sorted(runs & theirs) for name, runs in ours.items() if runs & theirs} == {}
