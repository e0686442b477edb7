from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.search.query import MOST_CHARACTERS, MOST_WORDS, Clause, Sign, clean, parse

HOSTILE = [
    "",
    "   ",
    "*",
    "*1",
    "w*",
    "[w TO x]",
    "{a TO b}",
    "lead~2",
    '"close cost"~99999',
    "acl:draft OR title:*",
    "(" * 3000 + "word" + ")" * 3000,
    " OR ".join(f"word{number}" for number in range(500)),
    '"' * 5000,
    "-minus",
    "-a -b -c",
    "+",
    "-",
    "+-+-+-word",
    '+"',
    '-"" +""',
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff word \ud800",
    "\u202eright to left",
    "\ufeffmark",
    "\U0010ffff",
    "e" + "\u0301" * 5000,
    "ﷺ" * 200,
    "İ" * 300,
    "x" * 100_000,
    "word " * 100_000,
    "'; DROP TABLE entry; --",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "%00%0a",
    "../../etc/passwd",
    "\U0001d518\U0001d52b \uff26\uff35\uff2c\uff2c",
    "价格 太高",
    "عروض الأسعار",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_whatever_is_typed_is_understood_as_at_most_sixteen_words(typed):
    understood = parse(typed)

    assert sum(len(clause.words) for clause in understood.clauses) <= MOST_WORDS
    assert len(str(understood)) <= 2 * MOST_CHARACTERS
    str(understood).encode()


@given(st.text(alphabet=st.characters(), max_size=400))
def test_no_text_is_an_error_and_understanding_it_again_changes_nothing(typed):
    understood = parse(typed)

    assert parse(str(understood)) == understood


@given(st.text(alphabet=st.characters(), max_size=400))
def test_cleaning_leaves_neither_controls_nor_halves_of_characters(typed):
    cleaned = clean(typed)

    cleaned.encode()
    assert len(cleaned) <= MOST_CHARACTERS
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


def test_quotes_plus_and_minus_are_all_the_language_there_is():
    assert parse('close +ledger -paper "cost of close" -"not that" +"but this"').clauses == (
        Clause(("close",)),
        Clause(("ledger",), Sign.MUST),
        Clause(("paper",), Sign.NOT),
        Clause(("cost", "of", "close")),
        Clause(("not", "that"), Sign.NOT),
        Clause(("but", "this"), Sign.MUST),
    )


def test_other_signs_only_part_words():
    assert parse("title:close* (month-end) [a TO b] lead~2") == parse("title close month end a TO b lead 2")


def test_a_quote_that_is_never_closed_quotes_the_rest():
    assert parse('so "it does not').clauses == (Clause(("so",)), Clause(("it", "does", "not")))


def test_a_plus_before_a_word_of_parts_asks_for_every_part():
    assert parse("+month-end").clauses == (Clause(("month",), Sign.MUST), Clause(("end",), Sign.MUST))


def test_stop_words_of_a_phrase_keep_their_place():
    assert parse('"cost of the close"').clauses[0].terms == (("cost", 0), ("close", 3))


def test_words_that_are_repeated_count_again():
    assert parse("close close").terms == ("close", "close")


def test_composed_and_decomposed_letters_are_the_same_word():
    assert parse("cafe\u0301") == parse("caf\u00e9")
