"""What a claim said that is out of date: search still finds it, and shows it struck or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from time_machine import TimeMachineFixture

from playbook import search
from playbook.search.snippets import MORE, Passage, best_excerpt, in_force, passage_of
from tests.world import World

OLD = {"claim": "Saves nine kestrels a day", "source": "Survey of herons", "expires": "2026-05-31"}
NEW = {"claim": "Saves four kestrels a day", "source": "Survey", "expires": "2026-06-01"}


@pytest.fixture(autouse=True)
def first_of_june(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-06-01T12:00:00Z", tick=False)


def question(world: World, **fields: Any) -> None:
    world.write(
        "slow",
        kind="tough_question",
        title="Is it slow?",
        **{"category": "timing", "answer_30s": "Ask your dock.", "body": "Nothing about it.\n", **fields},
    )


def found(world: World, words: str) -> search.Hit:
    with world.context():
        [hit] = search.search(words, reader=world.person("ana")).hits
    return hit


def struck(hit: search.Hit) -> str:
    return "".join(span.text for span in hit.snippet if span.expired)


def kept(hit: search.Hit) -> str:
    return "".join(span.text for span in hit.snippet if not span.expired)


def test_the_words_of_an_expired_claim_are_found_and_struck(world: World) -> None:
    question(world, evidence=[OLD])

    hit = found(world, "nine kestrels")

    assert struck(hit).startswith("Saves nine kestrels a day")
    assert [span.text for span in hit.snippet if span.marked] == ["nine", "kestrels"]
    assert "kestrels" not in kept(hit)
    assert hit.expired_claims == 1


def test_its_source_is_struck_with_it(world: World) -> None:
    question(world, evidence=[OLD])

    assert "herons" in struck(found(world, "herons"))


def test_of_two_claims_only_the_expired_one_is_struck(world: World) -> None:
    question(world, evidence=[NEW, OLD])

    hit = found(world, "kestrels")

    assert "nine" in struck(hit)
    assert "four" not in struck(hit)
    assert "four kestrels" in kept(hit)


def test_a_claim_is_struck_from_the_day_after_with_no_word_to_the_index(
    world: World, time_machine: TimeMachineFixture
) -> None:
    question(world, evidence=[NEW])
    assert struck(found(world, "four kestrels")) == ""

    time_machine.move_to("2026-06-02T00:00:00Z", tick=False)

    assert "four kestrels" in struck(found(world, "four kestrels"))


def test_the_same_words_elsewhere_in_the_entry_are_not_struck(world: World) -> None:
    question(world, evidence=[OLD], body="Saves nine kestrels a day, we once thought.\n")

    hit = found(world, "nine kestrels")

    assert struck(hit) == ""
    assert hit.expired_claims == 1


def test_an_expired_price_is_struck_in_a_snippet(world: World) -> None:
    world.write(
        "paperlane",
        kind="competitor",
        title="Paperlane",
        one_thing_to_say="Match your worst supplier.",
        pricing={"text": "Ten kestrels a page", "source": "Their page", "expires": "2025-01-01"},
    )

    assert "Ten kestrels a page" in struck(found(world, "kestrels"))


def test_words_of_a_renewed_claim_stand(world: World) -> None:
    question(world, evidence=[OLD])
    world.revise("slow", evidence=[{**OLD, "expires": "2027-05-31"}])

    hit = found(world, "nine kestrels")

    assert struck(hit) == ""
    assert hit.expired_claims == 0


def test_plain_words_leave_out_what_is_out_of_date(world: World) -> None:
    question(world, evidence=[NEW, OLD])

    words = in_force(found(world, "kestrels").snippet)

    assert "four kestrels" in words
    assert "nine" not in words
    assert words.count(MORE) <= 2


@pytest.mark.parametrize(
    "evidence",
    [
        "a word",
        ["words", {"claim": ["odd"], "expires": ["2020-01-01"]}],
        [{"claim": "x", "expires": "soon"}],
        7,
    ],
)
def test_odd_claims_in_a_note_are_shown_as_they_are(world: World, evidence: Any) -> None:
    world.write("odd", body="Kestrel.\n", evidence=evidence)

    assert struck(found(world, "kestrel")) == ""


pieces = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.booleans()), max_size=8
)


@given(pieces, st.sets(st.sampled_from(["close", "a", "é", "0"])))
def test_what_is_struck_is_what_was_said_to_be_expired(
    given_pieces: list[tuple[str, bool]], terms: set[str]
) -> None:
    passage = passage_of(given_pieces)

    spans = best_excerpt([passage], terms)

    shown = "".join(span.text for span in spans).strip(MORE)
    whole = " ".join(passage.text.split())
    assert " ".join(shown.split()) in " ".join(whole.split()) or not shown
    expired = " ".join(passage.text[first:last] for first, last in passage.expired)
    assert all(word in expired for span in spans if span.expired for word in span.text.split())
    if not any(is_expired for _, is_expired in given_pieces):
        assert not any(span.expired for span in spans)
    if spans and all(is_expired for words, is_expired in given_pieces if words.split()):
        assert not any(span.text.strip(f"{MORE} ") for span in spans if not span.expired)


def test_a_passage_knows_where_its_pieces_stand() -> None:
    assert passage_of([("one", False), ("  ", True), ("two\nthree", True), ("four", False)]) == Passage(
        "one two three four", ((4, 13),)
    )
