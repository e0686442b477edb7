"""The library: every kind, what it is for, and how much of it there is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from playbook import clock
from playbook.kinds import KINDS
from playbook.models import Permission
from playbook.models.around_then import counted_then
from playbook.models.lately import shelved
from playbook.web.access import allow, reader
from playbook.web.as_of import asked_day, refuse_before_anything
from playbook.web.pages import page

bp = Blueprint("library", __name__)


@bp.get("/library")
@allow(Permission.READ)
def show() -> Any:
    day = asked_day()
    if day is None:
        held = shelved(reader=reader(), today=clock.now().date().isoformat())
        counts = {name: shelf.entries for name, shelf in held.items()}
    elif not (counts := counted_then(reader=reader(), on=day)):
        refuse_before_anything(day)
    return page("library/show.html", shelves=[(kind, counts.get(kind.name, 0)) for kind in KINDS.values()])
