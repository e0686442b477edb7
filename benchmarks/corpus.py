"""Made-up entries of real kinds: fields, relations and texts, the same for the same number of entries.

A playbook grows by stories, lessons and tough questions, hardly by stages and personas. So the
kinds of `FIXED` stay as few as they are, the rest share what is left, and a page of theirs has as
many relations at 10,000 entries as at 1,000.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from benchmarks.words import Words
from playbook.document import Document
from playbook.kinds import KINDS, Field, Form

FIXED = {"stage": 6, "buying_step": 6, "persona": 12, "competitor": 8, "capability": 20, "issue": 30}
GROWING = ("tough_question", "story", "lesson", "collateral", "qualifying_question", "note")
SHARE_OF_FIXED = 0.25  # at most, of a corpus too small for all of them
BODY_WORDS = 200  # with the fields about 300 an entry
WRITERS = ("milo.brandt", "dana.okafor", "cleo.marsh", "tomas.reyes", "ines.falk")
WORDINGS = ("first", "second", "third")  # one for each version; the last is what readers see
OPTIONAL = 0.6  # of the fields that a kind does not ask for are filled in
LABELS = {"tags": 40, "segments": 6, "industries": 12}  # how many there are to choose from
LEFT_OUT = frozenset({"co_owner", "language"})


@dataclass(frozen=True)
class Made:
    """One entry before anything is derived from it."""

    number: int  # from 1
    kind: str
    slug: str
    owner: str
    text: str

    def wording(self, number: int) -> str:
        """The text of version `number`; versions differ in one word."""
        return reworded(self.text, number)


def reworded(text: str, number: int) -> str:
    """What the last version says, or what was derived from it, as version `number` has it."""
    return text.replace(_wording(len(WORDINGS)), _wording(number))


def _wording(number: int) -> str:
    return f"the {WORDINGS[number - 1]} wording"


class Corpus:
    """`size` entries."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.words = Words()

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """(kind, slug) of every entry, in the order of their numbers."""
        scale = min(1.0, SHARE_OF_FIXED * self.size / sum(FIXED.values()))
        kinds = [kind for kind, count in FIXED.items() for _ in range(max(1, int(count * scale)))]
        kinds = kinds[: self.size]
        kinds += [GROWING[number % len(GROWING)] for number in range(self.size - len(kinds))]
        return [(kind, f"{kind.replace('_', '-')}-{number}") for number, kind in enumerate(kinds, start=1)]

    @cached_property
    def slugs(self) -> Mapping[str, list[str]]:
        """The slugs of every kind."""
        found: dict[str, list[str]] = {}
        for kind, slug in self.names:
            found.setdefault(kind, []).append(slug)
        return found

    @cached_property
    def growing(self) -> list[tuple[str, str]]:
        """(kind, slug) of the entries whose pages are measured."""
        return [(kind, slug) for kind, slug in self.names if kind in GROWING]

    def entry(self, number: int) -> Made:
        """Entry `number`, from 1."""
        kind, slug = self.names[number - 1]
        chance = random.Random(f"{self.size} {number}")
        fields: dict[str, Any] = {"kind": kind}
        for field in KINDS[kind].all_fields:
            if field.name in LEFT_OUT:
                continue
            if field.to_draft or field.to_agree or chance.random() < OPTIONAL:
                value = self._value(field, chance)
                if value not in (None, [], {}):
                    fields[field.name] = value
        owner = chance.choice(WRITERS)
        fields |= {
            "title": self.words.phrase(chance, chance.randint(4, 7)),
            "summary": self.words.phrase(chance, 12)[:120],
            "owner": owner,
            "audience": chance.choice(("internal", "internal", "customer-safe")),
            "review_by": f"2099-0{chance.randint(1, 9)}-15",
        }
        text = Document.compose(fields, self._body(chance)).text
        return Made(number, kind, slug, owner, text)

    def entries(self) -> Iterator[Made]:
        """All of them."""
        return (self.entry(number) for number in range(1, self.size + 1))

    def _value(self, field: Field, chance: random.Random) -> Any:
        if field.name in LABELS:
            labels = self.words.known[200 : 200 + LABELS[field.name]]
            return sorted(set(chance.choices(labels, k=2)))
        match field.form:
            case Form.LINE | Form.PERSON:
                return self.words.phrase(chance, chance.randint(5, 10))
            case Form.TEXT:
                return self.words.sentences(chance, 30)
            case Form.NUMBER:
                return chance.randint(1, 90)
            case Form.FLAG:
                return chance.random() < 0.5
            case Form.DATE:
                return f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            case Form.CHOICE:
                return chance.choice(field.choices)[0]
            case Form.CHOICES:
                return [chance.choice(field.choices)[0]]
            case Form.LIST | Form.PEOPLE:
                return [self.words.phrase(chance, chance.randint(3, 6)) for _ in range(2)]
            case Form.TABLE:
                return {word: chance.randint(1, 20) for word in self.words.some(chance, 3)}
            case Form.RELATION:
                targets = self._targets(field, chance)
                return chance.choice(targets) if targets else None
            case Form.RELATIONS:
                targets = self._targets(field, chance)
                return (
                    sorted({chance.choice(targets) for _ in range(chance.randint(2, 3))}) if targets else []
                )
            case Form.GROUP:
                return self._row(field, chance)
            case Form.ROWS:
                return [row for _ in range(2) if (row := self._row(field, chance))]
        raise AssertionError(field.form)

    def _row(self, field: Field, chance: random.Random) -> dict[str, Any]:
        values = ((inner.name, self._value(inner, chance)) for inner in field.fields)
        return {name: value for name, value in values if value not in (None, [], {})}

    def _targets(self, field: Field, chance: random.Random) -> list[str]:
        """Slugs of one of the kinds that a relation may point to; where it may be any, of one that grows."""
        kinds = [kind for kind in field.target or GROWING if kind in self.slugs]
        return self.slugs[chance.choice(kinds)] if kinds else []

    def _body(self, chance: random.Random) -> str:
        """Markdown as people write it: headings, paragraphs, a list, a table now and then, a link."""
        some = self.words
        _, slug = chance.choice(self.growing)
        parts = [
            some.sentences(chance, 45),
            f"This is {_wording(len(WORDINGS))}, and it says more in [[{slug}|{some.phrase(chance, 3)}]].",
            f"## {some.phrase(chance, 4)}",
            f"{some.sentences(chance, 40)} **{some.phrase(chance, 3)}** {some.sentences(chance, 15)}",
            "\n".join(f"- {some.phrase(chance, 8)}" for _ in range(4)),
            f"## {some.phrase(chance, 3)}",
            some.sentences(chance, BODY_WORDS - 160),
        ]
        if chance.random() < 0.3:
            rows = (f"| {some.phrase(chance, 2)} | {some.phrase(chance, 4)} |" for _ in range(3))
            parts.append("\n".join((f"| {some.phrase(chance, 1)} | Says |", "| --- | --- |", *rows)))
        return "\n\n".join(parts) + "\n"
