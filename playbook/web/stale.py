"""Somebody saved while you were writing: what each of you changed, and the places to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, request
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from playbook import clock
from playbook.db import db
from playbook.document import Choice, Document, FieldChange, Place, Settlement, Span, settlement
from playbook.document.prose import spans
from playbook.document.threefold import ABSENT, CLASH
from playbook.errors import PlaybookError, Problem
from playbook.kinds import Field, Form, Kind
from playbook.models import Entry, Version
from playbook.models.around import named
from playbook.models.history import readable
from playbook.web.access import reader
from playbook.web.drafting import NAME, keep_draft
from playbook.web.pages import page
from playbook.web.reading import Shelf
from playbook.web.reading.changes import label, slugs_in, worded
from playbook.web.reading.phrases import in_words
from playbook.web.versions import readable_version
from playbook.web.writing.typed import changes
from playbook.web.writing.written import written, written_field
from playbook.work import saving

# What can be typed into one box, and what can be both: two prices cannot.
TYPED_IN_ONE = frozenset(Form) - {Form.GROUP, Form.ROWS, Form.FLAG}
BOTH = frozenset({Form.TEXT, Form.LIST, Form.CHOICES, Form.RELATIONS, Form.PEOPLE, Form.ROWS})
WAYS = ("mine", "theirs", "both", "written")


@dataclass(frozen=True)
class Side:
    """One wording of a place; what is new in it is marked."""

    way: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Shown:
    """A place in words. `third` is what stands in the box for another wording; none where there is no box."""

    name: str
    label: str
    by: str
    before: str
    mine: Side
    theirs: Side
    is_spoken: bool
    can_be_both: bool
    third: str | None
    chosen: str


@dataclass(frozen=True)
class Chosen:
    """The choices of the form: the way by the name of a place, and what was typed there."""

    ways: Mapping[str, str]
    typed: Mapping[str, str]

    @classmethod
    def of_form(cls) -> Chosen:
        form = request.form
        return cls(
            ways={
                name.removeprefix("choice."): way
                for name, way in form.items()
                if name.startswith("choice.") and way in WAYS
            },
            typed={
                name.removeprefix("write."): text.replace("\r\n", "\n")
                for name, text in form.items()
                if name.startswith("write.")
            },
        )

    def as_choices(self, kind: Kind, found: Settlement) -> dict[str, Choice]:
        """For the places that there are; what was typed is read as the form of an entry reads it."""
        return {
            place.name: Choice("written", self._written(kind, place, found))
            if way == "written"
            else Choice(way)  # type: ignore[arg-type]
            for place in found.places
            if (way := self.ways.get(place.name))
        }

    def _written(self, kind: Kind, place: Place, found: Settlement) -> Any:
        text = self.typed.get(place.name, "")
        if place.key is None:
            return f"{text}\n" if text and not text.endswith("\n") else text
        fields = found.theirs.fields
        form: MultiDict[str, str] = MultiDict(written(kind, fields))
        form.setlist(place.key, [text])
        changed, emptied = changes(kind, form, fields)
        if place.key in emptied:
            return None
        return changed.get(place.key, fields.get(place.key))


def both_wrote(
    entry: Entry,
    *,
    base: int,
    mine: Document,
    chosen: Chosen | None = None,
    problems: Sequence[Problem] = (),
    is_missing: bool = False,
) -> Any:
    """The page on which the two are settled. What was typed is kept as a draft too.

    `chosen` is what was chosen so far; `is_missing` asks for the places where nothing is.

    Raises:
        NotFound: the reader may not read the version they started from, or the newest one.
        Invalid: a front matter cannot be read.
    """
    began, newest = readable_version(entry, base), readable_version(entry, entry.newest.number)
    keep_typed(entry)
    found = settlement(began.document, mine, newest.document)
    chosen = chosen or Chosen({}, {})
    shelf = Shelf(named(slugs(found), reader=reader()), today=clock.now().date())
    shown = [in_their_words(place, entry.kind, shelf, chosen) for place in found.places]
    clashing = {place.name for place in found.clashes}
    names = writers(entry, since=began, until=newest)
    quiet = [place for place in shown if place.name not in clashing]
    clashes = [place for place in shown if place.name in clashing]
    if is_missing:
        problems = [
            Problem(f"place-{place.name}", f"{place.label}: choose what shall stand there.")
            for place in clashes
            if not place.chosen
        ]
    answer = page(
        "editor/stale.html",
        entry=entry,
        kind=entry.kind,
        began=began,
        newest=newest,
        who=" and ".join(name.split()[0] for name in names) or "Somebody",
        names=" and ".join(names) or "The version saved",
        mine=mine,
        quiet=quiet,
        clashes=clashes,
        how_many={"quiet": in_words(len(quiet)).capitalize(), "clashes": in_words(len(clashes)).capitalize()},
        said_already=all(place.by == "theirs" for place in found.places),
        left_over=[text for name, text in chosen.typed.items() if text.strip() and name not in clashing],
        note=request.form.get("note", ""),
        propose=request.form.get("propose", ""),
        problems=list(problems),
    )
    return answer, 422 if problems else 409


def keep_typed(entry: Entry) -> None:
    """What was sent is not saved, so it stays a draft, even if the page that says so is closed."""
    if not NAME.fullmatch(request.form.get("draft", "")):
        return
    with suppress(PlaybookError), saving():  # the page gives the text back in any case
        g.draft = keep_draft(entry.kind, entry).draft


def writers(entry: Entry, *, since: Version, until: Version) -> list[str]:
    """The names of those who saved in between, as far as the reader may read what they saved."""
    between = db.session.scalars(
        sa.select(Version)
        .where(
            Version.entry_id == entry.id,
            Version.number > since.number,
            Version.number <= until.number,
            readable(reader()),
        )
        .order_by(Version.number)
        .options(joinedload(Version.author))
    )
    return list(dict.fromkeys(each.author.name for each in between if each.author))


def in_their_words(place: Place, kind: Kind, shelf: Shelf, chosen: Chosen) -> Shown:
    """A place as the page shows it."""
    declared = kind.field(place.key) if place.key else None
    before, mine, theirs = (
        text(value, declared, shelf) for value in (place.before, place.mine, place.theirs)
    )
    can_be_typed = place.key is None or (declared is not None and declared.form in TYPED_IN_ONE)
    can_be_both = place.key is None or declared is None or declared.form in BOTH
    called = f"Text, under “{place.under}”" if place.under else kind.body_label
    return Shown(
        name=place.name,
        label=label(kind, place.key) if place.key else called,
        by=place.by,
        before=before,
        mine=side("mine", before, mine),
        theirs=side("theirs", before, theirs),
        is_spoken=bool(declared and declared.spoken),
        can_be_both=can_be_both and place.together is not CLASH,
        third=chosen.typed.get(place.name, as_typed(place, declared)) if can_be_typed else None,
        chosen=chosen.ways.get(place.name, ""),
    )


def as_typed(place: Place, declared: Field | None) -> str:
    """One's own wording, as one would type it: what a third one is made of."""
    if place.key is None:
        return str(place.mine)
    if declared is None or place.mine is ABSENT:
        return ""
    return "\n".join(value for _, value in written_field(declared, place.mine, place.key))


def side(way: str, before: str, after: str) -> Side:
    kept = [span for span in spans(before, after) if span.kind != "removed"]
    return Side(way, tuple(kept))


def text(value: Any, declared: Field | None, shelf: Shelf) -> str:
    """A value in words; lines of the body as they are."""
    if value is ABSENT:
        return ""
    if isinstance(value, str) and (declared is None or declared.form is Form.TEXT):
        return value.strip("\r\n")
    if declared is not None and declared.form in {Form.LIST, Form.ROWS} and isinstance(value, list):
        return "\n".join(worded(declared, [item], shelf) for item in value)
    return worded(declared, value, shelf)


def slugs(found: Settlement) -> set[str]:
    """Whatever in these places could be the slug of an entry."""
    return slugs_in(
        FieldChange((place.key,), value, None, "changed")
        for place in found.places
        if place.key
        for value in (place.before, place.mine, place.theirs)
        if value is not ABSENT
    )
