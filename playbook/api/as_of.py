"""What the API tells of another day: entries and lists as they stood at its end, in UTC."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Response

from playbook import clock
from playbook.api.access import reader
from playbook.api.conditional import tag
from playbook.api.pages import page_of, paged
from playbook.api.reading import MARKDOWN
from playbook.api.shapes.entry import HeadPage, Narrowed
from playbook.api.telling import head, prefers_markdown, whole
from playbook.errors import Invalid, Problem
from playbook.models import Entry, Release, State, Version
from playbook.models.around_then import pointed_to_then, was_of_kind
from playbook.models.as_of import due_then, shown_on, standing, stood


def past(day: date) -> date:
    """The day, if it has begun.

    Raises:
        Invalid: it lies ahead.
    """
    today = clock.now().date()
    if day > today:
        raise Invalid([Problem("as_of", f"This day lies ahead. It is {today} now, in UTC.")])
    return day


def told_on(slug: str, *, on: date) -> Response:
    """An entry as its readers saw it that day, in the form the caller prefers.

    Raises:
        NotFound: they saw none, or none that the caller may read.
    """
    if prefers_markdown():
        version = shown_on(slug, reader=reader(), on=on, column=Version.text).shown.version
        made = Response(version.text.encode(), content_type=f"{MARKDOWN}; charset=utf-8")
        made.headers["ETag"] = tag(version, told=f"{on}")
        return made
    then = shown_on(slug, reader=reader(), on=on)
    told = whole(then.shown, on=on).model_copy(update={"review_by": then.due})
    json = told.model_dump_json()
    made = Response(json, content_type="application/json")
    made.headers["ETag"] = tag(then.shown.version, told=f"{on} {json}")
    return made


def listed_on(query: Narrowed, *, on: date) -> Response:
    """What was in force that day, by slug, narrowed as lists of today are.

    Raises:
        Invalid: a status is asked for that nothing in force can have.
    """
    wanted = standing(reader=reader(), on=on)
    if query.kind is not None:
        wanted = wanted.where(was_of_kind([query.kind]))
    if query.owner is not None:
        wanted = wanted.where(Version.owner == query.owner)
    if query.updated_since is not None:
        wanted = wanted.where(Release.at >= query.updated_since)
    for slug in (query.stage, query.persona):
        if slug is not None:
            wanted = wanted.where(pointed_to_then(slug, reader=reader()))
    if query.status is not None:
        wanted = wanted.where(_in_state(query.status, on=on))
    rows, total = page_of(wanted.order_by(Entry.slug), query=query)
    items = [
        head(each.entry, number=each.version.number, hash=each.version.hash).model_copy(
            update={"review_by": due}
        )
        for each, (*_, due) in zip(stood(rows, on=on), rows, strict=True)
    ]
    return paged(HeadPage, items, total=total, query=query)


def _in_state(state: State, *, on: date) -> sa.ColumnElement[bool]:
    due = sa.func.coalesce(due_then(on), "")
    is_due = sa.and_(due != "", due < on.isoformat())
    if state is State.REVIEW_DUE:
        return is_due
    if state is State.AGREED:
        return ~is_due
    raise Invalid([Problem("status", "Of another day only `agreed` and `review due` can be asked for.")])
