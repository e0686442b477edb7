from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from playbook.search.analysis import term_of, terms_in
from playbook.search.snippets import CHANGED_BY_ENDINGS, MORE, SIZE, Span, best_excerpt, excerpt, find, mark


def test_words_are_marked_whatever_their_ending():
    assert mark("Closing the close", {"close"}) == (
        Span("Closing", marked=True),
        Span(" the "),
        Span("close", marked=True),
    )


def test_the_part_with_most_different_words_is_shown():
    text = "close close close. " + "other words here " * 40 + "the close slips in audit " + "more words " * 40

    found = excerpt(text, {"close", "slip", "audit"})

    assert found.shows == 3
    assert [span.text for span in found.spans if span.marked] == ["close", "slips", "audit"]
    assert found.spans[0] == Span(MORE)
    assert found.spans[-1] == Span(MORE)


def test_without_the_words_the_beginning_is_shown():
    found = excerpt("word " * 100, {"absent"})

    assert found.shows == 0
    assert found.spans[0].text.startswith("word word")


def test_a_text_that_shows_more_is_preferred_to_one_that_comes_first():
    assert best_excerpt(["the close", "the close slips"], {"close", "slip"})[-1] == Span("slips", marked=True)


def test_nothing_is_shown_of_nothing():
    assert best_excerpt(["", ""], {"close"}) == ()


def test_markup_is_left_to_whoever_shows_it():
    assert mark("<b>close</b>", {"close"})[0] == Span("<b>")


@given(st.text(max_size=600), st.sets(st.sampled_from(["close", "a", "0", "é"])))
def test_spans_are_the_text_in_order_and_marks_are_words_looked_for(text, terms):
    found = excerpt(text, terms)

    shown = "".join(span.text for span in found.spans).strip(MORE)
    assert len(shown) <= SIZE + 64
    assert all({term for term, _, _ in terms_in(span.text)} & terms for span in found.spans if span.marked)
    assert (
        "".join(span.text for span in mark(text, terms)).split()
        == "".join(span.text for span in mark(text, set())).split()
    )


ENDINGS = """ies ied ying ing ingly ed edly eed y ly s es sses ency ancy ably ently izer ization ational ation ator
alism aliti alli fulness ousli ousness iveness iviti biliti bly ability ibility ogy ology fully lessly ative icate
iciti ical ful ness al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion e""".split()
STEMS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=6)
IRREGULAR = [
    "skis",
    "skies",
    "dying",
    "lying",
    "tying",
    "idly",
    "gently",
    "ugly",
    "early",
    "only",
    "singly",
    "news",
]


@given(st.builds("".join, st.tuples(STEMS, st.sampled_from(ENDINGS), st.sampled_from(["", "s", "ly", "ed"]))))
def test_an_ending_changes_at_most_two_letters_of_what_is_before_it(word):
    for whole in (word, *IRREGULAR):
        term = term_of(whole)
        assert whole.startswith(term[: max(len(term) - CHANGED_BY_ENDINGS, 1)]) or not term


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["Close", "closing", "a\u0130b", "_", "IT", "it"])).map(" ".join)
)
def test_words_are_found_as_if_every_word_were_read(text):
    terms = {"close", "it", "0", term_of("\u0130b")}

    assert find(text, terms) == [(start, end, term) for term, start, end in terms_in(text) if term in terms]
