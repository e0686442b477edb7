"""One's own account: who one is here, and leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from playbook.errors import Conflict, Invalid
from playbook.models import AuditRecord, Permission, SecondFactor, User
from playbook.models.leaving import leave
from playbook.web import door
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("you", __name__, url_prefix="/you")


@bp.get("")
@allow(Permission.READ)
def show() -> Any:
    return form(name=reader().name, email=reader().email)


@bp.post("")
@allow(Permission.READ)
def update() -> Any:
    """Take another name; and with the password another address, because links to come in go there."""
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        verified = door.prove(request.form.get("password", "")) if moves(email) else None
        with saving() as session:
            person = still(session, verified)
            changed = {
                what for what, value in (("name", name), ("email", email)) if getattr(person, what) != value
            }
            person.introduce(name=name, email=email)
            if changed:
                AuditRecord.note("change", f"people/{person.handle}", by=person, own=sorted(changed))
    except Invalid as invalid:
        return form(name=name, email=email, problems=invalid.problems), 422
    flash("Kept.")
    return redirect(url_for("you.show"), code=303)


def form(*, name: str, email: str, problems: Any = ()) -> Any:
    return page(
        "you/show.html",
        name=name,
        email=email,
        problems=problems,
        has_factor=SecondFactor.of(reader()) is not None,
    )


def moves(email: str) -> bool:
    """Whether this is another address than the present one."""
    return email.strip().lower() != reader().email


def still(session: Session, verified: str | None) -> User:
    """The person asking, locked; `verified` is the hash that the password was compared with, if it was.

    Raises:
        Conflict: the password was changed meanwhile.
    """
    person = session.get_one(User, reader().id, with_for_update=True, populate_existing=True)
    if verified is not None and person.password_hash != verified:
        raise Conflict("Your password was changed a moment ago.")
    return person


@bp.get("/leave")
@allow(Permission.READ)
def ask_to_leave() -> Any:
    return page("you/leave.html", problems=[])


@bp.post("/leave")
@allow(Permission.READ)
def go() -> Any:
    """Close one's own account. What one wrote stays, with one's name."""
    try:
        verified = door.prove(request.form.get("password", ""))
    except Invalid as invalid:
        return page("you/leave.html", problems=invalid.problems), 422
    with saving() as session:
        leave(still(session, verified))
    return door.drop(redirect("/sign-in", code=303))
