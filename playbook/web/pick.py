"""Finding an entry or a person to point to, for the pickers of the editor.

Whoever may revise may see the names and handles of the people who can sign in: an owner cannot be chosen
without them. Nothing else about a person is told here.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from slugify import slugify

from playbook.kinds import KINDS
from playbook.models import Permission
from playbook.models.link import SLUG_CHARACTERS
from playbook.search.query import clean
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.writing import choosing

bp = Blueprint("pick", __name__)


@bp.get("/pick")
@allow(Permission.REVISE)
def entries() -> Any:
    """Entries of some kinds whose titles hold the words, and the way to point to one that is not written yet."""
    words = clean(request.args.get("q", ""))
    kinds = [name for name in request.args.getlist("kind") if name in KINDS]
    found = choosing.entries_found(words, kinds=kinds, reader=reader())
    slug = slugify(words, max_length=SLUG_CHARACTERS)
    to_write = choosing.not_written(slug) if words and choosing.is_free(slug) else None
    return page("editor/_offers.html", choices=found, to_write=to_write)


@bp.get("/pick/people")
@allow(Permission.REVISE)
def people() -> Any:
    """People whose names hold the words."""
    found = choosing.people_found(clean(request.args.get("q", "")))
    return page("editor/_offers.html", choices=found, to_write=None)
