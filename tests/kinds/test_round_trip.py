"""What the form shows and what comes back: nothing typed is nothing changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from playbook.kinds import KINDS, Field, Form, Kind
from playbook.web.writing.rows import SHOWN, act, rows_in, settled
from playbook.web.writing.typed import changes
from playbook.web.writing.written import written
from tests.kinds.samples import STARTER, an_example, fields_of, fitting, json_values, starter, with_others

SEVERAL_LINES = {Form.TEXT, Form.LIST, Form.TABLE}


def sent(kind: Kind, fields: dict[str, Any], *, boxes: bool = True) -> MultiDict[str, str]:
    """What a browser sends for the form of these fields: relations as boxes, or as lines of one text."""
    flat = written(kind, fields)
    form: MultiDict[str, str] = MultiDict()
    for declared in kind.all_fields:
        send(declared, declared.name, flat, form, boxes=boxes)
    return form


def send(
    declared: Field, name: str, flat: MultiDict[str, str], form: MultiDict[str, str], *, boxes: bool
) -> None:
    match declared.form:
        case Form.GROUP:
            for inner in declared.fields:
                send(inner, f"{name}.{inner.name}", flat, form, boxes=boxes)
        case Form.ROWS:
            # The form always has a row to begin with, and does not show more than so many.
            shown = [row for row in rows_in(flat, name) if (row.origin or 0) <= SHOWN]
            for number in [row.number for row in shown] or [1]:
                form.add(f"{name}.{number}._from", flat.get(f"{name}.{number}._from", ""))
                for inner in declared.fields:
                    send(inner, f"{name}.{number}.{inner.name}", flat, form, boxes=boxes)
        case Form.FLAG:
            if flat.get(name):
                form.add(name, "yes")
        case Form.CHOICES | Form.RELATIONS | Form.PEOPLE if boxes or declared.form is Form.CHOICES:
            # A box has one value, and they come back in the order of the page.
            for value in sorted(set(flat.getlist(name))):
                form.add(name, value)
        case Form.RELATIONS | Form.PEOPLE:
            form.add(name, "\r\n".join(flat.getlist(name)))
        case _:
            value = flat.get(name, "")
            assert declared.form in SEVERAL_LINES or not {"\n", "\r"} & set(value)
            form.add(name, value.replace("\n", "\r\n"))


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_a_form_of_the_starter_changes_what_was_typed_and_nothing_else(path: Path) -> None:
    kind, document = starter(path)
    fields = document.fields
    for boxes in (True, False):
        assert changes(kind, sent(kind, fields, boxes=boxes), fields) == ({}, [])
    for declared in kind.all_fields:
        other = an_example(declared)
        if fields.get(declared.name) != other:
            form = sent(kind, {**fields, declared.name: other}, boxes=False)
            assert changes(kind, form, fields) == ({declared.name: other}, []), declared.name
        if fields.get(declared.name) and declared.form is not Form.FLAG:
            form = sent(kind, {name: value for name, value in fields.items() if name != declared.name})
            assert changes(kind, form, fields) == ({}, [declared.name])


every_kind = st.sampled_from(list(KINDS.values()))


@given(kind=every_kind, data=st.data(), boxes=st.booleans())
def test_nothing_typed_changes_nothing(kind: Kind, data: st.DataObject, boxes: bool) -> None:
    fields = data.draw(with_others(fields_of(kind.all_fields)))

    assert changes(kind, sent(kind, fields, boxes=boxes), fields) == ({}, [])


@given(kind=every_kind, data=st.data())
def test_nothing_typed_changes_nothing_even_of_what_does_not_fit(kind: Kind, data: st.DataObject) -> None:
    names = st.sampled_from([declared.name for declared in kind.all_fields])
    fields = data.draw(st.dictionaries(names, json_values, max_size=4))

    assert changes(kind, sent(kind, fields), fields) == ({}, [])


@given(kind=every_kind, data=st.data())
def test_changing_one_value_leaves_the_others_alone(kind: Kind, data: st.DataObject) -> None:
    fields = data.draw(fields_of(kind.all_fields))
    declared = data.draw(st.sampled_from(kind.all_fields))
    form = sent(kind, {**fields, declared.name: data.draw(fitting(declared))}, boxes=False)

    changed, emptied = changes(kind, form, fields)

    assert {*changed, *emptied} <= {declared.name}


def typed(kind: str, fields: dict[str, Any], **values: str | list[str]) -> tuple[dict[str, Any], list[str]]:
    form = sent(KINDS[kind], fields)
    for name, value in values.items():
        form.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return changes(KINDS[kind], form, fields)


def test_a_row_is_added_below_the_others() -> None:
    evidence = [{"claim": "True", "reviewer": "nobody declared this"}]

    assert typed("story", {"evidence": evidence}, evidence__2__claim="Also true") == (
        {"evidence": [*evidence, {"claim": "Also true"}]},
        [],
    )


def test_clearing_a_row_takes_it_out_and_leaves_the_others_as_they_were() -> None:
    evidence = [{"claim": "One"}, {"claim": "Two", "reviewer": "ana"}, {"reviewer": "nobody sees this row"}]

    assert typed("story", {"evidence": evidence}, evidence__1__claim="") == ({"evidence": evidence[1:]}, [])


def test_unticking_a_box_says_no_and_never_ticking_it_says_nothing() -> None:
    milestones = [{"id": "D1", "statement": "Met", "required": True}, {"id": "D2", "statement": "Asked"}]

    assert typed("stage", {"exit_milestones": milestones}, exit_milestones__1__required=[]) == (
        {"exit_milestones": [{**milestones[0], "required": False}, milestones[1]]},
        [],
    )


def test_a_box_ticked_stands_behind_those_that_were_ticked_before() -> None:
    fields = {"personas": ["persona-it-erp", "persona-cfo"]}

    assert typed("collateral", fields, personas=["persona-ap-manager", "persona-cfo", "persona-it-erp"]) == (
        {"personas": ["persona-it-erp", "persona-cfo", "persona-ap-manager"]},
        [],
    )


def test_relations_typed_as_text_keep_the_order_they_were_typed_in() -> None:
    assert typed("note", {"links": ["b", "a"]}, links="a\r\nb, c") == ({"links": ["a", "b", "c"]}, [])
    assert typed("note", {"links": ["b", "a"]}, links="a b") == ({"links": ["a", "b"]}, [])


def test_a_text_may_be_cut_into_paragraphs() -> None:
    fields = {"answer_30s": "We ask. Then we answer."}

    assert typed("tough_question", fields, answer_30s="We ask.\r\n\r\nThen we answer.") == (
        {"answer_30s": "We ask.\n\nThen we answer."},
        [],
    )


def test_a_number_stays_a_number_and_a_word_is_given_back_to_be_put_right() -> None:
    assert typed("trigger", {}, half_life_days="30") == ({"half_life_days": 30}, [])
    assert typed("trigger", {}, half_life_days="2.50") == ({"half_life_days": 2.5}, [])
    assert typed("trigger", {"half_life_days": 2.5}, half_life_days="2.5") == ({}, [])
    assert typed("trigger", {}, half_life_days="thirty") == ({"half_life_days": "thirty"}, [])
    assert typed("trigger", {}, half_life_days="1" * 400)[0]["half_life_days"] == "1" * 400
    assert typed("trigger", {}, half_life_days="٣") == ({"half_life_days": "٣"}, [])


def test_a_line_of_a_table_that_was_not_touched_keeps_what_it_held() -> None:
    fit = {"demographic": {"size: people": [200, "2,000"], "region": None, "age": 1.0}, "other": 1}

    changed, emptied = typed(
        "icp", {"fit": fit}, fit__demographic="size: people: 200, 2,000\r\nregion:\r\nage: 2"
    )

    assert (changed, emptied) == ({"fit": {"demographic": {**fit["demographic"], "age": 2}, "other": 1}}, [])


def test_rows_beyond_those_that_a_form_can_hold_are_kept() -> None:
    evidence = [{"claim": f"Claim {number}"} for number in range(1, SHOWN + 51)]

    changed, _ = typed("story", {"evidence": evidence}, evidence__1__claim="Changed")

    assert changed["evidence"] == [{"claim": "Changed"}, *evidence[1:]]
