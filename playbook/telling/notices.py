"""What people are told in the application, written in the transaction of what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.models import About, Comment, Entry, Notice, Thing, User, Version, Watch
from playbook.models.knowing import knows, reads

# What asks a person to do something about a proposal, or tells that there is one.
ABOUT_A_PROPOSAL = (About.TO_SIGN, About.PROPOSED, About.COUNTER)


def tell(
    people: Iterable[User],
    about: About,
    entry: Entry,
    *,
    by: User | None,
    version: Version | None = None,
    comment: Comment | None = None,
) -> list[Notice]:
    """Tell people something about an entry. Inside `saving()`.

    Nobody is told what they did themselves, what they were told already and have not read, anything of an entry
    that they are quiet about, or of one that they may not know of, or of a version that they may not read.
    """
    ids = {person.id for person in people} - {by.id if by is not None else None}
    if not ids:
        return []
    db.session.flush()  # what was just written decides as well
    version_id = version.id if version is not None else comment.version_id if comment is not None else None
    comment_id = comment.id if comment is not None else None
    notices = [
        Notice(
            user_id=user_id,
            about=about,
            entry_id=entry.id,
            version_id=version_id,
            comment_id=comment_id,
            by_id=by.id if by is not None else None,
            at=clock.now(),
        )
        for user_id in _who_may_hear(ids, about, entry, version_id=version_id, comment_id=comment_id)
    ]
    db.session.add_all(notices)
    return notices


def nothing_to_do(entry: Entry, *abouts: About, of: User | None = None, but: Collection[int] = ()) -> None:
    """Take as read what told people of these things: there is nothing to do about it any more.

    `of` limits it to one person, `but` are the ids of people who still have to.
    """
    over = sa.update(Notice).where(
        Notice.entry_id == entry.id, Notice.about.in_(abouts), Notice.seen_at.is_(None)
    )
    if of is not None:
        over = over.where(Notice.user_id == of.id)
    if but:
        over = over.where(Notice.user_id.not_in(but))
    db.session.execute(over.values(seen_at=clock.now()))


def _who_may_hear(
    ids: Collection[int], about: About, entry: Entry, *, version_id: int | None, comment_id: int | None
) -> Iterable[int]:
    quiet = sa.exists(
        sa.select(Watch.id)
        .where(Watch.user_id == User.id, Watch.thing == Thing.entry(entry).name, Watch.quiet)
        .correlate(User)
    )
    same = sa.exists(
        sa.select(Notice.id)
        .where(
            Notice.user_id == User.id,
            Notice.about == about,
            Notice.entry_id == entry.id,
            Notice.version_id.is_not_distinct_from(version_id),
            Notice.comment_id.is_not_distinct_from(comment_id),
            Notice.seen_at.is_(None),
        )
        .correlate(User)
    )
    who = (
        sa.select(User.id)
        .join(Entry, Entry.id == entry.id)
        .where(User.id.in_(ids), knows(), ~quiet, ~same)
        .order_by(User.id)
    )
    if version_id is not None:
        who = who.join(Version, Version.id == version_id).where(reads())
    return db.session.scalars(who).all()
