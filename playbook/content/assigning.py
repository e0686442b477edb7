"""Which entry each file of an import is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playbook.content.gathering import TextFile
from playbook.content.known import Held, Known, origin
from playbook.content.naming import Name
from playbook.content.report import ImportReport
from playbook.kinds import Kind


@dataclass(frozen=True)
class Candidate:
    """A file that could be read, before it is known which entry it is."""

    file: TextFile
    name: Name
    kind: Kind
    hash: str

    @property
    def place(self) -> tuple[bool, bool, int, tuple[str, ...]]:
        """Who goes first where several want one slug: the typed, the exactly named, the less deep."""
        parts = self.file.path.parts
        return self.kind.lenient, not self.name.exact, len(parts), parts


@dataclass(frozen=True)
class Assigned:
    """A file and the entry that it is: one that is there, or a new one with this slug."""

    candidate: Candidate
    slug: str
    held: Held | None
    imported: str | None = None  # hash of the text that came from this file last


def assign(candidates: Iterable[Candidate], known: Known, report: ImportReport) -> list[Assigned]:
    """Give each file its entry, the same at every import of the same folder.

    A file that was imported before is the entry that it was then. Any other has the slug of its name,
    or a longer one with the folders above it where the slug is taken by another file. A typed entry
    is known to others by its slug, so where an entry of another kind has that, the file is refused.
    """
    waiting = []
    given: list[Assigned] = []
    taken: set[str] = set()
    entries: set[int] = set()
    for candidate in sorted(candidates, key=lambda candidate: candidate.place):
        before = known.origins.get(origin(candidate.file.path))
        if before and before[0].kind == candidate.kind.name and before[0].entry_id not in entries:
            held, imported = before
            entries.add(held.entry_id)
            given.append(Assigned(candidate, held.slug, held, imported))
        else:
            waiting.append(candidate)
    for candidate in waiting:
        assigned = _assign(candidate, known, taken, entries, report)
        if assigned is None:
            continue
        taken.add(assigned.slug)
        if assigned.held:
            entries.add(assigned.held.entry_id)
        given.append(assigned)
    return sorted(given, key=lambda assigned: assigned.candidate.file.path.parts)


def _assign(
    candidate: Candidate, known: Known, taken: set[str], entries: set[int], report: ImportReport
) -> Assigned | None:
    path, kind = str(candidate.file.path), candidate.kind
    for slug in candidate.name.slugs():
        held = known.addresses.get(slug)
        if slug in taken or (held and held.entry_id in entries):
            continue
        if held and held.kind != kind.name:
            if not kind.lenient:
                report.refuse(path, f"The slug {slug} is taken by an entry of another kind ({held.kind}).")
                return None
            continue
        if slug != candidate.name.expected:
            report.note(path, f"Its entry has the slug {slug}.")
        return Assigned(candidate, slug, held)
    raise AssertionError("slugs do not end")
