from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.document import Document, compare
from playbook.kinds import KINDS, Field, Form, Kind, Reads
from playbook.web.reading import Shelf, blocks, nature, prose, sections
from playbook.web.reading.changes import changes, headline
from playbook.web.reading.phrases import quantity
from playbook.web.reading.redline import redline

SHELF = Shelf({}, today=date(2026, 6, 1))


def said(kind: str, field: str, value: Any) -> str:
    """How one field reads on the page."""
    declared = KINDS[kind].field(field)
    assert declared is not None
    return ", ".join(phrase.text for phrase in SHELF.phrases(declared, value))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.55, "share", "55%"),
        (0.125, "share", "12.5%"),
        (1200, "GBP", "GBP 1,200"),
        (1, "days", "1 day"),
        (30, "days", "30 days"),
        (0.5, "", "0.5"),
        (65, "points", "65 points"),
    ],
)
def test_figures_are_said_with_their_unit(value: float, unit: str, words: str) -> None:
    assert quantity(value, unit) == words


def test_a_group_with_a_sentence_is_said_in_it() -> None:
    assert (
        said("stage", "normal_days", {"median": 21, "p80": 34}) == "21 days as a rule; four in five within 34"
    )
    share = {"value": 0.38, "source": "CRM export", "as_of": "2026-03-31"}
    with_source = said("competitor", "seen_in_share_of_deals", share)
    assert with_source.startswith("38%, CRM export, 31 March")
    assert said("lesson", "stated_reason", {"text": "Price", "by": "rep"}) == "Price (rep)"


def test_a_clause_without_its_value_is_left_out() -> None:
    assert said("stage", "normal_days", {"median": 21}) == "21 days as a rule"
    assert said("stage", "normal_days", {"p80": 34}) == "Four in five within 34"
    assert said("competitor", "record", {"won": 14, "lost": 11}) == "14 won, 11 lost"
    assert said("lesson", "stated_reason", {"text": "Price"}) == "Price"


def test_where_half_a_clause_is_missing_every_value_is_named() -> None:
    assert said("agreement", "period", {"from": "2026-01-01"}).startswith("From 1 January")
    assert said("collateral", "made_by", {"hours": 26}) == "Hours 26 hours"


def test_a_group_without_values_says_nothing() -> None:
    assert said("stage", "normal_days", {}) == ""
    assert said("agreement", "period", {"from": "", "to": None}) == ""


def test_free_keys_and_single_words_are_put_into_words() -> None:
    fit = {"demographic": {"employees": "200-2000", "regions": ["UK", "Ireland"]}}
    own, _ = blocks(KINDS["icp"], {"fit": fit}, SHELF)

    assert [(trait.label, [phrase.text for phrase in trait.phrases]) for trait in own[0].traits] == [
        ("Who they are", ["Employees 200-2000", "Regions UK, Ireland"])
    ]


def test_people_are_called_by_their_names() -> None:
    assert said("story", "told_by", ["ines.calder", "tomas.reyes"]) == "Ines Calder, Tomas Reyes"


def test_an_expired_price_is_marked() -> None:
    declared = KINDS["competitor"].field("pricing")
    assert declared is not None
    old, new = ({"text": "GBP 1", "expires": day} for day in ("2026-05-31", "2026-06-01"))

    assert SHELF.phrases(declared, old)[0].expired
    assert not SHELF.phrases(declared, new)[0].expired


def forms(kind: str, fields: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The sections of a page: the form of each, and the fields in it."""
    own, shared = blocks(KINDS[kind], fields, SHELF)
    return [(section.form, [block.name for block in section.blocks]) for section in sections([*own, *shared])]


def test_neighbours_that_are_read_together_become_one_section() -> None:
    fields = {
        "clarify_first": "When?",
        "answer_30s": "Now.",
        "follow_up_question": "Who?",
        "next_step": "Count.",
        "honest_limit": "Ninety days.",
        "do_not": ["Argue"],
        "evidence": [{"claim": "So"}],
        "basis": "tested",
        "tags": ["erp"],
    }

    assert forms("tough_question", fields) == [
        ("saying", ["clarify_first", "answer_30s", "follow_up_question"]),
        ("beside", ["next_step", "honest_limit", "do_not"]),
        ("claims", ["evidence"]),
        ("traits", ["basis", "tags"]),
    ]


def test_what_is_long_stands_alone() -> None:
    fields = {"next_step": "Count. " * 50, "honest_limit": "Ninety days."}

    assert forms("tough_question", fields) == [("paragraph", ["next_step"]), ("paragraph", ["honest_limit"])]


def test_words_to_use_stand_beside_words_to_leave() -> None:
    assert forms("persona", {"words_they_use": ["true-up"], "words_to_avoid": ["seamless"]}) == [
        ("words", ["words_they_use", "words_to_avoid"])
    ]
    assert forms("persona", {"words_they_use": ["true-up"]}) == [("spoken", ["words_they_use"])]


def test_the_nature_of_an_entry_stands_in_its_header() -> None:
    assert nature(KINDS["persona"], {"role_in_purchase": "economic_buyer"}, SHELF) == (
        "Part in the purchase: Economic buyer"
    )
    assert forms("persona", {"role_in_purchase": "economic_buyer"}) == []
    assert nature(KINDS["stage"], {}, SHELF) == ""


def test_a_body_is_cut_by_its_kind() -> None:
    html = "<h2>Short</h2>\n<p>Forty-one.</p>\n<h2>Full</h2>\n<p>Beth said.</p>"

    told, led, plain = (prose(KINDS[kind], html) for kind in ("story", "persona", "stage"))

    assert (told.spoken, told.spoken_label, told.spoken_words) == ("<p>Forty-one.</p>", "Short", 1)
    assert (told.lead, told.rest) == ("", "<h2>Full</h2>\n<p>Beth said.</p>")
    assert (led.lead, led.rest) == ("<h2>Short</h2>\n<p>Forty-one.</p>\n", "<h2>Full</h2>\n<p>Beth said.</p>")
    assert (plain.lead, plain.rest) == ("", html)


@given(
    st.lists(st.sampled_from(["<h2>A</h2>", "<p>b</p>", "<h2 id='x'>C <em>d</em></h2>", "\n", "<h3>e</h3>"]))
)
def test_cutting_a_body_loses_nothing(parts: list[str]) -> None:
    html = "".join(parts)

    cut = prose(KINDS["persona"], html)

    assert cut.lead + cut.rest == html


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_whatever_a_text_holds_its_page_can_be_shown(name: str, data: st.DataObject) -> None:
    """Texts that were brought in, and those of older declarations, need not fit their kind."""
    kind = KINDS[name]
    fields = {declared.name: data.draw(value_of(declared)) for declared in data.draw(some(kind))}

    own, shared = blocks(kind, fields, SHELF)

    for section in sections([*own, *shared]):
        assert section.form in {reads.value for reads in Reads} | {"saying", "traits", "beside", "words"}
    nature(kind, fields, SHELF)
    found = compare(Document.compose({}, ""), Document.compose(fields, "")).fields
    assert headline(changes(kind, found, SHELF, now=fields), is_text_changed=False)


def some(kind: Kind) -> st.SearchStrategy[list[Field]]:
    return st.lists(st.sampled_from(kind.all_fields), unique_by=lambda declared: declared.name, max_size=4)


def value_of(declared: Field) -> st.SearchStrategy[Any]:
    """Something that may or may not fit the field."""
    printable = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
    free = st.recursive(
        st.none() | st.booleans() | st.integers() | printable,
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    )
    if not declared.fields:
        return free
    keys = st.sampled_from([inner.name for inner in declared.fields])
    row = st.dictionaries(keys, free, max_size=3)
    return row | st.lists(row | free, max_size=3) | free if declared.form is Form.ROWS else row | free


def test_the_only_row_of_a_list_needs_no_number() -> None:
    before = {"evidence": [{"claim": "19 of our 27 manufacturing wins had two sites", "source": "Review"}]}
    after = {"evidence": [{"claim": "23 of our 31 manufacturing wins had two sites", "source": "Review"}]}
    found = compare(Document.compose(before, ""), Document.compose(after, "")).fields

    [change] = changes(KINDS["icp"], found, SHELF, now=after)

    assert (change.label, [turn.of for turn in change.turns]) == ("Evidence", ["Claim"])


def test_one_figure_that_changed_is_the_news() -> None:
    found = compare(
        Document.compose({"typical_days": 30}, ""), Document.compose({"typical_days": 45}, "")
    ).fields

    [change] = changes(KINDS["buying_step"], found, SHELF, now={"typical_days": 45})

    assert change.is_one_figure
    assert (change.turns[0].before, change.turns[0].after) == ("30 days", "45 days")
    assert headline([change], is_text_changed=False) == "One change: Usually takes"


def test_many_fields_are_counted_not_listed() -> None:
    after = {"typical_days": 45, "done_when": "Two people", "buyer_question": "Why?", "order": 2}
    found = changes(
        KINDS["buying_step"],
        compare(Document.compose({}, ""), Document.compose(after, "")).fields,
        SHELF,
        now=after,
    )

    news = headline(found, is_text_changed=True)

    assert news == "Five changes: Place in the order, On their mind and three more"
    assert headline([], is_text_changed=False) == "No change"


def test_headings_points_and_quotations_keep_their_shape_in_a_comparison() -> None:
    old = "## What we saw\nA parked\nline.\n\n- one\n- two\n\n> said\n\n1. first\n"
    strips = redline(compare(Document(old), Document(old.replace("two", "three"))).paragraphs(around=9))

    assert [(strip.form, strip.text) for strip in strips] == [
        ("heading", "What we saw"),
        ("text", "A parked line."),
        ("point", "one"),
        ("point", "twothree"),
        ("quote", "said"),
        ("numbered", "1. first"),
    ]


def test_what_does_not_fit_its_declaration_is_shown_as_words() -> None:
    own, _ = blocks(KINDS["tough_question"], {"what_it_may_mean": "That IT has said no"}, SHELF)

    [section] = sections(own)

    assert (section.form, section.block.lines[0].text) == ("paragraph", "That IT has said no")
