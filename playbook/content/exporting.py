"""Taking the playbook out as a folder of Markdown files, byte for byte."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from playbook.content.gathering import shown
from playbook.content.marker import Marker
from playbook.content.progress import Progress, unseen
from playbook.db import db
from playbook.errors import Conflict, Invalid, Problem
from playbook.kinds import KINDS
from playbook.models import Entry, Version
from playbook.models.shown import SEEN

EARLIER = ".versions"  # begins with a dot, so that an import leaves it out
NAMED = 3  # files named in a refusal
AT_ONCE = 100  # texts in memory


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote: how many entries, and how many versions beside them."""

    entries: int
    versions: int


def export_folder(folder: Path, *, all_versions: bool = False, progress: Progress = unseen) -> ExportReport:
    """Write `<folder of the kind>/<slug>.md` for every entry: the text that readers see, else the newest.

    What is retired is left out: no text says that it is, so an import elsewhere would bring it back into use.

    With `all_versions` every version is written too, to `.versions/<folder of the kind>/<slug>/0001.md`
    and so on; an import leaves these out. The folder has to be new or empty, or hold an earlier export
    that nobody has changed; that is brought up to date. Each file appears whole or not at all, and the
    folder is marked as unfinished until all of them are there. What begins with a dot is left alone.

    Raises:
        Conflict: the folder holds something that no export wrote.
        Invalid: the folder cannot be made or written.
    """
    plan = dict(_plan(all_versions=all_versions))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker = Marker.of(folder)
        before = _refuse_to_overwrite(folder, marker)
        Marker(plan, before, complete=False).write(folder)
        written = {}
        texts = _texts(all_versions=all_versions)
        for done, (path, text) in enumerate(texts, start=1):
            data = text.encode("utf-8")
            written[path] = hashlib.sha256(data).hexdigest()
            if before.get(path) != written[path]:
                _write(folder / path, data)
            progress(done, len(plan))
        for path in before.keys() - written.keys():
            _remove(folder, path)
        Marker(written).write(folder)
    except OSError as error:
        where = shown(str(error.filename or folder))
        raise Invalid([Problem("folder", f"{where} cannot be written: {error.strerror}.")]) from error
    versions = sum(path.startswith(f"{EARLIER}/") for path in written)
    return ExportReport(entries=len(written) - versions, versions=versions)


def _plan(*, all_versions: bool) -> Iterator[tuple[str, str]]:
    """Every path with the hash of its text."""
    for row in db.session.execute(_shown(Version.hash)):
        yield _path(row.kind_name, row.slug), row.hash
    if all_versions:
        for row in db.session.execute(_every(Version.hash)):
            yield _path(row.kind_name, row.slug, row.number), row.hash


def _texts(*, all_versions: bool) -> Iterator[tuple[str, str]]:
    """Every path with its text, few at a time in memory."""
    for row in db.session.execute(_shown(Version.text), execution_options={"yield_per": AT_ONCE}):
        yield _path(row.kind_name, row.slug), row.text
    if all_versions:
        for row in db.session.execute(_every(Version.text), execution_options={"yield_per": AT_ONCE}):
            yield _path(row.kind_name, row.slug, row.number), row.text


def _shown(column: sa.orm.InstrumentedAttribute[str]) -> sa.Select[str, str, int, str]:
    return (
        sa.select(Entry.kind_name, Entry.slug, Version.number, column)
        .join(Version, Version.id == SEEN)
        .where(Entry.retired_at.is_(None))
        .order_by(Entry.slug)
    )


def _every(column: sa.orm.InstrumentedAttribute[str]) -> sa.Select[str, str, int, str]:
    return (
        sa.select(Entry.kind_name, Entry.slug, Version.number, column)
        .join(Version, Version.entry_id == Entry.id)
        .where(Entry.retired_at.is_(None))
        .order_by(Entry.slug, Version.number)
    )


def _path(kind: str, slug: str, number: int | None = None) -> str:
    folder = KINDS[kind].folder
    return f"{folder}/{slug}.md" if number is None else f"{EARLIER}/{folder}/{slug}/{number:04}.md"


def _refuse_to_overwrite(folder: Path, marker: Marker | None) -> dict[str, str]:
    """What an earlier export left here, with hashes; refuse if there is anything else, or it was changed."""
    found = {path: _hash_of(folder / path) for path in _files(folder)}
    foreign = [path for path, hashed in found.items() if marker is None or not _is_ours(path, hashed, marker)]
    if foreign:
        named = ", ".join(shown(path) for path in foreign[:NAMED])
        more = f" and {len(foreign) - NAMED} more" if len(foreign) > NAMED else ""
        raise Conflict(
            f"{shown(str(folder))} holds files that no export wrote, or that were changed since: {named}{more}. "
            "Choose an empty folder."
        )
    return {path: hashed for path, hashed in found.items() if hashed is not None}


def _is_ours(path: str, hashed: str | None, marker: Marker) -> bool:
    return hashed is not None and marker.may_hold(path, hashed)


def _files(folder: Path) -> Iterator[str]:
    """Every file below the folder but those that begin with a dot, the earlier versions excepted."""
    for at, folders, names in os.walk(folder):
        below = Path(at).relative_to(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") or below / name == Path(EARLIER)
        )
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if not name.startswith("."):
                yield (below / name).as_posix()


def _hash_of(file: Path) -> str | None:
    """The hash of an ordinary file; none for anything else."""
    if file.is_symlink() or not file.is_file():
        return None
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.part")
    draft.write_bytes(data)
    draft.replace(file)


def _remove(folder: Path, path: str) -> None:
    """Remove a file of an entry that is no longer there, and folders that are empty without it."""
    file = folder / path
    file.unlink(missing_ok=True)
    for parent in file.parents:
        if parent == folder:
            return
        with suppress(OSError):  # something else is in it
            parent.rmdir()
