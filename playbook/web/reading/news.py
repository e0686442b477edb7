"""What is new in a version, said so that somebody can decide on it: the news first, then each difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from playbook import clock
from playbook.document import compare
from playbook.document.changes import field_changes
from playbook.kinds import Kind
from playbook.models import User, Version
from playbook.models.around import named
from playbook.web.reading.changes import Change, Turn, changes, slugs_in
from playbook.web.reading.phrases import Shelf, in_words
from playbook.web.reading.redline import Strip, redline

# What the entries of a kind say, as people call it among themselves.
SAYS = {
    "icp": "who we sell to",
    "persona": "whom we talk to",
    "trigger": "what sets them looking",
    "issue": "what matters to them",
    "issue_map": "how we meet an issue",
    "capability": "why us",
    "qualifying_question": "what we ask",
    "stage": "how a deal moves on",
    "buying_step": "how they buy",
    "planner": "how we plan a call",
    "story": "a story we tell",
    "tough_question": "what we answer",
    "competitor": "what we say of others",
    "collateral": "what we send",
    "lesson": "what we have learnt",
    "agreement": "what we owe each other",
    "play": "what we do, and when",
    "note": "a note",
}

FIGURE = re.compile(r"([\d.,]+) (\w+)")
SHORT = 40  # characters of both sides, so that a step fits into a line


@dataclass(frozen=True)
class News:
    """What is different between two versions. `lead` is said first; `turn` is the one step that says it all."""

    lead: str
    turn: Turn | None
    rows: tuple[Change, ...]
    prose: tuple[Strip, ...] = ()

    @property
    def text(self) -> str:
        """The news in one line, where nothing but words can stand."""
        if self.turn is None:
            return self.lead
        return f"{self.lead} {self.turn.before} to {self.turn.after}"


def news(kind: Kind, before: Version | None, after: Version, *, reader: User) -> News:
    """How `after` differs from what readers see; both come with their texts."""
    if before is None:
        return News(f"New: {after.title}", None, ())
    found = compare(before.document, after.document)
    shelf = Shelf(named(slugs_in(found.fields), reader=reader), today=clock.now().date())
    rows = changes(kind, found.fields, shelf, now=after.fields)
    lead, turn = headline(kind, rows, is_text_changed=found.prose_changed)
    prose = redline(found.paragraphs()) if found.prose_changed else []
    return News(lead, turn, tuple(rows), tuple(prose))


def field_news(
    pairs: Sequence[tuple[Kind, Version | None, Version]], *, reader: User
) -> list[tuple[Turn, ...]]:
    """For each pair of versions, the steps in the fields alone, each saying of which field it is.

    What all of them name is looked up together.
    """
    found = [
        field_changes(before.fields, after.fields) if before is not None else [] for _, before, after in pairs
    ]
    shelf = Shelf(
        named({slug for each in found for slug in slugs_in(each)}, reader=reader), today=clock.now().date()
    )
    return [
        tuple(
            shortened(replace(step, of=step.of or row.label))
            for row in changes(kind, each, shelf, now=after.fields)
            for step in row.turns
        )
        for (kind, _, after), each in zip(pairs, found, strict=True)
    ]


def headline(kind: Kind, rows: Sequence[Change], *, is_text_changed: bool) -> tuple[str, Turn | None]:
    """One change to who we sell to: pass mark, and the step from 60 to 65."""
    steps = [(row, step) for row in rows for step in row.turns]
    count = len(steps) + is_text_changed
    if not count:
        return "No word of it changes", None
    said = f"{in_words(count).capitalize()} {'change' if count == 1 else 'changes'} to {SAYS[kind.name]}"
    if count > 1:
        return said, None
    if is_text_changed:
        return f"{said}: the text", None
    row, step = steps[0]
    name = step.of or row.label
    name = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return f"{said}: {name}", shortened(step) if is_short(step) else None


def is_short(step: Turn) -> bool:
    """Whether a step from one value to another fits into a line."""
    return bool(step.before and step.after) and len(step.before + step.after) <= SHORT


def shortened(step: Turn) -> Turn:
    """The same step without the unit, where both sides have the same: 60 to 65."""
    before, after = FIGURE.fullmatch(step.before), FIGURE.fullmatch(step.after)
    if step.is_figure and before and after and before[2] == after[2]:
        return replace(step, before=before[1], after=after[1])
    return step
