"""Saying something about an entry, so that those whom it concerns are told; settling it, and taking it back."""

from __future__ import annotations

import re

import sqlalchemy as sa

from playbook.db import db
from playbook.document.anchoring import Passage
from playbook.models import About, AuditRecord, Comment, Entry, Mention, Notice, User, Version
from playbook.models.comment import NOTHING
from playbook.models.knowing import knows, reads
from playbook.telling import tell

MOST_NAMED = 20  # people whom one comment can name

# @first.last, also at the end of a sentence.
HANDLE = re.compile(r"(?<![\w.@/])@([a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?)", re.IGNORECASE)


def say(
    entry: Entry,
    version: Version,
    *,
    by: User,
    words: str,
    passage: Passage = NOTHING,
    answers: Comment | None = None,
) -> Comment:
    """Say something about a version that `by` may read; see `Comment.say` for what it refuses.

    Told are those whom the words name, and the owners, the author of the version and whoever spoke in the
    thread: all of them only where they may read the version, which `tell` sees to.

    Raises:
        Conflict: the entry is retired.
    """
    entry.refuse_if_retired()
    comment = Comment.say(version, by=by, words=words, passage=passage, answers=answers)
    about = comment.version
    named = _named_in(comment)
    comment.mentions = [Mention(user_id=person.id) for person in named]
    db.session.flush()
    AuditRecord.note("comment", entry.path, by=by, version=about.number, comment=comment.id)
    told = {person.id for person in named}
    concerned = [person for person in _concerned(entry, comment) if person.id not in told]
    tell(named, About.MENTION, entry, by=by, version=about, comment=comment)
    tell(concerned, About.COMMENT, entry, by=by, version=about, comment=comment)
    return comment


def resolve(entry: Entry, comment: Comment, *, by: User) -> None:
    """Say that nothing is left to do about a thread; see `Comment.resolve`."""
    comment.resolve(by=by, shown=entry.agreed or entry.newest)
    AuditRecord.note("resolve comment", entry.path, by=by, comment=comment.id)


def reopen(entry: Entry, comment: Comment, *, by: User) -> None:
    """Say that something is left to do after all; see `Comment.reopen`."""
    comment.reopen(by=by, shown=entry.agreed or entry.newest)
    AuditRecord.note("reopen comment", entry.path, by=by, comment=comment.id)


def take_back(entry: Entry, comment: Comment, *, by: User) -> None:
    """Remove the words for good, and that anybody was told of them; see `Comment.take_back`."""
    number = comment.id
    comment.take_back(by=by)
    db.session.execute(sa.delete(Notice).where(Notice.comment_id == number))
    AuditRecord.note("take back comment", entry.path, by=by, comment=number)


def _named_in(comment: Comment) -> list[User]:
    """The people whose handles stand in the words after an @, if they can sign in and may read the version."""
    handles = list(dict.fromkeys(handle.lower() for handle in HANDLE.findall(comment.words)))[:MOST_NAMED]
    if not handles:
        return []
    return list(
        db.session.scalars(
            sa.select(User)
            .join(Entry, Entry.id == comment.entry_id)
            .join(Version, Version.id == comment.version_id)
            .where(User.handle.in_(handles), knows(), reads())
            .order_by(User.handle)
        )
    )


def _concerned(entry: Entry, comment: Comment) -> list[User]:
    """Who answers for the entry, who wrote the version, and who spoke in the thread before."""
    version = comment.version
    shown = entry.agreed or entry.newest
    handles = {shown.owner, shown.fields.get("co_owner"), version.owner, version.fields.get("co_owner")}
    begun = comment.answers_id or comment.id
    spoke = sa.select(Comment.user_id).where(sa.or_(Comment.id == begun, Comment.answers_id == begun))
    who = sa.or_(
        User.handle.in_([handle for handle in handles if isinstance(handle, str) and handle]),
        User.id == version.author_id,
        User.id.in_(spoke),
    )
    return list(db.session.scalars(sa.select(User).where(who).order_by(User.id)))
