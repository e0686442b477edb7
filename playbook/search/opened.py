"""An index as one process has it open: checked, its cards in memory, and aware of any change on the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playbook.search.engine import Damaged, Missing
from playbook.search.integrity import NAME, Manifest, SealedStorage, Stat, stat_of
from playbook.search.leaf import Cards, Leaf, MemoryLeaf, Vocabulary
from playbook.search.recent import Recent
from playbook.search.schema import LAYOUT
from playbook.search.segments import RememberedPostings, SegmentLeaf
from playbook.search.snapshot import Mask, Snapshot
from playbook.search.writing import SMALL, SealedIndex

LIVE = "live"  # names the folder in force; replaced at once when another is
_FOLDER = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Opened:
    """One generation of an index. Nothing on the disk can change what it answers."""

    folder: Path
    manifest: Manifest
    stats: Mapping[str, Stat]
    watched: tuple[tuple[str, Stat], ...]
    leaves: Mapping[str, Leaf]
    recent: Recent
    in_segments: int  # rows; those of the latest changes come after
    snapshot: Snapshot
    process: int

    def is_current(self) -> bool:
        """Whether every file is still the one that was checked."""
        return self._are_unchanged(self.watched)

    def is_in_force(self) -> bool:
        """Whether nothing was committed since; looks at two files only."""
        return self._are_unchanged(self.watched[:2])

    def _are_unchanged(self, watched: tuple[tuple[str, Stat], ...]) -> bool:
        if self.process != os.getpid():
            return False
        stat = os.stat
        try:
            return all(stat_of(stat(path)) == known for path, known in watched)
        except OSError:
            return False

    @property
    def small_segments(self) -> int:
        """How many segments hold few entries."""
        return sum(isinstance(leaf, SegmentLeaf) and len(leaf.cards) < SMALL for leaf in self.leaves.values())

    def index(self) -> SealedIndex:
        """The index to write to. Files that were checked are trusted."""
        return SealedIndex(SealedStorage(self.folder, self.manifest, trusted=self.stats))


def live_folder(root: Path) -> tuple[Path, Stat]:
    """The folder in force, and the state of the file that names it. Raises `Damaged`, `OSError`."""
    with (root / LIVE).open("rb") as file:
        stat = stat_of(os.fstat(file.fileno()))
        name = file.read(100).decode("ascii", "replace").strip()
    if not _FOLDER.fullmatch(name):
        raise Damaged("no folder is in force")
    return root / name, stat


def open_index(
    root: Path, *, vocabulary: Vocabulary, remembered: RememberedPostings, previous: Opened | None = None
) -> Opened:
    """Open what is in force, reading only what `previous` has not.

    Raises:
        Missing: there is none.
        Damaged: it is not all there, not what was written, or laid out in another way.
    """
    if not root.exists():
        raise Missing("there is none yet")
    try:
        return _open(root, vocabulary, remembered, previous)
    except Damaged:
        raise
    except Exception as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error


def _open(
    root: Path, vocabulary: Vocabulary, remembered: RememberedPostings, previous: Opened | None
) -> Opened:
    folder, live_stat = live_folder(root)
    manifest, manifest_stat = Manifest.read(folder)
    if manifest.layout != LAYOUT:
        raise Damaged(f"laid out as {manifest.layout}, not {LAYOUT}")
    if previous is not None and (previous.folder != folder or previous.process != os.getpid()):
        previous = None
    storage = SealedStorage(folder, manifest, trusted=previous.stats if previous else {})
    toc = SealedIndex(storage)._read_toc()
    name = manifest.recent()
    recent = Recent.read(storage.content(name)) if name else Recent()
    known = previous.leaves if previous else {}
    leaves: dict[str, Leaf] = {}
    parts: list[tuple[Leaf, Mask | None]] = []
    for segment in toc.segments:
        name = segment.segment_id()
        leaves[name] = known.get(name) or SegmentLeaf(
            storage, segment, vocabulary=vocabulary, remembered=remembered
        )
        parts.append((leaves[name], _alive(segment, leaves[name].cards, recent.gone)))
    for text in recent.texts.values():
        name = f"{text.entry_id} {text.fingerprint}"
        leaves[name] = known.get(name) or MemoryLeaf([text], vocabulary)
        parts.append((leaves[name], None))
    storage.forget()
    watched = {str(root / LIVE): live_stat, str(folder / NAME): manifest_stat}
    watched |= {str(folder / name): stat for name, stat in storage.stats.items()}
    return Opened(
        folder=folder,
        manifest=manifest,
        stats=storage.stats,
        watched=tuple(watched.items()),
        leaves=leaves,
        recent=recent,
        in_segments=sum(segment.doc_count_all() for segment in toc.segments),
        snapshot=Snapshot(parts, vocabulary),
        process=os.getpid(),
    )


def _alive(segment: Any, cards: Cards, gone: frozenset[int]) -> Mask | None:
    replaced = list(segment.deleted_docs())
    if not replaced and not gone:
        return None
    alive = ~np.isin(cards.entry_ids, sorted(gone))
    alive[replaced] = False
    return alive
