"""What somebody watches, and what they want to be left in peace about; how often they are mailed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import contains_eager

from playbook.db import db
from playbook.errors import Invalid, NotFound, Problem
from playbook.kinds import Kind
from playbook.models import Digest, Entry, Heed, Permission, Thing, User, Watch, visible
from playbook.models.watch import heed
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("watching", __name__)

MEANT_FOR = "persona"  # the kind of which one can watch what is meant for it

TOLD = {
    Heed.WATCH: "You hear when readers see something new of it.",
    Heed.USUAL: "You hear only what concerns you.",
    Heed.QUIET: "You hear nothing of it any more.",
}


@bp.post("/<folder:kind>/<slug:slug>/watch")
@allow(Permission.READ)
def entry(kind: Kind, slug: str) -> Any:
    """Heed an entry more or less; with `what=persona`, what is meant for it."""
    with saving():
        found = Entry.find(slug, reader=reader(), kind=kind)
        how = asked_heed()
        thing = Thing.entry(found)
        if request.form.get("what") == MEANT_FOR:
            thing = meant_for(found, how)
        heed(reader(), thing, how)
    if request.headers.get("HX-Request"):
        return page("entries/_watch.html", entry=found, kind=kind, seen=heeds(found), is_open=True)
    flash(TOLD[how])
    return redirect(entry_url(found), code=303)


@bp.post("/<folder:kind>/watch")
@allow(Permission.READ)
def shelf(kind: Kind) -> Any:
    how = asked_heed()
    if how is Heed.QUIET:
        raise not_for_this(how)
    with saving():
        heed(reader(), Thing.kind(kind), how)
    if request.headers.get("HX-Request"):
        return page("shelves/_watch.html", kind=kind, is_watched=how is Heed.WATCH)
    flash(f"You watch {kind.plural.lower()}." if how is Heed.WATCH else TOLD[how])
    return redirect(url_for("shelves.show", kind=kind), code=303)


@bp.get("/you/watching")
@allow(Permission.READ)
def index() -> Any:
    watched = watched_by(reader())
    return page(
        "watching/index.html",
        watched=[each for each in watched if not each.quiet],
        quiet=[each for each in watched if each.quiet],
        digest=reader().digest,
    )


@bp.post("/you/watching")
@allow(Permission.READ)
def update() -> Any:
    """Be mailed as often as this from now on."""
    typed = request.form.get("digest", "")
    if typed not in {each.value for each in Digest}:
        raise Invalid([Problem("digest", "Choose every day, every week, or never.")])
    with saving() as session:
        session.get_one(User, reader().id).digest = Digest(typed)
    flash("Kept.")
    return redirect(url_for("watching.index"), code=303)


@bp.post("/you/watching/<number:id>")
@allow(Permission.READ)
def one(id: int) -> Any:
    """Heed more or less what one said something about before, even what one may not know of any more."""
    how = asked_heed()
    with saving() as session:
        said = session.scalar(sa.select(Watch).where(Watch.id == id, Watch.user_id == reader().id))
        if said is None:
            raise NotFound("You do not watch this.")
        if how is Heed.QUIET and said.watches != "entry":
            raise not_for_this(how)
        heed(reader(), Thing(said.thing, said.entry_id), how)
    return redirect(url_for("watching.index"), code=303)


def watched_by(person: User) -> list[Watch]:
    """What the person said something about, by title; entries they may not know of any more come without one."""
    rows = db.session.execute(
        sa.select(Watch, Entry)
        .outerjoin(Entry, sa.and_(Entry.id == Watch.entry_id, visible(person)))
        .where(Watch.user_id == person.id)
        .order_by(Entry.title, Watch.id)
        .options(contains_eager(Watch.entry))
    )
    return [watch for watch, _ in rows]


def heeds(entry: Entry) -> dict[str, Heed]:
    """How the person asking heeds an entry, and what is meant for it, as `Shown` says it."""
    said = {
        name: Watch.of(reader(), thing)
        for name, thing in (("heed", Thing.entry(entry)), ("heed_for", Thing.meant_for(entry)))
    }
    return {name: watch.heed if watch is not None else Heed.USUAL for name, watch in said.items()}


def asked_heed() -> Heed:
    """How the form says to heed it.

    Raises:
        Invalid: it does not say.
    """
    typed = request.form.get("how", "")
    if typed not in {each.value for each in Heed}:
        raise Invalid([Problem("how", "Choose how much you want to hear.")])
    return Heed(typed)


def meant_for(entry: Entry, how: Heed) -> Thing:
    """What is meant for the persona that the entry describes.

    Raises:
        Invalid: it describes none, or there is nothing to be quiet about.
    """
    if entry.kind.name != MEANT_FOR or how is Heed.QUIET:
        raise not_for_this(how)
    return Thing.meant_for(entry)


def not_for_this(how: Heed) -> Invalid:
    return Invalid([Problem("how", f"This can’t be set to {how.value}.")])
