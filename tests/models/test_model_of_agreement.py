"""People who write, propose, sign, disagree, restore and retire in any order, against the model of what is agreed.

After every step somebody looks at what was touched; now and then everybody looks at everything.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from playbook import agreeing, clock
from playbook.content.exporting import export_folder
from playbook.content.importing import import_folder
from playbook.db import db
from playbook.document import Document
from playbook.kinds import KINDS
from playbook.models import Scope, Signer, Token, UserSession, Version
from playbook.models.rule import CHOICES
from playbook.work import saving
from tests.agreement_model import Model, Person, Refused, Text, Thing
from tests.api.programs import Program
from tests.soak import SEED, SOAKING, soak
from tests.world import World

STEPS = soak(80, 10_000)
EVERYTHING_EVERY = soak(20, 100)  # steps after which everybody looks at everything
MOST_THINGS = 12
LOOKERS = ("ana", "cleo", "dana", "ada")
SIDES = ("sales", "marketing", "owner")
WORD = re.compile(r"\bw\d+zz\b")
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Players:
    """The playbook and its model, side by side, and how to reach the first."""

    app: Flask
    world: World
    folder: Path
    model: Model
    random: random.Random
    programs: dict[str, Program] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    words: int = 0
    texts_kept: dict[int, str] = field(default_factory=dict)  # id of a version → hash of its whole row
    done: Counter[str] = field(default_factory=Counter)
    days: list[tuple[datetime, dict[str, int]]] = field(default_factory=list)

    def come_in(self) -> None:
        """Give everybody a fresh token and a fresh session, because time flies here."""
        for name in self.model.people:
            with self.world.context(), saving():
                person = self.world.person(name)
                _, secret = Token.make(person, name="model", scope=Scope.WRITE, by=None, days=365)
                _, cookie = UserSession.begin(person, days=14)
            self.programs[name] = Program(self.app.test_client(), secret)
            self.browsers[name] = self.app.test_client()
            self.browsers[name].set_cookie("playbook", cookie)

    def new_text(self, who: str, slug: str) -> Text:
        self.words += 1
        word = f"w{self.words}zz"
        owner = self.random.choice(["cleo.marsh", "dana.okafor", "somebody.gone"])
        fields = {"kind": "note", "title": f"Common {word}", "owner": owner}
        return Text(who, word, owner, Document.compose(fields, f"Common words and {word}.\n").text)

    # Acts: each is done by a program of `who`, and answers with a status.

    def draft(self, who: str) -> TestResponse:
        slug = f"thing-{len(self.model.things) + 1}"
        text = self.new_text(who, slug)
        answer = self.programs[who].send("POST", f"/entries?slug={slug}", text.text)
        self.expect(answer, lambda: self.model.draft(who, slug, text), created=True)
        return answer

    def revise(self, who: str, thing: Thing) -> None:
        text = self.new_text(who, thing.slug)
        if self.random.random() < 0.1:  # the same again
            newest = thing.text(thing.newest)
            text = Text(who, newest.word, newest.owner, newest.text)
        headers = {"If-Match": self.etag(thing)}
        answer = self.programs[who].send("PUT", f"/entries/{thing.slug}", text.text, headers=headers)
        self.expect(answer, lambda: self.model.revise(who, thing.slug, text))

    def restore(self, who: str, thing: Thing) -> None:
        number = self.random.randint(1, thing.newest)
        answer = self.programs[who].post(f"/entries/{thing.slug}/restore", {"version": number})
        self.expect(answer, lambda: self.model.restore(who, thing.slug, number))

    def propose(self, who: str, thing: Thing) -> None:
        answer = self.programs[who].post(f"/entries/{thing.slug}/propose", {})
        self.expect(answer, lambda: self.model.propose(who, thing.slug, clock.now()))

    def withdraw(self, who: str, thing: Thing) -> None:
        answer = self.programs[who].post(f"/entries/{thing.slug}/withdraw", {})
        self.expect(answer, lambda: self.model.withdraw(who, thing.slug))

    def sign(self, who: str, thing: Thing) -> None:
        side, same_text = self.random.choice(SIDES), self.random.random() < 0.9
        hands = self.model.hands(thing)
        if hands and self.random.random() < 0.6:  # or hardly anything would ever be agreed
            who, side = self.random.choice(hands)
        asked = {"team": side, "hash": self.hash_of(thing, same=same_text)}
        answer = self.programs[who].post(f"/entries/{thing.slug}/sign", asked)
        self.expect(
            answer,
            lambda: self.model.sign(who, thing.slug, side, same_text=same_text, now=clock.now()),
        )

    def disagree(self, who: str, thing: Thing) -> None:
        side, same_text = self.random.choice(SIDES), self.random.random() < 0.9
        asked = {"team": side, "hash": self.hash_of(thing, same=same_text), "reason": "Too soon."}
        answer = self.programs[who].post(f"/entries/{thing.slug}/disagree", asked)
        self.expect(answer, lambda: self.model.disagree(who, thing.slug, side, same_text=same_text))

    def retire(self, who: str, thing: Thing) -> None:
        answer = self.programs[who].post(f"/entries/{thing.slug}/retire", {"reason": "It is over."})
        self.expect(answer, lambda: self.model.retire(who, thing.slug, clock.now()))

    def unretire(self, who: str, thing: Thing) -> None:
        with self.world.context():
            entry, person = self.world.entry(thing.slug), self.world.person(who)
            if not person.can("curate"):  # type: ignore[arg-type]
                return
            with saving():
                agreeing.bring_back(self.world.entry(thing.slug), by=person)
            assert entry is not None
        self.model.unretire(who, thing.slug, clock.now())

    def choose(self) -> None:
        needs = self.random.choice(CHOICES)
        with self.world.context(), saving():
            agreeing.choose_rules({"note": needs}, by=self.world.person("ada"))
        self.model.choose(tuple(signer.value for signer in needs), clock.now())

    def migrate(self, slug: str) -> None:
        text = self.new_text("ada", slug)
        folder = self.folder / f"in-{self.words}" / "notes"
        folder.mkdir(parents=True)
        (folder / f"{slug}.md").write_text(text.text)
        with self.world.context():
            report = import_folder(folder.parent, by=self.world.person("ada"), as_agreed=True)
        thing = self.model.things.get(slug)
        assert bool(report.refused) == (thing is not None and thing.is_retired), report
        self.model.migrate(slug, text, clock.now())

    def counter(self, who: str, thing: Thing) -> None:
        """Not agreed, with another text instead; pages do this, so it is done as they do it."""
        side = self.random.choice(SIDES)
        text = self.new_text(who, thing.slug)
        try:
            self.model.disagree(who, thing.slug, side, same_text=True)
        except Refused:
            return
        self.model.revise(who, thing.slug, text)
        self.model.propose(who, thing.slug, clock.now())
        from playbook.models import read

        with self.world.context():
            reading = read(Document.parse(text.text), kind=KINDS["note"], slug=thing.slug)
            with saving():
                entry = self.world.entry(thing.slug)
                agreeing.disagree(
                    entry,
                    by=self.world.person(who),
                    team=Signer(side),
                    hash=entry.newest.hash,
                    reason="Rather so.",
                    counter=reading,
                )

    def etag(self, thing: Thing) -> str:
        answer = self.programs["ada"].get(f"/entries/{thing.slug}?version={thing.newest}")
        return str(answer.headers["ETag"])

    def hash_of(self, thing: Thing, *, same: bool) -> str:
        if same:
            return hashlib.sha256(thing.text(thing.newest).text.encode()).hexdigest()
        return "0" * 64

    def expect(self, answer: TestResponse, act: Callable[[], Any], *, created: bool = False) -> None:
        """That the playbook and the model say the same of an act: done, or refused with which status."""
        status = 201 if created else 200
        try:
            act()
        except Refused as refused:
            status = refused.status
        assert answer.status_code == status, answer.text

    # Looking.

    def look_at(self, thing: Thing, name: str) -> None:
        """One entry, as one person sees it."""
        person, program = self.model.people[name], self.programs[name]
        number = thing.shown_to(person)
        answer = program.get(f"/entries/{thing.slug}")
        if not number:
            assert answer.status_code == 404
            assert program.get(f"/entries/{thing.slug}/versions").status_code == 404
            return
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json  # type: ignore[assignment]
        assert (told["version"], told["state"]) == (number, thing.state_for(person)), (name, told)
        assert told["agreed"] == (thing.agreed or None)
        assert told["body"] == Document.parse(thing.text(number).text).body
        readable = thing.numbers_for(person)
        history = program.get(f"/entries/{thing.slug}/versions?per_page=100").json
        assert history is not None
        assert history["total"] == len(readable)
        assert [each["number"] for each in history["items"]] == readable[::-1][:100]
        allowed = {thing.text(each).word for each in readable}
        assert set(WORD.findall(answer.text)) <= allowed

    def look_at_everything(self, name: str) -> None:
        person = self.model.people[name]
        living = [thing for thing in self.model.things.values() if not thing.is_retired]
        known = [thing for thing in living if thing.shown_to(person)]
        in_force = [thing for thing in living if thing.agreed]
        shown = {thing.text(thing.shown_to(person)).word for thing in known}
        listed = self.programs[name].get("/entries?per_page=100").json
        assert listed is not None
        assert {each["slug"] for each in listed["items"]} == {thing.slug for thing in known}
        assert listed["total"] == len(known)
        for state in ("draft", "proposed", "agreed"):
            found = self.programs[name].get(f"/entries?per_page=100&status={state}").json
            assert found is not None
            wanted = {thing.slug for thing in known if thing.state_for(person) == state}
            assert {each["slug"] for each in found["items"]} == wanted, (name, state)
        found = self.programs[name].get("/search?q=common&limit=100").json
        assert found is not None
        assert {each["slug"] for each in found["results"]} == {thing.slug for thing in in_force}
        assert found["total"] == len(in_force)
        hidden = {
            text.word
            for thing in self.model.things.values()
            for number, text in enumerate(thing.texts, start=1)
            if number not in thing.numbers_for(person)
        }
        hidden -= {
            thing.text(number).word
            for thing in self.model.things.values()
            for number in thing.numbers_for(person)
        }
        for address in ("/", "/notes/", "/library", "/search?q=common", "/desk", "/notices", "/due"):
            answer = self.browsers[name].get(address)
            if answer.status_code in {403, 404}:
                continue
            assert answer.status_code == 200, (address, answer.text)
            assert not set(WORD.findall(answer.text)) & hidden, (name, address)
            if address == "/notes/":
                assert set(WORD.findall(answer.text)) == shown
        for thing in self.model.things.values():
            address = f"/notes/{thing.slug}"
            answer = self.browsers[name].get(address)
            assert answer.status_code == (200 if thing.shown_to(person) else 404)
            assert not set(WORD.findall(answer.text)) & hidden, (name, address)
            newest = thing.text(thing.newest).word
            results = self.programs[name].get(f"/search?q={newest}").json
            assert results is not None
            is_found = not thing.is_retired and bool(thing.agreed) and thing.text(thing.agreed).word == newest
            assert results["total"] == is_found, (name, newest)

    def look_at_an_earlier_day(self, name: str) -> None:
        if not self.days:
            return
        end, then = self.random.choice(self.days)
        day = (end - timedelta(days=1)).date().isoformat()
        person = self.model.people[name]
        for slug, number in then.items():
            answer = self.programs[name].get(f"/entries/{slug}?as_of={day}")
            if not number or not self.model.things[slug].shown_to(person):
                assert answer.status_code == 404, (slug, day, answer.text)
            else:
                assert answer.status_code == 200, (slug, day, answer.text)
                assert answer.json is not None
                assert answer.json["version"] == number

    def look_at_the_export(self) -> None:
        folder = self.folder / f"out-{self.words}"
        with self.world.context():
            export_folder(folder)
        written = {path.stem: path.read_text() for path in folder.rglob("*.md")}
        living = {slug: thing for slug, thing in self.model.things.items() if not thing.is_retired}
        assert written == {
            slug: thing.text(thing.agreed or thing.newest).text for slug, thing in living.items()
        }

    def look_at_the_versions(self) -> None:
        """No row of a version ever changes."""
        columns = (
            Version.id,
            Version.entry_id,
            Version.number,
            Version.text,
            Version.hash,
            Version.author_id,
            Version.at,
        )
        with self.world.context():
            rows = db.session.execute(sa.select(*columns).order_by(Version.id)).all()
        now = {row[0]: hashlib.sha256(repr(tuple(row)).encode()).hexdigest() for row in rows}
        assert {id: now[id] for id in self.texts_kept} == self.texts_kept
        self.texts_kept = now
        assert len(now) == sum(thing.newest for thing in self.model.things.values())

    def remember_the_day(self, end: datetime) -> None:
        """What is in force at the end of a day, to be asked for later."""
        self.days.append((end, {slug: thing.on(end) for slug, thing in self.model.things.items()}))
        del self.days[:-40]

    def step(self) -> str:
        who = self.random.choice(list(self.model.people))
        things = list(self.model.things.values())
        if len(things) < MOST_THINGS and self.random.random() < (0.5 if len(things) < 4 else 0.05):
            self.draft(who)
            return "draft"
        if not things:
            return "nothing"
        thing = self.random.choice(things)
        roll = self.random.random()
        if roll < 0.01:
            self.choose()
            return "choose"
        if roll < 0.03:
            self.migrate(thing.slug)
            return "migrate"
        act = self.random.choices(
            (self.revise, self.propose, self.sign, self.disagree, self.counter, self.withdraw, self.restore),
            weights=(4, 5, 10, 1, 1, 1, 1),
        )[0]
        if roll > 0.97 or thing.is_retired:
            act = self.unretire if thing.is_retired and self.random.random() < 0.5 else self.retire
        act(who, thing)
        self.look_at(thing, self.random.choice(LOOKERS))
        return act.__name__


def test_what_everybody_sees_is_what_was_agreed(
    app: Flask, world: World, tmp_path: Path, time_machine: TimeMachineFixture
) -> None:
    seed = SEED if SEED is not None else random.SystemRandom().randrange(2**32)
    print(f"PLAYBOOK_SEED={seed}")  # a failure shows it, and is had again with it
    with world.context():
        people = {
            name: Person(
                name, person.handle, person.role.value, person.signs_for.value if person.signs_for else ""
            )
            for name in world.people
            if (person := world.person(name))
        }
    play = Players(app, world, tmp_path, Model(people, ("owner",)), random.Random(seed))
    time_machine.move_to(BEGIN, tick=False)
    play.come_in()
    for number in range(1, STEPS + 1):
        before = clock.now()
        after = before + timedelta(minutes=play.random.randint(1, 300))
        midnight = datetime(after.year, after.month, after.day, tzinfo=UTC)
        if before < midnight <= after:
            play.remember_the_day(midnight)
        time_machine.move_to(after, tick=False)
        play.done[play.step()] += 1
        if number % EVERYTHING_EVERY == 0:
            play.come_in()
            for name in LOOKERS:
                play.look_at_everything(name)
                play.look_at_an_earlier_day(name)
            play.look_at_the_export()
            play.look_at_the_versions()
    assert sum(play.done.values()) == STEPS
    releases = sum(len(thing.in_force) for thing in play.model.things.values())
    print(f"{dict(play.done)}, {releases} releases")
    if SOAKING:  # a short run may by chance agree to little
        assert releases > STEPS / 30, "hardly anything was agreed: the steps have to be chosen better"
