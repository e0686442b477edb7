"""One section of an entry, edited alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from markupsafe import Markup, escape

from playbook import agreeing
from playbook.errors import Invalid, Problem
from playbook.kinds import Kind
from playbook.models import Entry, Permission, StaleVersion, read
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.drafting import end_draft, resumed, values_of
from playbook.web.editor import typed_base, typed_note, usually_proposed
from playbook.web.pages import can, page, sanitised
from playbook.web.preview import Previewed, attempted
from playbook.web.proposals import propose_if_asked, tell_if_unseen
from playbook.web.stale import both_wrote
from playbook.web.versions import readable_version
from playbook.web.writing.parts import part_of, with_part
from playbook.work import saving

bp = Blueprint("sections", __name__)

HEADING = re.compile(
    r'(<h(?P<level>[2-6]) id="u-(?P<id>[a-z0-9-]+)">)(?P<words>.*?)(</h(?P=level)>)', re.DOTALL
)


@bp.get("/<folder:kind>/<slug:slug>/edit/<slug:part>")
@allow(Permission.REVISE)
def edit(kind: Kind, slug: str, part: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    base = readable_version(entry, entry.newest.number)
    draft = resumed(kind, entry)
    if draft is not None and draft.base:
        base = readable_version(entry, draft.base)
    try:
        text = part_of(base.document, part).of(base.document.body)
    except Invalid:
        flash("That part is not in the newest version. Here is the whole of it.")
        return redirect(url_for("editor.edit", kind=kind, slug=entry.slug), code=303)
    if draft is None:
        return form(entry, part, text, base=base.number, note="", propose=usually_proposed(entry))
    values = values_of(draft)
    return form(
        entry,
        part,
        values.get("part_text", text),
        base=base.number,
        note=values.get("note", ""),
        propose=values.get("propose", ""),
    )


@bp.post("/<folder:kind>/<slug:slug>/edit/<slug:part>")
@allow(Permission.REVISE)
def save(kind: Kind, slug: str, part: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    readable_version(entry, entry.newest.number)
    base = typed_base()
    before = readable_version(entry, base).document
    typed = request.form.get("part_text", "")
    propose = request.form.get("propose", "")
    again = partial(form, entry, part, typed, base=base, note=typed_note(), propose=propose)
    if request.form.get("action") == "preview":
        previewed, problems = attempted(typed, reader=reader())
        return again(previewed=previewed, problems=problems)
    try:
        reading = read(with_part(before, part_of(before, part), typed), kind=kind, slug=entry.slug)
    except Invalid as invalid:
        return again(problems=invalid.problems), 422
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            agreeing.revise(entry, reading, by=reader(), base=base, note=typed_note())
            propose_if_asked(entry)
            end_draft()
    except StaleVersion as stale:
        return both_wrote(entry, base=base, mine=stale.typed)
    except Invalid as invalid:  # it cannot be proposed as it is
        return again(problems=invalid.problems), 422
    tell_if_unseen(entry)
    return redirect(entry_url(entry) + f"#u-{part}", code=303)


def form(
    entry: Entry,
    part: str,
    text: str,
    *,
    base: int,
    note: str,
    propose: str,
    problems: Iterable[Problem] = (),
    previewed: Previewed | None = None,
) -> Any:
    """The page to write one section on."""
    return page(
        "editor/section.html",
        entry=entry,
        kind=entry.kind,
        part=part,
        text=text,
        base=base,
        note=note,
        propose=propose,
        problems=[replace(problem, field="part_text") for problem in problems],
        previewed=previewed or Previewed(""),
    )


def with_ways_to_edit(html: Markup, entry: Entry) -> Markup:
    """The body as it is read, with a way to edit the part below each heading, for those who may."""
    if not can("revise"):
        return html

    def beside(heading: re.Match[str]) -> str:
        address = url_for("sections.edit", kind=entry.kind, slug=entry.slug, part=heading["id"])
        words = sanitised(heading["words"]).striptags()
        return (
            f'<div class="part">{heading[0]}<a class="part__edit" href="{escape(address)}"'
            f' aria-label="{escape("Edit this part: " + words)}">Edit</a></div>'
        )

    return sanitised(HEADING.sub(beside, html))


def install(app: Flask) -> None:
    app.jinja_env.filters["with_ways_to_edit"] = with_ways_to_edit
