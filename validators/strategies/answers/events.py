"""Events as they are pulled and as they are pushed, to test programs that receive them, in any language."""

import hashlib
from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.strategies.answers.identifiers import (
    applications,
    file_ids,
    iso,
    moments,
    permanent_urls,
    random_parts,
    task_contracts,
)
from mockvod.validators.strategies.answers.tasks import tasks
from mockvod.validators.strategies.choices import choices
from mockvod.validators.strategies.requests.metadata import basic_info, video_metadata

FORMS = ("pulled", "pushed")
#: Events that belong to no task: EventType -> member (published).
_FILE_EVENTS = {"NewFileUpload": "FileUploadEvent", "FileDeleted": "FileDeleteEvent"}
#: EventHandles, which are opaque to clients.
_handles = st.integers(0, 2**64 - 1).map(lambda number: f"handle-{number:016x}")


def event_types() -> tuple[str, ...]:
    """Lists the EventTypes that `events` knows: those of tasks, and of files that were uploaded or deleted."""
    return (*_event_contracts(), *_FILE_EVENTS)


def events(
    event_type: str | None = None, form: str | None = None, *, sign_key: str = "", unknown_members: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """Generates events, as PullEvents returns them or as they are pushed.

    A pulled event has an EventHandle, and the members of other events as null; a pushed event has neither (both
    published). Its tasks have ended, successfully or not. Examples shrink towards an event with few members.

    Example::

        @given(events("AigcVideoTaskComplete", "pushed", sign_key="secret"))
        def test_receiver_takes_signed_event(event):
            assert receiver.post(json=event).status_code == 200

    Args:
        event_type: An EventType of `event_types`; None for any.
        form: "pulled" or "pushed"; None for either.
        sign_key: The SignKey of the application. With one, a pushed event has T, UNIX seconds, and Sign, the MD5 of the
            key and T (documented; its place and lower case are assumed).
        unknown_members: Whether members that recorded answers have and no document has may appear.

    Raises:
        ValueError: The EventType or the form does not exist.
    """
    drawn = st.tuples(choices("event_type", event_type, event_types()), choices("form", form, FORMS))
    return drawn.flatmap(lambda pair: _event(*pair, sign_key, unknown_members))


@cache
def _event_contracts() -> dict[str, Contract]:
    return {each.event_type: each for each in task_contracts().values() if each.event_type}


@st.composite
def _event(draw: st.DrawFn, event_type: str, form: str, sign_key: str, unknown_members: bool) -> dict[str, Any]:
    contract = _event_contracts().get(event_type)
    if contract is None:
        field, inside = _FILE_EVENTS[event_type], draw(_file_event(event_type, unknown_members))
    else:
        field, outcome = str(contract.event_field), draw(st.sampled_from(["finished", "failed"]))
        inside, _, _ = draw(tasks(str(contract.task_type), outcome, unknown_members))
    content: dict[str, Any] = {"EventType": event_type, field: inside}
    if form == "pulled":
        return {"EventHandle": draw(_handles), **_no_event(), **content}
    if sign_key:
        until = draw(moments)
        # The service uses MD5; nothing of ours depends on its security.
        sign = hashlib.md5(f"{sign_key}{until}".encode(), usedforsecurity=False).hexdigest()
        content |= {"Sign": sign, "T": until}
    return content


@st.composite
def _file_event(draw: st.DrawFn, event_type: str, unknown_members: bool) -> dict[str, Any]:
    file_id = draw(file_ids)
    if event_type == "FileDeleted":
        # In the published sample the event lists the deleted parts; for a whole file, the list is assumed to be empty.
        parts = draw(st.sampled_from([[], [{"Type": "OriginalFiles", "Definition": 0}]]))
        return {"FileIdSet": [file_id], "FileDeleteResultInfo": [{"FileId": file_id, "DeleteParts": parts}]}
    url = draw(permanent_urls(draw(applications), draw(random_parts), file_id, "f0.mp4"))
    return {
        "FileId": file_id,
        "MediaBasicInfo": basic_info("cat", iso(draw(moments)), url, "Upload"),
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "MetaData": draw(video_metadata(5, unknown_members)),
    }


@cache
def _no_event() -> dict[str, None]:
    """The members that describe events, one of which each event has."""
    return {member.name: None for member in catalog().type("EventContent").members if not member.primitive}
