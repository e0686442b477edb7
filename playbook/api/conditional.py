"""ETag, If-None-Match, If-Match: nobody reads twice what is the same, or writes over what they have not read."""

from __future__ import annotations

import hashlib
import re

import sqlalchemy as sa
from flask import Blueprint, Response, request
from werkzeug.exceptions import PreconditionRequired

from playbook.api.access import reader
from playbook.api.finding import version_of
from playbook.api.problems import problem
from playbook.db import db
from playbook.errors import PlaybookError
from playbook.models import Entry, StaleVersion, Version
from playbook.models.history import readable

# Number and hash name the version. JSON has a third part, because it tells more than the text. A proxy that packs
# answers puts W/ in front; what names a version names it all the same.
TAG = re.compile(r'\s*(?:W/)?"([1-9][0-9]{0,8})-([0-9a-f]{64})(?:-[0-9a-f]{16})?"\s*')


class NothingMatches(PlaybookError):
    """If-Match names no version of the entry that the caller may read."""


def tag(version: Version, *, told: str = "") -> str:
    """The ETag of a version's text; of the JSON `told` about it."""
    more = f"-{hashlib.sha256(told.encode()).hexdigest()[:16]}" if told else ""
    return f'"{version.number}-{version.hash}{more}"'


def unless_held(made: Response) -> Response:
    """The answer, or 304 where the caller holds it already."""
    if request.if_none_match.contains_raw(made.headers["ETag"]) or request.if_none_match.contains_weak(
        made.get_etag()[0] or ""
    ):
        kept = Response(status=304)
        kept.headers["ETag"] = made.headers["ETag"]
        return kept
    return made


def started_from(entry: Entry) -> Version:
    """The version that If-Match says the change starts from.

    Raises:
        PreconditionRequired: it names none; `*` is no name.
        NothingMatches: there never was such a version, or the caller may not read it.
    """
    typed = request.headers.get("If-Match", "").strip()
    if typed in {"", "*"}:
        raise PreconditionRequired
    for part in typed.split(","):
        named = TAG.fullmatch(part)
        if named is None:
            continue
        version = db.session.scalar(
            sa.select(Version).where(
                Version.entry_id == entry.id,
                Version.number == int(named[1]),
                Version.hash == named[2],
                readable(reader()),
            )
        )
        if version is not None:
            return version
    raise NothingMatches("If-Match names no version of this entry.")


def answer_stale(bp: Blueprint) -> None:
    """Have what is raised here answered with all there is to merge."""

    @bp.errorhandler(StaleVersion)
    def stale(refusal: StaleVersion) -> Response:
        version_of(refusal.latest.entry, refusal.latest.number)
        return both_texts(refusal)

    @bp.errorhandler(NothingMatches)
    def nothing_matches(refusal: NothingMatches) -> Response:
        return problem(412, detail=str(refusal))


def both_texts(refusal: StaleVersion) -> Response:
    """Both texts, what they started from, and their merge; never applied here."""
    merged = refusal.merged
    return problem(
        412,
        detail=f"{refusal} Nothing of yours was saved. Merge, and send it again with the ETag of theirs.",
        headers={"ETag": tag(refusal.latest)},
        base=_text(refusal.base.number, refusal.base.hash, refusal.base.text),
        theirs=_text(refusal.latest.number, refusal.latest.hash, refusal.latest.text),
        mine=_text(None, refusal.typed.hash, refusal.typed.text),
        merged=merged.text,
        clean=merged.clean,
    )


def _text(number: int | None, hash: str, text: str) -> dict[str, object]:
    return {"number": number, "hash": hash, "text": text}
