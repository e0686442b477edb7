"""Of which kind a file is, and which slugs its entry may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from slugify import slugify

from playbook.errors import Invalid, Problem
from playbook.kinds import BY_FOLDER, KINDS, Kind
from playbook.kinds.naming import kind_called, stated_kind
from playbook.kinds.reading import SLUG
from playbook.models.link import SLUG_CHARACTERS

FOLDER_TEXTS = frozenset({"index", "_index", "readme"})  # files that are about the folder they lie in
NAMELESS = "untitled"  # where a name holds nothing that a slug can hold


@dataclass(frozen=True)
class KindFound:
    """The kind of a file, and whether the file itself names it."""

    kind: Kind
    stated: bool


def kind_of(fields: Mapping[str, Any], *, folder: str) -> KindFound:
    """The kind that `kind:` names; without it the one that the folder is named after; else note.

    Raises:
        Invalid: `kind:` names none.
    """
    stated = fields.get("kind")
    if stated is None or stated == "":
        return KindFound(kind_called(folder) or KINDS["note"], stated=False)
    kind = stated_kind(fields)
    if kind is None:
        kinds = ", ".join(KINDS)
        raise Invalid([Problem("kind", f"There is no such kind. The kinds are: {kinds}.")])
    return KindFound(kind, stated=True)


@dataclass(frozen=True)
class Name:
    """What a file's path says about its slug. `root` is the name of the folder that is imported."""

    path: PurePosixPath
    root: str
    of_export: bool = False  # an export wrote the folder, so names are slugs as they stand

    @property
    def folder(self) -> str:
        """The name of the folder that the file lies in."""
        return self.path.parent.name or self.root

    @property
    def exact(self) -> bool:
        """Whether the file's name is its slug as it stands."""
        return self._is_slug or (not self._is_about_its_folder and bool(SLUG.match(self.path.stem)))

    @property
    def expected(self) -> str:
        """The slug that goes without saying."""
        return next(self.slugs()) if self._is_about_its_folder else self.path.stem

    @property
    def _is_slug(self) -> bool:
        """Whether it lies where an export puts an entry of this slug: `notes/index.md` is the note `index`."""
        return (
            self.of_export
            and len(self.path.parts) == 2
            and self.path.parts[0] in BY_FOLDER
            and bool(SLUG.match(self.path.stem))
        )

    @property
    def _is_about_its_folder(self) -> bool:
        return not self._is_slug and self.path.stem.lower() in FOLDER_TEXTS

    def slugs(self) -> Iterator[str]:
        """Slugs for the file without end, the best first; each longer one says more of the path."""
        parents = [slugify(part) for part in self.path.parent.parts]
        stem = slugify(self.path.stem)
        if self._is_about_its_folder:
            parts = [part for part in parents if part] or [slugify(self.root) or stem]
        else:
            parts = [*(part for part in parents if part), stem or NAMELESS]
        for start in range(len(parts) - 1, -1, -1):
            yield _cut("-".join(parts[start:]), SLUG_CHARACTERS)
        whole = "-".join(parts)
        for number in count(2):
            end = f"-{number}"
            yield _cut(whole, SLUG_CHARACTERS - len(end)) + end


def _cut(slug: str, characters: int) -> str:
    return slug[:characters].rstrip("-")
