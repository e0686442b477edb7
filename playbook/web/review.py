"""Looking again at an entry: its whole text, and under it the question whether that is still true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from playbook import agreeing, clock
from playbook.errors import Conflict, Invalid, NotFound, Problem
from playbook.kinds import Kind
from playbook.models import Answer, Entry, Permission, Version
from playbook.models.review import last_review, may_review, owners_of
from playbook.models.shown import Shown, shown
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.pages import day, page
from playbook.web.signing import whole_text
from playbook.web.versions import readable_version
from playbook.work import saving

bp = Blueprint("review", __name__)
bp.add_app_template_global(may_review)
bp.add_app_template_global(owners_of)

OPEN_FOR = timedelta(hours=24)  # after a day the text has to be opened again before it is answered for

NOT_OPENED = "Read the text as it stands now, then answer below it. What you typed is still there."


@bp.get("/<folder:kind>/<slug:slug>/review")
@allow(Permission.READ)
def show(kind: Kind, slug: str) -> Any:
    seen = shown(slug, kind=None, reader=reader())
    if (seen.entry.slug, seen.entry.kind) != (slug, kind):
        return redirect(url_for("review.show", kind=seen.entry.kind, slug=seen.entry.slug), code=301)
    refuse_what_nobody_answers(seen)
    if not may_review(reader(), seen.version):  # somebody sent them the address
        return redirect(entry_url(seen.entry))
    return review_page(seen)


@bp.post("/<folder:kind>/<slug:slug>/review")
@allow(Permission.READ)
def create(kind: Kind, slug: str) -> Any:
    typed = {name: request.form.get(name, "") for name in ("answer", "evidence_on", "note")}
    seen = shown(slug, kind=kind, reader=reader())
    refuse_what_nobody_answers(seen)
    if not was_opened(request.form.get("opened", ""), seen.version):
        return review_page(seen, typed=typed, problems=[Problem("question", NOT_OPENED)]), 409
    try:
        answer = answered(typed["answer"])
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            said = agreeing.review(
                entry,
                answer,
                by=reader(),
                hash=request.form.get("hash", ""),
                evidence_on=typed["evidence_on"],
                note=typed["note"],
            )
    except Invalid as invalid:
        seen = shown(slug, kind=kind, reader=reader())
        return review_page(seen, typed=typed, problems=invalid.problems), 422
    except Conflict as refusal:
        seen = shown(slug, kind=kind, reader=reader())
        return review_page(seen, typed=typed, problems=[Problem("question", str(refusal))]), 409
    if said.answer is Answer.STILL_TRUE:
        flash(f"Kept: still true. Look again by {day(entry.review_by)}.")
        return redirect(url_for("due.show"), code=303)
    if said.answer is Answer.UNKNOWN:
        flash("Kept: you don’t know. The others who answer for it are told, and it stays due.")
        return redirect(url_for("due.show"), code=303)
    return redirect(where_to_write(entry, said.note), code=303)


def where_to_write(entry: Entry, note: str) -> str:
    """The editor, with the note in it; the entry, where the person asking may not write this one."""
    if reader().can(Permission.REVISE):
        try:
            readable_version(entry, entry.newest.number)
        except NotFound:  # a newer version is restricted to others
            return entry_url(entry)
        flash("Kept: it has changed. Write what is true now, and propose it.")
        return url_for("editor.edit", kind=entry.kind, slug=entry.slug, note=note or None)
    flash("Kept: it has changed. Those who write are told.")
    return entry_url(entry)


def review_page(
    seen: Shown, *, typed: Mapping[str, str] | None = None, problems: Sequence[Problem] = ()
) -> Any:
    """The text that readers see, and the question.

    Raises:
        Conflict: it is not the person asking who answers it.
    """
    refuse_what_nobody_answers(seen)
    if not may_review(reader(), seen.version):
        raise Conflict("The owner says whether this is still true, or a marketer.")
    entry, version = seen.entry, seen.version
    return page(
        "review/show.html",
        entry=entry,
        kind=entry.kind,
        version=version,
        whole=whole_text(entry, version),
        tasks=agreeing.tasks_about(entry, reader=reader()),
        last=last_review(version),
        opened=opened(version),
        typed=typed or {},
        problems=list(problems),
    )


def refuse_what_nobody_answers(seen: Shown) -> None:
    """Refuse what there is no text of to answer for.

    Raises:
        Conflict: readers see nothing of it, or it is retired.
    """
    seen.entry.refuse_if_retired()
    if not seen.is_what_readers_see:
        raise Conflict("Nothing is agreed here yet, so there is nothing to look at again.")


def answered(typed: str) -> Answer:
    """The answer chosen.

    Raises:
        Invalid: none was.
    """
    if typed not in set(Answer):
        raise Invalid([Problem("answer", "Choose one of the three.")])
    return Answer(typed)


def opened(version: Version) -> str:
    """A stamp that says that the person asking has this version before them now."""
    return _stamps().dumps([reader().id, version.id, int(clock.now().timestamp())])


def was_opened(stamp: str, version: Version) -> bool:
    """Whether the stamp is this person's, for this version, and of the last day."""
    try:
        person, number, at = _stamps().loads(stamp)
    except (BadSignature, ValueError, TypeError):
        return False
    age = clock.now().timestamp() - at
    return (person, number) == (reader().id, version.id) and -60 <= age <= OPEN_FOR.total_seconds()


def _stamps() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="opened for review")
