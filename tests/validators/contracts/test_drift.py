"""What changes between two published structures."""

import copy
from typing import Any

import pytest

from mockvod.validators.contracts.drift import Change, compare

KEPT: dict[str, Any] = {
    "actions": {
        "GetBox": {"request": "GetBoxRequest", "response": "GetBoxResponse"},
        "PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"},
    },
    "types": {
        "GetBoxRequest": {"Id": {"type": "uint64", "required": True}},
        "GetBoxResponse": {"Lids": {"type": "Lid", "list": True}},
        "PutBoxRequest": {"Lid": {"type": "Lid"}},
        "PutBoxResponse": {},
        "Lid": {"Colour": {"type": "string"}},
    },
}


def changes(**types: Any) -> list[str]:
    """The changes that are reported when types change; None removes a member."""
    new = copy.deepcopy(KEPT)
    for name, members in types.items():
        merged = {**new["types"][name], **members}
        new["types"][name] = {member: facts for member, facts in merged.items() if facts is not None}
    return [str(each) for each in compare(KEPT, new)]


def test_nothing_changes_between_equals() -> None:
    assert compare(KEPT, copy.deepcopy(KEPT)) == ()


@pytest.mark.parametrize(
    ("types", "told"),
    [
        pytest.param({"GetBoxRequest": {"Size": {"type": "int64"}}}, ["added GetBox request.Size (int64)"], id="added"),
        pytest.param({"GetBoxRequest": {"Id": None}}, ["removed GetBox request.Id (uint64, required)"], id="removed"),
        pytest.param(
            {"GetBoxRequest": {"Id": {"type": "string", "required": True}}},
            ["retyped GetBox request.Id (uint64, required -> string, required)"],
            id="retyped",
        ),
        pytest.param(
            {"GetBoxRequest": {"Id": {"type": "uint64"}}},
            ["retyped GetBox request.Id (uint64, required -> uint64)"],
            id="no-longer-required",
        ),
        pytest.param(
            {"GetBoxResponse": {"Lids": {"type": "Lid"}}},
            [
                "retyped GetBox response.Lids (list of Lid -> Lid)",
                "added GetBox response.Lids.Colour (string)",
                "removed GetBox response.Lids[].Colour (string)",
            ],
            id="no-longer-a-list",
        ),
        pytest.param(
            {"Lid": {"Age": {"type": "int64"}}},
            ["added GetBox response.Lids[].Age (int64)", "added PutBox request.Lid.Age (int64)"],
            id="nested-for-each-action",
        ),
    ],
)
def test_change_is_told_by_action_and_path(types: dict[str, Any], told: list[str]) -> None:
    assert changes(**types) == told


def test_new_and_lost_actions_are_told() -> None:
    new = copy.deepcopy(KEPT)
    new["actions"]["TakeBox"] = new["actions"].pop("GetBox")

    assert compare(KEPT, new) == (Change("GetBox", "", "removed"), Change("TakeBox", "", "added"))


def test_change_of_an_action_is_short() -> None:
    assert str(Change("GetBox", "", "removed")) == "removed GetBox"
