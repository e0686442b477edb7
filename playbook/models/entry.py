"""An entry: one thing the playbook says, and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.errors import Conflict, NotFound
from playbook.kinds import Kind
from playbook.kinds.naming import stated_kind
from playbook.models.agreeing import Agreeing
from playbook.models.agreement import Ground, Release
from playbook.models.audit import AuditRecord, sealed
from playbook.models.head import Head
from playbook.models.link import Address, refuse_slug
from playbook.models.permission import Permission, can, visible
from playbook.models.record import StaleEntry
from playbook.models.retirement import Retirement
from playbook.models.review import Reviewing
from playbook.models.rule import Rule
from playbook.models.state import StaleVersion, State
from playbook.models.user import User
from playbook.models.version import Reading, Version, refuse_controls
from playbook.models.whereabouts import Whereabouts

__all__ = ["SEEN", "Entry", "StaleVersion", "State"]


class Entry(Whereabouts, Agreeing, Reviewing, Head, Retirement, Model):
    """A slug and a history."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    latest_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("version.id", use_alter=True, name="fk_entry_latest_id_version")
    )
    agreed_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("version.id", use_alter=True, name="fk_entry_agreed_id_version"), index=True
    )

    latest: Mapped[Version | None] = relationship(foreign_keys=[latest_id], post_update=True)
    agreed: Mapped[Version | None] = relationship(foreign_keys=[agreed_id], post_update=True)
    versions: Mapped[list[Version]] = relationship(
        back_populates="entry",
        foreign_keys=[Version.entry_id],
        order_by=Version.number,
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def state(self) -> State:
        if self.retired_at is not None:
            return State.RETIRED
        if self.proposed_id is not None:
            return State.PROPOSED
        if self.agreed_id is None:
            return State.DRAFT
        return State.REVIEW_DUE if self.is_review_due else State.AGREED

    @property
    def is_review_due(self) -> bool:
        """Whether what readers see is due to be looked at again."""
        due = bool(self.review_by) and str(self.review_by) < clock.now().date().isoformat()
        return self.agreed_id is not None and self.retired_at is None and due

    def state_for(self, reader: User | None) -> State:
        """The state as `reader` may know it: that a newer version waits is told to those who write."""
        state = self.state
        if state is not State.PROPOSED or can(reader, Permission.REVISE):
            return state
        return State.REVIEW_DUE if self.is_review_due else State.AGREED

    @classmethod
    def find(cls, slug: str, *, reader: User | None, kind: Kind | None = None, lock: bool = False) -> Entry:
        """The entry that has, or once had, this slug, if `reader` may know of it.

        Raises:
            NotFound: there is none, or the reader may not know of it.
        """
        query = (
            sa.select(cls)
            .join(Address, Address.entry_id == cls.id)
            .where(Address.slug == slug, visible(reader))
        )
        if kind is not None:
            query = query.where(cls.kind_name == kind.name)
        entry = db.session.scalar(query.with_for_update(of=cls) if lock else query)
        if entry is None:
            raise NotFound(f"There is no entry {slug}.")
        return entry

    @classmethod
    def draft(
        cls, reading: Reading, *, slug: str, by: User | None, note: str = "", demonstration: bool = False
    ) -> Entry:
        """Begin an entry with its first version. Readers do not see it until it is released.

        Raises:
            Invalid: the slug is none, or is or was another entry's; the note cannot be kept.
        """
        refuse_slug(slug)
        moment = clock.now()
        entry = cls(
            slug=slug,
            kind_name=reading.kind.name,
            demonstration=demonstration,
            created_at=moment,
            changed_at=moment,
            title=reading.title,
            summary=reading.summary,
            owner=reading.owner,
            audience=reading.audience,
            review_by=reading.review_by,
        )
        db.session.add(entry)
        db.session.flush()
        db.session.add(Address(slug=slug, entry_id=entry.id))
        entry._add(reading, by=by, note=note)
        version = entry.newest
        AuditRecord.note("draft", entry.path, by=by, version=1, hash=version.hash, row=sealed(version))
        return entry

    def revise(self, reading: Reading, *, by: User | None, base: int, note: str = "") -> Version:
        """Say something new. Readers see no difference until it is released.

        `base` is the number of the version the author started from. Saying the same thing again
        adds nothing and returns the latest version.

        Raises:
            StaleVersion: the entry has been revised since `base`; carries both texts and their merge.
            Conflict: the document is of another kind than the entry, or the entry is retired.
            NotFound: there never was a version `base`.
        """
        self.refuse_if_retired()
        latest = self.newest
        if reading.kind.name != self.kind_name:
            raise Conflict(f"{self.slug} is a {self.kind.label.lower()}, not a {reading.kind.label.lower()}.")
        if base != latest.number:
            raise StaleVersion(latest, reading.document, base=self.version(base))
        if reading.document.hash == latest.hash:
            return latest
        version = self._add(reading, by=by, note=note)
        said: dict[str, Any] = {"version": version.number, "hash": version.hash, "row": sealed(version)}
        AuditRecord.note("revise", self.path, by=by, **said)
        return version

    def restore(self, number: int, *, reading: Reading, by: User) -> Version:
        """Say again what version `number` said; `reading` is that version's text, derived anew.

        Raises:
            Conflict: it is not, or the entry was of another kind then.
        """
        earlier = self.version(number)
        then = stated_kind(earlier.fields)
        if then not in {None, self.kind}:
            raise Conflict(f"Version {number} is a {then.label.lower()}. Move the entry back to that first.")
        if reading.document.hash != earlier.hash:
            raise Conflict("The text to restore is not the text of that version.")
        return self.revise(reading, by=by, base=self.newest.number, note=f"Restores version {number}")

    def release(self, version: Version, *, by: User | None, ground: Ground, rule: Rule | None = None) -> None:
        """Make a version what readers see; `rule` is the one under which it was agreed. Again, it changes nothing.

        Signing does this, and an administrator's migration; nothing else may, or the agreement is an illusion.

        Raises:
            Conflict: the entry is retired.
        """
        if self.agreed_id == version.id:
            return
        self.refuse_if_retired()
        db.session.flush()
        self.agreed = version
        if self.proposed_id == version.id:
            self.proposed_id = None
        release = Release(
            entry_id=self.id,
            version_id=version.id,
            user_id=by.id if by else None,
            ground=ground,
            rule=",".join(rule.needs) if rule is not None else None,
            at=clock.now(),
        )
        db.session.add(release)
        self._show(version)
        db.session.flush()
        said: dict[str, Any] = {"version": version.number, "hash": version.hash, "row": sealed(release)}
        AuditRecord.note("release", self.path, by=by, ground=ground.value, **said)

    def erase(self) -> None:
        """Remove the entry and everything known of it. Only for demonstrations, and `erasure` for the law."""
        db.session.add(StaleEntry(entry_id=self.id))
        self.latest = self.agreed = None
        self.proposed_id = None
        db.session.flush()
        db.session.delete(self)

    @property
    def newest(self) -> Version:
        """The latest version; every entry has one."""
        assert self.latest is not None
        return self.latest

    def version(self, number: int) -> Version:
        """Version `number`.

        Raises:
            NotFound: there is no such version.
        """
        version = db.session.scalar(
            sa.select(Version).where(Version.entry_id == self.id, Version.number == number)
        )
        if version is None:
            raise NotFound(f"{self.slug} has no version {number}.")
        return version

    def _add(self, reading: Reading, *, by: User | None, note: str) -> Version:
        refuse_controls(note, field="note")
        moment = clock.now()
        version = Version(
            entry_id=self.id,
            number=self.latest.number + 1 if self.latest else 1,
            text=reading.document.text,
            hash=reading.document.hash,
            author_id=by.id if by else None,
            at=moment,
            note=note[:500],
        )
        version.derive(reading)
        db.session.add(version)
        db.session.flush()
        self.latest = version
        self.proposed_id = None  # what was proposed is not the newest any more: it has to be proposed again
        if self.agreed_id is None:
            self._show(version)
        return version


SEEN = sa.func.coalesce(Entry.agreed_id, Entry.latest_id)
"""The id of the version that an entry shows to whoever may know of the entry."""
