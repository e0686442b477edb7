"""The end of an entry: retired, which can be taken back at any time, or erased for the law, which cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from playbook import agreeing, upkeep
from playbook.errors import Invalid, NotFound, Problem
from playbook.kinds import Kind
from playbook.models import Entry, Permission
from playbook.telling import told_of_retirement
from playbook.upkeep import erase_for_good
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.pages import page
from playbook.web.upkeep import count_of
from playbook.work import saving

bp = Blueprint("retirement", __name__)


@bp.get("/<folder:kind>/<slug:slug>/retire")
@allow(Permission.CURATE)
def new(kind: Kind, slug: str) -> Any:
    return form(Entry.find(slug, reader=reader(), kind=kind))


@bp.post("/<folder:kind>/<slug:slug>/retire")
@allow(Permission.CURATE)
def retire(kind: Kind, slug: str) -> Any:
    reason = request.form.get("reason", "")
    typed = next((value for each in request.form.getlist("successor") if (value := each.strip())), "")
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            entry.retire(by=reader(), reason=reason, successor=_successor(typed))
            told_of_retirement(entry, by=reader())
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        return form(entry, reason=reason, successor=typed, problems=invalid.problems), 422
    flash(
        "Retired. The old link shows what replaced it." if typed else "Retired. The old link says so.",
        f"undo {url_for('retirement.unretire', kind=entry.kind, slug=entry.slug)}",
    )
    return redirect(entry_url(entry, itself="yes"), code=303)


@bp.post("/<folder:kind>/<slug:slug>/unretire")
@allow(Permission.CURATE)
def unretire(kind: Kind, slug: str) -> Any:
    with saving():
        entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
        agreeing.bring_back(entry, by=reader())
    flash("It is back, as it was.")
    return redirect(entry_url(entry), code=303)


def form(entry: Entry, *, reason: str = "", successor: str = "", problems: Sequence[Problem] = ()) -> Any:
    return page(
        "upkeep/retire.html",
        entry=entry,
        reason=reason,
        successor=successor,
        problems=problems,
        pointing=upkeep.pointed_at(entry, by=reader()),
    )


def _successor(slug: str) -> Entry | None:
    """The entry named, if any.

    Raises:
        Invalid: there is none, as far as the person asking may know.
    """
    if not slug:
        return None
    try:
        return Entry.find(slug, reader=reader())
    except NotFound as missing:
        raise Invalid([Problem("successor", "There is no entry with this address.")]) from missing


@bp.get("/<folder:kind>/<slug:slug>/erase")
@allow(Permission.ADMINISTER)
def ask_to_erase(kind: Kind, slug: str) -> Any:
    return erase_form(Entry.find(slug, reader=reader(), kind=kind))


@bp.post("/<folder:kind>/<slug:slug>/erase")
@allow(Permission.ADMINISTER)
def erase(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    reason, typed = request.form.get("reason", ""), request.form.get("slug", "").strip()
    left = len(upkeep.pointed_at(entry, by=reader()).entries)
    try:
        erase_for_good(entry, by=reader(), reason=reason, typed=typed)
    except Invalid as invalid:
        return erase_form(entry, reason=reason, typed=typed, problems=invalid.problems), 422
    told = f" {count_of(left)} still {'names' if left == 1 else 'name'} it." if left else ""
    flash(f"Erased.{told}")
    return redirect(url_for("shelves.show", kind=kind), code=303)


def erase_form(entry: Entry, *, reason: str = "", typed: str = "", problems: Sequence[Problem] = ()) -> Any:
    return page(
        "upkeep/erase.html",
        entry=entry,
        reason=reason,
        typed=typed,
        problems=problems,
        pointing=upkeep.pointed_at(entry, by=reader()),
    )
