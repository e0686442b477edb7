"""Who did what, when and from where: records that are only ever added, each sealed with the one before it.

The seal of a record is a SHA-256 over the seal before it and what the record holds, so that one changed byte
breaks every seal after it. What a record says of people and entries goes into the seal as a salted hash of its
own: where the law has something erased, the words and the salt go, and the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.models.record import Setting
from playbook.models.user import User

HEAD = "audit head"  # the setting that repeats the newest record, so that a cut-off end is noticed
BEFORE_ALL = "0" * 64  # what the first record is sealed with
DENIED = "denied"  # the act of a record of what was refused; its thing is the path that was asked for
REDACTED = "redacted"  # the detail that names the records whose words were taken away, and what is left
AT_ONCE = 500  # records in one statement

# From where the present piece of work comes: "web 192.0.2.7", "api 192.0.2.7, token playbook_pat_Ab12Cd",
# "command line". The adapters say it once at the start; it is the one thing below them that is not passed from
# verb to verb, because it belongs to the whole piece of work and decides nothing.
origin: ContextVar[str] = ContextVar("origin", default="")

# The columns of facts of which a record keeps the hash, so that no later hand can change them unnoticed.
FACTS = {
    "version": ("id", "entry_id", "number", "hash", "author_id", "at", "note"),
    "signature": ("id", "version_id", "team", "user_id", "hash", "comment", "at"),
    "release": ("id", "entry_id", "version_id", "user_id", "ground", "rule", "at"),
}


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
    def note(
        cls, action: str, thing: str, *, by: User | None, session: Session | None = None, **detail: Any
    ) -> AuditRecord:
        """Record an act in the transaction that does it. The record gets its number and seal when that commits.

        Raises:
            RuntimeError: it is not called inside `transaction()`.
        """
        session = session if session is not None else db.session()
        if not session.info.get("writing"):
            raise RuntimeError("noted outside transaction(): wrap the work in `with saving():`")
        record = cls(
            at=clock.now(),
            user_id=by.id if by else None,
            action=action,
            thing=thing[:240],
            detail=detail,
            origin=origin.get()[:120],
            salt=secrets.token_hex(16),
        )
        session.info.setdefault(_NOTED, []).append([record, session.get_nested_transaction()])
        return record

    def content_now(self) -> str:
        """The hash of what the record says of people and things; other than `content` where that was changed."""
        return hashed([self.salt, *self.words])

    @property
    def words(self) -> list[Any]:
        """What the record says of people and things."""
        return [self.user_id, self.thing, self.detail, self.origin]

    def seal_after(self, previous: str) -> str:
        """The seal of this record, given the one before it."""
        return hashed(
            [previous, self.id, self.at.isoformat(timespec="microseconds"), self.action, self.content]
        )

    @property
    def is_redacted(self) -> bool:
        """Whether its words were taken away, as the law may ask; its seal still counts."""
        return not self.salt

    def shortened(
        self, *, thing: str, keep: frozenset[str] = frozenset(), user_id: int | None = None
    ) -> AuditRecord:
        """The record without what it says, but for the details named in `keep`: its act, time and seal remain."""
        kept = {name: said for name, said in self.detail.items() if name in keep or name == REDACTED}
        return AuditRecord(
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


def redact(shortened: Iterable[AuditRecord]) -> dict[str, str]:
    """Put shortened records into the places of the whole ones; what is left of each, hashed, by its number.

    That is what the record of the erasure has to say under `redacted`, or a check takes them for spoilt. The
    database refuses to change a record, so the whole one goes and the other comes.
    """
    records = list(shortened)
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        db.session.execute(sa.delete(AuditRecord).where(AuditRecord.id.in_([each.id for each in some])))
        db.session.add_all(some)
        db.session.flush()
    return {str(record.id): hashed(record.words) for record in records}


def about(folders: Iterable[str], slugs: Iterable[str]) -> sa.ColumnElement[bool]:
    """The clause for records of entries that have, or had, these slugs; of what was refused there, too."""
    slugs = list(slugs)
    paths = [
        sa.or_(
            AuditRecord.thing.endswith(f"/{slug}"),
            *(AuditRecord.thing.contains(f"/{slug}{after}", autoescape=True) for after in "/."),
        )
        for slug in slugs
    ]
    things = AuditRecord.thing.in_([f"{folder}/{slug}" for folder in folders for slug in slugs])
    return sa.or_(things, sa.and_(AuditRecord.action == DENIED, sa.or_(sa.false(), *paths)))


def sealed(row: Any) -> str:
    """The hash of a fact's row, for the record of the act that made it: a version, a signature or a release."""
    return hashed([_plain(getattr(row, name)) for name in FACTS[row.__tablename__]])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.value if isinstance(value, StrEnum) else value


def hashed(what: list[Any]) -> str:
    """The SHA-256 of some values, written as JSON in one way only."""
    return hashlib.sha256(
        json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    ).hexdigest()


# Records stand in one line, so whoever adds one holds the end of that line until the transaction ends. It is
# taken hold of last of all, right before the commit: whoever held it while waiting for an entry would stand in
# the way of whoever holds that entry and waits for the line.
_NOTED = "noted"  # in Session.info: [record, the savepoint it was noted in]


@event.listens_for(Session, "before_commit")
def _seal_what_was_noted(session: Session) -> None:
    noted = session.info.get(_NOTED)
    if not noted:
        return
    savepoint = session.get_nested_transaction()
    if savepoint is not None:
        above = savepoint.parent if savepoint.parent is not None and savepoint.parent.nested else None
        for each in noted:
            each[1] = above if each[1] is savepoint else each[1]
        return
    session.info.pop(_NOTED)
    session.flush()
    head = _end_of_the_line(session)
    number, seal = head.value["number"], head.value["seal"]
    for record, _ in noted:
        number += 1
        record.id = number
        record.content = record.content_now()
        record.seal = seal = record.seal_after(seal)
        session.add(record)
    head.value = {"number": number, "seal": seal}


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_noted(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        noted = session.info.get(_NOTED, [])
        noted[:] = [each for each in noted if each[1] is not transaction]
    else:
        session.info.pop(_NOTED, None)


def _end_of_the_line(session: Session) -> Setting:
    """The setting that repeats the newest record, held until the transaction ends."""
    held = session.get(Setting, HEAD, with_for_update=True, populate_existing=True)
    if held is not None:
        return held
    last = session.execute(
        sa.select(AuditRecord.id, AuditRecord.seal).order_by(AuditRecord.id.desc()).limit(1)
    ).one_or_none()
    value = {"number": last.id, "seal": last.seal} if last else {"number": 0, "seal": BEFORE_ALL}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Another process may be writing the first record at the same moment; then this waits for it.
    session.execute(insert(Setting).values(name=HEAD, value=value).on_conflict_do_nothing())
    return session.get_one(Setting, HEAD, with_for_update=True, populate_existing=True)
