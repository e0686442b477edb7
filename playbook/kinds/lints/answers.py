"""Words that are said aloud, or have a place of a certain size: whether they fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playbook.kinds.field import Field, Form
from playbook.kinds.kind import Kind
from playbook.kinds.lints.advice import Advice

WORDS_PER_MINUTE = 150  # spoken without hurry
SECTION = re.compile(r"^#{1,2}[ \t]", re.MULTILINE)


def advice(kind: Kind, fields: Mapping[str, Any], body: str) -> Iterator[Advice]:
    """Which fields have more words than they are meant to, and whether what is told aloud has."""
    yield from _of_each(kind.all_fields, fields, "")
    if kind.body_words:
        count = len(_told(body).split())
        if count > kind.body_words:
            yield Advice("answers", "body", _too_long(count, kind.body_words, is_told=True))


def _of_each(declared: Sequence[Field], values: Mapping[str, Any], path: str) -> Iterator[Advice]:
    for field in declared:
        value = values.get(field.name)
        here = f"{path}{field.name}"
        if field.words and isinstance(value, str) and len(value.split()) > field.words:
            message = _too_long(len(value.split()), field.words, is_told=field.spoken)
            yield Advice("answers", here, message)
        elif field.form is Form.GROUP and isinstance(value, dict):
            yield from _of_each(field.fields, value, f"{here}.")
        elif field.form is Form.ROWS and isinstance(value, list):
            for number, row in enumerate(value, start=1):
                if isinstance(row, dict):
                    yield from _of_each(field.fields, row, f"{here}.{number}.")


def _too_long(count: int, most: int, *, is_told: bool) -> str:
    if is_told:
        seconds = round(count * 60 / WORDS_PER_MINUTE)
        return f"{count} words take {seconds} seconds to say; at most {most}. Leave out what nobody asked."
    return f"This has {count} words; at most {most} fit where it is shown."


def _told(body: str) -> str:
    """The first section of a text, its heading left out."""
    parts = SECTION.split(body)
    first = next((part for part in parts if part.strip()), "")
    return first.partition("\n")[2] if len(parts) > 1 and not parts[0].strip() else first
