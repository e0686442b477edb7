"""Asking for a version to be agreed, and taking that back."""

from __future__ import annotations

from playbook.agreeing.impact import ask_owners
from playbook.models import Entry, Proposal, User


def propose(entry: Entry, *, by: User, note: str = "") -> Proposal:
    """Ask for the newest version to be agreed; see `Entry.propose` for what it refuses.

    Where readers see an earlier one, the owners of all that links here are asked whether that is still true.
    """
    changes_what_is_agreed = entry.agreed_id is not None
    proposal = entry.propose(by=by, note=note)
    if changes_what_is_agreed:
        ask_owners(entry, entry.newest, by=by)
    return proposal


def withdraw(entry: Entry, *, by: User) -> None:
    """Take the proposal back; see `Entry.withdraw`."""
    entry.withdraw(by=by)
