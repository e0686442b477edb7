"""Signing what is proposed, or saying why not."""

from __future__ import annotations

from playbook.agreeing.impact import ask_owners
from playbook.models import Disagreement, Entry, Reading, Signature, Signer, User
from playbook.telling import told_of_agreement, told_of_disagreement, told_of_signature


def sign(entry: Entry, *, by: User, team: Signer, hash: str, comment: str = "") -> Signature:
    """Sign the proposed version; see `Entry.sign` for what it refuses.

    With the last signature, those whom it concerns are told that readers see something new.
    """
    if (given := entry.signature_of(by=by, team=team, hash=hash)) is not None:
        return given
    before = entry.agreed
    signature = entry.sign(by=by, team=team, hash=hash, comment=comment)
    if entry.proposed_id is None:
        told_of_agreement(entry, by=by, before=before)
    else:
        told_of_signature(entry, by=by)
    return signature


def disagree(
    entry: Entry, *, by: User, team: Signer, hash: str, reason: str, counter: Reading | None = None
) -> Disagreement:
    """Say why one will not sign, perhaps with what one would; see `Entry.disagree`.

    Whoever wrote, proposed or owns the version is told.
    """
    changes_what_is_agreed = entry.agreed_id is not None
    version = entry.newest
    said = entry.disagreement_of(by=by, reason=reason) if counter is None else None
    disagreement = entry.disagree(by=by, team=team, hash=hash, reason=reason, counter=counter)
    if said is not None:
        return said
    told_of_disagreement(entry, version, by=by, has_counter=disagreement.counter_id is not None)
    if counter is not None and changes_what_is_agreed:
        ask_owners(entry, entry.newest, by=by)
    return disagreement
