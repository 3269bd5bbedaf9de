"""The media library in the eyes of whoever runs the mock: the files of all accounts and applications."""

from __future__ import annotations

from typing import NamedTuple

from mockvod.clock import Clock
from mockvod.service.later import Later
from mockvod.service.media.library import FILES, LibraryFile, look_up
from mockvod.service.media.media_infos import BLOCKS
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import Settings
from mockvod.state import Store, Transaction


class KeptFile(NamedTuple):
    """One file of the library."""

    #: FileId.
    id: str
    account: str
    #: SubAppId.
    application: int
    #: What made it: a TaskId; None for an upload.
    task: str | None
    name: str
    #: Ending, lower case.
    type: str
    #: Video, Image, Audio or Model.
    category: str
    #: "" once what could be fetched has been deleted.
    url: str
    #: UNIX seconds, both; it stays when `expires` is None.
    created: float
    expires: float | None


def kept_files(store: Store, clock: Clock, settings: Settings) -> list[KeptFile]:
    """The files that are there now, oldest first. Those that only the setting `file_ids` tells of are not among them."""
    while True:
        try:
            with store.transaction() as transaction:
                return sorted(_kept(transaction, settings, clock.now()), key=lambda file: file.created)
        except Later as later:
            later.work()


def _kept(transaction: Transaction, settings: Settings, now: float) -> list[KeptFile]:
    found = [look_up(TaskBook(transaction, now), settings, file_id) for file_id, _ in transaction.items(FILES)]
    return [_told(settings, file) for file in found if file is not None]


def _told(settings: Settings, file: LibraryFile) -> KeptFile:
    application = file.row["SubAppId"]
    info = BLOCKS["basicInfo"][1](settings, file, application)
    assert info is not None  # only metadata can be unknown
    return KeptFile(
        file.file_id,
        file.row["account"],
        application,
        file.task.task_id if file.task else None,
        info["Name"],
        info["Type"],
        info["Category"],
        info["MediaUrl"],
        file.created,
        file.row["expires"],
    )
