"""What a result shows beside its title: for whom and when it is, how far to trust it, the answer itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from playbook.kinds import Kind
from playbook.kinds.answering import Answer, answer_of
from playbook.kinds.reading import references
from playbook.models import Entry, Permission, State, User
from playbook.models.shown import Hands, hands
from playbook.search import Facet, Hit, Results
from playbook.web.finding.asked import Asked
from playbook.web.finding.names import short
from playbook.web.pages import day

MOST_NAMES = 3  # in one phrase


class Trust(NamedTuple):
    """The state of an entry, who signed what readers see, since when or why, whom the rule asked, why it is seen."""

    state: str
    signed: tuple[str, ...]
    note: str
    needs: tuple[str, ...]
    ground: str = ""


@dataclass(frozen=True)
class Result:
    """One result. `related` are short phrases: for whom it is, when it comes up."""

    hit: Hit
    related: tuple[str, ...]
    answer: Answer | None


def results(asked: Asked, found: Results) -> list[Result]:
    """The results; where words were asked for, the first of all with its answer, if it gives one."""
    names = _names(found.facets)
    return [
        Result(
            hit,
            tuple(_related(hit.entry.kind, hit.version.fields, names)),
            answer_of(hit.entry.kind, hit.version.fields) if asked.words and hit.position == 1 else None,
        )
        for hit in found.hits
    ]


def trusts(entries: Collection[Entry], *, reader: User) -> dict[int, Trust]:
    """How far to trust each entry, by its id.

    A newer version that waits takes nothing from the one in force, and only those who write hear of it.
    """
    writes = reader.can(Permission.REVISE)
    held = hands(entries)
    return {entry.id: _trust(entry, held[entry.id], writes=writes) for entry in entries}


def _trust(entry: Entry, held: Hands, *, writes: bool) -> Trust:
    if entry.agreed_id is None:
        state = State.DRAFT if entry.proposed_id is None else State.PROPOSED
        return Trust(state.value, (), "", held.needs)
    if entry.is_review_due and entry.review_by:
        return Trust(
            State.REVIEW_DUE.value, held.signed, f"since {day(entry.review_by)}", held.needs, held.ground
        )
    note = ""
    if writes and entry.latest_id != entry.agreed_id:
        note = "a change is proposed" if entry.proposed_id is not None else "a newer draft waits"
    return Trust(State.AGREED.value, held.signed, note, held.needs, held.ground)


def _names(facets: Iterable[Facet]) -> dict[str, dict[str, str]]:
    """What the personas and the stages of all results are called, by their slugs."""
    values = {facet.name: facet.values for facet in facets}
    return {
        name: {value.value: short(value.label) for value in values.get(name, ())}
        for name in ("persona", "stage")
    }


def _related(kind: Kind, fields: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> list[str]:
    targets = dict.fromkeys(reference.target for reference in references(kind, fields))
    phrases = []
    for name, known in names.items():
        said = [known[target] for target in targets if target in known]
        if said and kind.name != name:
            phrases.append(", ".join(said[:MOST_NAMES]) + (" …" if len(said) > MOST_NAMES else ""))
    return phrases
