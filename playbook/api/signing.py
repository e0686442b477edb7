"""Agreement over the API: propose, withdraw, sign, and say no."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from playbook import agreeing
from playbook.api.access import allow, reader
from playbook.api.describing import described
from playbook.api.finding import named, version_of
from playbook.api.idempotency import again, once
from playbook.api.shapes.entry import EntryTold
from playbook.api.shapes.signing import Disagreeing, Proposing, Signing, Withdrawing
from playbook.api.telling import told
from playbook.models import Entry, Permission

bp = Blueprint("signing", __name__)

TAG = "Agreement"


@bp.post("/entries/<slug:slug>/propose")
@allow(Permission.REVISE)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def propose(slug: str, json: Proposing) -> Response:
    """Ask for the newest version to be agreed. Asking again changes nothing.

    Where the rule of its kind asks for nobody's signature, it is agreed at once.
    """
    return saved(slug, lambda entry: agreeing.propose(entry, by=reader(), note=json.note))


@bp.post("/entries/<slug:slug>/withdraw")
@allow(Permission.REVISE)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def withdraw(slug: str, json: Withdrawing) -> Response:
    """Take the proposal back; the version stays, as a draft. Where nothing is proposed, nothing changes."""
    return saved(slug, lambda entry: agreeing.withdraw(entry, by=reader()))


@bp.post("/entries/<slug:slug>/sign")
@allow(Permission.SIGN)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def sign(slug: str, json: Signing) -> Response:
    """Sign the proposed version; with the last signature that its kind needs it becomes what readers see.

    409 where nothing is proposed, the text is another by now, the signature is there already, or you wrote it
    alone or have signed for another side; 403 where you do not speak for that side.
    """
    return saved(
        slug,
        lambda entry: agreeing.sign(entry, by=reader(), team=json.team, hash=json.hash, comment=json.comment),
    )


@bp.post("/entries/<slug:slug>/disagree")
@allow(Permission.SIGN)
@again
@described({200: EntryTold}, tag=TAG, gives={200: ("ETag",)})
def disagree(slug: str, json: Disagreeing) -> Response:
    """Say that you will not sign the proposed version, and why. It stays proposed.

    What you would sign instead is written as a new version, with PUT.
    """
    return saved(
        slug,
        lambda entry: agreeing.disagree(
            entry, by=reader(), team=json.team, hash=json.hash, reason=json.reason
        ),
    )


def saved(slug: str, act: Callable[[Entry], object]) -> Response:
    """Do something about the newest version, and tell of it.

    Raises:
        NotFound: there is no such entry, or the caller may not read its newest version.
    """
    named(slug)

    def work() -> Response:
        entry = Entry.find(slug, reader=reader(), lock=True)
        newest = version_of(entry, entry.newest.number)
        act(entry)
        return told(entry.slug, number=newest.number)

    return once(work)
