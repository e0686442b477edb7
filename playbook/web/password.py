"""Changing one's own password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from playbook.errors import Invalid, Problem
from playbook.models import AuditRecord, Permission
from playbook.models.leaving import end_tokens
from playbook.models.password import hash_password
from playbook.web import door
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.you import still
from playbook.work import saving

bp = Blueprint("password", __name__, url_prefix="/you/password")


@bp.get("")
@allow(Permission.READ)
def edit() -> Any:
    return page("you/password.html", problems=[], end_tokens=True)


@bp.post("")
@allow(Permission.READ)
def update() -> Any:
    """Every other session ends, this one goes on under a new secret; tokens end unless somebody says not to."""
    old, new = request.form.get("password", ""), request.form.get("new_password", "")
    ends_tokens = "end_tokens" in request.form
    try:
        verified = door.prove(old)
        if new == old:
            raise Invalid([Problem("new_password", "This is the password you have. Choose another.")])
        hashed = hash_password(new, field="new_password", own=(reader().name, reader().email))
    except Invalid as invalid:
        return page("you/password.html", problems=invalid.problems, end_tokens=ends_tokens), 422
    with saving() as session:
        person = still(session, verified)
        person.set_password(hashed)
        ended = end_tokens(person) if ends_tokens else 0
        kept = door.begin_session(person)
        AuditRecord.note("change", f"people/{person.handle}", by=person, password=True, tokens_ended=ended)
    flash("Password changed. Every other browser is signed out.")
    return door.carry(redirect(url_for("you.show"), code=303), kept)
