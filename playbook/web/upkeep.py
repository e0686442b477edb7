"""Where an entry stands and what points to it: its address, its kind, links in other entries, two made one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from playbook import upkeep
from playbook.document import Document, compare
from playbook.errors import Conflict, Invalid, NotFound, Problem
from playbook.kinds import KINDS, Kind
from playbook.models import Entry, Permission
from playbook.models.shown import hands
from playbook.upkeep import Planned, Relinked
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.editor import typed_lines
from playbook.web.pages import page
from playbook.web.versions import readable_version
from playbook.work import saving

bp = Blueprint("upkeep", __name__)

CHOICE = re.compile(r"([1-9][0-9]{0,8}):([1-9][0-9]{0,8})")  # an entry and the number of a version


@bp.get("/<folder:kind>/<slug:slug>/address")
@allow(Permission.CURATE)
def address(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    return page("upkeep/address.html", entry=entry, slug=entry.slug, problems=[])


@bp.post("/<folder:kind>/<slug:slug>/address")
@allow(Permission.CURATE)
def rename(kind: Kind, slug: str) -> Any:
    typed = request.form.get("slug", "").strip()
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            entry.rename(typed, by=reader())
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        return page("upkeep/address.html", entry=entry, slug=typed, problems=invalid.problems), 422
    flash(f"Its address is {entry_url(entry)} now. The old one goes on leading here.")
    pointing = upkeep.pointing_to(entry, by=reader())
    if pointing.planned or pointing.left:
        return redirect(url_for("upkeep.links", kind=entry.kind, slug=entry.slug), code=303)
    return redirect(entry_url(entry), code=303)


@bp.get("/<folder:kind>/<slug:slug>/links")
@allow(Permission.REVISE)
def links(kind: Kind, slug: str) -> Any:
    """The entries whose links name what this one is called no more, each with the change that would mend it."""
    return show_links(Entry.find(slug, reader=reader(), kind=kind))


@bp.post("/<folder:kind>/<slug:slug>/links")
@allow(Permission.REVISE)
def relink(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    chosen = typed_choices()
    done = upkeep.relink(entry, chosen, by=reader()) if chosen else Relinked()
    if done.left or done.unknown or not chosen:
        return show_links(
            Entry.find(slug, reader=reader(), kind=kind), done=done
        ), 200 if done.versions else 409
    flash(f"{count_of(len(done.versions))} changed.")
    return redirect(url_for("upkeep.links", kind=entry.kind, slug=entry.slug), code=303)


def show_links(entry: Entry, *, done: Relinked | None = None) -> Any:
    pointing = upkeep.pointing_to(entry, by=reader())
    changes = [(each, compare(each.base.document, each.after)) for each in pointing.planned]
    return page(
        "upkeep/links.html",
        entry=entry,
        pointing=pointing,
        changes=changes,
        signed=signed_now(pointing.planned),
        done=done,
    )


@bp.get("/<folder:kind>/<slug:slug>/kind")
@allow(Permission.CURATE)
def kind_of_entry(kind: Kind, slug: str) -> Any:
    """What would become of the entry under another kind, once one is chosen."""
    entry = Entry.find(slug, reader=reader(), kind=kind)
    to = KINDS.get(request.args.get("to", ""))
    base = readable_version(entry, entry.newest.number)
    if to is None or to is kind:
        return page("upkeep/kind.html", entry=entry, kind=kind, to=None, move=None, problems=[])
    return show_move(entry, to, base.document)


@bp.post("/<folder:kind>/<slug:slug>/kind")
@allow(Permission.CURATE)
def move(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    base = readable_version(entry, entry.newest.number)
    to = KINDS.get(request.form.get("to", ""))
    if to is None:
        raise Invalid([Problem("to", "Choose a kind.")])
    text = typed_lines("document", base.document.text)
    try:
        upkeep.moved(entry, to, Document.parse(text), by=reader(), base=typed_number("base"))
    except Invalid as invalid:
        return show_move(entry, to, base.document, text=text, problems=invalid.problems), 422
    except Conflict as conflict:
        return show_move(entry, to, base.document, text=text, conflict=str(conflict)), 409
    there = Entry.find(slug, reader=reader())
    flash(f"It stands among the {to.plural.lower()} now. The old address goes on leading here.")
    return redirect(entry_url(there), code=303)


def show_move(
    entry: Entry,
    to: Kind,
    document: Document,
    *,
    text: str | None = None,
    problems: Sequence[Problem] = (),
    conflict: str = "",
) -> Any:
    there = Entry.find(entry.slug, reader=reader())
    would = upkeep.would_move(document, to)
    return page(
        "upkeep/kind.html",
        entry=there,
        kind=there.kind,
        to=to,
        move=would,
        base=there.newest.number,
        text=would.document.text if text is None else text,
        problems=problems,
        conflict=conflict,
    )


@bp.get("/<folder:kind>/<slug:slug>/merge")
@allow(Permission.CURATE)
def merge(kind: Kind, slug: str) -> Any:
    """Both texts, once the other entry is chosen."""
    entry = Entry.find(slug, reader=reader(), kind=kind)
    readable_version(entry, entry.newest.number)
    into = next((value for each in request.args.getlist("into") if (value := each.strip())), "")
    if not into:
        return page("upkeep/merge.html", entry=entry, other=None, into="", problems=[])
    try:
        other = Entry.find(into, reader=reader())
        readable_version(other, other.newest.number)
    except NotFound:
        problem = Problem("into", "There is no entry with this address.")
        return page("upkeep/merge.html", entry=entry, other=None, into=into, problems=[problem]), 422
    return show_merge(entry, other)


@bp.post("/<folder:kind>/<slug:slug>/merge")
@allow(Permission.CURATE)
def merge_into(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    readable_version(entry, entry.newest.number)
    other = Entry.find(request.form.get("into", ""), reader=reader())
    before = readable_version(other, other.newest.number).document
    text = typed_lines("document", before.text)
    reason = request.form.get("reason", "")
    bases = (typed_number("base"), typed_number("other_base"))
    try:
        upkeep.merge_into(entry, other, Document.parse(text), by=reader(), bases=bases, reason=reason)
    except Invalid as invalid:
        return show_merge(entry, other, text=text, reason=reason, problems=invalid.problems), 422
    except Conflict as conflict:
        return show_merge(entry, other, text=text, reason=reason, conflict=str(conflict)), 409
    undo = url_for("retirement.unretire", kind=entry.kind, slug=entry.slug)
    flash(f"{entry.slug} is retired, and its addresses lead here.", f"undo {undo}")
    pointing = upkeep.pointing_to(Entry.find(entry.slug, reader=reader()), by=reader())
    if pointing.planned or pointing.left:
        return redirect(url_for("upkeep.links", kind=entry.kind, slug=entry.slug), code=303)
    return redirect(entry_url(other), code=303)


def show_merge(
    entry: Entry,
    other: Entry,
    *,
    text: str | None = None,
    reason: str = "",
    problems: Sequence[Problem] = (),
    conflict: str = "",
) -> Any:
    first, second = (Entry.find(each.slug, reader=reader()) for each in (entry, other))
    texts = [readable_version(each, each.newest.number).document.text for each in (first, second)]
    return page(
        "upkeep/merge.html",
        entry=first,
        other=second,
        into=second.slug,
        texts=texts,
        text=texts[1] if text is None else text,
        reason=reason or f"Merged into {second.title}.",
        problems=problems,
        conflict=conflict,
        pointing=upkeep.pointed_at(first, by=reader()),
    )


def signed_now(planned: Sequence[Planned]) -> int:
    """Of how many of these readers see a text that is signed, which the changed one has to be again."""
    return sum(bool(each.signed) for each in hands([each.entry for each in planned]).values())


def typed_choices(name: str = "entry") -> dict[int, int]:
    """The entries ticked, by their ids, each with the number of the version that was shown."""
    found = (CHOICE.fullmatch(value) for value in request.form.getlist(name))
    return {int(match[1]): int(match[2]) for match in found if match}


def typed_number(name: str) -> int:
    """The number of a version that the form was made from.

    Raises:
        BadRequest: it is missing, or is none.
    """
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise BadRequest("The version that this started from is missing.")
    return int(typed)


def count_of(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"
