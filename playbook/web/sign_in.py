"""Signing in and out, and the one-time link by which a person comes in first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from flask_login import current_user

from playbook.errors import Invalid, NotFound, Problem, TooMany
from playbook.models import OneTimeLink, Permission, UserSession
from playbook.models.password import fresher_hash, hash_password, recognise
from playbook.models.throttle import (
    LINK,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_HERE,
    Tries,
    forget,
    give_back,
    take,
)
from playbook.models.user import Standing
from playbook.web import door
from playbook.web.access import allow, anybody
from playbook.web.addresses import safe_next
from playbook.web.pages import page
from playbook.web.refusals import seconds_until, waiting
from playbook.work import saving

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@anybody
def new() -> Any:
    onward = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(onward, code=303)
    return form(onward)


@bp.post("/sign-in")
@anybody
def create() -> Any:
    onward = safe_next(request.form.get("next"))
    email, password = request.form.get("email", "")[:254], request.form.get("password", "")
    here, elsewhere = tries_of(email.strip().lower())
    try:
        take(here, *elsewhere)
    except TooMany as refusal:
        answer = form(onward, email=email, problems=[Problem("email", waiting(refusal))])
        answer.headers["Retry-After"] = str(seconds_until(refusal))
        return answer, 429
    user = recognise(email, password)
    if user is None:
        door.write_down_wrong(
            "The address and the password do not belong together.", email=email.strip().lower()
        )
        problems = [Problem("email", "This address and this password do not belong together.")]
        return form(onward, email=email, problems=problems), 422
    verified, fresher = user.password_hash, fresher_hash(user, password)
    forget(here)
    give_back(*elsewhere)
    return door.enter(user, onward, verified=verified, fresher=fresher)


def tries_of(email: str) -> tuple[Tries, list[Tries]]:
    """What a try to sign in counts as: of this account from here, and of all from here and all of this account.

    Where the person has lately come from, the count over all places does not hold: see `SIGN_IN_ACCOUNT`.
    """
    counted = [SIGN_IN_ADDRESS.of(door.whence())]
    if not UserSession.knows(email, door.whence()):
        counted.append(SIGN_IN_ACCOUNT.of(email))
    return SIGN_IN_HERE.of(email, door.whence()), counted


def form(onward: str, *, email: str = "", problems: list[Problem] | None = None) -> Any:
    """The page that asks for address and password."""
    return page("sign_in/new.html", next=onward, email=email, problems=problems or [])


@bp.errorhandler(NotFound)
def spent(_: NotFound) -> Any:
    """A one-time link that lets nobody in (any more)."""
    return page("sign_in/spent.html"), 404


@bp.post("/sign-out")
@allow(Permission.READ)
def destroy() -> Any:
    with saving():
        door.end_session()
    return door.drop(redirect("/sign-in", code=303))


@bp.get("/first/<secret>")
@anybody
def first(secret: str) -> Any:
    user = found(secret).user
    return page("sign_in/first.html", user=user, problems=[], name=user.name, email=user.email)


@bp.post("/first/<secret>")
@anybody
def begin(secret: str) -> Any:
    link = found(secret)
    is_new = link.user.standing is Standing.INVITED
    name = request.form.get("name", "").strip() if is_new else link.user.name
    email = request.form.get("email", "").strip() if is_new else link.user.email
    try:
        hashed = hash_password(request.form.get("password", ""), own=(name, email))
        with saving():
            user = OneTimeLink.of(secret).use()
            if is_new:
                user.introduce(name=name, email=email)
            user.set_password(hashed)
    except Invalid as invalid:
        return page(
            "sign_in/first.html", user=link.user, problems=invalid.problems, name=name, email=email
        ), 422
    return door.enter(user, "/", verified=hashed)


def found(secret: str) -> OneTimeLink:
    """The link with this secret. Looking for one that there is none of counts as a try.

    Raises:
        NotFound: never made, used, or too old.
        TooMany: too many were looked for from here.
    """
    tries = LINK.of(door.whence())
    take(tries)
    link = OneTimeLink.of(secret)
    give_back(tries)
    return link
