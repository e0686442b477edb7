from __future__ import annotations

import pytest

from tests.search.texts import EVERYONE, MARK, text


@pytest.fixture
def titles(engine):
    engine.rebuild(
        [
            text(1, "Month-end close slips"),
            text(2, "The cost of a late close"),
            text(3, "Closing a deal"),
            text(4, "Clothes", readers=("owner:ana",)),
            text(5, "Coste\u0301 and CLOSE"),
        ],
        mark=MARK,
    )
    return lambda prefix, tokens=EVERYONE, limit=8: [
        completion.entry_id for completion in engine.complete(prefix, tokens=tokens, limit=limit)
    ]


def test_the_last_word_may_be_only_begun(titles):
    assert titles("clos") == [1, 2, 5, 3]
    assert titles("late cl") == [2]


def test_words_before_the_last_are_whole(titles):
    assert titles("lat clo") == []


def test_hidden_titles_are_not_completed(titles):
    assert 4 not in titles("clo")
    assert titles("clot", frozenset({"owner:ana"})) == [4]


def test_nothing_typed_completes_nothing(titles):
    assert titles("") == titles(" - ") == titles("\ud800") == []


def test_no_more_than_wanted(titles):
    assert titles("c", limit=2) == titles("c")[:2]


def test_replaced_titles_are_forgotten(engine, titles):
    engine.put([text(3, "Signing a deal")], mark=MARK)

    assert titles("closing") == []
    assert titles("sign") == [3]
