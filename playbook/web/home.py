"""The first page: the question, the four truths, what changed and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint

from playbook import clock
from playbook.models import Entry, Permission, Surface, Version
from playbook.models.around import teams_signed
from playbook.models.lately import Shelved, asked_most, changed_lately, first_of, shelved, waiting_for
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


# Compared as text, because a text brought in long ago may hold anything.
SETS_US_APART = sa.cast(Version.fields["differentiator"].as_string(), sa.String).in_(("true", "1"))


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
            said = f"{in_words(held.released).capitalize()} published, none signed yet"
        return f"{said}, review due on {in_words(held.due)}" if held.due else said


@bp.get("/")
@allow(Permission.READ)
def show() -> Any:
    moment = clock.now()
    today = moment.date().isoformat()
    counts = shelved(reader=reader(), today=today)
    truths = four_truths(counts)
    stated = [entry for truth in truths for entry in truth.entries]
    changes = changed_lately(reader=reader(), limit=LINES)
    tasks, total = waiting_for(reader(), today=today, limit=LINES)
    answer = page(
        "home/show.html",
        is_empty=not counts,
        tries=asked_most(until=moment, limit=TRIES),
        truths=truths,
        signed=teams_signed(stated),
        changes=changes,
        tasks=tasks,
        total=total,
    )
    told = [entry.agreed_id for entry in (*stated, *(change.entry for change in changes)) if entry.agreed_id]
    served(list(dict.fromkeys(told)), surface=Surface.HOME)
    return answer


def four_truths(counts: dict[str, Shelved]) -> list[Truth]:
    """Who, what, how and why, each with its first entries; of capabilities only those that set us apart."""
    found = first_of(
        [kind for _, kinds in TRUTHS for kind in kinds],
        reader=reader(),
        limit=ENTRIES_OF_A_TRUTH,
        only={"capability": SETS_US_APART},
    )
    return [
        Truth(
            name,
            kinds,
            tuple(entry for kind in kinds for entry in found[kind][: ENTRIES_OF_A_TRUTH // len(kinds)]),
            together([counts[kind] for kind in kinds if kind in counts]),
        )
        for name, kinds in TRUTHS
    ]


def together(counts: list[Shelved]) -> Shelved:
    """The counts of several kinds as one."""
    return Shelved(
        entries=sum(count.entries for count in counts),
        released=sum(count.released for count in counts),
        signed=sum(count.signed for count in counts),
        due=sum(count.due for count in counts),
    )
