"""Writing a newer version, which takes the place of one that is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playbook.models import Entry, Reading, User, Version
from playbook.telling import told_of_revision


@contextmanager
def written_over(entry: Entry, *, by: User | None) -> Iterator[None]:
    """Inside, a newer version may be written. Where one was proposed, nobody is asked to sign that any more, and
    whoever proposed it is told."""
    proposal = entry.proposal
    yield
    if proposal is not None and entry.newest.id != proposal.version_id:
        told_of_revision(entry, by=by, proposed_by=proposal.user)


def revise(entry: Entry, reading: Reading, *, by: User | None, base: int, note: str = "") -> Version:
    """Say something new; see `Entry.revise` for what it refuses."""
    with written_over(entry, by=by):
        return entry.revise(reading, by=by, base=base, note=note)


def restore(entry: Entry, number: int, *, reading: Reading, by: User) -> Version:
    """Say again what an earlier version said; see `Entry.restore` for what it refuses."""
    with written_over(entry, by=by):
        return entry.restore(number, reading=reading, by=by)
