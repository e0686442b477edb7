"""What people are told in the application, written in the transaction of what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from playbook import clock
from playbook.db import db
from playbook.models import About, Comment, Entry, Notice, User, Version


def tell(
    people: Iterable[User],
    about: About,
    entry: Entry,
    *,
    by: User | None,
    version: Version | None = None,
    comment: Comment | None = None,
) -> list[Notice]:
    """Tell people something about an entry, each once; nobody is told what they did themselves. Inside `saving()`."""
    notices = [
        Notice(
            user_id=person.id,
            about=about,
            entry_id=entry.id,
            version_id=version.id if version is not None else None,
            comment_id=comment.id if comment is not None else None,
            by_id=by.id if by is not None else None,
            at=clock.now(),
        )
        for person in {person.id: person for person in people}.values()
        if by is None or person.id != by.id
    ]
    db.session.add_all(notices)
    return notices
