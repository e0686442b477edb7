"""Bringing back what was retired."""

from __future__ import annotations

from playbook.models import Entry, User
from playbook.telling import told_of_agreement, told_of_proposal


def bring_back(entry: Entry, *, by: User) -> None:
    """Bring an entry back as it was; see `Entry.unretire`.

    The rule of its kind may have changed meanwhile: a proposal that has every signature it needs now is agreed.
    """
    entry.unretire(by=by)
    before = entry.agreed
    if entry.settle(by=by):
        told_of_agreement(entry, by=by, before=before)
    elif entry.proposed_id is not None:
        told_of_proposal(entry, by=by)  # nobody was asked any more while it was retired
