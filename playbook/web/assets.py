"""Static files and their addresses: /static/<hash of the tree>/css/base.css.

The hash stands in the path, not behind a question mark, so that what a stylesheet or a module
names relative to itself (fonts, the sprite, other modules) carries the same version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

STATIC = Path(__file__).resolve().parents[2] / "static"

# 16 hexadecimal digits: no two trees of one installation will ever share them.
HASH_CHARACTERS = 16

# A server that still runs an older version needs its copy; four starts of newer ones are enough warning.
COPIES_KEPT = 5

DRAWING = Markup('<svg class="{}" width="{}" height="{}" aria-hidden="true"><use href="{}"/></svg>')


def tree_hash(folder: Path) -> str:
    """The version of a folder: changes with any name or byte below it, and with nothing else."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix().encode()
            digest.update(b"%d %b %b" % (len(name), name, hashlib.sha256(path.read_bytes()).digest()))
    return digest.hexdigest()[:HASH_CHARACTERS]


def install(app: Flask, folder: Path = STATIC) -> None:
    """Serve `folder` for ever under its hash, and give templates `asset("css/base.css")`.

    What is served is a copy in the instance folder, with every text compressed beside it: an
    address goes on meaning the same bytes while the folder itself is being updated.
    """
    version = tree_hash(folder)
    prefix = f"/static/{version}/"
    files = WhiteNoise(
        app.wsgi_app,
        root=_copy(folder, Path(app.instance_path) / "static", version),
        prefix=prefix,
        allow_all_origins=False,
        add_headers_function=_protect,
        immutable_file_test=lambda path, url: True,
    )

    def asset(path: str) -> str:
        """The address of a static file.

        Raises:
            LookupError: there is no such file.
        """
        address = prefix + path
        if address not in files.files:
            raise LookupError(f"static/{path} is not there.")
        return address

    app.wsgi_app = files  # type: ignore[method-assign]
    app.add_template_global(asset)

    sprite = asset("img/icons.svg")

    @lru_cache(maxsize=512)
    def icon(name: str, size: int = 20, cls: str = "") -> Markup:
        """One drawing of the sprite, always beside a word. A function, because a page holds fifty."""
        classes = " ".join(filter(None, ("icon", "icon--large" if size >= 28 else "", cls)))
        return DRAWING.format(classes, size, size, f"{sprite}#{name}")

    app.add_template_global(icon)


def _copy(folder: Path, copies: Path, version: str) -> Path:
    """The copy of that version, made whole or not at all."""
    copy = copies / version
    if not copy.exists():
        copies.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=".", dir=copies))
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
        _compress(fresh)
        with suppress(OSError):  # another process was faster: its copy holds the same bytes
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    os.utime(copy)
    _forget_the_oldest(copies)
    return copy


def _forget_the_oldest(copies: Path) -> None:
    with suppress(FileNotFoundError):  # another process is forgetting them too
        versions = sorted(copies.glob("[!.]*"), key=lambda path: path.stat().st_mtime)
        for old in versions[:-COPIES_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def _compress(folder: Path) -> None:
    compressor = Compressor(quiet=True)
    for path in list(folder.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))


def _protect(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'"  # a drawing opened by itself runs nothing
