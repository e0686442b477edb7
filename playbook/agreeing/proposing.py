"""Asking for a version to be agreed, and taking that back."""

from __future__ import annotations

from playbook.models import Entry, Proposal, User


def propose(entry: Entry, *, by: User, note: str = "") -> Proposal:
    """Ask for the newest version to be agreed; see `Entry.propose` for what it refuses."""
    return entry.propose(by=by, note=note)


def withdraw(entry: Entry, *, by: User) -> None:
    """Take the proposal back; see `Entry.withdraw`."""
    entry.withdraw(by=by)
