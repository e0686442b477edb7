"""An entry as its readers see it: the page, its exact text, and every address that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, make_response, redirect, request, url_for

from playbook import clock, usage
from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds import Kind
from playbook.kinds.naming import stated_kind
from playbook.kinds.reading import SLUG
from playbook.models import Entry, Permission, User, Version, visible
from playbook.models.around import Relation, relations
from playbook.models.history import latest_versions
from playbook.models.margin import margin
from playbook.models.shown import shown
from playbook.web import comments, entry_then
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.as_of import asked_day
from playbook.web.pages import page
from playbook.web.reading import Shelf, blocks, nature, others, prose, sections, ways_in, ways_out
from playbook.web.reading.charter import agreed_words, charter_lines
from playbook.web.reading.phrases import in_words, job, seconds
from playbook.web.usage import circumstances, followed

bp = Blueprint("entries", __name__)

ASKED_OF_RETIRED = ("itself", "instead_of")
MOST_WAYS_IN = 200  # relations from elsewhere that a margin shows; a stage may be named by thousands
for words in (seconds, in_words, job, agreed_words):
    bp.add_app_template_filter(words)


@bp.get("/<folder:kind>/<slug:slug>")
@allow(Permission.READ)
def show(kind: Kind, slug: str) -> Any:
    if (day := asked_day()) is not None:
        return entry_then.show(kind, slug, day)
    seen = shown(slug, kind=None, reader=reader(), number=asked_version())
    entry, version = seen.entry, seen.version
    if (entry.slug, entry.kind) != (slug, kind):
        return redirect(entry_url(entry, **asked("version", "q", "at", *ASKED_OF_RETIRED)), code=301)
    replacement = replaced_by(entry, reader=reader()) if entry.is_retired else None
    if replacement is not None and not replacement.is_retired and not asked("version", "itself"):
        return redirect(entry_url(replacement, instead_of=entry.slug), code=302)
    # A version from before a move is told as what it was.
    now, kind = kind, stated_kind(version.fields) or kind
    around = relations([version], reader=reader(), most_inward=MOST_WAYS_IN)
    titles = {found.slug: found.entry for found in around if found.outward and found.entry is not None}
    shelf = Shelf(titles, today=clock.now().date())
    own, shared = blocks(kind, version.fields, shelf)
    past, versions = latest_versions(entry, reader=reader())
    beside = margin(entry, version, reader=reader(), until=clock.now())
    answer = page(
        "entries/show.html",
        seen=seen,
        entry=entry,
        version=version,
        kind=now,
        replacement=replacement,
        instead_of=stood_for(entry, reader=reader()),
        nature=nature(kind, version.fields, shelf),
        first=sections(own),
        last=sections(shared),
        others=others(kind, version.fields),
        charter=charter_lines(version, reader=reader()),
        prose=prose(kind, version.html),
        ways_out=ways_out(kind, around),
        ways_in=ways_in(around),
        has_more_ways_in=sum(not found.outward for found in around) >= MOST_WAYS_IN,
        asked_of=how_many_agreed(around),
        past=past,
        versions=versions,
        use=beside.use,
        **comments.beside(entry, version, beside),
        report=url_for("usage.create", kind=now, slug=slug, **asked("q", "at")),
    )
    usage.record_view(entry, version, reader=reader(), circumstances=circumstances(), followed=followed())
    return answer


def how_many_agreed(around: Sequence[Relation]) -> int:
    """How many agreed entries link here: whose owners a change asks."""
    return len(
        {found.entry.id for found in around if not found.outward and found.entry and found.entry.agreed_id}
    )


@bp.get("/<folder:kind>/<slug:slug>.md")
@allow(Permission.READ)
def markdown(kind: Kind, slug: str) -> Any:
    """The text of the version, byte for byte as it was written."""
    if (day := asked_day()) is not None:
        return entry_then.markdown(kind, slug, day)
    seen = shown(slug, kind=None, reader=reader(), number=asked_version(), column=Version.text)
    entry = seen.entry
    if (entry.slug, entry.kind) != (slug, kind):
        address = url_for("entries.markdown", kind=entry.kind, slug=entry.slug, **asked("version"))
        return redirect(address, code=301)
    answer: Response = make_response(seen.version.text.encode())
    answer.content_type = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = f'inline; filename="{slug}.md"'
    answer.set_etag(seen.version.hash)
    return answer.make_conditional(request)


@bp.get("/e/<number:id>")
@allow(Permission.READ)
def by_id(id: int) -> Any:
    """The permanent address: it stays right whatever the entry is called."""
    entry = db.session.scalar(sa.select(Entry).where(Entry.id == id, visible(reader())))
    if entry is None:
        raise NotFound("There is no such entry.")
    return redirect(entry_url(entry, **asked("as_of")), code=302)


@bp.get("/to/<slug:slug>")
@allow(Permission.READ)
def to(slug: str) -> Any:
    """Where links in bodies lead: they name an entry, and its kind may change."""
    return redirect(entry_url(Entry.find(slug, reader=reader()), **asked("as_of")), code=302)


def replaced_by(entry: Entry, *, reader: User) -> Entry | None:
    """What stands in for a retired entry, if the reader may know of it."""
    found = entry.replacement
    if found is None:
        return None
    may_know = db.session.scalar(sa.select(Entry.id).where(Entry.id == found.id, visible(reader)))
    return found if may_know is not None else None


def stood_for(entry: Entry, *, reader: User) -> Entry | None:
    """The retired entry whose address led here, if the address says so and it is true."""
    slug = request.args.get("instead_of", "")
    if not SLUG.match(slug):
        return None
    with suppress(NotFound):
        old = Entry.find(slug, reader=reader)
        if old.replacement is not None and old.replacement.id == entry.id:
            return old
    return None


def asked(*names: str) -> dict[str, Any]:
    """What the address says of these names behind its question mark."""
    return {name: request.args[name] for name in names if name in request.args}


def asked_version() -> int | None:
    """The number in `?version=`.

    Raises:
        NotFound: it is no number.
    """
    typed = request.args.get("version")
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound("There is no such version.")
    return int(typed)
