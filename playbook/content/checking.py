"""Whether everything that the database holds agrees with itself, with the texts, and with the index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased

from playbook import search
from playbook.content import auditing, recorded
from playbook.content.deriving import differences, head_of, with_everything
from playbook.content.fault import Fault
from playbook.content.progress import Progress, unseen
from playbook.db import db
from playbook.errors import Invalid
from playbook.kinds import KINDS
from playbook.models import Address, Entry, Link, Release, Signature, Version
from playbook.models.review import due_of
from playbook.models.shown import SEEN
from playbook.models.version import BODY

AT_ONCE = 100  # versions in memory


@dataclass
class Findings:
    """What a check found. Notes are no faults: a link may lead to what is yet to be written, and a long
    text may take too long to be laid out again."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    # The last record of the audit log, to be noted where nobody who can write to the database can write.
    record: int = field(default=0, compare=False)
    seal: str = field(default="", compare=False)


def check(*, noted: str = "", progress: Progress = unseen) -> Findings:
    """Read and derive everything again and compare; changes nothing.

    `noted` is the seal of an audit record as it was written down elsewhere.
    """
    findings = Findings()
    findings.faults += _file()
    if findings.faults:
        return findings  # nothing that such a database says can be relied on
    findings.faults += _references()
    log = auditing.verify(noted=noted)
    findings.record, findings.seal = log.last, log.seal
    findings.faults += log.faults
    unreadable = list(recorded.unreadable())
    if unreadable:
        findings.faults += unreadable
        return findings
    findings.faults += recorded.against(log)
    for look in (_numbers(), _heads(), _addresses(), _releases(), _signatures(), recorded.proposals()):
        findings.faults += look
    findings.faults += _versions(findings.notes, progress)
    findings.faults += _index()
    findings.notes += _dangling()
    return findings


def _file() -> Iterator[Fault]:
    if db.engine.dialect.name != "sqlite":
        return
    try:
        for (message,) in db.session.execute(sa.text("PRAGMA integrity_check")):
            if message != "ok":
                yield Fault("database", "file", f"SQLite says: {message}.")
    except DatabaseError as error:
        yield Fault("database", "file", f"SQLite cannot read it: {error.orig}.")


def _references() -> Iterator[Fault]:
    if db.engine.dialect.name != "sqlite":
        return
    for table, row, parent, _ in db.session.execute(sa.text("PRAGMA foreign_key_check")):
        yield Fault("database", f"{table}, row {row}", f"It refers to a row of {parent} that is not there.")


def _numbers() -> Iterator[Fault]:
    rows = db.session.execute(
        sa.select(Entry.kind_name, Entry.slug, Version.number)
        .outerjoin(Version, Version.entry_id == Entry.id)
        .order_by(Entry.slug, Version.number)
    )
    for (kind, slug), group in groupby(rows, key=lambda row: (row[0], row[1])):
        numbers = [number for _, _, number in group]
        where = f"{KINDS[kind].folder}/{slug}"
        if numbers == [None]:
            yield Fault("versions", where, "The entry has no version.")
        elif numbers != list(range(1, len(numbers) + 1)):
            yield Fault("versions", where, f"The versions are not numbered 1 to {len(numbers)}.")


def _heads() -> Iterator[Fault]:
    own = sa.and_(Version.id == SEEN, Version.entry_id == Entry.id)
    for entry in db.session.scalars(sa.select(Entry).where(~sa.exists().where(own))):
        yield Fault("entry", entry.path, "The version that it shows is not one of its own.")
    for entry, version in db.session.execute(sa.select(Entry, Version).join(Version, own)):
        head = head_of(entry, version, review_by=due_of(version))
        wrong = [name for name, value in head.items() if getattr(entry, name) != value]
        if wrong:
            yield Fault(
                "entry", entry.path, f"It does not repeat the version that it shows: {', '.join(wrong)}."
            )
    newest = sa.select(sa.func.max(Version.number)).where(Version.entry_id == Entry.id).scalar_subquery()
    latest = sa.select(Version.number).where(Version.id == Entry.latest_id, Version.entry_id == Entry.id)
    behind = sa.select(Entry).where(latest.scalar_subquery().is_distinct_from(newest))
    for entry in db.session.scalars(behind):
        yield Fault("entry", entry.path, "What it takes for its newest version is not.")


def _addresses() -> Iterator[Fault]:
    own = sa.exists().where(Address.slug == Entry.slug, Address.entry_id == Entry.id)
    for entry in db.session.scalars(sa.select(Entry).where(~own)):
        yield Fault("address", entry.path, "The address of the entry does not lead to it.")


def _releases() -> Iterator[Fault]:
    strange = (
        sa.select(Entry)
        .join(Release, Release.entry_id == Entry.id)
        .join(Version, Version.id == Release.version_id)
        .where(Version.entry_id != Entry.id)
        .distinct()
    )
    for entry in db.session.scalars(strange):
        yield Fault("release", entry.path, "A version of another entry was released here.")
    last = (
        sa.select(Release.version_id)
        .where(Release.entry_id == Entry.id)
        .order_by(Release.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    for entry in db.session.scalars(sa.select(Entry).where(Entry.agreed_id.is_distinct_from(last))):
        yield Fault("release", entry.path, "What readers see is not what was released last.")


def _signatures() -> Iterator[Fault]:
    rows = db.session.execute(
        sa.select(Entry, Version.number, Signature.team)
        .join(Version, Version.entry_id == Entry.id)
        .join(Signature, Signature.version_id == Version.id)
        .where(Signature.hash != Version.hash)
    )
    for entry, number, team in rows:
        yield Fault(
            "signature", f"{entry.path}, version {number}", f"What {team.value} signed was another text."
        )


def _versions(notes: list[Fault], progress: Progress) -> Iterator[Fault]:
    """Every text against its hash, and everything derived against the text."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Version)) or 0
    done = last = 0
    while True:
        rows = db.session.execute(
            sa.select(Version, Entry)
            .join(Entry, Entry.id == Version.entry_id)
            .where(Version.id > last)
            .order_by(Version.id)
            .limit(AT_ONCE)
            .options(*with_everything())
        ).all()
        if not rows:
            return
        for version, entry in rows:
            yield from _version(version, entry, notes)
        last = rows[-1][0].id
        done += len(rows)
        progress(done, total)


def _version(version: Version, entry: Entry, notes: list[Fault]) -> Iterator[Fault]:
    where = f"{entry.path}, version {version.number}"
    if hashlib.sha256(version.text.encode("utf-8", "surrogatepass")).hexdigest() != version.hash:
        yield Fault("version", where, "The text is not the one that was saved: its hash is another.")
        return
    try:
        wrong = differences(version, version.reread(kind=entry.kind_name, slug=entry.slug))
    except Invalid as invalid:
        if {problem.field for problem in invalid.problems} == {BODY}:
            # On a busy machine the longest texts take too long; what was kept of them may well be right.
            notes.append(Fault("version", where, f"Its page could not be compared: {invalid}"))
        else:
            yield Fault("version", where, f"The text can no longer be read: {invalid}")
        return
    if wrong:
        yield Fault(
            "version", where, f"Not as the text has it: {', '.join(wrong)}. `playbook derive` mends this."
        )


def _index() -> Iterator[Fault]:
    for difference in search.check():
        yield Fault(
            "index", difference.slug or "whole", f"{difference.problem} `playbook index rebuild` mends this."
        )


def _dangling() -> Iterator[Fault]:
    """Links of what entries show that lead to no entry."""
    shown = aliased(Entry)
    rows = db.session.execute(
        sa.select(shown, Link.field, Link.target)
        .join(Link, Link.version_id == sa.func.coalesce(shown.agreed_id, shown.latest_id))
        .outerjoin(Address, Address.slug == Link.target)
        .where(Address.slug.is_(None))
        .order_by(shown.slug, Link.position)
    )
    for entry, name, target in rows:
        yield Fault("link", entry.path, f"{name} leads to {target}, which is not written yet.")
