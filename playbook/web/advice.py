"""What could be clearer in what somebody writes: beside the fields while they type, and on the page of a draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, request

from playbook.kinds import Kind
from playbook.models import Entry, Permission
from playbook.web.access import allow, reader
from playbook.web.editor import typed_base, typed_body
from playbook.web.pages import page
from playbook.web.reading.advice import suggestions
from playbook.web.versions import readable_version
from playbook.web.writing.advising import advised

bp = Blueprint("advice", __name__)

MOST_FIELDS = 2_000  # that a form may name; the largest has two hundred rows of seven


def install(app: Flask) -> None:
    """Give templates `suggestions(kind, version)`."""
    app.jinja_env.globals.update(suggestions=suggestions)


@bp.post("/new/<folder:kind>/advice")
@allow(Permission.REVISE)
def on_new(kind: Kind) -> Any:
    """On the form of a new entry, as it stands; nothing is kept."""
    return beside(advised(kind, request.form, before={}, body=typed_body("")))


@bp.post("/<folder:kind>/<slug:slug>/advice")
@allow(Permission.REVISE)
def on_change(kind: Kind, slug: str) -> Any:
    """On the form of a new version, as it stands; nothing is kept."""
    entry = Entry.find(slug, reader=reader(), kind=kind)
    before = readable_version(entry, typed_base()).document
    return beside(advised(kind, request.form, before=before.fields, body=typed_body(before.body)))


def beside(found: dict[str, list[str]]) -> Any:
    """A piece for each field of the form: what is said of it, or nothing any more."""
    return page("editor/_advised.html", found=found, names=list(request.form)[:MOST_FIELDS])
