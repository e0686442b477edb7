"""Whether every signature of a version is of the very text that is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import joinedload, undefer

from playbook.db import db
from playbook.kinds import Kind
from playbook.models import Entry, Permission, Release, Signature, Version
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.signing import NAMES
from playbook.web.versions import readable_version

bp = Blueprint("verify", __name__)


@dataclass(frozen=True)
class Verified:
    """A version and its fingerprint, made anew from its text."""

    version: Version
    recomputed: str
    signatures: tuple[Signature, ...]

    @property
    def is_text_kept(self) -> bool:
        """Whether the text still has the fingerprint that it had when it was saved."""
        return self.recomputed == self.version.hash

    @property
    def is_sound(self) -> bool:
        """Whether, moreover, every signature is of this text."""
        return self.is_text_kept and all(self.is_of_this(each) for each in self.signatures)

    def is_of_this(self, signature: Signature) -> bool:
        """Whether what was signed is this text."""
        return signature.hash == self.recomputed


@bp.get("/<folder:kind>/<slug:slug>/versions/<number:number>/verify")
@allow(Permission.READ)
def show(kind: Kind, slug: str, number: int) -> Any:
    entry = Entry.find(slug, reader=reader())
    if (entry.slug, entry.kind) != (slug, kind):
        return redirect(url_for("verify.show", kind=entry.kind, slug=entry.slug, number=number), code=301)
    version = readable_version(entry, number)
    release = db.session.scalar(
        sa.select(Release)
        .where(Release.version_id == version.id)
        .order_by(Release.id.desc())
        .limit(1)
        .options(joinedload(Release.user))
    )
    found = verified(version)
    return page(
        "signing/verify.html",
        entry=entry,
        kind=kind,
        version=version,
        found=found,
        release=release,
        names=NAMES,
    )


def verified(version: Version) -> Verified:
    """Take the fingerprint of a version's text again, and every signature ever given under it."""
    text = db.session.scalar(
        sa.select(Version).where(Version.id == version.id).options(undefer(Version.text))
    )
    assert text is not None
    signatures = db.session.scalars(
        sa.select(Signature)
        .where(Signature.version_id == version.id)
        .order_by(Signature.id)
        .options(joinedload(Signature.user))
    )
    recomputed = hashlib.sha256(text.text.encode()).hexdigest()
    return Verified(version, recomputed, tuple(signatures))
