"""The day on which an entry is due, as programs are told it."""

from __future__ import annotations

from collections.abc import Callable

import time_machine

from playbook import agreeing
from playbook.models import Answer
from playbook.work import saving
from tests.api.programs import Program
from tests.world import World

Programs = Callable[..., Program]


def test_a_review_moves_the_day_that_programs_are_told(world: World, program: Programs) -> None:
    with time_machine.travel("2026-03-03 09:00Z"):
        world.write("price", owner="cleo.marsh", review_by="2026-03-01")
        ask = program("milo").get
        before = ask("/entries/price")

        with world.context(), saving():
            entry = world.entry("price")
            agreeing.review(
                entry,
                Answer.STILL_TRUE,
                by=world.person("cleo"),
                hash=entry.newest.hash,
                evidence_on="2026-03-02",
            )

        after = ask("/entries/price")
        assert (before.json["review_by"], after.json["review_by"]) == ("2026-03-01", "2027-03-03")
        assert (before.json["state"], after.json["state"]) == ("review due", "agreed")
        assert before.headers["ETag"] != after.headers["ETag"]
        assert after.json["fields"]["review_by"] == "2026-03-01", "the text says what it said"
