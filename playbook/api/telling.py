"""What the API tells of an entry: as JSON, or its text byte for byte."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Response, request, url_for

from playbook import clock
from playbook.agreeing.charter import is_charter, rows_of
from playbook.api.access import reader
from playbook.api.conditional import tag
from playbook.api.reading import MARKDOWN
from playbook.api.shapes.charter import CharterRow, StatedIn
from playbook.api.shapes.entry import (
    AdviceTold,
    ClaimTold,
    EntryTold,
    Head,
    LinkTold,
    ReadersTold,
    RetirementTold,
    SignatureTold,
)
from playbook.api.shapes.signing import HandTold, ObjectionTold, ProposedTold
from playbook.db import db
from playbook.document import Document
from playbook.kinds import Kind
from playbook.kinds.claims import claims_of
from playbook.kinds.lints import advice
from playbook.kinds.naming import stated_kind
from playbook.models import Disagreement, Entry, Permission, Signer, Version, can, visible
from playbook.models.around import relations
from playbook.models.around_then import relations_then
from playbook.models.permission import RESTRICTED
from playbook.models.shown import Shown, shown


def told(slug: str, *, number: int | None = None, status: int = 200) -> Response:
    """The version of an entry that the caller sees, or version `number`, in the form the caller prefers.

    Raises:
        NotFound: there is none, or the caller may not know of it.
    """
    if request.method in {"GET", "HEAD"} and prefers_markdown():
        seen = shown(slug, kind=None, reader=reader(), number=number, column=Version.text)
        made = Response(seen.version.text.encode(), status, content_type=f"{MARKDOWN}; charset=utf-8")
        made.headers["ETag"] = tag(seen.version)
        return made
    seen = shown(slug, kind=None, reader=reader(), number=number)
    json = whole(seen).model_dump_json()
    made = Response(json, status, content_type="application/json")
    made.headers["ETag"] = tag(seen.version, told=json)
    return made


def prefers_markdown() -> bool:
    return request.accept_mimetypes.best_match(["application/json", MARKDOWN]) == MARKDOWN


def head(entry: Entry, *, number: int, hash: str) -> Head:
    """An entry in a list."""
    return Head(
        id=entry.id,
        slug=entry.slug,
        kind=entry.kind_name,
        title=entry.title,
        summary=entry.summary,
        state=entry.state_for(reader()),
        owner=entry.owner,
        audience=entry.audience,
        review_by=entry.review_by,
        version=number,
        hash=hash,
        changed_at=entry.changed_at,
        url=page_of(entry),
    )


def whole(seen: Shown, *, on: date | None = None) -> EntryTold:
    """Everything about an entry and one version of it; `on` a day that has passed, what it pointed to then."""
    entry, version = seen.entry, seen.version
    in_list = head(entry, number=version.number, hash=version.hash).model_dump()
    return EntryTold(
        **{
            **in_list,
            "title": version.title,
            "summary": version.summary,
            "owner": version.owner,
            "audience": version.audience,
            "review_by": entry.review_by if seen.is_what_readers_see else version.review_by,
        },
        agreed=seen.agreed,
        newest=seen.newest,
        author=version.author.handle if version.author is not None else None,
        note=version.note,
        at=version.at,
        released_at=seen.release.at if seen.release is not None else None,
        ground=seen.release.ground if seen.release is not None else None,
        rule=_rule(seen),
        signed_by=[SignatureTold(team=team, name=name) for team, name in seen.signed_by],
        agreed_under=list(needed)
        if seen.release is not None and (needed := seen.release.needed) is not None
        else None,
        proposed=_proposed(seen),
        readers=_readers(version),
        retired=_retirement(entry),
        fields=version.fields,
        body=Document(version.text).body,
        html=version.html,
        links=_links(version, on=on),
        charter=_charter(version) if on is None else [],
        claims=_claims(version, kind=stated_kind(version.fields) or entry.kind, on=on or clock.now().date()),
        advice=_advice(version, kind=entry.kind) if can(reader(), Permission.REVISE) else None,
    )


def _charter(version: Version) -> list[CharterRow]:
    if not is_charter(version.fields):
        return []
    return [
        CharterRow(
            number=row.number,
            topic=row.topic,
            term=row.term,
            owed_by=row.owed_by,
            state=row.progress,
            stated_in=[
                StatedIn(
                    slug=each.slug,
                    title=each.entry.title if each.entry is not None else None,
                    state=each.progress,
                )
                for each in row.statements
            ],
        )
        for row in rows_of(version, reader=reader())
    ]


def _rule(seen: Shown) -> list[Signer] | None:
    needed = seen.release.needed if seen.release is not None else None
    return list(needed) if needed is not None else None


def page_of(entry: Entry) -> str:
    """The address of the page, below the root of the site."""
    return url_for("entries.show", kind=entry.kind, slug=entry.slug)


def _proposed(seen: Shown) -> ProposedTold | None:
    """What waits for signatures; nothing where the caller may not know that anything does."""
    entry = seen.entry
    if entry.proposed_id is None or not can(reader(), Permission.REVISE) or seen.newest is None:
        return None
    version, signing, proposal = entry.newest, entry.signing, entry.proposal
    if version.number != seen.newest or proposal is None:  # the newest is not for the caller
        return None
    said = db.session.scalars(
        sa.select(Disagreement).where(Disagreement.version_id == version.id).order_by(Disagreement.id)
    )
    return ProposedTold(
        version=version.number,
        hash=version.hash,
        by=proposal.user.handle if proposal.user is not None else None,
        at=proposal.at,
        note=proposal.note,
        needs=list(signing.rule.needs),
        is_relaxed=signing.rule.is_relaxed,
        signed=[
            HandTold(team=each.team, name=each.user.name, at=each.at, comment=each.comment)
            for each in signing.signatures
        ],
        open=list(signing.open_sides),
        yours=list(signing.sides_for(reader())),
        not_agreed=[
            ObjectionTold(team=each.team, name=each.user.name, at=each.at, reason=each.reason)
            for each in said
        ],
    )


def _readers(version: Version) -> ReadersTold:
    named = [row.reader for row in version.readers] if version.audience == RESTRICTED else []
    of: dict[str, list[str]] = {"person": [], "team": []}
    for what, _, name in (each.partition(":") for each in sorted(named)):
        of[what].append(name)
    return ReadersTold(people=of["person"], teams=of["team"])


def _retirement(entry: Entry) -> RetirementTold | None:
    if entry.retired_at is None:
        return None
    known = sa.select(Entry.slug).where(Entry.id == entry.successor_id, visible(reader()))
    return RetirementTold(
        at=entry.retired_at, reason=entry.retired_because, successor=db.session.scalar(known)
    )


def _links(version: Version, *, on: date | None) -> list[LinkTold]:
    if on is None:
        around = relations([version], reader=reader(), most_inward=0)
    else:
        around = relations_then([version], reader=reader(), on=on, most_inward=0)
    return [
        LinkTold(
            field=link.field,
            slug=link.slug,
            title=link.entry.title if link.entry is not None else None,
            kind=link.entry.kind_name if link.entry is not None else None,
        )
        for link in around
        if link.outward
    ]


def _claims(version: Version, *, kind: Kind, on: date) -> list[ClaimTold]:
    return [
        ClaimTold(
            field=claim.path,
            words=claim.words,
            source=claim.source or None,
            as_of=claim.as_of or None,
            expires=claim.expires or None,
            label=claim.label or None,
            expired=claim.is_expired(on=on),
        )
        for claim in claims_of(kind, version.fields)
    ]


def _advice(version: Version, *, kind: Kind) -> list[AdviceTold]:
    return [
        AdviceTold(
            lint=each.lint,
            field=each.field,
            message=each.message,
            blocks=each.lint in kind.clean_to_agree,
        )
        for each in advice(kind, version.fields, Document(version.text).body)
    ]
