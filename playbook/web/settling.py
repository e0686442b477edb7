"""Deciding what shall stand where two people wrote at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request

from playbook import agreeing
from playbook.document import Document, settlement
from playbook.errors import Invalid, Problem
from playbook.kinds import Kind
from playbook.models import Entry, Permission, StaleVersion, read
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.drafting import end_draft
from playbook.web.editor import refuse_other_kind, typed_base, typed_lines, typed_note
from playbook.web.proposals import propose_if_asked, tell_if_unseen
from playbook.web.stale import Chosen, both_wrote
from playbook.web.versions import readable_version
from playbook.web.whole import whole_preview
from playbook.work import saving

bp = Blueprint("settling", __name__)


@bp.post("/<folder:kind>/<slug:slug>/settle")
@allow(Permission.REVISE)
def save(kind: Kind, slug: str) -> Any:
    """Save the document that the choices make; or, asked to, show it whole to be changed by hand.

    Where somebody saved yet another version, what was chosen becomes one's own text, and the question is
    put again for what clashes with that version alone.
    """
    entry = Entry.find(slug, reader=reader(), kind=kind)
    base, newest = typed_base(), readable_version(entry, entry.newest.number)
    began = readable_version(entry, base).document
    seen = readable_version(entry, typed_base("seen"))
    mine = Document.parse(typed_lines("document", began.text))
    found = settlement(began, mine, seen.document)
    chosen = Chosen.of_form()
    choices = chosen.as_choices(kind, found)
    if any(place.name not in choices for place in found.clashes):
        is_newest = seen.number == newest.number
        return both_wrote(entry, base=base, mine=mine, chosen=chosen, is_missing=is_newest)
    try:
        document = found.settle(choices)
        if seen.number != newest.number:
            return both_wrote(entry, base=seen.number, mine=document)
        if request.form.get("action") == "whole":
            propose = request.form.get("propose", "")
            return whole_preview(entry, document.text, base=newest.number, note=typed_note(), propose=propose)
        refuse_other_kind(document, kind)
        reading = read(document, kind=kind, slug=entry.slug)
    except KeyError:  # a way that the page does not offer
        problem = Problem("choice", "That cannot be chosen there.")
        return both_wrote(entry, base=base, mine=mine, chosen=chosen, problems=[problem])
    except Invalid as invalid:
        return both_wrote(entry, base=base, mine=mine, chosen=chosen, problems=invalid.problems)
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            agreeing.revise(entry, reading, by=reader(), base=newest.number, note=typed_note())
            propose_if_asked(entry)
            end_draft()
    except StaleVersion:
        return both_wrote(entry, base=newest.number, mine=document)
    except Invalid as invalid:  # it cannot be proposed as it is
        return both_wrote(entry, base=base, mine=mine, chosen=chosen, problems=invalid.problems)
    tell_if_unseen(entry)
    return redirect(entry_url(entry), code=303)
