"""Reports: the figures of the pages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from playbook.api.pages import Page, PageAsked
from playbook.api.shapes.entry import KindName
from playbook.api.shapes.taken import At, Number, Told

LONGEST_WINDOW = 3650


class UnusedAsked(PageAsked):
    """How far to look back, and at which kind."""

    days: Annotated[Number, Field(le=LONGEST_WINDOW)] = 90
    kind: KindName | None = None


class UnusedTold(Told):
    """One entry. All counts are of the window and leave out authors, owners and machines."""

    slug: str
    kind: str
    title: str
    owner: str
    unused: bool = Field(description="Not once in the window.")
    is_new: bool = Field(description="Readers have had it for less than 30 days.")
    days_unused: int
    since: At = Field(description="When readers first had it.")
    last_used: At | None
    last_opened: At | None
    uses: int = Field(description="Copies and downloads.")
    views: int
    viewers: int = Field(description="People who opened it.")
    served: int = Field(description="Times it stood in a list.")
    searches: int = Field(description="Searches that showed it.")
    wordings: list[str] = Field(description="Of those searches, where at least three people searched.")


class UnusedPage(Page[UnusedTold]):
    """Every entry that readers see, the longest unused first."""

    days: int
    unused: int = Field(description="How many of all were not used.")
