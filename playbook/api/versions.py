"""Versions of an entry: listed, read, two compared, an earlier one said again."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response
from sqlalchemy.orm import undefer

from playbook import agreeing
from playbook.api.access import allow, reader
from playbook.api.answering import answer
from playbook.api.conditional import unless_held
from playbook.api.describing import described
from playbook.api.finding import named, version_of
from playbook.api.idempotency import again, once
from playbook.api.pages import PageAsked, paged
from playbook.api.shapes.entry import EntryTold
from playbook.api.shapes.version import (
    Change,
    Comparison,
    Pair,
    Restored,
    Span,
    SpanOfTime,
    VersionHead,
    VersionPage,
)
from playbook.api.telling import told
from playbook.db import db
from playbook.document import compare as compare_documents
from playbook.errors import NotFound
from playbook.models import Entry, Permission, Version, read
from playbook.models.history import Past, history, readable

bp = Blueprint("versions", __name__)

TAG = "Versions"


@bp.get("/entries/<slug:slug>/versions")
@allow(Permission.READ)
@described({200: VersionPage}, tag=TAG, gives={200: ("Link",)})
def index(slug: str, query: PageAsked) -> Response:
    """The versions of an entry that you may read, the newest first."""
    past = history(named(slug), reader=reader())
    items = [version_head(each) for each in past[query.first : query.first + query.per_page]]
    return paged(VersionPage, items, total=len(past), query=query)


@bp.get("/entries/<slug:slug>/versions/<number:number>")
@allow(Permission.READ)
@described(
    {200: EntryTold}, tag=TAG, takes=("If-None-Match",), gives={200: ("ETag",), 304: ("ETag",)}, markdown=True
)
def show(slug: str, number: int) -> Response:
    """One version of an entry. As Markdown it is its text, byte for byte."""
    named(slug)
    return unless_held(told(slug, number=number))


@bp.get("/entries/<slug:slug>/diff")
@allow(Permission.READ)
@described({200: Comparison}, tag=TAG)
def compare(slug: str, query: Pair) -> Response:
    """How one version became another: the fields first, then the prose word by word."""
    entry = named(slug)
    texts = {
        version.number: version
        for version in db.session.scalars(
            sa.select(Version)
            .where(
                Version.entry_id == entry.id,
                Version.number.in_((query.before, query.after)),
                readable(reader()),
            )
            .options(undefer(Version.text))
        )
    }
    if not {query.before, query.after} <= set(texts):
        raise NotFound(f"{slug} has no such version.")
    found = compare_documents(texts[query.before].document, texts[query.after].document)
    spans = found.prose if found.prose_changed else []
    made = Comparison(
        **{"from": query.before, "to": query.after},
        fields=[
            Change(path=list(change.path), kind=change.kind, before=change.before, after=change.after)
            for change in found.fields
        ],
        prose=[Span(kind=span.kind, text=span.text) for span in spans],
    )
    return answer(made)


@bp.post("/entries/<slug:slug>/restore")
@allow(Permission.REVISE)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def restore(slug: str, json: Restored) -> Response:
    """Say again what an earlier version said, as a new version."""
    entry = named(slug)
    version_of(entry, entry.newest.number)
    reading = read(version_of(entry, json.version).document, kind=entry.kind, slug=entry.slug, check=False)

    def work() -> Response:
        entry = Entry.find(slug, reader=reader(), lock=True)
        version = agreeing.restore(entry, json.version, reading=reading, by=reader())
        if json.propose and entry.has_news:
            agreeing.propose(entry, by=reader())
        return told(entry.slug, number=version.number)

    return once(work)


def version_head(past: Past) -> VersionHead:
    """A version in a list."""
    version = past.version
    return VersionHead(
        number=version.number,
        hash=version.hash,
        title=version.title,
        author=version.author.handle if version.author is not None else None,
        at=version.at,
        note=version.note,
        state=past.state,
        seen=[SpanOfTime(since=since, until=until) for since, until in past.spans],
    )
