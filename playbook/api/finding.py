"""The entry that an address names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, redirect, request, url_for

from playbook.api.access import reader
from playbook.db import db
from playbook.errors import NotFound
from playbook.models import Entry, Version
from playbook.models.history import readable


def named(slug: str) -> Entry:
    """The entry of this slug; whoever uses one that it had before is sent to the present one.

    Raises:
        NotFound: there is none, or the caller may not know of it.
    """
    entry = Entry.find(slug, reader=reader())
    if entry.slug != slug:
        given: dict[str, Any] = {**(request.view_args or {}), "slug": entry.slug}
        query = f"?{urlencode(list(request.args.items(multi=True)))}" if request.args else ""
        abort(redirect(url_for(request.endpoint or "", **given) + query, code=308))
    return entry


def version_of(entry: Entry, number: int) -> Version:
    """Version `number` of an entry, if the caller may read it.

    Raises:
        NotFound: there is none, or they may not.
    """
    version = db.session.scalar(
        sa.select(Version).where(Version.entry_id == entry.id, Version.number == number, readable(reader()))
    )
    if version is None:
        raise NotFound(f"{entry.slug} has no version {number}.")
    return version
