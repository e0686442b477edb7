"""What the playbook means by agreed, in a dictionary: who may do what, and what everybody sees afterwards.

Written from the description of the product and not from its code. `Refused` carries the status that a program is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

WRITERS = {"contributor", "marketer", "admin"}  # roles that may write, and so see what waits
CURATORS = {"marketer", "admin"}
SIDES = ("sales", "marketing", "owner")


class Refused(Exception):
    """The act is refused."""

    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(frozen=True)
class Person:
    name: str  # by which tests know them
    handle: str
    role: str
    signs_for: str = ""

    @property
    def writes(self) -> bool:
        return self.role in WRITERS


@dataclass(frozen=True)
class Text:
    """One version: who wrote it, and a word that no other text has."""

    author: str
    word: str
    owner: str  # a handle
    text: str


@dataclass
class Thing:
    """One entry."""

    slug: str
    texts: list[Text] = field(default_factory=list)
    proposed_by: str = ""  # who proposed the newest version, while it is proposed
    agreed: int = 0  # number of the version in force
    signed: dict[int, dict[str, str]] = field(default_factory=dict)  # version → side → person
    in_force: list[tuple[datetime, int]] = field(default_factory=list)
    away: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def newest(self) -> int:
        return len(self.texts)

    @property
    def is_retired(self) -> bool:
        return bool(self.away) and self.away[-1][1] is None

    def text(self, number: int) -> Text:
        return self.texts[number - 1]

    @property
    def has_news(self) -> bool:
        """Whether the newest version says something else than the one in force."""
        return not self.agreed or self.text(self.newest).text != self.text(self.agreed).text

    def shown_to(self, person: Person) -> int:
        """The number of the version that somebody sees who opens the entry; 0 if they may not know of it."""
        return self.agreed or (self.newest if person.writes else 0)

    def numbers_for(self, person: Person) -> list[int]:
        """The versions that somebody may read."""
        once = {number for _, number in self.in_force}
        if not self.shown_to(person):
            return []
        return [number for number in range(1, self.newest + 1) if person.writes or number in once]

    def state_for(self, person: Person) -> str:
        if self.is_retired:
            return "retired"
        if self.proposed_by and person.writes:
            return "proposed"
        return "agreed" if self.agreed else "draft"

    def on(self, end_of_day: datetime) -> int:
        """The number of the version in force at a moment; 0 if none was, or the entry was retired."""
        if any(since < end_of_day and (until is None or until >= end_of_day) for since, until in self.away):
            return 0
        return next((number for at, number in reversed(self.in_force) if at < end_of_day), 0)

    @property
    def sole_author(self) -> str:
        """Who alone wrote everything since what is in force; nobody where several did."""
        authors = {text.author for text in self.texts[self.agreed :]}
        return authors.pop() if len(authors) == 1 else ""


@dataclass
class Model:
    """All of it."""

    people: dict[str, Person]
    needs: tuple[str, ...]
    things: dict[str, Thing] = field(default_factory=dict)

    def draft(self, who: str, slug: str, text: Text) -> None:
        self._writer(who)
        self.things[slug] = Thing(slug, [text])

    def revise(self, who: str, slug: str, text: Text) -> int:
        thing = self._written(who, slug)
        if thing.is_retired:
            raise Refused(409)
        if text.text != thing.text(thing.newest).text:
            thing.texts.append(text)
            thing.proposed_by = ""
        return thing.newest

    def restore(self, who: str, slug: str, number: int) -> int:
        thing = self._written(who, slug)
        again = thing.text(number)
        return self.revise(who, slug, Text(who, again.word, again.owner, again.text))

    def propose(self, who: str, slug: str, now: datetime) -> None:
        thing = self._written(who, slug)
        if thing.is_retired or not thing.has_news:
            raise Refused(409)
        if not thing.proposed_by:
            thing.proposed_by = who
            self._settle(thing, now)

    def withdraw(self, who: str, slug: str) -> None:
        thing = self._written(who, slug)
        if not thing.proposed_by:
            return
        theirs = who in {thing.proposed_by, thing.text(thing.newest).author}
        if not theirs and self.people[who].role not in CURATORS:
            raise Refused(403)
        thing.proposed_by = ""

    def sign(self, who: str, slug: str, side: str, *, same_text: bool, now: datetime) -> None:
        thing = self._written(who, slug)
        signed = thing.signed.setdefault(thing.newest, {})
        if same_text and signed.get(side) == who:  # done already
            return
        self._open(thing, same_text=same_text)
        self._may_sign(thing, who, side)
        signed[side] = who
        self._settle(thing, now)

    def disagree(self, who: str, slug: str, side: str, *, same_text: bool) -> None:
        thing = self._written(who, slug)
        self._open(thing, same_text=same_text)
        self._may_sign(thing, who, side)

    def retire(self, who: str, slug: str, now: datetime) -> None:
        thing = self._curated(who, slug)
        if not thing.is_retired:
            thing.away.append((now, None))

    def unretire(self, who: str, slug: str, now: datetime) -> None:
        thing = self._curated(who, slug)
        if thing.is_retired:
            since, _ = thing.away.pop()
            thing.away.append((since, now))
        if thing.proposed_by:
            self._settle(thing, now)

    def choose(self, needs: tuple[str, ...], now: datetime) -> None:
        """Have every entry ask for these signatures; what that leaves complete is agreed at once."""
        self.needs = needs
        for thing in self.things.values():
            if thing.proposed_by and not thing.is_retired:
                self._settle(thing, now)

    def migrate(self, slug: str, text: Text, now: datetime) -> None:
        """An administrator brings in a text as agreed."""
        thing = self.things.get(slug)
        if thing is None:
            thing = self.things[slug] = Thing(slug)
        if thing.is_retired:
            return
        thing.texts.append(text)
        thing.proposed_by = ""
        self._release(thing, now)

    def hands(self, thing: Thing) -> list[tuple[str, str]]:
        """Who could sign the newest version now, and for whom."""
        return [
            (who, side)
            for who, person in self.people.items()
            for side in self.needs
            if person.writes and self._could_sign(thing, who, side)
        ]

    def _could_sign(self, thing: Thing, who: str, side: str) -> bool:
        try:
            self._may_sign(thing, who, side)
        except Refused:
            return False
        return True

    def _writer(self, who: str) -> None:
        if not self.people[who].writes:
            raise Refused(403)

    def _written(self, who: str, slug: str) -> Thing:
        self._writer(who)
        return self.things[slug]

    def _curated(self, who: str, slug: str) -> Thing:
        if self.people[who].role not in CURATORS:
            raise Refused(403)
        return self.things[slug]

    @staticmethod
    def _open(thing: Thing, *, same_text: bool) -> None:
        if thing.is_retired or not thing.proposed_by or not same_text:
            raise Refused(409)

    def _may_sign(self, thing: Thing, who: str, side: str) -> None:
        signed = thing.signed.get(thing.newest, {})
        if side not in self.needs or side in signed:
            raise Refused(409)
        if who == thing.sole_author or who in signed.values():
            raise Refused(409)
        person = self.people[who]
        if side == "owner":
            owner = thing.text(thing.newest).owner
            able = {
                each.name
                for each in self.people.values()
                if each.handle == owner
                and each.name != thing.sole_author
                and each.name not in signed.values()
            }
            speaks = who in able if able else bool(person.signs_for)
        else:
            speaks = person.signs_for == side
        if not speaks:
            raise Refused(403)

    def _settle(self, thing: Thing, now: datetime) -> None:
        if set(self.needs) <= set(thing.signed.get(thing.newest, {})):
            self._release(thing, now)

    @staticmethod
    def _release(thing: Thing, now: datetime) -> None:
        thing.agreed = thing.newest
        thing.proposed_by = ""
        thing.in_force.append((now, thing.newest))
