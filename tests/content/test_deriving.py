from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.content.deriving import outdated, rebuild_derived
from playbook.db import db, transaction
from playbook.models import Entry, Link, Version
from playbook.models.record import StaleEntry
from tests.world import World


def change(world: World, table: Any, **values: Any) -> None:
    with world.context(), transaction() as session:
        session.execute(sa.update(table).values(**values))


def state_of(world: World) -> list[Any]:
    with world.context():
        versions = db.session.execute(sa.select(Version.__table__).order_by(Version.id)).all()
        entries = db.session.execute(sa.select(Entry.__table__).order_by(Entry.id)).all()
        links = db.session.execute(sa.select(Link.version_id, Link.position, Link.field, Link.target)).all()
        return [versions, entries, sorted(links)]


@pytest.fixture
def written(world: World) -> World:
    world.write("stage-one", kind="stage", order=3, summary="First.", owner="milo.brandt")
    world.write("price", links=["stage-one"], body="# Prices\n\nSee [[stage-one]] and [[other]].\n")
    world.revise("price", body="Draft.\n", released=False)
    return world


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Version, {"title": "Wrong", "html": "<p>Wrong</p>", "plain": "wrong"}),
        (Version, {"fields": {}}),
        (Version, {"renderer": 0}),
        (Version, {"audience": "restricted", "owner": "somebody", "review_by": "2020-01-01", "summary": "x"}),
        (Link, {"target": "wrong"}),
    ],
)
def test_whatever_was_derived_is_worked_out_anew_from_the_text(
    written: World, table: Any, values: dict[str, Any]
) -> None:
    before = state_of(written)
    change(written, table, **values)

    with written.context():
        assert rebuild_derived() > 0

    assert state_of(written) == before
    with written.context():
        assert search.check() == []


def test_heads_follow_the_version_that_is_shown(written: World) -> None:
    before = state_of(written)
    change(written, Version, title="Wrong")
    change(written, Entry, title="Wrong", place=0)

    with written.context():
        rebuild_derived()

    assert state_of(written) == before


def test_what_holds_is_not_written(written: World) -> None:
    with written.context():
        assert rebuild_derived() == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StaleEntry)) == 0


def test_versions_of_an_earlier_renderer_can_be_told(written: World) -> None:
    with written.context():
        assert outdated() == []
        first = db.session.scalar(sa.select(sa.func.min(Version.id)))
        with transaction() as session:
            session.execute(sa.update(Version).where(Version.id == first).values(renderer=0, html="old"))

        assert outdated() == [first]
        assert rebuild_derived(outdated()) == 1
        assert outdated() == []


def test_progress_counts_versions(written: World) -> None:
    told: list[tuple[int, int]] = []
    with written.context():
        rebuild_derived(progress=lambda done, total: told.append((done, total)))

    assert told == [(3, 3)]
