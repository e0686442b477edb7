"""Choosing whose signatures a kind asks for, and what follows for what is proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from playbook.db import db
from playbook.models import Entry, Signer, User
from playbook.models.rule import choose_rules as choose
from playbook.telling import told_of_agreement, told_of_other_signers


@dataclass(frozen=True)
class Ruled:
    """What choosing rules has changed."""

    kinds: list[str]  # the names of those whose rule is another now
    agreed: list[Entry]  # what waited only for signatures that are not asked for any more


def choose_rules(chosen: Mapping[str, Iterable[Signer]], *, by: User) -> Ruled:
    """Have kinds ask for these signatures from now on; see `models.rule.choose_rules` for what it refuses.

    A proposal that has every signature that is still asked for is agreed at once; of others, whoever may sign
    only now is asked to.
    """
    kinds = choose(dict(chosen), by=by)
    waiting = db.session.scalars(
        sa.select(Entry)
        .where(Entry.proposed_id.is_not(None), Entry.kind_name.in_(kinds), Entry.retired_at.is_(None))
        .order_by(Entry.id)
        .with_for_update()
    ).all()
    agreed = []
    for entry in waiting:
        before = entry.agreed
        if entry.settle(by=by):
            told_of_agreement(entry, by=by, before=before)
            agreed.append(entry)
        else:
            told_of_other_signers(entry, by=by)
    return Ruled(kinds, agreed)
