"""Not agreed: said with a reason, and open until it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from playbook import agreeing, clock
from playbook.agreeing.disagreements import OpenDisagreement, open_disagreements
from playbook.errors import Conflict, Invalid
from playbook.kinds import Kind
from playbook.models import Entry, Permission
from playbook.models.agreeing import side_named
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading.news import News, news
from playbook.web.signing import NAMES, refused_page, sign_page
from playbook.web.versions import readable_version
from playbook.work import saving

bp = Blueprint("disagreements", __name__)


@dataclass(frozen=True)
class Shown:
    """An open disagreement, and how the two texts differ."""

    open: OpenDisagreement
    days: int
    news: News | None  # from the text they would not sign to the one that stands against it


@bp.get("/disagreements")
@allow(Permission.REVISE)
def index() -> Any:
    shown = []
    for each in open_disagreements(reader=reader()):
        found = (
            news(each.entry.kind, each.version, each.other, reader=reader())
            if each.other is not None
            else None
        )
        shown.append(Shown(each, days=(clock.now() - each.said.at).days, news=found))
    return page("disagreements/index.html", shown=shown, names=NAMES)


@bp.post("/<folder:kind>/<slug:slug>/disagreements")
@allow(Permission.SIGN)
def create(kind: Kind, slug: str) -> Any:
    reason = request.form.get("reason", "")
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            readable_version(entry, entry.newest.number)
            team, hash = side_named(request.form["team"]), request.form["hash"]
            agreeing.disagree(entry, by=reader(), team=team, hash=hash, reason=reason)
    except Conflict as refusal:
        return refused_page(slug, kind, refusal, said=reason)
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        typed = {"reason": reason}
        return sign_page(entry, problems=invalid.problems, typed=typed, opened="not-agreed"), 422
    flash("Not agreed. Whoever proposed it reads why.")
    return redirect(url_for("desk.show"), code=303)
