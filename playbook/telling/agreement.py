"""Who is told what when something is proposed, signed, agreed or not, written over, or retired. Inside `saving()`."""

from __future__ import annotations

import sqlalchemy as sa

from playbook.db import db
from playbook.models import About, Entry, Notice, User, Version
from playbook.telling.concerned import owners, owners_of_what_points_to, signers, watchers, writers
from playbook.telling.notices import ABOUT_A_PROPOSAL, nothing_to_do, tell


def told_of_proposal(entry: Entry, *, by: User) -> None:
    """Ask those who may sign what was just proposed, and tell its owners who may not."""
    asked = signers(entry)
    tell(asked, About.TO_SIGN, entry, by=by, version=entry.newest)
    others = _but(owners(entry.agreed, entry.newest), asked)
    tell(others, About.PROPOSED, entry, by=by, version=entry.newest)


def told_of_signature(entry: Entry, *, by: User) -> None:
    """Whoever signed has nothing left to do; others may sign only now."""
    told_of_other_signers(entry, by=by)
    nothing_to_do(entry, *ABOUT_A_PROPOSAL, of=by)


def told_of_other_signers(entry: Entry, *, by: User) -> None:
    """Ask whoever may sign what is proposed and was not asked before, and nobody any more who may not."""
    asked = signers(entry)
    nothing_to_do(entry, About.TO_SIGN, but=_ids(asked))
    before = db.session.scalars(
        sa.select(Notice.user_id).where(
            Notice.version_id == entry.newest.id, Notice.about.in_((About.TO_SIGN, About.COUNTER))
        )
    )
    left_out = set(before)
    tell(
        [person for person in asked if person.id not in left_out],
        About.TO_SIGN,
        entry,
        by=by,
        version=entry.newest,
    )


def told_of_agreement(entry: Entry, *, by: User, before: Version | None) -> None:
    """Tell whoever wrote, proposed, owns or watches it that readers see a new version; `before` is what they saw."""
    assert entry.agreed is not None
    nothing_to_do(entry, *ABOUT_A_PROPOSAL, About.STILL_TRUE)
    if not entry.is_review_due:
        nothing_to_do(entry, About.REVIEW_DUE)
    people = [
        *writers(entry.agreed, since=before),
        *owners(before, entry.agreed),
        *watchers(entry),
    ]
    tell(people, About.AGREED, entry, by=by, version=entry.agreed)


def told_of_withdrawal(entry: Entry) -> None:
    """There is nothing to sign any more."""
    nothing_to_do(entry, *ABOUT_A_PROPOSAL)


def told_of_disagreement(entry: Entry, version: Version, *, by: User, has_counter: bool) -> None:
    """Tell whoever wrote, proposed or owns a version that somebody would not sign it, or would sign another.

    Where there is another, everybody else who may sign that is asked to.
    """
    concerned = [*writers(version, since=entry.agreed), *owners(entry.agreed, version)]
    if not has_counter:
        nothing_to_do(entry, *ABOUT_A_PROPOSAL, of=by)
        tell(concerned, About.NOT_AGREED, entry, by=by, version=version)
        return
    nothing_to_do(entry, *ABOUT_A_PROPOSAL)
    tell(concerned, About.COUNTER, entry, by=by, version=entry.newest)
    tell(_but(signers(entry), concerned), About.TO_SIGN, entry, by=by, version=entry.newest)


def told_of_revision(entry: Entry, *, by: User | None, proposed_by: User | None) -> None:
    """Tell whoever proposed a version that somebody wrote a newer one over it, which nobody is asked to sign yet."""
    nothing_to_do(entry, *ABOUT_A_PROPOSAL)
    if proposed_by is not None:
        tell([proposed_by], About.VOIDED, entry, by=by, version=entry.newest)


def told_of_retirement(entry: Entry, *, by: User | None) -> None:
    """Tell its owners and watchers, and the owners of what points to it, that an entry was retired."""
    nothing_to_do(entry, *ABOUT_A_PROPOSAL, About.STILL_TRUE, About.REVIEW_DUE)
    people = [*owners(entry.agreed, entry.newest), *watchers(entry), *owners_of_what_points_to(entry)]
    tell(people, About.RETIRED, entry, by=by)


def _but(people: list[User], others: list[User]) -> list[User]:
    left_out = _ids(others)
    return [person for person in people if person.id not in left_out]


def _ids(people: list[User]) -> set[int]:
    return {person.id for person in people}
