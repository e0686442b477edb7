"""A comparison says what a colleague would say: this row came, that word went."""

from typing import Any

from hypothesis import given

from playbook.document import Document, FieldChange, Paragraph, Skipped, Span, compare
from tests.document.strategies import fields, texts


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    return compare(Document.compose(before, ""), Document.compose(after, "")).fields


def prose(before: str, after: str) -> list[Span]:
    return compare(Document(before), Document(after)).prose


CONTROLLER = {"persona": "persona-controller", "consequence": "A week spent on samples", "proof": "story-a"}
CFO = {"persona": "persona-cfo", "consequence": "The finding is a deficiency", "proof": "story-a"}
IT = {"persona": "persona-it-erp", "consequence": "Asked for a log nobody kept", "proof": "story-b"}


def test_a_changed_field_shows_both_values() -> None:
    assert changes({"pass_mark": 60}, {"pass_mark": 65}) == [FieldChange(("pass_mark",), 60, 65, "changed")]


def test_fields_come_and_go() -> None:
    assert changes({"a": 1}, {"b": [2]}) == [
        FieldChange(("b",), None, [2], "added"),
        FieldChange(("a",), 1, None, "removed"),
    ]


def test_nested_fields_are_named_by_their_path() -> None:
    before = {"criteria": {"structural": {"sites": 2, "erp": "one"}}}
    after = {"criteria": {"structural": {"sites": 3, "erp": "one"}}}

    assert changes(before, after) == [FieldChange(("criteria", "structural", "sites"), 2, 3, "changed")]


def test_an_item_joins_a_list() -> None:
    assert changes({"titles_seen": ["CFO"]}, {"titles_seen": ["VP Finance", "CFO"]}) == [
        FieldChange(("titles_seen", 0), None, "VP Finance", "added")
    ]


def test_a_reworded_sentence_in_a_list_is_one_change() -> None:
    before = {"jobs": ["When the month ends, I want one number", "Sleep"]}
    after = {"jobs": ["Sleep", "When the month ends, she wants one number", "Eat"]}

    assert changes(before, after) == [
        FieldChange(("jobs", 1), before["jobs"][0], after["jobs"][1], "changed"),
        FieldChange(("jobs", 2), None, "Eat", "added"),
    ]


def test_items_in_another_order_have_moved() -> None:
    assert changes({"tags": ["a", "b", "c"]}, {"tags": ["c", "a"]}) == [
        FieldChange(("tags", 1), "b", None, "removed"),
        FieldChange(("tags",), ["a", "c"], ["c", "a"], "moved"),
    ]


def test_a_row_put_in_between_leaves_the_others_unchanged() -> None:
    assert changes({"rows": [CONTROLLER, IT]}, {"rows": [CONTROLLER, CFO, IT]}) == [
        FieldChange(("rows", "persona-cfo"), None, CFO, "added")
    ]


def test_rows_are_known_by_their_id() -> None:
    before = {"milestones": [{"id": "C1", "test": "x"}, {"id": "C2", "test": "y"}]}
    after = {"milestones": [{"id": "C2", "test": "y, dated"}, {"id": "C1", "test": "x"}]}

    assert changes(before, after) == [
        FieldChange(("milestones", "C2", "test"), "y", "y, dated", "changed"),
        FieldChange(("milestones",), ["C1", "C2"], ["C2", "C1"], "moved"),
    ]


def test_another_id_is_another_row() -> None:
    before = {"items": [{"id": 1, "term": "Four triggers are watched"}]}
    after = {"items": [{"id": 2, "term": "Four triggers are watched"}]}

    assert [change.kind for change in changes(before, after)] == ["added", "removed"]


def test_rows_without_identity_are_known_by_their_words() -> None:
    one = {"claim": "Nine of twelve CFOs raised accruals", "as_of": "2026-03-20"}
    other = {"claim": "Median 0.21% of spend stopped in a quarter", "as_of": "2026-03-31"}
    newer = {"claim": "Eleven of twelve CFOs raised accruals", "as_of": "2026-03-20"}
    fresh = {"claim": "Twenty five samples in one afternoon", "as_of": "2026-02-27"}

    assert changes({"evidence": [one, other]}, {"evidence": [fresh, newer, other]}) == [
        FieldChange(("evidence", 0), None, fresh, "added"),
        FieldChange(("evidence", 1, "claim"), one["claim"], newer["claim"], "changed"),
    ]


def test_true_is_not_one() -> None:
    assert changes({"a": 1, "l": [1], "r": [{"x": 1}]}, {"a": True, "l": [True], "r": [{"x": 1}]}) == [
        FieldChange(("a",), 1, True, "changed"),
        FieldChange(("l", 0), None, True, "added"),
        FieldChange(("l", 0), 1, None, "removed"),
    ]


def test_prose_is_compared_word_by_word() -> None:
    assert prose("She has ten minutes and one worry.", "She has five minutes and one worry.") == [
        Span("same", "She has "),
        Span("removed", "ten"),
        Span("added", "five"),
        Span("same", " minutes and one worry."),
    ]


def test_wrapping_a_paragraph_anew_changes_no_words() -> None:
    assert prose("one two\nthree four\n", "one\ntwo three four\r\n") == [
        Span("same", "one\ntwo three four\n")
    ]


def test_another_list_item_or_paragraph_is_a_change_though_the_words_are_the_same() -> None:
    assert compare(Document("- one two"), Document("- one\n- two")).prose_changed
    assert compare(Document("- a\n- b"), Document("- a\n  - b")).prose_changed
    assert compare(Document("one two"), Document("one\n\ntwo")).prose_changed
    assert not compare(Document("same"), Document("same")).prose_changed


def test_unchanged_paragraphs_far_from_a_change_are_only_named() -> None:
    paragraphs = [f"Paragraph number {number}.\n\n" for number in range(10)]
    before = "".join(paragraphs)
    after = before.replace("number 7", "no 7")

    shown = compare(Document(before), Document(after)).paragraphs()

    assert shown == [
        Skipped(paragraphs=6, words=18, begins="Paragraph number 0."),
        Paragraph((Span("same", paragraphs[6]),)),
        Paragraph(
            (
                Span("same", "Paragraph "),
                Span("removed", "number"),
                Span("added", "no"),
                Span("same", " 7.\n\n"),
            )
        ),
        Paragraph((Span("same", paragraphs[8]),)),
        Paragraph((Span("same", paragraphs[9]),)),
    ]


@given(texts, texts)
def test_the_spans_hold_both_bodies(before: str, after: str) -> None:
    comparison = compare(Document(before.lstrip("-\ufeff")), Document(after.lstrip("-\ufeff")))
    spans = comparison.prose

    assert "".join(span.text for span in spans if span.kind != "removed") == _unix(after.lstrip("-\ufeff"))
    old = "".join(span.text for span in spans if span.kind != "added")
    assert old.split() == _unix(before.lstrip("-\ufeff")).split()
    paragraphs = [part for part in comparison.paragraphs() if isinstance(part, Paragraph)]
    shown = [span for paragraph in paragraphs for span in paragraph.spans if span.kind != "same"]
    for kind in ("added", "removed"):
        assert "".join(span.text for span in shown if span.kind == kind) == "".join(
            span.text for span in spans if span.kind == kind
        )


@given(fields, fields)
def test_fields_that_are_the_same_have_no_changes_and_others_have_some(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert changes(before, before) == []
    old, new = Document.compose(before, ""), Document.compose(after, "")
    if repr(old.fields) != repr(new.fields):
        assert changes(before, after) or list(old.fields) != list(new.fields) or old.fields == new.fields


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_two_very_long_bodies_with_nothing_in_common_are_still_compared() -> None:
    before = " ".join(str(number) for number in range(30_000))
    after = " ".join(str(number) for number in range(60_000, 30_000, -1))

    spans = prose(before, after)

    assert "".join(span.text for span in spans if span.kind != "removed") == after
