"""Who did what, when and from where: records that are only ever added, each sealed with the one before it.

The seal of a record is a SHA-256 over the seal before it and what the record holds, so that one changed byte
breaks every seal after it. What a record says of people and entries goes into the seal as a salted hash of its
own: where the law has something erased, the words and the salt go, and the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.models.record import Setting
from playbook.models.user import User

HEAD = "audit head"  # the setting that repeats the newest record, so that a cut-off end is noticed
BEFORE_ALL = "0" * 64  # what the first record is sealed with

# From where the present piece of work comes: "web 192.0.2.7", "api 192.0.2.7, token ci", "command line". The
# adapters say it once at the start; it is the one thing below them that is not passed from verb to verb,
# because it belongs to the whole piece of work and decides nothing.
origin: ContextVar[str] = ContextVar("origin", default="")


class AuditRecord(Model):
    """Who did what to which thing, when and from where."""

    __tablename__ = "audit_record"

    id: Mapped[int] = mapped_column(primary_key=True)  # without gaps: the place in the chain
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(sa.String(40), index=True)
    thing: Mapped[str] = mapped_column(sa.String(240))
    detail: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(sa.String(120), default="", server_default=sa.text("''"))
    salt: Mapped[str] = mapped_column(sa.String(32), default="", server_default=sa.text("''"))
    content: Mapped[str] = mapped_column(sa.String(64), default="", server_default=sa.text("''"))
    seal: Mapped[str] = mapped_column(sa.String(64), default="", server_default=sa.text("''"))

    @classmethod
    def note(cls, action: str, thing: str, *, by: User | None, **detail: Any) -> AuditRecord:
        """Record an act in the transaction that does it."""
        # Locked until the transaction ends, because records stand in one line.
        head = db.session.get(Setting, HEAD, with_for_update=True)
        number, seal = (head.value["number"], head.value["seal"]) if head is not None else (0, BEFORE_ALL)
        record = cls(
            id=number + 1,
            at=clock.now(),
            user_id=by.id if by else None,
            action=action,
            thing=thing[:240],
            detail=detail,
            origin=origin.get()[:120],
            salt=secrets.token_hex(16),
        )
        record.content = record.content_now()
        record.seal = record.seal_after(seal)
        db.session.add(record)
        value = {"number": record.id, "seal": record.seal}
        if head is None:
            db.session.add(Setting(name=HEAD, value=value))
        else:
            head.value = value
        db.session.flush()
        return record

    def content_now(self) -> str:
        """The hash of what the record says of people and things; other than `content` where that was changed."""
        return hashed([self.salt, self.user_id, self.thing, self.detail, self.origin])

    def seal_after(self, previous: str) -> str:
        """The seal of this record, given the one before it."""
        return hashed(
            [previous, self.id, self.at.isoformat(timespec="microseconds"), self.action, self.content]
        )

    @property
    def is_redacted(self) -> bool:
        """Whether its words were taken away, as the law may ask; its seal still counts."""
        return not self.salt

    def redact(self, *, thing: str, keep: frozenset[str] = frozenset(), user_id: int | None = None) -> None:
        """Take away what the record says, but for the details named in `keep`; the act, its time and seal remain.

        The database refuses to change a record, so a shorter one takes its place.
        """
        kept = {name: said for name, said in self.detail.items() if name in keep}
        shorter = AuditRecord(
            id=self.id,
            at=self.at,
            user_id=user_id,
            action=self.action,
            thing=thing[:240],
            detail=kept,
            origin="",
            salt="",
            content=self.content,
            seal=self.seal,
        )
        db.session.delete(self)
        db.session.flush()
        db.session.add(shorter)
        db.session.flush()


def hashed(what: list[Any]) -> str:
    """The SHA-256 of some values, written as JSON in one way only."""
    return hashlib.sha256(
        json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    ).hexdigest()
