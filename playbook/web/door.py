"""The door: the cookie that carries a session, where somebody comes from, and proving a second time who one is."""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from config import Settings
from playbook.db import db
from playbook.errors import Conflict, Invalid, Problem
from playbook.models import SecondFactor, User, UserSession
from playbook.models.denial import deny
from playbook.models.password import confirms
from playbook.models.session import WAITS, sweep
from playbook.models.throttle import PASSWORD_AGAIN, forget, place, take
from playbook.web.access import cookie_name, reader, where_from, write_down
from playbook.work import saving


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def secret() -> str:
    """What the session cookie of this request holds."""
    return request.cookies.get(cookie_name(settings()), "")


def whence() -> str:
    """The address this request came from; of a proxy's word only where the settings trust it."""
    return place(request.remote_addr or "")


def write_down_wrong(why: str, *, email: str) -> None:
    """Record that somebody could not show that they are the person with this e-mail address.

    What was typed may be anything, even a password: an address of nobody's is kept as a hash with this
    installation's key, by which tries at the same one are known to be.
    """
    person = db.session.scalar(sa.select(User).where(User.email == email))
    if person is not None:
        deny(f"people/{person.handle}", by=None, address=where_from(), why=why)
        return
    key = str(current_app.config["SECRET_KEY"]).encode()
    typed = hmac.new(key, email.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:12]
    deny(request.path, by=None, address=where_from(), why=why, typed=typed)


def begin_session(user: User) -> str:
    """A new session for this browser; the one before ends. Call inside `saving()`; the secret for `carry`."""
    end_session()
    return UserSession.begin(user, days=settings().login_days, browser=_browser(), address=whence())[1]


def end_session() -> None:
    """End the session of this browser, whether it let somebody in or waits for a code. Call inside `saving()`."""
    before = UserSession.of(secret(), idle_hours=settings().login_idle_hours) or UserSession.awaiting(
        secret()
    )
    if before is not None:
        before.end()


def enter(
    user: User, onward: str, *, verified: str | None, fresher: tuple[str, str] | None = None
) -> Response:
    """Let somebody in whose password was right, or ask for the second factor first.

    `verified` is the hash that the password was compared with, `fresher` what `fresher_hash` made.

    Raises:
        Conflict: the password was changed, or the account closed, while it was compared.
    """
    with saving():
        known = db.session.get_one(User, user.id, with_for_update=True, populate_existing=True)
        if known.password_hash != verified or known.disabled_at is not None:
            raise Conflict("The password was changed a moment ago. Sign in again.")
        if fresher is not None:
            known.renew_hash(*fresher)
        sweep()
        if SecondFactor.of(known) is None:
            kept, lasting = begin_session(known), settings().login_days * 86_400
            target = onward
        else:
            end_session()
            kept, lasting = UserSession.await_code(known, browser=_browser(), address=whence())[1], _WAITS
            target = url_for("second_step.new", next=onward)
    return carry(redirect(target, code=303), kept, seconds=lasting)


def carry(response: Response, kept: str, *, seconds: int | None = None) -> Response:
    """Give the browser the secret of its session."""
    response.set_cookie(
        cookie_name(settings()),
        kept,
        max_age=settings().login_days * 86_400 if seconds is None else seconds,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def drop(response: Response) -> Response:
    """Have the browser forget its session, and what it kept of the pages."""
    response.delete_cookie(cookie_name(settings()), secure=settings().secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def prove(password: str, *, field: str = "password") -> str:
    """Have somebody who is signed in show the password again, before what a thief of the session would do.

    The hash it was compared with, to see inside the transaction that it is still the one.

    Raises:
        Invalid: it is another.
        TooMany: it was guessed at too often.
    """
    tries = PASSWORD_AGAIN.of(reader().id)
    take(tries)
    if not confirms(reader(), password):
        write_down("The password, asked for again, was wrong.")
        raise Invalid([Problem(field, "This is not your password.")])
    forget(tries)
    return reader().password_hash or ""


def first_link(one_time: str) -> str:
    """Where somebody with a one-time link chooses a password. Never on the host that a request named."""
    return f"{site()}/first/{one_time}"


def site() -> str:
    """The address people type: the public one, or the one that is served where there is none."""
    served = {**request.environ, **request.environ.get("werkzeug.proxy_fix.orig", {})}
    return settings().site(str(served["SERVER_NAME"]), str(served["SERVER_PORT"]))


_WAITS = int(WAITS.total_seconds())


def _browser() -> str:
    return request.headers.get("User-Agent", "")
