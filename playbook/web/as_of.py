"""The playbook as it stood on a day: `?as_of=2026-02-10`, on every page that can tell of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask, g, jsonify, request

from playbook import clock
from playbook.errors import Invalid, NotFound, Problem
from playbook.kinds import BY_FOLDER
from playbook.models.as_of import NotInForce, first_day
from playbook.web.access import reader
from playbook.web.pages import page

FIELD = "as_of"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Pages that can tell of another day; a link to one of them from a page that does keeps the day.
TELLING = frozenset(
    {
        "entries.show",
        "entries.markdown",
        "entries.by_id",
        "entries.to",
        "library.show",
        "shelves.show",
        "search.show",
        "journey.show",
        "map.show",
    }
)
NOT_KEPT = frozenset({FIELD, "page", "version"})
LINK_IN_A_BODY = re.compile(
    rf'(?P<before>href="/(?:to|{"|".join(sorted(BY_FOLDER))})/[a-z0-9-]+)(?P<after>["#])'
)


class NoDay(Invalid):
    """The address asks for a day of which nothing can be told."""

    def __init__(self, message: str) -> None:
        super().__init__([Problem(FIELD, message)])


def asked_day() -> date | None:
    """The day in the address. Every link on the page then leads to that day too.

    Raises:
        NoDay: it is none, or lies ahead; or a version is asked for as well.
    """
    typed = request.args.get(FIELD)
    if typed is None:
        return None
    if "version" in request.args:
        raise NoDay("Ask for a version or for a day, not for both.")
    try:
        day = date.fromisoformat(typed) if DAY.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None:
        raise NoDay(f"{FIELD} has to be a day, such as 2026-02-10.")
    today = clock.now().date()
    if day > today:
        raise NoDay(f"{in_full(day)} lies ahead. It is {in_full(today)} now, in UTC.")
    g.as_of = day
    return day


@contextmanager
def or_before_anything(day: date) -> Iterator[None]:
    """Say of what is not found that nothing at all had been agreed by that day, where that is so."""
    try:
        yield
    except NotFound:
        refuse_before_anything(day)
        raise


def refuse_before_anything(day: date) -> None:
    """Refuse a day on which nothing had been agreed yet.

    Raises:
        NoDay: nothing had been that the reader may know of.
    """
    first = first_day(reader=reader())
    if first is None:
        raise NoDay("Nothing has been agreed yet.")
    if day < first:
        raise NoDay(
            f"Nothing had been agreed by {in_full(day)}. The first day with something to read is {in_full(first)}."
        )


def keeping_the_day(html: str, day: date) -> str:
    """A body whose links to other entries lead to that day."""
    return LINK_IN_A_BODY.sub(rf"\g<before>?{FIELD}={day.isoformat()}\g<after>", html)


def in_full(day: date) -> str:
    """10 February 2026."""
    return f"{day.day} {day:%B} {day.year}"


def day_now() -> str:
    """The day that it is, as addresses name it."""
    return clock.now().date().isoformat()


def kept() -> list[tuple[str, str]]:
    """What else the address says, for a form that asks for another day."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in NOT_KEPT]


def install(app: Flask) -> None:
    """Keep the day in links, and answer where nothing can be told of it."""
    app.jinja_env.filters["in_full"] = in_full
    app.jinja_env.globals.update(kept_beside_the_day=kept, day_now=day_now)

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in TELLING and "as_of" in g:
            values.setdefault(FIELD, g.as_of.isoformat())

    @app.context_processor
    def day() -> dict[str, Any]:
        return {FIELD: g.get("as_of")}

    @app.errorhandler(NoDay)
    def no_day(refusal: NoDay) -> Any:
        if request.accept_mimetypes.best == "application/json":
            return jsonify(said=str(refusal)), 422
        return page("as_of/no_day.html", message=str(refusal), typed=request.args.get(FIELD, "")), 422

    @app.errorhandler(NotInForce)
    def not_in_force(refusal: NotInForce) -> Any:
        if request.accept_mimetypes.best == "application/json":
            return jsonify(said=""), 404
        return page("as_of/nothing.html", entry=refusal.entry, day=refusal.on), 404
