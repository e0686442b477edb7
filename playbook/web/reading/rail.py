"""The margin: where an entry points, and what points to it, each under the verb that was declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playbook.kinds import Kind
from playbook.models.around import Relation

MENTIONS, MENTIONED_IN = "Mentions", "Mentioned in"
SHOWN_AT_ONCE = 5


@dataclass(frozen=True)
class Group:
    """Relations under one verb, each target once."""

    verb: str
    relations: tuple[Relation, ...]

    @property
    def first(self) -> tuple[Relation, ...]:
        """Those that are shown at once; one more is not worth folding away."""
        return self.relations if len(self.relations) <= SHOWN_AT_ONCE + 1 else self.relations[:SHOWN_AT_ONCE]

    @property
    def more(self) -> tuple[Relation, ...]:
        return self.relations[len(self.first) :]


def ways_out(kind: Kind, relations: Iterable[Relation]) -> list[Group]:
    """What an entry of this kind points to, in the order in which its text says so."""
    return _grouped(
        (_verb(kind, relation.field), relation.slug, relation) for relation in relations if relation.outward
    )


def ways_in(relations: Sequence[Relation]) -> list[Group]:
    """What points to an entry, under the verb as it reads from this end.

    An entry that this one points to as well is left out: it stands under the ways out.
    """
    there = {relation.entry.id for relation in relations if relation.outward and relation.entry is not None}
    return _grouped(
        (_inverse(relation.entry.kind, relation.field), str(relation.entry.id), relation)
        for relation in relations
        if not relation.outward and relation.entry is not None and relation.entry.id not in there
    )


def _grouped(found: Iterable[tuple[str, str, Relation]]) -> list[Group]:
    groups: dict[str, dict[str, Relation]] = {}
    for verb, target, relation in found:
        groups.setdefault(verb, {}).setdefault(target, relation)
    return [Group(verb, tuple(targets.values())) for verb, targets in groups.items()]


def _verb(kind: Kind, field: str) -> str:
    declared = kind.relation_at.get(field)
    return (declared.verb or declared.label) if declared else MENTIONS


def _inverse(kind: Kind, field: str) -> str:
    declared = kind.relation_at.get(field)
    return (declared.inverse if declared else "") or MENTIONED_IN
