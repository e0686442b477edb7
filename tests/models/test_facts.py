from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook import clock
from playbook.db import db, quick
from playbook.models import EventType, Ground, SearchQuery, Signature, Surface, Team, UsageEvent
from playbook.work import saving
from tests.world import World

# What may change of a fact: what is derived from it, and who it was once they are forgotten.
MAY_CHANGE = {
    "version": {
        "id",
        "title",
        "summary",
        "owner",
        "audience",
        "review_by",
        "fields",
        "html",
        "plain",
        "renderer",
    },
    "release": {"id"},
    "signature": {"id"},
    "audit_record": {"id", "user_id"},
    "usage_event": {"id", "user_id"},
    "search_query": {"id", "user_id"},
}


@pytest.fixture
def facts(world: World) -> World:
    """A world in which there is one fact of each sort."""
    world.write("price", released=False)
    with world.context(), saving() as session:
        entry, milo = world.entry("price"), world.person("milo")
        version = entry.newest
        moment = clock.now()
        session.add(
            Signature(
                version_id=version.id,
                team=Team.MARKETING,
                user_id=milo.id,
                hash=version.hash,
                comment="",
                at=moment,
            )
        )
        entry.release(version, by=milo, ground=Ground.SIGNED)
        session.add(SearchQuery(id="s1", at=moment, user_id=milo.id, words="price", facets={}, total=1))
        session.add(
            UsageEvent(
                at=moment,
                type=EventType.VIEW,
                surface=Surface.ENTRY,
                user_id=milo.id,
                entry_id=entry.id,
                version_id=version.id,
            )
        )
    return world


def test_the_database_itself_refuses_to_change_a_fact(facts: World) -> None:
    for table, may_change in MAY_CHANGE.items():
        columns = [
            column.name for column in db.metadata.tables[table].columns if column.name not in may_change
        ]
        assert columns
        for column in columns:
            for change in (f'"{column}" = "{column}"', f'"{column}" = NULL'):
                refused = pytest.raises(sa.exc.DBAPIError, match=f"{table} is never changed")
                with facts.context(), refused, quick() as connection:
                    connection.execute(sa.text(f'UPDATE "{table}" SET {change}'))


def test_a_version_that_was_read_cannot_be_edited(facts: World) -> None:
    with facts.context():
        with pytest.raises(sa.exc.DBAPIError, match="version is never changed"), saving():
            facts.entry("price").newest.text = "Something else.\n"
        assert "Something else" not in facts.entry("price").newest.text


def test_what_is_derived_from_a_version_can_be_derived_again(facts: World) -> None:
    with facts.context(), saving():
        facts.entry("price").newest.html = "<p>Rendered anew</p>"
    with facts.context():
        assert facts.entry("price").newest.html == "<p>Rendered anew</p>"


def test_facts_outlive_the_person_they_are_about(facts: World) -> None:
    with facts.context(), saving() as session:
        erik = facts.person("ana")
        session.add(SearchQuery(id="s2", at=clock.now(), user_id=erik.id, words="terms", facets={}, total=0))
        session.flush()
        session.delete(erik)
    with facts.context():
        query = db.session.get(SearchQuery, "s2")
        assert query is not None
        assert query.user_id is None


def test_erasing_an_entry_takes_everything_known_of_it(facts: World) -> None:
    facts.revise("price", body="More.\n", released=False)
    facts.propose("price")
    facts.sign("price", by="dana")
    with facts.context(), saving():
        facts.entry("price").retire(by=None, reason="Over.")
    with facts.context(), saving():
        facts.entry("price").erase()

    with facts.context():
        left = {
            table: db.session.scalar(sa.text(f'SELECT count(*) FROM "{table}"'))
            for table in (
                *("entry", "version", "release", "proposal", "signature", "absence"),
                *("usage_event", "address", "link"),
            )
        }
        stale = db.session.scalar(sa.text("SELECT count(*) FROM stale_entry"))

    assert left == dict.fromkeys(left, 0)
    assert stale == 0, "the index was told, and has caught up"
