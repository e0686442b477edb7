"""What people say about an entry: said, answered, resolved, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request

from playbook import clock, talking
from playbook.db import db
from playbook.errors import Invalid, NotFound, Problem
from playbook.kinds import Kind
from playbook.kinds.naming import stated_kind
from playbook.models import Comment, Entry, Permission, Version
from playbook.models.comment import fit_to_keep, fit_to_point_to
from playbook.models.margin import Margin, margin
from playbook.models.throttle import Limit, take
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.pages import page
from playbook.web.reading.remarks import remark, to_passage
from playbook.web.versions import readable_version
from playbook.work import saving

bp = Blueprint("comments", __name__)
bp.add_app_template_filter(remark)
bp.add_app_template_filter(to_passage)

# More than anybody says in earnest, few enough that nobody floods a margin.
COMMENTS = Limit("comments", 30, timedelta(hours=1))


@dataclass(frozen=True)
class Typed:
    """What was typed into the box of a comment that is refused, and what is wrong with it."""

    words: str = ""
    passage: str = ""
    before: str = ""
    after: str = ""
    answers: int | None = None
    problems: Sequence[Problem] = ()

    @classmethod
    def of_form(cls, *, answers: int | None = None, problems: Sequence[Problem] = ()) -> Typed:
        form = request.form
        return cls(
            words=form.get("words", ""),
            passage=form.get("passage", ""),
            before=form.get("passage_before", ""),
            after=form.get("passage_after", ""),
            answers=answers,
            problems=problems,
        )

    def faults(self, name: str, thread: int | None) -> list[Problem]:
        """What is wrong with a field of the box that answers `thread`."""
        return [fault for fault in self.problems if fault.field == name and self.answers == thread]


@bp.post("/<folder:kind>/<slug:slug>/comments")
@allow(Permission.READ)
def create(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    version = readable_version(entry, shown_number(entry))
    typed = Typed.of_form()
    try:
        text = talking.words_of(kind_of(entry, version), version.fields, version.plain)
        passage = talking.passage_in(text, words=typed.passage, before=typed.before, after=typed.after)
        fit_to_point_to(passage.quote)
        fit_to_keep(typed.words)
    except Invalid as invalid:
        return refused(entry, version, Typed.of_form(problems=invalid.problems))
    take(COMMENTS.of(reader().id))
    with saving():
        entry = Entry.find(slug, reader=reader(), kind=kind)
        version = readable_version(entry, version.number)
        said = talking.say(entry, version, by=reader(), words=typed.words, passage=passage)
    return answered(entry, said)


@bp.post("/comments/<number:id>/answers")
@allow(Permission.READ)
def answer(id: int) -> Any:
    comment = Comment.find(id, reader=reader())
    words = request.form.get("words", "")
    try:
        fit_to_keep(words)
    except Invalid as invalid:
        entry = entry_of(comment)
        typed = Typed.of_form(answers=comment.thread.id, problems=invalid.problems)
        return refused(entry, comment.version, typed)
    take(COMMENTS.of(reader().id))
    with saving():
        comment = Comment.find(id, reader=reader())
        entry = entry_of(comment)
        said = talking.say(entry, comment.version, by=reader(), words=words, answers=comment)
    return answered(entry, said)


@bp.post("/comments/<number:id>/resolve")
@allow(Permission.READ)
def resolve(id: int) -> Any:
    with saving():
        comment = Comment.find(id, reader=reader())
        entry = entry_of(comment)
        talking.resolve(entry, comment, by=reader())
    return answered(entry, comment)


@bp.post("/comments/<number:id>/reopen")
@allow(Permission.READ)
def reopen(id: int) -> Any:
    with saving():
        comment = Comment.find(id, reader=reader())
        entry = entry_of(comment)
        talking.reopen(entry, comment, by=reader())
    return answered(entry, comment)


@bp.post("/comments/<number:id>/take-back")
@allow(Permission.READ)
def take_back(id: int) -> Any:
    with saving():
        comment = Comment.find(id, reader=reader())
        entry, begun = entry_of(comment), comment.thread
        talking.take_back(entry, comment, by=reader())
        is_left = begun is not comment or comment.is_taken_back
    return answered(entry, begun if is_left else None)


@bp.get("/comments/<number:id>")
@allow(Permission.READ)
def show(id: int) -> Any:
    """Where the comment stands: beside what the reader sees, or beside its own version if that is newer."""
    comment = Comment.find(id, reader=reader())
    return redirect(place_of(entry_of(comment), comment), code=302)


def beside(entry: Entry, version: Version, found: Margin, *, read_only: bool = False) -> dict[str, Any]:
    """What the comments beside a version are shown by. Old versions and retired entries are only read."""
    live = not entry.is_retired and version.id in {entry.agreed_id, entry.latest_id}
    kind = kind_of(entry, version)
    return {
        "talk": talking.talk(found.said, version, kind=kind, plain=found.plain),
        "may_comment": live and not read_only,
        "typed": Typed(),
        "said": None,
    }


def answered(entry: Entry, comment: Comment | None) -> Any:
    """The comments again for htmx, with the cursor at what was said; else the way to it."""
    if not request.headers.get("HX-Request"):
        return redirect(place_of(entry, comment), code=303)
    version = readable_version(entry, shown_number(entry))
    return fragment(entry, version, said=comment.id if comment is not None else 0)


def refused(entry: Entry, version: Version, typed: Typed) -> Any:
    """The box again with what was typed in it, and what is wrong beside it."""
    if request.headers.get("HX-Request"):
        shown = readable_version(entry, shown_number(entry))
        return fragment(entry, shown, typed=typed), 422
    return page("comments/refused.html", entry=entry, version=version, typed=typed), 422


def fragment(entry: Entry, version: Version, **more: Any) -> Any:
    found = margin(entry, version, reader=reader(), until=clock.now())
    context = {**beside(entry, version, found), **more}
    answer = page("entries/_comments.html", entry=entry, version=version, **context)
    answer.vary.add("HX-Request")
    return answer


def place_of(entry: Entry, comment: Comment | None) -> str:
    """The address of the page, and the place on it, where a comment stands."""
    query: dict[str, Any] = {"itself": "yes"} if entry.is_retired else {}
    if comment is None:
        return entry_url(entry, **query) + "#comments"
    about = comment.version
    if about.number > (entry.agreed or entry.newest).number:
        query["version"] = about.number
    return f"{entry_url(entry, **query)}#comment-{comment.id}"


def entry_of(comment: Comment) -> Entry:
    """The entry that a comment is about."""
    entry = db.session.get(Entry, comment.entry_id)
    if entry is None:
        raise NotFound("There is no such entry.")
    return entry


def kind_of(entry: Entry, version: Version) -> Kind:
    """The kind that a version was written as."""
    return stated_kind(version.fields) or entry.kind


def shown_number(entry: Entry) -> int:
    """The number of the version beside which the form stood; of what readers see where it says none.

    Raises:
        NotFound: it is no number.
    """
    typed = request.form.get("version", "")
    if not typed:
        return (entry.agreed or entry.newest).number
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound("There is no such version.")
    return int(typed)
