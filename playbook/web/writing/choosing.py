"""Entries and people that a field may point to: those on offer, those that words find, and their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from playbook.db import db
from playbook.kinds import KINDS
from playbook.kinds.reading import SLUG
from playbook.models import Entry, User, visible
from playbook.models.link import Address
from playbook.models.user import CONTROLS

MOST_OFFERED = 60  # of one kind; a longer list is not sent with the form, it is searched
MOST_FOUND = 20
MOST_WORDS = 8


@dataclass(frozen=True)
class Choice:
    """Something to point to. `note` says what it is; `is_known` whether there is anything behind the value."""

    value: str
    words: str
    note: str = ""
    icon: str = "file-text"
    is_known: bool = True


def not_written(slug: str) -> Choice:
    """A slug that leads nowhere yet. What is hidden from the reader looks the same."""
    note = "not written yet" if SLUG.match(slug) else "not an address"
    return Choice(slug, slug, note, "pencil", is_known=False)


def nobody_known(handle: str) -> Choice:
    """A name in a document that is nobody's handle."""
    return Choice(handle, handle, "nobody we know", "user-round", is_known=False)


def entries_named(slugs: Collection[str], *, reader: User) -> dict[str, Choice]:
    """By slug, today's or an earlier one: those of the entries that the reader may know of."""
    rows = db.session.execute(
        sa.select(Address.slug, Entry.title, Entry.kind_name)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(keepable(slugs)), visible(reader))
    )
    return {slug: _entry(slug, title, kind_name) for slug, title, kind_name in rows}


def entries_offered(kinds: Collection[str], *, reader: User) -> dict[str, list[Choice]]:
    """By kind, in the order of the shelf; a kind with more entries than are offered has an empty list."""
    here = (visible(reader), Entry.retired_at.is_(None), Entry.kind_name.in_(kinds))
    counts = db.session.execute(
        sa.select(Entry.kind_name, sa.func.count()).where(*here).group_by(Entry.kind_name)
    )
    few = [name for name, count in counts if count <= MOST_OFFERED]
    offered: dict[str, list[Choice]] = {name: [] for name in kinds}
    rows = db.session.execute(
        sa.select(Entry.slug, Entry.title, Entry.kind_name)
        .where(*here, Entry.kind_name.in_(few))
        .order_by(Entry.kind_name, Entry.place, Entry.title)
    )
    for slug, title, kind_name in rows:
        offered[kind_name].append(_entry(slug, title, kind_name))
    return offered


def entries_found(words: str, *, kinds: Collection[str], reader: User) -> list[Choice]:
    """Entries whose title or slug holds every word, those that begin with the words first. No kinds: of any."""
    parts = words.split()[:MOST_WORDS]
    query = sa.select(Entry.slug, Entry.title, Entry.kind_name).where(
        visible(reader),
        Entry.retired_at.is_(None),
        *(
            sa.or_(Entry.title.icontains(part, autoescape=True), Entry.slug.icontains(part, autoescape=True))
            for part in parts
        ),
    )
    if kinds:
        query = query.where(Entry.kind_name.in_(kinds))
    begins = sa.case((Entry.title.istartswith(words.strip(), autoescape=True), 0), else_=1)
    rows = db.session.execute(
        query.order_by(begins, Entry.kind_name, Entry.place, Entry.title).limit(MOST_FOUND)
    )
    return [_entry(*row) for row in rows]


def keepable(values: Collection[str]) -> list[str]:
    """Those that a database can be asked for. Nothing has a name with NUL or half a character in it."""
    return [value for value in values if not CONTROLS.search(value)]


def is_free(slug: str) -> bool:
    """Whether nothing has, or had, this slug."""
    return bool(SLUG.match(slug)) and db.session.get(Address, slug) is None


def people_named(handles: Collection[str]) -> dict[str, Choice]:
    """By handle: whoever has one of them, also people who have left."""
    rows = db.session.execute(sa.select(User.handle, User.name).where(User.handle.in_(keepable(handles))))
    return {handle: _person(handle, name) for handle, name in rows}


def people_offered() -> list[Choice]:
    """Everybody who can sign in, if they are few enough for a list."""
    found = _living([], MOST_OFFERED + 1)
    return found if len(found) <= MOST_OFFERED else []


def people_found(words: str) -> list[Choice]:
    """People who can sign in whose name or handle holds every word. Nothing else about them is told."""
    return _living(words.split()[:MOST_WORDS], MOST_FOUND)


def _living(parts: Iterable[str], most: int) -> list[Choice]:
    rows = db.session.execute(
        sa.select(User.handle, User.name)
        .where(
            User.disabled_at.is_(None),
            *(
                sa.or_(
                    User.name.icontains(part, autoescape=True), User.handle.icontains(part, autoescape=True)
                )
                for part in parts
            ),
        )
        .order_by(User.name, User.handle)
        .limit(most)
    )
    return [_person(*row) for row in rows]


def _entry(slug: str, title: str, kind_name: str) -> Choice:
    kind = KINDS[kind_name]
    return Choice(slug, title, kind.label, kind.icon)


def _person(handle: str, name: str) -> Choice:
    return Choice(handle, name, handle, "user-round")
