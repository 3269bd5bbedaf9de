"""Traps about elements and subjects: figures that later videos show again, and their long numeric identifiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mockvod.scripts import fail, finish, progress
from mockvod.traps.adapters import Observed
from mockvod.traps.stage import PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

_ELEMENT = "CreateAigcAdvancedCustomElement"
_SUBJECT = "CreateAigcSubject"
#: From the published sample; as a float it becomes 858449709428916200.
_ID = "858449709428916275"
#: One random number of 18 digits in 128 survives as a float; then another element is created.
_TRIES = 4


def _made(stage: Stage, kind: str, *arguments: Any) -> tuple[str, Observed]:
    """The identifier of an element or subject that the client created, and the report of how that went."""
    handle, raised = stage.ask(f"create_{kind}", *arguments)
    if raised:
        return "", raised
    made, raised = stage.ask(f"wait_{kind}", handle)
    return ("", raised) if raised else (str(made or ""), Observed(True))


def _element(stage: Stage) -> tuple[str, Observed]:
    return _made(stage, "element", "cat", "a cat", stage.picture)


def _element_id(stage: Stage) -> None:
    for _ in range(_TRIES):
        made, seen = _element(stage)
        stage.require(seen.ok, f"it got no ElementId: {seen.error:.300}")
        answers = [each.answer or {} for each in stage.calls()]
        quick = [each["ElementId"] for each in answers if "ElementId" in each]
        known = quick or [
            info["ElementId"] for info in stage.detail(list(stage.mock.tasks)[-1].id)["Output"]["InfoList"]
        ]
        stage.require(made in known, f"it has {made or 'nothing'} as the ElementId, which is {known[-1]}")
        if int(float(known[-1])) != int(known[-1]):
            return


def _element_failed(stage: Stage) -> None:
    stage.script(progress(50), fail("FailedOperation", "Video URL is invalid"), action=_ELEMENT, times=5)
    made, seen = _element(stage)
    if not stage.calls(_ELEMENT):
        stage.not_applicable(f"the client creates elements without {_ELEMENT}, so that there is no task to fail")
    _expect_none(stage, made, seen)


def _expect_none(stage: Stage, made: str, seen: Observed) -> None:
    stage.require(not made, f"it reported the identifier {made!r}, but nothing was created")
    stage.require(not seen.ok, "it reported success without an identifier")
    stage.expect_no_crash(seen)


def _element_used(stage: Stage) -> None:
    seen = stage.round("create_with_element", PROMPT, _ID)
    sent = [each.params for each in stage.calls(VIDEO)]
    stage.require(sent, f"it started no video: {seen.error:.300}")
    found = [named for params in sent for named in _named(params)]
    stage.require(
        _ID in found,
        f"the element {_ID} does not arrive, but {', '.join(found) or 'none'}; {_element_members(sent[0])}",
    )
    stage.expect_file(seen)


def _named(params: dict[str, Any]) -> Iterator[str]:
    """The identifiers of the elements that a request names, in either of the two places for them."""
    infos: list[dict[str, Any]] = params.get("SubjectInfos") or []
    yield from (str(each.get("Id")) for each in infos)
    try:
        # JSON in a text, in JSON in a text, in the request.
        inner = json.loads(json.loads(params.get("ExtInfo") or "{}")["AdditionalParameters"])
        yield from (str(each["element_id"]) for each in inner["element_list"])
    except (ValueError, TypeError, KeyError):
        return


def _element_members(params: dict[str, Any]) -> str:
    return f"ExtInfo is {params.get('ExtInfo')!r:.200}, SubjectInfos {params.get('SubjectInfos')!r:.200}"


def _subject(stage: Stage) -> None:
    stage.script(progress(0, 3), finish(), action=_SUBJECT)
    made, seen = _made(stage, "subject", "cat", stage.picture)
    stage.require(seen.ok, f"it got no SubjectId: {seen.error:.300}")
    [task] = stage.mock.tasks
    known = stage.detail(task.id)["Output"]["SubjectId"]
    stage.require(made == known, f"it has {made or 'nothing'} as the SubjectId, which is {known}")


def _subject_failed(stage: Stage) -> None:
    message = "create aigc subject result SubjectId is empty"
    stage.script(fail("InternalError", message), action=_SUBJECT, times=5)
    _expect_none(stage, *_made(stage, "subject", "cat", stage.picture))


TRAPS = (
    Trap(
        "element-id-as-number",
        "An ElementId loses its last digits",
        "ElementId has 18 digits; in ElementInfo, which is JSON in a text, it is a number that a float cannot hold.",
        "Keeps it as text.",
        "documented: the samples have 858449709428916275, which is above 2^53",
        _element_id,
        ("create_element", "wait_element"),
    ),
    Trap(
        "element-failed",
        "The client uses an element that was not created",
        "The task ends with FINISH, ErrCode 70000 and an empty InfoList.",
        "Reports the failure.",
        "documented: the published sample of a failed element",
        _element_failed,
        ("create_element", "wait_element"),
    ),
    Trap(
        "element-encoded-twice",
        "The element does not arrive",
        'Reads elements from ExtInfo {"AdditionalParameters": "{\\"element_list\\": ...}"} or from SubjectInfos, '
        "and ignores elements anywhere else.",
        "Encodes element_list as JSON text into AdditionalParameters, and that object as JSON text into ExtInfo.",
        "documented: the guide's sample; public clients encode only once. That the rest is ignored is assumed",
        _element_used,
        ("create_with_element",),
    ),
    Trap(
        "subject-without-event",
        "The client waits for an event of a subject",
        "Reports on a subject only when asked: there is no event for it, and no Progress.",
        "Calls DescribeTaskDetail until Status is FINISH.",
        "documented: there is no event type and no member of events for CreateAigcSubject",
        _subject,
        ("create_subject", "wait_subject"),
    ),
    Trap(
        "subject-failed",
        "The client uses a subject that was not created",
        "The task ends with FINISH, ErrCode 70000 and an empty SubjectId.",
        "Reports the failure.",
        "documented: the published sample of a failed subject",
        _subject_failed,
        ("create_subject", "wait_subject"),
    ),
)
