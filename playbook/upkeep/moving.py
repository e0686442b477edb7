"""An entry that becomes one of another kind: what the new kind knows of it, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook.agreeing import written_over
from playbook.content.naming import kind_of
from playbook.db import db
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.kinds import Kind
from playbook.kinds.naming import stated_kind
from playbook.kinds.reading import faults, missing_to_agree, other_fields
from playbook.models import Draft, Entry, Reading, User, Version, read
from playbook.work import saving

NOT_SAID = frozenset({"kind"})  # of the fields that a new kind knows


@dataclass(frozen=True)
class Move:
    """What would become of a text under another kind."""

    kind: Kind
    document: Document  # with `kind:` changed and nothing else
    known: tuple[str, ...]  # labels of the fields that the new kind knows
    unknown: tuple[str, ...]  # keys that stay in the text, and that the new kind has no use for
    needed: tuple[Problem, ...]  # what has to be put right before the entry can move
    asked: tuple[Problem, ...]  # what the new kind wants before a version is agreed


def would_move(document: Document, kind: Kind) -> Move:
    """What would become of a document as one of that kind. Changes nothing."""
    after = document.with_changes({"kind": kind.name})
    fields = after.fields
    needed = faults(kind, fields)
    known = [
        declared.label
        for declared in kind.all_fields
        if declared.name not in NOT_SAID and not _is_empty(fields, declared.name)
    ]
    at_fault = {problem.field for problem in needed}
    asked = [problem for problem in missing_to_agree(kind, fields) if problem.field not in at_fault]
    return Move(kind, after, tuple(known), tuple(other_fields(kind, fields)), tuple(needed), tuple(asked))


def moved(entry: Entry, kind: Kind, document: Document, *, by: User, base: int) -> Version:
    """Move an entry to another kind with this text, which has to say so itself.

    Earlier versions stay what they were. Those that say no kind count as of the new one from now on,
    so what is derived of them is derived anew.

    Raises:
        Invalid: the text names another kind, or does not fit that one.
        StaleVersion, Conflict: as `Entry.move`.
    """
    if kind_of(document.fields, folder="").kind is not kind:
        raise Invalid([Problem("kind", f"kind must be {kind.name} for this to move.")])
    reading = read(document, kind=kind, slug=entry.slug)
    silent = _silent(entry, kind)
    with saving():
        there = Entry.find(entry.slug, reader=by, lock=True)
        with written_over(there, by=by):
            version = there.move(reading, by=by, base=base)
        # What people are writing of it goes on being found where the entry is.
        db.session.execute(sa.update(Draft).where(Draft.entry_id == there.id).values(kind_name=kind.name))
        for earlier in db.session.scalars(sa.select(Version).where(Version.id.in_(silent))):
            earlier.derive(silent[earlier.id])
    return version


def _silent(entry: Entry, kind: Kind) -> dict[int, Reading]:
    """Of the versions that name no kind: everything derived anew, as of the new one."""
    query = sa.select(Version).where(Version.entry_id == entry.id).options(undefer(Version.text))
    return {
        version.id: version.reread(kind=kind.name, slug=entry.slug)
        for version in db.session.scalars(query)
        if stated_kind(version.fields) is None
    }


def _is_empty(fields: Mapping[str, Any], name: str) -> bool:
    return fields.get(name) in (None, "", [], {})
