"""Facts about use, written once and never changed: searches, and what people did with entries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model, word


class EventType(StrEnum):
    """What happened. The last three are kept apart: they are nobody using the playbook."""

    SERVED = "served"  # placed in a list that the server answered
    VIEW = "view"  # the page of the entry was opened
    COPY = "copy"
    DOWNLOAD = "download"
    AUTHOR_VIEW = "author_view"  # any of the above, by the author or the owner
    REVIEW_VIEW = "review_view"  # by somebody judging the version
    MACHINE_OPEN = "machine_open"  # by a machine


USES = frozenset({EventType.COPY, EventType.DOWNLOAD})


class Surface(StrEnum):
    """Where it happened."""

    ENTRY = "entry"
    SEARCH = "search"
    SHELF = "shelf"
    HOME = "home"
    MAP = "map"
    JOURNEY = "journey"


class SearchQuery(Model):
    """One search by one person. Its id stands in the links of its results."""

    __tablename__ = "search_query"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(sa.String(200))
    facets: Mapped[dict[str, Any]]
    total: Mapped[int]


class UsageEvent(Model):
    """One thing one person did with one version of an entry."""

    __tablename__ = "usage_event"
    __table_args__ = (
        sa.Index("ix_usage_event_entry_id_type_at", "entry_id", "type", "at"),
        sa.Index("ix_usage_event_user_id_entry_id_type_at", "user_id", "entry_id", "type", "at"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    type: Mapped[EventType] = mapped_column(word(EventType))
    surface: Mapped[Surface] = mapped_column(word(Surface))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"))
    query_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    position: Mapped[int | None]  # from 1, in the list it was served in
    what: Mapped[str] = mapped_column(sa.String(120), default="")  # the field copied, the file downloaded
