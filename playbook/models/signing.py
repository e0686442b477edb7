"""How far the signing of a version has got: whose signatures are there, and who may give those that are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from playbook.db import db
from playbook.errors import Conflict, NotAllowed, SameHand
from playbook.kinds import Kind
from playbook.models.agreement import Signature, Signer
from playbook.models.permission import Permission, can
from playbook.models.rule import Rule, rules
from playbook.models.user import User
from playbook.models.version import Version


@dataclass(frozen=True)
class Signing:
    """How far the signing of one version has got, and who may do what about it."""

    version: Version
    rule: Rule
    signatures: tuple[Signature, ...]  # under exactly this text
    sole_author: (
        int | None
    )  # the person who alone wrote all that is new in it; nobody where there are several
    owners: frozenset[int]  # people who answer for it and could sign

    @property
    def open_sides(self) -> tuple[Signer, ...]:
        """Whose signatures are still needed."""
        signed = {signature.team for signature in self.signatures}
        return tuple(side for side in self.rule.needs if side not in signed)

    def sides_for(self, person: User) -> tuple[Signer, ...]:
        """In whose name this person may sign now; in nobody's where they wrote it alone, or signed already."""
        if not can(person, Permission.SIGN) or person.id == self.sole_author or person.id in self._hands:
            return ()
        return tuple(side for side in self.open_sides if self._speaks(person, side))

    def refuse(self, person: User, side: Signer) -> None:
        """Refuse a signature of this person for this side.

        Raises:
            Conflict: it is not needed, is there already, or the rule of two forbids it.
            NotAllowed: the person does not speak for that side.
        """
        if side not in self.rule.needs:
            raise Conflict(f"This kind does not need a signature for {side.value}.")
        if side not in self.open_sides:
            raise Conflict(f"Version {self.version.number} is signed for {side.value} already.")
        if person.id == self.sole_author:
            raise SameHand("You wrote this alone, so somebody else has to sign it.")
        if person.id in self._hands:
            raise SameHand("You have signed this already; the other signature has to be somebody else’s.")
        if side not in self.sides_for(person):
            raise NotAllowed(f"You do not sign for {side.value} here.")

    @property
    def _hands(self) -> set[int]:
        return {signature.user_id for signature in self.signatures}

    def _speaks(self, person: User, side: Signer) -> bool:
        if side is not Signer.OWNER:
            return person.signs_for is not None and person.signs_for.value == side.value
        able = self.owners - {self.sole_author} - self._hands
        # Where nobody who answers for it may sign, whoever signs for a team is the second pair of eyes.
        return person.id in able if able else person.signs_for is not None


def signing_of(version: Version, *, kind: Kind, agreed: Version | None) -> Signing:
    """How far the signing of a version has got."""
    return signings_of([(version, kind, agreed)])[version.id]


def signings_of(versions: Sequence[tuple[Version, Kind, Version | None]]) -> dict[int, Signing]:
    """How far the signing of each of these versions has got, by their ids, in as many queries as for one.

    Each comes with the kind of its entry and with the version that readers see, if there is one.
    """
    if not versions:
        return {}
    authors = _authors(versions)
    owners = _owners(versions)
    signatures = _signatures(versions)
    now = rules()
    return {
        version.id: Signing(
            version=version,
            rule=now[kind.name],
            signatures=tuple(signatures[version.id]),
            sole_author=next(iter(authors[version.id])) if len(authors[version.id]) == 1 else None,
            owners=frozenset(owners[name] for name in _named(version) if name in owners),
        )
        for version, kind, _ in versions
    }


def _authors(versions: Sequence[tuple[Version, Kind, Version | None]]) -> dict[int, set[int | None]]:
    """Who wrote what is new in each since what readers see."""
    since = {version.entry_id: agreed.number if agreed is not None else 0 for version, _, agreed in versions}
    rows = db.session.execute(
        sa.select(Version.entry_id, Version.number, Version.author_id).where(
            Version.entry_id.in_(since), Version.number > min(since.values())
        )
    ).all()
    return {
        version.id: {
            author
            for entry_id, number, author in rows
            if entry_id == version.entry_id and since[entry_id] < number <= version.number
        }
        for version, _, _ in versions
    }


def _owners(versions: Sequence[tuple[Version, Kind, Version | None]]) -> Mapping[str, int]:
    """The ids, by handle, of those who answer for them and could sign."""
    handles = {name for version, _, _ in versions for name in _named(version)}
    people = db.session.scalars(sa.select(User).where(User.handle.in_(handles)))
    return {person.handle: person.id for person in people if can(person, Permission.SIGN)}


def _named(version: Version) -> set[str]:
    """The handles of the owner and of the second owner, as the version says them."""
    named = (version.owner, version.fields.get("co_owner"))
    return {name.strip() for name in named if isinstance(name, str) and name.strip()}


def _signatures(versions: Sequence[tuple[Version, Kind, Version | None]]) -> dict[int, list[Signature]]:
    hashes = {version.id: version.hash for version, _, _ in versions}
    found: dict[int, list[Signature]] = defaultdict(list)
    for signature in db.session.scalars(
        sa.select(Signature)
        .where(Signature.version_id.in_(hashes))
        .order_by(Signature.id)
        .options(joinedload(Signature.user))
    ):
        if signature.hash == hashes[signature.version_id]:
            found[signature.version_id].append(signature)
    return found
