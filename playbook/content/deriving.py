"""What is derived from the texts, worked out anew: fields, links, HTML, plain words, and heads of entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload, undefer

from playbook.content.progress import Progress, unseen
from playbook.db import db
from playbook.errors import Invalid
from playbook.markdown import RENDERER
from playbook.models import Entry, Reading, StaleEntry, Version
from playbook.models.head import place_of
from playbook.models.review import due_of
from playbook.work import saving

BATCH = 50  # versions in one transaction
FROM_TEXT = ("title", "summary", "owner", "audience", "review_by", "fields", "html", "plain", "renderer")
IN_HEAD = ("title", "summary", "owner", "audience")


def outdated() -> Sequence[int]:
    """The ids of versions that an earlier renderer rendered."""
    return db.session.scalars(
        sa.select(Version.id).where(Version.renderer != RENDERER).order_by(Version.id)
    ).all()


def rebuild_derived(versions: Sequence[int] | None = None, *, progress: Progress = unseen) -> int:
    """Derive everything from the texts again: of these versions, by their ids, or of all.

    Returns how many were not as they should be; only those are written. Texts that can no longer be
    read or rendered are left as they are; `check` names them.
    """
    ids = (
        versions
        if versions is not None
        else db.session.scalars(sa.select(Version.id).order_by(Version.id)).all()
    )
    changed = done = 0
    for start in range(0, len(ids), BATCH):
        readings = dict(_readings(ids[start : start + BATCH]))
        if readings:
            with saving() as session:
                changed += sum(
                    _derive(session, version_id, reading) for version_id, reading in readings.items()
                )
        done += len(ids[start : start + BATCH])
        progress(done, len(ids))
    return changed


def with_everything() -> tuple[Any, ...]:
    """How to load versions together with what is derived of them."""
    return (
        *(undefer(column) for column in (Version.text, Version.html, Version.plain)),
        *(selectinload(rows) for rows in (Version.links, Version.readers)),
    )


def differences(version: Version, reading: Reading) -> list[str]:
    """The names of what was derived otherwise than `reading` has it."""
    found = [
        name for name in FROM_TEXT if name != "fields" and getattr(version, name) != getattr(reading, name)
    ]
    if version.fields != reading.document.fields:
        found.append("fields")
    stated = [(reference.field, reference.target) for reference in reading.references]
    if [(link.field, link.target) for link in version.links] != stated:
        found.append("links")
    if {row.reader for row in version.readers} != set(reading.readers):
        found.append("readers")
    return found


def head_of(entry: Entry, version: Version, *, review_by: str | None) -> dict[str, Any]:
    """The columns in which an entry repeats the version that it shows; `review_by` is the day in force, `due_of`."""
    head = {name: getattr(version, name) for name in IN_HEAD}
    return {**head, "review_by": review_by, "place": place_of(entry.kind, version)}


def _readings(ids: Sequence[int]) -> Iterator[tuple[int, Reading]]:
    """What each of these versions should be, where it is not; slow, and so outside of a transaction."""
    query = (
        sa.select(Version, Entry.kind_name, Entry.slug)
        .join(Entry, Entry.id == Version.entry_id)
        .where(Version.id.in_(ids))
        .options(*with_everything())
    )
    for version, kind, slug in db.session.execute(query):
        try:
            reading = version.reread(kind=kind, slug=slug)
        except Invalid:
            continue
        if differences(version, reading):
            yield version.id, reading


def _derive(session: Session, version_id: int, reading: Reading) -> bool:
    version = session.get(Version, version_id)
    if version is None or version.hash != reading.document.hash:
        return False
    version.derive(reading)
    entry = version.entry
    if version.id == (entry.agreed_id or entry.latest_id):
        for name, value in head_of(entry, version, review_by=due_of(version)).items():
            setattr(entry, name, value)
        session.add(StaleEntry(entry_id=entry.id))
    return True
