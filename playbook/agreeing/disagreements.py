"""Disagreements that nobody has settled yet, with both texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, undefer

from playbook.db import db
from playbook.models import Disagreement, Entry, Proposal, Release, Signature, User, Version, listed
from playbook.models.history import readable


@dataclass(frozen=True)
class OpenDisagreement:
    """What somebody would not sign, and what they would: their own proposal, else what readers see."""

    entry: Entry
    said: Disagreement
    version: Version  # what they would not sign
    counter: Version | None
    agreed: Version | None

    @property
    def other(self) -> Version | None:
        """The text that stands against the one they would not sign; nothing where there is none."""
        return self.counter or self.agreed


def open_disagreements(*, reader: User, entry: Entry | None = None) -> list[OpenDisagreement]:
    """The disagreements that are open, the oldest first, as far as `reader` may read what they are about.

    One is settled as soon as its version, or a later one, is agreed; as soon as whoever would not sign
    signs a later version that is not their own answer to it; and while what was proposed, or proposed
    instead, is withdrawn. What is retired has none.
    """
    disputed, counter, agreed = (aliased(Version) for _ in range(3))
    query = (
        sa.select(Entry, Disagreement, disputed, counter, agreed)
        .join(disputed, disputed.id == Disagreement.version_id)
        .join(Entry, Entry.id == disputed.entry_id)
        .outerjoin(counter, sa.and_(counter.id == Disagreement.counter_id, readable(reader, counter)))
        .outerjoin(agreed, agreed.id == Entry.agreed_id)
        .where(
            listed(reader),
            readable(reader, disputed),
            ~_is_agreed(disputed),
            ~_was_signed_since(disputed),
            ~_is_withdrawn(disputed),
        )
        .order_by(Disagreement.at, Disagreement.id)
        .options(
            joinedload(Disagreement.user),
            *(undefer(each.text) for each in (disputed, counter, agreed)),
        )
    )
    if entry is not None:
        query = query.where(Entry.id == entry.id)
    return [OpenDisagreement(*row) for row in db.session.execute(query)]


def _is_agreed(disputed: Any) -> sa.ColumnElement[bool]:
    """Whether readers have seen this version, or a later one."""
    later = aliased(Version)
    return sa.exists(
        sa.select(Release.id)
        .join(later, later.id == Release.version_id)
        .where(later.entry_id == disputed.entry_id, later.number >= disputed.number)
        .correlate(disputed)
    )


def _was_signed_since(disputed: Any) -> sa.ColumnElement[bool]:
    """Whether whoever would not sign it has signed it, or a later version that is not their own answer to it."""
    later = aliased(Version)
    return sa.exists(
        sa.select(Signature.id)
        .join(later, later.id == Signature.version_id)
        .where(
            later.entry_id == disputed.entry_id,
            later.number >= disputed.number,
            Signature.user_id == Disagreement.user_id,
            Signature.version_id != sa.func.coalesce(Disagreement.counter_id, 0),
        )
        .correlate(disputed, Disagreement)
    )


def _is_withdrawn(disputed: Any) -> sa.ColumnElement[bool]:
    """Whether the last proposal of this version, or of a later one, was taken back."""
    later, newer = aliased(Version), aliased(Version)
    last = aliased(Proposal)
    newest = (
        sa.select(sa.func.max(last.id))
        .join(newer, newer.id == last.version_id)
        .where(newer.entry_id == disputed.entry_id, newer.number >= disputed.number)
        .correlate(disputed)
        .scalar_subquery()
    )
    return sa.exists(
        sa.select(Proposal.id)
        .join(later, later.id == Proposal.version_id)
        .where(Proposal.id == newest, Proposal.withdrawn_at.is_not(None))
        .correlate(disputed)
    )
