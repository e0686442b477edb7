"""Whose signatures make a version of a kind agreed: as the kind declares it, unless an administrator relaxed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS, Kind
from playbook.models.agreement import Signer
from playbook.models.audit import AuditRecord
from playbook.models.record import Setting
from playbook.models.user import User

SETTING = "agreement rules"


@dataclass(frozen=True)
class Rule:
    """Whose signatures are needed, in the order in which they are named."""

    needs: tuple[Signer, ...]
    usual: tuple[Signer, ...]  # what the kind declares

    @property
    def is_relaxed(self) -> bool:
        """Whether it does without somebody whom the kind declares."""
        return not set(self.usual) <= set(self.needs)

    @property
    def choices(self) -> tuple[tuple[Signer, ...], ...]:
        """What to choose from for this kind: what it declares, whatever is no more than that, and what holds now."""
        others = (
            needs
            for needs in CHOICES
            if set(needs) != set(self.usual) and (len(needs) <= len(self.usual) or needs == self.needs)
        )
        return (self.usual, *others)


# What a company may choose from, beside what a kind declares.
CHOICES: tuple[tuple[Signer, ...], ...] = (
    (Signer.SALES, Signer.MARKETING),
    (Signer.SALES, Signer.OWNER),
    (Signer.SALES,),
    (Signer.MARKETING,),
    (Signer.OWNER,),
    (),
)


def rules() -> dict[str, Rule]:
    """The rule of every kind, by its name."""
    kept = db.session.get(Setting, SETTING)
    chosen = kept.value if kept is not None else {}
    return {name: _rule(kind, chosen.get(name)) for name, kind in KINDS.items()}


def rule_of(kind: Kind) -> Rule:
    """The rule of one kind."""
    return rules()[kind.name]


def choose_rules(chosen: dict[str, Iterable[Signer]], *, by: User) -> list[str]:
    """Have these kinds ask for these signatures from now on; the names of those whose rule changed.

    What was agreed before stays agreed, and says under which rule.

    Raises:
        Invalid: a kind is none, or a choice is not one of `CHOICES`.
    """
    before = rules()
    after = {name: tuple(needs) for name, needs in chosen.items()}
    problems = [
        Problem(name, "This is none of the choices.")
        for name, needs in after.items()
        if name not in before or needs not in (*CHOICES, before[name].usual)
    ]
    if problems:
        raise Invalid(problems)
    changed = [name for name, needs in after.items() if needs != before[name].needs]
    if not changed:
        return []
    kept = db.session.get(Setting, SETTING, with_for_update=True)
    value = dict(kept.value) if kept is not None else {}
    for name in changed:
        value[name] = [signer.value for signer in after[name]]
        if after[name] == before[name].usual:
            del value[name]
    db.session.merge(Setting(name=SETTING, value=value))
    for name in changed:
        AuditRecord.note(
            "choose rule",
            f"kinds/{name}",
            by=by,
            before=[signer.value for signer in before[name].needs],
            after=[signer.value for signer in after[name]],
        )
    return changed


def _rule(kind: Kind, chosen: list[str] | None) -> Rule:
    usual = tuple(Signer(name) for name in kind.signers)
    return Rule(needs=tuple(Signer(name) for name in chosen) if chosen is not None else usual, usual=usual)
