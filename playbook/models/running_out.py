"""Claims that expire soon, or have expired: what readers see, and would not repeat if they knew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from playbook.db import db
from playbook.kinds.claims import Claim, claims_of
from playbook.models.entry import Entry
from playbook.models.version import Version

SOON = timedelta(days=30)


@dataclass(frozen=True)
class RunningOut:
    """A claim of what readers see of an entry."""

    entry: Entry
    version: Version
    claim: Claim
    is_expired: bool


def running_out(which: sa.ColumnElement[bool], *, on: date) -> list[RunningOut]:
    """The claims that have expired by a day, or will within 30 more, the longest expired first.

    `which` is a clause on Entry: what somebody may see in a list, say. What is not agreed claims nothing yet.
    """
    # Few texts name an end at all; the others need not be read.
    names_an_end = sa.cast(Version.fields, sa.String).like('%"expires"%')
    rows = db.session.execute(
        sa.select(Entry, Version).join(Version, Version.id == Entry.agreed_id).where(which, names_an_end)
    )
    found = [
        RunningOut(entry, version, claim, claim.is_expired(on=on))
        for entry, version in rows
        for claim in claims_of(entry.kind, version.fields)
        if claim.runs_out(on=on, within=SOON)
    ]
    return sorted(
        found, key=lambda each: (each.claim.expires, each.entry.title, each.entry.id, each.claim.path)
    )
