"""Refusals."""

from __future__ import annotations

from pydantic import Field

from playbook.api.shapes.taken import Told


class Fault(Told):
    """One thing that is wrong with what was sent."""

    field: str
    message: str
    line: int | None = Field(None, description="The line of the Markdown at fault, from 1.")


class Problem(Told):
    """A refusal, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None


class VersionText(Told):
    """One of the texts that two people made of the same entry."""

    number: int | None
    hash: str
    text: str


class Stale(Problem):
    """Somebody saved a version since the one that If-Match names. Nothing was saved; here is all there is to merge."""

    base: VersionText | None = Field(
        None, description="What both started from; none where If-Match names no version."
    )
    theirs: VersionText | None = Field(None, description="What was saved meanwhile.")
    mine: VersionText | None = Field(None, description="What was sent.")
    merged: str | None = Field(
        None, description="Both changes in one text; where they disagree, both wordings between marker lines."
    )
    clean: bool | None = Field(None, description="Whether the two changes nowhere disagree.")
