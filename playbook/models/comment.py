"""What people say about an entry or a passage of it, in the margin; never part of the text."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.document.anchoring import Passage
from playbook.errors import Invalid, NotAllowed, NotFound, Problem
from playbook.models.permission import Permission, can, visible
from playbook.models.review import answers_for
from playbook.models.user import User
from playbook.models.version import Version, refuse_controls

COMMENT_CHARACTERS = 2000
QUOTE_CHARACTERS = 500
AROUND_CHARACTERS = 40  # kept of the words before and after a quote, to tell it from the same words elsewhere

NOTHING = Passage("")  # a comment about the entry as a whole

# What a comment is not made of, besides NUL and halves of characters: all controls but line ends and tabs.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")


class Comment(Model):
    """A remark about a version, or a passage of it, or an answer to one. Whoever may read the version may read it.

    The database refuses to change what was said. Its author may take it back: then the row goes, or, where
    somebody has answered, the words of it, for good.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    answers_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str] = mapped_column(sa.String(COMMENT_CHARACTERS))  # empty once they were taken back
    # The passage, as the plain words of the version have it, and what stands around it.
    quote: Mapped[str] = mapped_column(sa.String(QUOTE_CHARACTERS), default="")
    before: Mapped[str] = mapped_column(sa.String(AROUND_CHARACTERS), default="")
    after: Mapped[str] = mapped_column(sa.String(AROUND_CHARACTERS), default="")
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    version: Mapped[Version] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @classmethod
    def say(
        cls,
        version: Version,
        *,
        by: User,
        words: str,
        passage: Passage = NOTHING,
        answers: Comment | None = None,
    ) -> Comment:
        """Say something about a version, or a passage of it, or in answer to a comment.

        An answer to an answer answers what began the thread, and belongs to the same version. An answer opens
        again what was resolved.

        Raises:
            Invalid: there are no words, too many, or some that cannot be kept; the passage is too long.
        """
        begun = answers.thread if answers is not None else None
        comment = cls(
            entry_id=version.entry_id,
            version_id=begun.version_id if begun is not None else version.id,
            user_id=by.id,
            answers_id=begun.id if begun is not None else None,
            words=fit_to_keep(words),
            quote=fit_to_point_to(passage.quote),
            before=passage.before[-AROUND_CHARACTERS:],
            after=passage.after[:AROUND_CHARACTERS],
            at=clock.now(),
        )
        if begun is not None:
            begun.resolved_at = begun.resolved_by_id = None
        db.session.add(comment)
        db.session.flush()
        return comment

    @classmethod
    def find(cls, id: int, *, reader: User | None) -> Comment:
        """The comment with that number, if `reader` may read the version it is about.

        Raises:
            NotFound: there is none, or they may not know of it.
        """
        from playbook.models.entry import Entry
        from playbook.models.history import readable

        comment = db.session.scalar(
            sa.select(cls)
            .join(Version, Version.id == cls.version_id)
            .join(Entry, Entry.id == cls.entry_id)
            .where(cls.id == id, visible(reader), readable(reader))
            .options(joinedload(cls.user), joinedload(cls.version))
        )
        if comment is None:
            raise NotFound("There is no such comment.")
        return comment

    @property
    def thread(self) -> Comment:
        """What began the thread: the comment itself, or what it answers."""
        if self.answers_id is None:
            return self
        begun = db.session.get(Comment, self.answers_id)
        assert begun is not None  # answers go with what they answer
        return begun

    @property
    def passage(self) -> Passage:
        return Passage(self.quote, self.before, self.after)

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def is_taken_back(self) -> bool:
        return not self.words

    def may_settle(self, person: User, *, shown: Version) -> bool:
        """Whether somebody may resolve the thread or open it again; `shown` is what the entry shows now."""
        return (
            person.id == self.user_id or answers_for(person, shown) or can(person, Permission.REVISE)
        ) and can(person, Permission.READ)

    def resolve(self, *, by: User, shown: Version) -> None:
        """Say that nothing is left to do about the thread. Again, it changes nothing.

        Raises:
            NotAllowed: `by` neither began it, nor owns the entry, nor may revise.
        """
        begun = self._to_settle(by, shown)
        if not begun.is_resolved:
            begun.resolved_at, begun.resolved_by_id = clock.now(), by.id

    def reopen(self, *, by: User, shown: Version) -> None:
        """Say that something is left to do about it after all; for those who may resolve it.

        Raises:
            NotAllowed: `by` neither began it, nor owns the entry, nor may revise.
        """
        begun = self._to_settle(by, shown)
        begun.resolved_at = begun.resolved_by_id = None

    def may_take_back(self, person: User) -> bool:
        """Whether somebody may take these words away: their author, or an administrator for what must not stand."""
        if self.is_taken_back:
            return False
        return (person.id == self.user_id and can(person, Permission.READ)) or can(
            person, Permission.ADMINISTER
        )

    def take_back(self, *, by: User) -> None:
        """Remove the words for good, and whom they named. Where nobody has answered, nothing of it is left.

        Raises:
            NotAllowed: they are somebody else's words.
        """
        if self.is_taken_back:
            return
        if not self.may_take_back(by):
            raise NotAllowed("Only whoever wrote this may take it back.")
        if db.session.scalar(sa.select(sa.exists().where(Comment.answers_id == self.id))):
            self.words = ""
            self.mentions = []
        else:
            db.session.delete(self)
        db.session.flush()

    def _to_settle(self, by: User, shown: Version) -> Comment:
        begun = self.thread
        if not begun.may_settle(by, shown=shown):
            raise NotAllowed("Whoever began this settles it, or the owner, or somebody who may write here.")
        return begun


class Mention(Model):
    """Somebody whom a comment names with @."""

    __tablename__ = "mention"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def fit_to_keep(words: str) -> str:
    """The words of a comment, with one sort of line end and at most one empty line between paragraphs.

    Raises:
        Invalid: there are none, too many, or some that cannot be kept.
    """
    refuse_controls(words, field="words")
    words = _EMPTY_LINES.sub("\n\n", words.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _CONTROLS.search(words):
        raise Invalid([Problem("words", "This holds a character that cannot be kept.")])
    if not words:
        raise Invalid([Problem("words", "Write what you want to say.")])
    if len(words) > COMMENT_CHARACTERS:
        problem = f"This has {len(words):,} characters; {COMMENT_CHARACTERS:,} is the most."
        raise Invalid([Problem("words", problem)])
    return words


def fit_to_point_to(quote: str) -> str:
    """The words of a passage.

    Raises:
        Invalid: they are too many to be one passage.
    """
    if len(quote) > QUOTE_CHARACTERS:
        problem = f"This passage has {len(quote):,} characters; {QUOTE_CHARACTERS:,} is the most."
        raise Invalid([Problem("passage", problem)])
    return quote
