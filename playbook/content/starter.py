"""The starter playbook: one invented company, there from the first minute and gone without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import ROOT
from playbook import clock
from playbook.content.gathering import gather
from playbook.content.naming import Name
from playbook.content.progress import Progress, unseen
from playbook.content.reading import derive, load
from playbook.db import db
from playbook.models import (
    Address,
    AuditRecord,
    Entry,
    Ground,
    Reading,
    Release,
    Role,
    SearchQuery,
    Setting,
    Signature,
    Team,
    UsageEvent,
    User,
    Version,
)
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
SIGNERS = {"sales": ("dana.okafor", Team.SALES), "marketing": ("milo.brandt", Team.MARKETING)}


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
        for slug, reading in new.items():
            _write(session, slug, reading, people)
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
            person = User.invite(email=email, name=name, role=role, team=team, demonstration=True)
        elif person.demonstration:
            person.enable()  # a removal left them in the history of something
        people[handle] = person
    return people


def _write(session: Session, slug: str, reading: Reading, people: Mapping[str, User]) -> None:
    owner = people[reading.owner]
    entry = Entry.draft(reading, slug=slug, by=owner, note=NOTE, demonstration=True)
    last = owner
    for who in reading.kind.signers:
        if who not in SIGNERS:  # the owner, who signs by writing it
            continue
        handle, team = SIGNERS[who]
        last = people[handle]
        session.add(
            Signature(
                version_id=entry.newest.id,
                team=team,
                user_id=last.id,
                hash=entry.newest.hash,
                comment="",
                at=clock.now(),
            )
        )
    entry.release(entry.newest, by=last, ground=Ground.SIGNED)


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
        for entry in entries:
            if entry.id not in theirs:
                _erase(session, entry)
        session.flush()
        _forget(session, people)
        remember(session, "absent")
    return Removed(entries=len(entries) - len(kept), kept=sorted(entry.path for entry in kept))


def _erase(session: Session, entry: Entry) -> None:
    """Erase an entry, and the record that it was ever there or is no more."""
    slugs = session.scalars(sa.select(Address.slug).where(Address.entry_id == entry.id))
    things = [f"{entry.kind.folder}/{slug}" for slug in slugs]
    entry.erase(by=None)
    session.flush()
    session.execute(sa.delete(AuditRecord).where(AuditRecord.thing.in_(things)))


def _forget(session: Session, people: Iterable[User]) -> None:
    """Remove people and what they did; those who wrote or signed something that stays are disabled."""
    needed = {
        user_id
        for column in (Version.author_id, Release.user_id, Signature.user_id)
        for user_id in session.scalars(sa.select(column).distinct())
    }
    for person in people:
        session.execute(sa.delete(SearchQuery).where(SearchQuery.user_id == person.id))
        session.execute(sa.delete(UsageEvent).where(UsageEvent.user_id == person.id))
        if person.id in needed:
            if person.disabled_at is None:
                person.disable()
            continue
        session.execute(
            sa.delete(AuditRecord).where(
                sa.or_(AuditRecord.user_id == person.id, AuditRecord.thing == f"people/{person.handle}")
            )
        )
        session.delete(person)
