"""Two entries made one: what one of them says goes into the other, and its addresses lead there."""

from __future__ import annotations

from playbook.content.naming import kind_of
from playbook.document import Document
from playbook.errors import Conflict, Invalid, Problem
from playbook.models import Entry, User, Version, read
from playbook.telling import told_of_retirement
from playbook.upkeep.amending import amend
from playbook.work import saving


def merge_into(
    entry: Entry, other: Entry, document: Document, *, by: User, bases: tuple[int, int], reason: str
) -> Version:
    """Retire `entry` with `other` as its successor, and let `other` say what `document` says.

    `bases` are the numbers of the versions of both that the person saw. Both happen or neither.
    Histories and use stay with the entry they belong to; `Entry.unretire` takes the first apart again,
    and the second has its earlier version to restore. The version is the newest of `other`.

    Raises:
        StaleVersion: one of them has been revised since.
        Invalid: the document does not fit its kind, or there is no reason.
        Conflict: one of them is retired.
    """
    if kind_of(document.fields, folder=other.kind.folder).kind is not other.kind:
        raise Invalid([Problem("kind", f"This is a {other.kind.label.lower()}; kind must stay so.")])
    reading = read(document, kind=other.kind, slug=other.slug)
    with saving():
        first = Entry.find(entry.slug, reader=by, lock=True)
        second = Entry.find(other.slug, reader=by, lock=True)
        if first.newest.number != bases[0]:
            newer = first.newest.number
            raise Conflict(f"Version {newer} of {first.slug} was saved meanwhile. Read it first.")
        version = amend(second.id, reading, by=by, base=bases[1], note=f"Takes in {first.slug}")
        first.retire(by=by, reason=reason, successor=second)
        told_of_retirement(first, by=by)
    return version
