"""The one table from refusals to answers. Whatever was typed comes back with them."""

from __future__ import annotations

import logging
import math
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from playbook import clock
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound, PlaybookError, SameHand, TooMany
from playbook.web.access import write_down
from playbook.web.giving_back import given_back
from playbook.web.pages import page

log = logging.getLogger(__name__)

STATUS: dict[type[PlaybookError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
# After which the same form may be taken: once signed in again, or a little later.
SENT_AGAIN = frozenset({401, 429, 500, 503})
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def answer(status: int, *, message: str = "", problems: list[Any] | None = None, again: bool = False) -> Any:
    """The page of a refusal. `again`: the same form, sent once more, may well be taken."""
    g.went_wrong = True
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=message), status
    known = status if status in PAGES else 500
    body = page(
        f"errors/{known}.html",
        message=message,
        problems=problems or [],
        given=given_back(may_send_again=again),
    )
    return body, status


def seconds_until(refusal: TooMany) -> int:
    """How long to wait, in whole seconds, at least one."""
    return max(1, math.ceil((refusal.until - clock.now()).total_seconds()))


def waiting(refusal: TooMany) -> str:
    """When to try again, as a sentence."""
    minutes = math.ceil(seconds_until(refusal) / 60)
    when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
    if minutes > 90:
        when = f"in {math.ceil(minutes / 60)} hours"
    return f"That was tried too often. Try again {when}, at {refusal.until:%H:%M} (UTC)."


def record(refusal: PlaybookError) -> None:
    """Have the audit log say that somebody tried what they may not, or what the rule of two forbids."""
    if isinstance(refusal, NotAllowed | SameHand):
        asked = getattr(current_app.view_functions.get(request.endpoint or ""), "allows", None)
        write_down(str(refusal), permission=asked.value if asked else "")


def install(app: Flask) -> None:
    @app.errorhandler(PlaybookError)
    def refused(refusal: PlaybookError) -> Any:
        record(refusal)
        status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 500)
        problems = refusal.problems if isinstance(refusal, Invalid) else []
        return answer(status, message="" if status == 404 else str(refusal), problems=problems)

    @app.errorhandler(TooMany)
    def too_often(refusal: TooMany) -> Any:
        body, status = answer(429, message=waiting(refusal), again=True)
        return body, status, {"Retry-After": str(seconds_until(refusal))}

    @app.errorhandler(CSRFError)
    def unproven(refusal: CSRFError) -> Any:
        if current_user.is_authenticated:
            write_down("The form was not from a page of this site, or was too old.")
        return answer(
            400, message="This page was open too long, or was sent from somewhere else.", again=True
        )

    @app.errorhandler(OperationalError)
    @app.errorhandler(TimeoutError)
    def busy(fault: Exception) -> Any:
        log.error("The database did not answer: %s", fault)
        body, status = answer(503, again=True)
        return body, status, {"Retry-After": "5"}

    @app.errorhandler(IntegrityError)
    def clash(fault: IntegrityError) -> Any:
        log.warning("Two writers met: %s", fault.orig)
        return answer(409, message="Somebody saved the same thing at the same moment. Try again.", again=True)

    @app.errorhandler(SecurityError)
    def misdirected(refusal: SecurityError) -> Any:
        # Addresses cannot be made for a host that is not ours, so there is no page to show.
        return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def plain(refusal: HTTPException) -> Any:
        if refusal.response is not None or (refusal.code or 500) < 400:
            return refusal
        status = refusal.code or 500
        result = answer(status, again=status in SENT_AGAIN)
        allowed = getattr(refusal, "valid_methods", None)
        headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
        return result[0], status, headers

    @app.errorhandler(Exception)
    def broken(fault: Exception) -> Any:
        log.exception("%s %s failed", request.method, request.path)
        return answer(500, again=True)
