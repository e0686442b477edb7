"""Answering with a page, or with the piece of it that htmx asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_login import current_user
from markupsafe import Markup

from playbook import clock
from playbook.kinds import KINDS
from playbook.models import Permission, User


def page(template: str, *, fragment: str | None = None, **context: Any) -> Response:
    """The whole page; or `fragment` alone when htmx asks for a piece of it at the same address."""
    wanted = fragment if fragment and request.headers.get("HX-Request") else template
    response = make_response(render_template(wanted, **context))
    if fragment:
        response.vary.add("HX-Request")
    return response


def day(value: date | datetime | str | None) -> str:
    """12 May; with the year when it is not this one. Takes dates, moments and YYYY-MM-DD."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            return day(date.fromisoformat(value[:10]))
        except ValueError:
            return value
    year = "" if value.year == clock.now().year else f" {value.year}"
    return f"{value.day} {value:%B}{year}"


def moment(value: datetime) -> str:
    """12 May, 14:05 (UTC)."""
    return f"{day(value)}, {value:%H:%M}"


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def me() -> User | None:
    """The person asking, or nobody."""
    if "me" not in g:  # templates ask dozens of times
        g.me = current_user._get_current_object() if current_user.is_authenticated else None
    person: User | None = g.me
    return person


def can(permission: str) -> bool:
    """Whether the person asking may do this."""
    person = me()
    return person is not None and person.can(Permission(permission))


def handle_name(handle: str) -> str:
    """Tomas Reyes, from tomas.reyes."""
    return " ".join(part.capitalize() for part in handle.replace("-", ".").split(".") if part)


def sanitised(html: str) -> Markup:
    """HTML that playbook.markdown made and cleaned. The only place that trusts any."""
    return Markup(html)  # noqa: S704


def install(app: Flask) -> None:
    """Give every template its filters and names."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day, moment=moment, words=words, handle_name=handle_name, sanitised=sanitised
    )
    app.jinja_env.globals.update(can=can, kinds=KINDS)

    @app.context_processor
    def people() -> dict[str, Any]:
        # What went wrong may be the database, so a page that says so must not ask it who is reading.
        return {"me": None if g.get("went_wrong") else me(), "theme": request.cookies.get("theme", "")}
