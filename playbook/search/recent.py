"""The latest changes, in a file of their own: writing a segment for each would cost ten times as much.

Search reads them as one more part of the index. When there are many they become a segment.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playbook.search.text import SearchText

MANY = 24  # changed entries; reading so many takes about as long as opening a segment
PREFIX = "recent-"


@dataclass(frozen=True)
class Recent:
    """Texts by entry, and the entries of which what segments hold no longer counts."""

    texts: Mapping[int, SearchText] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()

    def with_change(self, texts: Iterable[SearchText], *, remove: Iterable[int]) -> Recent:
        """After one more change."""
        new = {text.entry_id: text for text in texts}
        changed = {*remove, *new}
        kept = {entry_id: text for entry_id, text in self.texts.items() if entry_id not in changed}
        return Recent(kept | new, self.gone | changed)

    @property
    def is_large(self) -> bool:
        """Whether it is time for a segment."""
        return len(self.gone) > MANY

    def write(self, folder: Path) -> str:
        """Write a new file, which does not count until a manifest names it; its name."""
        name = f"{PREFIX}{secrets.token_hex(4)}"
        texts = [
            [
                text.entry_id,
                text.version_id,
                text.kind,
                text.slug,
                text.title,
                text.summary,
                text.words,
                {facet: list(values) for facet, values in text.facets.items()},
                list(text.readers),
                text.at.isoformat(),
            ]
            for text in self.texts.values()
        ]
        (folder / name).write_text(json.dumps({"texts": texts, "gone": sorted(self.gone)}))
        return name

    @classmethod
    def read(cls, content: bytes) -> Recent:
        """What `write` wrote."""
        kept = json.loads(content)
        texts = (
            SearchText(
                entry_id=entry_id,
                version_id=version_id,
                kind=kind,
                slug=slug,
                title=title,
                summary=summary,
                words=words,
                facets={facet: tuple(values) for facet, values in facets.items()},
                readers=tuple(readers),
                at=datetime.fromisoformat(at),
            )
            for entry_id, version_id, kind, slug, title, summary, words, facets, readers, at in kept["texts"]
        )
        return cls({text.entry_id: text for text in texts}, frozenset(kept["gone"]))


def sweep_recent(folder: Path, *, keeping: str = "") -> None:
    """Remove files of changes that no longer count, or never did."""
    for path in folder.glob(f"{PREFIX}*"):
        if path.name != keeping:
            path.unlink(missing_ok=True)
