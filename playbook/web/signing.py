"""Compare and sign: what is proposed beside what readers see, and the signatures that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import joinedload, undefer

from playbook import agreeing, clock
from playbook.agreeing.waiting import waits_for
from playbook.db import db
from playbook.document.changes import field_changes
from playbook.errors import Conflict, Invalid, Problem
from playbook.kinds import Kind
from playbook.models import Disagreement, Entry, Permission, Signature, Signer, Version
from playbook.models.agreeing import side_named
from playbook.models.around import relations
from playbook.models.signing import Signing
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reading import Shelf, blocks, nature, others, prose, sections
from playbook.web.reading.news import news
from playbook.web.refusals import record
from playbook.web.versions import readable_version
from playbook.web.writing.instead import offered
from playbook.work import saving

bp = Blueprint("signing", __name__)

NAMES = {Signer.SALES: "Sales", Signer.MARKETING: "Marketing", Signer.OWNER: "the owner"}


@bp.get("/<folder:kind>/<slug:slug>/sign")
@allow(Permission.SIGN)
def show(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader())
    if (entry.slug, entry.kind) != (slug, kind):
        return redirect(url_for("signing.show", kind=entry.kind, slug=entry.slug), code=301)
    newest = readable_version(entry, entry.newest.number)
    return sign_page(entry) if entry.proposed_id == newest.id else settled_page(entry)


@bp.post("/<folder:kind>/<slug:slug>/signatures")
@allow(Permission.SIGN)
def create(kind: Kind, slug: str) -> Any:
    comment = request.form.get("comment", "")
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            readable_version(entry, entry.newest.number)
            team, hash = side_named(request.form["team"]), request.form["hash"]
            agreeing.sign(entry, by=reader(), team=team, hash=hash, comment=comment)
    except Conflict as refusal:
        return refused_page(slug, kind, refusal, said=comment)
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        return sign_page(entry, problems=invalid.problems, typed={"comment": comment}), 422
    flash(told(entry, team))
    return redirect(news_url(entry), code=303)


def news_url(entry: Entry) -> str:
    """The page where an entry is signed; the browser puts the cursor on its heading."""
    return url_for("signing.show", kind=entry.kind, slug=entry.slug, _anchor="news")


def told(entry: Entry, team: Signer) -> str:
    """What a signature has brought about: Signed for Sales. Marketing has still to sign."""
    version = entry.newest
    if entry.agreed_id == version.id:
        return f"Version {version.number} is agreed."
    still = listed_names(entry.signing.open_sides)
    return f"Signed for {NAMES[team]}. {still[:1].upper()}{still[1:]} {_have(entry.signing)} still to sign."


def listed_names(given: Sequence[Signer]) -> str:
    """Sales and Marketing."""
    return " and ".join(NAMES[side] for side in given)


def why_not(signing: Signing) -> str:
    """Why the person asking may not sign this now; nothing where they may."""
    person = reader()
    if signing.sides_for(person):
        return ""
    if any(each.user_id == person.id for each in signing.signatures):
        return "You have signed this. The other signature has to be somebody else’s."
    if person.id == signing.sole_author:
        return "You wrote this, so somebody else has to sign it."
    return f"This waits for {listed_names(signing.open_sides)}."


def sign_page(
    entry: Entry,
    *,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
    opened: str = "",
) -> Any:
    """The page to decide on. `typed` is what was typed and refused; `opened` the part it was typed into."""
    typed = typed or {}
    version, agreed = (_with_text(each) for each in (entry.newest, entry.agreed))
    assert version is not None
    signing = entry.signing
    return page(
        "signing/show.html",
        entry=entry,
        kind=entry.kind,
        version=version,
        agreed=agreed,
        proposal=entry.proposal,
        signing=signing,
        asked=waits_for(signing),
        sides=signing.sides_for(reader()),
        why_not=why_not(signing),
        news=news(entry.kind, agreed, version, reader=reader()),
        whole=whole_text(entry, version) if agreed is None else None,
        dependants=agreeing.dependants(entry, reader=reader()),
        disagreements=said_about(version),
        boxes=offered(
            entry.kind,
            field_changes(agreed.fields, version.fields) if agreed is not None else [],
            version.fields,
            typed,
        ),
        typed=typed,
        opened=opened,
        problems=[
            replace(each, field=f"reason-{opened}") if each.field == "reason" and opened else each
            for each in problems
        ],
        names=NAMES,
    )


def settled_page(entry: Entry) -> Any:
    """The page where nothing is to be decided: who signed what readers see, or that nothing is proposed."""
    agreed = entry.agreed
    signatures = (
        db.session.scalars(
            sa.select(Signature)
            .where(Signature.version_id == agreed.id, Signature.hash == agreed.hash)
            .order_by(Signature.id)
            .options(joinedload(Signature.user))
        ).all()
        if agreed is not None
        else []
    )
    return page(
        "signing/settled.html",
        entry=entry,
        kind=entry.kind,
        agreed=agreed,
        newest=entry.newest,
        signatures=signatures,
        names=NAMES,
    )


def refused_page(slug: str, kind: Kind, refusal: Conflict, **said: str) -> Any:
    """The page that says why something was not signed; what was typed is on it, to be used again."""
    record(refusal)
    entry = Entry.find(slug, reader=reader(), kind=kind)
    kept = {name: text for name, text in said.items() if text.strip()}
    return page(
        "signing/refused.html",
        entry=entry,
        kind=kind,
        message=str(refusal),
        kept=kept,
    ), 409


def whole_text(entry: Entry, version: Version) -> dict[str, Any]:
    """A version as its readers would see it, for the first one of an entry."""
    kind = entry.kind
    around = relations([version], reader=reader(), most_inward=0)
    titles = {found.slug: found.entry for found in around if found.entry is not None}
    shelf = Shelf(titles, today=clock.now().date())
    own, shared = blocks(kind, version.fields, shelf)
    return {
        "nature": nature(kind, version.fields, shelf),
        "first": sections(own),
        "last": sections(shared),
        "others": others(kind, version.fields),
        "prose": prose(kind, version.html),
    }


def said_about(version: Version) -> list[Disagreement]:
    """Who would not sign this version, and whose own answer to an earlier one it is."""
    return list(
        db.session.scalars(
            sa.select(Disagreement)
            .where(sa.or_(Disagreement.version_id == version.id, Disagreement.counter_id == version.id))
            .order_by(Disagreement.id)
            .options(joinedload(Disagreement.user))
        )
    )


def _have(signing: Signing) -> str:
    return "has" if len(signing.open_sides) == 1 else "have"


def _with_text(version: Version | None) -> Version | None:
    """The same version, loaded with its text and its HTML."""
    if version is None:
        return None
    return db.session.scalar(
        sa.select(Version)
        .where(Version.id == version.id)
        .options(undefer(Version.text), undefer(Version.html), joinedload(Version.author))
        .execution_options(populate_existing=True)
    )
