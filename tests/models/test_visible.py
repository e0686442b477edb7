"""Who may know of which entry, by role, audience, readers and state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook import search
from playbook.db import db, transaction
from playbook.models import (
    Entry,
    Permission,
    Role,
    Team,
    User,
    Version,
    can,
    open_to,
    reader_tokens,
    visible,
)
from playbook.models.history import history, latest_versions
from playbook.models.shown import shown
from playbook.search.source import texts
from playbook.work import saving
from tests.world import PEOPLE, World

AUDIENCES = ("internal", "customer-safe", "restricted")

# (state, audience): who may know of it. Cleo owns the restricted ones here, and Dana wrote what is shown.
MAY_KNOW = {
    ("draft", "internal"): {"cleo", "milo", "dana", "ada"},
    ("draft", "customer-safe"): {"cleo", "milo", "dana", "ada"},
    ("draft", "restricted"): {"cleo", "dana", "ada"},
    ("agreed", "internal"): {"ana", "cleo", "milo", "dana", "ada"},
    ("agreed", "customer-safe"): {"ana", "cleo", "milo", "dana", "ada"},
    ("agreed", "restricted"): {"cleo", "dana", "ada"},
    ("proposed", "internal"): {"ana", "cleo", "milo", "dana", "ada"},
    ("proposed", "customer-safe"): {"ana", "cleo", "milo", "dana", "ada"},
    ("proposed", "restricted"): {"cleo", "dana", "ada"},
}


def known(world: World, person: str) -> set[str]:
    """The slugs of the entries that somebody may know of; "" is nobody."""
    with world.context():
        reader = world.person(person) if person else None
        return set(db.session.scalars(sa.select(Entry.slug).where(visible(reader))))


def who_knows(world: World, slug: str) -> set[str]:
    return {person for person in world.people if slug in known(world, person)}


@contextmanager
def reading(world: World, person: str, slug: str) -> Iterator[tuple[User, Entry]]:
    with world.context():
        yield world.person(person), world.entry(slug)


def versions_of(world: World, person: str, slug: str) -> list[int]:
    """The numbers of the versions that somebody may read, which every way of asking agrees on."""
    with reading(world, person, slug) as (reader, entry):
        numbers = [past.version.number for past in history(entry, reader=reader)]
        latest, total = latest_versions(entry, reader=reader, limit=100)
        assert [version.number for version, _ in latest] == numbers
        assert total == len(numbers)
    return numbers


def test_who_may_know_of_what(world: World) -> None:
    for state, audience in MAY_KNOW:
        slug = f"{state}-{audience}"
        world.write(slug, audience=audience, owner="cleo.marsh", released=state != "draft", by="dana")
        if state == "proposed":
            world.revise(slug, body="Newer.\n", released=False, by="milo")
    with world.context(), saving():
        gone = User.invite(email="gone@example.com", name="Gone", role=Role.ADMIN)
        gone.disable()
        world.people["gone"] = gone.id

    assert {(state, audience): who_knows(world, f"{state}-{audience}") for state, audience in MAY_KNOW} == (
        MAY_KNOW
    )
    assert known(world, "") == set()


# What a restricted text says, and who else than Dana, its author, and Ada, an administrator, may know of it.
OPENED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "to its owner": ({"owner": "ana.ruiz"}, {"ana"}),
    "to its second owner": ({"owner": "x", "co_owner": "cleo.marsh"}, {"cleo"}),
    "to people by name": ({"readers": {"people": ["ana.ruiz", "milo.brandt"]}}, {"ana", "milo"}),
    "to a team": ({"readers": {"teams": ["marketing"]}}, {"milo"}),
    "to people and a team": (
        {"readers": {"people": ["milo.brandt"], "teams": ["sales"]}},
        {"ana", "cleo", "milo"},
    ),
    "to one person in no list": ({"readers": {"people": "ana.ruiz"}}, {"ana"}),
    "to nobody else": ({"owner": "dana.okafor", "readers": {"people": [], "teams": []}}, set()),
    "to teams that do not exist": (
        {"readers": {"teams": ["everyone", "admin", "*", "administrators"]}},
        set(),
    ),
    "to people by wrong names": (
        {
            "readers": {
                "people": ["everyone", "team:sales", "person:ana.ruiz", "Ana Ruiz", "ana", "%", 7, None]
            }
        },
        set(),
    ),
    "to readers in no shape": ({"readers": ["ana.ruiz"]}, set()),
}


@pytest.mark.parametrize("way", OPENED)
def test_a_restricted_entry_is_open(world: World, way: str) -> None:
    says, others = OPENED[way]
    world.write("price", audience="restricted", by="dana", **says)

    assert who_knows(world, "price") == {"dana", "ada"} | others


def test_readers_count_only_where_the_audience_is_restricted(world: World) -> None:
    world.write("price", audience="internal", readers={"people": ["ana.ruiz"]}, by="dana")

    assert who_knows(world, "price") == set(PEOPLE)


def test_an_audience_that_nobody_knows_of_is_the_narrowest(world: World) -> None:
    with world.context():
        assert open_to(audience="restricted", owner="x") == ("owner:x", "administrators")
    world.write("price", by="dana")
    with world.context(), transaction():
        entry = world.entry("price")
        entry.newest.audience = entry.audience = "restricted"

    assert who_knows(world, "price") == {"dana", "ada"}


def test_whoever_wrote_an_earlier_version_knows_of_a_restricted_entry_no_more(world: World) -> None:
    world.write("price", audience="restricted", by="cleo")
    assert who_knows(world, "price") == {"cleo", "ada"}

    world.revise("price", body="Newer.\n", by="dana")

    assert who_knows(world, "price") == {"dana", "ada"}


def test_a_rep_may_know_of_a_restricted_entry_of_their_own_once_it_is_released(world: World) -> None:
    world.write("mine", audience="restricted", owner="ana.ruiz", released=False)
    assert known(world, "ana") == set()
    world.revise("mine", body="Released.\n")
    assert known(world, "ana") == {"mine"}


def test_a_waiting_version_with_another_audience_changes_nothing_yet(world: World) -> None:
    world.write("open")
    world.revise("open", audience="restricted", released=False)
    world.write("shut", audience="restricted", owner="dana.okafor")
    world.revise("shut", audience="internal", released=False)

    assert known(world, "ana") == {"open"}


def test_somebody_named_only_in_a_waiting_version_does_not_know_of_the_entry_yet(world: World) -> None:
    world.write("price", audience="restricted", by="dana")
    world.revise(
        "price", readers={"people": ["cleo.marsh"], "teams": ["marketing"]}, released=False, by="dana"
    )
    assert who_knows(world, "price") == {"dana", "ada"}

    world.revise("price", body="Now.\n", by="dana")

    assert who_knows(world, "price") == {"dana", "ada", "cleo", "milo"}


def test_somebody_dropped_in_a_waiting_version_sees_what_is_released_and_not_what_waits(world: World) -> None:
    world.write("price", audience="restricted", readers={"people": ["cleo.marsh", "ana.ruiz"]}, by="dana")
    world.revise("price", readers={"people": []}, body="Waiting.\n", released=False, by="dana")

    for person in ("cleo", "ana"):
        assert versions_of(world, person, "price") == [1]
        with world.context():
            seen = shown("price", kind=None, reader=world.person(person), column=Version.text)
            assert seen.version.number == 1
            assert seen.newest in {None, 1}
    assert versions_of(world, "dana", "price") == versions_of(world, "ada", "price") == [2, 1]


def test_a_version_for_readers_of_its_own_is_theirs_in_the_history_of_an_open_entry(world: World) -> None:
    world.write("price", body="First.\n", audience="restricted", readers={"teams": ["marketing"]}, by="dana")
    world.revise("price", body="Second.\n", audience="internal", by="dana")
    world.revise("price", body="Third.\n", audience="restricted", readers={"people": ["cleo.marsh"]},
                 released=False, by="milo")  # fmt: skip

    assert {person: versions_of(world, person, "price") for person in PEOPLE} == {
        "ana": [2],
        "cleo": [3, 2],
        "milo": [3, 2, 1],
        "dana": [2, 1],
        "ada": [3, 2, 1],
    }


# What people and documents may be called to be taken for somebody else.
HOSTILE = (
    "everyone",
    "administrators",
    "team:sales",
    "person:ana.ruiz",
    "owner:ana.ruiz",
    "admin",
    "All",
    "*",
    "%",
)
HANDLES = ("ana.ruiz", "cleo.marsh", "milo.brandt", "dana.okafor", "ada.field")


@dataclass(frozen=True)
class Says:
    """What a version says about who may read it, and who wrote it."""

    author: str
    audience: str
    owner: str = ""
    co_owner: str = ""
    people: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)

    def opens_to(self, user: User) -> bool:
        """The rule in words: everybody, or the owners, the author, administrators, and those named."""
        return (
            self.audience != "restricted"
            or user.role is Role.ADMIN
            or user.name == PEOPLE[self.author][0]
            or user.handle in {self.owner.strip(), self.co_owner.strip(), *(p.strip() for p in self.people)}
            or user.team.value in self.teams
        )

    def fields(self) -> dict[str, Any]:
        named = {"readers": {"people": self.people, "teams": self.teams}}
        return {"audience": self.audience, "owner": self.owner, "co_owner": self.co_owner, **named}


names = st.sampled_from([*HANDLES, *HOSTILE, "", " ana.ruiz ", "team.sales"])
sayings = st.builds(
    Says,
    author=st.sampled_from(["ana", "cleo", "milo", "dana"]),
    audience=st.sampled_from([*AUDIENCES, "restricted", "restricted"]),
    owner=names,
    co_owner=names,
    people=st.lists(names, max_size=2),
    teams=st.lists(st.sampled_from([*(team.value for team in Team), *HOSTILE]), max_size=2),
)


@given(entries=st.lists(st.tuples(sayings, st.none() | sayings), min_size=1, max_size=5))
@settings(
    max_examples=8,  # each writes up to ten versions, on both databases
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_clause_tokens_and_index_open_released_entries_to_the_same_people(
    world: World, entries: list[tuple[Says, Says | None]]
) -> None:
    begin_anew(world)
    for number, (released, waiting) in enumerate(entries):
        world.write(f"entry-{number}", by=released.author, **released.fields())
        if waiting is not None:
            world.revise(
                f"entry-{number}", by=waiting.author, released=False, body="Waits.\n", **waiting.fields()
            )

    with world.context():
        ids = {entry.id: entry.slug for entry in db.session.scalars(sa.select(Entry))}
        opened = {ids[text.entry_id]: set(text.readers) for text in texts(ids)}
        for user in db.session.scalars(sa.select(User)):
            by_rule = {f"entry-{n}" for n, (released, _) in enumerate(entries) if released.opens_to(user)}
            by_clause = set(db.session.scalars(sa.select(Entry.slug).where(visible(user))))
            by_tokens = {slug for slug, readers in opened.items() if readers & reader_tokens(user)}
            found = search.search("", reader=user)
            kinds = [value.count for facet in found.facets if facet.name == "kind" for value in facet.values]
            assert by_clause == by_tokens == {hit.entry.slug for hit in found.hits} == by_rule, user.handle
            assert found.total == sum(kinds) == len(by_rule)
            assert {entry.slug for entry in search.titles("entr", reader=user)} == by_rule


def begin_anew(world: World) -> None:
    """No entries, and beside the usual people some who are called like groups."""
    with world.context(), saving() as session:
        for entry in session.scalars(sa.select(Entry)):
            entry.erase()
        if not session.scalar(sa.select(User.id).where(User.email == "group0@example.com")):
            for number, name in enumerate(HOSTILE):
                User.invite(email=f"group{number}@example.com", name=name, role=Role.REP, team=Team.OTHER)


def test_t57_people_and_readers_called_like_groups_have_no_effect(world: World) -> None:
    begin_anew(world)
    world.write("price", audience="restricted", owner="dana.okafor", by="dana",
                readers={"people": ["ana.ruiz"], "teams": []})  # fmt: skip
    with world.context():
        called = db.session.scalars(sa.select(User).where(User.email.startswith("group"))).all()
        assert {user.handle for user in called} >= {
            "everyone",
            "administrators",
            "team.sales",
            "owner.ana.ruiz",
        }
        for user in called:
            assert db.session.scalars(sa.select(Entry).where(visible(user))).all() == []
            assert search.search("", reader=user).total == 0
            assert not reader_tokens(user) & {
                "administrators",
                "team:sales",
                "person:ana.ruiz",
                "owner:ana.ruiz",
            }


def test_nobody_and_those_who_left_may_do_nothing(world: World) -> None:
    with world.context(), saving():
        milo = world.person("milo")
        milo.disable()
        for permission in Permission:
            assert not can(None, permission)
            assert not can(milo, permission)
            assert not milo.can(permission)
        assert reader_tokens(None) == reader_tokens(milo) == frozenset()


ROLES = {
    Role.REP: "read",
    Role.ANALYST: "read reports",
    Role.CONTRIBUTOR: "read revise sign",
    Role.MARKETER: "read revise sign curate reports",
    Role.ADMIN: "read revise sign curate reports people administer",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_a_named_set_of_permissions(role: Role) -> None:
    person = User(role=role, disabled_at=None)

    assert {permission.value for permission in Permission if can(person, permission)} == set(
        ROLES[role].split()
    )
