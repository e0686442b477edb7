"""What administrators do to somebody's account: let in again, shut out, and erase."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from playbook.errors import Conflict, Problem
from playbook.models import AuditRecord, Permission, SecondFactor, User
from playbook.models.leaving import erase, named_in
from playbook.models.people import let_in, link_for, shut_out
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.people import link_page
from playbook.work import saving

bp = Blueprint("accounts", __name__, url_prefix="/people/<number:id>")


@bp.post("/link")
@allow(Permission.PEOPLE)
def link(id: int) -> Any:
    """A new link to choose a password by; earlier ones end, the password there is stays until it is used.

    Raises:
        Conflict: the account is disabled.
    """
    with saving():
        person = User.with_id(id)
        secret = link_for(person, by=reader())
    return link_page(person, secret)


@bp.post("/disable")
@allow(Permission.PEOPLE)
def disable(id: int) -> Any:
    with saving():
        person = User.with_id(id)
        shut_out(person, by=reader())
    flash(f"{person.name} cannot sign in any more.")
    return _back(id)


@bp.post("/enable")
@allow(Permission.PEOPLE)
def enable(id: int) -> Any:
    with saving():
        person = User.with_id(id)
        let_in(person, by=reader())
    flash(f"{person.name} can sign in again.")
    return _back(id)


@bp.post("/sign-out")
@allow(Permission.PEOPLE)
def end_sessions(id: int) -> Any:
    with saving():
        person = User.with_id(id)
        person.end_sessions()
        AuditRecord.note("end sessions", f"people/{person.handle}", by=reader())
    flash(f"{person.name} is signed out everywhere.")
    return _back(id)


@bp.post("/second-factor/end")
@allow(Permission.PEOPLE)
def end_second_factor(id: int) -> Any:
    """For somebody who lost the telephone and the recovery codes.

    Raises:
        Conflict: it is one's own: that takes a code, as for everybody.
    """
    with saving():
        person = User.with_id(id)
        if person.id == reader().id:
            raise Conflict("This is your own. Turn it off from “Your account”, with a code.")
        factor = SecondFactor.of(person)
        if factor is not None:
            factor.remove()
            AuditRecord.note("second factor off", f"people/{person.handle}", by=reader())
    flash(f"{person.name} signs in with the password alone.")
    return _back(id)


@bp.get("/erase")
@allow(Permission.ADMINISTER)
def ask_to_erase(id: int) -> Any:
    person = User.with_id(id)
    return page("people/erase.html", person=person, remaining=named_in(person), typed="", problems=[])


@bp.post("/erase")
@allow(Permission.ADMINISTER)
def destroy(id: int) -> Any:
    """Erase a person for good. The address is typed once more, so that nobody is erased by a slip."""
    person = User.with_id(id)
    remaining = named_in(person)
    typed = request.form.get("email", "")
    if typed.strip().lower() != person.email:
        problems = [Problem("email", f"Type {person.email} to erase this person.")]
        answer = page("people/erase.html", person=person, remaining=remaining, typed=typed, problems=problems)
        return answer, 422
    with saving():
        erase(User.with_id(id), by=reader(), remaining=len(remaining))
    flash("Erased." if not remaining else f"Erased. {len(remaining)} entries still name them.")
    return redirect(url_for("people.index"), code=303)


def _back(id: int) -> Any:
    return redirect(url_for("people.show", id=id), code=303)
