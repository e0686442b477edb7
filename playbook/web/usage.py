"""Use, as pages tell of it: how they were asked for, which search led to them, what they listed, what was copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request

from playbook import usage
from playbook.errors import Invalid, Problem
from playbook.kinds import Kind
from playbook.models import USES, Entry, EventType, Permission, Surface
from playbook.usage import Circumstances, Followed
from playbook.web.access import allow, reader

bp = Blueprint("usage", __name__)

SEARCH_ID = re.compile(r"[0-9a-f]{32}")
PLACE = re.compile(r"[1-9][0-9]{0,4}")


@bp.post("/<folder:kind>/<slug:slug>/uses")
@allow(Permission.READ)
def create(kind: Kind, slug: str) -> Any:
    """Count a copy or a download; `what` names the field or the file.

    The address may name the search that it was done from, as the address of an entry may.

    Raises:
        Invalid: it is no use that anybody counts.
    """
    entry = Entry.find(slug, reader=reader(), kind=kind)
    type = request.form.get("type", "")
    if type not in {use.value for use in USES}:
        raise Invalid([Problem("type", "A use is a copy or a download.")])
    led = followed()
    usage.record_use(
        EventType(type),
        entry,
        entry.agreed or entry.newest,
        what=request.form.get("what", "").replace("\0", ""),
        reader=reader(),
        circumstances=circumstances(),
        surface=Surface.SEARCH if led else Surface.ENTRY,
        followed=led,
    )
    return "", 204


def circumstances() -> Circumstances:
    """How this request came."""
    return Circumstances.of(request.method, dict(request.headers))


def followed() -> Followed | None:
    """The search whose result was opened: the address says `q`, its id, and `at`, the place among the results."""
    search, place = request.args.get("q", ""), request.args.get("at", "")
    if not SEARCH_ID.fullmatch(search):
        return None
    return Followed(search, int(place) if PLACE.fullmatch(place) else None)


def served(versions: Sequence[int], *, surface: Surface, first: int = 1) -> None:
    """Record that these versions stood in a list on this page."""
    usage.record_served(
        versions, surface=surface, reader=reader(), circumstances=circumstances(), first=first
    )
