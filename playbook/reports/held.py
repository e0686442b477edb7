"""What does the playbook hold about me?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.models import (
    Comment,
    Draft,
    Entry,
    EventType,
    Notice,
    SearchQuery,
    Signature,
    Token,
    UsageEvent,
    User,
    UserSession,
    Version,
    Watch,
)
from playbook.models.history import readable
from playbook.models.notice import told
from playbook.models.permission import visible
from playbook.reports.audited import NOT_NAMED, held_about

ALL = 100_000  # rows of a kind in a file; some ten years of one busy person


@dataclass(frozen=True)
class Deed:
    """One thing done: what, when, where, and with which entry: nothing where the person no longer may see it."""

    type: EventType
    at: datetime
    surface: str
    entry: Entry | None
    what: str


@dataclass(frozen=True)
class HeldAbout:
    """Everything kept about one person, for nobody but that person.

    Documents that name the person are not in it: they are the playbook's, and found by searching it.
    """

    person: User

    def counts(self) -> dict[EventType, int]:
        """How many events of each type."""
        rows = sa.select(UsageEvent.type, sa.func.count()).where(UsageEvent.user_id == self.person.id)
        return dict(db.session.execute(rows.group_by(UsageEvent.type)).all())

    def deeds(self, *, limit: int = ALL, lists: bool = True) -> Iterator[Deed]:
        """What was done, the latest first; with `lists`, also what stood in lists that the person was shown."""
        # What one may no longer see is not named here either.
        rows = (
            sa.select(UsageEvent, Entry)
            .outerjoin(Entry, sa.and_(Entry.id == UsageEvent.entry_id, visible(self.person)))
            .where(UsageEvent.user_id == self.person.id)
            .order_by(UsageEvent.at.desc(), UsageEvent.id.desc())
            .limit(limit)
        )
        if not lists:
            rows = rows.where(UsageEvent.type != EventType.SERVED)
        for event, entry in db.session.execute(rows):
            yield Deed(event.type, event.at, event.surface.value, entry, event.what)

    def searches(self, *, limit: int = ALL) -> Iterator[SearchQuery]:
        """What was searched for, the latest first."""
        asked = sa.select(SearchQuery).where(SearchQuery.user_id == self.person.id)
        yield from db.session.scalars(asked.order_by(SearchQuery.at.desc()).limit(limit))

    def written(self) -> dict[str, int]:
        """How many versions the person wrote, comments they made, signatures they gave, drafts they keep, and so on."""
        return {
            "comments": self._count(Comment, Comment.user_id),
            "versions": self._count(Version, Version.author_id),
            "signatures": self._count(Signature, Signature.user_id),
            "drafts": self._count(Draft, Draft.user_id),
            "notices": self._count(Notice, Notice.user_id),
            "watched": self._count(Watch, Watch.user_id),
        }

    def comments(self, *, limit: int = ALL) -> Iterator[tuple[Comment, Entry | None]]:
        """What the person said, the latest first, and about which entry: nothing where they no longer may see it."""
        said = (
            sa.select(Comment, Entry)
            .select_from(Comment)
            .outerjoin(Version, sa.and_(Version.id == Comment.version_id, readable(self.person)))
            .outerjoin(Entry, sa.and_(Entry.id == Version.entry_id, visible(self.person)))
            .where(Comment.user_id == self.person.id, Comment.words != "")
            .order_by(Comment.id.desc())
            .limit(limit)
        )
        yield from db.session.execute(said)

    def notices(self) -> list[tuple[Notice, Entry | None]]:
        """What the person was told, the latest first, and about which entry: nothing where they may not see it."""
        may_read = told(Notice.id).where(Notice.user_id == self.person.id)
        rows = (
            sa.select(Notice, Entry)
            .outerjoin(Entry, sa.and_(Entry.id == Notice.entry_id, Notice.id.in_(may_read)))
            .where(Notice.user_id == self.person.id)
            .order_by(Notice.id.desc())
        )
        return [(notice, entry) for notice, entry in db.session.execute(rows)]

    def watched(self) -> list[tuple[Watch, Entry | None]]:
        """What the person watches or is quiet about, in the same way."""
        rows = (
            sa.select(Watch, Entry)
            .outerjoin(Entry, sa.and_(Entry.id == Watch.entry_id, visible(self.person)))
            .where(Watch.user_id == self.person.id)
            .order_by(Watch.id)
        )
        return [(watch, entry) for watch, entry in db.session.execute(rows)]

    def _count(self, table: Any, column: Any) -> int:
        return (
            db.session.scalar(sa.select(sa.func.count()).select_from(table).where(column == self.person.id))
            or 0
        )

    def as_document(self) -> dict[str, Any]:
        """All of it as one JSON document."""
        person = self.person
        return {
            "made_at": clock.now().isoformat(),
            "person": {
                "name": person.name,
                "email": person.email,
                "handle": person.handle,
                "role": person.role.value,
                "team": person.team.value,
                "signs_for": person.signs_for.value if person.signs_for else None,
                "mailed": person.digest.value,
                "since": person.created_at.isoformat(),
            },
            "written": self.written(),
            "browsers": [
                {
                    "browser": session.browser,
                    "address": session.address,
                    "since": session.created_at.isoformat(),
                    "seen": session.seen_at.isoformat(),
                }
                for session in self._rows(UserSession, UserSession.user_id)
            ],
            "tokens": [
                {
                    "name": token.name,
                    "since": token.created_at.isoformat(),
                    "until": token.expires_at.isoformat(),
                }
                for token in self._rows(Token, Token.user_id)
            ],
            "records": list(held_about(person)),
            "comments": [
                {
                    "at": comment.at.isoformat(),
                    "entry": entry.path if entry else NOT_NAMED,
                    "words": comment.words,
                    "passage": comment.quote if entry else "",
                }
                for comment, entry in self.comments()
            ],
            "notices": [
                {
                    "at": notice.at.isoformat(),
                    "about": notice.about.value,
                    "entry": entry.path if entry else NOT_NAMED,
                    "seen": notice.seen_at.isoformat() if notice.seen_at else None,
                    "mailed": notice.mailed_at.isoformat() if notice.mailed_at else None,
                }
                for notice, entry in self.notices()
            ],
            "watched": [
                {
                    "what": watch.kind.name if watch.kind else entry.path if entry else NOT_NAMED,
                    "meant_for": watch.watches == "persona",
                    "quiet": watch.quiet,
                    "since": watch.at.isoformat(),
                }
                for watch, entry in self.watched()
            ],
            "searches": [
                {"at": search.at.isoformat(), "words": search.words, "found": search.total}
                for search in self.searches()
            ],
            "use": [
                {
                    "at": deed.at.isoformat(),
                    "what": deed.type.value,
                    "where": deed.surface,
                    "entry": deed.entry.path if deed.entry else NOT_NAMED,
                    "field": deed.what,
                }
                for deed in self.deeds()
            ],
        }

    def _rows(self, table: Any, column: Any) -> list[Any]:
        return list(db.session.scalars(sa.select(table).where(column == self.person.id)))
