"""What the tables of both sides hold for one entry, derived in any process and written by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks import floor
from benchmarks.corpus import WORDINGS, Made, reworded
from playbook.content.deriving import head_of
from playbook.document import Document
from playbook.kinds import KINDS
from playbook.markdown.rendering import rendered
from playbook.models import (
    Address,
    Entry,
    Ground,
    Link,
    Reading,
    Release,
    Signature,
    Signer,
    Version,
    VersionReader,
    read,
)
from playbook.models import version as deriving

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
UNSIGNED = 3  # one entry in so many waits for its signatures
LATEST = len(WORDINGS)

Rows = list[dict[str, Any]]


@dataclass
class EntryRows:
    """Ours by table, in the order in which tables can be filled; the floor's likewise."""

    ours: dict[Any, Rows] = field(default_factory=dict)
    floors: dict[str, Rows] = field(default_factory=dict)


def lay_out_here() -> None:
    """Have this process lay out Markdown itself. Our texts are no danger, and each process would start another."""
    deriving.render = rendered


def rows_of(made: Made, people: Mapping[str, int]) -> EntryRows:
    """Everything that is kept of an entry whose versions were all released, by the models' own derivation."""
    reading = read(Document.parse(made.text), kind=KINDS[made.kind], slug=made.slug)
    began = BEGAN + timedelta(minutes=made.number)
    moments = [began + timedelta(days=day) for day in range(LATEST)]
    by = people[made.owner]
    versions = [
        _version(made, reading, number, by=by, at=moments[number - 1]) for number in range(1, LATEST + 1)
    ]
    latest = versions[-1]
    entry = Entry(
        id=made.number,
        slug=made.slug,
        kind_name=made.kind,
        demonstration=False,
        created_at=moments[0],
        changed_at=moments[-1],
        latest_id=latest.id,
        agreed_id=latest.id,
        retired_because="",
    )
    for name, value in head_of(entry, latest, review_by=latest.review_by).items():
        setattr(entry, name, value)
    releases = [
        Release(
            id=version.id,
            entry_id=entry.id,
            version_id=version.id,
            user_id=people["milo.brandt"],
            ground=Ground.MIGRATED,
            at=version.at,
        )
        for version in versions
    ]
    signatures = [
        Signature(version_id=latest.id, team=team, user_id=by, hash=latest.hash, comment="", at=latest.at)
        for team in (Signer.SALES, Signer.MARKETING)
        if made.number % UNSIGNED
    ]
    links = [
        {"version_id": version.id, "position": link.position, "field": link.field, "target": link.target}
        for version in versions
        for link in version.links
    ]
    readers = [
        {"version_id": version.id, "reader": named.reader}
        for version in versions
        for named in version.readers
    ]
    ours = {
        Entry: [_columns(entry)],
        Address: [{"slug": made.slug, "entry_id": entry.id}],
        Version: [_columns(version) for version in versions],
        Link: links,
        VersionReader: readers,
        Release: [_columns(release) for release in releases],
        Signature: [_columns(signature, but="id") for signature in signatures],
    }
    return EntryRows(ours, _floors(made, reading, versions))


def _version(made: Made, reading: Reading, number: int, *, by: int, at: datetime) -> Version:
    document = Document(made.wording(number))
    version = Version(
        id=(made.number - 1) * LATEST + number,
        entry_id=made.number,
        number=number,
        text=document.text,
        hash=document.hash,
        author_id=by,
        at=at,
        note="" if number == 1 else f"Says it in the {WORDINGS[number - 1]} wording",
    )
    version.derive(reading)
    version.html, version.plain = reworded(reading.html, number), reworded(reading.plain, number)
    return version


def _columns(row: Any, *, but: str = "") -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key)
        for column in sa.inspect(row).mapper.column_attrs
        if column.key != but
    }


def _floors(made: Made, reading: Reading, versions: list[Version]) -> dict[str, Rows]:
    fields = reading.document.fields
    latest = versions[-1]
    said = " ".join(floor.sayings(fields))
    return {
        "entry": [
            {
                "id": made.number,
                "slug": made.slug,
                "folder": reading.kind.folder,
                "title": reading.title,
                "summary": reading.summary,
                "owner": reading.owner,
                "html": floor.as_list(fields) + reading.html,
                "version": LATEST,
                "changed": latest.at.isoformat(),
            }
        ],
        "version": [
            {
                "entry": made.number,
                "number": version.number,
                "text": version.text,
                "note": version.note,
                "author": version.author_id,
                "at": version.at.isoformat(),
            }
            for version in versions
        ],
        "link": [
            {"source": made.number, "field": link.field, "target": link.target} for link in latest.links
        ],
        "words": [{"rowid": made.number, "title": reading.title, "body": f"{said}\n{reading.plain}"}],
    }
