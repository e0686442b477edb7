"""Use that programs report: what somebody opened, copied or was shown outside of the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response

from playbook import clock
from playbook.api.access import allow, reader, what_somebody_did
from playbook.api.answering import answer
from playbook.api.describing import described
from playbook.api.idempotency import again, asked_key, once
from playbook.api.reading import fitting
from playbook.api.shapes.event import Event, EventFault, Events, EventsTaken
from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.models import Entry, EventType, Permission, visible
from playbook.models.link import Address
from playbook.usage import Reported, record_reported, seen_at
from playbook.usage.reported import CLOCKS_DIFFER, TOO_LATE

bp = Blueprint("events", __name__)


@bp.post("/events")
@allow(Permission.READ)
@again
@described({202: EventsTaken}, tag="Use")
def create(json: Events) -> Response:
    """Report what you did. Those that cannot be taken are listed; the others are kept.

    By a token they count as a program’s and are never in a figure about people. Sent again, an event is not
    counted twice: what the same person does with the same entry within half an hour, or for copies and
    downloads on the same day, is one.
    """
    errors: list[EventFault] = []
    sent: dict[int, Event] = {}
    for index, given in enumerate(json.events):
        try:
            sent[index] = _fitting(given)
        except Invalid as invalid:
            errors += _faults(index, given, invalid.problems)
    known = entries_named({event.slug for event in sent.values()})
    seen = seen_at(known.values(), {event.at for event in sent.values()})
    good = []
    for index, event in sent.items():
        entry = known.get(event.slug)
        version = seen.get((entry.id, event.at)) if entry is not None else None
        if entry is None:
            errors += _faults(
                index,
                json.events[index],
                [Problem("slug", "There is no such entry, or you may not know of it.")],
            )
        elif version is None:
            errors += _faults(index, json.events[index], [Problem("at", "Readers had nothing of it then.")])
        else:
            good.append(
                Reported(
                    type=EventType(event.type),
                    entry=entry,
                    version=version,
                    at=event.at,
                    surface=event.surface,
                    search=event.query_id,
                )
            )
    if good:
        record_reported(good, reader=reader(), circumstances=what_somebody_did())
    errors.sort(key=lambda fault: fault.index)
    made = answer(EventsTaken(taken=len(good), errors=errors), 202)
    # Doing it again is harmless, so the answer may be kept after the work and not with it.
    return once(lambda: made) if asked_key() else made


def entries_named(slugs: Iterable[str]) -> dict[str, Entry]:
    """The entries that have or had these slugs, as far as the caller may know of them."""
    found = db.session.execute(
        sa.select(Address.slug, Entry)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(list(slugs)), visible(reader()))
    )
    return {row.slug: row.Entry for row in found}


def _fitting(given: dict[str, Any]) -> Event:
    """The event, as far as it can be judged by itself.

    Raises:
        Invalid: it does not fit.
    """
    event = fitting(Event, given)
    moment = clock.now()
    if event.deal is not None:
        raise Invalid([Problem("deal", "Deals are not kept yet. Send the event without one.")])
    if event.at > moment + CLOCKS_DIFFER:
        raise Invalid([Problem("at", "This has not happened yet.")])
    if event.at < moment - TOO_LATE:
        raise Invalid([Problem("at", f"This is more than {TOO_LATE.days} days ago.")])
    if event.type == "served" and event.query_id is not None:
        raise Invalid([Problem("query_id", "What a search showed is known from the search.")])
    return event


def _faults(index: int, given: dict[str, Any], problems: Iterable[Problem]) -> list[EventFault]:
    called = given.get("id")
    id = called[:120] if isinstance(called, str) else None
    return [
        EventFault(index=index, id=id, field=problem.field, message=problem.message) for problem in problems
    ]
