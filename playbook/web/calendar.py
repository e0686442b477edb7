"""When one's entries are due, for the calendar that one keeps: a private address, and what stands at it.

The address is signed and holds no secret of its own. It ends with a new one, and with whatever ends all sessions
of the person: another password, another role, a closed account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from icalendar import Calendar, Event
from itsdangerous import BadSignature, URLSafeSerializer

from playbook import agreeing
from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds.reading import is_date
from playbook.models import AuditRecord, Entry, Permission, User
from playbook.models.user import CONTROLS
from playbook.web.access import allow, anybody, reader
from playbook.web.door import site
from playbook.web.pages import page
from playbook.web.you import still
from playbook.work import saving

bp = Blueprint("calendar", __name__)

READ_AGAIN = timedelta(hours=12)  # how often calendars are asked to look for changes
POLICY = "default-src 'none'; frame-ancestors 'none'"  # nothing at this address is a page


@bp.get("/you/calendar")
@allow(Permission.READ)
def show() -> Any:
    address = site() + url_for("calendar.feed", secret=secret_of(reader()))
    return page("calendar/show.html", address=address, due=dated(agreeing.owned_by(reader())))


@bp.post("/you/calendar")
@allow(Permission.READ)
def renew() -> Any:
    """Give the calendar another address; the one before leads nowhere at once."""
    with saving() as session:
        person = still(session, None)
        person.end_calendar()
        AuditRecord.note("change", f"people/{person.handle}", by=person, calendar="another address")
    flash("Your calendar has another address. The one before leads nowhere any more.")
    return redirect(url_for("calendar.show"), code=303)


@bp.get("/calendar/<secret>.ics")
@anybody
def feed(secret: str) -> Any:
    person = whose(secret)
    answer: Response = make_response(written(agreeing.owned_by(person)))
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="reviews.ics"'
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def secret_of(person: User) -> str:
    """What stands in the address of this person's calendar."""
    secret = _signatures().dumps([person.id, person.auth_epoch, person.calendar_turn])
    return secret if isinstance(secret, str) else secret.decode()


def whose(secret: str) -> User:
    """The person whose calendar this is.

    Raises:
        NotFound: nobody's, or nobody's any more.
    """
    try:
        id, epoch, turn = _signatures().loads(secret)
    except (BadSignature, ValueError, TypeError) as forged:
        raise NotFound("There is no such calendar.") from forged
    person = db.session.get(User, id)
    if person is None or not person.can(Permission.READ):
        raise NotFound("There is no such calendar.")
    if (person.auth_epoch, person.calendar_turn) != (epoch, turn):
        raise NotFound("There is no such calendar.")
    return person


def written(entries: Sequence[Entry]) -> bytes:
    """A calendar (RFC 5545) with one day for each entry. Of their texts it holds the titles only."""
    calendar = Calendar()
    calendar.add("prodid", "-//Playbook//Reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Playbook reviews")
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    for entry, day in dated(entries):
        event = Event()
        # The moment of its making tells entries of one playbook from those of another with the same numbers.
        event.add("uid", f"review-{entry.id}-{entry.created_at:%Y%m%dT%H%M%S%f}@playbook")
        event.add("dtstamp", entry.changed_at)
        event.add("dtstart", day)
        event.add("summary", f"Still true? {CONTROLS.sub(' ', entry.title)}")
        event.add("description", "Open it, read it, and say whether it is still true.")
        event.add("url", site() + url_for("review.show", kind=entry.kind, slug=entry.slug))
        event.add("transp", "TRANSPARENT")  # nobody is busy because of it
        calendar.add_component(event)
    return calendar.to_ical()


def dated(entries: Sequence[Entry]) -> list[tuple[Entry, date]]:
    """The entries with the day on which they are due; without those where an old text names none of the calendar."""
    return [
        (entry, date.fromisoformat(entry.review_by))
        for entry in entries
        if entry.review_by and is_date(entry.review_by)
    ]


def _signatures() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.secret_key or "", salt="calendar", signer_kwargs={"digest_method": hashlib.sha256}
    )
