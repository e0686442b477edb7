"""Clauses on Entry by which a list is narrowed: by what an entry points to, and by how far it has got."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from playbook import clock
from playbook.models.entry import Entry, State
from playbook.models.link import Address, Link
from playbook.models.permission import Permission, can, visible
from playbook.models.user import User


def pointing_to(slug: str, *, reader: User | None) -> sa.ColumnElement[bool]:
    """That the shown version points to the entry of this slug, whichever of its slugs it uses.

    Nothing points to an entry that the reader may not know of, as nothing does to one that is not there.
    """
    named = (
        sa.select(Address.entry_id)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug == slug, visible(reader))
        .correlate(None)  # whoever narrows a list selects from Entry too
    )
    same = sa.select(Address.slug).where(Address.entry_id.in_(named))
    source = aliased(Entry)
    return Entry.id.in_(
        sa.select(source.id)
        .join(Link, Link.version_id == sa.func.coalesce(source.agreed_id, source.latest_id))
        .where(Link.target.in_(same))
    )


def in_state(state: State, *, reader: User | None) -> sa.ColumnElement[bool]:
    """That `Entry.state_for` this reader is this one, today."""
    if state is State.RETIRED:
        return Entry.retired_at.is_not(None)
    released = Entry.agreed_id.is_not(None)
    waits = Entry.proposed_id.is_not(None) if can(reader, Permission.REVISE) else sa.false()
    settled = sa.and_(released, ~waits)
    due = sa.and_(
        sa.func.coalesce(Entry.review_by, "") != "", Entry.review_by < clock.now().date().isoformat()
    )
    found = {
        State.DRAFT: sa.and_(~released, ~waits),
        State.PROPOSED: waits,
        State.REVIEW_DUE: sa.and_(settled, due),
        State.SUPERSEDED: sa.false(),  # versions are, entries never
        State.AGREED: sa.and_(settled, sa.func.coalesce(~due, True)),
    }
    return sa.and_(Entry.retired_at.is_(None), found[state])
