"""The map: which capability answers which issue, for whom, and where the proof is missing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from playbook import clock
from playbook.kinds.reading import references
from playbook.models import Permission, Surface
from playbook.models.around import named, on_shelves
from playbook.models.around_then import named_then, on_shelves_then
from playbook.web.access import allow, reader
from playbook.web.as_of import asked_day, refuse_before_anything
from playbook.web.pages import page
from playbook.web.reading import Shelf
from playbook.web.reading.matrix import CAPABILITY, ISSUE, ISSUE_MAP, matrix
from playbook.web.usage import served

bp = Blueprint("map", __name__)


@bp.get("/map")
@allow(Permission.READ)
def show() -> Any:
    day = asked_day()
    kinds = (ISSUE, CAPABILITY, ISSUE_MAP)
    if day is None:
        held = on_shelves(kinds, reader=reader())
    elif not (held := on_shelves_then(kinds, reader=reader(), on=day)):
        refuse_before_anything(day)
    slugs = {found.target for entry, version in held for found in references(entry.kind, version.fields)}
    titles = named(slugs, reader=reader()) if day is None else named_then(slugs, reader=reader(), on=day)
    shelf = Shelf(titles, today=day or clock.now().date())
    answer = page("map/show.html", matrix=matrix(held, shelf))
    if day is None:
        served([entry.agreed_id for entry, _ in held if entry.agreed_id], surface=Surface.MAP)
    return answer
