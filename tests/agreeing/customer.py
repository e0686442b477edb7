"""An ideal customer, which Sales and Marketing have to sign, with all that an agreement needs."""

from __future__ import annotations

from typing import Any

from tests.world import World

READY: dict[str, Any] = {
    "summary": "Two plants or more",
    "owner": "cleo.marsh",
    "audience": "internal",
    "review_by": "2030-01-01",
    "fit": {"structural": ["Two sites"]},
    "must_have": ["Receipts"],
    "disqualifiers": ["No orders"],
    "score": {"structural": 40, "pass_mark": 60},
}


def customer(world: World, slug: str = "plants", *, by: str = "cleo", **fields: Any) -> None:
    """One that readers see."""
    world.write(slug, kind="icp", by=by, **{**READY, **fields})


def proposed(world: World, slug: str = "plants", *, by: str = "cleo", **fields: Any) -> None:
    """A first version that waits for its signatures."""
    world.write(slug, kind="icp", by=by, released=False, **{**READY, **fields})
    world.propose(slug, by=by)


def change(world: World, slug: str = "plants", *, by: str = "cleo", note: str = "", **fields: Any) -> None:
    """A newer version that waits for its signatures; a pass mark of 65 where nothing else is said."""
    fields = fields or {"score": {**READY["score"], "pass_mark": 65}}
    world.revise(slug, by=by, released=False, note=note, **fields)
    world.propose(slug, by=by)


def hash_of(world: World, slug: str = "plants") -> str:
    """The hash of the newest version."""
    with world.context():
        return world.entry(slug).newest.hash
