from __future__ import annotations

from playbook.search import analysis
from playbook.search.analysis import analyse, term_of, terms_in
from playbook.search.text import PART


def test_endings_and_capitals_do_not_matter():
    assert {term_of(word) for word in ("objection", "Objections", "OBJECTION")} == {"object"}


def test_stop_words_are_not_indexed_but_keep_their_place():
    analysed = analyse("the cost of a close")

    assert analysed.positions == {"cost": [1], "close": [4]}
    assert analysed.length == 2


def test_the_department_is_not_the_pronoun():
    assert term_of("IT")
    assert term_of("it") == ""


def test_parts_of_a_text_do_not_touch():
    close, cost = analyse(PART.join(("close", "cost"))).positions.values()

    assert cost[0] - close[0] > analysis.MOST_APART


def test_a_word_without_an_end_is_cut():
    assert len(term_of("x" * 10_000)) == analysis.LONGEST_WORD


def test_memory_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr(analysis, "REMEMBERED_WORDS", 10)
    monkeypatch.setattr(analysis, "_terms", {})

    for number in range(1000):
        term_of(f"word{number}")

    assert len(analysis._terms) <= 10


def test_words_are_found_where_they_stand():
    assert list(terms_in("The closes, they slip")) == [("close", 4, 10), ("they", 12, 16), ("slip", 17, 21)]
