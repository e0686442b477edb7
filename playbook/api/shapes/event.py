"""What programs say that somebody did."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from playbook.api.shapes.taken import Moment, Sent, Slug, Told
from playbook.models import Surface

MOST_EVENTS = 200


class Event(Sent):
    """One thing that somebody did."""

    type: Literal["served", "view", "copy", "download"]
    slug: Slug
    at: Moment
    surface: Annotated[Surface, Field(strict=False)] = Surface.ENTRY
    query_id: Annotated[str | None, Field(pattern="^[0-9a-f]{32}$")] = None
    deal: str | None = None
    id: Annotated[str | None, Field(max_length=120)] = None


# Each event is judged by itself, so the description asks for objects and only says what belongs into them.
ABOUT_EVENTS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"description": "`served`, `view`, `copy` or `download`."},
        "slug": {"description": "The slug of the entry, present or former."},
        "at": {"description": "When it happened: RFC 3339, at most 31 days ago."},
        "surface": {"description": f"Where: {', '.join(f'`{each}`' for each in Surface)}."},
        "query_id": {"description": "The id of your search that led there, at most a day before."},
        "deal": {"description": "Deals are not kept yet: an event with one is refused."},
        "id": {"description": "A name of your own, told again where the event cannot be taken."},
    },
    "examples": [{"type": "copy", "slug": "too-expensive", "at": "2026-03-01T09:30:00Z", "surface": "entry"}],
}


class Events(Sent):
    """What happened."""

    events: Annotated[
        list[Annotated[dict[str, Any], WithJsonSchema(ABOUT_EVENTS)]], Field(max_length=MOST_EVENTS)
    ]


class EventFault(Told):
    """Why one event was not taken."""

    index: int = Field(description="Its place in what was sent, from 0.")
    id: str | None
    field: str
    message: str


class EventsTaken(Told):
    """How many were taken, and what was wrong with the others."""

    taken: int
    errors: list[EventFault]
