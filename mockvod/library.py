"""The media library as the control API shows it: the files of all accounts and applications."""

from __future__ import annotations

from typing import NamedTuple

from mockvod.clock import Clock
from mockvod.service.media.library import FILES, LibraryFile, look_up
from mockvod.service.media.media_infos import basic_info_of
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
    #: TaskId of the task that made it; None for an upload.
    task: str | None
    name: str
    #: File name extension, in lower case.
    type: str
    #: Video, Image, Audio or Model.
    category: str
    #: "" once the file itself has been deleted.
    url: str
    #: UNIX seconds.
    created: float
    #: UNIX seconds; None for a file that is kept for good.
    expires: float | None


def kept_files(store: Store, clock: Clock, settings: Settings) -> list[KeptFile]:
    """The files that exist now, oldest first, without those that only the setting `file_ids` lists."""
    with store.transaction() as transaction:
        return sorted(_kept(transaction, settings, clock.now()), key=lambda file: file.created)


def _kept(transaction: Transaction, settings: Settings, now: float) -> list[KeptFile]:
    found = [look_up(TaskBook(transaction, now), settings, file_id) for file_id, _ in transaction.items(FILES)]
    return [_kept_file(settings, file) for file in found if file is not None]


def _kept_file(settings: Settings, file: LibraryFile) -> KeptFile:
    application = file.row["SubAppId"]
    info = basic_info_of(settings, file, application)
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
