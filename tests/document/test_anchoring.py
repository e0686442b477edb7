"""A passage that somebody pointed to is found again, or said to have moved or gone, whatever became of the text."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playbook.document.anchoring import AROUND, Anchors, Found, Passage, Place, find

TEXT = """Ask how the month closes before you show anything.
Pass mark 60 of 100, agreed by both teams in May.
Below it the lead goes back with a reason, and nobody argues about it.
The price objection comes in the second call, mostly from the controller."""

# Words that no other paragraph has, so that what is found can only be the passage itself.
WORDS = [
    f"{first}{second}{n}"
    for n in range(20)
    for first in ("lead", "price", "call")
    for second in ("er", "ing")
]


def passage(words: str, text: str = TEXT) -> Passage:
    start = text.index(words)
    return Passage.at(text, start, start + len(words))


def words_at(text: str, found: Found) -> str:
    return text[found.start : found.end]


@st.composite
def paragraphs(draw: st.DrawFn) -> list[str]:
    """Two to eight paragraphs of at least sixty characters, no word twice."""
    words = iter(draw(st.permutations([f"{word}x{n}" for n in range(2) for word in WORDS])))
    count = draw(st.integers(3, 8))
    return [" ".join(next(words) for _ in range(draw(st.integers(12, 24)))) for _ in range(count)]


def test_a_passage_keeps_the_words_around_it() -> None:
    found = passage("Pass mark 60 of 100")

    assert found.before == TEXT[: TEXT.index("Pass")][-AROUND:]
    assert found.after.startswith(", agreed by both")
    assert len(found.before) == len(found.after) == AROUND


def test_an_unchanged_text_has_the_passage_where_it_was() -> None:
    found = Anchors(TEXT).find(passage("the second call"))

    assert found.place is Place.EXACT
    assert words_at(TEXT, found) == "the second call"


def test_the_same_words_elsewhere_are_told_apart_by_what_stands_around_them() -> None:
    text = "First the price, then the scope. Nothing else matters here. Last the price, and then the date."
    second = Passage.at(text, text.rindex("the price"), text.rindex("the price") + len("the price"))

    assert Anchors(text).find(second).start == text.rindex("the price")
    assert Anchors("Before all this. " + text).find(second).start == len("Before all this. ") + text.rindex(
        "the price"
    )


def test_a_reworded_passage_has_moved() -> None:
    now = TEXT.replace(
        "Pass mark 60 of 100, agreed by both teams", "Pass mark 65 of 100, agreed by both teams"
    )

    found = Anchors(now).find(passage("Pass mark 60 of 100, agreed by both"))

    assert (found.place, words_at(now, found)) == (Place.MOVED, "Pass mark 65 of 100, agreed by both")


def test_a_passage_between_other_words_has_moved() -> None:
    now = TEXT.replace("The price objection", "That objection").replace("mostly from", "rarely from")

    found = Anchors(now).find(passage("comes in the second call"))

    assert (found.place, words_at(now, found)) == (Place.MOVED, "comes in the second call")


def test_a_passage_that_was_replaced_is_gone() -> None:
    now = TEXT.replace("Pass mark 60 of 100", "There is no such number any more")

    assert Anchors(now).find(passage("Pass mark 60 of 100")) == Found(0, 0, Place.GONE)


def test_a_short_word_that_stands_elsewhere_too_does_not_count_as_the_passage() -> None:
    now = TEXT.replace("mostly from the controller", "")

    assert Anchors(now).find(passage("from the")).place is Place.GONE


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        ("Pass  mark\n60 of 100", "Pass mark 60 of 100"),
        ("pass mark 60", "Pass mark 60"),
        ("argues about it. The price", "argues about it.\nThe price"),
    ],
)
def test_words_copied_from_the_page_are_found_though_spaces_differ(seen: str, kept: str) -> None:
    found = Anchors(TEXT).locate(seen)

    assert words_at(TEXT, found) == kept


def test_of_two_places_the_one_is_meant_whose_surroundings_were_sent() -> None:
    text = "We say the price early. Much later they hear the price again, and then they sign."

    found = Anchors(text).locate("the price", before="later they hear ", after=" again,")

    assert found.start == text.rindex("the price")


@pytest.mark.parametrize("words", ["", "  \n ", "words that stand nowhere"])
def test_what_is_not_in_the_text_is_found_nowhere(words: str) -> None:
    assert Anchors(TEXT).locate(words).place is Place.GONE
    assert find(words, "", "", TEXT).place is Place.GONE


@given(paragraphs(), st.data())
def test_an_edit_elsewhere_leaves_a_passage_exactly_where_it_was(
    pieces: list[str], data: st.DataObject
) -> None:
    text = "\n".join(pieces)
    which = data.draw(st.integers(0, len(pieces) - 1))
    # Away from the ends of its paragraph, so that what stands around it belongs to the paragraph too.
    begins = text.index(pieces[which])
    start = data.draw(st.integers(begins + AROUND, begins + len(pieces[which]) - AROUND - 1))
    end = data.draw(st.integers(start + 1, begins + len(pieces[which]) - AROUND))
    chosen = Passage.at(text, start, end)
    assume(chosen.quote.strip())
    others = [place for place in range(len(pieces)) if place != which]
    changed = data.draw(st.sampled_from(others))
    now = "\n".join("something else" if place == changed else piece for place, piece in enumerate(pieces))

    found = Anchors(now).find(chosen)

    assert (found.place, words_at(now, found)) == (Place.EXACT, chosen.quote)


@given(paragraphs(), st.data())
def test_a_paragraph_that_was_moved_has_moved(pieces: list[str], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(pieces) - 1))
    to = data.draw(st.integers(0, len(pieces) - 2).filter(lambda place: place != which))
    chosen = passage(pieces[which], "\n".join(pieces))
    left = pieces[:which] + pieces[which + 1 :]
    now = "\n".join([*left[:to], pieces[which], *left[to:]])

    found = Anchors(now).find(chosen)

    assert (found.place, words_at(now, found)) == (Place.MOVED, chosen.quote)


@given(paragraphs(), st.data())
def test_a_paragraph_that_was_taken_out_is_gone(pieces: list[str], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(pieces) - 1))
    chosen = passage(pieces[which], "\n".join(pieces))

    assert Anchors("\n".join(pieces[:which] + pieces[which + 1 :])).find(chosen).place is Place.GONE


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=40), st.text(max_size=400))
def test_whatever_is_looked_for_the_answer_lies_in_the_text_and_is_always_the_same(
    quote: str, before: str, after: str, text: str
) -> None:
    found = find(quote, before, after, text)

    assert 0 <= found.start <= found.end <= len(text)
    assert (found.start == found.end) == (found.place is Place.GONE)
    assert find(quote, before, after, text) == found


@given(st.text(alphabet="aAbİß \n\t", max_size=80), st.data())
def test_whatever_is_copied_from_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    copied = text[start:end]

    found = Anchors(text).locate(copied)

    assert " ".join(words_at(text, found).split()).lower() == " ".join(copied.split()).lower()


def test_texts_made_to_take_long_are_answered_all_the_same() -> None:
    for text, quote in (
        ("ab " * 40_000, "ab " * 150 + "c"),
        ("a" * 100_000, "a" * 499 + "b"),
        ("a " * 60_000, "a " * 200 + "b"),
    ):
        anchors = Anchors(text)
        for _ in range(20):
            assert anchors.find(Passage(quote, "x" * AROUND, "y" * AROUND)).place is not Place.EXACT
        assert anchors.locate(quote).place is Place.GONE
