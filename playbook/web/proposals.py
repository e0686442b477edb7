"""Proposing the newest version of an entry, and taking that back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request

from playbook import agreeing
from playbook.errors import Invalid, Problem
from playbook.kinds import Kind
from playbook.models import Entry, Permission
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.impact import owners_to_ask
from playbook.web.pages import page
from playbook.web.versions import readable_version
from playbook.work import saving

bp = Blueprint("proposals", __name__)


@bp.post("/<folder:kind>/<slug:slug>/propose")
@allow(Permission.REVISE)
def create(kind: Kind, slug: str) -> Any:
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            readable_version(entry, entry.newest.number)
            agreeing.propose(entry, by=reader(), note=request.form.get("note", ""))
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        return page("proposals/refused.html", entry=entry, kind=kind, problems=invalid.problems), 422
    flash(told(entry))
    return redirect(entry_url(entry), code=303)


@bp.post("/<folder:kind>/<slug:slug>/withdraw")
@allow(Permission.REVISE)
def withdraw(kind: Kind, slug: str) -> Any:
    with saving():
        entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
        readable_version(entry, entry.newest.number)
        agreeing.withdraw(entry, by=reader())
    flash("Withdrawn. It is a draft again.")
    return redirect(entry_url(entry), code=303)


def propose_if_asked(entry: Entry) -> None:
    """Propose the newest version when the writer asked for it. Only inside `saving()`.

    Raises:
        Invalid: something keeps it from being agreed; then nothing is saved, and the form comes back.
    """
    if request.form.get("propose") != "yes" or not entry.has_news:
        return
    try:
        agreeing.propose(entry, by=reader(), note=entry.newest.note)
    except Invalid as invalid:
        aside = Problem("propose", "To keep it as a draft for now, untick “Propose it”.")
        raise Invalid([*invalid.problems, aside]) from invalid


def tell_if_unseen(entry: Entry) -> None:
    """Say that what was just saved is saved, where the page of the entry goes on showing what was agreed."""
    if entry.agreed_id is None or not entry.has_news:
        return
    number = entry.newest.number
    flash(told(entry) if entry.proposed_id is not None else f"Version {number} is saved, as a draft.")


def told(entry: Entry) -> str:
    """What has become of the newest version, for the writer."""
    if entry.agreed_id == entry.latest_id:
        return f"Version {entry.newest.number} is agreed: nobody’s signature is needed for this kind."
    touched = owners_to_ask(entry)
    return f"Version {entry.newest.number} is proposed. Readers see it once it is signed. {touched}".rstrip()
