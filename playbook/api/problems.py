"""The one table from refusals to answers: RFC 9457 problem details, whatever went wrong under the API."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, json, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from playbook import clock, errors
from playbook.api.access import write_down
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound, PlaybookError, SameHand, TooMany

log = logging.getLogger(__name__)

ROOT = "/api/v1"
MEDIA_TYPE = "application/problem+json"
# Nothing that is answered is a page; a browser that opens one has nothing to run, load or frame.
POLICY = "default-src 'none'; frame-ancestors 'none'"
STATUS: dict[type[PlaybookError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
DETAIL = {
    400: "The request cannot be understood.",
    401: "Send a token: Authorization: Bearer followed by it.",
    403: "Your role does not include this.",
    404: "There is no such thing, or you may not know of it.",
    405: "This address does not take that method.",
    413: "The request is too large: one megabyte is the most.",
    415: "Send application/json, or where the call takes it text/markdown.",
    428: "Say in If-Match which version you started from: the ETag of what you read.",
    500: "Something went wrong here. It has been written down.",
    503: "The database is busy. Try again in a moment.",
}


def problem(
    status: int,
    *,
    detail: str = "",
    problems: Iterable[errors.Problem] = (),
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """A refusal as RFC 9457 has it. `more` are members of its own that a kind of problem has."""
    g.went_wrong = True
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or DETAIL.get(status, HTTPStatus(status).description),
    }
    listed = [_told(each) for each in problems]
    if listed:
        body["errors"] = listed
    answer = Response(json.dumps({**body, **more}), status, content_type=MEDIA_TYPE)
    answer.headers.update(headers or {})
    return answer


def _told(each: errors.Problem) -> dict[str, Any]:
    told: dict[str, Any] = {"field": each.field, "message": each.message}
    return told if each.line is None else {**told, "line": each.line}


def answer_refusals(bp: Blueprint) -> None:
    """Have everything that is raised below `bp` answered as a problem."""

    @bp.errorhandler(PlaybookError)
    def refused(refusal: PlaybookError) -> Response:
        if isinstance(refusal, NotAllowed | SameHand) and "caller" in g:
            asked = getattr(current_app.view_functions[request.endpoint or ""], "allows", None)
            write_down(str(refusal), by=g.caller.person, permission=asked.value if asked else "")
        status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 500)
        if isinstance(refusal, Invalid):
            return problem(status, detail="This does not fit.", problems=refusal.problems)
        return problem(status, detail="" if status == 404 else str(refusal))

    @bp.errorhandler(TooMany)
    def too_often(refusal: TooMany) -> Response:
        seconds = max(1, math.ceil((refusal.until - clock.now()).total_seconds()))
        return problem(429, detail=str(refusal), headers={"Retry-After": str(seconds)})

    @bp.errorhandler(CSRFError)
    def unproven(refusal: CSRFError) -> Response:
        if "caller" in g:
            write_down("The call was not from a page of this site.", by=g.caller.person)
        return problem(400, detail="Without a token of the API, a change needs the header X-CSRFToken.")

    @bp.errorhandler(OperationalError)
    @bp.errorhandler(TimeoutError)
    def busy(fault: Exception) -> Response:
        log.error("The database did not answer: %s", fault)
        return problem(503, headers={"Retry-After": "5"})

    @bp.errorhandler(IntegrityError)
    def clash(fault: IntegrityError) -> Response:
        log.warning("Two writers met: %s", fault.orig)
        return problem(409, detail="Somebody saved the same thing at the same moment. Try again.")

    @bp.errorhandler(HTTPException)
    def plain(refusal: HTTPException) -> Any:
        if refusal.response is not None:
            return refusal
        challenge = getattr(refusal, "www_authenticate", None)
        headers = {"WWW-Authenticate": str(challenge[0])} if challenge else {}
        return problem(refusal.code or 500, headers=headers)

    @bp.errorhandler(Exception)
    def broken(fault: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.path)
        return problem(500)


def answer_strays(app: Flask) -> None:
    """Answer as a problem what was refused before it was known which call is meant, such as an unknown address."""

    @app.after_request
    def as_problem(response: Response) -> Response:
        if not is_api():
            return response
        if response.status_code >= 400 and response.mimetype != MEDIA_TYPE:
            kept = {
                name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers
            }
            response = problem(response.status_code, headers=kept)
        response.headers["Content-Security-Policy"] = POLICY
        response.vary.update(("Accept", "Authorization"))
        return response


def is_api() -> bool:
    """Whether the address asked for belongs to the API."""
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")
