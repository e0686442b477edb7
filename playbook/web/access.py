"""Who is asking, and whether they may: `@allow` stands under the route of every view."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, current_app, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.exceptions import Unauthorized

from config import Settings
from playbook import clock
from playbook.db import quick
from playbook.errors import NotAllowed
from playbook.models import Permission, User, UserSession
from playbook.models.audit import origin
from playbook.models.denial import deny
from playbook.models.user import CONTROLS

SEEN_EVERY = timedelta(minutes=5)  # how often a session's last sign of life is written down

View = Callable[..., Any]


def allow(permission: Permission) -> Callable[[View], View]:
    """Let in those whose role holds the permission; send strangers to the sign-in page and back."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**given: Any) -> Any:
            if not current_user.is_authenticated:
                if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
                    return redirect(url_for("sign_in.new", next=request.full_path.rstrip("?")), code=303)
                raise Unauthorized
            if not current_user.can(permission):
                raise NotAllowed("Your role does not include this.")
            return view(**given)

        guarded.allows = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def anybody(view: View) -> View:
    """Mark a view that needs no account."""
    view.allows = None  # type: ignore[attr-defined]
    return view


def reader() -> User:
    """The person asking. Only below `@allow`."""
    user: User = current_user._get_current_object()
    return user


def where_from() -> str:
    """The address this request came from; of a proxy's word only where the settings trust it."""
    return CONTROLS.sub("", request.remote_addr or "")[:60]


def write_down(why: str, *, thing: str = "", **detail: Any) -> None:
    """Record that this request was refused to whoever is signed in; `thing` where it is not about the address.

    Call it outside of `saving()`.
    """
    person = current_user._get_current_object() if current_user.is_authenticated else None
    deny(thing or asked_for(), by=person, address=where_from(), why=why, **detail)


def asked_for() -> str:
    """The path of this request, without what is secret in it."""
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(str(secret), "…") if secret else request.path


def cookie_name(settings: Settings) -> str:
    """The session cookie. The prefix has browsers refuse it from anywhere but this very host."""
    return "__Host-playbook" if settings.secure else "playbook"


def install(app: Flask) -> None:
    """Know people by the session in their cookie, and say where each request comes from."""

    def say_where_from() -> None:
        origin.set(f"web {where_from()}")

    # First of all, because what comes next may refuse the request, and that is recorded too.
    app.before_request_funcs.setdefault(None, []).insert(0, say_where_from)

    @app.teardown_request
    def forget_where_from(_: BaseException | None) -> None:
        origin.set("")  # the thread serves somebody else next

    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)

    @manager.request_loader
    def load(incoming: Request) -> User | None:
        settings: Settings = current_app.config["SETTINGS"]
        secret = incoming.cookies.get(cookie_name(settings), "")
        if not 20 <= len(secret) <= 100:
            return None
        session = UserSession.of(secret, idle_hours=settings.login_idle_hours)
        if session is None:
            return None
        g.user_session = session
        if session.seen_at < clock.now() - SEEN_EVERY:
            # Whoever reads is not refused because somebody else writes.
            with suppress(sa.exc.OperationalError, sa.exc.TimeoutError), quick() as connection:
                connection.execute(
                    sa.update(UserSession).where(UserSession.id == session.id).values(seen_at=clock.now())
                )
        return session.user
