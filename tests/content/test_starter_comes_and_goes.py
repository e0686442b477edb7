from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.content import checking
from playbook.content.starter import PEOPLE, SIGNERS, WRITERS, load_starter, remove_starter, state
from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds import KINDS
from playbook.models import (
    AuditRecord,
    Entry,
    EventType,
    Ground,
    OneTimeLink,
    Release,
    Role,
    SearchQuery,
    Signature,
    State,
    Surface,
    Team,
    UsageEvent,
    User,
    Version,
)
from playbook.work import saving
from tests.content.conftest import rows
from tests.world import World


def test_the_starter_has_something_of_every_kind_and_readers_see_all_of_it(world: World) -> None:
    with world.context():
        assert load_starter() == 59

        entries = list(db.session.scalars(sa.select(Entry)))
        assert {entry.kind_name for entry in entries} == {*KINDS} - {"note"}
        assert {entry.state for entry in entries} <= {State.AGREED, State.REVIEW_DUE}
        assert all(entry.demonstration for entry in entries)
        assert search.search("", reader=world.person("ana"), limit=100).total == 59


def test_every_text_of_the_starter_is_signed_as_its_kind_demands_and_not_by_who_wrote_it(
    world: World,
) -> None:
    with world.context():
        load_starter()

        signed: dict[int, set[str]] = {}
        for signature in db.session.scalars(sa.select(Signature)):
            signed.setdefault(signature.version_id, set()).add(signature.team.value)
        for version, entry in db.session.execute(
            sa.select(Version, Entry).join(Entry, Entry.latest_id == Version.id)
        ):
            assert version.author is not None
            assert version.author.name in {PEOPLE[handle][0] for handle in WRITERS}
            assert version.author.name != PEOPLE[version.owner][0]
            assert signed.get(version.id, set()) == {*entry.kind.signers}
        for signature, version in db.session.execute(
            sa.select(Signature, Version).join(Version, Version.id == Signature.version_id)
        ):
            assert signature.hash == version.hash
            assert signature.user_id != version.author_id
            assert signature.user.name == PEOPLE[SIGNERS.get(signature.team, version.owner)][0]
        assert {*db.session.scalars(sa.select(Release.ground))} == {Ground.SIGNED}


def test_what_is_owned_by_somebody_real_of_that_name_waits_for_them(world: World) -> None:
    with world.context(), saving():
        User.invite(email="p@example.com", name="Priya Anand", role=Role.CONTRIBUTOR, team=Team.SALES)

    with world.context():
        assert load_starter() == 59
        waiting = db.session.scalars(sa.select(Entry).where(Entry.agreed_id.is_(None))).all()
        assert {entry.state for entry in waiting} == {State.PROPOSED}
        assert all(entry.owner == "priya.anand" and "owner" in entry.kind.signers for entry in waiting)


def test_nobody_can_sign_in_as_one_of_the_starters_people(world: World) -> None:
    with world.context():
        load_starter()

        people = list(db.session.scalars(sa.select(User).where(User.demonstration)))
        assert len(people) == 5
        assert [person.password_hash for person in people] == [None] * 5
        assert all(person.email.endswith("@fernhollow.example") for person in people)


def test_loading_the_starter_again_changes_nothing(world: World) -> None:
    with world.context():
        load_starter()
    before = rows(world)

    with world.context():
        assert load_starter() == 0
    assert rows(world) == before


def test_the_starter_leaves_alone_what_somebody_wrote_under_one_of_its_names(world: World) -> None:
    world.write("persona-cfo", title="Our CFO")

    with world.context():
        assert load_starter() == 58
        assert world.entry("persona-cfo").title == "Our CFO"


def test_the_starter_agrees_with_itself(world: World) -> None:
    with world.context():
        load_starter()
        findings = checking.check()

    assert findings.faults == []
    assert findings.notes == []


def everything(world: World) -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of every table, but for records and for what a search index writes down about itself."""
    with world.context():
        return {
            table.name: Counter(
                tuple(repr(value) for value in row)
                for row in db.session.execute(sa.select(table))
                if not (table.name == "setting" and row.name != "starter")
            )
            for table in db.metadata.sorted_tables
            if table.name != "audit_record"  # one seals the next, so none can go
        }


def told_by_records(world: World) -> str:
    """Whatever the records say of people and things."""
    with world.context():
        return " ".join(
            f"{record.thing} {record.detail} {record.user_id}"
            for record in db.session.scalars(
                sa.select(AuditRecord).where(AuditRecord.action != "remove starter")
            )
        )


def test_after_its_removal_nothing_tells_that_the_starter_was_ever_there(world: World) -> None:
    world.write("own", links=["persona-cfo"], body="See [[persona-cfo]].\n")
    with world.context():
        remove_starter()
    before = everything(world)
    with world.context():
        load_starter()
        names = {slug for slug in db.session.scalars(sa.select(Entry.slug)) if slug != "own"} | {*PEOPLE}
        use_the_starter(world)

        assert remove_starter().entries == 59
        found = search.search("finance", reader=world.person("ada"), limit=100)

    assert everything(world) == before
    assert [name for name in names if name in told_by_records(world)] == []
    assert [hit.entry.slug for hit in found.hits] == []
    with world.context():
        assert search.check() == []
        assert checking.check().faults == []


def use_the_starter(world: World) -> None:
    """What can gather around a demonstration: views, searches, a renaming, somebody's link."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    with saving() as session:
        tomas = session.scalar(sa.select(User).where(User.name == "Tomas Reyes"))
        entry, own = world.entry("persona-cfo"), world.entry("own")
        assert tomas is not None
        OneTimeLink.make(tomas)
        session.add(SearchQuery(id="s1", at=moment, user_id=tomas.id, words="cfo", facets={}, total=1))
        for person, seen in ((world.person("ana"), entry), (tomas, entry), (tomas, own)):
            session.add(
                UsageEvent(
                    at=moment,
                    type=EventType.VIEW,
                    surface=Surface.ENTRY,
                    user_id=person.id,
                    entry_id=seen.id,
                    version_id=seen.newest.id,
                )
            )
        entry.rename("persona-finance", by=world.person("ada"))
        entry.release(entry.newest, by=world.person("ada"), ground=Ground.MIGRATED)


def test_an_entry_that_somebody_revised_is_theirs_and_stays(world: World) -> None:
    with world.context():
        load_starter()
    world.revise("persona-cfo", by="milo", summary="Ours now.")

    with world.context():
        removed = remove_starter()

    assert (removed.entries, removed.kept) == (58, ["personas/persona-cfo"])
    with world.context():
        entry = world.entry("persona-cfo")
        assert not entry.demonstration
        assert entry.version(1).author is not None
        assert [person.name for person in db.session.scalars(sa.select(User).where(User.demonstration))] == [
            name for name, _, _ in PEOPLE.values() if name in who_stays(entry)
        ]
        assert all(
            person.disabled_at is not None
            for person in db.session.scalars(sa.select(User).where(User.demonstration))
        )
        assert checking.check().faults == []


def who_stays(entry: Entry) -> set[str]:
    """The people of the starter who stand in the history of an entry."""
    author = entry.version(1).author
    assert author is not None
    return {author.name, "Dana Okafor", "Milo Brandt"}


def test_what_was_kept_of_the_starter_is_not_taken_by_a_second_removal(world: World) -> None:
    with world.context():
        load_starter()
    world.revise("persona-cfo", by="milo", summary="Ours now.")

    with world.context():
        remove_starter()
        assert load_starter() == 58
        assert remove_starter().entries == 58
        assert world.entry("persona-cfo").summary == "Ours now."


def test_the_decision_about_the_starter_is_remembered(world: World) -> None:
    with world.context():
        assert state() == ""
        load_starter()
        assert state() == "loaded"
        remove_starter()
        assert state() == "absent"
        with pytest.raises(NotFound):
            world.entry("persona-cfo")
