"""The journey: what buyers do, step by step, over our stages, and what serves each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint

from playbook.models import Entry, Permission, Surface, Version
from playbook.models.around import Relation, on_shelves, relations
from playbook.models.around_then import on_shelves_then, relations_then
from playbook.web.access import allow, reader
from playbook.web.as_of import asked_day, refuse_before_anything
from playbook.web.pages import page
from playbook.web.usage import served

bp = Blueprint("journey", __name__)

STEP, STAGE = "buying_step", "stage"

LANES = (
    ("qualifying_question", "Ask"),
    ("tough_question", "Expect"),
    ("story", "Tell"),
    ("planner", "Plan with"),
    ("collateral", "Send"),
    ("play", "Run"),
)


@dataclass
class Leg:
    """A buying step with the stages that follow it. Stages that follow none have a leg without a step."""

    step: Entry | None
    question: str = ""  # on the buyer's mind
    stages: list[Entry] = field(default_factory=list)
    people: list[Entry] = field(default_factory=list)
    lanes: dict[str, list[Entry]] = field(default_factory=lambda: {kind: [] for kind, _ in LANES})

    @property
    def serving(self) -> list[Entry]:
        return [entry for entries in self.lanes.values() for entry in entries]


@bp.get("/journey")
@allow(Permission.READ)
def show() -> Any:
    day = asked_day()
    if day is None:
        held = on_shelves((STEP, STAGE), reader=reader())
        links = relations([version for _, version in held], reader=reader())
    else:
        held = on_shelves_then((STEP, STAGE), reader=reader(), on=day)
        if not held:
            refuse_before_anything(day)
        links = relations_then([version for _, version in held], reader=reader(), on=day)
    legs = journey(held, links)
    told = [entry for leg in legs for entry in (*([leg.step] if leg.step else []), *leg.stages, *leg.serving)]
    answer = page(
        "journey/show.html",
        legs=legs,
        lanes=LANES,
        steps=[leg for leg in legs if leg.step],
    )
    if day is None:
        served(
            list(dict.fromkeys(entry.agreed_id for entry in told if entry.agreed_id)), surface=Surface.JOURNEY
        )
    return answer


def journey(held: Sequence[tuple[Entry, Version]], links: Iterable[Relation]) -> list[Leg]:
    """The legs in the buyer's order. Either end may say that a stage follows a step."""
    entries = {entry.id: entry for entry, _ in held}
    around: dict[int, list[Entry]] = {entry_id: [] for entry_id in entries}
    for link in links:
        if link.entry is not None and link.entry not in around[link.here]:
            around[link.here].append(link.entry)
    legs = [leg_of(entry, version, around) for entry, version in held if entry.kind_name == STEP]
    followed = {stage.id for leg in legs for stage in leg.stages}
    loose = [entry for entry in entries.values() if entry.kind_name == STAGE and entry.id not in followed]
    if loose:
        legs.append(filled(Leg(None, stages=loose), around))
    return legs


def leg_of(step: Entry, version: Version, around: dict[int, list[Entry]]) -> Leg:
    stages = sorted(
        (entry for entry in around[step.id] if entry.kind_name == STAGE and entry.id in around),
        key=lambda stage: (stage.place, stage.title),
    )
    question = version.fields.get("buyer_question")
    return filled(Leg(step, question if isinstance(question, str) else "", stages), around)


def filled(leg: Leg, around: dict[int, list[Entry]]) -> Leg:
    """Put into the lanes whatever stands around the step and its stages, each entry once."""
    for here in (*([leg.step] if leg.step else []), *leg.stages):
        for entry in around[here.id]:
            lane = leg.lanes.get(entry.kind_name)
            if entry.kind_name == "persona" and here is leg.step:
                lane = leg.people
            if lane is not None and entry not in lane:
                lane.append(entry)
    return leg
