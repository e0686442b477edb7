from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import fields, query, scoring
from whoosh.filedb.filestore import RamStorage

from playbook.search import bm25
from playbook.search.analysis import analyse
from playbook.search.schema import Words
from playbook.search.stock import Positions
from playbook.search.whoosh_engine import WhooshEngine
from tests.search.texts import MARK, Reference, question, text

WORDS = ["close", "cost", "ledger", "price", "slip", "the", "of", "audit", "closing"]
FACETS = {"kind": ["story", "lesson"], "stage": ["proof", "scoping", "discovery"]}
TOKENS = ["everyone", "owner:ana", "administrators"]

said = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


@st.composite
def collections(draw):
    """Up to twelve texts, and the same again with some of them revised."""
    made = [
        text(
            number,
            draw(said),
            draw(said),
            readers=tuple(draw(st.sets(st.sampled_from(TOKENS), min_size=1, max_size=2))),
            facets={
                facet: tuple(draw(st.sets(st.sampled_from(values), max_size=2)))
                for facet, values in FACETS.items()
            },
            days=draw(st.integers(0, 3)),
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    ]
    return made


clauses = st.tuples(
    st.sampled_from(["", "", "", "+", "-"]),
    st.one_of(st.sampled_from(WORDS), said.map(lambda words: f'"{words}"')),
).map("".join)
typed = st.lists(clauses, max_size=4).map(" ".join)
choices = st.fixed_dictionaries(
    {},
    optional={
        facet: st.sets(st.sampled_from([*values, "unknown"]), max_size=2).map(tuple)
        for facet, values in FACETS.items()
    },
)
askers = st.sets(st.sampled_from(TOKENS), max_size=2)


@given(collections(), typed, choices, askers, st.data())
def test_answers_are_those_of_the_definition(texts, words, chosen, tokens, data):
    asked = question(words, tokens=tokens, chosen=chosen)
    replaced = data.draw(st.lists(st.sampled_from(texts), unique_by=id, max_size=3))
    removed = data.draw(st.lists(st.sampled_from(texts), unique_by=id, max_size=2))
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder) / "index")
        engine.rebuild([text(other.entry_id, "old words", "ledger slip") for other in replaced], mark=MARK)
        engine.put(texts, mark=MARK)
        engine.put([], remove=[other.entry_id for other in removed], mark=MARK)

        answer = engine.search(asked)

    reference = Reference([text for text in texts if text not in removed], asked)
    assert [hit.entry_id for hit in answer.hits] == reference.order()
    assert answer.total == len(reference.order())
    assert answer.facets == reference.facets()
    by_id = {text.entry_id: text for text in texts}
    for hit in answer.hits:
        assert hit.score == pytest.approx(reference.score(by_id[hit.entry_id]))


class LuceneBM25F(scoring.BM25F):
    """Whoosh's own scorer with the idf we use."""

    def idf(self, searcher, fieldname, term):
        return bm25.idf(searcher.doc_count_all(), searcher.doc_frequency(fieldname, term))


class StockWords(Words):
    """The same words in Whoosh's own format."""

    def index(self, value, **_):
        for term, positions in value.positions.items():
            yield term.encode(), len(positions), float(len(positions)), Positions().encode(positions)


def test_scores_are_those_of_whooshs_own_scorer(engine):
    # Whoosh rounds lengths over ten words, so these are shorter.
    texts = [
        text(1, "close cost", "ledger close slip"),
        text(2, "ledger", "audit audit price close"),
        text(3, "price of ledger", "slip"),
        text(4, "audit", "price"),
        text(5, "close close", "close"),
    ]
    stock = RamStorage().create_index(fields.Schema(text=StockWords(), title=StockWords(), id=fields.STORED))
    writer = stock.writer()
    for known in texts:
        writer.add_document(text=analyse(known.words), title=analyse(known.title), id=known.entry_id)
    writer.commit()
    engine.rebuild(texts, mark=MARK)

    for words in ("close", "close ledger", "price audit slip cost", "closing audits"):
        asked = question(words)
        terms = [
            query.Term(field, term, boost=bm25.WEIGHT[field])
            for term in asked.query.terms
            for field in bm25.FIELDS
        ]
        with stock.searcher(weighting=LuceneBM25F(B=bm25.B, K1=bm25.K1)) as searcher:
            expected = {
                hit["id"]: hit.score for hit in searcher.search(query.Or(terms), limit=None, optimize=False)
            }

        answer = engine.search(asked)

        assert {hit.entry_id: hit.score for hit in answer.hits} == pytest.approx(expected, abs=1e-4)
        assert [hit.entry_id for hit in answer.hits] == sorted(
            expected, key=lambda key: (-expected[key], key)
        )


def test_a_word_in_the_title_counts_more(engine):
    engine.rebuild([text(1, "price", "ledger ledger"), text(2, "ledger", "price ledger")], mark=MARK)

    answer = engine.search(question("price"))

    assert [(hit.entry_id, hit.fields) for hit in answer.hits] == [(1, ("title", "text")), (2, ("text",))]


def test_without_words_the_newest_come_first(engine):
    engine.rebuild([text(1, "one", days=1), text(2, "two", days=3), text(3, "three", days=2)], mark=MARK)

    assert [hit.entry_id for hit in engine.search(question("")).hits] == [2, 3, 1]


def test_words_that_nothing_is_found_by_find_nothing(engine):
    engine.rebuild([text(1, "what is it", "the and of")], mark=MARK)

    assert engine.search(question("the of")).total == 0


def test_pages_follow_one_another_without_gaps(engine):
    engine.rebuild([text(number, "close", "cost " * (number % 4)) for number in range(1, 30)], mark=MARK)
    whole = [hit.entry_id for hit in engine.search(question("close cost")).hits]

    pages = [
        [hit.entry_id for hit in engine.search(question("close cost", limit=7, offset=start)).hits]
        for start in range(0, 35, 7)
    ]

    assert [entry_id for page in pages for entry_id in page] == whole
    assert engine.search(question("close", limit=0)).total == 29


def test_a_phrase_does_not_reach_from_the_title_into_the_text(engine):
    engine.rebuild([text(1, "month close", "cost"), text(2, "other", "the close cost us")], mark=MARK)

    assert [hit.entry_id for hit in engine.search(question('"close cost"')).hits] == [2]


def test_a_facet_that_is_worked_out_is_counted_and_chosen_like_any_other(engine):
    from dataclasses import replace

    from playbook.search.engine import Fold

    engine.rebuild(
        [
            text(number, "close", facets={"due": (day,)})
            for number, day in enumerate(["mon", "tue", "wed"], start=1)
        ],
        mark=MARK,
    )
    asked = replace(
        question("close", chosen={"late": ("yes",)}),
        folds={"late": Fold("due", lambda day: "yes" if day < "u" else "no")},
    )

    answer = engine.search(asked)

    assert [hit.entry_id for hit in answer.hits] == [1, 2]
    assert answer.facets == {"late": {"yes": 2, "no": 1}}


def test_the_card_keeps_moments_to_the_microsecond(engine):
    from dataclasses import replace

    early = replace(text(1, "one"), at=datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    engine.rebuild([early, text(2, "two")], mark=MARK)

    assert [hit.entry_id for hit in engine.search(question("")).hits] == [1, 2]
