"""The facets readers narrow by, with words for their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from playbook import clock
from playbook.db import db
from playbook.kinds import KINDS
from playbook.kinds.shared import BASES
from playbook.models import Address, Entry, Permission, State, User
from playbook.models.permission import ASKING, sight, visible, visible_with, who_reads
from playbook.search.engine import Fold
from playbook.search.source import NO_REVIEW, RELATED, REVIEW_BY

LABELS = {
    "kind": "Kind",
    "stage": "Stage",
    "persona": "Persona",
    "issue": "Issue",
    "competitor": "Competitor",
    "capability": "Capability",
    "segment": "Segment",
    "industry": "Industry",
    "tag": "Tag",
    "basis": "How we know",
    "state": "State",
}

Named = Mapping[str, tuple[str, str, bool]]  # slug → present slug, title, whether it is retired

MOST_VALUES = 50  # of a facet that are shown, and that can be chosen


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, what readers call it, how many entries have it, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the most frequent first."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


def folds() -> dict[str, Fold]:
    """Whether a review is due depends on the day, so the index knows only the date."""
    today = clock.now().date().isoformat()

    def state(review_by: str) -> str:
        due = review_by != NO_REVIEW and review_by < today
        return State.REVIEW_DUE.value if due else State.AGREED.value

    return {"state": Fold(REVIEW_BY, state)}


def known_facets(chosen: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What of a choice has a meaning."""
    return {
        name: tuple(dict.fromkeys(value for value in chosen[name] if value))[:MOST_VALUES]
        for name in LABELS
        if any(chosen.get(name, ()))
    }


def with_former_slugs(
    chosen: Mapping[str, tuple[str, ...]], *, reader: User | None
) -> dict[str, tuple[str, ...]]:
    """The choice with every slug that the chosen entries have or had: texts may name any of them.

    Slugs of an entry that the reader may not know of stand for themselves: what else it is called is
    hidden with it.
    """
    slugs = {value for name, values in chosen.items() if name in RELATED for value in values}
    if not slugs:
        return dict(chosen)
    other = aliased(Address)
    statement = (
        sa.select(Address.slug, other.slug)
        .join(other, other.entry_id == Address.entry_id)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(slugs), visible(reader))
    )
    names: dict[str, list[str]] = {}
    for slug, also in db.session.execute(statement):
        names.setdefault(slug, []).append(also)
    return {
        name: tuple(also for value in values for also in {value, *names.get(value, ())})
        if name in RELATED
        else values
        for name, values in chosen.items()
    }


def labelled(
    counts: Mapping[str, Mapping[str, int]], *, chosen: Mapping[str, tuple[str, ...]], entries: Named
) -> list[Facet]:
    """Facets in their order, leaving out those without a value."""
    shown = {name: {**dict.fromkeys(chosen.get(name, ()), 0), **counts.get(name, {})} for name in LABELS}
    return [
        Facet(name, label, values)
        for name, label in LABELS.items()
        if (values := tuple(_values(name, shown[name], chosen=chosen.get(name, ()), entries=entries)))
    ]


def related_slugs(
    counts: Mapping[str, Mapping[str, int]], *, chosen: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """The slugs of all entries that are values of a facet."""
    return {value for name in RELATED for value in (*chosen.get(name, ()), *counts.get(name, ()))}


def _values(
    name: str,
    counts: Mapping[str, int],
    *,
    chosen: Sequence[str],
    entries: Named,
) -> Iterable[FacetValue]:
    merged: Counter[str] = Counter()
    labels: dict[str, str] = {}
    picked: set[str] = set()
    for value, count in counts.items():
        slug, label, is_retired = (
            entries.get(value, (value, "", False)) if name in RELATED else (value, "", False)
        )
        if is_retired and value not in chosen:  # no list offers it any more
            continue
        merged[slug] += count
        labels[slug] = label or _label(name, value)
        if value in chosen:
            picked.add(slug)
    order = sorted(merged, key=lambda value: (value not in picked, -merged[value], labels[value]))
    return (
        FacetValue(value, labels[value], merged[value], value in picked)
        for value in sorted(order[:MOST_VALUES], key=lambda value: (-merged[value], labels[value]))
    )


def named_now(slugs: Iterable[str], *, reader: User | None) -> Named:
    """Present slug and title of the entries with these slugs that the reader may see, and whether they are retired."""
    asked = {"slugs": sorted(slugs), **who_reads(reader)}
    rows = db.session.execute(_titles(sight(reader)), asked)
    return {slug: (present, title, is_retired) for slug, present, title, is_retired in rows}


@cache
def _titles(permissions: frozenset[Permission]) -> sa.Executable:
    return (
        sa.select(Address.slug, Entry.slug, Entry.title, Entry.retired_at.is_not(None))
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(sa.bindparam("slugs", expanding=True)), visible_with(permissions, who=ASKING))
    )


def _label(name: str, value: str) -> str:
    if name == "kind" and value in KINDS:
        return KINDS[value].label
    if name == "basis":
        return dict(BASES).get(value, value)
    if name in RELATED:
        return value.replace("-", " ").capitalize()
    return value[:1].upper() + value[1:] if name == "state" else value
