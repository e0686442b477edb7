"""What stands in the margin of an entry: how much it is used, and what people say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from playbook.db import db
from playbook.models.comment import Comment, Mention
from playbook.models.entry import Entry
from playbook.models.history import readable_with
from playbook.models.permission import ASKING, Permission, sight, who_reads
from playbook.models.usage import USES, EventType, UsageEvent
from playbook.models.user import User
from playbook.models.version import Version

LATELY = timedelta(weeks=12)
MOST_COMMENTS = 400  # on one page, the newest threads


@dataclass(frozen=True)
class Use:
    """How an entry was used by others than those who write it, in the last twelve weeks."""

    views: int
    uses: int
    people: int


@dataclass(frozen=True)
class Said:
    """A comment, the number of the version it is about, and whom it names: names by handle."""

    comment: Comment
    number: int
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Margin:
    """`plain` is the body of the version it stands beside, in plain words; not read where nobody said anything."""

    use: Use
    said: tuple[Said, ...]  # threads by the time they began, each with its answers in order
    plain: str


def margin(entry: Entry, version: Version, *, reader: User | None, until: datetime) -> Margin:
    """The margin of an entry, as far as `reader` may read the versions that comments are about.

    One statement for all of it, because every page of an entry asks.
    """
    asked = {"entry": entry.id, "version": version.id, "since": until - LATELY, **who_reads(reader)}
    rows = db.session.execute(_margin(sight(reader)), asked).unique().all()
    use = Use(*rows[0][:3])
    said: dict[int, Said] = {}
    names: dict[int, dict[str, str]] = {}
    for _, _, _, comment, number, _, handle, name in rows:
        if comment is None:
            break
        held = names.setdefault(comment.id, {})
        said.setdefault(comment.id, Said(comment, number, held))
        if handle is not None:
            held[handle] = name
    # The newest threads are asked for first, so that the oldest are left out where there are too many.
    threads = sorted(
        said.values(), key=lambda each: (each.comment.answers_id or each.comment.id, each.comment.id)
    )
    return Margin(use, tuple(threads), next((row.plain for row in rows if row.plain is not None), ""))


@cache
def _margin(permissions: frozenset[Permission]) -> sa.Executable:
    use = (
        sa.select(
            sa.func.count().filter(UsageEvent.type == EventType.VIEW).label("views"),
            sa.func.count().filter(UsageEvent.type.in_(USES)).label("uses"),
            sa.func.count(UsageEvent.user_id.distinct()).label("people"),
        )
        .where(
            UsageEvent.entry_id == sa.bindparam("entry"),
            UsageEvent.type.in_({EventType.VIEW, *USES}),
            UsageEvent.at > sa.bindparam("since"),
        )
        .subquery()
    )
    thread = sa.func.coalesce(Comment.answers_id, Comment.id)
    order = (thread.desc(), Comment.id)
    said = (
        sa.select(Comment.id, Version.number, sa.func.row_number().over(order_by=order).label("place"))
        .join(Version, Version.id == Comment.version_id)
        .where(Comment.entry_id == sa.bindparam("entry"), readable_with(permissions, Version, who=ASKING))
        .order_by(*order)
        .limit(MOST_COMMENTS)
        .subquery()
    )
    mentioned, beside = aliased(User), aliased(Version)
    return (
        sa.select(*use.c, Comment, said.c.number, beside.plain, mentioned.handle, mentioned.name)
        .select_from(use)
        .outerjoin(said, sa.true())
        .outerjoin(Comment, Comment.id == said.c.id)
        # The text is long, so it comes with the first row only.
        .outerjoin(beside, sa.and_(beside.id == sa.bindparam("version"), said.c.place == 1))
        .outerjoin(Mention, Mention.comment_id == Comment.id)
        .outerjoin(mentioned, mentioned.id == Mention.user_id)
        .order_by(said.c.place, mentioned.handle)
        .options(joinedload(Comment.user), joinedload(Comment.resolved_by))
    )
