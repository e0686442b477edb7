"""What an import did, file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a file that was taken."""

    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Taken:
    """A file that was taken, and the entry that it is."""

    path: str
    slug: str
    kind: str
    outcome: Outcome
    released: bool = False  # it became what readers see


@dataclass(frozen=True)
class Refusal:
    """A file, or a folder, that could not be taken. `line` is 1-based, where there is one."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Note:
    """Something worth knowing about a file that was taken, or about the folder (whose path is empty)."""

    path: str
    message: str


@dataclass
class ImportReport:
    """What an import did; after a dry run, what it would have done. Everything in the order of the paths."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def created(self) -> int:
        return self._count(Outcome.CREATED)

    @property
    def revised(self) -> int:
        return self._count(Outcome.REVISED)

    @property
    def unchanged(self) -> int:
        return self._count(Outcome.UNCHANGED)

    @property
    def released(self) -> int:
        """How many became what readers see."""
        return sum(taken.released for taken in self.taken)

    def refuse(self, path: str, reason: str, *, line: int | None = None) -> None:
        self.refused.append(Refusal(path, line, reason))

    def note(self, path: str, message: str) -> None:
        self.notes.append(Note(path, message))

    def in_order(self) -> ImportReport:
        """The same, sorted by path."""
        return ImportReport(
            sorted(self.taken, key=lambda taken: taken.path),
            sorted(self.refused, key=lambda refusal: refusal.path),
            sorted(self.notes, key=lambda note: note.path),
        )

    def _count(self, outcome: Outcome) -> int:
        return sum(taken.outcome is outcome for taken in self.taken)
