"""Which files of a folder are texts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from playbook.errors import Invalid, Problem

SUFFIXES = frozenset({".md", ".mdx", ".markdown"})


@dataclass(frozen=True)
class TextFile:
    """A file with Markdown in it. `path` begins below the folder and can be shown."""

    path: PurePosixPath
    at: Path


@dataclass
class Gathered:
    """What a folder holds: texts in the order of their paths, and what could not even be looked at."""

    files: list[TextFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # path and reason
    others: int = 0  # files that are no texts


def gather(folder: Path) -> Gathered:
    """Look through a folder to any depth.

    What begins with a dot is left out: folders of version control, earlier versions in an export.
    Symbolic links are not followed, for they may lead anywhere.

    Raises:
        Invalid: it is no folder.
    """
    if not folder.is_dir():
        raise Invalid([Problem("folder", f"{shown(str(folder))} is no folder.")])
    found = Gathered()
    waiting = [(folder, PurePosixPath())]
    while waiting:
        at, path = waiting.pop()
        try:
            with os.scandir(at) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as error:
            found.refused.append((str(path), f"This folder cannot be read: {error.strerror}."))
            continue
        for entry in entries:
            below = path / shown(entry.name)
            is_text = below.suffix.lower() in SUFFIXES
            if entry.is_symlink():
                if is_text or entry.is_dir():
                    found.refused.append(
                        (str(below), "This is a link to another place; links are not followed.")
                    )
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((at / entry.name, below))
            elif not is_text:
                found.others += 1
            elif entry.is_file(follow_symlinks=False):
                found.files.append(TextFile(below, at / entry.name))
            else:
                found.refused.append((str(below), "This is no ordinary file."))
    found.files.sort(key=lambda file: file.path.parts)
    return found


def shown(name: str) -> str:
    """A file's name with a mark for every byte that is no character."""
    return os.fsencode(name).decode("utf-8", "replace")
