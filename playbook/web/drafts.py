"""Your drafts: what you are writing and have not saved. Only you ever see them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for

from playbook import clock
from playbook.document import compare as compare_documents
from playbook.errors import Invalid, NotFound
from playbook.kinds import Kind
from playbook.models import Draft, Entry, Permission
from playbook.models.around import named
from playbook.models.draft import DAYS_KEPT, MOST, Kept
from playbook.web.access import allow, reader
from playbook.web.drafting import drafted, going_on, keep_draft
from playbook.web.pages import page
from playbook.web.reading import Shelf
from playbook.web.reading.changes import changes, slugs_in
from playbook.web.reading.redline import redline
from playbook.web.versions import readable_version
from playbook.work import saving

# Whoever may read may have drafts: they outlive the role that one was begun in.
bp = Blueprint("drafts", __name__)


@bp.get("/drafts")
@allow(Permission.READ)
def index() -> Any:
    return page("drafts/index.html", drafts=Draft.all_of(reader()), most=MOST, days=DAYS_KEPT)


@bp.post("/drafts/<folder:kind>/<slug:slug>")
@allow(Permission.READ)
def keep_of(kind: Kind, slug: str) -> Any:
    with saving():
        kept = keep_draft(kind, Entry.find(slug, reader=reader(), kind=kind))
    return _answer(kept)


@bp.post("/drafts/<folder:kind>")
@allow(Permission.READ)
def keep_new(kind: Kind) -> Any:
    with saving():
        kept = keep_draft(kind)
    return _answer(kept)


@bp.get("/drafts/<string(length=32):draft>")
@allow(Permission.READ)
def show(draft: str) -> Any:
    """What was typed, and how it differs from what is saved."""
    found = Draft.find(draft, of=reader())
    if found.entry_id is None:
        return page("drafts/show.html", draft=found, entry=None)
    try:
        entry = Entry.find(found.entry.slug if found.entry else "", reader=reader(), kind=found.kind)
        began = readable_version(entry, found.base or entry.newest.number)
        newest = readable_version(entry, entry.newest.number)
    except NotFound:  # the reader may not know of the entry any more, but the words are theirs
        return page("drafts/show.html", draft=found, entry=None)
    try:
        after = drafted(found, began.document)
    except Invalid:  # half-written front matter, say: the words themselves are shown
        return page(
            "drafts/show.html", draft=found, entry=entry, began=began, newest=newest, rows=None, prose=None
        )
    differs = compare_documents(began.document, after)
    shelf = Shelf(named(slugs_in(differs.fields), reader=reader()), today=clock.now().date())
    return page(
        "drafts/show.html",
        draft=found,
        entry=entry,
        began=began,
        newest=newest,
        rows=changes(found.kind, differs.fields, shelf, now=after.fields),
        prose=redline(differs.paragraphs()) if differs.prose_changed else [],
    )


@bp.post("/drafts/<string(length=32):draft>/discard")
@allow(Permission.READ)
def discard(draft: str) -> Any:
    with saving():
        found = Draft.find(draft, of=reader())
        found.discard()
    return redirect(url_for("drafts.index", discarded=found.id), code=303)


@bp.post("/drafts/<string(length=32):draft>/take-back")
@allow(Permission.READ)
def take_back(draft: str) -> Any:
    with saving():
        Draft.take_back(draft, of=reader())
    flash("Your draft is back.")
    return redirect(url_for("drafts.index"), code=303)


def _answer(kept: Kept) -> Any:
    """For the script on the page, where it stands now; for a browser without one, the page again."""
    draft, other = kept.draft, kept.other
    if request.accept_mimetypes.best == "application/json":
        told = {"draft": draft.id, "revision": draft.revision, "at": draft.saved_at.isoformat()}
        if other is not None:
            told["other"] = {
                "at": other.saved_at.isoformat(),
                "browser": other.browser,
                "address": url_for("drafts.show", draft=other.id),
            }
        return jsonify(told), 409 if other is not None else 200
    if other is not None:
        where = f" in {other.browser}" if other.browser else ""
        flash(f"You also wrote here{where}. Both are kept: this one, and that one among your drafts.")
    else:
        flash(f"Draft saved {draft.saved_at:%H:%M} (UTC). Only you can see it.")
    return redirect(going_on(draft), code=303)
