from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.errors import Invalid
from playbook.kinds import KINDS
from playbook.models import AuditRecord, Setting, Signer
from playbook.models.rule import CHOICES, SETTING, Rule, choose_rules, rule_of, rules
from playbook.work import saving
from tests.world import World

SALES, MARKETING, OWNER = Signer.SALES, Signer.MARKETING, Signer.OWNER


def choose(world: World, **chosen: tuple[Signer, ...]) -> list[str]:
    with world.context(), saving():
        return choose_rules(chosen, by=world.person("ada"))


def kept(world: World) -> dict[str, list[str]] | None:
    with world.context():
        setting = db.session.get(Setting, SETTING)
        return setting.value if setting is not None else None


def test_every_kind_asks_for_whom_it_declares_until_somebody_chooses(world: World) -> None:
    with world.context():
        found = rules()
        assert list(found) == list(KINDS)
        for name, rule in found.items():
            assert rule.needs == rule.usual == tuple(Signer(signer) for signer in KINDS[name].signers)
            assert not rule.is_relaxed
            assert rule == rule_of(KINDS[name])


def test_what_is_chosen_holds_for_that_kind_alone(world: World) -> None:
    assert choose(world, persona=(SALES,), note=()) == ["persona", "note"]

    with world.context():
        assert rule_of(KINDS["persona"]) == Rule(needs=(SALES,), usual=(SALES, MARKETING))
        assert rule_of(KINDS["note"]) == Rule(needs=(), usual=(OWNER,))
        assert rule_of(KINDS["persona"]).is_relaxed
        assert not rule_of(KINDS["icp"]).is_relaxed


def test_choosing_what_holds_already_changes_and_records_nothing(world: World) -> None:
    assert choose(world, persona=(SALES, MARKETING)) == []
    assert kept(world) is None
    choose(world, persona=(SALES,))
    assert choose(world, persona=(SALES,), icp=(SALES, MARKETING)) == []

    with world.context():
        records = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == "choose rule")).all()
        assert [(record.thing, record.user_id) for record in records] == [
            ("kinds/persona", world.people["ada"])
        ]
        assert (records[0].detail["before"], records[0].detail["after"]) == (
            ["sales", "marketing"],
            ["sales"],
        )


def test_choosing_as_usual_leaves_nothing_behind(world: World) -> None:
    choose(world, persona=(SALES,), icp=(OWNER,))
    choose(world, persona=(SALES, MARKETING))

    assert kept(world) == {"icp": ["owner"]}


@pytest.mark.parametrize(
    "chosen",
    [
        {"nothing": (SALES,)},
        {"persona": (MARKETING, SALES)},
        {"persona": (SALES, SALES)},
        {"persona": (SALES, MARKETING, OWNER)},
        {"icp": (SALES,), "persona": (MARKETING, OWNER)},
    ],
)
def test_what_is_no_choice_is_named_and_nothing_is_chosen(
    world: World, chosen: dict[str, tuple[Signer, ...]]
) -> None:
    with pytest.raises(Invalid) as refused:
        choose(world, **chosen)

    assert [problem.field for problem in refused.value.problems] == [list(chosen)[-1]]
    assert kept(world) is None


def test_a_rule_is_relaxed_where_it_does_without_somebody_whom_the_kind_declares() -> None:
    both, owner = (SALES, MARKETING), (OWNER,)
    for needs in CHOICES:
        assert Rule(needs, both).is_relaxed is (needs != both)
        assert Rule(needs, owner).is_relaxed is (OWNER not in needs)


def test_one_chooses_from_what_is_usual_and_from_what_is_no_more_than_that() -> None:
    both, owner, sales_and_owner = (SALES, MARKETING), (OWNER,), (SALES, OWNER)
    alone = {(SALES,), (MARKETING,), (OWNER,), ()}

    assert Rule(both, both).choices[0] == both
    assert set(Rule(both, both).choices) == {both, sales_and_owner, *alone}
    assert set(Rule(owner, owner).choices) == alone
    assert Rule(both, owner).choices[0] == owner
    assert set(Rule(both, owner).choices) == {both, *alone}, "what holds now can be kept"
