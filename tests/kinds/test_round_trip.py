"""What the form shows and what comes back: nothing typed is nothing changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from playbook.kinds import KINDS, Field, Form, Kind
from playbook.web.writing.rows import SHOWN, act, rows_in, settled
from playbook.web.writing.typed import changes
from playbook.web.writing.written import written, written_field
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


row_fields = st.sampled_from(
    [
        (kind, declared)
        for kind in KINDS.values()
        for declared in kind.all_fields
        if declared.form is Form.ROWS
    ]
)


def rearranged(
    form: MultiDict[str, str], declared: Field, rows: list[tuple[int | None, Any]], numbers: list[int]
) -> MultiDict[str, str]:
    """The form after somebody left only these rows (number of the base, value) in this order.

    As scripts do it, the rows have whatever numbers and say their places beside them.
    """
    made = MultiDict([pair for pair in form.items(multi=True) if not pair[0].startswith(f"{declared.name}.")])
    for (place, (origin, row)), number in sorted(
        zip(enumerate(rows, start=1), numbers, strict=False), key=lambda each: each[1]
    ):
        here = f"{declared.name}.{number}"
        made[f"{here}._from"] = str(origin or "")
        made[f"{here}._place"] = str(place)
        shown = MultiDict(written_field(replace(declared, form=Form.GROUP), row, here))
        for inner in declared.fields:
            send(inner, f"{here}.{inner.name}", shown, made, boxes=True)
    return made


@given(where=row_fields, data=st.data())
def test_rows_that_are_moved_taken_out_and_added_are_the_rows_that_are_kept(
    where: tuple[Kind, Field], data: st.DataObject
) -> None:
    kind, declared = where
    rows = data.draw(st.lists(with_others(fields_of(declared.fields)), min_size=1, max_size=4))
    fields = {"title": "Title", declared.name: rows, "tags": ["one"]}
    left = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True, min_size=1))
    wanted: list[tuple[int | None, Any]] = [(number + 1, rows[number]) for number in left]
    for place in data.draw(st.lists(st.integers(0, 6), max_size=2)):
        wanted.insert(place, (None, {declared.fields[0].name: "new"}))
    numbers = data.draw(
        st.lists(st.integers(1, 9999), min_size=len(wanted), max_size=len(wanted), unique=True)
    )

    changed, emptied = changes(kind, rearranged(sent(kind, fields), declared, wanted, numbers), fields)

    kept = changed.pop(declared.name, rows)
    assert (changed, emptied) == ({}, [])
    assert len(kept) == len(wanted)
    for (origin, row), after in zip(wanted, kept, strict=True):
        assert origin is None or after == row


@given(kind=every_kind, data=st.data())
def test_counting_rows_anew_changes_nothing(kind: Kind, data: st.DataObject) -> None:
    before = data.draw(fields_of(kind.all_fields))
    form = sent(kind, data.draw(fields_of(kind.all_fields)))

    assert changes(kind, settled(kind, form), before) == changes(kind, form, before)


@given(where=row_fields, data=st.data())
def test_a_row_goes_past_its_neighbour_and_comes_back_after_it_was_taken_out(
    where: tuple[Kind, Field], data: st.DataObject
) -> None:
    kind, declared = where
    name = declared.name
    rows = data.draw(st.lists(with_others(fields_of(declared.fields)), min_size=2, max_size=5))
    form = settled(kind, sent(kind, {name: rows}))
    number = data.draw(st.integers(1, len(rows) - 1))
    swapped = [*rows[: number - 1], rows[number], rows[number - 1], *rows[number + 1 :]]

    down, cursor = act(kind, form, f"row:down:{name}:{number}")
    up, _ = act(kind, form, f"row:up:{name}:{number + 1}")
    again, _ = act(kind, down, f"row:up:{name}:{number + 1}")
    gone, _ = act(kind, form, f"row:remove:{name}:{number}")
    back, _ = act(kind, gone, f"row:back:{name}:{number}")

    assert cursor == f"{name}.{number + 1}"
    assert {name: rows, **changes(kind, down, {name: rows})[0]} == {name: swapped}
    assert changes(kind, up, {name: rows}) == changes(kind, down, {name: rows})
    assert changes(kind, again, {name: rows}) == changes(kind, back, {name: rows}) == ({}, [])
    assert changes(kind, gone, {name: rows}) == ({name: [*rows[: number - 1], *rows[number:]]}, [])


@pytest.mark.parametrize(
    "action",
    [
        "row:",
        "row:add",
        "row:add:title",
        "row:up:evidence:9",
        "row:up:evidence:x",
        "row:eat:evidence:1",
        "row:::",
    ],
)
def test_a_button_that_no_form_has_does_nothing(action: str) -> None:
    form = settled(KINDS["note"], sent(KINDS["note"], {"evidence": [{"claim": "One"}]}))

    assert act(KINDS["note"], form, action)[0] == form


def test_a_row_that_says_it_came_from_where_another_came_from_is_new() -> None:
    evidence = [{"claim": "One", "reviewer": "ana"}]
    form = sent(KINDS["note"], {"evidence": evidence})
    form["evidence.2._from"] = "1"
    form["evidence.2.claim"] = "Two"

    assert changes(KINDS["note"], form, {"evidence": evidence}) == (
        {"evidence": [{"claim": "One", "reviewer": "ana"}, {"claim": "Two"}]},
        [],
    )


@pytest.mark.parametrize("origin", ["0", "-1", "7", "x", "99999", "١"])
def test_a_row_that_came_from_nowhere_is_new(origin: str) -> None:
    form = sent(KINDS["note"], {})
    form["evidence.1._from"] = origin
    form["evidence.1.claim"] = "One"

    assert changes(KINDS["note"], form, {"evidence": [{"claim": "Zero"}]}) == (
        {"evidence": [{"claim": "One"}]},
        [],
    )


def test_what_is_typed_takes_the_place_of_what_was_chosen() -> None:
    assert typed("story", {"hero": "persona-cfo"}, hero=["persona-cfo", "persona-it"]) == (
        {"hero": "persona-it"},
        [],
    )
    assert typed("story", {"hero": "persona-cfo"}, hero=["persona-cfo", ""]) == ({}, [])
    assert typed("story", {"hero": "persona-cfo"}, hero=[""]) == ({}, ["hero"])


def test_people_keep_their_order_and_commas_part_only_what_is_new() -> None:
    fields = {"told_by": ["Ana, of Sales", "cleo.marsh"]}

    assert typed("story", fields, told_by=["cleo.marsh", "Ana, of Sales", "milo.brandt , dana.okafor"]) == (
        {"told_by": ["Ana, of Sales", "cleo.marsh", "milo.brandt", "dana.okafor"]},
        [],
    )
    assert typed("story", fields, told_by=["", "Ana, of Sales"]) == ({"told_by": ["Ana, of Sales"]}, [])


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
