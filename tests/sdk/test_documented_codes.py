"""Every code that the contracts of the five creating actions list, as the official SDK meets it.

The table says for each action and code what calls it forth: a natural cause, which a client or its account could have
with the real service, or the directive ``[[reject:CODE]]`` where the documents name no cause.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client

from mockvod.fixtures.server import LiveServer
from mockvod.settings import DEFAULT_ACCOUNT, Settings
from mockvod.state import json_table
from mockvod.validators import catalog
from mockvod.validators.replies import meaning

APPLICATION, FILE = 251007502, "3704211000509819"
VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"
SUBJECT, ELEMENT, ADVANCED = "CreateAigcSubject", "CreateAigcCustomElement", "CreateAigcAdvancedCustomElement"
PICTURE = "http://example.com/cat.png"
PICTURES = json.dumps({"frontal_image": PICTURE, "refer_images": [{"image_url": PICTURE}]})
BASE = Settings(
    rate_limit="off",
    concurrency="off",
    progression="immediate",
    sub_app_ids=frozenset({APPLICATION}),
    file_ids=frozenset({FILE}),
)
NOT_ACTIVATED = replace(BASE, accounts=(replace(DEFAULT_ACCOUNT, vod_activated=False),))

SESSION = {"SubAppId": APPLICATION, "SessionId": "once", "SessionContext": "the context"}
#: A call of each action that is right in all.
CALLS: Mapping[str, dict[str, Any]] = {
    VIDEO: {**SESSION, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat", "FileInfos": [{"FileId": FILE}]},
    IMAGE: {**SESSION, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat", "FileInfos": [{"FileId": FILE}]},
    SUBJECT: {**SESSION, "SubjectName": "cat", "SubjectImages": [PICTURE]},
    ELEMENT: {
        "ElementName": "cat",
        "ElementDescription": "a cat",
        "ElementFrontalImage": PICTURE,
        "ElementReferList": [{"ImageUrl": PICTURE}],
    },
    ADVANCED: {**SESSION, "ElementName": "cat", "ElementDescription": "a cat", "ElementImageList": PICTURES},
}
#: Where a directive is put.
PROMPTS = {VIDEO: "Prompt", IMAGE: "Prompt", SUBJECT: "SubjectName", ADVANCED: "ElementDescription"}
QUOTA_TYPES = {VIDEO: "Video", IMAGE: "Image"}


class Client:
    """The official SDK's client of a live server, and what it was given."""

    def __init__(self, server: LiveServer) -> None:
        self.mock = server.mock
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=server.endpoint, reqTimeout=10))
        credential = Credential(server.secret_id, server.secret_key)
        self._vod: Any = vod_client.VodClient(credential, "ap-singapore", profile)
        #: TaskIds and ElementIds of the calls that were accepted.
        self.ids: list[str] = []

    def call(self, action: str, params: Mapping[str, Any]) -> Any:
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(params))
        return getattr(self._vod, action)(request)

    def create(self, action: str, params: Mapping[str, Any]) -> str:
        made: str = getattr(self.call(action, params), "ElementId" if action == ELEMENT else "TaskId")
        self.ids.append(made)
        return made


Step = Callable[[Client, str], None]


def nothing(client: Client, action: str) -> None:
    """What most causes need before and after."""


def call_once(client: Client, action: str) -> None:
    client.create(action, CALLS[action])


def use_up_quota(client: Client, action: str) -> None:
    """One second or picture is the limit; the call that goes beyond it passes, as documented."""
    client.call("CreateAigcQuota", {"SubAppId": APPLICATION, "QuotaType": QUOTA_TYPES[action], "QuotaLimit": 1})
    client.create(action, {**CALLS[action], "SessionId": "before"})


def lift_quota(client: Client, action: str) -> None:
    client.call("DeleteAigcQuota", {"SubAppId": APPLICATION, "QuotaType": QUOTA_TYPES[action]})


def switch_vod_on(client: Client, action: str) -> None:
    client.mock.accounts[DEFAULT_ACCOUNT.secret_id] = DEFAULT_ACCOUNT


@dataclass(frozen=True)
class Natural:
    """A cause that the real service has too: `fault` replaces members of the right call, None leaves one out."""

    text: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    #: What the members are in the call that is right again, where not as in CALLS.
    mended: Mapping[str, Any] = field(default_factory=dict)
    before: Step = nothing
    #: What has to happen outside of the call until it is right again.
    mend: Step = nothing
    settings: Settings = BASE


@dataclass(frozen=True)
class Directive:
    """A code for which the documents name no cause. `reason`: why there is nothing natural to call it forth."""

    reason: str = ""


Cause = Natural | Directive

#: Texts are observed for SubAppId, on the pages as meanings for InvalidVodUser and FileId, and assumed elsewhere.
EVERYWHERE: Mapping[str, Cause] = {
    "FailedOperation": Directive("no page says what fails"),
    "FailedOperation.InvalidVodUser": Natural(
        "The VOD service is not activated.", mend=switch_vod_on, settings=NOT_ACTIVATED
    ),
    "InternalError": Directive("of itself it is a bug of mockvod's"),
    "InvalidParameter": Natural(
        "The value `11` specified in the parameter `TasksPriority` is not valid.",
        {"TasksPriority": 11},
        {"TasksPriority": 10},
    ),
    "InvalidParameterValue.SessionContextTooLong": Natural(
        "SessionContext is too long.", {"SessionContext": "c" * 1001}, {"SessionContext": "c" * 1000}
    ),
    # Not on the page of CreateAigcVideoTask: its contract has this one as inferred.
    "InvalidParameterValue.SessionId": Natural(
        "The SessionId was used within the last three days.", mended={"SessionId": "another"}, before=call_once
    ),
    "InvalidParameterValue.SessionIdTooLong": Natural(
        "SessionId is too long.", {"SessionId": "s" * 51}, {"SessionId": "s" * 50}
    ),
    "InvalidParameterValue.SubAppId": Natural("invalid subappid", {"SubAppId": APPLICATION + 1}),
    "UnauthorizedOperation": Directive(
        "a denied action is AuthFailure.UnauthorizedOperation, of the gateway (observed)"
    ),
}
GENERATION: Mapping[str, Cause] = {
    **EVERYWHERE,
    "InvalidParameterValue.FileId": Natural("The FileId does not exist.", {"FileInfos": [{"FileId": "1"}]}),
    "LimitExceeded.Quota": Natural("The usage has reached its quota.", before=use_up_quota, mend=lift_quota),
}
TABLE: Mapping[str, Mapping[str, Cause]] = {
    VIDEO: GENERATION,
    IMAGE: GENERATION,
    SUBJECT: EVERYWHERE,
    # Documented: no code of its own.
    ELEMENT: {},
    ADVANCED: EVERYWHERE,
}
#: What CreateAigcCustomElement answers in place of codes of its own: common ones (its page points to them).
COMMON: Mapping[str, Cause] = {
    "InvalidParameter": Natural(
        "The value type of parameter `ElementName` is not valid, input type should be `string`", {"ElementName": 5}
    ),
    "InvalidParameterValue": Natural(
        f"The value `{'e' * 21}` specified in the parameter `ElementName` is not valid.",
        {"ElementName": "e" * 21},
        {"ElementName": "e" * 20},
    ),
    "MissingParameter": Natural(
        "The request is missing a required parameter `ElementReferList`.", {"ElementReferList": None}
    ),
}


@dataclass(frozen=True)
class Cell:
    """An action, one of its codes, and what calls it forth."""

    action: str
    code: str
    cause: Cause

    def natural(self) -> Natural:
        """The cause, with that of a directive written out."""
        if isinstance(self.cause, Natural):
            return self.cause
        return Natural(meaning(self.code), {PROMPTS[self.action]: f"a cat [[reject:{self.code}]]"})

    def params(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        merged = {**CALLS[self.action], **changes}
        return {name: value for name, value in merged.items() if value is not None}

    def __str__(self) -> str:
        return f"{self.action}-{self.code}"


LISTED = [Cell(action, code, cause) for action, causes in TABLE.items() for code, cause in causes.items()]
CELLS = LISTED + [Cell(ELEMENT, code, cause) for code, cause in COMMON.items()]
UNKNOWN_MODEL = [
    Cell(action, "InvalidParameter", Natural("ModelName Nope is invalid", {"ModelName": "Nope"}))
    for action in (VIDEO, IMAGE)
]
each_cell = pytest.mark.parametrize("cell", CELLS, ids=str)


@pytest.fixture
def mockvod_settings(cell: Cell) -> Settings:
    return cell.natural().settings


@pytest.fixture
def client(mockvod_server: LiveServer) -> Client:
    return Client(mockvod_server)


@pytest.fixture
def refusal(client: Client, cell: Cell) -> TencentCloudSDKException:
    """What the SDK raises for the faulty call."""
    cause = cell.natural()
    cause.before(client, cell.action)
    with pytest.raises(TencentCloudSDKException) as raised:
        client.call(cell.action, cell.params(cause.fault))
    return raised.value


@pytest.fixture
def mended(refusal: TencentCloudSDKException, client: Client, cell: Cell) -> str:
    """The id that the same call is answered with afterwards, its fault removed."""
    cause = cell.natural()
    cause.mend(client, cell.action)
    return client.create(cell.action, cell.params(cause.mended))


@each_cell
def test_the_sdk_raises_the_code(cell: Cell, refusal: Any) -> None:
    assert (refusal.code, refusal.message) == (cell.code, cell.natural().text)


@pytest.mark.parametrize("cell", UNKNOWN_MODEL, ids=str)
def test_an_unknown_model_has_its_recorded_text(cell: Cell, refusal: Any) -> None:
    assert (refusal.code, refusal.message) == (cell.code, cell.natural().text)


@each_cell
def test_the_journal_says_why(cell: Cell, refusal: Any, client: Client) -> None:
    *_, record = client.mock.journal

    assert (record.request_id, record.action, record.code) == (refusal.requestId, cell.action, cell.code)
    assert record.explanation not in ("", record.message)


@each_cell
def test_the_same_call_without_the_fault_is_accepted(cell: Cell, mended: str) -> None:
    assert re.fullmatch(catalog().require(cell.action).identifier_pattern or "", mended)


@each_cell
def test_only_accepted_calls_made_something(mended: str, client: Client) -> None:
    with client.mock.store.transaction() as transaction:
        elements = [key for key, _ in transaction.items(json_table("elements").within(DEFAULT_ACCOUNT.secret_id))]
    tasks = [task.id for task in client.mock.tasks]

    assert sorted(tasks + elements) == sorted(client.ids)


@pytest.mark.parametrize("action", TABLE)
def test_the_table_has_every_code_of_the_contract(action: str) -> None:
    assert sorted(TABLE[action]) == sorted(catalog().require(action).error_codes)


def test_no_directive_stands_without_reason_where_a_cause_is_known() -> None:
    known = {cell.code for cell in LISTED if isinstance(cell.cause, Natural)}
    bare = {cell.code for cell in LISTED if isinstance(cell.cause, Directive) and not cell.cause.reason}

    assert known & bare == set()
