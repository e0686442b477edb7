"""The rows of a charter in words: how far each has got, and which entry keeps it from being further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook.agreeing.charter import Progress, Row, Statement, is_charter, rows_of
from playbook.db import db
from playbook.models import Entry, Signer, User, Version
from playbook.models.history import readable
from playbook.web.pages import day
from playbook.web.reading.changes import Turn
from playbook.web.reading.news import field_news, is_short
from playbook.web.reading.phrases import in_words

SIDES = {Signer.SALES: "Sales", Signer.MARKETING: "Marketing", Signer.OWNER: "the owner"}
MOST_NAMED = 3  # entries of one row that are said to keep it back; the others are counted


@dataclass(frozen=True)
class Why:
    """An entry that keeps a row back, and how. Without an entry the slug is all that may be said of it."""

    entry: Entry | None
    slug: str
    words: str


@dataclass(frozen=True)
class Line:
    """A row as the page shows it."""

    row: Row
    whys: tuple[Why, ...]
    more: int  # entries that keep it back besides

    @property
    def signed(self) -> tuple[str, ...]:
        """The halves of the seal that are filled."""
        if self.row.progress is Progress.SIGNED_BY_BOTH:
            return (Signer.SALES.value, Signer.MARKETING.value)
        if self.row.progress is Progress.SIGNED_BY_ONE:
            return tuple(side.value for side in self.row.least[0].signed)
        return ()

    @property
    def state(self) -> str:
        """Not written, written, signed by one, drifted; agreed, where everybody signed who was asked."""
        if self.row.progress is Progress.SIGNED_BY_BOTH:
            return "Signed by both"
        return self.row.progress.value.capitalize()


def charter_lines(version: Version, *, reader: User) -> list[Line]:
    """The rows of a version that says where its items are stated; none of any other."""
    if not is_charter(version.fields):
        return []
    rows = rows_of(version, reader=reader)
    steps = changed([statement for row in rows for statement in row.least], reader=reader)
    return [_line(row, steps) for row in rows]


def agreed_words(lines: Sequence[Line]) -> str:
    """6 of 8 agreed."""
    agreed = sum(line.row.progress is Progress.SIGNED_BY_BOTH for line in lines)
    return f"{agreed} of {len(lines)} agreed"


@dataclass(frozen=True)
class Step:
    """What a newer version changes: so many steps in the fields, and perhaps the text."""

    turns: tuple[Turn, ...]
    is_text_changed: bool


def changed(statements: Sequence[Statement], *, reader: User) -> dict[int, Step]:
    """What changes in agreed entries, by the id of the newer version, where the reader may read it."""
    newer = {
        each.newer: each.entry for each in statements if each.newer is not None and each.entry is not None
    }
    newer = {id: entry for id, entry in newer.items() if entry.agreed_id is not None}
    if not newer:
        return {}
    wanted = {*newer, *(entry.agreed_id for entry in newer.values())}
    texts = {
        version.id: version
        for version in db.session.scalars(
            sa.select(Version).where(Version.id.in_(wanted), readable(reader)).options(undefer(Version.plain))
        )
    }
    pairs = [
        (id, entry, before, texts[id])
        for id, entry in newer.items()
        if id in texts and (before := texts.get(entry.agreed_id or 0)) is not None
    ]
    found = field_news([(entry.kind, before, after) for _, entry, before, after in pairs], reader=reader)
    return {
        id: Step(turns, before.plain != after.plain)
        for (id, _, before, after), turns in zip(pairs, found, strict=True)
    }


def _line(row: Row, steps: Mapping[int, Step]) -> Line:
    if not row.statements:
        return Line(row, (Why(None, "", "It names no entry yet."),), 0)
    whys = tuple(_why(statement, steps) for statement in row.least)
    shown = whys if len(whys) <= MOST_NAMED + 1 else whys[:MOST_NAMED]
    return Line(row, shown, len(whys) - len(shown))


def _why(statement: Statement, steps: Mapping[int, Step]) -> Why:
    entry = statement.entry
    if entry is None:
        return Why(None, statement.slug, "")
    return Why(entry, statement.slug, _said(statement, entry, steps.get(statement.newer or 0)))


def _said(statement: Statement, entry: Entry, step: Step | None) -> str:
    since = f"since {day(statement.since)}"
    if entry.is_retired:
        return f"Retired {since}."
    if entry.agreed_id is None:
        if not statement.is_proposed:
            return "A draft, and not proposed yet."
        return f"Proposed {since}. {_hands(statement)}"
    if statement.newer is not None:
        hands = f" {_hands(statement)}" if statement.is_proposed and statement.signed else ""
        return (
            f"{_change(step)} {f'proposed {since}.' if statement.is_proposed else f'drafted {since}.'}{hands}"
        )
    if statement.signed:
        return _hands(statement)
    return "In force, and nobody has signed it."


def _change(step: Step | None) -> str:
    """Pass mark 60 → 65 is; Two changes are; A change is, where that is all the reader may know."""
    if step is None:
        return "A change is"
    count = len(step.turns) + step.is_text_changed
    if count > 1:
        return f"{in_words(count).capitalize()} changes are"
    if not step.turns:
        return "A change to the text is"
    [turn] = step.turns
    return f"{turn.of} {turn.before} → {turn.after} is" if is_short(turn) else f"A change to {turn.of} is"


def _hands(statement: Statement) -> str:
    """Sales has signed, Marketing has not."""
    signed = " and ".join(SIDES[side] for side in statement.signed)
    owed = " and ".join(SIDES[side] for side in statement.owed)
    said = ", ".join(
        part for part in (f"{signed} signed" if signed else "", f"{owed} to sign" if owed else "") if part
    )
    return f"{said[:1].upper()}{said[1:]}." if said else ""
