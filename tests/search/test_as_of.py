from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
import pytest
import time_machine

from playbook import search
from playbook.models.erasure import erase_for_good
from playbook.search import as_of
from playbook.search.as_of import the_past
from playbook.search.leaf import MemoryLeaf, Vocabulary
from playbook.search.packed import PackedLeaf
from playbook.search.results import Results
from playbook.work import saving
from tests.search.texts import text
from tests.world import World

WORDS = "price plant close invoice match receipt ledger audit buyer owner".split()


@contextmanager
def at(day: int) -> Iterator[None]:
    """That day of March 2026, at noon."""
    with time_machine.travel(f"2026-03-{day:02}T12:00:00Z", tick=False):
        yield


def find(world: World, words: str, day: int | None = None, who: str = "ana", **facets: list[str]) -> Results:
    with world.context():
        on = date(2026, 3, day) if day is not None else None
        return search.search(words, reader=world.person(who), facets=facets, as_of=on)


def held(world: World) -> tuple[int, int]:
    """How many leaves and how many versions the process holds of other days."""
    with world.context():
        past = the_past()
        return len(past._leaves), sum(len(leaf.cards) for leaf in past._leaves)


def write_many(world: World, count: int = 12) -> None:
    chance = random.Random(7)
    world.write("cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    for number in range(count):
        said = " ".join(chance.choices(WORDS, k=30))
        world.write(
            f"note-{number}",
            title=" ".join(chance.sample(WORDS, 2)),
            body=f"{said}.\n",
            tags=chance.sample(WORDS, 1),
            personas=["cfo"] if number % 2 else [],
            review_by=f"2026-03-{10 + number % 5}",
        )


@pytest.mark.parametrize("words", ["price", "price plant", '"close invoice"', "-audit", "+match ledger", ""])
def test_a_search_of_today_and_of_this_day_are_the_same(world: World, words: str) -> None:
    with at(12):
        write_many(world)
        today, then = find(world, words), find(world, words, 12)
        narrowed = find(world, words, persona=["cfo"]), find(world, words, 12, persona=["cfo"])

    for one, other in ((today, then), narrowed):
        assert one.total == other.total
        assert [hit.entry.slug for hit in one.hits] == [hit.entry.slug for hit in other.hits]
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits])
        assert [hit.snippet for hit in one.hits] == [hit.snippet for hit in other.hits]
        assert one.facets == other.facets


def test_a_text_is_analysed_once_however_many_days_ask_for_it(world: World) -> None:
    with at(2):
        write_many(world, 4)
    with at(5):
        world.revise("note-1", body="Other words.\n")

    find(world, "price", 3)
    assert held(world) == (1, 5)
    for day in (2, 3, 4):
        find(world, "price", day, who="milo")
    assert held(world) == (1, 5)
    find(world, "price", 5)
    assert held(world) == (2, 6)
    assert find(world, "price", 3).total == find(world, "price", 4).total


def test_it_starts_over_when_it_holds_too_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_of, "MOST_LEAVES", 2)
    with at(2):
        world.write("price", body="Price one.\n")
    for day in (4, 6, 8):
        with at(day):
            world.revise("price", body=f"Price {day}.\n")

    for day, said in ((2, "one"), (4, "4"), (6, "6"), (8, "8")):
        assert find(world, said, day).total == 1
    assert held(world)[0] <= 2


def test_what_is_erased_is_held_no_longer(world: World) -> None:
    with at(2):
        world.write("price", body="Xylograph.\n")
        world.write("other")
    assert find(world, "xylograph", 3).total == 1
    with world.context(), saving():
        entry = world.entry("price")
        erase_for_good(entry, by=world.person("ada"), reason="Asked for by letter.", typed="price")

    assert find(world, "xylograph", 3).total == 0
    assert held(world) == (1, 1)


def test_scores_tell_nothing_about_what_the_asker_may_not_know(world: World) -> None:
    with at(2):
        world.write("price", body="Price price plant.\n")
        world.write("plant", body="A plant of some kind.\n")
    before = find(world, "price plant", 3)
    with at(2):
        for number in range(5):
            world.write(
                f"hidden-{number}",
                by="dana",
                audience="restricted",
                owner="dana.okafor",
                body="Price price.\n",
            )
            world.write(f"draft-{number}", by="dana", released=False, body="Price price.\n")

    for who in ("ana", "cleo"):
        after = find(world, "price plant", 3, who=who)
        assert after.total == before.total
        assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]
        assert after.facets == before.facets
    assert find(world, "price", 3, who="dana").total == 6


def test_packed_texts_say_what_texts_in_memory_say() -> None:
    chance = random.Random(3)
    texts = [
        text(
            number,
            " ".join(chance.sample(WORDS, 2)),
            " ".join(chance.choices(WORDS, k=40)),
            version_id=number,
        )
        for number in range(1, 30)
    ]
    packed, plain = PackedLeaf(texts, Vocabulary()), MemoryLeaf(texts, Vocabulary())

    for field in ("text", "title"):
        for word in [*WORDS, "nowhere"]:
            one, other = packed.postings(field, word), plain.postings(field, word)
            for name in ("rows", "frequencies", "positions"):
                assert np.array_equal(getattr(one, name), getattr(other, name))
                assert getattr(one, name).dtype == getattr(other, name).dtype
    assert np.array_equal(packed.cards.version_ids, plain.cards.version_ids)
