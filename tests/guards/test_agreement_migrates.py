"""What was published before signatures were asked for comes over as what it was, and what waited waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from config import ROOT, Settings
from playbook.app import create_app
from playbook.content.checking import check
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Absence, AuditRecord, Ground, Proposal, Release, Signature, Signer, State
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.models.conftest import with_driver
from tests.postgres import Server
from tests.world import World, close, prepare

MIGRATIONS = str(ROOT / "migrations")
BEFORE = "5317f21235ad"  # the revision before agreement was data


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    url = with_driver(request.getfixturevalue("postgres").empty()) if request.param == "postgresql" else ""
    app = create_app(Settings(instance=tmp_path / "instance", database_url=url, threads=2))
    prepare(app)
    yield app
    close(app)
    if url:
        server: Server = request.getfixturevalue("postgres")
        server.drop(url.replace("postgresql+psycopg://", "postgresql://"))


@pytest.fixture
def brought_over(app: Flask) -> World:
    """A company that published and signed as one could before, brought up to date."""
    world = World(app)
    world.write("story", kind="story", by="cleo", released=False, **minimum(KINDS["story"]))
    world.write("persona", kind="persona", by="cleo", released=False, **minimum(KINDS["persona"]))
    world.write(
        "question",
        kind="qualifying_question",
        by="cleo",
        released=False,
        **minimum(KINDS["qualifying_question"]),
    )
    world.write("waits", by="milo", released=False)
    world.write("retired", by="milo", released=False)
    world.write("draft", by="milo", released=False)
    with world.context(), saving():
        for slug, ground, by in (
            ("story", Ground.SIGNED, "cleo"),
            ("persona", Ground.SIGNED, "milo"),
            ("question", Ground.SIGNED, "dana"),
            ("waits", Ground.PUBLISHED, "milo"),
            ("retired", Ground.MIGRATED, "ada"),
        ):
            entry = world.entry(slug)
            entry.release(entry.newest, by=world.person(by), ground=ground)
    world.revise("waits", by="cleo", body="Newer.\n", released=False)
    with world.context(), saving() as session:
        for slug, who in (("persona", "dana"), ("persona", "milo"), ("question", "dana")):
            version, person = world.entry(slug).newest, world.person(who)
            session.add(
                Signature(
                    version_id=version.id,
                    team=Signer(person.team.value),
                    user_id=person.id,
                    hash=version.hash,
                    comment="",
                    at=version.at,
                )
            )
        world.entry("retired").retire(by=world.person("dana"), reason="Over.")
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(MIGRATIONS, revision=BEFORE)
        say_no_more_than_then()
        flask_migrate.upgrade(MIGRATIONS)
        db.session.remove()
    return world


def say_no_more_than_then() -> None:
    """Records named neither texts nor rows, and their numbers had gaps."""
    columns = [sa.column(name) for name in ("id", "at", "user_id", "action", "thing")]
    records = sa.table("audit_record", *columns, sa.column("detail", sa.JSON))
    with db.engine.begin() as connection:
        kept = connection.execute(sa.select(records).order_by(records.c.id)).mappings().all()
        connection.execute(sa.delete(records))
        for row in kept:
            detail = {
                name: said for name, said in row["detail"].items() if name not in {"hash", "row", "rows"}
            }
            connection.execute(sa.insert(records).values({**row, "id": 2 * row["id"], "detail": detail}))


def hands(world: World, slug: str) -> dict[str, str]:
    """Who signed what readers see, by the side."""
    entry = world.entry(slug)
    assert entry.agreed is not None
    query = sa.select(Signature).where(
        Signature.version_id == entry.agreed_id, Signature.hash == entry.agreed.hash
    )
    return {signature.team.value: signature.user.handle for signature in db.session.scalars(query)}


def release(world: World, slug: str) -> Release:
    return db.session.scalars(sa.select(Release).where(Release.entry_id == world.entry(slug).id)).one()


def test_an_owner_who_signed_by_publishing_has_a_signature_now(brought_over: World) -> None:
    world = brought_over
    with world.context():
        assert hands(world, "story") == {"owner": "cleo.marsh"}
        assert hands(world, "question") == {"owner": "cleo.marsh", "sales": "dana.okafor"}
        assert hands(world, "persona") == {"sales": "dana.okafor", "marketing": "milo.brandt"}


def test_what_was_signed_says_what_its_kind_asked_for_then(brought_over: World) -> None:
    world = brought_over
    with world.context():
        assert release(world, "story").needed == (Signer.OWNER,)
        assert release(world, "question").needed == (Signer.SALES, Signer.OWNER)
        assert release(world, "persona").needed == (Signer.SALES, Signer.MARKETING)
        for slug, ground in (("waits", Ground.PUBLISHED), ("retired", Ground.MIGRATED)):
            assert (release(world, slug).ground, release(world, slug).needed) == (ground, None)
            assert hands(world, slug) == {}


def test_what_waited_to_be_published_waits_to_be_signed(brought_over: World) -> None:
    world = brought_over
    with world.context():
        entry = world.entry("waits")
        assert (entry.state, entry.proposed_id) == (State.PROPOSED, entry.latest_id)
        assert entry.agreed == entry.version(1)
        assert entry.proposal is not None
        assert entry.proposal.user_id == world.people["cleo"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1
        assert world.entry("draft").state is State.DRAFT
    world.sign("waits", by="dana")
    with world.context():
        assert world.entry("waits").agreed == world.entry("waits").version(2)


def test_since_when_an_entry_is_retired_is_written_down(brought_over: World) -> None:
    world = brought_over
    with world.context():
        entry = world.entry("retired")
        [absence] = db.session.scalars(sa.select(Absence))
        assert (absence.entry_id, absence.reason, absence.back_at) == (entry.id, "Over.", None)
        assert absence.at == entry.retired_at


def test_the_records_of_before_are_sealed_and_everything_agrees(brought_over: World) -> None:
    world = brought_over
    with world.context():
        records = list(db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id)))
        assert [record.id for record in records] == list(range(1, len(records) + 1))
        assert all(record.seal and record.salt for record in records)
        assert check().faults == []
