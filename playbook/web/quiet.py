"""Ending mails by the link in a mail: a page with one button, and the one click that mail programs make (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for

from playbook.models import Digest, User
from playbook.telling.quiet import person_of
from playbook.web.access import anybody
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("quiet", __name__)

ONE_CLICK = ("List-Unsubscribe", "One-Click")
MAILED = {Digest.DAILY, Digest.WEEKLY}


@bp.get("/quiet/<secret>")
@anybody
def show(secret: str) -> Any:
    person = _person(secret)
    return page(
        "quiet/show.html",
        secret=secret,
        is_quiet=person.digest is Digest.NEVER,
        digest=person.digest.value,
        was=_was(request.args.get("was", "")).value,
    )


@bp.post("/quiet/<secret>")
@anybody
def update(secret: str) -> Any:
    """Send this person no mails any more, or mails again as before. Done twice, it is done.

    A mail program has no form of ours to prove anything by: the signed link is the proof.
    """
    is_one_click = request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]
    if not is_one_click:
        current_app.extensions["csrf"].protect()
    is_undo = not is_one_click and request.form.get("how") == "undo"
    with saving():
        person = _person(secret)
        was, person.digest = person.digest, _was(request.form.get("was", "")) if is_undo else Digest.NEVER
    if is_one_click:
        return "No more mails.\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
    kept = was if was in MAILED else _was(request.form.get("was", ""))
    return redirect(url_for("quiet.show", secret=secret, was=kept.value), code=303)


def _person(secret: str) -> User:
    return person_of(secret, key=str(current_app.secret_key))


def _was(typed: str) -> Digest:
    """How often somebody was mailed before; every day where the address does not say."""
    return Digest.WEEKLY if typed == Digest.WEEKLY.value else Digest.DAILY


def install(app: Flask) -> None:
    app.extensions["csrf"].exempt(f"{__name__}.update")
