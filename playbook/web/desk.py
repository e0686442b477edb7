"""The desk: what waits for the person who asks, oldest first, and what of theirs waits for others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint

from playbook import agreeing, clock
from playbook.agreeing.waiting import Asked, Waiting, desk_of
from playbook.models import Permission, User
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading.changes import Turn
from playbook.web.reading.news import field_news
from playbook.web.signing import NAMES

bp = Blueprint("desk", __name__)

TOLD = 2  # differences that a row names; the page to sign names them all


@dataclass(frozen=True)
class Row:
    """Something proposed, as a line of the desk."""

    waiting: Waiting
    turns: tuple[Turn, ...]  # the first differences
    more: int  # how many are not named
    asked: tuple[Asked, ...] = ()

    @property
    def is_new(self) -> bool:
        return self.waiting.agreed is None


@bp.get("/desk")
@allow(Permission.SIGN)
def show() -> Any:
    person = reader()
    desk = desk_of(person)
    own = {waiting.version.id: asked for waiting, asked in desk.own}
    lists = [desk.to_sign, desk.not_agreed, [waiting for waiting, _ in desk.own]]
    told = iter(rows([waiting for each in lists for waiting in each], own, reader=person))
    to_sign, not_agreed, waits = ([next(told) for _ in each] for each in lists)
    tasks = agreeing.tasks_of(person)
    due = agreeing.due_for(person)
    return page(
        "desk/show.html",
        to_sign=to_sign,
        not_agreed=not_agreed,
        own=waits,
        tasks=tasks,
        due=due,
        waiting=len(to_sign) + len(tasks) + len(due),
        names=NAMES,
    )


def rows(waiting: list[Waiting], asked: dict[int, tuple[Asked, ...]], *, reader: User) -> Iterable[Row]:
    """The lines of these, in the same order; what changed in all of them is looked up at once."""
    found = field_news([(each.entry.kind, each.agreed, each.version) for each in waiting], reader=reader)
    return [
        _row(each, news, asked.get(each.version.id, ())) for each, news in zip(waiting, found, strict=True)
    ]


def _row(waiting: Waiting, news: tuple[Turn, ...], asked: tuple[Asked, ...]) -> Row:
    return Row(
        waiting,
        turns=news[:TOLD],
        more=max(0, len(news) - TOLD) + (waiting.is_reworded and waiting.agreed is not None),
        asked=asked,
    )


def ago(moment: datetime) -> str:
    """today, yesterday, 3 days ago, 2 months ago."""
    days = (clock.now().date() - moment.date()).days
    if days <= 1:
        return "today" if days <= 0 else "yesterday"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago"


bp.add_app_template_filter(ago)
