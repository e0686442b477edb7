"""Issues against capabilities: which answers which, for whom, and what would not stand up on a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playbook.kinds import KINDS, Field
from playbook.models import Entry, Version
from playbook.web.reading.blocks import Row, block
from playbook.web.reading.phrases import Shelf, as_list

ISSUE, CAPABILITY, ISSUE_MAP = "issue", "capability", "issue_map"
ROWS = next(declared for declared in KINDS[ISSUE_MAP].fields if declared.name == "rows")
PROOF = next(declared for declared in KINDS[CAPABILITY].fields if declared.name == "proof")

NO_PROOF = "No proof"
PROOF_NOWHERE = "The proof is not written yet"
PROOF_EXPIRED = "Every proof is out of date"
APART_WITHOUT_PROOF = "Said to set us apart, without proof"
NO_ANSWER = "Nothing answers it"


@dataclass(frozen=True)
class Line:
    """A row of an issue map, and what is wrong with it."""

    row: Row
    fault: str


@dataclass(frozen=True)
class Mapped:
    """An issue map. Its issue is nothing where the reader may know of none."""

    entry: Entry
    issue: Entry | None
    lines: tuple[Line, ...]

    @property
    def columns(self) -> tuple[Field, ...]:
        held = {cell.declared.name for line in self.lines for cell in line.row.cells} | {"proof"}
        return tuple(declared for declared in ROWS.fields if declared.name in held)


@dataclass
class Meeting:
    """Where an issue meets a capability: how many rows of issue maps join them, and how many of those are broken."""

    rows: int = 0
    broken: int = 0


@dataclass(frozen=True)
class Fault:
    """Something that would not stand up on a call."""

    entry: Entry
    where: str  # a row of it, or nothing
    why: str


@dataclass
class Matrix:
    """Every issue with every capability, `meetings` by the ids of both."""

    issues: list[Entry]
    capabilities: list[Entry]
    maps: list[Mapped]
    meetings: dict[tuple[int, int], Meeting]
    faults: list[Fault] = field(default_factory=list)

    def fault_of(self, entry: Entry) -> str:
        """What is wrong with an issue or a capability as a whole."""
        return next((fault.why for fault in self.faults if fault.entry is entry and not fault.where), "")


def matrix(held: Sequence[tuple[Entry, Version]], shelf: Shelf) -> Matrix:
    """The matrix of these issues, capabilities and issue maps. `shelf` knows the titles of all they point to."""
    fields = {entry.id: version.fields for entry, version in held}
    of = {
        name: [entry for entry, _ in held if entry.kind_name == name]
        for name in (ISSUE, CAPABILITY, ISSUE_MAP)
    }
    maps = [mapped(entry, fields[entry.id], shelf) for entry in of[ISSUE_MAP]]
    meetings: dict[tuple[int, int], Meeting] = {}
    for issue in of[ISSUE]:
        for capability in entries(fields[issue.id].get("answered_by"), CAPABILITY, shelf):
            meetings.setdefault((issue.id, capability.id), Meeting())
    for capability in of[CAPABILITY]:
        for issue in entries(fields[capability.id].get("answers"), ISSUE, shelf):
            meetings.setdefault((issue.id, capability.id), Meeting())
    for line_of in maps:
        for line in line_of.lines:
            answer = line.row.cell("capability")
            for phrase in answer.phrases if answer and line_of.issue else ():
                if phrase.entry is not None and line_of.issue is not None:
                    meeting = meetings.setdefault((line_of.issue.id, phrase.entry.id), Meeting())
                    meeting.rows += 1
                    meeting.broken += bool(line.fault)
    made = Matrix(of[ISSUE], of[CAPABILITY], maps, meetings)
    made.faults = list(faults(made, fields, shelf))
    return made


def mapped(entry: Entry, fields: dict[str, Any], shelf: Shelf) -> Mapped:
    """An issue map, row by row."""
    issue = next(iter(entries(fields.get("issue"), ISSUE, shelf)), None)
    lines = []
    for item in as_list(fields.get(ROWS.name)):
        shown = block(ROWS, [item], shelf)
        if shown is not None and shown.rows:
            lines.append(Line(shown.rows[0], fault_of_row(shown.rows[0], item)))
    return Mapped(entry, issue, tuple(lines))


def fault_of_row(row: Row, item: dict[str, Any]) -> str:
    """Why a row of an issue map is broken; nothing where it is whole."""
    proof = row.cell("proof")
    if proof is None:
        return APART_WITHOUT_PROOF if item.get("differentiated") is True else NO_PROOF
    return PROOF_NOWHERE if any(phrase.entry is None for phrase in proof.phrases) else ""


def fault_of_capability(fields: dict[str, Any], shelf: Shelf) -> str:
    """Why what a capability claims would not stand up; nothing where it would."""
    shown = block(PROOF, fields.get(PROOF.name), shelf)
    rows = shown.rows if shown is not None else ()
    different = fields.get("differentiation")
    apart = fields.get("differentiator") is True or (
        isinstance(different, dict) and bool(different.get("unique"))
    )
    if not rows:
        return APART_WITHOUT_PROOF if apart else NO_PROOF
    if all(row.expired for row in rows):
        return PROOF_EXPIRED
    stories = (row.cell("story") for row in rows)
    if any(phrase.entry is None for story in stories if story for phrase in story.phrases):
        return PROOF_NOWHERE
    return ""


def faults(made: Matrix, fields: dict[int, dict[str, Any]], shelf: Shelf) -> Iterable[Fault]:
    """Every fault: issues without an answer, capabilities without proof, rows of issue maps that are broken."""
    answered = {issue for issue, _ in made.meetings}
    yield from (Fault(issue, "", NO_ANSWER) for issue in made.issues if issue.id not in answered)
    for capability in made.capabilities:
        if why := fault_of_capability(fields[capability.id], shelf):
            yield Fault(capability, "", why)
    for one in made.maps:
        for line in one.lines:
            if line.fault:
                yield Fault(one.entry, line.row.first.text, line.fault)


def entries(slugs: Any, kind: str, shelf: Shelf) -> Iterable[Entry]:
    """The entries of a kind that a relation names, as far as the reader may know of them."""
    for slug in as_list(slugs):
        entry = shelf.titles.get(slug) if isinstance(slug, str) else None
        if entry is not None and entry.kind_name == kind:
            yield entry
