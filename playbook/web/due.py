"""What is due to be looked at again: one's own first; for those who curate, everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from playbook import agreeing
from playbook.agreeing.reviewing import SOON, Due
from playbook.agreeing.tasks import Task
from playbook.models import Entry, Permission, Version
from playbook.web.access import allow, reader
from playbook.web.pages import page

bp = Blueprint("due", __name__)


@dataclass(frozen=True)
class Owned:
    """What one person owns of what is due; no handle where the text names nobody."""

    owner: str
    due: tuple[Due, ...]


@dataclass(frozen=True)
class Changing:
    """What is asked because of one change; neither its entry nor its text where the person may not know of them."""

    source: Entry | None
    version: Version | None
    tasks: tuple[Task, ...]

    @property
    def count(self) -> int:
        return len(self.tasks)


@bp.get("/due")
@allow(Permission.READ)
def show() -> Any:
    """`?of=mine` leaves out what others own; only who curates is shown that."""
    person = reader()
    mine = agreeing.due_for(person, ahead=SOON)
    everything = agreeing.due_for_all(person, ahead=SOON) if person.can(Permission.CURATE) else mine
    of_all = person.can(Permission.CURATE) and request.args.get("of") != "mine"
    own = {due.entry.id for due in mine}
    return page(
        "due/show.html",
        mine=mine,
        groups=by_owner(due for due in everything if due.entry.id not in own) if of_all else [],
        of_all=of_all,
        total=len(everything),
        overdue=sum(due.is_overdue for due in (everything if of_all else mine)),
        asked=by_change(agreeing.tasks_of(person)),
    )


def by_change(tasks: Iterable[Task]) -> list[Changing]:
    """The tasks of each change together, what was asked longest ago first."""
    found: dict[tuple[int, int], list[Task]] = {}
    for task in tasks:
        source = task.source.id if task.source is not None else 0
        found.setdefault((source, task.change.id if task.change is not None else 0), []).append(task)
    return [Changing(each[0].source, each[0].change, tuple(each)) for each in found.values()]


def by_owner(due: Iterable[Due]) -> list[Owned]:
    """What each owner has; whoever has had something longest comes first."""
    found: dict[str, list[Due]] = {}
    for each in due:
        found.setdefault(each.version.owner, []).append(each)
    return [Owned(owner, tuple(theirs)) for owner, theirs in found.items()]
