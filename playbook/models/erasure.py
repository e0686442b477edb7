"""A real erasure, which the law may ask for: everything else that goes away here can come back."""

from __future__ import annotations

import sqlalchemy as sa

from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.kinds import BY_FOLDER
from playbook.models.audit import AuditRecord, about, redact
from playbook.models.bulk_change import BulkChange
from playbook.models.entry import Entry
from playbook.models.kept_answer import KeptAnswer
from playbook.models.link import Address, close_addresses
from playbook.models.retirement import reason_given
from playbook.models.user import User
from playbook.models.version import Version

ERASE = "erase"
TELLING_NOTHING = frozenset({"version", "ground"})  # what a record may go on saying of an erased entry


def erase_for_good(entry: Entry, *, by: User, reason: str, typed: str) -> None:
    """Erase an entry with its versions, links, drafts, use, bulk changes and place in the index.

    What remains is a record of who did it when and why, with the entry's id and the hashes of its texts;
    earlier records of the entry keep the act and lose its name and words. No new entry gets its
    addresses. Texts of others that link to it are theirs, and stay.

    `typed` is the slug as the person typed it, to show that this entry is meant.

    Raises:
        Invalid: there is no reason, or another slug was typed.
    """
    problems = [] if typed == entry.slug else [Problem("slug", f"Type {entry.slug} to erase this entry.")]
    try:
        reason = reason_given(reason)
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    slugs = list(db.session.scalars(sa.select(Address.slug).where(Address.entry_id == entry.id)))
    hashes = list(
        db.session.scalars(
            sa.select(Version.hash).where(Version.entry_id == entry.id).order_by(Version.number)
        )
    )
    name = f"entries/{entry.id}"
    for change in db.session.scalars(sa.select(BulkChange)):
        if entry.id in change.left:
            change.forget(entry.id)
    close_addresses(slugs)
    entry.erase()
    db.session.flush()
    shortened = _say_less(slugs, name)
    for slug in slugs:
        db.session.execute(sa.delete(KeptAnswer).where(KeptAnswer.body.contains(slug, autoescape=True)))
    AuditRecord.note(ERASE, name, by=by, reason=reason, hashes=hashes, redacted=shortened)


def _say_less(slugs: list[str], name: str) -> dict[str, str]:
    """Take the name, and words about it, out of the records of the entry; what is left of each, by its number."""
    records = db.session.scalars(
        sa.select(AuditRecord).where(about(BY_FOLDER, slugs)).order_by(AuditRecord.id)
    ).all()
    return redact(
        record.shortened(thing=name, keep=TELLING_NOTHING, user_id=record.user_id) for record in records
    )
