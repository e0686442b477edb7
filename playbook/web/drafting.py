"""What every page to write on needs so that nothing typed is lost: a draft kept, gone on with, ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request, url_for
from werkzeug.datastructures import MultiDict

from playbook.document import Document
from playbook.errors import Invalid, NotFound
from playbook.kinds import Kind
from playbook.models import Draft, Entry
from playbook.models.draft import Kept, Typed
from playbook.web.access import reader
from playbook.web.addresses import safe_next
from playbook.web.browsers import in_words
from playbook.web.writing.parts import part_of, with_part
from playbook.web.writing.typed import changes

NAME = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)

# What a form holds that nobody typed.
NOT_TYPED = frozenset(
    {"csrf_token", "action", "base", "draft", "draft_revision", "draft_at", "draft_writer", "draft_turn"}
)


@dataclass(frozen=True)
class Keeper:
    """What the form tells the page that keeps its draft."""

    name: str
    revision: int
    at: str  # where to go on with it
    action: str  # where it is sent to be kept
    saved_at: datetime | None
    typed: bool  # whether the form holds what was typed, and not what is saved
    limit: int  # bytes that a form may have


def keeper(kind: Kind, entry: Entry | None = None) -> Keeper:
    """For the form that is shown now: of a draft gone on with, of a form sent and refused, or of a fresh one."""
    draft: Draft | None = g.get("draft")
    sent = request.form if request.method == "POST" else {}
    name = str(sent.get("draft", ""))
    if draft is not None:
        name, revision = draft.id, draft.revision
    elif NAME.fullmatch(name):
        revision = _whole(sent.get("draft_revision", ""))
    else:
        name, revision = Draft.new_id(), 0
    return Keeper(
        name=name,
        revision=revision,
        at=_address_of_page(),
        action=url_for("drafts.keep_of", kind=kind, slug=entry.slug)
        if entry
        else url_for("drafts.keep_new", kind=kind),
        saved_at=draft.saved_at if draft else None,
        typed=bool(sent),
        limit=current_app.config["MAX_CONTENT_LENGTH"],
    )


def offered(kind: Kind, entry: Entry | None = None) -> list[Draft]:
    """What the reader was writing here before, where the form is a fresh one."""
    if request.method == "POST" or g.get("draft") is not None:
        return []
    return Draft.about(kind, entry, of=reader())


def resumed(kind: Kind, entry: Entry | None = None) -> Draft | None:
    """The draft that the address asks to go on with; none where it asks for none.

    Raises:
        NotFound: there is no such draft of this entry, or it is somebody else's.
    """
    name = request.args.get("draft", "")
    if not name:
        return None
    draft = Draft.find(name, of=reader())
    if draft.kind_name != kind.name or draft.entry_id != (entry.id if entry else None):
        raise NotFound("There is no such draft.")
    g.draft = draft
    return draft


def values_of(draft: Draft) -> MultiDict[str, str]:
    """What was typed, as the form takes it."""
    return MultiDict(draft.values)


def keep_draft(kind: Kind, entry: Entry | None = None) -> Kept:
    """Keep the form that was sent as a draft. Only inside `saving()`.

    Raises:
        Invalid: it is larger than drafts may be.
        Conflict: the reader has as many drafts as may be.
    """
    name = request.form.get("draft", "")
    writer = request.form.get("draft_writer", "")
    return Draft.keep(
        name if NAME.fullmatch(name) else Draft.new_id(),
        _typed(entry),
        by=reader(),
        kind=kind,
        entry=entry,
        known=_whole(request.form.get("draft_revision", "")),
        writer=writer if NAME.fullmatch(writer) else "",
        turn=_whole(request.form.get("draft_turn", "")),
    )


def going_on(draft: Draft) -> str:
    """The address at which a draft is gone on with."""
    return (
        f"{draft.at}{'&' if '?' in draft.at else '?'}draft={draft.id}"
        if draft.at
        else url_for("drafts.show", draft=draft.id)
    )


def end_draft() -> None:
    """The form that was sent is saved: its draft ends. Only inside `saving()`, with what it saves."""
    Draft.end(request.form.get("draft", "")[:32], of=reader())


def _typed(entry: Entry | None) -> Typed:
    values = tuple(
        (name, value.replace("\r\n", "\n"))
        for name, value in request.form.items(multi=True)
        if name not in NOT_TYPED
    )
    base = request.form.get("base", "")
    return Typed(
        values=values,
        base=_whole(base) or None,
        title=_title(request.form) or (entry.title if entry else ""),
        at=safe_next(request.form.get("draft_at"), default="")[:300],
        browser=in_words(request.headers.get("User-Agent", "")),
    )


def drafted(draft: Draft, before: Document) -> Document:
    """The document that a draft would make of the one it began from.

    Raises:
        Invalid: what was typed cannot be read.
    """
    form = values_of(draft)
    if "document" in form:
        return Document.parse(form["document"])
    if "part_text" in form:
        return with_part(before, part_of(before, form.get("part", "")), form["part_text"])
    fields, emptied = changes(draft.kind, form, before.fields)
    body = form.get("body", before.body)
    unchanged = body == before.body.replace("\r\n", "\n")
    return before.with_changes(fields, body=None if unchanged else body, remove=emptied)


def _whole(text: str) -> int:
    return int(text) if NUMBER.fullmatch(text) else 0


def _title(form: MultiDict[str, str]) -> str:
    if form.get("title", "").strip():
        return " ".join(form["title"].split())
    try:
        return Document(form.get("document", "")).title
    except Invalid:
        return ""


def _address_of_page() -> str:
    """Where this form is shown, without the draft in it."""
    if request.method == "POST":
        return safe_next(request.form.get("draft_at"), default="")
    given = {name: value for name, value in request.args.items() if name in ("as", "section")}
    return f"{request.path}?{urlencode(given)}" if given else request.path


def install(app: Flask) -> None:
    app.jinja_env.globals.update(draft_keeper=keeper, drafts_offered=offered, going_on=going_on)

    @app.after_request
    def say_where(response: Response) -> Response:
        """A script that sends a form is told where to go next: it could not stop at a redirect to read it."""
        if request.headers.get("Form-Sent-By") == "script" and response.status_code == 303:
            response.status_code = 204
        return response
