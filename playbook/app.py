"""create_app(): the only file that knows every part."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import ROOT, Settings
from playbook import api, cli, db, web
from playbook.telling import posting

KEY_CHARACTERS = 32  # half of what is made here; whoever writes one by hand may write a shorter one


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings, or for those of the environment."""
    settings = settings or Settings.from_environment()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask(
        "playbook", instance_path=str(settings.instance), static_folder=None, root_path=str(ROOT / "playbook")
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key or secret_key(settings.instance / "secret_key"),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database, threads=settings.threads),
        SQLALCHEMY_BINDS={
            "quick": {
                "url": settings.database,
                **db.engine_options(settings.database, threads=settings.threads),
            }
        },
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=None,  # an hour's writing must not be lost to a timer
        WTF_CSRF_SSL_STRICT=settings.secure,
        SESSION_COOKIE_NAME="playbook_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
    )
    if app.debug:
        raise RuntimeError("Debug mode lets anybody run code: unset FLASK_DEBUG.")
    db.install(app)
    Migrate(app, db.db, directory=str(ROOT / "migrations"))
    posting.install(app)
    web.install(app)
    api.install(app)
    cli.install(app)
    return app


def secret_key(path: Path) -> str:
    """The key kept in the instance folder; made at the first start, whole, and by one process only.

    Raises:
        RuntimeError: what the file holds is too short to be a key.
    """
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:  # mode 0600
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
        os.unlink(file.name)
    key = path.read_text().strip()
    if len(key) < KEY_CHARACTERS:
        raise RuntimeError(
            f"{path.name} in the instance folder is too short to be a key: delete it for a new one."
        )
    return key
