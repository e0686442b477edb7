"""Bringing in a folder of Markdown files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from playbook.content.assigning import Assigned, Candidate, assign
from playbook.content.gathering import gather
from playbook.content.known import Known
from playbook.content.marker import Marker
from playbook.content.naming import Name
from playbook.content.progress import Progress, unseen
from playbook.content.reading import derive, load, reason
from playbook.content.report import ImportReport, Outcome, Taken
from playbook.content.writing import Work, write
from playbook.errors import Conflict, Invalid
from playbook.models import AuditRecord, User
from playbook.work import saving

BATCH = 50  # files written in one transaction; it holds the database for about a tenth of a second


def import_folder(
    folder: Path,
    *,
    by: User | None,
    as_agreed: bool = False,
    dry_run: bool = False,
    progress: Progress = unseen,
) -> ImportReport:
    """Make every Markdown file of a folder an entry, or a new version of the entry that it is.

    A file with the text that the entry has, or that was imported from it last, changes nothing. One
    that cannot be taken is reported with its reason; the others are kept. With `as_agreed` the texts
    become what readers see, on the ground that they were agreed elsewhere. A dry run finds out the
    same and writes nothing.

    Raises:
        Invalid: it is no folder.
        Conflict: it is an export that was not finished.
    """
    report = ImportReport()
    assigned = _look(folder, report)
    works = _prepare(assigned, report, as_agreed=as_agreed, progress=progress)
    if dry_run:
        report.taken += [work.taken for work in works]
        return report.in_order()
    while batch := list(islice(works, BATCH)):
        write(batch, report, by=by)
    if report.created or report.revised or report.released:
        _record(report, folder, by=by, as_agreed=as_agreed)
    return report.in_order()


def _look(folder: Path, report: ImportReport) -> list[Assigned]:
    """Read every file once, to know of which kind it is and so which entry."""
    marker = Marker.of(folder)
    if marker is not None and not marker.complete:
        raise Conflict("This export was not finished, so entries are missing; export again, then import.")
    gathered = gather(folder)
    for path, why in gathered.refused:
        report.refuse(path, why)
    if gathered.others:
        report.note("", f"Left where they are, because they are no Markdown: {gathered.others}.")
    root = folder.resolve().name
    candidates = []
    for file in gathered.files:
        name = Name(file.path, root, of_export=marker is not None)
        try:
            loaded = load(file, folder=name.folder)
        except Invalid as invalid:
            why, line = reason(invalid)
            report.refuse(str(file.path), why, line=line)
            continue
        if loaded.encoding:
            report.note(str(file.path), f"It was {loaded.encoding}; its text is kept as UTF-8.")
        candidates.append(Candidate(file, name, loaded.found.kind, loaded.document.hash))
    return assign(candidates, Known.now(), report)


def _prepare(
    assigned: list[Assigned], report: ImportReport, *, as_agreed: bool, progress: Progress
) -> Iterator[Work]:
    """What is slow, one file at a time, so that few texts are in memory."""
    for done, each in enumerate(assigned, start=1):
        work = _unchanged(each, report, as_agreed=as_agreed) or _changed(each, report, as_agreed=as_agreed)
        if work is not None:
            yield work
        progress(done, len(assigned))


def _unchanged(assigned: Assigned, report: ImportReport, *, as_agreed: bool) -> Work | None:
    held, hashed = assigned.held, assigned.candidate.hash
    if held is None or hashed not in {held.newest, held.agreed, assigned.imported}:
        return None
    if hashed not in {held.newest, held.agreed}:
        report.note(
            str(assigned.candidate.file.path),
            "The entry was revised since this file was imported, and the file was not: the entry stays as it is.",
        )
    released = as_agreed and hashed == held.newest and hashed != held.agreed and not held.is_retired
    return Work(assigned, _taken(assigned, Outcome.UNCHANGED, released=released), None)


def _changed(assigned: Assigned, report: ImportReport, *, as_agreed: bool) -> Work | None:
    candidate = assigned.candidate
    path = str(candidate.file.path)
    if assigned.held is not None and assigned.held.is_retired:
        report.refuse(path, "Its entry is retired. Bring that back, then import this again.")
        return None
    try:
        loaded = load(candidate.file, folder=candidate.name.folder)
        if loaded.document.hash != candidate.hash:
            report.refuse(path, "It changed while it was being imported; import it again.")
            return None
        reading = derive(loaded, slug=assigned.slug)
    except Invalid as invalid:
        why, line = reason(invalid)
        report.refuse(path, why, line=line)
        return None
    held = assigned.held
    if held is not None and assigned.imported not in {None, held.newest}:
        report.note(path, "The entry was revised since this file was imported; its history keeps that text.")
    outcome = Outcome.CREATED if held is None else Outcome.REVISED
    return Work(assigned, _taken(assigned, outcome, released=as_agreed), reading)


def _taken(assigned: Assigned, outcome: Outcome, *, released: bool) -> Taken:
    candidate = assigned.candidate
    return Taken(str(candidate.file.path), assigned.slug, candidate.kind.name, outcome, released=released)


def _record(report: ImportReport, folder: Path, *, by: User | None, as_agreed: bool) -> None:
    with saving():
        AuditRecord.note(
            "import",
            folder.resolve().name,
            by=by,
            as_agreed=as_agreed,
            created=report.created,
            revised=report.revised,
            released=report.released,
            refused=len(report.refused),
        )
