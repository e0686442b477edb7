"""What the results can be narrowed by, and what they are narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from playbook.kinds import KINDS
from playbook.search import Facet, Results
from playbook.web.finding.asked import Asked
from playbook.web.finding.names import short

# The others wait behind one word: nobody reads eleven lists before the first result.
ALWAYS_SHOWN = frozenset({"kind", "stage", "persona", "issue", "state"})


@dataclass(frozen=True)
class Row:
    """One box to tick."""

    id: str
    value: str
    label: str
    count: int
    checked: bool
    icon: str


@dataclass(frozen=True)
class Box:
    """A facet with its boxes."""

    name: str
    label: str
    rows: tuple[Row, ...]

    @property
    def always(self) -> bool:
        """Whether it stands beside the results without being asked for."""
        return self.name in ALWAYS_SHOWN or any(row.checked for row in self.rows)


@dataclass(frozen=True)
class Chip:
    """One thing chosen, and the address without it."""

    label: str
    icon: str
    without: str


def boxes(found: Results) -> list[Box]:
    """The facets that would narrow these results, or do already."""
    return [
        Box(facet.name, facet.label, _rows(facet)) for facet in found.facets if _narrows(facet, found.total)
    ]


def chips(asked: Asked, found: Results) -> list[Chip]:
    """What is chosen, in the order of the facets."""
    labels = {
        (facet.name, value.value): _label(facet.name, value.label)
        for facet in found.facets
        for value in facet.values
    }
    return [
        Chip(labels.get((name, value), value), _icon(name, value), asked.without(name, value).address)
        for name, values in asked.facets.items()
        for value in values
    ]


def _narrows(facet: Facet, total: int) -> bool:
    return any(value.chosen or 0 < value.count < total for value in facet.values)


def _rows(facet: Facet) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"{facet.name}-{value.value}".replace(" ", "_"),
            value.value,
            _label(facet.name, value.label),
            value.count,
            value.chosen,
            _icon(facet.name, value.value) if facet.name == "kind" else "",
        )
        for value in facet.values
        if value.count or value.chosen
    )


def _label(facet: str, label: str) -> str:
    return short(label) if facet == "persona" else label


def _icon(facet: str, value: str) -> str:
    kind = KINDS.get(value if facet == "kind" else facet)
    return kind.icon if kind else "list-filter"
