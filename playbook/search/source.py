"""What the database says: the texts that readers may find, and which of them changed since.

Everything here goes over connections of its own, so that it sees what is committed now and neither
disturbs nor depends on the session of whoever asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from playbook.db import db, quick
from playbook.kinds import KINDS
from playbook.kinds.reading import references, spoken_words
from playbook.models import Entry, Setting, StaleEntry, User, Version, VersionReader, open_to
from playbook.models.permission import RESTRICTED
from playbook.search.text import PART, SearchText

MARK = "search mark"  # the setting that repeats the index's mark
BATCH = 500  # entries read at once; under SQLite's limit of variables

RELATED = frozenset({"persona", "stage", "issue", "capability", "competitor"})
LISTED = {"segments": "segment", "industries": "industry", "tags": "tag"}
REVIEW_BY = "review_by"  # folded into the state when somebody asks
NO_REVIEW = "never"


@dataclass(frozen=True)
class Known:
    """What the database says about its index: its epoch, the mark, and whether an entry is stale."""

    epoch: str
    mark: str
    is_stale: bool


@dataclass(frozen=True)
class Stale:
    """Rows of the outbox and the entries they name."""

    rows: tuple[int, ...]
    entries: frozenset[int]


def known() -> Known:
    """What the database says now."""
    with _reading() as connection:
        epoch, mark, is_stale = connection.execute(_known()).one()
    return Known((epoch or {}).get("epoch", ""), (mark or {}).get("mark", ""), is_stale)


@cache
def _known() -> sa.Executable:
    epoch, mark = (
        sa.select(Setting.value).where(Setting.name == name).scalar_subquery() for name in ("epoch", MARK)
    )
    return sa.select(epoch, mark, sa.exists(sa.select(StaleEntry.id)))


def stale(*, most: int | None = None) -> Stale:
    """The oldest rows of the outbox."""
    statement = sa.select(StaleEntry.id, StaleEntry.entry_id).order_by(StaleEntry.id).limit(most)
    with _reading() as connection:
        found = connection.execute(statement).all()
    return Stale(tuple(row for row, _ in found), frozenset(entry for _, entry in found))


def settle(rows: Sequence[int], *, mark: str) -> None:
    """Note that the index bears this mark, and that these rows of the outbox are in it."""
    with quick() as connection:
        for start in range(0, len(rows), BATCH):
            connection.execute(sa.delete(StaleEntry).where(StaleEntry.id.in_(rows[start : start + BATCH])))
        noted = connection.execute(
            sa.update(Setting).where(Setting.name == MARK).values(value={"mark": mark})
        )
        if not noted.rowcount:
            connection.execute(sa.insert(Setting).values(name=MARK, value={"mark": mark}))


def count() -> int:
    """How many entries readers may find."""
    with _reading() as connection:
        return (
            connection.scalar(
                sa.select(sa.func.count()).where(Entry.agreed_id.is_not(None), Entry.retired_at.is_(None))
            )
            or 0
        )


def texts(entries: Iterable[int]) -> list[SearchText]:
    """The released texts of these entries; none for one that is not released, or is gone."""
    wanted = sorted(entries)
    return [
        text
        for start in range(0, len(wanted), BATCH)
        for text in _texts(Entry.id.in_(wanted[start : start + BATCH]))
    ]


def all_texts() -> Iterator[SearchText]:
    """Every released text, in the order of the entries, read a batch at a time."""
    last = 0
    while batch := _texts(Entry.id > last):
        yield from batch
        last = batch[-1].entry_id


def _texts(which: sa.ColumnElement[bool]) -> list[SearchText]:
    statement = (
        sa.select(
            Entry.id,
            Entry.kind_name,
            Entry.slug,
            Entry.changed_at,
            Version.id.label("version_id"),
            Version.title,
            Version.summary,
            Version.audience,
            Version.owner,
            Entry.review_by,
            Version.fields,
            Version.plain,
            User.handle.label("author"),
        )
        .join(Version, Version.id == Entry.agreed_id)
        .outerjoin(User, User.id == Version.author_id)
        .where(which, Entry.retired_at.is_(None))
        .order_by(Entry.id)
        .limit(BATCH)
    )
    with _reading() as connection:
        rows = connection.execute(statement).all()
        named = _readers(connection, [row.version_id for row in rows if row.audience == RESTRICTED])
    return [_text(row, named[row.version_id]) for row in rows]


def _readers(connection: sa.Connection, versions: Sequence[int]) -> defaultdict[int, list[str]]:
    """Whom restricted versions name as readers."""
    named: defaultdict[int, list[str]] = defaultdict(list)
    if versions:
        wanted = sa.select(VersionReader.version_id, VersionReader.reader)
        for version, reader in connection.execute(wanted.where(VersionReader.version_id.in_(versions))):
            named[version].append(reader)
    return named


def _text(row: Any, named: Sequence[str]) -> SearchText:
    kind = KINDS[row.kind_name]
    said = {name: value for name, value in row.fields.items() if name not in {"title", "summary"}}
    parts = [row.title, row.summary, *spoken_words(kind, said).split("\n"), row.plain]
    return SearchText(
        entry_id=row.id,
        version_id=row.version_id,
        kind=row.kind_name,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        words=PART.join(part for part in parts if part),
        facets=facets_of(row.kind_name, row.fields, slug=row.slug, review_by=row.review_by),
        readers=open_to(audience=row.audience, owner=row.owner, readers=sorted(named), author=row.author),
        at=row.changed_at,
    )


def facets_of(
    kind_name: str, fields: Mapping[str, Any], *, slug: str, review_by: str | None
) -> dict[str, tuple[str, ...]]:
    """The facets of a text: its kind, what it is related to, what it is labelled with.

    An entry that others are related to has itself as a value, so that choosing the CFO shows the
    CFO's profile too.
    """
    kind = KINDS[kind_name]
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    found["kind"][kind_name] = None
    if kind_name in RELATED:
        found[kind_name][slug] = None
    for reference in references(kind, fields):
        declared = kind.relation_at.get(reference.field)
        if declared is not None and len(declared.target) == 1 and declared.target[0] in RELATED:
            found[declared.target[0]][reference.target] = None
    for name, facet in LISTED.items():
        values = fields.get(name)
        for value in values if isinstance(values, list) else ():
            if isinstance(value, str) and value.strip():
                found[facet][" ".join(value.split())] = None
    if isinstance(fields.get("basis"), str):
        found["basis"][fields["basis"]] = None
    found[REVIEW_BY][review_by or NO_REVIEW] = None
    return {facet: tuple(values) for facet, values in found.items()}


def _reading() -> sa.Connection:
    return db.engine.connect()
