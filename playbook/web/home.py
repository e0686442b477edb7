"""The first page: the question, the four truths, what changed and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from playbook import clock
from playbook.agreeing.charter import the_charter
from playbook.agreeing.waiting import desk_of
from playbook.models import Draft, Entry, Permission, Surface
from playbook.models.lately import Shelf, Shelved, asked_most, changed_lately, is_empty, shelves, waiting_for
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading.phrases import in_words
from playbook.web.usage import served

bp = Blueprint("home", __name__)

ENTRIES_OF_A_TRUTH = 4
LINES = 5
TRIES = 4

TRUTHS = (
    ("Who we sell to", ("icp", "persona")),
    ("What matters to them", ("issue",)),
    ("How they buy", ("buying_step",)),
    ("Why us", ("capability",)),
)


@dataclass(frozen=True)
class Truth:
    """One of the four things to agree, as the entries that state it."""

    name: str
    kinds: tuple[str, ...]
    entries: tuple[Entry, ...]
    counts: Shelved

    @property
    def words(self) -> str:
        """How far the agreement has got."""
        held = self.counts
        if not held.released:
            return ""
        if held.signed == held.entries:
            said = "Agreed" if held.entries == 1 else f"All {in_words(held.entries)} agreed"
        elif held.signed:
            said = f"{in_words(held.signed).capitalize()} of {in_words(held.entries)} agreed"
        else:
            said = f"{in_words(held.released).capitalize()} in force, none signed yet"
        return f"{said}, review due on {in_words(held.due)}" if held.due else said


@bp.get("/")
@allow(Permission.READ)
def show() -> Any:
    moment = clock.now()
    today = moment.date().isoformat()
    stated_by = [kind for _, kinds in TRUTHS for kind in kinds]
    held = shelves(first_of=stated_by, reader=reader(), today=today, limit=ENTRIES_OF_A_TRUTH)
    truths = four_truths(held)
    stated = [entry for truth in truths for entry in truth.entries]
    changes = changed_lately(reader=reader(), limit=LINES)
    tasks, total = waiting_for(reader(), today=today, limit=LINES)
    to_sign = desk_of(reader()).to_sign
    answer = page(
        "home/show.html",
        draft=Draft.last_of(reader()) if reader().can(Permission.REVISE) else None,
        is_empty=not held and is_empty(reader=reader()),
        tries=asked_most(until=moment, limit=TRIES),
        truths=truths,
        charter=the_charter(reader=reader()),
        changes=changes,
        tasks=tasks,
        total=total,
        to_sign=to_sign,
        waiting=len(to_sign),
    )
    told = [entry.agreed_id for entry in (*stated, *(change.entry for change in changes)) if entry.agreed_id]
    served(list(dict.fromkeys(told)), surface=Surface.HOME)
    return answer


def four_truths(held: Mapping[str, Shelf]) -> list[Truth]:
    """Who, what, how and why, each with its first entries."""
    return [_truth(name, kinds, [held[kind] for kind in kinds if kind in held]) for name, kinds in TRUTHS]


def _truth(name: str, kinds: tuple[str, ...], held: Sequence[Shelf]) -> Truth:
    of_each = ENTRIES_OF_A_TRUTH // len(kinds)
    return Truth(
        name,
        kinds,
        tuple(entry for shelf in held for entry in shelf.first[:of_each]),
        together([shelf.counts for shelf in held]),
    )


def together(counts: list[Shelved]) -> Shelved:
    """The counts of several kinds as one."""
    return Shelved(
        entries=sum(count.entries for count in counts),
        released=sum(count.released for count in counts),
        signed=sum(count.signed for count in counts),
        due=sum(count.due for count in counts),
    )
