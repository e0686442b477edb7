"""A counter-proposal: what one would sign instead, written beside the reason why not the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request
from werkzeug.datastructures import MultiDict

from playbook import agreeing
from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, Problem
from playbook.kinds import Kind
from playbook.models import Entry, Permission, Version, read
from playbook.models.agreeing import side_named
from playbook.models.history import readable
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.drafting import end_draft, resumed, values_of
from playbook.web.editor import asked_for_more, form, typed_body
from playbook.web.signing import NAMES, listed_names, news_url, refused_page, sign_page
from playbook.web.stale import keep_typed
from playbook.web.versions import readable_version
from playbook.web.writing.instead import filled
from playbook.web.writing.typed import changes
from playbook.web.writing.written import written
from playbook.work import saving

bp = Blueprint("countering", __name__)

SAME = Problem("reason", "This says the same as what is proposed. Change something, or say “Not agreed”.")


@bp.get("/<folder:kind>/<slug:slug>/counter-proposal")
@allow(Permission.SIGN)
def new(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    base = readable_version(entry, entry.newest.number)
    team = next(iter(entry.signing.sides_for(reader())), None) if entry.proposed_id is not None else None
    if team is None:
        return redirect(news_url(entry), code=303)
    draft = resumed(kind, entry)
    if draft is not None and draft.base:
        base = readable_version(entry, draft.base)
    document = base.document
    flat = values_of(draft) if draft is not None else written(kind, document.fields)
    return whole_form(entry, base, flat, team=team.value, body=flat.get("body", document.body))


@bp.post("/<folder:kind>/<slug:slug>/counter-proposal")
@allow(Permission.SIGN)
def create(kind: Kind, slug: str) -> Any:
    """Say no, and propose something else. The form holds every field, or a few boxes from the page to sign."""
    entry = Entry.find(slug, reader=reader(), kind=kind)
    readable_version(entry, entry.newest.number)
    team, hash = side_named(request.form["team"]), request.form["hash"]
    reason = request.form.get("reason", "")
    base = version_with(hash, entry)
    if base is None:
        gone = Conflict("The text has changed since you read it. Read it again before you decide.")
        return refused_page(slug, kind, gone, **typed_words())
    before = base.document
    is_whole = request.form.get("whole") == "yes"
    body = typed_body(before.body) if is_whole else before.body
    flat = request.form if is_whole else filled(kind, before.fields, request.form)
    if is_whole and asked_for_more():
        return whole_form(entry, base, flat, team=team.value, body=body)

    def refused(problems: Sequence[Problem]) -> Any:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        if is_whole:
            return whole_form(entry, base, flat, team=team.value, body=body, problems=problems), 422
        typed = request.form.to_dict()
        return sign_page(entry, problems=problems, typed=typed, opened="instead"), 422

    try:
        fields, emptied = changes(kind, flat, before.fields)
        document = before.with_changes(fields, body=None if body == before.body else body, remove=emptied)
        if document.hash == before.hash:
            raise Invalid([SAME])
        reading = read(document, kind=kind, slug=entry.slug)
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            readable_version(entry, entry.newest.number)
            agreeing.disagree(entry, by=reader(), team=team, hash=hash, reason=reason, counter=reading)
            end_draft()
    except Invalid as invalid:
        return refused(invalid.problems)
    except Conflict as refusal:
        keep_typed(Entry.find(slug, reader=reader(), kind=kind))
        return refused_page(slug, kind, refusal, **typed_words(before))
    flash(told(entry))
    return redirect(news_url(entry) if entry.proposed_id is not None else entry_url(entry), code=303)


def whole_form(
    entry: Entry,
    base: Version,
    flat: MultiDict[str, str],
    *,
    team: str,
    body: str,
    problems: Sequence[Problem] = (),
) -> Any:
    """The form of the entry as the proposed version has it, with the reason first."""
    return form(
        entry.kind,
        flat,
        body=body,
        entry=entry,
        base=base.number,
        before=base.document.fields,
        problems=problems,
        template="disagreements/counter.html",
        team=team,
        hash=base.hash,
        reason=flat.get("reason", ""),
        names=NAMES,
    )


def version_with(hash: str, entry: Entry) -> Version | None:
    """The newest version with that text, if the person asking may read it."""
    return db.session.scalar(
        sa.select(Version)
        .where(Version.entry_id == entry.id, Version.hash == hash, readable(reader()))
        .order_by(Version.number.desc())
        .limit(1)
    )


def typed_words(before: Document | None = None) -> dict[str, str]:
    """What somebody typed, by what the page calls it: the reason, and the fields that differ from `before`."""
    kept = {"said": request.form.get("reason", "")}
    for name, text in request.form.items():
        if name.split(".")[0] in {"csrf_token", "team", "hash", "whole", "reason", "base", "action"}:
            continue
        if name.startswith("draft") or name.endswith("._from") or len(kept) > 12:
            continue
        if before is None or text.replace("\r\n", "\n").strip() not in before.text.replace("\r\n", "\n"):
            kept[name] = text
    return kept


def told(entry: Entry) -> str:
    """What has become of the counter-proposal."""
    number = entry.newest.number
    if entry.proposed_id is None:
        return f"Version {number} is agreed: nobody’s signature is needed for this kind."
    waits = listed_names(entry.signing.open_sides)
    return f"Version {number} is proposed instead. It waits for {waits}."
