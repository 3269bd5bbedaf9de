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
    """One file of the library, as the control API and MockVod's users see it."""

    #: FileId.
    id: str
    account: str
    #: SubAppId.
    application: int
    #: TaskId of the task that made it; None for an uploaded file.
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
    #: UNIX seconds; None for a file that never expires.
    expires: float | None


def kept_files(store: Store, clock: Clock, settings: Settings) -> list[KeptFile]:
    """Lists the files that exist now, oldest first, without those that exist only by the setting `file_ids`."""
    with store.transaction() as transaction:
        return sorted(_all_files(transaction, settings, clock.now()), key=lambda file: file.created)


def _all_files(transaction: Transaction, settings: Settings, now: float) -> list[KeptFile]:
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
