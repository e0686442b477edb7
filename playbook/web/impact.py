"""What a change touches: every entry that links to one, who owns it, and whether they say it is still true."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for

from playbook import agreeing
from playbook.kinds import Kind
from playbook.models import Entry, Permission
from playbook.web.access import allow, reader
from playbook.web.pages import page

bp = Blueprint("impact", __name__)


@bp.get("/<folder:kind>/<slug:slug>/impact")
@allow(Permission.REVISE)
def show(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader())
    if (entry.slug, entry.kind) != (slug, kind):
        return redirect(url_for("impact.show", kind=entry.kind, slug=entry.slug), code=301)
    return page("impact/show.html", entry=entry, dependants=agreeing.dependants(entry, reader=reader()))


@bp.app_template_global()
def owners_to_ask(entry: Entry | None) -> str:
    """Whom proposing a change asks, as a sentence; nothing where it asks nobody that one may know of."""
    count = agreeing.how_many_depend(entry, reader=reader()) if entry is not None and entry.agreed_id else 0
    return asks(count)


@bp.app_template_filter()
def asks(count: int) -> str:
    """12 entries link to this; their owners are asked."""
    if not count:
        return ""
    if count == 1:
        return "One entry links to this; its owner is asked whether it is still true."
    return f"{count} entries link to this; their owners are asked whether they are still true."
