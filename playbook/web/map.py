"""The map: which capability answers which issue, for whom, and where the proof is missing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from playbook import clock
from playbook.kinds.reading import references
from playbook.models import Permission, Surface
from playbook.models.around import named, on_shelves
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading import Shelf
from playbook.web.reading.matrix import CAPABILITY, ISSUE, ISSUE_MAP, matrix
from playbook.web.usage import served

bp = Blueprint("map", __name__)


@bp.get("/map")
@allow(Permission.READ)
def show() -> Any:
    held = on_shelves((ISSUE, CAPABILITY, ISSUE_MAP), reader=reader())
    slugs = {found.target for entry, version in held for found in references(entry.kind, version.fields)}
    shelf = Shelf(named(slugs, reader=reader()), today=clock.now().date())
    answer = page("map/show.html", matrix=matrix(held, shelf))
    served([entry.agreed_id for entry, _ in held if entry.agreed_id], surface=Surface.MAP)
    return answer
