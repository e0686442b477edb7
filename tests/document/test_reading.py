"""What a document says is what its text says, and nothing of the text is lost."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.document import Document
from playbook.errors import Invalid, Problem
from tests.document.strategies import handwritten, texts

CFO = """\
---
kind: persona
title: "CFO of a multi-plant manufacturer"
review_by: 2026-08-31
order: 1
share: 0.60
answer: no
titles_seen: ["CFO", on]
scale: {0: none, 3: all}
---
## Thirty seconds
She has ten minutes.
"""


def problem_with(text: str) -> Problem:
    with pytest.raises(Invalid) as refused:
        Document.parse(text)
    [problem] = refused.value.problems
    return problem


def fields_of(front: str) -> dict[str, object]:
    return Document.parse(f"---\n{front}\n---\n").fields


def test_a_document_has_fields_a_body_and_a_hash_of_its_text() -> None:
    document = Document.parse(CFO)

    assert document.title == "CFO of a multi-plant manufacturer"
    assert document.body == "## Thirty seconds\nShe has ten minutes.\n"
    assert document.hash == hashlib.sha256(CFO.encode()).hexdigest()
    assert document.fields["review_by"] == "2026-08-31"
    assert document.fields["order"] == 1
    assert document.fields["share"] == 0.6


def test_words_that_older_yaml_took_for_true_and_false_stay_words() -> None:
    assert fields_of("a: no\nb: on\nc: Yes\nd: true\ne: ~") == {
        "a": "no",
        "b": "on",
        "c": "Yes",
        "d": True,
        "e": None,
    }


def test_keys_are_always_text() -> None:
    assert Document.parse(CFO).fields["scale"] == {"0": "none", "3": "all"}
    assert fields_of("true: 1\n~: 2\n0x10: 3") == {"true": 1, "~": 2, "0x10": 3}


def test_numbers_that_json_cannot_hold_exactly_stay_as_written() -> None:
    fields = fields_of("a: 9007199254740993\nb: .nan\nc: -.inf\nd: 1e400\ne: 0o17\nf: 0x1F\ng: " + "9" * 5000)

    assert fields["a"] == "9007199254740993"
    assert fields["b"] == ".nan"
    assert fields["c"] == "-.inf"
    assert fields["d"] == "1e400"
    assert (fields["e"], fields["f"]) == (15, 31)
    assert json.loads(json.dumps(fields, allow_nan=False)) == fields


def test_a_number_tagged_as_text_is_text() -> None:
    assert fields_of("a: !!str 12\nb: ! 12\nc: !!int x") == {"a": "12", "b": "12", "c": "x"}


def test_a_tag_never_makes_an_object() -> None:
    assert fields_of('a: !!python/object/apply:os.system ["true"]') == {"a": ["true"]}


def test_aliases_and_merges_are_spelled_out() -> None:
    front = "base: &b {x: 1, y: 2}\ncopy: *b\nmore:\n  <<: *b\n  y: 3"

    assert fields_of(front) == {
        "base": {"x": 1, "y": 2},
        "copy": {"x": 1, "y": 2},
        "more": {"x": 1, "y": 3},
    }


def test_changing_the_fields_one_was_given_changes_no_document() -> None:
    document = Document.parse(CFO)
    document.fields["titles_seen"].append("VP Finance")

    assert document.fields["titles_seen"] == ["CFO", "on"]


@given(st.one_of(texts, handwritten().map(lambda written: written[0])))
def test_every_text_that_is_taken_comes_back_as_it_was(text: str) -> None:
    document = parsed(text)

    if isinstance(document, Invalid):
        assert all(problem.line for problem in document.problems)
        return
    assert document.text == text
    assert text.endswith(document.body)
    assert json.loads(json.dumps(document.fields, allow_nan=False)) == document.fields


def parsed(text: str) -> Document | Invalid:
    try:
        return Document.parse(text)
    except Invalid as refused:
        return refused


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("no front matter", {}, "no front matter"),
        ("", {}, ""),
        ("---\n---\nbody", {}, "body"),
        ("---\n# nothing yet\n---\n", {}, ""),
        ("---\na: 1\n---", {"a": 1}, ""),
        ("---\na: 1\n...\nbody", {"a": 1}, "body"),
        ("---\r\na: 1\r\n---\r\nbody\r\n", {"a": 1}, "body\r\n"),
        ("\ufeff---\na: 1\n---\nbody", {"a": 1}, "body"),
        ("\ufeffbody", {}, "body"),
        ("---\na: 1\n---\nbody\n\n---\nmore\n", {"a": 1}, "body\n\n---\nmore\n"),
        ("Text first\n---\na: 1\n---\n", {}, "Text first\n---\na: 1\n---\n"),
    ],
)
def test_front_matter_is_only_what_stands_between_fences_at_the_very_top(
    text: str, fields: dict[str, object], body: str
) -> None:
    document = Document.parse(text)

    assert (document.fields, document.body, document.text) == (fields, body, text)


def test_without_a_title_field_the_first_heading_is_the_title() -> None:
    assert Document.parse("Intro\n\n# Submitting an invoice #\n").title == "Submitting an invoice"
    assert Document.parse("no heading").title == ""


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ('title: "Lost\nowner: x', 2, "the quote that starts here is not closed"),
        ("a: 1\ntags: [x, y\nb: 2", 3, "missing in the list that opens here"),
        ("a: 1\ntags: [x, y", 3, "the list that opens with [ here is not closed"),
        ("a: 1\nsummary: Price: too high", 3, "one colon too many"),
        ("a: 1\na note to self\nb: 2", 3, "a colon is missing"),
        ("a: 1\nb: @dana", 3, "text that starts with @ needs quotes"),
        ("a: 1\nb: **bold**", 3, "text that starts with * needs quotes"),
        ("a:\n\t- x", 3, "a tab cannot indent"),
        ("a:\n  - x\n b: 1", 4, "indented differently"),
        ('a: "C:\\Users"', 2, "write two backslashes"),
        ("title: one\nowner: x\ntitle: two", 4, "“title” is there twice"),
        ("0: one\n'0': two", 3, "“0” is there twice"),
        ("- one\n- two", 2, "lines of “key: value”"),
        ("just words", 2, "lines of “key: value”"),
        ("[a]: 1", 2, "a key has to be a word"),
        ("a: &x [*x]", 2, "inside the very thing it refers to"),
        ("a: 1\n<<<<<<< yours\nb: 1\n=======\nb: 2\n>>>>>>> theirs", 3, "two versions stand side by side"),
        ("a: x\x07", 2, "a control character (U+0007)"),
        ('a: "\\0"', 2, "NUL"),
        ('a: "\\ud83d"', 2, "half a character"),
        ('a: "\\UFFFFFFFF"', 2, "beyond the last character"),
        ("%YAML 1.1", 2, "text that starts with % needs quotes"),
    ],
)
def test_broken_front_matter_is_refused_with_its_line_and_what_to_do(
    front: str, line: int, words: str
) -> None:
    problem = problem_with(f"---\n{front}\n---\nbody\n")

    assert (problem.field, problem.line) == ("front matter", line)
    assert problem.message.startswith(f"Line {line}: ")
    assert words in problem.message


def test_front_matter_that_is_never_closed_is_refused() -> None:
    assert problem_with("---\ntitle: x\n\nbody\n").line == 1


@pytest.mark.parametrize(
    ("text", "words"), [("a\nb\0", "NUL"), ("---\na: 1\n---\nx\ud800y", "lone surrogate")]
)
def test_text_that_no_database_takes_is_refused(text: str, words: str) -> None:
    problem = problem_with(text)

    assert problem.field == "text"
    assert problem.line == text.count("\n") + 1
    assert words in problem.message


def test_two_escapes_that_make_one_character_are_one_character() -> None:
    assert fields_of('a: "\\ud83d\\ude00"') == {"a": "😀"}


@pytest.mark.parametrize(
    ("front", "words"),
    [
        (
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]\n"
                for above, name in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "more than 10,000 values",
        ),
        ("a: " + "[" * 50 + "]" * 50, "nested more than 20 deep"),
        ("\n".join(" " * depth + "a:" for depth in range(50)), "nested more than 20 deep"),
        (
            "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 40)),
            "nested more than 20 deep",
        ),
        ("a: " + "x" * 70_000, "longer than 65,536 characters"),
    ],
)
def test_front_matter_that_would_grow_out_of_all_proportion_is_refused(front: str, words: str) -> None:
    assert words in problem_with(f"---\n{front}\n---\n").message


def test_a_field_is_found_in_the_file() -> None:
    document = Document.parse("---\na: 1\nrows:\n  - id: R1\n    text: x\n  - id: R2\n---\n")

    assert document.line_of("a") == 2
    assert document.line_of("rows", 0, "text") == 5
    assert document.line_of("rows", 1) == 6
    assert document.line_of("rows", 1, "text") == 6
    assert document.line_of("rows", 7) == 3
    assert document.line_of("nothing") is None
