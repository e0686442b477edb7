"""Whether an index on the disk is what was written. Whoosh keeps pickles and checks nothing.

A manifest names every file of the index with its size and SHA-256, and is sealed with its own. Bytes
are checked as they are read, and what was checked is what Whoosh gets, so that nothing can change in
between. Replacing the manifest is what commits a change: files it does not name do not exist for us.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from playbook.search.engine import Damaged, Mark
from playbook.search.recent import PREFIX
from playbook.search.stock import BufferFile, FileStorage, StructFile

NAME = "manifest"
IN_MEMORY = 32 * 2**20  # bytes; a larger file is read from the disk where it is needed
CHUNK = 2**20

Stat: TypeAlias = tuple[int, int, int]  # size, time of change in ns, inode


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The files of one generation of an index: name to size and digest."""

    layout: int
    generation: int
    mark: Mark
    files: Mapping[str, tuple[int, str]]

    def write(self, folder: Path) -> None:
        """Make this generation the one that counts."""
        said = json.dumps(asdict(self)).encode()
        draft = folder / f"{NAME}.new"
        draft.write_bytes(_digest(said).encode() + b"\n" + said)
        draft.replace(folder / NAME)

    @classmethod
    def read(cls, folder: Path) -> tuple[Manifest, Stat]:
        """The manifest in force, and the state of its file. Raises `Damaged`, `OSError`."""
        with (folder / NAME).open("rb") as file:
            stat = stat_of(os.fstat(file.fileno()))
            seal, _, said = file.read().partition(b"\n")
        if seal != _digest(said).encode():
            raise Damaged("the manifest is not what was written")
        kept = json.loads(said)
        mark = kept["mark"]
        manifest = cls(
            layout=kept["layout"],
            generation=kept["generation"],
            mark=Mark(**mark | {"entries": tuple(mark["entries"])}),
            files={name: (size, digest) for name, (size, digest) in kept["files"].items()},
        )
        return manifest, stat

    def of(self, folder: Path, names: set[str], *, generation: int, mark: Mark) -> Manifest:
        """The next manifest: digests of files that are known already are not taken again."""
        files = {name: self.files.get(name) or _measure(folder / name) for name in sorted(names)}
        return replace(self, generation=generation, mark=mark, files=files)

    def recent(self) -> str | None:
        """The name of the file with the latest changes, if there is one."""
        return next((name for name in self.files if name.startswith(PREFIX)), None)


class KeptOpen(io.FileIO):
    """A file that whoever holds it may simply drop. Whoosh has no moment at which to close it."""

    def __del__(self) -> None:
        self.close()

    def _dealloc_warn(self, source: object) -> None:
        """What a buffer around it calls when it is dropped."""


class SealedStorage(FileStorage):
    """An index folder of which only files that are as the manifest says can be read.

    `trusted` are the states of files that were checked before; those are read again only if Whoosh
    asks for them.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, trusted: Mapping[str, Stat]) -> None:
        super().__init__(str(folder))
        self.manifest = manifest
        self.stats: dict[str, Stat] = {}
        self._checked: dict[str, bytes] = {}
        for name in manifest.files:
            if name in trusted and trusted[name] == stat_of((folder / name).stat()):
                self.stats[name] = trusted[name]
            else:
                self._check(name)

    def open_file(self, name: str, **_: Any) -> StructFile:
        """A file for Whoosh to read. Raises `Damaged`, `OSError`."""
        if name not in self._checked:
            self._check(name)
        content = self._checked.get(name)
        if content is not None:
            return BufferFile(content, name=name)
        return StructFile(io.BufferedReader(KeptOpen(self._fpath(name))), name=name)

    def content(self, name: str) -> bytes:
        """All of a file. Raises `Damaged`, `OSError`."""
        with self.open_file(name) as file:
            content: bytes = file.read()
        return content

    def forget(self) -> None:
        """Let go of bytes that nobody reads any more."""
        self._checked.clear()

    def _check(self, name: str) -> None:
        size, digest = self.manifest.files[name]
        with Path(self.folder, name).open("rb") as file:
            stat = stat_of(os.fstat(file.fileno()))
            if stat[0] != size:
                raise Damaged(f"{name} is {stat[0]} bytes long instead of {size}")
            if size <= IN_MEMORY:
                content = file.read()
                found = _digest(content)
                self._checked[name] = content
            else:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise Damaged(f"{name} is not what was written")
        self.stats[name] = stat


def stat_of(found: os.stat_result) -> Stat:
    """What tells a changed file, short of reading it."""
    return found.st_size, found.st_mtime_ns, found.st_ino


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
