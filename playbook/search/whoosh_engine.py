"""The embedded engine: a Whoosh index in a private folder, scored with NumPy.

index.lock        one writer at a time
index/live        the name of the folder in force
index/<name>/     Whoosh's files and the manifest that seals them
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from playbook.search import ranking
from playbook.search.building import build, fill
from playbook.search.completion import complete
from playbook.search.engine import (
    NOTHING_UNSETTLED,
    Completion,
    Damaged,
    Hits,
    Indexed,
    Mark,
    Progress,
    Question,
    Unsettled,
)
from playbook.search.leaf import Vocabulary
from playbook.search.lock import only_writer
from playbook.search.opened import Opened, open_index
from playbook.search.recent import Recent, sweep_recent
from playbook.search.remembered import Remembered
from playbook.search.segments import RememberedPostings
from playbook.search.snapshot import Snapshot
from playbook.search.text import SearchText
from playbook.search.writing import (
    MANY_SEGMENTS,
    Merge,
    SealingWriter,
    drop_replaced,
    merge_all,
    merge_small,
)

REMEMBERED_POSTINGS = 48 * 2**20  # bytes; all postings of ten thousand entries

TRIES = 4  # what was in force can be replaced and swept while it is read, but hardly again and again

MANY_REPLACED = 0.3  # share of replaced versions from which on merging everything pays


class WhooshEngine:
    """An index in `folder`. One object serves all threads of a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock_file = folder.with_name(f"{folder.name}.lock")
        self._vocabulary = Vocabulary()
        self._remembered: RememberedPostings = Remembered(most=REMEMBERED_POSTINGS)
        self._opened: Opened | None = None
        self._opening = threading.Lock()

    def search(self, question: Question, *, unsettled: Unsettled = NOTHING_UNSETTLED) -> Hits:
        """Answer from what is on the disk now. Raises `Damaged`."""
        snapshot = self._current().snapshot.but(unsettled, terms=question.query.all_terms)
        return ranking.answer(snapshot, question)

    def complete(
        self, prefix: str, *, tokens: frozenset[str], limit: int, unsettled: Unsettled = NOTHING_UNSETTLED
    ) -> list[Completion]:
        """Entries with a title word that begins so. Raises `Damaged`."""
        snapshot = self._in_force().snapshot.but(unsettled, terms=frozenset())
        return complete(snapshot, prefix, tokens=tokens, limit=limit)

    def ids(self) -> dict[int, Indexed]:
        """Everything held. Raises `Damaged`."""
        snapshot = self._current().snapshot
        rows = np.flatnonzero(snapshot.alive).tolist()
        prints = [fingerprint for leaf, _ in snapshot.leaves for fingerprint in leaf.cards.fingerprints]
        return {
            int(snapshot.entry_ids[row]): Indexed(int(snapshot.version_ids[row]), prints[row]) for row in rows
        }

    def mark(self) -> Mark:
        """The mark of what is held. Raises `Damaged`."""
        return self._in_force().manifest.mark

    def writing(self, *, wait: float, long: bool = False) -> AbstractContextManager[bool]:
        """Be the only writer for the time of the block, or get False after `wait` seconds."""
        return only_writer(self._lock_file, wait=wait, long=long)

    def put(self, texts: Iterable[SearchText], *, remove: Iterable[int] = (), mark: Mark) -> None:
        """Hold these texts in place of what was held. The caller is the only writer. Raises `Damaged`."""
        opened = self._current()
        recent = opened.recent.with_change(texts, remove=remove)
        try:
            if recent.is_large:
                self._write_segment(opened, recent, mark=mark, merge=drop_replaced)
            else:
                _write_recent(opened, recent, mark=mark)
        except OSError as error:
            raise Damaged(f"could not be written: {error}") from error

    def needs_tidying(self) -> bool:
        """Whether fewer segments would be noticeably faster, or smaller. Raises `Damaged`."""
        opened = self._opened or self._current()  # one change more or less makes no difference
        return _is_mostly_replaced(opened.snapshot) or opened.small_segments > MANY_SEGMENTS

    def tidy(self) -> None:
        """Merge small segments, or all of them if most is replaced. The caller is the only writer.

        Raises:
            Damaged: it cannot be read, or not be written.
        """
        opened = self._current()
        merge = merge_all if _is_mostly_replaced(opened.snapshot) else merge_small
        try:
            self._write_segment(opened, opened.recent, mark=opened.manifest.mark, merge=merge)
        except OSError as error:
            raise Damaged(f"could not be written: {error}") from error

    def rebuild(self, texts: Iterable[SearchText], *, mark: Mark, progress: Progress | None = None) -> None:
        """Build anew beside what is in force, then put it in force. The caller is the only writer."""
        build(self.folder, texts, mark=mark, progress=progress)

    def _in_force(self) -> Opened:
        """The latest generation, without a look at whether its files were changed since they were read."""
        opened = self._opened
        return opened if opened is not None and opened.is_in_force() else self._current()

    def _current(self) -> Opened:
        opened = self._opened
        if opened is not None and opened.is_current():
            return opened
        with self._opening:
            opened = self._opened
            if opened is None or not opened.is_current():
                opened = self._opened = self._open(opened, tries=TRIES)
            return opened

    def _open(self, previous: Opened | None, *, tries: int) -> Opened:
        try:
            return open_index(
                self.folder, vocabulary=self._vocabulary, remembered=self._remembered, previous=previous
            )
        except Damaged:
            self._opened = None
            if tries == 1:
                raise
        return self._open(previous, tries=tries - 1)

    def _write_segment(self, opened: Opened, recent: Recent, *, mark: Mark, merge: Merge) -> None:
        gone = np.isin(opened.snapshot.entry_ids, sorted(recent.gone))
        writer = SealingWriter(opened.index(), mark=mark)
        for row in np.flatnonzero(gone[: opened.in_segments]).tolist():
            writer.delete_document(row)
        fill(writer, recent.texts.values(), merge=merge)


def _write_recent(opened: Opened, recent: Recent, *, mark: Mark) -> None:
    name = recent.write(opened.folder)
    names = {*opened.manifest.files, name} - {opened.manifest.recent()}
    opened.manifest.of(opened.folder, names, generation=opened.manifest.generation, mark=mark).write(
        opened.folder
    )
    sweep_recent(opened.folder, keeping=name)


def _is_mostly_replaced(snapshot: Snapshot) -> bool:
    replaced = snapshot.size - int(snapshot.alive.sum())
    return replaced > max(1_000, MANY_REPLACED * snapshot.size)
