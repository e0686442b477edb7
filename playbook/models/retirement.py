"""What becomes of an entry whose time is over: it leaves every list, and its page says what replaced it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.errors import Conflict, Invalid, Problem
from playbook.models.audit import AuditRecord
from playbook.models.record import StaleEntry
from playbook.models.user import User
from playbook.models.version import refuse_controls

if TYPE_CHECKING:
    from playbook.models.entry import Entry

REASON_CHARACTERS = 500


class Absence(Model):
    """A span of time in which an entry was retired; without an end where it still is."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(REASON_CHARACTERS))
    at: Mapped[datetime]
    back_at: Mapped[datetime | None]


class Retirement:
    """The part of an entry that says whether it is retired, why, and what replaced it."""

    if TYPE_CHECKING:
        id: Mapped[int]
        slug: Mapped[str]

        @property
        def path(self) -> str: ...

    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str] = mapped_column(
        sa.String(REASON_CHARACTERS), default="", server_default=sa.text("''")
    )
    successor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entry.id", name="fk_entry_successor_id_entry", ondelete="SET NULL")
    )

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    def retire(self, *, by: User | None, reason: str, successor: Entry | None = None) -> None:
        """Take the entry out of every list and search; its addresses say why, and lead to what replaced it.

        Nothing of it is lost: `unretire` brings it back as it was. Retiring again with the same reason and
        successor changes nothing.

        Raises:
            Invalid: there is no reason, or a long one; the successor is the entry itself, or is retired
                (which is why successors never lead round in a circle).
            Conflict: it is retired already, for another reason or with another successor.
        """
        reason = reason_given(reason)
        if successor is not None and successor.id == self.id:
            raise Invalid([Problem("successor", "An entry cannot replace itself.")])
        if self.is_retired:
            if (reason, successor.id if successor else None) == (self.retired_because, self.successor_id):
                return
            raise Conflict(f"{self.slug} is retired already. Bring it back first to retire it otherwise.")
        if successor is not None and successor.is_retired:
            message = f"{successor.slug} is retired itself. Name one that is in use."
            raise Invalid([Problem("successor", message)])
        self.retired_at = clock.now()
        self.retired_because = reason
        self.successor_id = successor.id if successor is not None else None
        db.session.add(
            Absence(
                entry_id=self.id,
                user_id=by.id if by else None,
                reason=reason,
                at=self.retired_at,
                back_at=None,
            )
        )
        AuditRecord.note("retire", self.path, by=by, reason=reason, successor=self.successor_id)
        db.session.add(StaleEntry(entry_id=self.id))

    def unretire(self, *, by: User | None) -> None:
        """Bring the entry back as it was. Where it is not retired, nothing changes."""
        if not self.is_retired:
            return
        db.session.execute(
            sa.update(Absence)
            .where(Absence.entry_id == self.id, Absence.back_at.is_(None))
            .values(back_at=clock.now())
        )
        self.retired_at = None
        self.retired_because = ""
        self.successor_id = None
        AuditRecord.note("unretire", self.path, by=by)
        db.session.add(StaleEntry(entry_id=self.id))

    @property
    def replacement(self) -> Entry | None:
        """What stands in for a retired entry now, however often that was replaced in turn.

        Nothing where nothing replaced it. Retired itself where the last that replaced it is.
        """
        entry = _successor(self)
        while entry is not None and entry.is_retired and (following := _successor(entry)) is not None:
            entry = following
        return entry

    def refuse_if_retired(self) -> None:
        """Refuse to change what is retired.

        Raises:
            Conflict: it is.
        """
        if self.is_retired:
            raise Conflict(f"{self.slug} is retired. Bring it back before you change it.")


def _successor(entry: Retirement) -> Entry | None:
    from playbook.models.entry import Entry

    if not entry.is_retired or entry.successor_id is None:
        return None
    return db.session.get(Entry, entry.successor_id)


def reason_given(reason: str) -> str:
    """The reason on one line.

    Raises:
        Invalid: there is none, it is too long, or holds what cannot be kept.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid([Problem("reason", "Say why, in a sentence.")])
    if len(reason) > REASON_CHARACTERS:
        message = f"The reason has {len(reason)} characters; at most {REASON_CHARACTERS}."
        raise Invalid([Problem("reason", message)])
    refuse_controls(reason, field="reason")
    return reason
