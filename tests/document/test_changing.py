"""Changing a field writes the lines of that field and no others."""

import enum
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.document import Document
from playbook.errors import Invalid
from tests.document.strategies import fields, handwritten, names, texts, values

STAGE = """\
---
kind: stage
title: "Connect"
review_by: 2026-08-31
category: price               # price | timing | risk
milestones:                   # each is a yes or no
  - id: C1
    statement: "The buyer has described a problem"
    evidence: [call_note, email]
    required: true
facts:
  - {claim: "Close on day 8", source: "Customer report", "on": 2026-02-27}
expected: 0.60
answer_30s: >
  In the first year, quite possibly. They charge for each page read; we charge
  for each invoice matched, with a yearly cap.
tags: [one, two]
walk_away_if: ["Six attempts without a reply", "PO share under 40%"]
---
Body
"""


def front_after(fields: dict[str, Any], text: str = STAGE) -> str:
    return Document.parse(text).with_changes(fields).text.split("---\n")[1]


def changed_lines(fields: dict[str, Any], text: str = STAGE) -> list[str]:
    before = text.splitlines()
    return [
        line for line in Document.parse(text).with_changes(fields).text.splitlines() if line not in before
    ]


def as_json(fields: dict[str, Any]) -> str:
    return json.dumps(fields)


def test_only_the_line_of_the_changed_field_is_written_anew() -> None:
    document = Document.parse(STAGE).with_changes({"title": "Connect again", "expected": 0.6})

    assert document.text == STAGE.replace('"Connect"', '"Connect again"')


def test_setting_what_is_set_already_changes_nothing() -> None:
    document = Document.parse(STAGE)

    assert document.with_changes(document.fields) is document


def test_a_comment_behind_the_key_stays_in_its_column() -> None:
    assert changed_lines({"category": "timing"}) == ["category: timing              # price | timing | risk"]
    assert "milestones: []                # each is a yes or no\n" in front_after({"milestones": []})


def test_a_new_field_comes_last() -> None:
    assert front_after({"owner": "dana.okafor"}).endswith('"PO share under 40%"]\nowner: dana.okafor\n')


def test_a_removed_field_takes_its_lines_along_and_no_others() -> None:
    document = Document.parse(STAGE).with_changes({}, remove=["expected", "not there"])

    assert document.text == STAGE.replace("expected: 0.60\n", "")


def test_a_changed_row_leaves_the_other_values_as_they_were_written() -> None:
    facts = Document.parse(STAGE).fields["facts"]
    facts[0]["claim"] = "Close on day 5"
    milestones = Document.parse(STAGE).fields["milestones"]
    milestones[0]["evidence"].append("calendar")

    assert changed_lines({"facts": facts, "milestones": milestones}) == [
        "    evidence: [call_note, email, calendar]",
        '  - {claim: "Close on day 5", source: "Customer report", "on": 2026-02-27}',
    ]


def test_a_row_that_only_moved_is_written_as_it_was() -> None:
    one = '  - id: \'C1\'\n    "mark": [a, "b"]\n'
    two = '  - {id: "C2", mark: 0.60}\n'
    text = f"---\ntitle: T\nrows:\n{one}{two}tags: ['b c', d]\n---\n"
    document = Document.parse(text)
    moved = {"rows": document.fields["rows"][::-1], "tags": ["d", "b c"]}

    assert document.with_changes(moved).text == f"---\ntitle: T\nrows:\n{two}{one}tags: [d, 'b c']\n---\n"


def test_long_text_that_was_folded_is_folded_again() -> None:
    text = "Quite possibly, and here is why it does not matter to anybody counting what is left over.\n"

    assert front_after({"answer_30s": text}).split("answer_30s: ")[1].split("tags")[0] == (
        ">\n  Quite possibly, and here is why it does not matter to anybody counting what is\n  left over.\n"
    )


def test_new_values_are_written_in_the_house_style() -> None:
    written = front_after(
        {
            "slug": "persona-cfo",
            "on_time": True,
            "say": "on",
            "title": "Why: a colon",
            "number_like": "12",
            "nothing": None,
            "stages": ["stage-1-connect", "stage-2-discovery"],
            "jobs": [
                "When the month ends, I want one number for what we owe, so that I can sign the forecast"
            ],
            "scale": {"0": "none", "3": "all of it"},
            "evidence": [{"claim": "Nine of twelve raised accruals", "as_of": "2026-03-20"}],
            "notes": "First.\nSecond.\n",
            "empty": {},
        },
        text="---\n---\n",
    )

    assert written == (
        "slug: persona-cfo\n"
        "on_time: true\n"
        "say: on\n"
        'title: "Why: a colon"\n'
        'number_like: "12"\n'
        "nothing: null\n"
        "stages: [stage-1-connect, stage-2-discovery]\n"
        "jobs:\n"
        '  - "When the month ends, I want one number for what we owe, so that I can sign the forecast"\n'
        'scale: {0: none, 3: "all of it"}\n'
        "evidence:\n"
        '  - {claim: "Nine of twelve raised accruals", as_of: 2026-03-20}\n'
        "notes: |\n"
        "  First.\n"
        "  Second.\n"
        "empty: {}\n"
    )


def test_the_quotes_a_text_had_are_kept() -> None:
    text = "---\na: bare words\nb: 'single'\n---\n"

    assert front_after({"a": "other words", "b": "it's"}, text) == "a: other words\nb: 'it''s'\n"
    assert (
        front_after({"a": "needs: quotes", "b": "two\tparts"}, text)
        == 'a: "needs: quotes"\nb: "two\\tparts"\n'
    )


def test_windows_line_ends_and_the_byte_order_mark_stay() -> None:
    text = "\ufeff---\r\na: 1\r\nb: 2\r\n---\r\nbody\r\n"

    changed = Document.parse(text).with_changes({"a": [{"x": "one\ntwo"}], "c": 3})

    assert changed.text == (
        "\ufeff---\r\na:\r\n  - x: |-\r\n      one\r\n      two\r\nb: 2\r\nc: 3\r\n---\r\nbody\r\n"
    )


def test_the_body_is_taken_as_given() -> None:
    document = Document.parse(STAGE).with_changes({}, "New\r\nbody")

    assert document.body == "New\r\nbody"
    assert document.fields == Document.parse(STAGE).fields


def test_a_document_without_front_matter_gets_one_when_it_gets_a_field() -> None:
    assert Document.parse("Body").with_changes({"title": "T"}).text == '---\ntitle: "T"\n---\nBody'


def test_a_body_that_looks_like_front_matter_is_kept_apart() -> None:
    assert Document.compose({}, "---\na: 1\n---\n").body == "---\na: 1\n---\n"
    assert Document.compose({}, "plain").text == "plain"
    assert Document.parse("x").with_changes({}, "---\n").body == "---\n"


def test_a_body_below_a_fence_without_line_end_starts_a_line() -> None:
    assert Document.parse("---\na: 1\n---").with_changes({}, "Body").text == "---\na: 1\n---\nBody"


def test_what_other_fields_refer_to_can_change() -> None:
    text = "---\nbase: &b [x, y]\nuse: *b # as above\nother: 1 # stays\n---\n"

    document = Document.parse(text).with_changes({"base": "gone"})

    assert document.fields == {"base": "gone", "use": ["x", "y"], "other": 1}
    assert "other: 1 # stays\n" in document.text


def test_a_mapping_in_braces_for_front_matter_is_written_anew() -> None:
    document = Document.parse("---\n{a: 1, b: 2}\n---\n").with_changes({"b": 3})

    assert document.fields == {"a": 1, "b": 3}


def test_values_are_kept_as_json_could_hold_them() -> None:
    team = enum.Enum("team", {"SALES": "sales"})
    written = {
        "day": date(2026, 3, 1),
        "team": team.SALES,
        "big": 2**60,
        "nan": float("nan"),
        "pair": ("a", "b"),
        "scale": {0: "none", True: "yes"},
    }

    assert Document.compose(written, "").fields == {
        "day": "2026-03-01",
        "team": "sales",
        "big": str(2**60),
        "nan": ".nan",
        "pair": ["a", "b"],
        "scale": {"0": "none", "true": "yes"},
    }


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b", ["x", {"y": "\0"}]])
def test_text_that_no_database_takes_is_refused_with_its_field(value: object) -> None:
    with pytest.raises(Invalid) as refused:
        Document.parse(STAGE).with_changes({"title": value})

    assert [problem.field for problem in refused.value.problems] == ["title"]


def test_values_nested_too_deep_are_refused() -> None:
    value: object = "x"
    for _ in range(5000):
        value = [value]

    with pytest.raises(Invalid):
        Document.compose({"title": value}, "")


@given(fields, texts)
def test_whatever_the_fields_hold_a_composed_document_says_the_same(
    written: dict[str, Any], body: str
) -> None:
    document = Document.compose(written, body)

    assert as_json(document.fields) == as_json(written)
    assert document.body == body


@given(fields, fields, st.sampled_from(["\n", "\r\n"]), st.none() | texts)
def test_whatever_changes_the_document_says_what_was_asked_for(
    before: dict[str, Any], changes: dict[str, Any], newline: str, body: str | None
) -> None:
    document = Document.parse(Document.compose(before, "Body\n").text.replace("\n", newline))
    gone = list(document.fields)[:1]

    changed = document.with_changes(changes, body, remove=gone)

    wanted = {key: value for key, value in {**document.fields, **changes}.items() if key not in gone}
    assert as_json(changed.fields) == as_json(wanted)
    assert changed.body == (document.body if body is None else body)


@given(handwritten(), st.dictionaries(st.sampled_from("abcdefgh"), values, max_size=3), names)
def test_lines_of_unchanged_keys_stay_byte_for_byte(
    written: tuple[str, dict[str, str]], changes: dict[str, Any], gone: str
) -> None:
    text, lines = written
    document = Document.parse(text)

    changed = document.with_changes(changes, remove=[gone])

    wanted = {key: value for key, value in {**document.fields, **changes}.items() if key != gone}
    assert as_json(changed.fields) == as_json(wanted)
    assert changed.body == document.body
    for key, line in lines.items():
        if key not in changes and key != gone:
            assert line in changed.text
    for line in text.splitlines():
        if line.startswith("# a comment of its own"):
            assert line in changed.text
