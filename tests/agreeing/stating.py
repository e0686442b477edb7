"""A charter, and the entries that state what its rows say."""

from __future__ import annotations

from typing import Any

from tests.world import World

CHARTER = "agreement-eight-points"


def state(world: World, slug: str, *, by: str = "cleo", **given: Any) -> int:
    """A draft that Sales and Marketing can agree: who we sell to, with a pass mark of 60."""
    said: dict[str, Any] = {
        "title": slug.replace("-", " ").capitalize(),
        "summary": "Whom we sell to.",
        "owner": "milo.brandt",
        "fit": {"structural": ["Two sites"]},
        "must_have": ["Receipts"],
        "disqualifiers": ["No orders"],
        "audience": "internal",
        "review_by": "2030-01-01",
        "score": {"pass_mark": 60},
    }
    return world.write(slug, kind="icp", by=by, released=given.pop("released", False), **{**said, **given})


def agreed(world: World, slug: str, *, by: str = "cleo", **given: Any) -> None:
    """The same, signed by both."""
    state(world, slug, by=by, **given)
    world.propose(slug, by=by)
    world.agree(slug)


def charter(world: World, *rows: list[str], slug: str = CHARTER, **given: Any) -> None:
    """A charter in force, with a row for each list of entries that it names."""
    items = [
        {
            "id": number,
            "topic": f"Topic {number}",
            "term": f"Term {number}",
            "owed_by": "both",
            "stated_in": named,
        }
        for number, named in enumerate(rows, start=1)
    ]
    world.write(slug, kind="agreement", **{"title": "The charter", "items": items, **given})
