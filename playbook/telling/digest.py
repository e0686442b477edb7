"""What stands in a digest: at most five things, the most useful first, as far as the person may read them now."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr
from functools import cache
from pathlib import Path

from flask_mailman import EmailMultiAlternatives
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import contains_eager, joinedload

from playbook.db import db
from playbook.models import About, Digest, Letter, Notice, User, epoch
from playbook.models.notice import told
from playbook.telling.sentences import Sentence, on_one_line, said

MOST = 5
USEFUL = {about: place for place, about in enumerate(About)}  # About names them in that order
SUBJECT_CHARACTERS = 120


@dataclass(frozen=True)
class Line:
    """One thing that a digest tells, and the address that leads to it."""

    sentence: Sentence
    address: str


@dataclass(frozen=True)
class Contents:
    """What a digest tells one person. `site` is the address of the playbook, `quiet` what ends mails."""

    person: User
    lines: tuple[Line, ...]
    more: int
    site: str
    quiet: str

    @property
    def subject(self) -> str:
        first = str(self.lines[0].sentence).rstrip(".")
        others = len(self.lines) - 1 + self.more
        and_more = f", and {others} more" if others else ""
        room = SUBJECT_CHARACTERS - len(and_more)
        return (first if len(first) <= room else f"{first[: room - 1].rstrip()}…") + and_more

    @property
    def is_weekly(self) -> bool:
        return self.person.digest is Digest.WEEKLY


def contents(letter: Letter, *, site: str, quiet: str) -> Contents | None:
    """What a letter tells now; nothing where all of it has been read, or may not be read any more.

    Several notices of one sort about one entry are one thing, and the newest tells it.
    """
    rows = db.session.scalars(
        told(Notice)
        .where(Notice.user_id == letter.user_id, Notice.mailed_at == letter.at, Notice.seen_at.is_(None))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .options(contains_eager(Notice.entry), contains_eager(Notice.version), joinedload(Notice.by))
    )
    newest: dict[tuple[About, int], Notice] = {}
    for notice in rows:
        newest.setdefault((notice.about, notice.entry_id), notice)
    things = sorted(newest.values(), key=lambda notice: USEFUL[notice.about])
    if not things:
        return None
    lines = tuple(Line(said(notice), f"{site}/notices/{notice.id}") for notice in things[:MOST])
    return Contents(letter.user, lines, more=len(things) - len(lines), site=site, quiet=quiet)


def message(letter: Letter, what: Contents, *, host: str) -> EmailMultiAlternatives:
    """The mail. Its Message-ID is that of the letter, so that a second copy is known as one.

    Raises:
        ValueError: the person's address is none that a mail can be sent to.
    """
    mail = EmailMultiAlternatives(
        subject=what.subject,
        body=_templates().get_template("digest.txt").render(told=what),
        to=[formataddr((on_one_line(what.person.name), what.person.email))],
        headers={
            "Message-ID": f"<digest.{letter.at:%Y-%m-%d}.{letter.id}.{epoch()[:8]}@{host}>",
            "Date": letter.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "List-Unsubscribe": f"<{what.quiet}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(_templates().get_template("digest.html").render(told=what), "text/html")
    return mail


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
