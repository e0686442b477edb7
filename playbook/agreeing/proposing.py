"""Asking for a version to be agreed, and taking that back."""

from __future__ import annotations

from playbook.agreeing.impact import ask_owners
from playbook.models import Entry, Proposal, User
from playbook.telling import told_of_agreement, told_of_proposal, told_of_withdrawal


def propose(entry: Entry, *, by: User, note: str = "") -> Proposal:
    """Ask for the newest version to be agreed; see `Entry.propose` for what it refuses.

    Whoever may sign is asked to, and its owners are told. Where readers see an earlier one, the owners of all
    that links here are asked whether that is still true.
    """
    before, was_proposed = entry.agreed, entry.proposed_id is not None
    proposal = entry.propose(by=by, note=note)
    if entry.proposed_id is None:
        told_of_agreement(entry, by=by, before=before)
    elif not was_proposed:
        told_of_proposal(entry, by=by)
    if before is not None:
        ask_owners(entry, entry.newest, by=by)
    return proposal


def withdraw(entry: Entry, *, by: User) -> None:
    """Take the proposal back; see `Entry.withdraw`."""
    entry.withdraw(by=by)
    told_of_withdrawal(entry)
