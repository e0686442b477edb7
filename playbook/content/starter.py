"""The starter playbook: one invented company, there from the first minute and gone without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import ROOT
from playbook.content.gathering import gather
from playbook.content.naming import Name
from playbook.content.progress import Progress, unseen
from playbook.content.reading import derive, load
from playbook.db import db
from playbook.kinds import BY_FOLDER
from playbook.models import (
    Absence,
    Address,
    AuditRecord,
    Comment,
    Disagreement,
    Entry,
    Proposal,
    Reading,
    Release,
    Review,
    Role,
    SearchQuery,
    Setting,
    Signature,
    Signer,
    Team,
    UsageEvent,
    User,
    Version,
)
from playbook.models.audit import about, redact
from playbook.work import saving

STARTER = ROOT / "content"
NOTE = "Came with the starter playbook"
SETTING = "starter"

PEOPLE = {
    "dana.okafor": ("Dana Okafor", Role.MARKETER, Team.SALES),
    "milo.brandt": ("Milo Brandt", Role.MARKETER, Team.MARKETING),
    "priya.anand": ("Priya Anand", Role.CONTRIBUTOR, Team.SALES),
    "ines.calder": ("Ines Calder", Role.CONTRIBUTOR, Team.MARKETING),
    "tomas.reyes": ("Tomas Reyes", Role.CONTRIBUTOR, Team.SALES),
}
SIGNERS = {Signer.SALES: "dana.okafor", Signer.MARKETING: "milo.brandt"}
WRITERS = (
    "priya.anand",
    "ines.calder",
)  # who wrote what others answer for: nobody signs alone what they wrote


def load_starter(*, folder: Path = STARTER, progress: Progress = unseen) -> int:
    """Bring in the starter's people and entries, each signed as its kind demands; how many were new.

    All of it is written in one transaction. What is there already stays as it is, and so does any
    entry of somebody else that has a slug of the starter.

    Raises:
        Invalid: a text of the starter does not fit its kind.
    """
    there = set(db.session.scalars(sa.select(Address.slug)))
    files = [file for file in gather(folder).files if file.path.stem not in there]
    readings: dict[str, Reading] = {}
    for done, file in enumerate(files, start=1):
        name = Name(file.path, folder.name, of_export=True)
        readings[file.path.stem] = derive(load(file, folder=name.folder), slug=file.path.stem)
        progress(done, len(files))
    with saving() as session:
        people = _people(session)
        there = set(session.scalars(sa.select(Address.slug)))
        new = {slug: reading for slug, reading in readings.items() if slug not in there}
        # They point to one another, so all of them are written before the first is proposed.
        entries = [_write(slug, reading, people) for slug, reading in new.items()]
        for entry in entries:
            _agree(entry, people)
        remember(session, "loaded")
    return len(new)


def state() -> str:
    """What was decided about the starter: "wanted", "loaded", "absent", or nothing yet."""
    setting = db.session.get(Setting, SETTING, populate_existing=True)
    return str(setting.value["state"]) if setting is not None else ""


def remember(session: Session, decided: str) -> None:
    """Keep what was decided, so that a later start neither loads it again nor forgets to."""
    session.merge(Setting(name=SETTING, value={"state": decided}))


def _people(session: Session) -> Mapping[str, User]:
    """The people of the starter, by the names that its texts use."""
    people = {}
    for handle, (name, role, team) in PEOPLE.items():
        email = f"{handle}@fernhollow.example"
        person = session.scalar(sa.select(User).where(User.email == email))
        if person is None:
            signs_for = team if handle in SIGNERS.values() else None
            person = User.invite(
                email=email, name=name, role=role, team=team, signs_for=signs_for, demonstration=True
            )
        elif person.demonstration:
            person.enable()  # a removal left them in the history of something
        people[handle] = person
    return people


def _write(slug: str, reading: Reading, people: Mapping[str, User]) -> Entry:
    writer = next(people[handle] for handle in WRITERS if handle != reading.owner)
    return Entry.draft(reading, slug=slug, by=writer, note=NOTE, demonstration=True)


def _agree(entry: Entry, people: Mapping[str, User]) -> None:
    """Have everybody sign whom the rule of its kind asks, as people would.

    Where somebody real has the name of the owner, the entry is theirs to sign, and waits for them.
    """
    writer = next(person for person in people.values() if person.id == entry.newest.author_id)
    entry.propose(by=writer)
    for side in entry.signing.open_sides:
        signer = people[SIGNERS.get(side, entry.owner)]
        if side in entry.signing.sides_for(signer):
            entry.sign(by=signer, team=side, hash=entry.newest.hash)


@dataclass(frozen=True)
class Removed:
    """What a removal took away, and the addresses of entries that it left to those who had revised them."""

    entries: int
    kept: list[str] = field(default_factory=list)


def remove_starter() -> Removed:
    """Erase every entry and person of the starter, and all that was recorded of them.

    An entry of which somebody real wrote a version is theirs now: it stays, with its history, and is
    a demonstration no longer. The people of the starter who stand in that history stay too, disabled.
    """
    with saving() as session:
        people = list(session.scalars(sa.select(User).where(User.demonstration)))
        ids = [person.id for person in people]
        entries = list(session.scalars(sa.select(Entry).where(Entry.demonstration)))
        theirs = set(
            session.scalars(
                sa.select(Version.entry_id).where(
                    sa.or_(Version.author_id.is_(None), Version.author_id.not_in(ids))
                )
            )
        )
        kept = [entry for entry in entries if entry.id in theirs]
        for entry in kept:
            entry.demonstration = False
        redacted: dict[str, str] = {}
        for entry in entries:
            if entry.id not in theirs:
                redacted |= _erase(session, entry)
        session.flush()
        redacted |= _forget(session, people)
        AuditRecord.note("remove starter", "starter", by=None, redacted=redacted)
        remember(session, "absent")
    return Removed(entries=len(entries) - len(kept), kept=sorted(entry.path for entry in kept))


def _erase(session: Session, entry: Entry) -> dict[str, str]:
    """Erase an entry, and what the records say of it; what is left of those records, by their numbers."""
    slugs = session.scalars(sa.select(Address.slug).where(Address.entry_id == entry.id)).all()
    entry.erase()
    session.flush()
    return _redacted(session, about(BY_FOLDER, slugs))


def _forget(session: Session, people: Iterable[User]) -> dict[str, str]:
    """Remove people and what they did; those who wrote or signed something that stays are disabled.

    Returns what is left of the records that named those who were removed, by their numbers.
    """
    needed = {
        user_id
        for column in (
            Version.author_id,
            Release.user_id,
            Signature.user_id,
            Proposal.user_id,
            Disagreement.user_id,
            Review.user_id,
            Comment.user_id,
            Absence.user_id,
        )
        for user_id in session.scalars(sa.select(column).distinct())
    }
    redacted: dict[str, str] = {}
    for person in people:
        session.execute(sa.delete(SearchQuery).where(SearchQuery.user_id == person.id))
        session.execute(sa.delete(UsageEvent).where(UsageEvent.user_id == person.id))
        if person.id in needed:
            if person.disabled_at is None:
                person.disable()
            continue
        theirs = sa.or_(AuditRecord.user_id == person.id, AuditRecord.thing == f"people/{person.handle}")
        redacted |= _redacted(session, theirs)
        session.delete(person)
    return redacted


def _redacted(session: Session, which: sa.ColumnElement[bool]) -> dict[str, str]:
    records = session.scalars(sa.select(AuditRecord).where(which)).all()
    return redact(record.shortened(thing="starter") for record in records)
