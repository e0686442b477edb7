"""Setting up a second factor, its recovery codes, and turning it off."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, request, url_for

from playbook.errors import Conflict, Invalid, NotFound, Problem
from playbook.models import AuditRecord, Permission, RecoveryCode, SecondFactor, User
from playbook.models.throttle import CODE_HERE, forget, take
from playbook.web import door
from playbook.web.access import allow, reader, write_down
from playbook.web.pages import page
from playbook.web.you import still
from playbook.work import saving

bp = Blueprint("second_factor", __name__, url_prefix="/you/second-factor")

WRONG = Problem("code", "This code is wrong, was used already, or is too old. Take the next one.")


@bp.get("")
@allow(Permission.READ)
def show() -> Any:
    return state()


def state(problems: list[Problem] | None = None) -> Any:
    """The page for how far it is: none, one that waits for its first code, or one that counts."""
    return page(
        "you/second_factor.html",
        factor=SecondFactor.of(reader()),
        begun=SecondFactor.begun(reader()),
        left=RecoveryCode.left(reader()),
        problems=problems or [],
    )


def wrong_code() -> Any:
    """The page again, for another code; that this one was wrong is on record."""
    write_down("The code was wrong.")
    return state([WRONG]), 422


@bp.get("/picture.svg")
@allow(Permission.READ)
def picture() -> Response:
    """The secret as a QR code, while it waits for its first code."""
    factor = SecondFactor.begun(reader())
    if factor is None:
        raise NotFound("Nothing is being set up.")
    drawn = io.BytesIO()
    segno.make(factor.address(reader()), error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None, light="#fff", omitsize=True
    )
    return Response(drawn.getvalue(), content_type="image/svg+xml")


@bp.post("")
@allow(Permission.READ)
def create() -> Any:
    try:
        verified = door.prove(request.form.get("password", ""))
    except Invalid as invalid:
        return state(invalid.problems), 422
    with saving() as session:
        SecondFactor.begin(still(session, verified))
    return redirect(url_for("second_factor.show"), code=303)


@bp.post("/confirm")
@allow(Permission.READ)
def confirm() -> Any:
    """The first code was typed: from now on one is asked for, here and in every other browser."""
    tries = CODE_HERE.of(reader().id, door.whence())
    take(tries)
    with saving() as session:
        person = still(session, None)
        factor = SecondFactor.begun(person)
        if factor is None:
            raise Conflict("Nothing waits for a code. Begin setting it up again.")
        codes = factor.confirm(request.form.get("code", ""))
        kept = door.begin_session(person) if codes is not None else ""
        if codes is not None:
            AuditRecord.note("second factor on", f"people/{person.handle}", by=person)
    if codes is None:
        return wrong_code()
    forget(tries)
    return door.carry(page("you/recovery_codes.html", codes=codes, is_new=True), kept)


@bp.post("/recovery-codes")
@allow(Permission.READ)
def renew() -> Any:
    """Ten new recovery codes for whoever shows a code. They are shown in this answer and never again."""
    tries = CODE_HERE.of(reader().id, door.whence())
    take(tries)
    with saving() as session:
        person = still(session, None)
        factor = counting(person)
        is_right = factor.accept(request.form.get("code", ""))
        codes = factor.new_recovery_codes() if is_right else []
        if is_right:
            AuditRecord.note("recovery codes", f"people/{person.handle}", by=person)
    if not is_right:
        return wrong_code()
    forget(tries)
    return page("you/recovery_codes.html", codes=codes, is_new=False)


@bp.post("/end")
@allow(Permission.READ)
def destroy() -> Any:
    """Turn it off; takes the password and a code, so that neither alone is enough."""
    tries = CODE_HERE.of(reader().id, door.whence())
    try:
        verified = door.prove(request.form.get("password", ""))
    except Invalid as invalid:
        return state(invalid.problems), 422
    take(tries)
    with saving() as session:
        person = still(session, verified)
        factor = counting(person)
        is_right = factor.accept(request.form.get("code", ""))
        if is_right:
            factor.remove()
            AuditRecord.note("second factor off", f"people/{person.handle}", by=person)
    if not is_right:
        return wrong_code()
    forget(tries)
    flash("Off. Your password alone lets you in now.")
    return redirect(url_for("second_factor.show"), code=303)


def counting(person: User) -> SecondFactor:
    """The second factor that is asked for.

    Raises:
        Conflict: there is none.
    """
    factor = SecondFactor.of(person)
    if factor is None:
        raise Conflict("No second factor is set up.")
    return factor
