"""What the playbook holds about the person who asks. Nobody else is ever shown it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from playbook import clock
from playbook.models import EventType, Permission
from playbook.reports.held import HeldAbout
from playbook.web.access import allow, reader
from playbook.web.pages import page

bp = Blueprint("held", __name__)

LINES = 20

# What happened, in the words of the person it happened to.
WORDS = {
    EventType.VIEW: ("opened", "Entries you opened"),
    EventType.COPY: ("copied from", "Copies you took"),
    EventType.DOWNLOAD: ("downloaded", "Downloads"),
    EventType.AUTHOR_VIEW: ("opened as its author or owner", "Times you opened what is yours"),
    EventType.REVIEW_VIEW: ("opened to judge it", "Versions you opened to judge them"),
    EventType.MACHINE_OPEN: ("opened by a program of yours", "Openings by programs in your name"),
    EventType.SERVED: ("was shown in a list", "Entries shown to you in lists"),
}


@bp.get("/you/held")
@allow(Permission.READ)
def show() -> Any:
    held = HeldAbout(reader())
    counts = held.counts()
    return page(
        "you/held.html",
        counts=[(means, counts.get(type, 0)) for type, (_, means) in WORDS.items()],
        written=held.written(),
        deeds=[(deed, WORDS[deed.type][0]) for deed in held.deeds(limit=LINES, lists=False)],
        searches=list(held.searches(limit=LINES)),
        comments=list(held.comments(limit=LINES)),
    )


@bp.get("/you/held.json")
@allow(Permission.READ)
def file() -> Response:
    """The same and every event, as one JSON document."""
    text = json.dumps(HeldAbout(reader()).as_document(), ensure_ascii=False, indent=1)
    name = f"playbook-about-me-{clock.now():%Y-%m-%d}.json"
    return Response(
        text + "\n",
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
