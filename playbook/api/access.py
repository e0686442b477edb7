"""Who is asking: the person of a Bearer token, or of a signed-in session; and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import current_app, g, request
from flask_login import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from playbook.errors import NotAllowed
from playbook.models import Permission, Token, User
from playbook.models.audit import origin
from playbook.models.denial import deny
from playbook.models.user import CONTROLS
from playbook.usage import Circumstances

View = Callable[..., Any]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REALM = "playbook"


@dataclass(frozen=True)
class Caller:
    """The person that a program works for, and its token; no token where a browser's session is used."""

    person: User
    token: Token | None

    def can(self, permission: Permission) -> bool:
        """Whether the role, and the token where there is one, include the permission."""
        if self.token is not None:
            return self.token.carries(permission)
        return self.person.can(permission)


def allow(permission: Permission) -> Callable[[View], View]:
    """Let in whoever shows a living token, or a session with proof that its own page asks, and may."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**given: Any) -> Any:
            asking = caller()
            if asking.token is None and request.method not in SAFE:
                current_app.extensions["csrf"].protect()
            demand(permission)
            return view(**given)

        guarded.allows = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def anybody(view: View) -> View:
    """Mark a call that needs no account."""
    view.allows = None  # type: ignore[attr-defined]
    return view


def demand(permission: Permission) -> None:
    """Refuse unless the caller may.

    Raises:
        NotAllowed: the role, or the token, does not include the permission.
    """
    asking = caller()
    if not asking.person.can(permission):
        raise NotAllowed("Your role does not include this.")
    if not asking.can(permission):
        raise NotAllowed("The scope of this token does not include this.")


def caller() -> Caller:
    """Whoever asks. A header decides alone: beside one, a cookie counts for nothing.

    Raises:
        Unauthorized: nobody is signed in; or the header holds no living token.
    """
    known: Caller | None = g.get("caller")
    if known is None:
        known = g.caller = _by_header() if "Authorization" in request.headers else _by_session()
    return known


def reader() -> User:
    """The person asking. Only below `@allow`."""
    return caller().person


def circumstances() -> Circumstances:
    """How this request came. What a program reads nobody has read, whosever session it uses."""
    return Circumstances.of(request.method, dict(request.headers), by_token=True)


def what_somebody_did() -> Circumstances:
    """How a report of use came: by a session somebody did it, by a token a program did."""
    by_token = caller().token is not None
    return Circumstances.of(request.method, dict(request.headers), by_token=by_token)


def say_where_from() -> None:
    """Have the audit log say from where this call comes."""
    origin.set(f"api {where_from()}")


def where_from() -> str:
    """The address this call came from; of a proxy's word only where the settings trust it."""
    return CONTROLS.sub("", request.remote_addr or "")[:60]


def write_down(why: str, *, by: User | None = None, thing: str = "", **detail: Any) -> None:
    """Record that this call was refused; `thing` where it is not about the address. Not inside `saving()`."""
    deny(thing or request.path, by=by, address=where_from(), why=why, **detail)


def _by_header() -> Caller:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    token = Token.of(secret.strip()) if scheme.lower() == "bearer" else None
    if token is not None:
        origin.set(f"api {where_from()}, token {token.shown}")
    else:
        dead = Token.kept(secret.strip())
        if dead is None:
            write_down("There is no such token.")
        else:
            why = "The token has ended, or the account of its person is closed."
            write_down(why, thing=f"people/{dead.user.handle}", token=dead.shown)
        raise Unauthorized(
            www_authenticate=WWWAuthenticate("bearer", {"realm": REALM, "error": "invalid_token"})
        )
    return Caller(token.user, token)


def _by_session() -> Caller:
    if not current_user.is_authenticated:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": REALM}))
    return Caller(current_user._get_current_object(), None)
