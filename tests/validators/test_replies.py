"""The service's own words."""

import json
import string
from importlib.resources import files
from typing import Any

import pytest

from mockvod.validators.replies import Reply, UnknownReply, error_codes, reply, reply_keys, reply_values

DOCUMENT: dict[str, Any] = json.loads((files("mockvod.contracts") / "errors.json").read_text(encoding="utf-8"))

#: Codes by action, as the comments of the SDK's clients list them.
DOCUMENTED_LISTS: dict[str, dict[str, Any]] = DOCUMENT["actions"]

#: What the gateway, the throttle and the validators ask for.
KEYS = {
    "no_event": (),
    "not_waiting": (),
    "invalid_cover_url": (),
    "invalid_media_url": (),
    "invalid_session_key": (),
    "nothing_uploaded": (),
    "unknown_media": (),
    "unsupported_cover_type": (),
    "unsupported_media_type": (),
    "unknown_element": (),
    "unknown_api_token": (),
    "api_token_limit": (),
    "unknown_quota": (),
    "quota_exists": (),
    "quota_reached": (),
    "session_id_repeated": (),
    "session_id_too_long": (),
    "session_context_too_long": (),
    "unknown_file_id": (),
    "vod_not_active": (),
    "unknown_task": (),
    "task_too_old": (),
    "missing_header_parameter": ("name",),
    "missing_parameter": ("name",),
    "parameter_format": ("name",),
    "parameter_repeated": ("name",),
    "parameter_json": ("name",),
    "parameter_array": ("name",),
    "parameter_type": ("name",),
    "parameter_type_value": ("name", "value"),
    "parameter_type_expected": ("name", "type"),
    "nonce_type": ("name",),
    "query_separator": (),
    "empty_key": (),
    "body_not_json": (),
    "unknown_parameter": ("name",),
    "common_value": ("name",),
    "content_sha256": (),
    "signature_failure": (),
    "signature_too_big": (),
    "signature_expire": ("server_time",),
    "secret_id_not_found": (),
    "invalid_authorization": ("field",),
    "token_failure": (),
    "cam_denied": ("request_id", "action", "resource"),
    "invalid_action": ("action", "service", "version"),
    "no_such_version": ("version", "service"),
    "no_such_product": ("product",),
    "unsupported_region": (),
    "rate_limit": ("count", "limit"),
    "rate_limit_no_numbers": (),
    "rate_limit_uin": ("count", "limit"),
    "rate_limit_ip": ("count", "limit"),
    "rate_limit_global": ("count", "limit"),
    "internal_error": (),
    "request_too_large": (),
    "response_too_large": (),
    "unsupported_protocol": (),
    "action_offline": (),
    "invalid_request": (),
    "invalid_secret_id": (),
    "mfa_failure": (),
    "ip_in_blacklist": (),
    "ip_not_in_whitelist": (),
    "service_unavailable": (),
    "invalid_parameter_value": ("value", "name"),
    "invalid_media_type": (),
    "invalid_cover_type": (),
    "invalid_sub_app_id": (),
    "invalid_model_name": ("value",),
}


def test_reply_fills_in_its_values() -> None:
    assert reply("parameter_type_expected", name="SubAppId", type="uint64") == Reply(
        "InvalidParameter", "The value type of parameter `SubAppId` is not valid, input type should be `uint64`"
    )


def test_reply_speaks_chinese_when_asked() -> None:
    assert reply("parameter_type_expected", "zh-CN", name="SubAppId", type="uint64") == Reply(
        "InvalidParameter", "参数 `SubAppId` 取值类型错误。参数类型应为 `uint64`"
    )


def test_reply_falls_back_to_english() -> None:
    assert reply("nonce_type", "zh-CN", name="Nonce") == Reply("InvalidParameter", "Parameter `Nonce` type error.")


def test_reply_answers_an_unknown_language_in_english() -> None:
    assert reply("empty_key", "fr-FR") == reply("empty_key")


def test_reply_leaves_braces_in_values_alone() -> None:
    assert reply("unknown_parameter", name="{a}").message == "The parameter `{a}` is not recognized."


def test_cam_denial_spans_lines_as_recorded() -> None:
    answer = reply("cam_denied", request_id="r", action="vod:DescribeTaskDetail", resource="*")

    assert answer.message.splitlines()[1:] == ["resource (*) has no permission", "]"]


def test_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(UnknownReply, match=r"^no reply 'rate_limits'; there are action_offline, .*rate_limit,"):
        reply("rate_limits")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="missing"),
        pytest.param({"name": "a", "type": "b"}, id="surplus"),
    ],
)
def test_wrong_values_name_the_right_ones(values: dict[str, str]) -> None:
    with pytest.raises(UnknownReply, match=r"^reply 'missing_parameter' takes \(name\), not "):
        reply("missing_parameter", **values)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(
            "InvalidParameter", "The value `{a}` specified in the parameter `Name` is not valid.", id="usual-text"
        ),
        pytest.param("InvalidParameterValue.SubAppId", "invalid subappid", id="text-of-the-code"),
    ],
)
def test_key_for_any_code_takes_the_code(code: str, text: str) -> None:
    assert reply("value_fault", code=code, name="Name", value="{a}") == Reply(code, text)


@pytest.mark.parametrize(
    ("key", "code", "message"),
    [
        pytest.param("value_fault", "", "reply 'value_fault' needs a code", id="missing"),
        pytest.param(
            "invalid_parameter_value",
            "InvalidParameter",
            "reply 'invalid_parameter_value' has the code InvalidParameterValue",
            id="surplus",
        ),
    ],
)
def test_code_stands_where_the_key_has_none_and_only_there(key: str, code: str, message: str) -> None:
    with pytest.raises(UnknownReply, match=f"^{message}$"):
        reply(key, code=code, name="Name", value="a")


def test_keys_for_any_code_borrow_known_texts() -> None:
    borrowed = [each for each in DOCUMENT["any_code"].values() if "text_of" in each]

    assert [key for each in borrowed for key in (each["text_of"], *each["texts_of"].values())] == [
        "invalid_parameter_value",
        "session_context_too_long",
        "session_id_too_long",
        "invalid_sub_app_id",
    ]
    assert all(DOCUMENT["replies"][key]["code"] == code for each in borrowed for code, key in each["texts_of"].items())


def test_keys_are_the_agreed_ones() -> None:
    assert {key: set(reply_values(key)) for key in reply_keys()} == {key: set(names) for key, names in KEYS.items()}


@pytest.mark.parametrize("key", sorted(DOCUMENT["replies"]))
def test_reply_has_a_catalogued_code(key: str) -> None:
    assert DOCUMENT["replies"][key]["code"] in error_codes()


@pytest.mark.parametrize("key", sorted(key for key, each in DOCUMENT["replies"].items() if "zh" in each))
def test_chinese_uses_no_value_that_english_lacks(key: str) -> None:
    used = {name for _, name, _, _ in string.Formatter().parse(DOCUMENT["replies"][key]["zh"]) if name}

    assert used <= set(reply_values(key))


@pytest.mark.parametrize("key", sorted(DOCUMENT["replies"]))
def test_reply_says_how_it_is_known(key: str) -> None:
    kinds = {"documented", "observed", "inferred", "assumed"}
    entry = DOCUMENT["replies"][key]

    assert all(
        set(each) == {"kind", "source", "date"} and each["kind"] in kinds
        for name, each in entry.items()
        if name.endswith("evidence")
    )


def test_every_code_has_a_meaning() -> None:
    assert [code for code, each in DOCUMENT["codes"].items() if not each["meaning"]] == []


def test_common_codes_are_the_38_of_the_documentation() -> None:
    assert sum(each["common"] for each in DOCUMENT["codes"].values()) == 38


def test_catalogue_holds_every_vod_code() -> None:
    # 246 of VOD and 38 common ones, 12 of which are both.
    assert len(error_codes()) == 272


def test_action_lists_hold_catalogued_codes() -> None:
    unknown = {
        action: sorted(set(each["codes"]) - set(error_codes()))
        for action, each in DOCUMENTED_LISTS.items()
        if not set(each["codes"]) <= set(error_codes())
    }

    assert unknown == {}


def test_action_lists_are_those_of_the_sdk() -> None:
    # 223 methods of the international SDK and 14 that only the Chinese one has.
    assert len(DOCUMENTED_LISTS) == 237


def test_possible_copies_of_lists_are_named() -> None:
    copies = [action for action, each in DOCUMENTED_LISTS.items() if "copy of the list of" in each.get("note", "")]

    assert "CreateAigcCustomElement" in copies
    assert len(copies) == 21


def test_no_key_stands_twice() -> None:
    """JSON would keep the last one, without a word."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    for file in [*files("mockvod.contracts").iterdir(), *(files("mockvod.contracts") / "actions").iterdir()]:
        if file.name.endswith(".json"):
            json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)
