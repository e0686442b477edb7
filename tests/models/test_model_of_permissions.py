"""People, entries, versions and roles in any order, against a model in plain words of who sees what."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from playbook import search
from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, NotFound, PlaybookError
from playbook.kinds import KINDS
from playbook.models import (
    Entry,
    Ground,
    Role,
    StaleVersion,
    Team,
    User,
    UserSession,
    Version,
    listed,
    read,
    visible,
)
from playbook.models.history import history
from playbook.models.permission import GRANTS, Permission
from playbook.models.shown import shown
from playbook.work import saving
from tests.soak import SOAKING, soak
from tests.world import World

NOTE = KINDS["note"]
ALL_TEAMS = [team.value for team in Team]
NAMES_OF_GROUPS = ("everyone", "administrators", "team:sales", "person:everyone", "admin")


@dataclass
class Person:
    """What the model knows of somebody."""

    id: int
    handle: str
    role: Role
    team: Team
    is_disabled: bool = False

    def may(self, permission: Permission) -> bool:
        return not self.is_disabled and permission in GRANTS[self.role]


@dataclass(frozen=True)
class Says:
    """What a version says of who may read it."""

    audience: str
    owner: str
    co_owner: str
    people: tuple[str, ...]
    teams: tuple[str, ...]

    def fields(self) -> dict[str, Any]:
        readers = {"people": list(self.people), "teams": list(self.teams)}
        return {"audience": self.audience, "owner": self.owner, "co_owner": self.co_owner, "readers": readers}


@dataclass
class Text:
    """What the model knows of a version."""

    number: int
    author: int
    says: Says
    text: str
    was_released: bool = False

    def opens_to(self, person: Person) -> bool:
        return (
            self.says.audience != "restricted"
            or person.may(Permission.ADMINISTER)
            or person.id == self.author
            or person.handle in {self.says.owner, self.says.co_owner, *self.says.people}
            or person.team.value in self.says.teams
        )

    def is_read_by(self, person: Person) -> bool:
        return self.opens_to(person) and (self.was_released or person.may(Permission.REVISE))


@dataclass
class Thing:
    """What the model knows of an entry."""

    id: int
    slugs: list[str]
    texts: list[Text] = field(default_factory=list)
    agreed: int | None = None
    is_retired: bool = False

    @property
    def slug(self) -> str:
        return self.slugs[-1]

    @property
    def seen(self) -> Text:
        return self.texts[(self.agreed or len(self.texts)) - 1]

    def is_known_to(self, person: Person) -> bool:
        if not person.may(Permission.READ):
            return False
        return self.seen.opens_to(person) and (self.agreed is not None or person.may(Permission.REVISE))


class Playbook(RuleBasedStateMachine):
    """Every step is done in the playbook and in the model; then somebody looks at both."""

    world: World  # given by the test
    taken = 0  # steps, of all runs
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.people: list[Person] = []
        self.things: list[Thing] = []
        self.erased: list[str] = []
        self.steps = 0
        self.looks = random.Random(0)

    @initialize()
    def begin(self) -> None:
        with self.world.context(), saving() as session:
            for entry in session.scalars(sa.select(Entry)):
                entry.erase()
        for role in Role:
            self.come(role=role, team=Team.SALES, name="")

    # People

    def come(self, *, role: Role, team: Team, name: str) -> None:
        number = next(self.numbers)
        with self.world.context(), saving():
            user = User.invite(
                email=f"p{number}@example.com", name=name or f"P {number}", role=role, team=team
            )
            self.people.append(Person(user.id, user.handle, role, team))

    @precondition(lambda self: len(self.people) < 9)
    @rule(
        role=st.sampled_from(Role), team=st.sampled_from(Team), name=st.sampled_from(["", *NAMES_OF_GROUPS])
    )
    def invite(self, role: Role, team: Team, name: str) -> None:
        self.come(role=role, team=team, name=name)

    @rule(who=st.integers(0), role=st.sampled_from(Role))
    def change_role(self, who: int, role: Role) -> None:
        person = self.one(who)
        with self.world.context(), saving():
            self.user(person).take_role(role, by=self.world.person("ada"))
        person.role = role

    @rule(who=st.integers(0), team=st.sampled_from(Team))
    def change_team(self, who: int, team: Team) -> None:
        person = self.one(who)
        with self.world.context(), saving():
            self.user(person).team = team
        person.team = team

    @rule(who=st.integers(0))
    def leave_or_come_back(self, who: int) -> None:
        person = self.one(who)
        with self.world.context(), saving():
            user = self.user(person)
            user.enable() if person.is_disabled else user.disable()
        person.is_disabled = not person.is_disabled

    # Entries

    @precondition(lambda self: len(self.things) < 6)
    @rule(who=st.integers(0), data=st.data(), at_once=st.booleans())
    def draft(self, who: int, data: st.DataObject, at_once: bool) -> None:
        person = self.one(who)
        says = data.draw(self.sayings())
        slug = f"entry-{next(self.numbers)}"
        document = self.document(says)
        with self.world.context():
            reading = read(document, kind=NOTE, slug=slug)
            with saving():
                entry = Entry.draft(reading, slug=slug, by=self.user(person))
                if at_once:
                    entry.release(entry.newest, by=self.user(person), ground=Ground.MIGRATED)
                thing = Thing(entry.id, [slug], [Text(1, person.id, says, document.text)])
        self.things.append(thing)
        if at_once:
            self.released(thing, 1)

    @precondition(lambda self: self.things)
    @rule(who=st.integers(0), which=st.integers(0), data=st.data(), at_once=st.booleans())
    def revise(self, who: int, which: int, data: st.DataObject, at_once: bool) -> None:
        person, thing = self.one(who), self.thing(which)
        says = data.draw(self.sayings())
        document = self.document(says)
        before = len(thing.texts)

        def act(entry: Entry, user: User) -> None:
            reading = read(document, kind=NOTE, slug=thing.slug)
            version = entry.revise(reading, by=user, base=before)
            if at_once:
                entry.release(version, by=user, ground=Ground.MIGRATED)

        if self.act(person, thing, act, refused=Conflict if thing.is_retired else None):
            thing.texts.append(Text(before + 1, person.id, says, document.text))
            if at_once:
                self.released(thing, before + 1)

    @precondition(lambda self: any(len(thing.texts) > 1 for thing in self.things))
    @rule(who=st.integers(0), which=st.integers(0), back=st.integers(1, 3))
    def revise_from_an_earlier_version(self, who: int, which: int, back: int) -> None:
        thing = self.thing(which)
        base = max(1, len(thing.texts) - back)
        document = self.document(thing.seen.says)

        def act(entry: Entry, user: User) -> None:
            entry.revise(read(document, kind=NOTE, slug=thing.slug), by=user, base=base)

        if base < len(thing.texts):
            refused = Conflict if thing.is_retired else StaleVersion
            assert not self.act(self.one(who), thing, act, refused=refused)

    @precondition(lambda self: self.things)
    @rule(who=st.integers(0), which=st.integers(0), number=st.integers(1, 12))
    def restore(self, who: int, which: int, number: int) -> None:
        person, thing = self.one(who), self.thing(which)
        number = (number - 1) % len(thing.texts) + 1
        earlier, newest = thing.texts[number - 1], thing.texts[-1]

        def act(entry: Entry, user: User) -> None:
            reading = read(Document(earlier.text), kind=NOTE, slug=thing.slug)
            entry.restore(number, reading=reading, by=user)

        done = self.act(person, thing, act, refused=Conflict if thing.is_retired else None)
        if done and earlier.text != newest.text:
            thing.texts.append(Text(newest.number + 1, person.id, earlier.says, earlier.text))

    @precondition(lambda self: self.things)
    @rule(who=st.integers(0), which=st.integers(0), number=st.integers(1, 12))
    def release(self, who: int, which: int, number: int) -> None:
        thing = self.thing(which)
        number = (number - 1) % len(thing.texts) + 1

        def act(entry: Entry, user: User) -> None:
            entry.release(entry.version(number), by=user, ground=Ground.MIGRATED)

        if self.act(
            self.one(who),
            thing,
            act,
            refused=Conflict if thing.is_retired and thing.agreed != number else None,
        ):
            self.released(thing, number)

    @precondition(lambda self: self.things)
    @rule(who=st.integers(0), which=st.integers(0), back=st.booleans())
    def rename(self, who: int, which: int, back: bool) -> None:
        thing = self.thing(which)
        slug = thing.slugs[0] if back else f"entry-{next(self.numbers)}"
        if self.act(self.one(who), thing, lambda entry, user: entry.rename(slug, by=user)):
            thing.slugs = [*(each for each in thing.slugs if each != slug), slug]

    @precondition(lambda self: len(self.things) > 1)
    @rule(who=st.integers(0), which=st.integers(0), other=st.integers(0))
    def take_the_slug_of_another(self, who: int, which: int, other: int) -> None:
        thing, taken = self.thing(which), self.thing(other).slugs[0]
        if taken not in thing.slugs:
            assert not self.act(
                self.one(who), thing, lambda entry, user: entry.rename(taken, by=user), refused=Invalid
            )

    @precondition(lambda self: self.things)
    @rule(who=st.integers(0), which=st.integers(0))
    def retire_or_bring_back(self, who: int, which: int) -> None:
        thing = self.thing(which)

        def act(entry: Entry, user: User) -> None:
            if thing.is_retired:
                entry.unretire(by=user)
            else:
                entry.retire(by=user, reason="Nobody sells it.")

        if self.act(self.one(who), thing, act):
            thing.is_retired = not thing.is_retired

    @precondition(lambda self: len(self.things) > 2)
    @rule(who=st.integers(0), which=st.integers(0))
    def erase(self, who: int, which: int) -> None:
        thing = self.thing(which)
        if self.act(self.one(who), thing, lambda entry, user: entry.erase()):
            self.things.remove(thing)
            self.erased += thing.slugs

    # Looking

    @invariant()
    def somebody_looks(self) -> None:
        self.steps += 1
        type(self).taken += 1
        if self.people:
            self.look(self.looks.choice(self.people), at_pages=self.steps % 2 == 0)

    def teardown(self) -> None:
        for person in self.people:
            self.look(person, at_pages=False)
        with self.world.context():
            for thing in self.things:
                query = sa.select(Version.number, Version.text).where(Version.entry_id == thing.id)
                kept = [tuple(row) for row in db.session.execute(query.order_by(Version.number))]
                assert kept == [(text.number, text.text) for text in thing.texts]
            assert search.check() == []

    def look(self, person: Person, *, at_pages: bool) -> None:
        known = {thing.slug for thing in self.things if thing.is_known_to(person)}
        lists = {thing.slug for thing in self.things if thing.is_known_to(person) and not thing.is_retired}
        found = {thing.slug for thing in self.things if thing.slug in lists and thing.agreed is not None}
        with self.world.context():
            user = self.user(person)
            assert set(db.session.scalars(sa.select(Entry.slug).where(visible(user)))) == known
            assert set(db.session.scalars(sa.select(Entry.slug).where(listed(user)))) == lists
            answer = search.search("", reader=user)
            assert {hit.entry.slug for hit in answer.hits} == found
            assert answer.total == len(found)
            counted = [
                value.count for facet in answer.facets if facet.name == "kind" for value in facet.values
            ]
            assert sum(counted) == len(found)
            assert {entry.slug for entry in search.titles("text", reader=user)} == found
            for thing in self.things:
                if thing.slug in known:
                    seen = shown(thing.slugs[0], kind=NOTE, reader=user, column=Version.text)
                    assert seen.version.text == thing.seen.text
                    read_by = [text.number for text in thing.texts if text.is_read_by(person)]
                    assert [past.version.number for past in history(seen.entry, reader=user)][::-1] == read_by
        if at_pages and self.things:
            self.look_at_a_page(person, self.looks.choice(self.things))
        if at_pages and self.erased:
            self.is_missing(person, self.looks.choice(self.erased))

    def look_at_a_page(self, person: Person, thing: Thing) -> None:
        client = self.client(person)
        text = self.looks.choice(thing.texts)
        answers = [
            client.get(f"/notes/{thing.slug}.md"),
            client.get(f"/notes/{thing.slug}.md?version={text.number}"),
        ]
        if person.is_disabled:
            assert [answer.status_code for answer in answers] == [303, 303]
            return
        knows = thing.is_known_to(person)
        reads = knows and text.is_read_by(person)
        assert [answer.status_code for answer in answers] == [200 if knows else 404, 200 if reads else 404]
        assert (answers[0].data == thing.seen.text.encode()) == knows
        assert (answers[1].data == text.text.encode()) == reads
        assert client.get(f"/notes/{thing.slug}").status_code == (200 if knows else 404)

    def is_missing(self, person: Person, slug: str) -> None:
        assert self.client(person).get(f"/notes/{slug}").status_code == (303 if person.is_disabled else 404)

    # What the steps are made of

    def act(
        self, person: Person, thing: Thing, act: Any, *, refused: type[PlaybookError] | None = None
    ) -> bool:
        """Find the entry as a view does and do something to it; whether it was done."""
        expected = refused if thing.is_known_to(person) else NotFound
        met: type[PlaybookError] | None = None
        try:
            with self.world.context(), saving():
                user = self.user(person)
                act(Entry.find(thing.slug, reader=user, kind=NOTE, lock=True), user)
        except PlaybookError as error:
            met = type(error)
        assert met is expected
        return met is None

    def released(self, thing: Thing, number: int) -> None:
        thing.agreed = number
        thing.texts[number - 1].was_released = True

    def document(self, says: Says) -> Document:
        number = next(self.numbers)
        return Document.compose(
            {"kind": "note", "title": f"Text {number}", **says.fields()}, f"Words {number}.\n"
        )

    def sayings(self) -> st.SearchStrategy[Says]:
        names = st.sampled_from([*(person.handle for person in self.people), *NAMES_OF_GROUPS, ""])
        return st.builds(
            Says,
            audience=st.sampled_from(["internal", "customer-safe", "restricted", "restricted", "restricted"]),
            owner=names,
            co_owner=names,
            people=st.lists(names, max_size=2).map(tuple),
            teams=st.lists(st.sampled_from([*ALL_TEAMS, "everyone", "admin"]), max_size=1).map(tuple),
        )

    def one(self, who: int) -> Person:
        return self.people[who % len(self.people)]

    def thing(self, which: int) -> Thing:
        return self.things[which % len(self.things)]

    def user(self, person: Person) -> User:
        user = db.session.get(User, person.id)
        assert user is not None
        return user

    def client(self, person: Person) -> Any:
        client = self.world.app.test_client()
        with self.world.context(), saving():
            _, secret = UserSession.begin(self.user(person), days=1)
        client.set_cookie("playbook", secret)
        return client


def test_whatever_people_do_each_sees_what_the_rules_say(world: World) -> None:
    machine = type("Here", (Playbook,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=soak(15, 250),
            stateful_step_count=soak(30, 50),
            deadline=None,
            # Making what failed smaller takes minutes, which only a soak has.
            phases=[phase for phase in Phase if SOAKING or phase not in {Phase.shrink, Phase.explain}],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.taken > soak(200, 5000)  # type: ignore[attr-defined]
