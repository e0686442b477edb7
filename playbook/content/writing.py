"""Writing down a batch of an import. What one file meets does not touch the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from playbook import agreeing
from playbook.content.assigning import Assigned
from playbook.content.known import origin
from playbook.content.report import ImportReport, Taken
from playbook.errors import Conflict, PlaybookError
from playbook.models import Entry, Ground, Reading, User
from playbook.work import saving


@dataclass(frozen=True)
class Work:
    """A file, what is to become of it, and everything derived from its text if that is to be written."""

    assigned: Assigned
    taken: Taken
    reading: Reading | None

    @property
    def path(self) -> str:
        return self.taken.path

    @property
    def writes(self) -> bool:
        """Whether anything in the database changes."""
        return self.reading is not None or self.taken.released


def write(batch: Sequence[Work], report: ImportReport, *, by: User | None) -> None:
    """Write a batch in one transaction, and report each file once that is on the disk."""
    taken = [work.taken for work in batch if not work.writes]
    refused: list[tuple[str, str]] = []
    works = [work for work in batch if work.writes]
    if works:
        with saving() as session:
            for work in works:
                try:
                    with session.begin_nested():
                        _write(work, session, by=by)
                except PlaybookError as refusal:
                    refused.append((work.path, str(refusal)))
                except IntegrityError:
                    refused.append(
                        (work.path, "Somebody saved the same thing at the same moment; import it again.")
                    )
                else:
                    taken.append(work.taken)
    report.taken += taken
    for path, why in refused:
        report.refuse(path, why)


def _write(work: Work, session: Session, *, by: User | None) -> None:
    entry = _entry(work, session, by=by)
    if work.taken.released:
        if entry.newest.hash != work.assigned.candidate.hash:
            raise Conflict("The entry was revised while this file was being imported; import it again.")
        entry.release(entry.newest, by=by, ground=Ground.MIGRATED)


def _entry(work: Work, session: Session, *, by: User | None) -> Entry:
    """The entry of the file, with its text as the newest version."""
    held, reading = work.assigned.held, work.reading
    note = origin(work.assigned.candidate.file.path)
    if held is None:
        assert reading is not None
        return Entry.draft(reading, slug=work.assigned.slug, by=by, note=note)
    entry = session.get(Entry, held.entry_id, with_for_update=True)
    if entry is None:
        raise Conflict("The entry was erased while this file was being imported; import it again.")
    if reading is not None:
        agreeing.revise(entry, reading, by=by, base=entry.newest.number, note=note)
    return entry
