from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks import floor
from benchmarks.corpus import WORDINGS, Corpus
from benchmarks.instance import Filled, close, fill
from benchmarks.saving import form_on
from playbook import search
from playbook.app import create_app
from playbook.content.deriving import differences, with_everything
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Entry, Version

SIZE = 30


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Both sides with a few entries."""
    return fill(tmp_path_factory.mktemp("benchmarks") / "filled", SIZE, processes=1)


@pytest.fixture
def address() -> str:
    """The page of an entry of a kind that grows."""
    kind, slug = Corpus(SIZE).growing[0]
    return f"/{KINDS[kind].folder}/{slug}"


@pytest.fixture
def plain(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody signed in on the floor."""
    monkeypatch.setitem(floor.app.config, "DATABASE", str(filled.floor))
    _, writer = filled.sign_in()
    client = floor.app.test_client()
    client.set_cookie("playbook", writer)
    return client


def test_entries_are_the_same_each_time_they_are_made() -> None:
    assert [entry.text for entry in Corpus(SIZE).entries()] == [
        entry.text for entry in Corpus(SIZE).entries()
    ]


def test_what_was_filled_in_bulk_is_what_the_models_derive(filled: Filled) -> None:
    app = create_app(filled.settings)
    with app.app_context():
        versions = db.session.scalars(
            sa.select(Version).options(*with_everything(), sa.orm.joinedload(Version.entry))
        ).all()
        assert len(versions) == SIZE * len(WORDINGS)
        for version in versions:
            reading = version.reread(kind=version.entry.kind_name, slug=version.entry.slug)
            assert differences(version, reading) == []
            assert reading.document.hash == version.hash
        assert search.check() == []
        entries = db.session.scalars(sa.select(Entry)).all()
        assert {(entry.title, entry.agreed_id) for entry in entries} == {
            (version.title, version.id) for version in versions if version.number == len(WORDINGS)
        }
    close(app)


def test_both_sides_show_the_same_entry_with_the_same_relations(
    filled: Filled, plain: FlaskClient, address: str
) -> None:
    readers, _ = filled.sign_in()
    app = create_app(filled.settings)
    client = app.test_client()
    client.set_cookie("playbook", readers[0])
    ours, floors = client.get(address), plain.get(address)
    close(app)
    assert (ours.status_code, floors.status_code) == (200, 200)
    related = set(re.findall(r'class="field">[^<]+</span> <a href="([^"]+)"', floors.text))
    assert len(related) >= 5
    assert all(f'href="{other}"' in ours.text for other in related)
    for page in (ours, floors):
        assert page.text.count(f"{address}?version=") == len(WORDINGS)


def test_the_floor_tells_what_changed_and_finds_what_is_written(plain: FlaskClient) -> None:
    home = plain.get("/")
    assert home.status_code == 200
    assert len(re.findall(r"version \d", home.text)) == 10

    found = plain.get("/search?q=wording")
    assert found.text.count('class="result"') == 20
    assert "<mark>wording</mark>" in found.text


def test_what_is_saved_on_the_floor_is_found_at_once_and_only_once(plain: FlaskClient, address: str) -> None:
    form = form_on(plain.get(f"{address}/edit").text, f"{address}/edit", "text")
    assert form is not None
    typed = form.typed("quixotically")
    saved = plain.post(form.address, data=typed, content_type="application/x-www-form-urlencoded")
    assert saved.status_code == 303
    assert address in plain.get("/search?q=quixotically").text
    assert "quixotically" in plain.get(address).text

    again = plain.post(form.address, data=typed, content_type="application/x-www-form-urlencoded")
    assert again.status_code == 409, "It was saved from a version that is no longer the newest."
    unproven = plain.post(form.address, data={"text": "---\ntitle: A\n---\n", "base": "4"})
    assert unproven.status_code == 400


def test_what_is_saved_here_is_seen_at_once_as_on_the_floor(tmp_path: Path, address: str) -> None:
    filled = fill(tmp_path / "filled", SIZE, processes=1)
    readers, writer = filled.sign_in()
    app = create_app(filled.settings)
    ours, reader = app.test_client(), app.test_client()
    ours.set_cookie("playbook", writer)
    reader.set_cookie("playbook", readers[0])
    form = form_on(ours.get(f"{address}/edit?as=document").text, f"{address}/edit", "document")
    assert form is not None

    saved = ours.post(
        form.address, data=form.typed("quixotically"), content_type="application/x-www-form-urlencoded"
    )

    assert saved.status_code == 303, saved.text
    assert "quixotically" in reader.get(address).text
    close(app)


def test_the_floor_lets_nobody_in_without_a_session(plain: FlaskClient, address: str) -> None:
    plain.delete_cookie("playbook")
    assert plain.get(address).status_code == 401
