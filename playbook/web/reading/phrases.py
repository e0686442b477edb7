"""Values of the front matter in words: dates as days, slugs as titles, shares as per cent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from playbook.kinds import Field, Form
from playbook.kinds.claims import is_past
from playbook.models import Entry
from playbook.web.pages import day, handle_name

CLAUSE = re.compile(r"(?<=[,;.]) (?=\S)| (?=\()")  # where a sentence can be cut without breaking what is left


@dataclass(frozen=True)
class Phrase:
    """A few words. Those of a relation carry its slug, and the entry where there is one to be seen."""

    text: str
    slug: str = ""
    entry: Entry | None = None
    expired: bool = False


@dataclass(frozen=True)
class Shelf:
    """What has to be known to put values into words: titles by slug, and which day it is."""

    titles: Mapping[str, Entry]
    today: date

    def phrases(self, declared: Field, value: Any) -> tuple[Phrase, ...]:
        """The words for one value; none where it is empty. What does not fit its form is shown as it is."""
        match declared.form:
            case Form.RELATION | Form.RELATIONS:
                return tuple(
                    self.relation(str(slug)) for slug in as_list(value) if not isinstance(slug, dict)
                )
            case Form.GROUP if declared.sentence and isinstance(value, dict):
                text = self.sentence(declared, value)
                return (Phrase(text, expired=self.is_past(value.get("expires"))),) if text else ()
            case Form.GROUP | Form.TABLE if isinstance(value, dict):
                return tuple(Phrase(f"{as_name(key)} {plain(cell)}".strip()) for key, cell in value.items())
            case Form.PERSON | Form.PEOPLE:
                return tuple(Phrase(handle_name(plain(handle))) for handle in as_list(value))
        return tuple(Phrase(text) for item in as_list(value) if (text := self.text(declared, item)))

    def relation(self, slug: str) -> Phrase:
        """The title of the entry that a slug names, or the slug where the reader may not know of one."""
        entry = self.titles.get(slug)
        return Phrase(entry.title if entry else slug, slug=slug, entry=entry)

    def text(self, declared: Field, value: Any) -> str:
        """One value in words."""
        match declared.form:
            case Form.NUMBER if is_number(value):
                return quantity(value, declared.unit)
            case Form.FLAG if isinstance(value, bool):
                return "Yes" if value else "No"
            case Form.DATE:
                return day(plain(value))
            case Form.CHOICE | Form.CHOICES:
                return declared.choice(value)
            case Form.LIST if isinstance(value, str) and " " not in value:
                return value.replace("_", " ")
        return plain(value)

    def sentence(self, declared: Field, values: Mapping[str, Any]) -> str:
        """The values of a group in the declared sentence, without the clauses that lack a value.

        Where a clause lacks one value and holds another, every value is named instead.
        """
        clauses = []
        for clause in CLAUSE.split(declared.sentence):
            needed = [name for _, name, _, _ in Formatter().parse(clause) if name]
            held = [name for name in needed if not is_empty(values.get(name))]
            if held and len(held) < len(needed):
                return self._named(declared, values)
            if held or not needed:
                clauses.append(self._filled(declared, clause, values))
        text = " ".join(clauses).strip().rstrip(",;")
        return text[:1].upper() + text[1:] if any(not is_empty(value) for value in values.values()) else ""

    def name(self, key: str) -> str:
        """A key in words; the title where it is the slug of an entry."""
        return self.titles[key].title if key in self.titles else as_name(key)

    def is_past(self, value: Any) -> bool:
        """Whether a date such as 2026-03-01 lies before today."""
        return is_past(value, on=self.today)

    def _filled(self, declared: Field, clause: str, values: Mapping[str, Any]) -> str:
        words = ""
        for before, name, form, _ in Formatter().parse(clause):
            words += before
            if name:
                inner = next((field for field in declared.fields if field.name == name), None)
                words += self._value(inner, values[name], form or "")
        return words

    def _value(self, inner: Field | None, value: Any, form: str) -> str:
        if is_number(value):
            return format(value, form) if form else number(value)
        return self.text(inner, value) if inner is not None else plain(value)

    def _named(self, declared: Field, values: Mapping[str, Any]) -> str:
        return "; ".join(
            f"{inner.label} {self.text(inner, values[inner.name])}"
            for inner in declared.fields
            if not is_empty(values.get(inner.name))
        )


def as_name(key: str) -> str:
    """A free key as a name: Close date, Stage 2 discovery."""
    words = key.replace("_", " ") if key.count("-") < 2 else key.replace("-", " ")
    return words[:1].upper() + words[1:]


def quantity(value: float, unit: str) -> str:
    """55%, GBP 1,200, 1 day, 30 days."""
    if unit == "share":
        return f"{value * 100:.10g}%" if 0 <= value <= 1 else number(value)
    if unit == "GBP":
        return f"GBP {number(value)}"
    if value == 1:
        unit = unit.removesuffix("s")
    return f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """1,200; 0.5."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def plain(value: Any) -> str:
    """Any value in words, lists and groups too, in one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(
            f"{str(key).replace('_', ' ')} {plain(inner)}".strip() for key, inner in value.items()
        )
    if isinstance(value, list):
        return ", ".join(plain(inner) for inner in value)
    if is_number(value):
        return str(value)
    return " ".join(str(value).split())


def as_list(value: Any) -> list[Any]:
    """The values of a list, one value as a list of one, nothing as an empty list; empty values left out."""
    return [item for item in (value if isinstance(value, list) else [value]) if not is_empty(item)]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def in_words(count: int) -> str:
    """two, ten, 11."""
    words = "no one two three four five six seven eight nine ten".split()
    return words[count] if 0 <= count < len(words) else f"{count:,}"


def seconds(count: int) -> int:
    """How long so many words take to say, at 150 words a minute."""
    return round(count * 60 / 150)


JOB = re.compile(r"When (.+?), I want (.+?),? so that (.+)", re.DOTALL)


def job(text: str) -> tuple[str, str, str] | None:
    """The three parts of a job to be done: When …, I want …, so that …"""
    found = JOB.fullmatch(text)
    return (found[1], found[2], found[3]) if found else None
