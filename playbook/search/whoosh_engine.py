"""The embedded engine: a Whoosh index in a private folder, scored with NumPy.

index.lock        one writer at a time
index/live        the name of the folder in force
index/<name>/     Whoosh's files and the manifest that seals them
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import islice
from pathlib import Path

import numpy as np

from playbook.search import ranking
from playbook.search.analysis import analyse
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
from playbook.search.integrity import Manifest, SealedStorage, stat_of
from playbook.search.leaf import Vocabulary, cell
from playbook.search.lock import only_writer
from playbook.search.opened import LIVE, Opened, open_index
from playbook.search.recent import Recent, sweep_recent
from playbook.search.schema import LAYOUT, schema
from playbook.search.snapshot import Snapshot
from playbook.search.stock import TOC
from playbook.search.text import SearchText
from playbook.search.writing import (
    MANY_SEGMENTS,
    Merge,
    SealedIndex,
    SealingWriter,
    drop_replaced,
    merge_all,
    merge_small,
)

log = logging.getLogger(__name__)

BATCH = 5_000  # entries a segment while building; about 100 MB of postings
TRIES = 4  # what was in force can be replaced and swept while it is read, but hardly again and again

MANY_REPLACED = 0.3  # share of replaced versions from which on merging everything pays


class WhooshEngine:
    """An index in `folder`. One object serves all threads of a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock_file = folder.with_name(f"{folder.name}.lock")
        self._vocabulary = Vocabulary()
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
        opened = self._current()
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
        self._make_private()
        name = secrets.token_hex(8)
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        try:
            manifest = _start(folder, mark)
            done = 0
            for batch in _batches(texts):
                trusted = {name: stat_of((folder / name).stat()) for name in manifest.files}
                storage = SealedStorage(folder, manifest, trusted=trusted)
                writer = SealingWriter(SealedIndex(storage), mark=mark)
                _fill(writer, batch, merge=drop_replaced)
                manifest = writer.manifest
                done += len(batch)
                if progress is not None:
                    progress(done)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        draft = self.folder / f"{LIVE}.new"
        for path in (draft, self.folder / LIVE):
            if path.is_dir():
                _remove(path)
        draft.write_text(name)
        draft.replace(self.folder / LIVE)
        self._sweep(keeping=name)

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
            return open_index(self.folder, vocabulary=self._vocabulary, previous=previous)
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
        _fill(writer, recent.texts.values(), merge=merge)

    def _make_private(self) -> None:
        if self.folder.is_symlink() or not self.folder.is_dir():
            with suppress(FileNotFoundError):
                self.folder.unlink()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def _sweep(self, *, keeping: str) -> None:
        """Remove everything that is not in force."""
        for path in self.folder.iterdir():
            if path.name not in {keeping, LIVE}:
                _remove(path)


def _start(folder: Path, mark: Mark) -> Manifest:
    storage = SealedStorage(folder, Manifest(layout=LAYOUT, generation=0, mark=mark, files={}), trusted={})
    TOC.create(storage, schema())
    manifest = storage.manifest.of(folder, {path.name for path in folder.iterdir()}, generation=0, mark=mark)
    manifest.write(folder)
    return manifest


def _fill(writer: SealingWriter, texts: Iterable[SearchText], *, merge: Merge) -> None:
    try:
        for text in texts:
            words, title = analyse(text.words), analyse(text.title)
            card = cell(text, {"text": words.length, "title": title.length})
            writer.add_document(text=words, title=title, card=card)
        writer.commit(mergetype=merge)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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


def _batches(texts: Iterable[SearchText]) -> Iterator[list[SearchText]]:
    left = iter(texts)
    while batch := list(islice(left, BATCH)):
        yield batch
