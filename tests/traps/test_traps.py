"""Traps: who falls into them, who does not, and that each catches somebody."""

from __future__ import annotations

import re
from typing import Any

import careless_clients as careless
import pytest
from careful_client import CarefulClient
from naive_client import NaiveClient

from mockvod.fixtures.trap_server import serve
from mockvod.traps import GROUPS, OPTIONAL_METHODS, TRAPS, Trap, run, run_trap

BY_NAME = {trap.name: trap for trap in TRAPS}
#: What takes seconds: it is played only with clients for which it is meant.
SLOW = {"describe-no-answer", "stuck"}
#: What would not come back at all; there is no use in waiting for it for long.
HANGS = {"aborted", "describe-no-answer", "stuck"}
#: What the naive client survives, mostly by calling three times whatever is wrong.
LUCK = {
    "progress-100-early",
    "progress-goes-back",
    "describe-error",
    "describe-rate-limit",
    "describe-502",
    "describe-dropped",
    "polled-too-late",
    "slow",
    "polling-storm",
    "unknown-members",
    "next-video-new-session",
    "same-prompt-twice",
    "http-only",
    "download-cut",
    "subject-failed",
}
#: The careful client without one of its cares -> the group that it is run through, and where it falls there.
CARELESS: dict[type[CarefulClient], tuple[str, set[str]]] = {
    careless.TrustsFinish: (
        "endings",
        {
            "finish-with-failure",
            "failure-reason",
            "failure-without-ext",
            "missing-output",
            "empty-file-infos",
            "violation-misspelled",
            "violation-spelled-right",
            "content-moderated",
        },
    ),
    careless.DropsReasons: ("endings", {"failure-reason", "failure-without-ext"}),
    careless.LooksAtErrCodeExt: ("endings", {"failure-without-ext"}),
    careless.LooksAtOuterStatus: ("endings", {"outer-finish-first"}),
    careless.TrustsProgress: ("endings", {"progress-100-early"}),
    careless.WantsProgressToGrow: ("endings", {"progress-goes-back"}),
    careless.KnowsNoWaiting: ("endings", {"waiting-first"}),
    careless.KnowsNoAborted: ("endings", {"aborted"}),
    careless.TakesOutputForGranted: ("endings", {"missing-output"}),
    careless.TakesFilesForGranted: ("endings", {"empty-file-infos"}),
    careless.RetriesVoilation: ("endings", {"violation-misspelled"}),
    careless.RetriesViolation: ("endings", {"violation-spelled-right"}),
    careless.RetriesModerated: ("endings", {"content-moderated"}),
    careless.GivesUpAtErrors: ("polling", {"describe-error"}),
    careless.GivesUpAtLimits: ("polling", {"describe-rate-limit"}),
    careless.GivesUpAtPages: ("polling", {"describe-502"}),
    careless.GivesUpAtLostConnections: ("polling", {"describe-dropped", "describe-no-answer"}),
    careless.GivesUpAtHalfJson: ("polling", {"describe-half-json"}),
    careless.WaitsForAnswers: ("polling", {"describe-no-answer"}),
    careless.AsksForOldTasks: ("polling", {"polled-too-late"}),
    careless.NeverGivesUp: ("polling", {"stuck"}),
    careless.GivesUpSoon: ("polling", {"slow"}),
    careless.AsksOften: ("polling", {"polling-storm"}),
    careless.KnowsAllMembers: ("polling", {"unknown-members"}),
    careless.MakesActionsUp: ("calls", {"action-exists"}),
    careless.LeavesSubAppIdOut: ("calls", {"sub-app-id"}),
    careless.SendsNumbersAsText: ("calls", {"parameter-types"}),
    careless.SendsCategory: ("calls", {"image-task-category"}),
    careless.SendsAnySize: ("calls", {"body-too-large"}),
    careless.CutsPrompts: ("calls", {"unicode-prompt"}),
    careless.RetriesExpiredSignatures: ("calls", {"clock-skew"}),
    careless.RetriesQuotas: ("calls", {"quota-reached"}),
    careless.GivesUpTasksTooMany: ("trying-again", {"concurrency"}),
    careless.RepeatsAtOnce: ("trying-again", {"create-rate-limit"}),
    careless.HasNoSessions: ("trying-again", {"lost-answer"}),
    careless.HasOneSession: ("trying-again", {"concurrency", "next-video-new-session", "same-prompt-twice"}),
    careless.HasSessionsByPrompt: ("trying-again", {"concurrency", "same-prompt-twice"}),
    careless.TakesFirstUrl: ("results", {"input-url", "picture-without-metadata"}),
    careless.WantsHttps: (
        "results",
        {"http-only", "input-url", "download-without-keys", "picture-without-metadata", "download-503"},
    ),
    careless.SendsKeysAlong: ("results", {"download-without-keys"}),
    careless.TrustsFileType: ("results", {"file-type-empty"}),
    careless.TakesMetadataForGranted: ("results", {"picture-without-metadata"}),
    careless.IgnoresStatus: ("results", {"result-expired"}),
    careless.IgnoresSize: ("results", {"broken-file"}),
    careless.IgnoresLength: ("results", {"broken-file", "download-cut", "download-503"}),
    careless.FetchesOnce: ("results", {"download-503"}),
    careless.HasNumbersAsFloats: ("elements", {"element-id-as-number"}),
    careless.TrustsOutputs: ("elements", {"element-failed", "subject-failed"}),
    careless.EncodesOnce: ("elements", {"element-encoded-twice"}),
    careless.WaitsForSubjectEvents: ("elements", {"subject-without-event", "subject-failed"}),
    careless.WantsAllProgress: ("elements", {"subject-without-event", "subject-failed"}),
    careless.FearsEmptyQueues: ("events", {"empty-queue", "event-duplicates", "confirmation-lost"}),
    careless.ConfirmsNothing: ("events", {"event-confirmed"}),
    careless.ConfirmsOnce: ("events", {"confirmation-lost"}),
    careless.TellsAgain: ("events", {"event-duplicates", "callback-twice"}),
    careless.GoesByOrder: ("events", {"events-out-of-order"}),
    careless.KnowsAllTasks: ("events", {"events-of-others"}),
    careless.TrustsEvents: ("events", {"event-of-failure", "callback-of-failure"}),
    careless.TakesEventApart: ("events", {"callback-signed"}),
}

each_trap = pytest.mark.parametrize("trap", [pytest.param(trap, id=trap.name) for trap in TRAPS])


@each_trap
def test_a_careful_client_survives(trap: Trap) -> None:
    result = run_trap(trap, CarefulClient, serve)

    assert (result.verdict, result.reason) == ("survived", "")


@each_trap
def test_a_naive_client_falls_into_most(trap: Trap) -> None:
    result = run_trap(trap, NaiveClient, serve, seconds=1 if trap.name in HANGS else 20)

    assert result.verdict == ("survived" if trap.name in LUCK else "failed")


def test_most_is_more_than_half() -> None:
    assert len(LUCK) < len(TRAPS) / 2


@pytest.mark.parametrize(
    ("client", "group", "names"),
    [pytest.param(client, *where, id=client.__name__) for client, where in CARELESS.items()],
)
def test_without_one_care_a_client_falls_into_its_traps(client: Any, group: str, names: set[str]) -> None:
    traps = [trap for trap in GROUPS[group] if trap.name in names or trap.name not in SLOW]

    results = run(client, serve, traps, seconds=4 if client is careless.WaitsForAnswers else 20)

    assert {result.trap.name for result in results if result.verdict != "survived"} == names


def test_each_trap_catches_a_client() -> None:
    assert {name for _, names in CARELESS.values() for name in names} == set(BY_NAME)


def test_names_are_unique() -> None:
    assert list(BY_NAME) == [trap.name for trap in TRAPS]


@each_trap
def test_its_name_is_in_kebab_case(trap: Trap) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", trap.name)


@each_trap
def test_its_evidence_says_of_what_kind_it_is(trap: Trap) -> None:
    assert re.match(r"(documented|observed|inferred|assumed): \S", trap.why)


@each_trap
def test_it_needs_only_parts_that_there_are(trap: Trap) -> None:
    assert set(trap.needs) <= OPTIONAL_METHODS.keys()


def test_thirty_and_more_need_three_methods_only() -> None:
    assert sum(not trap.needs for trap in TRAPS) > 30


class Least:
    """An adapter without any optional part."""

    def __init__(self, server: Any) -> None:
        client = CarefulClient(server)
        self.create, self.wait, self.fetch = client.create, client.wait, client.fetch


def test_a_trap_whose_part_is_absent_is_not_applicable() -> None:
    result = run_trap(BY_NAME["input-url"], Least, serve)

    lacks = "create_from_url(prompt, url) starts a video from the picture at `url`; returns a handle"
    assert (result.verdict, result.reason) == ("not applicable", f"the adapter lacks {lacks}")


class QuickElements(CarefulClient):
    def create_element(self, name: str, description: str, url: str) -> Any:
        named = {"ElementName": name, "ElementDescription": description, "ElementFrontalImage": url}
        return self.call("CreateAigcCustomElement", **named, ElementReferList=[{"ImageUrl": url}])["ElementId"]

    def wait_element(self, job: Any) -> str:
        return str(job)


@pytest.mark.parametrize(
    ("trap", "verdict"), [("element-id-as-number", "survived"), ("element-failed", "not applicable")]
)
def test_elements_of_the_quick_kind_have_no_task_to_fail(trap: str, verdict: str) -> None:
    assert run_trap(BY_NAME[trap], QuickElements, serve).verdict == verdict
