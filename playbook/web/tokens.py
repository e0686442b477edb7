"""One's own tokens: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from playbook.errors import Conflict, Invalid, NotFound, Problem
from playbook.models import Permission, Scope, Token, User
from playbook.models.permission import GRANTS
from playbook.models.token import CARRIES, LONGEST_LIFE, USUAL_LIFE
from playbook.web import door
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.you import still
from playbook.work import saving

bp = Blueprint("tokens", __name__, url_prefix="/you/tokens")

MOST = 20  # living ones at a time
SCOPES = {
    Scope.READ: "Read what I may read",
    Scope.WRITE: "Write what I may write, too",
    Scope.ADMIN: "Everything I may do",
}


@bp.get("")
@allow(Permission.READ)
def index() -> Any:
    return form(name="", scope=Scope.READ, days=str(USUAL_LIFE))


@bp.post("")
@allow(Permission.READ)
def create() -> Any:
    """The answer holds the secret, which nobody is shown again.

    It takes the password, because a token outlives the session of whoever finds a browser open.
    """
    name, scope, days = (request.form.get(field, "") for field in ("name", "scope", "days"))
    try:
        chosen, lasting = _scope(scope), _days(days)
        verified = door.prove(request.form.get("password", ""))
        with saving() as session:
            person = still(session, verified)
            if len(Token.owned_by(person)) >= MOST:
                raise Conflict(f"You have {MOST} tokens. Revoke one that you do not need.")
            token, secret = Token.make(person, name=name, scope=chosen, by=person, days=lasting)
    except Invalid as invalid:
        return form(name=name, scope=scope, days=days, problems=invalid.problems), 422
    return page("tokens/show.html", token=token, secret=secret)


@bp.post("/<number:id>/revoke")
@allow(Permission.READ)
def destroy(id: int) -> Any:
    with saving():
        token = next((own for own in Token.owned_by(reader()) if own.id == id), None)
        if token is None:
            raise NotFound("There is no such token.")
        token.revoke(by=reader())
    flash(f"{token.name} is revoked.")
    return redirect(url_for("tokens.index"), code=303)


def form(*, name: str, scope: str, days: str, problems: Any = ()) -> Any:
    return page(
        "tokens/index.html",
        tokens=Token.owned_by(reader()),
        name=name,
        scope=scope,
        days=days,
        scopes=offered(reader()),
        words=SCOPES,
        longest=LONGEST_LIFE,
        problems=problems,
    )


def offered(user: User) -> list[tuple[Scope, str]]:
    """The scopes that carry something of what the person may do which a smaller one does not."""
    carried: set[frozenset[Permission]] = set()
    found = []
    for scope, words in SCOPES.items():
        carries = CARRIES[scope] & GRANTS[user.role]
        if carries not in carried:
            found.append((scope, words))
        carried.add(carries)
    return found


def _scope(typed: str) -> Scope:
    """Raises Invalid: it is none of those that are offered."""
    for scope, _ in offered(reader()):
        if scope == typed:
            return scope
    raise Invalid([Problem("scope", "Choose one of those.")])


def _days(typed: str) -> int:
    """Raises Invalid: it is no number of days."""
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        raise Invalid([Problem("days", f"A token lives for 1 to {LONGEST_LIFE} days.")])
    return int(typed)
