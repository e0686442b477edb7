"""The index follows what is saved, whoever is killed in between, and whoever else is writing."""

from __future__ import annotations

import random
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence

import pytest
import sqlalchemy as sa

from config import Settings
from playbook import search
from playbook.db import db
from playbook.models import Setting, StaleEntry, begin_epoch
from playbook.search import index as keeping
from playbook.search.opened import live_folder
from playbook.search.source import MARK
from playbook.work import saving
from tests.search.damage import KINDS
from tests.search.texts import environment
from tests.soak import soak
from tests.world import World

Find = Callable[..., list[str]]


@pytest.fixture
def find(world: World) -> Find:
    """find("words", by="ana") are the slugs of what Ana finds, in order."""

    def slugs(words: str, *, by: str = "ana", facets: Mapping[str, Sequence[str]] | None = None) -> list[str]:
        with world.context():
            return [
                hit.entry.slug for hit in search.search(words, reader=world.person(by), facets=facets).hits
            ]

    return slugs


def in_force(world: World) -> str:
    with world.context():
        return live_folder(search.the_index().engine.folder)[0].name


def differences(world: World) -> list[search.Difference]:
    with world.context():
        return search.check()


def stale_rows(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count(StaleEntry.id))) or 0


def test_what_is_released_is_found_by_the_next_search(world, find):
    world.write("price", body="It costs less than a clerk.\n")

    assert find("clerk") == ["price"]
    assert stale_rows(world) == 0


def test_a_draft_is_found_by_nobody_and_a_later_version_once_it_is_released(world, find):
    world.write("draft", body="Kestrel.\n", released=False)
    world.write("price", body="Osprey.\n")
    world.revise("price", body="Kestrel.\n", released=False)
    assert find("kestrel", by="ada") == []
    assert find("osprey") == ["price"]

    world.revise("price", body="Kestrel and heron.\n")

    assert find("kestrel heron") == ["price"]
    assert find("osprey") == []


def test_an_erased_entry_is_not_found(world, find):
    world.write("price", body="Kestrel.\n")
    with world.context(), saving():
        world.entry("price").erase()

    assert find("kestrel", by="ada") == []
    assert differences(world) == []


def test_while_another_writes_what_was_just_saved_is_found_all_the_same(world, find):
    world.write("price", body="Kestrel.\n")
    world.write("gone", body="Kestrel.\n")
    with world.context(), search.the_index().engine.writing(wait=0, long=True) as mine:
        assert mine
        world.revise("price", body="Heron.\n")
        world.write("new", body="Heron and kestrel.\n")
        with world.context(), saving():
            world.entry("gone").erase()

        assert find("kestrel") == ["new"]
        assert find("heron") == ["price", "new"]
        assert find("", facets={"kind": ["note"]}) == ["new", "price"]
        with world.context():
            assert [entry.slug for entry in search.titles("ne", reader=world.person("ana"))] == ["new"]
        assert stale_rows(world) > 0

    assert find("heron") == ["price", "new"]
    assert stale_rows(world) == 0


def test_many_stale_entries_are_left_to_a_thread_and_found_meanwhile(world, find, monkeypatch):
    monkeypatch.setattr(keeping, "FEW", 0)
    world.write("price", body="Kestrel.\n")
    with world.context(), saving():
        db.session.add(StaleEntry(entry_id=world.entry("price").id))
        world.entry("price").rename("pricing", by=world.person("ada"))

    assert find("kestrel") == ["pricing"]

    with world.context():
        search.the_index().wait()
    assert stale_rows(world) == 0
    assert differences(world) == []


@pytest.mark.parametrize("name", ["price", "cost"])
def test_a_writer_that_dies_before_noting_what_it_indexed_costs_nothing(world, find, name):
    world.write("price", body="Kestrel.\n")
    with world.context():
        before = db.session.get(Setting, MARK).value
    entry_id = world.write(name if name != "price" else "other", body="Heron.\n")
    folder = in_force(world)
    with world.context(), saving() as session:  # as the database was between indexing and noting it
        session.get(Setting, MARK).value = before
        session.add(StaleEntry(entry_id=entry_id))

    assert len(find("heron")) == 1
    assert in_force(world) == folder
    assert stale_rows(world) == 0


def test_an_index_of_a_later_time_of_the_database_is_not_believed(world, find):
    world.write("price", body="Kestrel.\n")
    with world.context():
        before = db.session.get(Setting, MARK).value
    world.write("later", body="Heron.\n")
    folder = in_force(world)
    with world.context(), db.engine.begin() as connection:  # an older database is restored under it
        connection.execute(sa.text("DELETE FROM setting WHERE name = :name"), {"name": MARK})
        connection.execute(sa.insert(Setting).values(name=MARK, value=before))

    assert find("kestrel") == ["price"]
    assert in_force(world) != folder
    assert differences(world) == []


def test_an_index_of_another_database_is_not_believed(world, find):
    world.write("price", body="Kestrel.\n")
    folder = in_force(world)
    with world.context(), saving():
        begin_epoch()

    assert find("kestrel") == ["price"]
    assert in_force(world) != folder


def test_after_every_kind_of_damage_the_next_search_is_right_and_the_index_is_whole(
    world, find, database, subtests
):
    world.write("price", body="Kestrel and osprey.\n")
    world.write("cost", kind="note", body="Kestrel.\n", tags=["money"])
    world.write("secret", body="Kestrel.\n", audience="restricted", owner="cleo.marsh")
    right = find("kestrel osprey"), find("kestrel", by="cleo"), find("", facets={"tag": ["money"]})
    assert right == (["price", "cost"], ["cost", "price", "secret"], ["cost"]) or len(right[1]) == 3
    every = 1 if database == "sqlite" else 9  # what happens to files has little to do with the database
    for name, damage in list(KINDS.items())[::every]:
        for afresh in (False, True):
            with subtests.test(name, afresh=afresh):
                with world.context():
                    damage(search.the_index().engine.folder)
                    if afresh:  # as another process finds it
                        world.app.extensions.pop("playbook.search")

                assert (
                    find("kestrel osprey"),
                    find("kestrel", by="cleo"),
                    find("", facets={"tag": ["money"]}),
                ) == right
                world.app.extensions.pop("playbook.search")
                find("kestrel")
                assert differences(world) == []


def test_a_large_index_is_built_by_a_thread_while_the_database_answers(world, find, monkeypatch):
    monkeypatch.setattr(keeping, "INLINE", 0)
    world.write("price", body="Kestrel and osprey.\n")
    world.write("cost", body="Kestrel.\n")
    with world.context():
        right = search.search("kestrel osprey", reader=world.person("ana"))
        KINDS["the folder is removed"](search.the_index().engine.folder)
        with search.the_index().engine.writing(wait=0, long=True):  # so that the thread finds no way
            meanwhile = search.search("kestrel osprey", reader=world.person("ana"))
            search.the_index().wait()
        assert [(hit.entry.id, hit.score) for hit in meanwhile.hits] == [
            (hit.entry.id, hit.score) for hit in right.hits
        ]
        assert meanwhile.facets == right.facets

        search.search("kestrel", reader=world.person("ana"))
        search.the_index().wait()

    assert differences(world) == []


def test_where_no_index_can_be_the_database_answers(world, find):
    world.write("price", body="Kestrel.\n")
    with world.context():
        folder = search.the_index().engine.folder
    KINDS["the folder is removed"](folder)
    lock = folder.with_name("index.lock")
    lock.unlink()
    lock.mkdir()

    assert find("kestrel") == ["price"]
    world.write("cost", body="Kestrel.\n")
    assert set(find("kestrel")) == {"price", "cost"}

    lock.rmdir()
    assert set(find("kestrel")) == {"price", "cost"}
    assert differences(world) == []


def test_building_anew_on_demand_says_how_far_it_is(world, find):
    world.write("price", body="Kestrel.\n")
    said: list[int] = []

    with world.context():
        search.rebuild(progress=said.append)

    assert said == [1]
    assert find("kestrel") == ["price"]


def test_checking_finds_what_the_index_lacks_has_too_much_or_has_otherwise(world):
    first, second, third = (world.write(slug, body="Kestrel.\n") for slug in ("one", "two", "three"))
    with world.context():
        engine = search.the_index().engine
        [other] = search.source.texts([second])
        from dataclasses import replace

        with engine.writing(wait=0):
            engine.put(
                [replace(other, words="Heron"), replace(other, entry_id=999)],
                remove=[first],
                mark=engine.mark(),
            )

    assert [(found.entry_id, found.problem) for found in differences(world)] == [
        (first, "The index lacks it."),
        (second, "The index holds another text of it."),
        (999, "The index has it, but readers may not find it."),
    ]
    assert third not in {found.entry_id for found in differences(world)}


PROCESS = """
import sys
from pathlib import Path
from config import Settings
from playbook import search
from playbook.app import create_app
from tests.world import World

instance, database_url, slug, rounds = sys.argv[1:]
world = object.__new__(World)
world.app = create_app(Settings(instance=Path(instance), database_url=database_url, threads=2))
with world.app.app_context():
    from playbook.models import User
    from playbook.db import db
    world.people = {user.email.partition("@")[0]: user.id for user in db.session.query(User)}
    db.session.remove()
for number in range(int(rounds)):
    word = f"{slug}word{number}"
    world.revise(slug, body=f"Kestrel {word}.\\n")
    print(word, flush=True)
    with world.context():
        found = [hit.entry.slug for hit in search.search(word, reader=world.person("ana")).hits]
    assert found == [slug], (word, found)
"""


def start(settings: Settings, slug: str, *, rounds: int) -> subprocess.Popen[str]:
    """Another process of the same instance that saves and searches in turn."""
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(settings.instance), settings.database_url, slug, str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def test_two_processes_save_and_search_without_failing_each_other(world, settings, find):
    world.write("one")
    world.write("two")
    rounds = soak(10, 200)
    with start(settings, "one", rounds=rounds) as one, start(settings, "two", rounds=rounds) as two:
        while one.poll() is None or two.poll() is None:
            find("kestrel")

    assert (one.returncode, two.returncode) == (0, 0)
    assert find(f"oneword{rounds - 1}") == ["one"]
    assert find(f"twoword{rounds - 1}") == ["two"]
    assert differences(world) == []


@pytest.mark.parametrize("attempt", range(soak(3, 100)))
def test_killed_at_any_moment_nothing_acknowledged_is_lost(world, settings, find, attempt):
    world.write("one")
    said = ""
    with start(settings, "one", rounds=10_000) as process:
        assert process.stdout is not None
        chance = random.Random(secrets.randbits(32) + attempt)
        for _ in range(chance.randint(1, 6)):
            said = process.stdout.readline().strip()
        threading.Event().wait(chance.random() / 25)  # somewhere inside the next round
        process.send_signal(signal.SIGKILL)
        said = [said, *process.stdout.read().split()][-1]

    assert len(find(said)) + len(find(f"oneword{int(said.removeprefix('oneword')) + 1}")) == 1
    assert stale_rows(world) == 0
    assert differences(world) == []
