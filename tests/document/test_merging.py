"""Two people change one document, and nothing either of them wrote is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.document import Document, merge
from playbook.errors import Invalid
from tests.document.strategies import handwritten, values

BASE = Document(
    """\
---
title: "Connect"
summary: "A fitting company"
owner: dana.okafor
# Who may say so
rows:
  - id: C1
    text: "one"
  - id: C2
    text: "two"
  - id: C3
    text: "three"
---
She has ten minutes and one worry.

Describe the number first.

Then the process.
"""
)


def test_neighbouring_fields_changed_by_two_people_merge() -> None:
    mine = BASE.with_changes({"title": "Connect first"})
    theirs = BASE.with_changes({"summary": "A company that fits"})

    merged = merge(BASE, mine, theirs)

    assert merged.clean
    assert Document.parse(merged.text) == mine.with_changes({"summary": "A company that fits"})


def test_two_fields_added_by_two_people_are_both_there() -> None:
    merged = merge(BASE, BASE.with_changes({"stage": "one"}), BASE.with_changes({"order": 2}))

    assert merged.clean
    assert Document.parse(merged.text).fields == {**BASE.fields, "stage": "one", "order": 2}


def test_the_same_change_by_both_is_no_disagreement() -> None:
    mine = BASE.with_changes({"title": "Connect first"})
    theirs = Document(BASE.text.replace('"Connect"', "Connect first"))

    merged = merge(BASE, mine, theirs)

    assert merged.clean
    assert merged.text == mine.text


def test_rows_changed_apart_from_each_other_merge() -> None:
    mine = Document(BASE.text.replace('"one"', '"eins"'))
    theirs = Document(BASE.text.replace('"three"', '"drei"'))

    assert merge(BASE, mine, theirs).text == BASE.text.replace('"one"', '"eins"').replace('"three"', '"drei"')


def test_a_field_changed_two_ways_shows_both() -> None:
    mine, theirs = BASE.with_changes({"title": "Connect first"}), BASE.with_changes({"title": "Get in touch"})

    merged = merge(BASE, mine, theirs)

    assert not merged.clean
    assert merged.text == BASE.text.replace(
        'title: "Connect"\n',
        '<<<<<<< yours\ntitle: "Connect first"\n=======\ntitle: "Get in touch"\n>>>>>>> theirs\n',
    )
    with pytest.raises(Invalid, match="two versions stand side by side"):
        Document.parse(merged.text)


def test_a_field_one_removed_and_the_other_changed_shows_both() -> None:
    merged = merge(BASE, BASE.with_changes({}, remove=["owner"]), BASE.with_changes({"owner": "milo.brandt"}))

    assert not merged.clean
    assert "<<<<<<< yours\n=======\nowner: milo.brandt\n>>>>>>> theirs\n" in merged.text


def test_a_field_one_removed_is_gone() -> None:
    merged = merge(BASE, BASE.with_changes({}, remove=["owner"]), BASE.with_changes({"title": "New"}))

    assert merged.clean
    assert merged.text == BASE.text.replace("owner: dana.okafor\n", "").replace('"Connect"', '"New"')


def test_paragraphs_changed_by_two_people_merge() -> None:
    mine = Document(BASE.text.replace("ten minutes", "five minutes"))
    theirs = Document(BASE.text.replace("the process", "the people"))

    assert merge(BASE, mine, theirs).text == mine.text.replace("the process", "the people")


def test_a_line_changed_two_ways_shows_both() -> None:
    mine = Document(BASE.text.replace("ten minutes", "five minutes"))
    theirs = Document(BASE.text.replace("one worry", "two worries"))

    merged = merge(BASE, mine, theirs)

    assert not merged.clean
    assert (
        "<<<<<<< yours\nShe has five minutes and one worry.\n"
        "=======\nShe has ten minutes and two worries.\n>>>>>>> theirs\n"
    ) in merged.text


def test_a_last_line_without_end_keeps_the_marks_on_lines_of_their_own() -> None:
    merged = merge(Document("a"), Document("b"), Document("c"))

    assert merged.text == "<<<<<<< yours\nb\n=======\nc\n>>>>>>> theirs\n"


def test_line_ends_are_those_of_mine() -> None:
    mine = Document(BASE.text.replace("ten minutes", "five minutes").replace("\n", "\r\n"))
    theirs = BASE.with_changes({"title": "New"})

    merged = merge(BASE, mine, theirs)

    assert merged.clean
    assert merged.text == mine.text.replace('"Connect"', '"New"')


def test_keys_that_only_fit_together_in_one_version_are_set_side_by_side() -> None:
    base = Document("---\na: &x [1]\nb: *x\nc: 1\n---\n")
    mine = Document("---\na: [2]\nb: [1]\nc: 1\n---\n")
    theirs = Document("---\na: &x [1]\nb: *x\nc: *x\n---\n")

    merged = merge(base, mine, theirs)

    assert not merged.clean
    assert (
        merged.text
        == f"---\n<<<<<<< yours\n{mine.text[4:-4]}=======\n{theirs.text[4:-4]}>>>>>>> theirs\n---\n"
    )


def test_documents_that_cannot_be_taken_apart_merge_line_by_line() -> None:
    base = Document("---\n{a: 1,\n\nb: 2}\n---\nbody\n")
    mine, theirs = Document(base.text.replace("1", "3")), Document(base.text.replace("2", "4"))

    assert merge(base, mine, theirs).text == base.text.replace("1", "3").replace("2", "4")


changes = st.dictionaries(st.sampled_from("abcdefgh"), values, max_size=2)


@given(handwritten(), changes, changes)
def test_changes_to_different_fields_always_merge(
    written: tuple[str, dict[str, str]], ours: dict[str, Any], others: dict[str, Any]
) -> None:
    base = Document(written[0])
    others = {key: value for key, value in others.items() if key not in ours}
    mine, theirs = base.with_changes(ours), base.with_changes(others)

    merged = merge(base, mine, theirs)

    assert merged.clean
    assert Document.parse(merged.text).fields == {**base.fields, **ours, **others}
    assert Document.parse(merged.text).body == base.body


@given(handwritten(), changes, changes)
def test_nothing_either_wrote_is_lost(
    written: tuple[str, dict[str, str]], ours: dict[str, Any], others: dict[str, Any]
) -> None:
    base = Document(written[0])
    mine, theirs = base.with_changes(ours, "A\nb\n"), base.with_changes(others, "A\nc\n")

    merged = merge(base, mine, theirs)

    if not merged.clean:
        lines = set(merged.text.splitlines())
        before = set(base.text.splitlines())
        for document in (mine, theirs):
            assert set(document.text.splitlines()) - before <= lines
    assert merge(base, mine, base).text == mine.text
    assert merge(base, base, theirs).text == theirs.text
