"""One change made to many entries at once, remembered so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.errors import NotFound
from playbook.models.audit import AuditRecord
from playbook.models.entry import Entry
from playbook.models.permission import Permission
from playbook.models.user import User

ONCE = "once"  # the name that a form gave its change, so that sending it twice makes one
LEFT = "left"


class BulkChange(Model):
    """Who changed what of which entries; `change` says what: {"owner": "dana.okafor"}."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    change: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()
    items: Mapped[list[BulkItem]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @classmethod
    def keep(
        cls,
        change: Mapping[str, Any],
        items: Iterable[tuple[int, int, int]],
        *,
        left: Iterable[tuple[int, str]] = (),
        unknown: int = 0,
        by: User,
        once: str,
    ) -> BulkChange:
        """Remember a change with its (entry, number before, number after), which are written already.

        `left` are the entries that stayed as they were, with the reason; `unknown` is how many more were
        chosen of which nothing may be said.
        """
        stayed = {LEFT: [list(each) for each in left], "unknown": unknown}
        kept = cls(user_id=by.id, at=clock.now(), change={**change, ONCE: once, **stayed})
        kept.items = [
            BulkItem(entry_id=entry_id, before=before, after=after) for entry_id, before, after in items
        ]
        db.session.add(kept)
        db.session.flush()
        AuditRecord.note("bulk change", f"bulk/{kept.id}", by=by, **change, entries=len(kept.items))
        return kept

    @classmethod
    def kept(cls, once: str, *, by: User) -> BulkChange | None:
        """What this person's form of that name has changed already."""
        return db.session.scalar(
            sa.select(cls).where(cls.user_id == by.id, cls.change[ONCE].as_string() == once).limit(1)
        )

    @classmethod
    def find(cls, id: int, *, reader: User, lock: bool = False) -> BulkChange:
        """The change of that number, for whoever made it and for administrators.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        query = sa.select(cls).where(cls.id == id)
        if not reader.can(Permission.ADMINISTER):
            query = query.where(cls.user_id == reader.id)
        found = db.session.scalar(query.with_for_update() if lock else query)
        if found is None:
            raise NotFound("There is no such change.")
        return found

    @property
    def left(self) -> dict[int, str]:
        """Why some of the entries chosen stayed as they were, by their ids."""
        return dict(self.change.get(LEFT, ()))

    @property
    def unknown(self) -> int:
        """How many were chosen of which nothing may be said."""
        return int(self.change.get("unknown", 0))

    def forget(self, entry_id: int) -> None:
        """Say nothing of an entry any more."""
        kept = [[each, why] for each, why in self.change.get(LEFT, ()) if each != entry_id]
        self.change = {**self.change, LEFT: kept}

    @property
    def undoing(self) -> BulkChange | None:
        """The change that undid this one."""
        return db.session.scalar(
            sa.select(BulkChange).where(BulkChange.change["undo"].as_integer() == self.id).limit(1)
        )

    @classmethod
    def latest(cls, *, by: User, limit: int) -> list[BulkChange]:
        """The last changes of this person, newest first."""
        return list(
            db.session.scalars(
                sa.select(cls).where(cls.user_id == by.id).order_by(cls.id.desc()).limit(limit)
            )
        )


class BulkItem(Model):
    """One entry of a bulk change, with the numbers of its version before and of the one made."""

    __tablename__ = "bulk_item"
    __table_args__ = (sa.UniqueConstraint("bulk_change_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_change_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_change.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    before: Mapped[int]
    after: Mapped[int]

    entry: Mapped[Entry] = relationship()
