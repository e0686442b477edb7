"""Ways in which an index is found damaged, each with a name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from playbook.search.opened import live_folder

Damage = Callable[[Path], None]


def files_of(root: Path) -> list[Path]:
    """Every file of an index that counts."""
    folder, _ = live_folder(root)
    return [root / "live", *sorted(folder.iterdir())]


def flip(path: Path, *, byte: int, bit: int = 0) -> None:
    """Change one bit and nothing that a directory shows."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[byte % len(content)] ^= 1 << bit
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _each_file(change: Callable[[Path], None]) -> Damage:
    def damage(root: Path) -> None:
        for path in files_of(root):
            change(path)

    return damage


def _one_kind(piece: str, change: Callable[[Path], None]) -> Damage:
    def damage(root: Path) -> None:
        for path in files_of(root):
            if piece in path.name:
                change(path)

    return damage


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\x00")


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _emptied(root: Path) -> None:
    for path in list(root.iterdir()):
        path.unlink() if path.is_file() else shutil.rmtree(path)


def _replaced_by_a_file(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("no folder")


def _pointing(words: str) -> Damage:
    return lambda root: (root / "live").write_text(words) and None


def _older_layout(root: Path) -> None:
    from dataclasses import replace

    from playbook.search.integrity import Manifest

    folder, _ = live_folder(root)
    manifest, _ = Manifest.read(folder)
    replace(manifest, layout=0).write(folder)


def _half_written(root: Path) -> None:
    """A later generation whose files were never finished, in the place of the one before."""
    folder, _ = live_folder(root)
    for path in folder.glob("*.toc"):
        path.rename(folder / "_MAIN_99.toc")


PIECES = (".trm", ".pst", ".col", ".toc", "recent", "manifest", "live")


def kinds() -> Iterator[tuple[str, Damage]]:
    """Each way with its name."""
    yield "the folder is removed", shutil.rmtree
    yield "the folder is emptied", _emptied
    yield "a file stands where the folder was", _replaced_by_a_file
    yield "the folder in force is removed", lambda root: shutil.rmtree(live_folder(root)[0])
    yield "every file is empty", _each_file(_empty)
    yield "another folder is in force", _pointing("0123456789abcdef")
    yield "no folder is in force", _pointing("../../elsewhere")
    yield "what is in force is no text", lambda root: (root / "live").write_bytes(os.urandom(64)) and None
    yield "the layout is an older one", _older_layout
    yield "another generation is half written", _half_written
    for piece in PIECES:
        yield f"{piece} is removed", _one_kind(piece, Path.unlink)
        yield f"{piece} is cut", _one_kind(piece, _cut)
        yield f"{piece} is empty", _one_kind(piece, _empty)
        yield f"{piece} is longer", _one_kind(piece, _lengthen)
        yield f"{piece} has another bit", _one_kind(piece, lambda path: flip(path, byte=7))
        yield f"{piece} is a folder", _one_kind(piece, _make_folder)


KINDS = dict(kinds())
