from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playbook.kinds import KINDS, Kind
from playbook.kinds.reading import references
from playbook.kinds.retargeting import retargeted
from tests.kinds.samples import fields_of

MAP = KINDS["issue_map"]


def test_relations_in_lists_groups_and_rows_follow_and_nothing_else_changes() -> None:
    fields = {
        "title": "price",
        "issue": "price",
        "rows": [
            {"persona": "cfo", "question": "price", "consequence": "price"},
            "price",
            {"persona": "price"},
        ],
        "personas": ["price", "cfo"],
        "price": "price",
    }

    assert retargeted(MAP, fields, old={"price"}, new="cost") == {
        "issue": "cost",
        "rows": [
            {"persona": "cfo", "question": "cost", "consequence": "price"},
            "price",
            {"persona": "cost"},
        ],
        "personas": ["cost", "cfo"],
    }


def test_a_list_that_would_name_the_new_entry_twice_names_it_once() -> None:
    fields = {"personas": ["cost", "price", "cfo", "price"]}

    assert retargeted(MAP, fields, old={"price"}, new="cost") == {"personas": ["cost", "cfo"]}


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
def test_no_relation_names_the_old_slugs_afterwards(kind: str, data: st.DataObject) -> None:
    declared: Kind = KINDS[kind]
    fields: dict[str, Any] = data.draw(fields_of(declared.all_fields))
    targets = sorted({reference.target for reference in references(declared, fields)})
    old = set(data.draw(st.lists(st.sampled_from(targets), max_size=3))) if targets else set()

    after = {**fields, **retargeted(declared, fields, old=old, new="quite-new")}

    assert {reference.target for reference in references(declared, after)} == {
        "quite-new" if target in old else target for target in targets
    }
