"""What the engines know of an entry: the words readers may find it by, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b

PART = "\f"  # stands between title, summary, fields and body, so that no phrase reaches across


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """The released text of one entry, as search sees it.

    `words` holds title, summary, field texts, body and tags, joined by `PART`. `facets` maps a facet
    ("kind", "stage", "persona" …) to the values the entry has. `readers` are the tokens of those who
    may see it: "everyone", "role:admin", "user:12". `at` is when it was released.
    """

    entry_id: int
    version_id: int
    kind: str
    slug: str
    title: str
    summary: str
    words: str
    facets: Mapping[str, tuple[str, ...]]
    readers: tuple[str, ...]
    at: datetime

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when anything a search could notice changes."""
        facets = sorted((facet, sorted(set(values))) for facet, values in self.facets.items() if values)
        said = [
            self.entry_id,
            self.version_id,
            self.title,
            self.words,
            facets,
            sorted(set(self.readers)),
            self.at.timestamp(),
        ]
        return blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()
