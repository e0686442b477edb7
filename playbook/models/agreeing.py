"""How a version comes to be agreed: proposed, signed by those whom the rule of its kind asks, or not agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import db
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from playbook.kinds import Kind
from playbook.models.agreement import (
    COMMENT_CHARACTERS,
    Disagreement,
    Ground,
    Proposal,
    Signature,
    Signer,
)
from playbook.models.audit import AuditRecord, sealed
from playbook.models.hindrance import hindrances
from playbook.models.permission import Permission, can
from playbook.models.rule import Rule
from playbook.models.signing import Signing, signing_of
from playbook.models.user import User
from playbook.models.version import Reading, Version, refuse_controls


class Agreeing:
    """The part of an entry that says what is proposed, and the verbs by which it becomes agreed."""

    if TYPE_CHECKING:
        id: Mapped[int]
        agreed_id: Mapped[int | None]
        latest_id: Mapped[int | None]
        agreed: Mapped[Version | None]

        @property
        def kind(self) -> Kind: ...

        @property
        def path(self) -> str: ...

        @property
        def newest(self) -> Version: ...

        def refuse_if_retired(self) -> None: ...

        def revise(self, reading: Reading, *, by: User | None, base: int, note: str = "") -> Version: ...

        def release(
            self, version: Version, *, by: User | None, ground: Ground, rule: Rule | None = None
        ) -> None: ...

    # The newest version, while it is proposed and not agreed; repeats the open row of `proposal`, for lists.
    proposed_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("version.id", use_alter=True, name="fk_entry_proposed_id_version"), index=True
    )

    @property
    def signing(self) -> Signing:
        """How far the signing of the newest version has got."""
        return signing_of(self.newest, kind=self.kind, agreed=self.agreed)

    @property
    def has_news(self) -> bool:
        """Whether the newest version says anything else than what readers see."""
        return self.agreed is None or self.agreed.hash != self.newest.hash

    @property
    def proposal(self) -> Proposal | None:
        """The open proposal, if the newest version is proposed."""
        if self.proposed_id is None:
            return None
        return db.session.scalar(
            sa.select(Proposal)
            .where(Proposal.version_id == self.proposed_id, Proposal.withdrawn_at.is_(None))
            .order_by(Proposal.id.desc())
            .limit(1)
        )

    def propose(self, *, by: User, note: str = "") -> Proposal:
        """Ask for the newest version to be agreed. Asking again changes nothing.

        Where the rule of the kind asks for nobody's signature, it is agreed at once.

        Raises:
            Conflict: the entry is retired, or the newest version says what readers see already.
            Invalid: something is missing that the kind needs before agreement, or a relation leads nowhere.
        """
        self.refuse_if_retired()
        version = self.newest
        if not self.has_news:
            raise Conflict(f"Version {version.number} says what readers see already.")
        if (open_one := self.proposal) is not None:
            return open_one
        note = _said(note, field="note")
        problems = hindrances(version, kind=self.kind, by=by)
        if problems:
            raise Invalid(problems)
        proposal = Proposal(
            version_id=version.id, user_id=by.id, note=note, at=clock.now(), withdrawn_at=None
        )
        db.session.add(proposal)
        self.proposed_id = version.id
        AuditRecord.note("propose", self.path, by=by, version=version.number, hash=version.hash)
        self.settle(by=by)
        return proposal

    def withdraw(self, *, by: User) -> None:
        """Take the proposal back; the version stays, as a draft. Where nothing is proposed, nothing changes.

        Raises:
            NotAllowed: `by` neither proposed it nor wrote it, and may not curate.
        """
        proposal = self.proposal
        if proposal is None:
            return
        if by.id not in {proposal.user_id, self.newest.author_id} and not can(by, Permission.CURATE):
            raise NotAllowed("Only whoever proposed or wrote this, or a marketer, may withdraw it.")
        proposal.withdrawn_at = clock.now()
        self.proposed_id = None
        AuditRecord.note("withdraw", self.path, by=by, version=self.newest.number)

    def sign(self, *, by: User, team: Signer, hash: str, comment: str = "") -> Signature:
        """Sign the proposed version in the name of a team; with the last signature it becomes what readers see.

        `hash` is that of the text that was read. Signing again changes nothing.

        Raises:
            Conflict: nothing is proposed, the text is another by now, or the rule of two forbids it.
            NotAllowed: `by` does not speak for that team here.
        """
        if (given := self.signature_of(by=by, team=team, hash=hash)) is not None:
            return given
        version = self._proposed(hash)
        self.signing.refuse(by, team)
        comment = _said(comment, field="comment")
        signature = Signature(
            version_id=version.id,
            team=team,
            user_id=by.id,
            hash=version.hash,
            comment=comment,
            at=clock.now(),
        )
        db.session.add(signature)
        db.session.flush()
        said: dict[str, Any] = {"version": version.number, "hash": version.hash, "row": sealed(signature)}
        AuditRecord.note("sign", self.path, by=by, team=team.value, **said)
        self.settle(by=by)
        return signature

    def disagree(
        self, *, by: User, team: Signer, hash: str, reason: str, counter: Reading | None = None
    ) -> Disagreement:
        """Say that one will not sign the proposed version, and why; with `counter`, what one would sign instead.

        A counter-proposal is a new version, proposed in turn, which both sides have to sign. Saying the same
        again, without one, changes nothing.

        Raises:
            Conflict: nothing is proposed, the text is another by now, or the counter-proposal says the same.
            NotAllowed: `by` does not speak for that team here.
            Invalid: there is no reason; the counter-proposal cannot be proposed.
        """
        version = self._proposed(hash)
        self.signing.refuse(by, team)
        reason = _said(reason, field="reason")
        if not reason:
            raise Invalid([Problem("reason", "Say why, in a sentence.")])
        if counter is None and (said := self.disagreement_of(by=by, reason=reason)) is not None:
            return said
        disagreement = Disagreement(
            version_id=version.id, team=team, user_id=by.id, reason=reason, counter_id=None, at=clock.now()
        )
        db.session.add(disagreement)
        AuditRecord.note("disagree", self.path, by=by, version=version.number, team=team.value)
        if counter is not None:
            answer = self.revise(counter, by=by, base=version.number, note=reason[:500])
            if answer.id == version.id:
                raise Conflict("The counter-proposal says the same as what is proposed.")
            disagreement.counter_id = answer.id
            self.propose(by=by, note=reason)
        return disagreement

    def settle(self, *, by: User) -> bool:
        """Let readers see the proposed version if everybody whom the rule asks has signed; whether they do now."""
        if self.proposed_id is None:
            return False
        signing = self.signing
        if signing.open_sides:
            return False
        ground = Ground.SIGNED if signing.rule.needs else Ground.UNASKED
        self.release(signing.version, by=by, ground=ground, rule=signing.rule)
        return True

    def signature_of(self, *, by: User, team: Signer, hash: str) -> Signature | None:
        """The signature that this person gave under the newest version already, if it has that text."""
        return db.session.scalar(
            sa.select(Signature).where(
                Signature.version_id == self.latest_id,
                Signature.hash == hash,
                Signature.team == team,
                Signature.user_id == by.id,
            )
        )

    def disagreement_of(self, *, by: User, reason: str) -> Disagreement | None:
        """What this person said of the newest version already, if it was this, without a proposal of their own."""
        return db.session.scalar(
            sa.select(Disagreement)
            .where(
                Disagreement.version_id == self.latest_id,
                Disagreement.user_id == by.id,
                Disagreement.reason == " ".join(reason.split()),
                Disagreement.counter_id.is_(None),
            )
            .limit(1)
        )

    def _proposed(self, hash: str) -> Version:
        """The proposed version, if its text is the one with that hash.

        Raises:
            Conflict: it is not, nothing is proposed, or the entry is retired.
        """
        self.refuse_if_retired()
        if self.proposed_id is None:
            raise Conflict("Nothing is proposed here. Somebody may have withdrawn it, or it is agreed.")
        if hash != self.newest.hash:
            raise Conflict("The text has changed since you read it. Read it again before you decide.")
        return self.newest


def side_named(name: str) -> Signer:
    """The side of that name.

    Raises:
        NotFound: there is none.
    """
    try:
        return Signer(name)
    except ValueError as error:
        raise NotFound(f"There is no team {name!r}.") from error


def _said(text: str, *, field: str) -> str:
    """What somebody said, on one line.

    Raises:
        Invalid: it is too long, or holds what cannot be kept.
    """
    text = " ".join(text.split())
    if len(text) > COMMENT_CHARACTERS:
        raise Invalid([Problem(field, f"This has {len(text)} characters; at most {COMMENT_CHARACTERS}.")])
    refuse_controls(text, field=field)
    return text
