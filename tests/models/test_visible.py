"""Who may know of which entry, by role, audience and state."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.db import db, transaction
from playbook.models import Entry, Permission, Role, User, can, open_to, reader_tokens, visible
from playbook.work import saving
from tests.world import World

PEOPLE = ("ana", "cleo", "milo", "ada", "nobody", "gone")
AUDIENCES = ("internal", "customer-safe", "restricted")

# (state, audience): who may know of it. Cleo owns the restricted ones here.
MAY_KNOW = {
    ("draft", "internal"): {"cleo", "milo", "ada"},
    ("draft", "customer-safe"): {"cleo", "milo", "ada"},
    ("draft", "restricted"): {"cleo", "ada"},
    ("agreed", "internal"): {"ana", "cleo", "milo", "ada"},
    ("agreed", "customer-safe"): {"ana", "cleo", "milo", "ada"},
    ("agreed", "restricted"): {"cleo", "ada"},
    ("proposed", "internal"): {"ana", "cleo", "milo", "ada"},
    ("proposed", "customer-safe"): {"ana", "cleo", "milo", "ada"},
    ("proposed", "restricted"): {"cleo", "ada"},
}


def test_who_may_know_of_what(world: World) -> None:
    for state, audience in MAY_KNOW:
        slug = f"{state}-{audience}"
        world.write(slug, audience=audience, owner="cleo.marsh", released=state != "draft")
        if state == "proposed":
            world.revise(slug, body="Newer.\n", released=False)
    with world.context(), saving():
        gone = User.invite(email="gone@example.com", name="Gone", role=Role.ADMIN)
        gone.disable()
        world.people["gone"] = gone.id

    seen = {}
    for person in PEOPLE:
        with world.context():
            reader = world.person(person) if person != "nobody" else None
            seen[person] = set(db.session.scalars(sa.select(Entry.slug).where(visible(reader))))

    for (state, audience), expected in MAY_KNOW.items():
        assert {person for person in PEOPLE if f"{state}-{audience}" in seen[person]} == expected, (
            state,
            audience,
        )


def test_a_rep_may_know_of_a_restricted_entry_of_their_own_once_it_is_released(world: World) -> None:
    world.write("mine", audience="restricted", owner="ana.ruiz", released=False)
    with world.context():
        assert db.session.scalars(sa.select(Entry.slug).where(visible(world.person("ana")))).all() == []
    world.revise("mine", body="Released.\n")
    with world.context():
        assert db.session.scalars(sa.select(Entry.slug).where(visible(world.person("ana")))).all() == ["mine"]


def test_a_waiting_version_with_another_audience_changes_nothing_yet(world: World) -> None:
    world.write("open")
    world.revise("open", audience="restricted", released=False)
    world.write("shut", audience="restricted", owner="dana.okafor")
    world.revise("shut", audience="internal", released=False)

    with world.context():
        assert db.session.scalars(sa.select(Entry.slug).where(visible(world.person("ana")))).all() == ["open"]


@given(
    entries=st.lists(
        st.tuples(
            st.sampled_from([*AUDIENCES, "unheard-of"]),
            st.sampled_from(["ana.ruiz", "cleo.marsh", "", "everyone", "administrators", "owner:ana.ruiz"]),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_index_opens_released_entries_to_those_who_may_know_of_them(
    world: World, entries: list[tuple[str, str]]
) -> None:
    with world.context(), transaction() as session:
        session.execute(sa.update(Entry).values(latest_id=None, agreed_id=None))
        session.execute(sa.delete(Entry))
    for number, (audience, owner) in enumerate(entries):
        world.write(f"entry-{number}", audience=audience, owner=owner)

    with world.context():
        for person in ("ana", "cleo", "milo", "ada"):
            reader = world.person(person)
            by_clause = set(db.session.scalars(sa.select(Entry.slug).where(visible(reader))))
            by_tokens = {
                entry.slug
                for entry in db.session.scalars(sa.select(Entry))
                if reader_tokens(reader) & set(open_to(audience=entry.audience, owner=entry.owner))
            }
            assert by_clause == by_tokens


def test_nobody_and_those_who_left_may_do_nothing(world: World) -> None:
    with world.context(), saving():
        ada = world.person("ada")
        ada.disable()
        for permission in Permission:
            assert not can(None, permission)
            assert not can(ada, permission)
            assert not ada.can(permission)
        assert reader_tokens(None) == reader_tokens(ada) == frozenset()


ROLES = {
    Role.REP: "read",
    Role.CONTRIBUTOR: "read revise",
    Role.MARKETER: "read revise publish reports",
    Role.ADMIN: "read revise publish reports people administer",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_a_named_set_of_permissions(role: Role) -> None:
    person = User(role=role, disabled_at=None)

    assert {permission.value for permission in Permission if can(person, permission)} == set(
        ROLES[role].split()
    )
