"""The shelf of one kind: its entries in order, narrowed by whom, when and what they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for

from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds import Kind
from playbook.kinds.reading import SLUG
from playbook.models import Address, Entry, Link, Permission, Surface, Thing, User, Watch, listed
from playbook.models.narrowing import pointing_to
from playbook.models.shown import SEEN
from playbook.web.access import allow, reader
from playbook.web.as_of import asked_day
from playbook.web.finding import trusts
from playbook.web.pages import page
from playbook.web.shelf_then import choices_then, held_then
from playbook.web.usage import served

bp = Blueprint("shelves", __name__)

ON_A_PAGE = 100
SEEN_AT_ONCE = 8  # entries; a shelf that short needs no narrowing
MOST_CHOICES = 20  # of one kind; beyond that a search narrows better
PAGE = re.compile(r"[1-9][0-9]{0,4}")
NARROWED_BY = ("persona", "stage", "issue")


@dataclass(frozen=True)
class Choice:
    """One way to narrow a shelf."""

    entry: Entry
    count: int


@bp.get("/<folder:kind>/")
@allow(Permission.READ)
def show(kind: Kind) -> Any:
    chosen = {
        name: slug
        for name in NARROWED_BY
        if SLUG.match(slug := request.args.get(name, "")) and name != kind.name
    }
    number = asked_page()
    first = (number - 1) * ON_A_PAGE
    day = asked_day()
    if day is None:
        entries, total = held(kind, chosen=chosen, first=first, reader=reader())
    else:
        entries, total = held_then(
            kind, chosen=chosen, first=first, limit=ON_A_PAGE, reader=reader(), day=day
        )
    if not entries and number > 1:
        raise NotFound("The shelf is not that long.")
    answer = page(
        "shelves/show.html",
        kind=kind,
        is_watched=Watch.of(reader(), Thing.kind(kind)) is not None,
        entries=entries,
        trusts=trusts(entries, reader=reader()),
        total=total,
        chosen=chosen,
        choices=choices(kind, reader=reader(), day=day) if chosen or total > SEEN_AT_ONCE else {},
        number=number,
        pages=max(1, -(-total // ON_A_PAGE)),
        address=lambda **changed: address(kind, chosen, **changed),
    )
    if day is None:
        shown = [entry.agreed_id for entry in entries if entry.agreed_id is not None]
        served(shown, surface=Surface.SHELF, first=first + 1)
    return answer


def held(kind: Kind, *, chosen: Mapping[str, str], first: int, reader: User) -> tuple[list[Entry], int]:
    """The entries at these places of the narrowed shelf, and how many it has."""
    on_shelf = [Entry.kind_name == kind.name, listed(reader)]
    narrowed = [*on_shelf, *(pointing_to(slug, reader=reader) for slug in chosen.values())]
    rows = db.session.execute(
        sa.select(Entry, sa.func.count().over())
        .where(*narrowed)
        .order_by(Entry.place, Entry.title, Entry.id)
        .limit(ON_A_PAGE)
        .offset(first)
    ).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def choices(kind: Kind, *, reader: User, day: date | None) -> dict[str, list[Choice]]:
    """The personas, stages and issues that entries of a kind point to, in shelf order; or pointed to on a day.

    Only where there are two to choose between; of many, those that most entries point to.
    """
    if day is None:
        found = pointed_to(kind, reader=reader)
    else:
        found = {
            name: [Choice(entry, count) for entry, count in pairs]
            for name, pairs in choices_then(kind, among=NARROWED_BY, reader=reader, day=day).items()
        }
    return {name: most_pointed_to(found[name]) for name in NARROWED_BY if len(found.get(name, ())) > 1}


def pointed_to(kind: Kind, *, reader: User) -> dict[str, list[Choice]]:
    """By their kinds, the entries that those of a kind point to, in shelf order."""
    sources = (
        sa.select(Entry.id, SEEN.label("version"))
        .where(Entry.kind_name == kind.name, listed(reader))
        .subquery()
    )
    query = (
        sa.select(Entry, sa.func.count(sources.c.id.distinct()))
        .join(Address, Address.entry_id == Entry.id)
        .join(Link, Link.target == Address.slug)
        .join(sources, sources.c.version == Link.version_id)
        .where(Entry.kind_name.in_([name for name in NARROWED_BY if name != kind.name]), listed(reader))
        .group_by(Entry.id)
        .order_by(Entry.place, Entry.title)
    )
    found: dict[str, list[Choice]] = {}
    for entry, count in db.session.execute(query):
        found.setdefault(entry.kind_name, []).append(Choice(entry, count))
    return found


def most_pointed_to(found: list[Choice]) -> list[Choice]:
    """At most 20 of these, in the order they had."""
    kept = sorted(found, key=lambda choice: -choice.count)[:MOST_CHOICES]
    return [choice for choice in found if choice in kept]


def address(kind: Kind, chosen: dict[str, str], **changed: str | int | None) -> str:
    """The address of this shelf with some choices changed; None takes one back."""
    query = {**chosen, **changed}
    kept: dict[str, Any] = {name: value for name, value in query.items() if value}
    return url_for("shelves.show", kind=kind, **kept)


def asked_page() -> int:
    """The number in `?page=`; 1 where there is none or it is no number."""
    typed = request.args.get("page", "")
    return int(typed) if PAGE.fullmatch(typed) else 1
