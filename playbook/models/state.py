"""How far an entry has got, and what happens when two people take it further at once."""

from __future__ import annotations

from enum import StrEnum

from playbook.document import Document, Merge, merge
from playbook.errors import Conflict
from playbook.models.version import Version


class State(StrEnum):
    """How far an entry has got."""

    DRAFT = "draft"  # never released
    PROPOSED = "proposed"  # released, and a newer version waits
    AGREED = "agreed"
    REVIEW_DUE = "review due"
    RETIRED = "retired"


class StaleVersion(Conflict):
    """The entry has been revised since the version that the author started from."""

    def __init__(self, latest: Version, typed: Document, *, base: Version) -> None:
        self.latest = latest
        self.typed = typed
        self.base = base
        super().__init__(f"Version {latest.number} was saved while you were writing.")

    @property
    def merged(self) -> Merge:
        """What was typed and what was saved, merged over their common base."""
        return merge(self.base.document, self.typed, self.latest.document)
