"""Signing what is proposed, or saying why not."""

from __future__ import annotations

from playbook.agreeing.impact import ask_owners
from playbook.models import Disagreement, Entry, Reading, Signature, Signer, User


def sign(entry: Entry, *, by: User, team: Signer, hash: str, comment: str = "") -> Signature:
    """Sign the proposed version; see `Entry.sign` for what it refuses."""
    return entry.sign(by=by, team=team, hash=hash, comment=comment)


def disagree(
    entry: Entry, *, by: User, team: Signer, hash: str, reason: str, counter: Reading | None = None
) -> Disagreement:
    """Say why one will not sign, perhaps with what one would; see `Entry.disagree`."""
    changes_what_is_agreed = entry.agreed_id is not None
    disagreement = entry.disagree(by=by, team=team, hash=hash, reason=reason, counter=counter)
    if counter is not None and changes_what_is_agreed:
        ask_owners(entry, entry.newest, by=by)
    return disagreement
