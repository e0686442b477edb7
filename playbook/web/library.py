"""The library: every kind, what it is for, and how much of it there is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from playbook import clock
from playbook.kinds import KINDS
from playbook.models import Permission
from playbook.models.lately import shelved
from playbook.web.access import allow, reader
from playbook.web.pages import page

bp = Blueprint("library", __name__)


@bp.get("/library")
@allow(Permission.READ)
def show() -> Any:
    counts = shelved(reader=reader(), today=clock.now().date().isoformat())
    return page("library/show.html", shelves=[(kind, counts.get(kind.name)) for kind in KINDS.values()])
