"""Erasing a person, as the law may ask: what is left names nobody, but for what documents say."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.errors import NotAllowed
from playbook.models.audit import AuditRecord, redact
from playbook.models.comment import Comment, Mention
from playbook.models.draft import Draft
from playbook.models.entry import Entry
from playbook.models.kept_answer import KeptAnswer
from playbook.models.letter import Letter
from playbook.models.notice import Notice
from playbook.models.record import StaleEntry
from playbook.models.second_factor import RecoveryCode, SecondFactor
from playbook.models.session import OneTimeLink, UserSession
from playbook.models.token import Token
from playbook.models.usage import SearchQuery, UsageEvent
from playbook.models.user import ERASED, Team, User
from playbook.models.version import Version
from playbook.models.watch import Watch

NOBODY = "Somebody who left"
# What of a person goes with them.
THEIRS = (
    UserSession,
    OneTimeLink,
    Token,
    SecondFactor,
    RecoveryCode,
    Draft,
    KeptAnswer,
    Mention,
    Notice,
    Watch,
    Letter,
)
NAMES_PEOPLE = frozenset({"name", "email"})  # what of an audit record's detail may say who it is about


def named_in(person: User) -> list[Entry]:
    """The entries of which some version, or a comment on them, names the person, by handle or by name.

    Neither is ever rewritten. A comment can be taken back by an administrator.
    """
    as_a_word = re.compile(
        rf"(?<![\w.])(?:{re.escape(person.handle)}|{re.escape(person.name)})(?![\w-]|\.\w)", re.IGNORECASE
    )
    ids: set[int] = set()
    for table, said in ((Version, Version.text), (Comment, Comment.words)):
        spoken = sa.or_(
            said.icontains(person.handle, autoescape=True), said.icontains(person.name, autoescape=True)
        )
        candidates = db.session.execute(sa.select(table.entry_id, said).where(spoken))
        ids |= {entry_id for entry_id, text in candidates if as_a_word.search(text)}
    return list(db.session.scalars(sa.select(Entry).where(Entry.id.in_(ids)).order_by(Entry.title)))


def erase(person: User, *, by: User | None, remaining: int) -> None:
    """Replace name, address and handle for good, and remove all that only this person had.

    What was written, said, signed and recorded stays and is by nobody, and comments that named them name nobody;
    use and searches stay and are anybody's. `remaining` is how many entries go on naming the person, for the record.

    Raises:
        NotAllowed: it is oneself.
        Conflict: the person is the last administrator.
    """
    if by is not None and by.id == person.id:
        raise NotAllowed("Nobody erases themselves. Ask another administrator.")
    person.disable()
    was = person.handle
    _remove_what_was_theirs(person.id)
    person.name = NOBODY
    person.email = f"left.{person.id}@{ERASED}"
    person.handle = _handle_of_nobody(person.id)
    person.password_hash = None
    person.team, person.signs_for = Team.OTHER, None
    db.session.flush()
    redacted = _redact(f"people/{was}", f"people/{person.handle}", user_id=person.id)
    _let_the_index_know(person.id)
    AuditRecord.note(
        "erase person",
        f"people/{person.handle}",
        by=by,
        was=hashlib.sha256(was.encode()).hexdigest(),  # so that nobody is given this handle again
        remaining=remaining,
        redacted=redacted,
    )


def _remove_what_was_theirs(user_id: int) -> None:
    for table in THEIRS:
        _run(sa.delete(table).where(table.user_id == user_id))
    for facts in (UsageEvent, SearchQuery):
        _run(sa.update(facts).where(facts.user_id == user_id).values(user_id=None))


def _handle_of_nobody(user_id: int) -> str:
    handle = base = f"left.{user_id}"
    number = 1
    while db.session.scalar(sa.select(User.id).where(User.handle == handle)) is not None:
        number += 1
        handle = f"{base}.{number}"
    return handle


def _redact(was: str, now: str, *, user_id: int) -> dict[str, str]:
    """Have the records about the person say the same of nobody, and those of what the person did not from where.

    What is left of each, by its number.
    """
    theirs = sa.or_(
        AuditRecord.thing.in_((was, was.rpartition("/")[2])),
        sa.and_(AuditRecord.user_id == user_id, AuditRecord.origin != ""),
    )
    shortened = []
    for record in db.session.scalars(sa.select(AuditRecord).where(theirs).order_by(AuditRecord.id)):
        is_about = record.thing.rpartition("/")[2] == was.rpartition("/")[2]
        keep = frozenset(record.detail) - (NAMES_PEOPLE if is_about else frozenset())
        thing = now if is_about else record.thing
        shortened.append(record.shortened(thing=thing, keep=keep, user_id=record.user_id))
    return redact(shortened)


def _let_the_index_know(user_id: int) -> None:
    """Texts that only their author and few others may read are found by the author's handle."""
    written = sa.select(Version.entry_id).where(Version.author_id == user_id).distinct()
    for entry_id in db.session.scalars(written):
        db.session.add(StaleEntry(entry_id=entry_id))


def leave(person: User) -> None:
    """Close one's own account; an administrator can open it again.

    Raises:
        Conflict: the person is the last administrator.
    """
    person.disable()
    end_tokens(person)
    AuditRecord.note("leave", f"people/{person.handle}", by=person)


def end_tokens(person: User) -> int:
    """Let no program in by a token of this person any more; how many tokens those were."""
    living = sa.update(Token).where(Token.user_id == person.id, Token.revoked_at.is_(None))
    return _run(living.values(revoked_at=clock.now()))


def _run(statement: Any) -> int:
    """Run a statement that changes rows nobody holds; how many rows."""
    changed = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]
