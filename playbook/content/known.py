"""What the database holds before an import: which slug is whose, and which file each entry came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from playbook.db import db
from playbook.models import Address, Entry, Version

NOTE_CHARACTERS = 500  # that a version's note may have
IMPORTED = "Imported from "


def origin(path: PurePosixPath) -> str:
    """The note of a version that came from a file. The next import knows the entry by it."""
    return f"{IMPORTED}{path}"[:NOTE_CHARACTERS]


@dataclass(frozen=True)
class Held:
    """An entry that is there: the hashes of its newest text and of the one that readers see."""

    entry_id: int
    slug: str
    kind: str
    newest: str
    agreed: str | None
    is_retired: bool


@dataclass(frozen=True)
class Known:
    """`addresses` has every slug that an entry has or had; `origins` the last import of each path."""

    addresses: dict[str, Held]
    origins: dict[str, tuple[Held, str]]  # with the hash of the text that came from there

    @classmethod
    def now(cls) -> Known:
        """What the database holds now."""
        newest, agreed = aliased(Version), aliased(Version)
        rows = db.session.execute(
            sa.select(
                Address.slug,
                Entry.id,
                Entry.slug,
                Entry.kind_name,
                newest.hash,
                agreed.hash,
                Entry.retired_at.is_not(None),
            )
            .join(Entry, Entry.id == Address.entry_id)
            .join(newest, newest.id == Entry.latest_id)
            .outerjoin(agreed, agreed.id == Entry.agreed_id)
        )
        addresses = {row[0]: Held(*row[1:]) for row in rows}
        by_id = {held.entry_id: held for held in addresses.values()}
        imported = db.session.execute(
            sa.select(Version.note, Version.entry_id, Version.hash)
            .where(Version.note.startswith(IMPORTED))
            .order_by(Version.id)
        )
        return cls(
            addresses,
            {note: (by_id[entry_id], hashed) for note, entry_id, hashed in imported if entry_id in by_id},
        )
