"""The desk: what waits for the person who asks, oldest first, and what of theirs waits for others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint

from playbook import agreeing, clock
from playbook.agreeing.reviewing import Due
from playbook.agreeing.tasks import Task
from playbook.agreeing.waiting import Asked, Waiting, desk_of
from playbook.models import Entry, Permission, User
from playbook.web.access import allow, reader
from playbook.web.pages import day, page
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


@dataclass(frozen=True)
class Again:
    """An entry to look at again, and everything that asks for it."""

    entry: Entry
    reasons: tuple[str, ...]
    asked_at: datetime | None  # when the oldest of it was asked; nothing where only its day has come


@bp.get("/desk")
@allow(Permission.SIGN)
def show() -> Any:
    person = reader()
    desk = desk_of(person)
    own = {waiting.version.id: asked for waiting, asked in desk.own}
    lists = [desk.to_sign, desk.not_agreed, [waiting for waiting, _ in desk.own]]
    told = iter(rows([waiting for each in lists for waiting in each], own, reader=person))
    to_sign, not_agreed, waits = ([next(told) for _ in each] for each in lists)
    again = to_review(agreeing.tasks_of(person), agreeing.due_for(person))
    return page(
        "desk/show.html",
        to_sign=to_sign,
        not_agreed=not_agreed,
        own=waits,
        to_review=again,
        total=len(to_sign) + len(again),
        waiting=len(to_sign),
        names=NAMES,
    )


def rows(waiting: list[Waiting], asked: dict[int, tuple[Asked, ...]], *, reader: User) -> Iterable[Row]:
    """The lines of these, in the same order; what changed in all of them is looked up at once."""
    found = field_news([(each.entry.kind, each.agreed, each.version) for each in waiting], reader=reader)
    return [
        _row(each, news, asked.get(each.version.id, ())) for each, news in zip(waiting, found, strict=True)
    ]


def to_review(tasks: Iterable[Task], due: Iterable[Due]) -> list[Again]:
    """Each entry once: what is due first, the longest due before others, then what was asked, the oldest first."""
    entries: dict[int, Entry] = {}
    reasons: dict[int, list[str]] = {}
    asked: dict[int, datetime] = {}
    for each in due:
        entries[each.entry.id] = each.entry
        said = "Said to have changed; write it anew." if each.has_changed else ""
        reasons[each.entry.id] = [said or f"Review was due {day(each.entry.review_by)}."]
    for task in tasks:
        entries.setdefault(task.entry.id, task.entry)
        asked.setdefault(task.entry.id, task.at)
        what = (
            f"“{task.source.title}” changes." if task.source is not None else "Something it links to changes."
        )
        reasons.setdefault(task.entry.id, []).append(what)
    return [Again(entry, tuple(reasons[id]), asked.get(id)) for id, entry in entries.items()]


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
