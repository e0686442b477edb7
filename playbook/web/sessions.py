"""Where one is signed in, and signing out there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from playbook.errors import NotFound
from playbook.models import Permission, UserSession
from playbook.models.session import end_all
from playbook.web import door
from playbook.web.access import allow, reader
from playbook.web.browsers import in_words
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("sessions", __name__, url_prefix="/you/sessions")


@bp.get("")
@allow(Permission.READ)
def index() -> Any:
    here = g.user_session.id
    found = sorted(living(), key=lambda session: session.id != here)
    rows = [(session, in_words(session.browser), session.id == here) for session in found]
    return page("you/sessions.html", rows=rows)


@bp.post("/<id>/end")
@allow(Permission.READ)
def destroy(id: str) -> Any:
    """Sign out of one other browser. This one signs out at /sign-out."""
    with saving():
        session = next((one for one in living() if one.id == id and one.id != g.user_session.id), None)
        if session is None:
            raise NotFound("That browser is signed out already.")
        session.end()
    flash(f"{in_words(session.browser)} is signed out.")
    return redirect(url_for("sessions.index"), code=303)


@bp.post("/end")
@allow(Permission.READ)
def destroy_others() -> Any:
    with saving():
        ended = end_all(living(), but=g.user_session.id)
    flash("No other browser was signed in." if not ended else "Every other browser is signed out.")
    return redirect(url_for("sessions.index"), code=303)


def living() -> list[UserSession]:
    return UserSession.living(reader(), idle_hours=door.settings().login_idle_hours)
