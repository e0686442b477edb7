"""What can be changed of many entries at once: one thing that their front matter says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, Problem
from playbook.kinds.reading import is_date
from playbook.models import User

MOST_TAGS = 20
TAG_CHARACTERS = 60
_NOT_IN_A_TAG = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Owner:
    """Who answers for the entries, by handle."""

    handle: str

    def refuse(self) -> None:
        """Refuse somebody who is not there.

        Raises:
            Invalid: nobody has this handle, or they have left.
        """
        found = db.session.scalar(
            sa.select(User.id).where(User.handle == self.handle, User.disabled_at.is_(None))
        )
        if found is None:
            raise Invalid([Problem("owner", "Nobody here has this name. Write it as in dana.okafor.")])

    def applied(self, document: Document) -> Document:
        return document.with_changes({"owner": self.handle})

    @property
    def as_json(self) -> dict[str, Any]:
        return {"owner": self.handle}


@dataclass(frozen=True)
class ReviewBy:
    """The day by which somebody has to look at the entries again, as YYYY-MM-DD."""

    day: str

    def refuse(self) -> None:
        """Refuse what is no day.

        Raises:
            Invalid: it is none.
        """
        if not is_date(self.day):
            raise Invalid([Problem("review_by", "Write a day, such as 2026-03-01.")])

    def applied(self, document: Document) -> Document:
        return document.with_changes({"review_by": self.day})

    @property
    def as_json(self) -> dict[str, Any]:
        return {"review_by": self.day}


@dataclass(frozen=True)
class Tags:
    """Tags that the entries get beside theirs, lose, or have instead of theirs."""

    how: Literal["add", "remove", "replace"]
    tags: tuple[str, ...]

    @classmethod
    def typed(cls, how: str, words: str) -> Tags:
        """From what somebody typed, with commas or lines between the tags.

        Raises:
            Invalid: `how` is none of the three.
        """
        found = (" ".join(part.split()) for part in re.split(r"[,\n]", words))
        if how not in ("add", "remove", "replace"):
            raise Invalid([Problem("how", "Say whether to add, remove or replace tags.")])
        return cls(how, tuple(dict.fromkeys(tag for tag in found if tag)))  # type: ignore[arg-type]

    def refuse(self) -> None:
        """Refuse no tags, and what can be none.

        Raises:
            Invalid: there are none to add or remove, too many, or one is too long or holds odd characters.
        """
        if not self.tags and self.how != "replace":
            raise Invalid([Problem("tags", "Name at least one tag.")])
        if len(self.tags) > MOST_TAGS:
            raise Invalid([Problem("tags", f"At most {MOST_TAGS} tags.")])
        for tag in self.tags:
            if len(tag) > TAG_CHARACTERS or _NOT_IN_A_TAG.search(tag):
                raise Invalid([Problem("tags", f"A tag has at most {TAG_CHARACTERS} plain characters.")])

    def applied(self, document: Document) -> Document:
        """The document with its tags changed.

        Raises:
            Conflict: its tags are not written as a list.
        """
        held = document.fields.get("tags")
        held = [] if held is None or held == "" else held
        if not isinstance(held, list) or not all(isinstance(tag, str) for tag in held):
            raise Conflict("Its tags are not written as a list. Open it to change them.")
        if self.how == "add":
            wanted = [*held, *(tag for tag in self.tags if tag not in held)]
        elif self.how == "remove":
            wanted = [tag for tag in held if tag not in self.tags]
        else:
            wanted = list(self.tags)
        if wanted == held:
            return document
        return (
            document.with_changes({"tags": wanted}) if wanted else document.with_changes({}, remove=["tags"])
        )

    @property
    def as_json(self) -> dict[str, Any]:
        return {"tags": {self.how: list(self.tags)}}


Change = Owner | ReviewBy | Tags


def described(change: Mapping[str, Any]) -> str:
    """What a change does or did, in words: "Owner: dana.okafor"."""
    match change:
        case {"undo": int(number)}:
            return f"Undid change {number}"
        case {"owner": str(handle)}:
            return f"Owner: {handle}"
        case {"review_by": str(day)}:
            return f"Review by {day}"
        case {"tags": {"add": list(tags)}}:
            return f"Tags added: {', '.join(tags)}"
        case {"tags": {"remove": list(tags)}}:
            return f"Tags removed: {', '.join(tags)}"
        case {"tags": {"replace": list(tags)}}:
            return f"Tags: {', '.join(tags)}" if tags else "Every tag removed"
        case _:
            return "A change"
