"""Claims: whether somebody is named who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playbook.kinds.claims import claims_of
from playbook.kinds.kind import Kind
from playbook.kinds.lints.advice import Advice

NO_SOURCE = "Nobody is named who says so. Name the source, or take it out."
WHAT_TO_DO = {
    "fact": "This is called a fact, and no source is named. Name it, or call it an assumption and say whose.",
    "inference": "Name what this is inferred from.",
    "assumption": "Name whose assumption this is.",
}


def advice(kind: Kind, fields: Mapping[str, Any], body: str) -> Iterator[Advice]:
    """Which claims have no source."""
    for claim in claims_of(kind, fields):
        if claim.asks_source and not claim.source:
            yield Advice("claims", f"{claim.path}.source", WHAT_TO_DO.get(claim.label, NO_SOURCE))
