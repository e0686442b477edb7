"""A whole index, built in a folder of its own and then put in force at once."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from playbook.search.analysis import analyse
from playbook.search.engine import Mark, Progress
from playbook.search.integrity import Manifest, SealedStorage, stat_of
from playbook.search.leaf import cell
from playbook.search.opened import LIVE
from playbook.search.schema import LAYOUT, schema
from playbook.search.stock import TOC
from playbook.search.text import SearchText
from playbook.search.writing import Merge, SealedIndex, SealingWriter, drop_replaced

BATCH = 5_000  # entries a segment; about 100 MB of postings while it is written


def build(root: Path, texts: Iterable[SearchText], *, mark: Mark, progress: Progress | None) -> None:
    """Build an index of these texts below `root`; what is in force there answers until it is done."""
    _make_private(root)
    folder = root / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        manifest = _start(folder, mark)
        done = 0
        for batch in _batches(texts):
            trusted = {name: stat_of((folder / name).stat()) for name in manifest.files}
            writer = SealingWriter(SealedIndex(SealedStorage(folder, manifest, trusted=trusted)), mark=mark)
            fill(writer, batch, merge=drop_replaced)
            manifest = writer.manifest
            done += len(batch)
            if progress is not None:
                progress(done)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _put_in_force(folder)


def fill(writer: SealingWriter, texts: Iterable[SearchText], *, merge: Merge) -> None:
    """Write these texts and commit, or leave everything as it was."""
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


def _start(folder: Path, mark: Mark) -> Manifest:
    storage = SealedStorage(folder, Manifest(layout=LAYOUT, generation=0, mark=mark, files={}), trusted={})
    TOC.create(storage, schema())
    manifest = storage.manifest.of(folder, {path.name for path in folder.iterdir()}, generation=0, mark=mark)
    manifest.write(folder)
    return manifest


def _put_in_force(folder: Path) -> None:
    root = folder.parent
    draft = root / f"{LIVE}.new"
    for path in (draft, root / LIVE):
        if path.is_dir():
            _remove(path)
    draft.write_text(folder.name)
    draft.replace(root / LIVE)
    for path in root.iterdir():
        if path.name not in {LIVE, folder.name}:
            _remove(path)


def _make_private(root: Path) -> None:
    if root.is_symlink() or not root.is_dir():
        with suppress(FileNotFoundError):
            root.unlink()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        with suppress(OSError):
            path.chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _batches(texts: Iterable[SearchText]) -> Iterator[list[SearchText]]:
    left = iter(texts)
    while batch := list(islice(left, BATCH)):
        yield batch
