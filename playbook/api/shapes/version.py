"""What programs are told of the versions of an entry, and what they ask and send about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from playbook.api.pages import Page
from playbook.api.shapes.entry import Propose
from playbook.api.shapes.taken import Asked, At, Number, Sent, Told, WholeNumber
from playbook.models import State


class Pair(Asked):
    """Two versions."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)
    before: Annotated[Number, Field(alias="from")]
    after: Annotated[Number, Field(alias="to")]


class Restored(Sent):
    """The version to say again."""

    version: WholeNumber
    propose: Propose = False


class SpanOfTime(Told):
    """From when until when; no end means until now."""

    since: At
    until: At | None


class VersionHead(Told):
    """A version in a history."""

    number: int
    hash: str
    title: str
    author: str | None
    at: At
    note: str
    state: State = Field(description="How far this version has got.")
    seen: list[SpanOfTime] = Field(description="When it was what readers see.")


class VersionPage(Page[VersionHead]):
    """Versions, the newest first."""


class Change(Told):
    """One difference between two sets of fields."""

    path: list[str | int]
    kind: Literal["added", "removed", "changed", "moved"]
    before: Any
    after: Any


class Span(Told):
    """A run of words that both bodies have, or one of them."""

    kind: Literal["same", "added", "removed"]
    text: str


class Comparison(Told):
    """How one version became another: the fields first, then the prose."""

    before: int = Field(alias="from", serialization_alias="from")
    after: int = Field(alias="to", serialization_alias="to")
    fields: list[Change]
    prose: list[Span] = Field(description="The whole body; empty where no word of it changed.")
