"""A request with two faults gets the answer of the check that comes first, whichever two they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.gateway import CHECKS
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators.signature import tc3

NOW = 1_735_689_600
DENIED = Account("AKIDdenied", "denied-key", denied=frozenset({"CreateAigcSubject"}))
SETTINGS = Settings(accounts=(DEFAULT_ACCOUNT, DENIED), blocked_ips=frozenset({"10.0.0.1"}), rate_limit=1, seed=1)


@dataclass(frozen=True)
class Plan:
    """A valid call, told so that faults can be put in without undoing each other."""

    peer: str = "127.0.0.1"
    method: str = "POST"
    padding: int = 0
    body_end: str = ""
    params: dict[str, Any] = field(default_factory=lambda: {"SubjectImages": ["http://example.com/a.png"]})
    headers: dict[str, str | None] = field(default_factory=dict)
    action: str = "CreateAigcSubject"
    account: Account = DEFAULT_ACCOUNT
    secret_id: str = ""
    secret_key: str = ""
    service: str = "vod"
    age: int = 0
    again: bool = False

    def headed(self, name: str, value: str | None) -> Plan:
        return replace(self, headers={**self.headers, name: value})

    def request(self) -> HttpRequest:
        body = (json.dumps(self.params) + " " * self.padding + self.body_end).encode()
        timestamp = NOW - self.age
        headers = {
            "content-type": "application/json",
            "host": "vod.intl.tencentcloudapi.com",
            "x-tc-action": self.action,
            "x-tc-version": "2018-07-17",
            "x-tc-timestamp": str(timestamp),
        }
        signed = tc3.sign(
            HttpRequest("POST", "", headers, body),
            secret_id=self.secret_id or self.account.secret_id,
            secret_key=self.secret_key or self.account.secret_key,
            service=self.service,
            timestamp=timestamp,
        )
        headers["authorization"] = signed.authorization
        for name, value in self.headers.items():
            if value is None:
                del headers[name]
            else:
                headers[name] = value
        return HttpRequest(self.method, "", headers, body, self.peer)


@dataclass(frozen=True)
class Fault:
    code: str
    put_in: Callable[[Plan], Plan]


#: One fault for each check, by the check's name.
FAULTS: dict[str, Fault] = {
    "check_address": Fault("IpInBlacklist", lambda plan: replace(plan, peer="10.0.0.1")),
    "check_method": Fault("UnsupportedProtocol", lambda plan: replace(plan, method="PUT")),
    "check_size": Fault("RequestSizeLimitExceeded", lambda plan: replace(plan, padding=10 * 1024 * 1024)),
    "read_form": Fault("InvalidParameter", lambda plan: replace(plan, body_end="}")),
    "require_common": Fault("MissingParameter", lambda plan: plan.headed("x-tc-version", None)),
    "read_common": Fault("InvalidParameterValue", lambda plan: plan.headed("x-tc-region", "")),
    "read_credential": Fault("AuthFailure.InvalidAuthorization", lambda plan: replace(plan, service="cvm")),
    "check_age": Fault("AuthFailure.SignatureExpire", lambda plan: replace(plan, age=301)),
    "find_account": Fault("AuthFailure.SecretIdNotFound", lambda plan: replace(plan, secret_id="AKIDunknown")),
    "check_payload_hash": Fault("InvalidParameterValue", lambda plan: plan.headed("x-tc-content-sha256", "0" * 64)),
    "check_signature": Fault("AuthFailure.SignatureFailure", lambda plan: replace(plan, secret_key="wrong")),
    "check_token": Fault("AuthFailure.TokenFailure", lambda plan: plan.headed("x-tc-token", "stray")),
    "find_contract": Fault("InvalidAction", lambda plan: replace(plan, action="CreateAigcMovie")),
    "check_rate": Fault("RequestLimitExceeded", lambda plan: replace(plan, again=True)),
    "check_policy": Fault("AuthFailure.UnauthorizedOperation", lambda plan: replace(plan, account=DENIED)),
    "read_params": Fault("UnknownParameter", lambda plan: replace(plan, params={"Subject": "a"})),
}


def code_of(plan: Plan) -> str:
    mock = MockVod(SETTINGS, clock=VirtualClock(NOW, tick=0))
    if plan.again:
        mock.handle(replace(Plan(), account=plan.account).request())
    content = json.loads(mock.handle(plan.request()).body)["Response"]
    code: str = content.get("Error", {}).get("Code", "")
    return code


def test_a_plan_without_fault_is_admitted() -> None:
    assert code_of(Plan()) == ""


def test_every_check_has_a_fault() -> None:
    assert list(FAULTS) == [check.name for check in CHECKS]


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_gets_its_code(name: str) -> None:
    fault = FAULTS[name]

    assert code_of(fault.put_in(Plan())) == fault.code


@pytest.mark.parametrize(("first", "second"), [pytest.param(a, b, id=f"{a}-{b}") for a, b in combinations(FAULTS, 2)])
def test_of_two_faults_the_first_check_answers(first: str, second: str) -> None:
    plan = FAULTS[first].put_in(FAULTS[second].put_in(Plan()))

    assert code_of(plan) == FAULTS[first].code


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_place_has_its_evidence(check: Any) -> None:
    kind = check.evidence.split()[0].rstrip(":")

    assert kind in {"recorded", "documented", "inferred", "assumed"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_codes_a_check_lists_hold_its_fault(check: Any) -> None:
    assert FAULTS[check.name].code in check.codes
