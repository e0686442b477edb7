"""A version: one text of an entry, never edited, and what was derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS, Kind
from playbook.kinds.naming import stated_kind
from playbook.kinds.reading import Reference, faults, references
from playbook.markdown import RENDERER, render
from playbook.models.link import Link
from playbook.models.permission import RESTRICTED, as_person, as_team
from playbook.models.user import Team, User

if TYPE_CHECKING:
    from playbook.models.entry import Entry

BODY = "body"  # the field that links in the body stand in


@dataclass(frozen=True)
class Reading:
    """A document and everything derived from it, worked out before the transaction because it is slow."""

    kind: Kind
    document: Document
    title: str
    summary: str
    owner: str
    audience: str
    review_by: str | None
    html: str
    plain: str
    readers: tuple[
        str, ...
    ]  # whom a restricted text names, as `permission.as_person` and `as_team` write them
    references: tuple[Reference, ...]
    renderer: int = RENDERER


def read(document: Document, *, kind: Kind, slug: str, check: bool = True) -> Reading:
    """Derive everything from a document of a kind. The slug gives a title where there is no other.

    Raises:
        Invalid: the document does not fit its kind (unless `check` is off, for texts already kept),
            or its body cannot be rendered in time.
    """
    problems = faults(kind, document.fields) if check else []
    if problems:
        raise Invalid(problems)
    rendered = render(document.body)
    stated = references(kind, document.fields)
    named = {reference.target for reference in stated}
    return Reading(
        kind=kind,
        document=document,
        title=_shortened(
            _text(document, "title") or rendered.title or slug.replace("-", " ").capitalize(), 300
        ),
        summary=_shortened(_text(document, "summary") or _text(document, "description"), 500),
        owner=_shortened(_text(document, "owner"), 120),
        audience=_audience(document),
        review_by=_text(document, "review_by")[:10] or None,
        readers=_readers(document),
        html=rendered.html,
        plain=rendered.plain,
        references=(*stated, *(Reference(BODY, target) for target in rendered.links if target not in named)),
    )


def _text(document: Document, name: str) -> str:
    value = document.fields.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _shortened(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _audience(document: Document) -> str:
    """What the document says, and the narrowest where it says something nobody knows."""
    stated = document.fields.get("audience", "internal")
    return stated if isinstance(stated, str) and stated in {"internal", "customer-safe"} else RESTRICTED


def _readers(document: Document) -> tuple[str, ...]:
    """The people and teams that may read a restricted text; a second owner is one of them."""
    stated = document.fields.get("readers")
    stated = stated if isinstance(stated, dict) else {}
    people = [*_list(stated.get("people")), document.fields.get("co_owner")]
    teams = [team for team in _list(stated.get("teams")) if team in set(Team)]
    named = [as_person(person.strip()) for person in people if isinstance(person, str) and person.strip()]
    return tuple(dict.fromkeys(name[:160] for name in (*named, *(as_team(team) for team in teams))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Version(Model):
    """The text, who wrote it and when. The columns below `Derived` can be rebuilt from the text."""

    __tablename__ = "version"
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    # Derived
    title: Mapped[str] = mapped_column(sa.String(300))
    summary: Mapped[str] = mapped_column(sa.String(500))
    owner: Mapped[str] = mapped_column(sa.String(120))
    audience: Mapped[str] = mapped_column(sa.String(20))
    review_by: Mapped[str | None] = mapped_column(sa.String(10))
    fields: Mapped[dict[str, Any]]
    html: Mapped[str] = mapped_column(sa.Text, deferred=True)
    plain: Mapped[str] = mapped_column(sa.Text, deferred=True)
    renderer: Mapped[int]

    entry: Mapped[Entry] = relationship(back_populates="versions", foreign_keys=[entry_id])
    author: Mapped[User | None] = relationship()
    links: Mapped[list[Link]] = relationship(
        cascade="all, delete-orphan", order_by="Link.position", passive_deletes=True
    )

    readers: Mapped[list[VersionReader]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def document(self) -> Document:
        """The text as fields and body."""
        return Document(self.text)

    def derive(self, reading: Reading) -> None:
        """Write down what was derived from the text: the one function that does."""
        self.title = reading.title
        self.summary = reading.summary
        self.owner = reading.owner
        self.audience = reading.audience
        self.review_by = reading.review_by
        self.fields = dict(reading.document.fields)
        self.html = reading.html
        self.plain = reading.plain
        self.renderer = reading.renderer
        if {row.reader for row in self.readers} != set(reading.readers):
            self.readers = [VersionReader(reader=reader) for reader in reading.readers]
        self.links = [
            Link(position=position, field=reference.field, target=reference.target)
            for position, reference in enumerate(reading.references)
        ]

    def reread(self, *, kind: str, slug: str) -> Reading:
        """Derive everything from the text again; `kind` is that of the entry, if the text names no other.

        Raises:
            Invalid: the text can no longer be read or rendered.
        """
        return read(
            self.document, kind=stated_kind(self.document.fields) or KINDS[kind], slug=slug, check=False
        )


class VersionReader(Model):
    """Somebody, or a team, whom a version names as a reader. Only counts where its audience is restricted."""

    __tablename__ = "version_reader"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), primary_key=True)
    reader: Mapped[str] = mapped_column(sa.String(200), primary_key=True)


def refuse_controls(text: str, *, field: str) -> None:
    """Refuse what neither database can keep.

    Raises:
        Invalid: the text holds NUL or half a surrogate pair.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid([Problem(field, "This holds a character that cannot be kept.")])
