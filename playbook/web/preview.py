"""The text as readers will see it, for the pane beside it. The same rendering and cleaning as when it is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.markdown import render
from playbook.markdown.links import SLUG
from playbook.models import Permission, User
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.writing.choosing import entries_named

bp = Blueprint("preview", __name__)

FAULTS = "#preview-faults"
LINK = re.compile(rf'<a (?=href="/to/(?P<slug>{SLUG})["#])')  # what the renderer makes of a link to an entry


@dataclass(frozen=True)
class Previewed:
    """`html` is safe to show as it is; `unwritten` are the slugs that lead nowhere as far as the reader knows."""

    html: str
    unwritten: tuple[str, ...] = ()


@bp.post("/preview")
@allow(Permission.REVISE)
def create() -> Any:
    """Of a body, of one section, or of a whole document. Where it cannot be laid out, the fault alone."""
    try:
        return page("editor/_preview.html", previewed=previewed(sent(), reader=reader()), problems=[])
    except Invalid as invalid:
        answer = page("editor/_faults.html", problems=invalid.problems)
        answer.headers["HX-Retarget"] = FAULTS  # what was shown before stays
        return answer, 422


def sent() -> str:
    """The Markdown in the form that was sent.

    Raises:
        Invalid: a whole document was sent, and its front matter cannot be read.
    """
    if "document" in request.form:
        return Document.parse(request.form["document"]).body
    return request.form.get("body", request.form.get("part_text", ""))


def previewed(body: str, *, reader: User) -> Previewed:
    """A body laid out, with the links marked that lead to entries the reader does not know of.

    Raises:
        Invalid: field "body"; it cannot be laid out.
    """
    rendered = render(body)
    known = entries_named(rendered.links, reader=reader)
    return Previewed(
        html=LINK.sub(lambda m: m[0] if m["slug"] in known else '<a class="unwritten" ', rendered.html),
        unwritten=tuple(slug for slug in rendered.links if slug not in known),
    )


def attempted(body: str, *, reader: User) -> tuple[Previewed, list[Problem]]:
    """A body laid out, or what is wrong with it."""
    try:
        return previewed(body, reader=reader), []
    except Invalid as invalid:
        return Previewed(""), list(invalid.problems)
