"""What waits for signatures: what somebody may sign, and what of their own waits for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from playbook.db import db
from playbook.models import Disagreement, Entry, Proposal, Signer, User, Version, listed
from playbook.models.history import readable
from playbook.models.permission import RESTRICTED, Permission, can
from playbook.models.signing import Signing, signings_of


@dataclass(frozen=True)
class Waiting:
    """A version that is proposed, beside the one that readers see."""

    entry: Entry
    version: Version
    agreed: Version | None
    proposal: Proposal
    is_reworded: bool  # whether a word of the body is another, or there is no text before it
    signing: Signing
    disagreements: tuple[Disagreement, ...] = ()  # about exactly this version, the oldest first

    def is_refused_by(self, person: User) -> bool:
        """Whether this person has said already that they do not agree."""
        return any(each.user_id == person.id for each in self.disagreements)


@dataclass(frozen=True)
class Asked:
    """A side whose signature is still needed, and who may give it. Nobody is named who might not know of it."""

    side: Signer
    people: tuple[User, ...]
    is_named: bool = True


@dataclass(frozen=True)
class Desk:
    """What waits, as it concerns one person; each list has the oldest first."""

    to_sign: list[Waiting] = field(default_factory=list)
    not_agreed: list[Waiting] = field(default_factory=list)  # what they could sign, and said they would not
    own: list[tuple[Waiting, tuple[Asked, ...]]] = field(default_factory=list)


def desk_of(person: User) -> Desk:
    """What this person may sign, and what they proposed or wrote that waits for others.

    The number of queries does not depend on how much waits.
    """
    if not can(person, Permission.SIGN):
        return Desk()
    desk = Desk()
    own = []
    for waiting in proposals(reader=person):
        if waiting.signing.sides_for(person):
            (desk.not_agreed if waiting.is_refused_by(person) else desk.to_sign).append(waiting)
        elif person.id in {waiting.proposal.user_id, waiting.version.author_id}:
            own.append(waiting)
    people = _signers(own) if own else []
    desk.own.extend((waiting, waits_for(waiting.signing, people)) for waiting in own)
    return desk


def proposals(*, reader: User) -> list[Waiting]:
    """Everything that is proposed and that `reader` may read, the oldest proposal first."""
    seen = aliased(Version)
    rows = db.session.execute(
        sa.select(Entry, Version, seen, Proposal, sa.func.coalesce(seen.plain, "") != Version.plain)
        .join(Version, Version.id == Entry.proposed_id)
        .join(Proposal, sa.and_(Proposal.version_id == Version.id, Proposal.withdrawn_at.is_(None)))
        .outerjoin(seen, seen.id == Entry.agreed_id)
        .where(listed(reader), readable(reader))
        .order_by(Proposal.at, Proposal.id)
        .options(joinedload(Proposal.user), joinedload(Version.author))
    ).all()
    signings = signings_of([(version, entry.kind, agreed) for entry, version, agreed, _, _ in rows])
    said = _disagreements([version.id for _, version, _, _, _ in rows])
    return [
        Waiting(
            entry=entry,
            version=version,
            agreed=agreed,
            proposal=proposal,
            is_reworded=is_reworded,
            signing=signings[version.id],
            disagreements=tuple(said[version.id]),
        )
        for entry, version, agreed, proposal, is_reworded in rows
    ]


def waits_for(signing: Signing, people: Collection[User] | None = None) -> tuple[Asked, ...]:
    """Whom the signing waits for. `people` are all who might sign, where somebody looked them up before.

    What is restricted may be unknown to those who sign for a team, so only the side is named there.
    """
    people = _who_may_sign(signing.owners) if people is None else people
    is_named = signing.version.audience != RESTRICTED
    return tuple(
        Asked(side, tuple(each for each in people if side in signing.sides_for(each)), is_named=is_named)
        for side in signing.open_sides
    )


def _signers(waiting: Sequence[Waiting]) -> list[User]:
    return _who_may_sign({owner for each in waiting for owner in each.signing.owners})


def _who_may_sign(owners: Collection[int]) -> list[User]:
    """Those who sign for a team, and these owners, by name."""
    return list(
        db.session.scalars(
            sa.select(User)
            .where(User.disabled_at.is_(None), sa.or_(User.signs_for.is_not(None), User.id.in_(owners)))
            .order_by(User.name, User.id)
        )
    )


def _disagreements(versions: Collection[int]) -> dict[int, list[Disagreement]]:
    found: dict[int, list[Disagreement]] = defaultdict(list)
    if versions:
        for said in db.session.scalars(
            sa.select(Disagreement)
            .where(Disagreement.version_id.in_(versions))
            .order_by(Disagreement.id)
            .options(joinedload(Disagreement.user))
        ):
            found[said.version_id].append(said)
    return found
