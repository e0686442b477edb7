"""Versions of an entry: the list, two of them compared, an earlier one restored."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import joinedload, undefer

from playbook import agreeing, clock
from playbook.db import db
from playbook.document import compare as compare_documents
from playbook.errors import NotFound
from playbook.kinds import Kind
from playbook.models import Entry, Permission, Version, read
from playbook.models.around import named
from playbook.models.history import history, readable
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading import Shelf
from playbook.web.reading.changes import changes, headline, slugs_in
from playbook.web.reading.past import state_words
from playbook.web.reading.redline import redline
from playbook.work import saving

bp = Blueprint("versions", __name__)
bp.add_app_template_filter(state_words)


@bp.get("/<folder:kind>/<slug:slug>/versions")
@allow(Permission.READ)
def index(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader())
    if (entry.slug, entry.kind) != (slug, kind):
        return redirect(url_for("versions.index", kind=entry.kind, slug=entry.slug), code=301)
    past = history(entry, reader=reader())
    before, after = usual_pair(entry, [each.version for each in past])
    return page("versions/index.html", entry=entry, kind=kind, past=past, before=before, after=after)


@bp.get("/<folder:kind>/<slug:slug>/diff")
@allow(Permission.READ)
def compare(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader())
    if (entry.slug, entry.kind) != (slug, kind):
        pair: dict[str, Any] = {name: request.args[name] for name in ("from", "to") if name in request.args}
        return redirect(url_for("versions.compare", kind=entry.kind, slug=entry.slug, **pair), code=301)
    past = history(entry, reader=reader())
    before, after = usual_pair(entry, [each.version for each in past])
    before, after = asked("from", before), asked("to", after)
    texts = {
        version.number: version
        for version in db.session.scalars(
            sa.select(Version)
            .where(Version.entry_id == entry.id, Version.number.in_((before, after)), readable(reader()))
            .options(undefer(Version.text), joinedload(Version.author))
        )
    }
    if not {before, after} <= set(texts):
        raise NotFound(f"{slug} has no such version.")
    old, new = texts[before], texts[after]
    found = compare_documents(old.document, new.document)
    shelf = Shelf(named(slugs_in(found.fields), reader=reader()), today=clock.now().date())
    rows = changes(kind, found.fields, shelf, now=new.fields)
    return page(
        "versions/compare.html",
        entry=entry,
        kind=kind,
        past={each.version.number: each for each in past},
        old=old,
        new=new,
        rows=rows,
        prose=redline(found.paragraphs()) if found.prose_changed else [],
        headline=headline(rows, is_text_changed=found.prose_changed),
    )


@bp.post("/<folder:kind>/<slug:slug>/versions/<number:number>/restore")
@allow(Permission.REVISE)
def restore(kind: Kind, slug: str, number: int) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    reading = read(readable_version(entry, number).document, kind=entry.kind, slug=entry.slug, check=False)
    with saving():
        entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
        before = entry.newest.number
        version = agreeing.restore(entry, number, reading=reading, by=reader())
    if version.number == before:
        flash(f"Nothing to restore: version {before} says the same.")
    else:
        what = "a draft. Propose it to have it agreed" if entry.has_news else "and says what readers see"
        flash(f"Version {number} is back as version {version.number}, {what}.")
    return redirect(url_for("versions.index", kind=kind, slug=entry.slug), code=303)


def readable_version(entry: Entry, number: int) -> Version:
    """Version `number`, if the person asking may read it.

    Raises:
        NotFound: there is none, or they may not.
    """
    version = db.session.scalar(
        sa.select(Version).where(Version.entry_id == entry.id, Version.number == number, readable(reader()))
    )
    if version is None:
        raise NotFound(f"{entry.slug} has no version {number}.")
    return version


def usual_pair(entry: Entry, versions: list[Version]) -> tuple[int, int]:
    """The two versions that people mean when they name none: what readers see and what waits, or the last two."""
    newest = versions[0]
    agreed = next((version for version in versions if version.id == entry.agreed_id), None)
    if agreed is not None and agreed is not newest:
        return agreed.number, newest.number
    return versions[min(1, len(versions) - 1)].number, newest.number


def asked(name: str, default: int) -> int:
    """The number of a version in the address.

    Raises:
        NotFound: it is no number.
    """
    typed = request.args.get(name)
    if typed is None:
        return default
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound("There is no such version.")
    return int(typed)
