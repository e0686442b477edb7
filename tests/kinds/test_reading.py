from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.kinds import KINDS, Form, Kind
from playbook.kinds.reading import (
    SLUG,
    Reference,
    faults,
    missing_to_agree,
    other_fields,
    references,
    spoken_words,
)
from tests.kinds.samples import STARTER, an_example, fields_of, json_values, minimum, starter, with_others
from tests.soak import soak

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
strict_kinds = [kind for kind in KINDS.values() if not kind.lenient]

# One value that each form cannot hold.
MISFITS: dict[Form, Any] = {
    Form.LINE: ["a list"],
    Form.TEXT: {"a": "group"},
    Form.NUMBER: "seven",
    Form.FLAG: "yes",
    Form.DATE: "2027-02-30",
    Form.CHOICE: "nobody chose this",
    Form.CHOICES: ["nobody chose this"],
    Form.LIST: "one sentence",
    Form.RELATION: "Not a slug",
    Form.RELATIONS: ["fine", "Not a slug"],
    Form.PERSON: ["a list"],
    Form.PEOPLE: "one person",
    Form.GROUP: "a sentence",
    Form.ROWS: [{}, "no row"],
    Form.TABLE: {"too": {"deep": 1}},
}


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_every_text_of_the_starter_fits_its_kind(path: Path) -> None:
    kind, document = starter(path)

    assert faults(kind, document.fields) == []
    assert missing_to_agree(kind, document.fields) == []


@pytest.mark.parametrize("kind", strict_kinds, ids=lambda kind: kind.name)
def test_each_field_that_does_not_fit_is_named_with_a_sentence(kind: Kind) -> None:
    for declared in kind.all_fields:
        [fault] = faults(kind, {**minimum(kind), declared.name: MISFITS[declared.form]})

        assert fault.field == declared.name
        assert fault.message.startswith(f"{declared.label} must be ")
        assert fault.message.endswith(".")


@pytest.mark.parametrize("kind", strict_kinds, ids=lambda kind: kind.name)
def test_each_field_that_a_draft_needs_is_asked_for(kind: Kind) -> None:
    assert [fault.field for fault in faults(kind, {})] == list(minimum(kind))
    assert all(fault.message.endswith(" is needed.") for fault in faults(kind, {}))


def test_a_fault_inside_a_row_names_the_row() -> None:
    evidence = [{"claim": "True"}, {"claim": "False", "as_of": "soon"}, {"source": "Somebody"}]

    found = faults(KINDS["story"], {**minimum(KINDS["story"]), "evidence": evidence})

    assert [fault.field for fault in found] == ["evidence.2.as_of", "evidence.3.claim"]


def test_a_fault_inside_a_group_names_the_field_in_it() -> None:
    found = faults(KINDS["icp"], {**minimum(KINDS["icp"]), "score": {"pass_mark": "high"}})

    assert [fault.field for fault in found] == ["score.pass_mark"]


def test_a_title_has_an_end() -> None:
    [fault] = faults(KINDS["story"], {"title": "a" * 201})

    assert (fault.field, fault.message) == ("title", "Title has 201 characters; at most 200.")


@pytest.mark.parametrize(
    "value", [True, "2027-2-3", "2027-13-01", "2027-02-29", "٢٠٢٧-٠١-٠١", 20270101, "2027-01-01 "]
)
def test_only_a_day_of_the_calendar_is_a_date(value: object) -> None:
    assert [
        fault.field for fault in faults(KINDS["story"], {**minimum(KINDS["story"]), "review_by": value})
    ] == ["review_by"]


def test_a_note_takes_whatever_it_is_given() -> None:
    anything = {"title": ["a", "list"], "audience": {"a": 1}, "review_by": 7, "made up": [[[]]]}

    assert faults(KINDS["note"], anything) == []


@given(kind=st.sampled_from(list(KINDS.values())), data=st.data())
@settings(max_examples=soak(150, 5000))
def test_no_value_whatever_breaks_the_reading(kind: Kind, data: st.DataObject) -> None:
    names = [declared.name for declared in kind.all_fields]
    fields = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), json_values, max_size=6))

    for fault in (*faults(kind, fields), *missing_to_agree(kind, fields)):
        assert fault.field.split(".")[0] in names
        assert fault.message.endswith(".")
    for reference in references(kind, fields):
        assert SLUG.match(reference.target)
        assert reference.field in kind.relation_at
    assert set(other_fields(kind, fields)) <= set(fields) - set(names)
    assert isinstance(spoken_words(kind, fields), str)


@given(kind=st.sampled_from(list(KINDS.values())), data=st.data())
def test_what_fits_every_field_has_no_faults(kind: Kind, data: st.DataObject) -> None:
    fields = data.draw(with_others(fields_of(kind.all_fields)))
    fields = {name: value for name, value in fields.items() if name != "title"} | {"title": "Title"}

    assert [fault for fault in faults(kind, fields) if not fault.message.endswith("is needed.")] == []


def test_relations_come_in_the_order_of_the_declaration_and_once() -> None:
    fields = {
        "links": ["b", "a", "b"],
        "hero": "persona-cfo",
        "use_when": {"stages": ["s-2", "s-1"], "personas": ["persona-cfo"]},
        "issue": "not a slug",
    }

    assert references(KINDS["story"], fields) == [
        Reference("hero", "persona-cfo"),
        Reference("use_when.stages", "s-2"),
        Reference("use_when.stages", "s-1"),
        Reference("use_when.personas", "persona-cfo"),
        Reference("links", "b"),
        Reference("links", "a"),
    ]


def test_relations_in_rows_say_which_field_and_not_which_row() -> None:
    rows = [{"persona": "persona-cfo"}, {"persona": "persona-ap-manager"}, {"persona": "persona-cfo"}]

    assert references(KINDS["issue_map"], {"rows": rows}) == [
        Reference("rows.persona", "persona-cfo"),
        Reference("rows.persona", "persona-ap-manager"),
    ]


@every_kind
def test_every_declared_relation_is_found(kind: Kind) -> None:
    fields = {declared.name: an_example(declared) for declared in kind.all_fields}

    assert [reference.field for reference in references(kind, fields)] == list(kind.relation_at)


def test_front_matter_that_nobody_declared_is_told_apart() -> None:
    fields = {
        "title": "T",
        "kind": "story",
        "slug": "x",
        "version": 4,
        "signed": {},
        "colour": "red",
        "empty": "",
    }

    assert other_fields(KINDS["story"], fields) == {"colour": "red"}


def test_what_an_agreement_needs_and_lacks_is_named() -> None:
    lacking = {
        problem.field for problem in missing_to_agree(KINDS["tough_question"], {"title": "T", "summary": ""})
    }

    assert {"summary", "answer_30s", "category", "clarify_first", "audience", "review_by"} <= lacking
    assert "title" not in lacking
    assert "do_not" not in lacking


def test_the_words_that_a_search_should_find_are_those_somebody_says() -> None:
    fields = {
        **minimum(KINDS["tough_question"]),
        "what_it_may_mean": [{"reading": "Somebody is cheaper"}],
        "owner": "milo.brandt",
        "asked_by": ["persona-cfo"],
        "asked_count_window_days": 90,
        "colour": "red",
    }
    words = spoken_words(KINDS["tough_question"], fields)

    assert "Somebody is cheaper" in words
    assert "Price" in words
    assert "red" in words
    assert not any(word in words for word in ("milo", "persona-cfo", "90"))
