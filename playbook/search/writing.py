"""How segments are written, merged and committed, so that being killed anywhere harms nothing."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playbook.search.engine import Mark
from playbook.search.integrity import SealedStorage
from playbook.search.recent import sweep_recent
from playbook.search.schema import Codec, schema
from playbook.search.stock import TOC, FileIndex, SegmentReader, SegmentWriter, clean_files

MANY_SEGMENTS = 12  # small ones, from which on merging them pays
SMALL = 1_000  # entries

Merge = Callable[["SealingWriter", list[Any]], list[Any]]


class SealedIndex(FileIndex):
    """The generation that the manifest names, even if files of a later one were left behind."""

    def __init__(self, storage: SealedStorage) -> None:
        # Not Whoosh's own beginning, which reads the latest generation in the folder.
        self.storage = storage
        self.indexname = "MAIN"
        self.generation = storage.manifest.generation
        self._schema = schema()

    def latest_generation(self) -> int:
        """The generation of the manifest."""
        return self.generation

    def _read_toc(self) -> TOC:
        return TOC.read(self.storage, self.indexname, gen=self.generation, schema=self._schema)


class TermPool:
    """Postings waiting to be written, by term. Whoosh's own pool sorts each posting and is much larger."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, bytes], tuple[array[int], array[float], list[bytes]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Keep one posting."""
        field, term, row, weight, positions = item
        kept = self._terms.get((field, term))
        if kept is None:
            kept = self._terms[field, term] = (array("I"), array("f"), [])
        kept[0].append(row)
        kept[1].append(weight)
        kept[2].append(positions)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """All postings by field, term and row."""
        for field, term in sorted(self._terms):
            for row, weight, positions in zip(*self._terms[field, term], strict=True):
                yield field, term, row, weight, positions

    def cleanup(self) -> None:
        """Let go of the postings."""
        self._terms.clear()


class SealingWriter(SegmentWriter):
    """Writes one segment and commits it by replacing the manifest. The caller holds our lock."""

    def __init__(self, index: SealedIndex, *, mark: Mark) -> None:
        for name in Path(index.storage.folder).glob("*.toc"):
            if name.name not in index.storage.manifest.files:  # left behind by a writer that died
                name.unlink()
        super().__init__(index, _lk=False, compound=False, codec=Codec())
        self.pool = TermPool()
        self.mark = mark
        self.manifest = index.storage.manifest

    def _commit_toc(self, segments: list[Any]) -> None:
        folder = Path(self.storage.folder)
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)
        names = {TOC._filename(self.indexname, self.generation)}
        owned = tuple(f"{segment.segment_id()}." for segment in segments)
        names |= {path.name for path in folder.iterdir() if path.name.startswith(owned)}
        self.manifest = self.manifest.of(folder, names, generation=self.generation, mark=self.mark)
        self.manifest.write(folder)
        sweep_recent(folder)
        clean_files(self.storage, self.indexname, self.generation, segments)


def drop_replaced(_writer: SealingWriter, segments: list[Any]) -> list[Any]:
    """Merge nothing, but forget segments of which every entry was replaced."""
    return [segment for segment in segments if segment.doc_count()]


def merge_small(writer: SealingWriter, segments: list[Any]) -> list[Any]:
    """One segment of all small ones."""
    return _merge(writer, segments, [segment for segment in segments if segment.doc_count_all() < SMALL])


def merge_all(writer: SealingWriter, segments: list[Any]) -> list[Any]:
    """One segment, without what was replaced."""
    return _merge(writer, segments, segments)


def _merge(writer: SealingWriter, segments: list[Any], chosen: list[Any]) -> list[Any]:
    for segment in drop_replaced(writer, chosen):
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in chosen and segment.doc_count()]
