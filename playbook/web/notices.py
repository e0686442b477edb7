"""What somebody was told: the list, the number beside the bell, and the way from each notice to what it is about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, flash, g, redirect, request, url_for
from sqlalchemy.orm import contains_eager, joinedload

from playbook.db import db
from playbook.errors import NotFound
from playbook.models import About, Notice, Permission, User
from playbook.models.notice import KEPT, see_all, told
from playbook.telling.sentences import said
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.pages import can, me, page
from playbook.web.shelves import asked_page
from playbook.work import saving

bp = Blueprint("notices", __name__, url_prefix="/notices")

ON_A_PAGE = 25
TO_LOOK_AT_AGAIN = (About.STILL_TRUE, About.REVIEW_DUE)


@bp.get("")
@allow(Permission.READ)
def index() -> Any:
    number = asked_page()
    rows = db.session.execute(
        told(Notice, sa.func.count().over(), sa.func.max(Notice.id).over())
        .where(Notice.user_id == reader().id)
        .order_by(Notice.seen_at.is_not(None), Notice.at.desc(), Notice.id.desc())
        .limit(ON_A_PAGE)
        .offset((number - 1) * ON_A_PAGE)
        .options(contains_eager(Notice.entry), contains_eager(Notice.version), joinedload(Notice.by))
    ).all()
    if not rows and number > 1:
        raise NotFound("There are not that many notices.")
    return page(
        "notices/index.html",
        notices=[(notice, said(notice)) for notice, _, _ in rows],
        newest=rows[0][2] if rows else 0,
        number=number,
        pages=max(1, -(-(rows[0][1] if rows else 0) // ON_A_PAGE)),
        days=KEPT.days,
    )


@bp.get("/<number:id>")
@allow(Permission.READ)
def show(id: int) -> Any:
    """Lead to what the notice is about, and take it as read: that is all it changes, and only for whom it is."""
    notice = Notice.find(id, of=reader())
    where = leads_to(notice)
    if notice.seen_at is None and is_opened_by_a_person():
        with saving():
            Notice.find(id, of=reader()).see()
    return redirect(where, code=303)


@bp.post("/<number:id>/seen")
@allow(Permission.READ)
def see(id: int) -> Any:
    with saving():
        Notice.find(id, of=reader()).see()
    return redirect(url_for("notices.index"), code=303)


@bp.post("/seen")
@allow(Permission.READ)
def see_every_one() -> Any:
    """All that were there when the page was made; what came since stays unread."""
    typed = request.form.get("until", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 10:
        with saving():
            see_all(reader(), until=int(typed))
        flash("All read.")
    return redirect(url_for("notices.index"), code=303)


def leads_to(notice: Notice) -> str:
    """The address of what a notice is about, as far as the person may go there."""
    entry, version = notice.entry, notice.version
    at: dict[str, Any] = {"kind": entry.kind, "slug": entry.slug}
    if notice.comment_id is not None:
        return url_for("comments.show", id=notice.comment_id)
    if notice.about in TO_LOOK_AT_AGAIN and not entry.is_retired:
        return url_for("review.show", **at)
    if version is None:
        return entry_url(entry, itself="yes") if entry.is_retired else entry_url(entry)
    if version.id == entry.proposed_id and can("sign"):
        return url_for("signing.show", **at)
    if version.id == entry.agreed_id:
        return entry_url(entry)
    return entry_url(entry, version=version.number)


def is_opened_by_a_person() -> bool:
    """Whether somebody follows the link, rather than a browser that fetches it in case they will."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and "prefetch" not in purpose


def unread(person: User | None) -> int:
    """How many notices the person asking has not read, which was asked together with who they are."""
    session = g.get("user_session")
    return session.unread if person is not None and session is not None else 0


def install(app: Flask) -> None:
    @app.context_processor
    def bell() -> dict[str, Any]:
        return {"unread": 0 if g.get("went_wrong") else unread(me())}
