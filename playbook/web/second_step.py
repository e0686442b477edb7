"""The second step of signing in: a code of the telephone, or one kept for a bad day."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from playbook.errors import Problem
from playbook.models import SecondFactor, User, UserSession
from playbook.models.throttle import CODE_ACCOUNT, CODE_HERE, CODE_ONCE, Tries, forget, give_back, take
from playbook.web import door
from playbook.web.access import anybody
from playbook.web.addresses import safe_next
from playbook.web.pages import page
from playbook.web.sign_in import form
from playbook.work import saving

bp = Blueprint("second_step", __name__, url_prefix="/sign-in")


@bp.get("/code")
@anybody
def new() -> Any:
    onward = safe_next(request.args.get("next"))
    if UserSession.awaiting(door.secret()) is None:
        return redirect(url_for("sign_in.new", next=onward if onward != "/" else None), code=303)
    return page("sign_in/code.html", next=onward, problems=[])


@bp.post("/code")
@anybody
def create() -> Any:
    onward = safe_next(request.form.get("next"))
    session = UserSession.awaiting(door.secret())
    if session is None:
        problems = [Problem("email", "That took longer than ten minutes. Begin again with your password.")]
        return form(onward, problems=problems), 422
    email = session.user.email
    once, others = tries_of(session)
    left = take(once, *others)
    with saving():
        user = enters(session.id, request.form.get("code", ""))
        kept = door.begin_session(user) if user is not None else ""
        if user is None and not left:
            door.end_session()
    if user is None:
        door.write_down_wrong("The code was wrong.", email=email)
        return refused(onward, left)
    forget(once)
    give_back(*others)
    return door.carry(redirect(onward, code=303), kept)


def enters(session_id: str, code: str) -> User | None:
    """Whose session waits for this code, if it is right and the session still waits. Spends the code."""
    session = UserSession.awaiting(door.secret())
    if session is None or session.id != session_id:
        return None
    factor = SecondFactor.of(session.user)
    return session.user if factor is not None and factor.accept(code) else None


def tries_of(session: UserSession) -> tuple[Tries, list[Tries]]:
    """What a code counts as: for this sign-in, for this account from here, and for this account from anywhere."""
    counted = [CODE_HERE.of(session.user_id, door.whence())]
    if not UserSession.knows(session.user.email, door.whence()):
        counted.append(CODE_ACCOUNT.of(session.user_id))
    return CODE_ONCE.of(session.id), counted


def refused(onward: str, left: int) -> Any:
    if not left:
        problems = [Problem("email", "Five codes were wrong. Begin again with your password.")]
        return form(onward, problems=problems), 422
    problems = [Problem("code", "This code is wrong, was used already, or is too old. Take the next one.")]
    return page("sign_in/code.html", next=onward, problems=problems), 422
