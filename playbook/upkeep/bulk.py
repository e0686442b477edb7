"""One change to many entries: worked out first, then made together, and undone together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook import clock
from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, PlaybookError, Problem
from playbook.kinds.reading import faults
from playbook.models import BulkChange, Entry, Reading, User, Version, read
from playbook.models.history import readable
from playbook.upkeep.amending import Left, Planned, amend, with_newest
from playbook.upkeep.changes import Change, described
from playbook.work import saving

MOST = 500  # entries; writing them holds the database for about two seconds


@dataclass(frozen=True)
class Bulk:
    """What a change would do. `unknown` counts what was chosen and is not there, or is hidden: the same to see."""

    change: Change
    planned: tuple[Planned, ...]
    left: tuple[Left, ...]
    unknown: int


@dataclass(frozen=True)
class Done:
    """A change as it was made; nothing is kept where no entry changed."""

    kept: BulkChange | None
    left: tuple[Left, ...] = ()
    unknown: int = 0


def prepare(change: Change, ids: Collection[int], *, by: User) -> Bulk:
    """What the change would do to these entries. Changes nothing.

    Raises:
        Invalid: none or too many were chosen, or the change makes no sense.
    """
    chosen = list(dict.fromkeys(ids))
    if not chosen:
        raise Invalid([Problem("entry", "Choose at least one entry.")])
    if len(chosen) > MOST:
        raise Invalid([Problem("entry", f"At most {MOST} entries at once; you chose {len(chosen)}.")])
    change.refuse()
    known = with_newest(chosen, by=by)
    planned: list[Planned] = []
    left: list[Left] = []
    for entry, version in sorted(known.values(), key=lambda pair: (pair[0].title, pair[0].id)):
        try:
            planned.append(_planned(change, entry, version))
        except PlaybookError as refusal:
            left.append(Left(entry, str(refusal)))
    return Bulk(change, tuple(planned), tuple(left), unknown=len(chosen) - len(known))


def _planned(change: Change, entry: Entry, version: Version | None) -> Planned:
    entry.refuse_if_retired()
    if version is None:
        raise Conflict("You may not change what it says now.")
    after = change.applied(version.document)
    if after.hash == version.hash:
        raise Conflict("It says so already.")
    problems = faults(entry.kind, after.fields)
    if problems:
        raise Invalid(problems[:1])
    return Planned(entry, version, after)


def apply(change: Change, chosen: Mapping[int, int], *, by: User, once: str) -> Done:
    """Make the change to these entries, by their ids; the number is that of the version that was shown.

    All are written in one transaction, so that what is remembered for Undo is exactly what happened.
    One that cannot be changed is told of and keeps none of the others. `once` names the form that was
    sent: sent again, it changes nothing and answers the same.

    Raises:
        Invalid: as `prepare`.
    """
    known = BulkChange.kept(once, by=by)
    if known is not None:
        return Done(known)
    bulk = prepare(change, chosen.keys(), by=by)
    left = list(bulk.left)
    ready: list[Ready] = []
    for planned in bulk.planned:
        try:
            if planned.base.number != chosen[planned.entry.id]:
                raise Conflict(f"Version {planned.base.number} was saved meanwhile.")
            ready.append(_ready(planned))
        except PlaybookError as refusal:
            left.append(Left(planned.entry, str(refusal)))
    kept = _write(ready, change.as_json, left, bulk.unknown, by=by, once=once)
    return Done(kept, tuple(left), bulk.unknown)


def undo(number: int, *, by: User) -> Done:
    """Let each entry of a change say again what it said before, unless it was changed since.

    That is a change of its own, with versions of its own. Undone already, nothing more happens, and
    what undid it is answered.

    Raises:
        NotFound: there is no such change, or it is somebody else's.
    """
    before = BulkChange.find(number, reader=by)
    once = f"undo {before.id}"
    if before.undone_at is not None:
        return Done(before.undoing)
    items = {item.entry_id: item for item in before.items}
    held = with_newest(items, by=by)
    texts = _texts({entry_id: item.before for entry_id, item in items.items()}, by=by)
    left: list[Left] = []
    ready: list[Ready] = []
    for entry, version in held.values():
        try:
            if version is None or entry.id not in texts:
                raise Conflict("You may not change what it says now.")
            if version.number != items[entry.id].after:
                raise Conflict("It was changed since.")
            ready.append(_ready(Planned(entry, version, texts[entry.id])))
        except PlaybookError as refusal:
            left.append(Left(entry, str(refusal)))
    unknown = len(items) - len(held)
    kept = _write(ready, {"undo": before.id}, left, unknown, by=by, once=once)
    return Done(kept, tuple(left), unknown)


def _texts(numbers: Mapping[int, int], *, by: User) -> dict[int, Document]:
    """The texts of one version each of some entries, as far as `by` may read them."""
    query = (
        sa.select(Version)
        .where(
            sa.tuple_(Version.entry_id, Version.number).in_(list(numbers.items())),
            readable(by),
        )
        .options(undefer(Version.text))
    )
    return {version.entry_id: version.document for version in db.session.scalars(query)}


@dataclass(frozen=True)
class Ready:
    """A version that can be written: numbers beside the rows, for a transaction forgets what rows held."""

    entry: Entry
    entry_id: int
    base: int
    reading: Reading


def _ready(planned: Planned) -> Ready:
    entry = planned.entry
    reading = read(planned.after, kind=entry.kind, slug=entry.slug, check=False)
    return Ready(entry, entry.id, planned.base.number, reading)


def _write(
    ready: list[Ready], change: dict[str, Any], left: list[Left], unknown: int, *, by: User, once: str
) -> BulkChange | None:
    """Write the versions and remember them, in one transaction. What is refused goes to `left`."""
    items: list[tuple[int, int, int]] = []
    with saving() as session:
        # In the order of their ids, so that two who change the same entries wait for each other and no more.
        for each in sorted(ready, key=lambda each: each.entry_id):
            try:
                with session.begin_nested():
                    version = amend(
                        each.entry_id, each.reading, by=by, base=each.base, note=described(change)
                    )
            except PlaybookError as refusal:
                left.append(Left(each.entry, str(refusal)))
            else:
                items.append((each.entry_id, each.base, version.number))
        # Whoever sent the same form at the same moment has been waited for at the first entry.
        known = BulkChange.kept(once, by=by)
        if known is not None or not items:
            return known
        if "undo" in change:
            BulkChange.find(change["undo"], reader=by, lock=True).undone_at = clock.now()
        stayed = [(each.entry.id, each.why) for each in left]
        return BulkChange.keep(change, items, left=stayed, unknown=unknown, by=by, once=once)
