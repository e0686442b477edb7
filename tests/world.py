"""The small company that every test knows, and browsers for the people in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from config import ROOT, Settings
from playbook import agreeing
from playbook.app import create_app
from playbook.db import db
from playbook.document import Document
from playbook.kinds import KINDS
from playbook.models import Entry, Ground, Role, Team, User, UserSession, begin_epoch, read
from playbook.work import saving

PEOPLE = {
    "ana": ("Ana Ruiz", Role.REP, Team.SALES),
    "cleo": ("Cleo Marsh", Role.CONTRIBUTOR, Team.SALES),
    "milo": ("Milo Brandt", Role.MARKETER, Team.MARKETING),
    "dana": ("Dana Okafor", Role.MARKETER, Team.SALES),
    "ada": ("Ada Field", Role.ADMIN, Team.OTHER),
}


SIGNERS = ("dana", "milo")  # who signs for Sales, and for Marketing


def prepare(app: Flask) -> None:
    """Give an empty database its tables and its epoch."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with saving():
            begin_epoch()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance whose database has every table, copied for each test because making it takes longer."""
    folder = tmp_path_factory.mktemp("made-once")
    app = create_app(Settings(instance=folder))
    prepare(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return folder


def copy_of(made: Path, to: Path) -> None:
    """Put into the folder `to` what an instance holds: its database, its index and its static files."""
    to.mkdir(mode=0o700)
    if (made / "playbook.db").exists():
        shutil.copy(made / "playbook.db", to)
    shutil.copytree(made / "index", to / "index", symlinks=True)
    (to / "static").symlink_to(made / "static")


@pytest.fixture
def settings(tmp_path: Path, made_once: Path) -> Settings:
    """Settings of an instance with an empty database."""
    instance = tmp_path / "instance"
    copy_of(made_once, instance)
    return Settings(instance=instance, threads=4)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled templates, which every test needs and which take ten times longer to make than to read."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(settings: Settings, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    close(app)


def close(app: Flask) -> None:
    """Let go of every connection, so that the next test finds the files free."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@dataclass
class World:
    """People by first name, and verbs that write entries. Each verb opens a context of its own, because
    a context that stays open makes Flask-Login take everybody for the first person who asked."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.context(), saving():
            for first_name, (name, role, team) in PEOPLE.items():
                user = User.invite(
                    email=f"{first_name}@example.com",
                    name=name,
                    role=role,
                    team=team,
                    signs_for=team if first_name in SIGNERS else None,
                )
                self.people[first_name] = user.id

    @contextmanager
    def context(self) -> Iterator[None]:
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def person(self, first_name: str) -> User:
        """The person as a row of the session that is open now."""
        user = db.session.get(User, self.people[first_name])
        assert user is not None
        return user

    def write(
        self,
        slug: str,
        *,
        kind: str = "note",
        body: str = "Words.\n",
        by: str = "milo",
        released: bool = True,
        **fields: Any,
    ) -> int:
        """A new entry with one version; its id. What is released was brought in as agreed."""
        fields.setdefault("title", slug.replace("-", " ").capitalize())
        document = Document.compose({"kind": kind, **fields}, body)
        with self.context():
            reading = read(document, kind=KINDS[kind], slug=slug)
            with saving():
                author = self.person(by)
                entry = Entry.draft(reading, slug=slug, by=author)
                if released:
                    entry.release(entry.newest, by=author, ground=Ground.MIGRATED)
                return entry.id

    def revise(
        self,
        slug: str,
        *,
        by: str = "milo",
        body: str | None = None,
        released: bool = True,
        note: str = "",
        **fields: Any,
    ) -> int:
        """A new version of an entry; its number."""
        with self.context():
            entry = Entry.find(slug, reader=self.person("ada"))
            document = entry.newest.document.with_changes(fields, body=body)
            reading = read(document, kind=entry.kind, slug=slug)
            with saving():
                author = self.person(by)
                entry = Entry.find(slug, reader=self.person("ada"), lock=True)
                version = entry.revise(reading, by=author, base=entry.newest.number, note=note)
                if released:
                    entry.release(version, by=author, ground=Ground.MIGRATED)
                return version.number

    def propose(self, slug: str, *, by: str = "milo") -> None:
        """Ask for the newest version to be agreed."""
        with self.context(), saving():
            agreeing.propose(self.entry(slug), by=self.person(by))

    def sign(self, slug: str, *, by: str) -> None:
        """Sign what is proposed, in whosever name this person may."""
        with self.context(), saving():
            entry, person = self.entry(slug), self.person(by)
            agreeing.sign(entry, by=person, team=entry.signing.sides_for(person)[0], hash=entry.newest.hash)

    def agree(self, slug: str) -> None:
        """Have everybody sign what is proposed, as far as the signers of this company may."""
        for first_name in SIGNERS:
            with self.context():
                entry = self.entry(slug)
                waits = entry.proposed_id is not None and entry.signing.sides_for(self.person(first_name))
            if waits:
                self.sign(slug, by=first_name)

    def entry(self, slug: str) -> Entry:
        """The entry, as an administrator sees it; only inside `context()`."""
        return Entry.find(slug, reader=self.person("ada"))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


class Browser:
    """A signed-in person without JavaScript: follows links, fills in the forms that pages hold."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, **given)

    def token(self, path: str = "/library") -> str:
        """The CSRF token of a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"{path} holds no form"
        return found.group(1)

    def post(self, path: str, data: dict[str, Any] | None = None, **given: Any) -> TestResponse:
        """Post a form with the token that a page of this person holds."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **given)

    def click(self, answer: TestResponse, words: str) -> TestResponse:
        """Follow the link whose text holds these words."""
        for href, text in re.findall(r'<a\b[^>]*\bhref="([^"]+)"[^>]*>(.*?)</a>', answer.text, re.DOTALL):
            if words in re.sub(r"<[^>]+>", "", text):
                return self.get(href.replace("&amp;", "&"), follow_redirects=True)
        raise AssertionError(f"no link says {words!r}")


@pytest.fixture
def browse(app: Flask, world: World) -> Callable[[str], Browser]:
    """browse("ana") is a client in which Ana is signed in; browse("") one in which nobody is."""

    def open_for(first_name: str) -> Browser:
        client = app.test_client()
        if first_name:
            with world.context(), saving():
                _, secret = UserSession.begin(world.person(first_name), days=1)
            client.set_cookie("playbook", secret)
        return Browser(client)

    return open_for
