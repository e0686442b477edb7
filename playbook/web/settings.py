"""What an installation decides about agreement: whose signatures each kind asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for

from playbook import agreeing
from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS
from playbook.models import Entry, Permission, Signer
from playbook.models.rule import rules
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("settings", __name__, url_prefix="/settings")

NAMES = {Signer.SALES: "Sales", Signer.MARKETING: "Marketing", Signer.OWNER: "the owner"}


@bp.get("/agreement")
@allow(Permission.ADMINISTER)
def show() -> Any:
    return form({name: written(rule.needs) for name, rule in rules().items()})


@bp.post("/agreement")
@allow(Permission.ADMINISTER)
def update() -> Any:
    """Have the kinds ask for the signatures chosen; a kind that the form leaves out stays as it is.

    What is proposed and has every signature that is still asked for is agreed at once.
    """
    typed = {name: request.form[name] for name in KINDS if name in request.form}
    try:
        chosen = _chosen(typed)
        with saving():
            done = told(agreeing.choose_rules(chosen, by=reader()))
    except Invalid as invalid:
        now = {name: written(rule.needs) for name, rule in rules().items()}
        return form({**now, **typed}, invalid.problems), 422
    flash(done)
    return redirect(url_for("settings.show"), code=303)


def form(typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> Any:
    """The page, with what is chosen for each kind."""
    return page(
        "settings/agreement.html",
        rules=rules(),
        options={name: options(rule.choices, rule.usual) for name, rule in rules().items()},
        typed=typed,
        proposed=_proposed(),
        problems=problems,
    )


def options(choices: Sequence[tuple[Signer, ...]], usual: tuple[Signer, ...]) -> list[tuple[str, str]]:
    """(value, label) pairs: Sales and Marketing, as usual; Sales alone; nobody."""
    return [(written(needs), said(needs) + (", as usual" if needs == usual else "")) for needs in choices]


def said(needs: Sequence[Signer]) -> str:
    """Whose signatures, in words."""
    if not needs:
        return "Nobody"
    names = " and ".join(NAMES[side] for side in needs)
    return names[:1].upper() + names[1:] + (" alone" if len(needs) == 1 else "")


def told(ruled: agreeing.Ruled) -> str:
    """What choosing has brought about, for the administrator."""
    if not ruled.kinds:
        return "Nothing has changed."
    kept = "Kept. It holds for what is agreed from now on."
    if not ruled.agreed:
        return kept
    if len(ruled.agreed) == 1:
        return f"{kept} One proposal had every signature that is still asked for, and is agreed."
    return (
        f"{kept} {len(ruled.agreed)} proposals had every signature that is still asked for, and are agreed."
    )


def written(needs: Sequence[Signer]) -> str:
    """A choice as the form sends it: "sales,marketing"; empty for nobody."""
    return ",".join(needs)


def _chosen(typed: Mapping[str, str]) -> dict[str, tuple[Signer, ...]]:
    """The choices by the names of their kinds.

    Raises:
        Invalid: one of them is none that there is.
    """
    now = rules()
    found = {
        name: next((needs for needs in now[name].choices if written(needs) == text), None)
        for name, text in typed.items()
    }
    if problems := [Problem(name, "Choose one of these.") for name, needs in found.items() if needs is None]:
        raise Invalid(problems)
    return {name: needs for name, needs in found.items() if needs is not None}


def _proposed() -> dict[str, int]:
    """How many proposals wait, by kind. Administrators may know of all of them."""
    query = (
        sa.select(Entry.kind_name, sa.func.count())
        .where(Entry.proposed_id.is_not(None), Entry.retired_at.is_(None))
        .group_by(Entry.kind_name)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
