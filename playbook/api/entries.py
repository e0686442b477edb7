"""Entries: listed, read, begun, written anew, retired."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, url_for

from playbook import agreeing, usage
from playbook.api.access import allow, circumstances, reader
from playbook.api.as_of import listed_on, past, told_on
from playbook.api.conditional import started_from, unless_held
from playbook.api.describing import described
from playbook.api.finding import named, version_of
from playbook.api.idempotency import again, once
from playbook.api.pages import page_of, paged
from playbook.api.shapes.entry import (
    BesideMarkdown,
    BesideNewMarkdown,
    EntryTold,
    HeadPage,
    Narrowed,
    NewEntry,
    NewVersion,
    OneOf,
    Retiring,
)
from playbook.api.telling import head, told
from playbook.api.writing import new_entry, new_version
from playbook.errors import Invalid, NotFound, Problem
from playbook.models import Entry, Permission, State, Version, listed, visible
from playbook.models.narrowing import in_state, pointing_to
from playbook.models.shown import SEEN
from playbook.telling import told_of_retirement
from playbook.work import saving

bp = Blueprint("entries", __name__)

TAG = "Entries"


@bp.get("/entries")
@allow(Permission.READ)
@described({200: HeadPage}, tag=TAG, gives={200: ("Link",)})
def index(query: Narrowed) -> Response:
    """Entries that you may know of, by slug."""
    if query.as_of is not None:
        return listed_on(query, on=past(query.as_of))
    clauses = [visible(reader()) if query.status is State.RETIRED else listed(reader())]
    if query.status is not None:
        clauses.append(in_state(query.status, reader=reader()))
    if query.kind is not None:
        clauses.append(Entry.kind_name == query.kind)
    if query.owner is not None:
        clauses.append(Entry.owner == query.owner)
    if query.updated_since is not None:
        clauses.append(Entry.changed_at >= query.updated_since)
    clauses += [
        pointing_to(slug, reader=reader()) for slug in (query.stage, query.persona) if slug is not None
    ]
    rows, total = page_of(
        sa.select(Entry, Version.number, Version.hash)
        .join(Version, Version.id == SEEN)
        .where(*clauses)
        .order_by(Entry.slug),
        query=query,
    )
    items = [head(entry, number=number, hash=hash) for entry, number, hash in rows]
    return paged(HeadPage, items, total=total, query=query)


@bp.post("/entries")
@allow(Permission.REVISE)
@again
@described({201: EntryTold}, tag=TAG, gives={201: ("Location", "ETag")})
def create(query: BesideNewMarkdown, json: NewEntry | None) -> Response:
    """Begin an entry, as a draft.

    Markdown with front matter names its kind there.
    """
    written = new_entry(json, query)

    def work() -> Response:
        entry = Entry.draft(written.reading, slug=written.slug, by=reader(), note=written.note)
        if written.propose:
            agreeing.propose(entry, by=reader(), note=written.note)
        made = told(entry.slug, number=1, status=201)
        made.headers["Location"] = url_for("api.entries.show", slug=entry.slug)
        return made

    return once(work)


@bp.get("/entries/<slug:slug>")
@allow(Permission.READ)
@described(
    {200: EntryTold}, tag=TAG, takes=("If-None-Match",), gives={200: ("ETag",), 304: ("ETag",)}, markdown=True
)
def show(slug: str, query: OneOf) -> Response:
    """An entry as its readers see it, or as it was.

    As Markdown it is the text of the version, byte for byte.
    """
    entry = named(slug)
    number = query.version
    if query.as_of is not None:
        if number is not None:
            raise Invalid([Problem("as_of", "Ask for a version or for a day, not for both.")])
        return unless_held(told_on(slug, on=past(query.as_of)))
    made = unless_held(told(slug, number=number))
    if made.status_code == 200:
        version = version_of(entry, number) if number is not None else entry.agreed or entry.newest
        usage.record_view(entry, version, reader=reader(), circumstances=circumstances())
    return made


@bp.put("/entries/<slug:slug>")
@allow(Permission.REVISE)
@described(
    {200: EntryTold},
    tag=TAG,
    refuses=(412, 428),
    takes=("If-Match",),
    gives={200: ("ETag",), 412: ("ETag",)},
)
def update(slug: str, query: BesideMarkdown, json: NewVersion | None) -> Response:
    """Write a new version; readers see it once it is agreed.

    If-Match has the ETag of the version that this started from. Where somebody saved another one since,
    nothing is saved, and the answer holds both texts and their merge. Saying the same again adds no version.
    """
    entry = named(slug)
    version_of(entry, entry.newest.number)
    base = started_from(entry)
    written = new_version(json, query, entry=entry, base=base.document)
    number = base.number
    with saving():
        entry = Entry.find(slug, reader=reader(), lock=True)
        newest = version_of(entry, entry.newest.number)
        if newest.hash == written.reading.document.hash:  # done already, and only the answer was lost
            number = newest.number
        version = agreeing.revise(entry, written.reading, by=reader(), base=number, note=written.note)
        if written.propose and entry.has_news:
            agreeing.propose(entry, by=reader(), note=written.note)
        return told(entry.slug, number=version.number)


@bp.post("/entries/<slug:slug>/retire")
@allow(Permission.CURATE)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def retire(slug: str, json: Retiring) -> Response:
    """Take an entry out of every list and search; its page says why, and leads to what replaced it."""
    entry = named(slug)
    version_of(entry, entry.newest.number)

    def work() -> Response:
        entry = Entry.find(slug, reader=reader(), lock=True)
        successor = successor_named(json.successor)
        entry.retire(by=reader(), reason=json.reason, successor=successor)
        told_of_retirement(entry, by=reader())
        return told(entry.slug)

    return once(work)


def successor_named(slug: str | None) -> Entry | None:
    """The entry that is read instead.

    Raises:
        Invalid: there is none of this slug that the caller may know of.
    """
    if slug is None:
        return None
    try:
        return Entry.find(slug, reader=reader())
    except NotFound as missing:
        raise Invalid([Problem("successor", f"There is no entry {slug}.")]) from missing
