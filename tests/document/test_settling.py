"""Two people changed one document, and one of them decides place by place: nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.document import Choice, Document, settlement
from playbook.document.threefold import ABSENT, CLASH, merge_values, together
from playbook.document.values import same
from tests.document.strategies import handwritten, values

BASE = Document(
    """\
---
title: Connect   # in one line
summary: A fitting company
do_not: [Send a price, Name a rival]
wait: {median: 5, range: 3 to 9}
rows:
  - {id: C1, text: one}
  - {id: C2, text: two}
---
She has ten minutes.

## Then

Describe the number first.

Then the process.
"""
)


def changed(old: str, new: str, of: Document = BASE) -> Document:
    assert old in of.text
    return Document.parse(of.text.replace(old, new))


def only(mine: Document, theirs: Document) -> Any:
    [place] = settlement(BASE, mine, theirs).clashes
    return place


@pytest.mark.parametrize("way", ["mine", "theirs"])
def test_a_field_changed_two_ways_takes_the_chosen_value(way: Any) -> None:
    mine, theirs = changed("Connect  ", "Call  "), changed("Connect  ", "Meet  ")
    found = settlement(BASE, mine, theirs)
    [place] = found.clashes

    settled = found.settle({place.name: Choice(way)})

    assert (place.key, place.before, place.mine, place.theirs) == ("title", "Connect", "Call", "Meet")
    assert settled.text == (mine if way == "mine" else theirs).text


def test_a_third_value_can_be_written_or_the_field_taken_out() -> None:
    found = settlement(BASE, changed("Connect  ", "Call  "), changed("Connect  ", "Meet  "))
    [place] = found.clashes

    third = found.settle({place.name: Choice("written", "Call: and [meet]")})
    none = found.settle({place.name: Choice("written", None)})

    assert third.fields == {**BASE.fields, "title": "Call: and [meet]"}
    assert "# in one line" in third.text
    assert "title" not in none.fields


def test_nothing_is_settled_while_a_clash_is_not_chosen() -> None:
    found = settlement(BASE, changed("Connect  ", "Call  "), changed("Connect  ", "Meet  "))

    with pytest.raises(KeyError):
        found.settle({})
    with pytest.raises(KeyError):
        settlement(BASE, changed("median: 5", "median: 6"), changed("median: 5", "median: 7")).settle(
            {found.clashes[0].name: Choice("both")}
        )


def test_both_lists_become_one() -> None:
    mine = changed("Name a rival", "Name a rival, Rush")
    theirs = changed("Name a rival", "Name a rival, Guess")
    place = only(mine, theirs)

    settled = settlement(BASE, mine, theirs).settle({place.name: Choice("both")})

    assert settled.fields["do_not"] == ["Send a price", "Name a rival", "Rush", "Guess"]


def test_both_wordings_of_a_text_can_stay() -> None:
    mine, theirs = changed("ten minutes", "five minutes"), changed("ten minutes", "an hour")
    place = only(mine, theirs)

    settled = settlement(BASE, mine, theirs).settle({place.name: Choice("both")})

    assert "She has five minutes.\nShe has an hour.\n\n## Then" in settled.text


def test_a_group_and_its_rows_merge_where_different_parts_changed() -> None:
    mine, theirs = changed("median: 5", "median: 6"), changed("3 to 9", "4 to 9")
    rows = changed("text: one", "text: eins"), changed("text: two", "text: zwei")

    assert settlement(BASE, mine, theirs).settle({}).fields["wait"] == {"median": 6, "range": "4 to 9"}
    assert [row["text"] for row in settlement(BASE, *rows).settle({}).fields["rows"]] == ["eins", "zwei"]


def test_a_field_that_one_takes_out_and_the_other_changes_is_a_clash() -> None:
    mine, theirs = BASE.with_changes({}, remove=["summary"]), changed("A fitting company", "Fits")
    place = only(mine, theirs)
    found = settlement(BASE, mine, theirs)

    assert (place.mine, place.together) == (ABSENT, CLASH)
    assert "summary" not in found.settle({place.name: Choice("mine")}).fields
    assert found.settle({place.name: Choice("theirs")}).fields["summary"] == "Fits"


def test_places_say_who_changed_what_under_which_heading() -> None:
    mine = changed("the process", "the people", changed("Connect  ", "Call  "))
    theirs = changed("ten minutes", "an hour")

    places = settlement(BASE, mine, theirs).places

    assert [(place.key, place.by, place.under) for place in places] == [
        ("title", "mine", ""),
        (None, "theirs", ""),
        (None, "mine", "Then"),
    ]
    assert not any(place.is_clash for place in places)


def test_places_keep_their_names_while_what_they_hold_stays() -> None:
    mine, theirs = changed("ten minutes", "five minutes"), changed("ten minutes", "an hour")
    later = changed("A fitting company", "Fits", theirs)

    assert {place.name for place in settlement(BASE, mine, theirs).clashes} == {
        place.name for place in settlement(BASE, mine, later).clashes
    }


def test_comments_of_both_stay() -> None:
    mine = changed("summary:", "# of Milo\nsummary:")
    theirs = changed("rows:", "# of Dana\nrows:", changed("Connect  ", "Meet  "))

    settled = settlement(BASE, mine, theirs).settle({})

    assert {"# of Milo", "# of Dana"} <= set(settled.text.splitlines())
    assert settled.fields == theirs.fields


def test_line_ends_are_those_of_mine() -> None:
    mine = Document(changed("ten minutes", "five minutes").text.replace("\n", "\r\n"))

    settled = settlement(BASE, mine, changed("Connect  ", "Meet  ")).settle({})

    assert settled.text == mine.text.replace("Connect  ", "Meet  ")


edits = st.dictionaries(st.sampled_from("abcdefgh"), values, max_size=3)
paragraphs = st.lists(st.sampled_from(["One.", "Two.", "# Head", "- point", ""]), max_size=6).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)
ways = st.sampled_from(["mine", "theirs", "both", "written"])


@st.composite
def three(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    base = Document(draw(handwritten())[0])
    return base, *(
        base.with_changes(draw(edits), draw(paragraphs), draw(st.lists(st.sampled_from("abc"), max_size=1)))
        for _ in range(2)
    )


@given(three())
def test_where_only_one_changed_anything_their_text_stands(documents: tuple[Document, ...]) -> None:
    base, mine, _ = documents

    assert settlement(base, mine, base).settle({}) == mine
    assert settlement(base, base, mine).settle({}) == mine
    assert settlement(base, mine, mine).settle({}).text == mine.text


@given(three(), st.data())
def test_what_is_settled_can_be_read_and_holds_what_was_chosen(
    documents: tuple[Document, ...], data: st.DataObject
) -> None:
    found = settlement(*documents)
    choices = {}
    for place in found.clashes:
        way = data.draw(ways.filter(lambda way, place=place: way != "both" or place.together is not CLASH))
        written = data.draw(values if place.key else paragraphs) if way == "written" else None
        choices[place.name] = Choice(way, written)

    settled = found.settle(choices)

    fields = Document.parse(settled.text).fields
    for place in found.places:
        wanted = place.value(choices.get(place.name))
        if place.key is None:
            assert set(wanted.splitlines()) <= set(settled.body.splitlines())
        elif wanted is ABSENT:
            assert place.key not in fields
        else:
            [as_kept] = Document.compose({"x": wanted}, "").fields.values()
            assert same(fields[place.key], as_kept)
    untouched = {place.key for place in found.places}
    for name in documents[1].fields.keys() & documents[2].fields.keys() - untouched:
        assert same(fields[name], documents[1].fields[name])


@given(three())
def test_with_both_kept_no_line_of_either_is_lost(documents: tuple[Document, ...]) -> None:
    base, mine, theirs = documents
    found = settlement(base, mine, theirs)
    choices = {
        place.name: Choice("both" if place.together is not CLASH else "mine") for place in found.clashes
    }

    kept = set(found.settle(choices).body.splitlines())

    before = set(base.body.splitlines())
    assert (set(mine.body.splitlines()) | set(theirs.body.splitlines())) - before <= kept


@given(values, values, values)
def test_three_values_merge_the_same_from_either_side(base: Any, mine: Any, theirs: Any) -> None:
    assert same(merge_values(base, mine, base), mine)
    assert same(merge_values(base, base, theirs), theirs)
    one, other = merge_values(base, mine, theirs), merge_values(base, theirs, mine)
    assert (one is CLASH) == (other is CLASH)


@given(st.lists(values, max_size=4), st.lists(values, max_size=4))
def test_both_lists_together_hold_every_item_of_both(mine: list[Any], theirs: list[Any]) -> None:
    both = together(mine, theirs)

    for item in (*mine, *theirs):
        assert any(same(item, kept) for kept in both)
