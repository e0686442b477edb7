"""The rows of a charter."""

from __future__ import annotations

from playbook.agreeing.charter import Progress
from playbook.api.shapes.taken import Told


class StatedIn(Told):
    """An entry that a row of a charter names, as far as you may know of it."""

    slug: str
    title: str | None
    state: Progress


class CharterRow(Told):
    """A row of a charter; it is as far as the least far of the entries that state it."""

    number: str
    topic: str
    term: str
    owed_by: str
    state: Progress
    stated_in: list[StatedIn]
