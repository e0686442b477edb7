"""How far an entry has got, and what happens when two people take it further at once."""

from __future__ import annotations

from enum import StrEnum

from playbook.document import Document, Merge, merge
from playbook.errors import Conflict
from playbook.models.version import Version


class State(StrEnum):
    """How far an entry, or one version of it, has got."""

    DRAFT = "draft"  # written, and neither proposed nor agreed
    PROPOSED = "proposed"  # the newest version waits for signatures
    AGREED = "agreed"
    REVIEW_DUE = "review due"  # agreed, and due to be looked at again
    SUPERSEDED = "superseded"  # a version that was agreed, until a later one was
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
