"""What is past its review day gives way a little, and is never hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from playbook import agreeing, search
from playbook.models import Answer
from playbook.search.ageing import FULLY_AGED_AFTER, ageing, kept
from playbook.search.engine import Hits
from playbook.work import saving
from tests.search.texts import MARK, question, text
from tests.world import World

TODAY = date(2026, 3, 3)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def ranked(engine, words: str, *texts, today: date = TODAY) -> Hits:
    engine.rebuild(texts, mark=MARK)
    return engine.search(replace(question(words), ageing=ageing(today)))


def due(entry_id: int, title: str, body: str, review_by: str | None):
    return text(entry_id, title, body, facets={"review_by": (review_by or "never",)})


@given(days, st.integers(0, 3000))
def test_an_entry_keeps_all_until_it_is_due_then_less_each_day_and_never_less_than_four_fifths(
    today: date, overdue: int
) -> None:
    day, before = (today - timedelta(days=each) for each in (overdue, overdue + 1))

    assert kept(today.isoformat(), today=today) == 1
    assert kept((today + timedelta(days=overdue)).isoformat(), today=today) == 1
    assert 0.8 <= kept(before.isoformat(), today=today) <= kept(day.isoformat(), today=today) <= 1
    assert kept((today - timedelta(days=FULLY_AGED_AFTER)).isoformat(), today=today) == pytest.approx(0.8)


@pytest.mark.parametrize("odd", ["never", "soon", "2026-02-30", "", "２０２６-01-01"])
def test_a_day_that_is_none_takes_nothing(odd: str) -> None:
    assert kept(odd, today=TODAY) == 1


def test_of_two_that_fit_alike_the_one_that_was_looked_at_comes_first(engine) -> None:
    answer = ranked(
        engine,
        "price",
        due(1, "one", "price", "2025-12-01"),
        due(2, "two", "price", "2026-05-01"),
        due(3, "six", "price", None),
    )

    assert [hit.entry_id for hit in answer.hits] == [2, 3, 1]
    assert answer.total == 3, "nothing is hidden"
    assert answer.hits[2].score == pytest.approx(answer.hits[0].score * (1 - 0.2 * 92 / 365))


def test_the_longest_overdue_that_is_about_the_words_stays_before_what_only_mentions_them(engine) -> None:
    filler = "ledger " * 30
    answer = ranked(
        engine,
        "price",
        due(1, "price", "price list", "2010-01-01"),
        due(2, "other", f"{filler} price", "2026-05-01"),
    )

    assert [hit.entry_id for hit in answer.hits] == [1, 2]


def test_the_day_after_it_was_due_moves_hardly_anything(engine) -> None:
    texts = (due(1, "one", "price", "2026-03-02"), due(2, "two", "price ledger slip audit", "2026-05-01"))

    assert [hit.entry_id for hit in ranked(engine, "price", *texts).hits] == [1, 2]


def test_without_words_the_newest_come_first_however_old_their_review(engine) -> None:
    texts = [
        replace(due(1, "one", "", "2010-01-01"), at=datetime(2026, 2, 1, tzinfo=UTC)),
        due(2, "two", "", None),
    ]

    assert [hit.entry_id for hit in ranked(engine, "", *texts).hits] == [1, 2]


def test_looking_again_brings_an_entry_back_up_and_keeps_the_index_true(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC)):
        world.write("old", title="One", body="The price.\n", review_by="2025-03-01", owner="cleo.marsh")
        world.write("new", title="Two", body="The price.\n", review_by="2026-05-01", owner="cleo.marsh")
        assert found(world) == ["new", "old"]

        with world.context(), saving():
            entry = world.entry("old")
            agreeing.review(
                entry,
                Answer.STILL_TRUE,
                by=world.person("cleo"),
                hash=entry.newest.hash,
                evidence_on="2026-03-01",
            )

        assert found(world) == ["old", "new"]
        with world.context():
            assert search.check() == []
            assert states(world) == {"agreed": 2}


def found(world: World) -> list[str]:
    with world.context():
        hits = search.search("price", reader=world.person("ana")).hits
        return [hit.entry.slug for hit in hits]


def states(world: World) -> dict[str, int]:
    facets = search.search("price", reader=world.person("ana")).facets
    [state] = [facet for facet in facets if facet.name == "state"]
    return {value.value: value.count for value in state.values}
