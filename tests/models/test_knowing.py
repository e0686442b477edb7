"""The rules for many people at once say what the rules for one say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.db import db
from playbook.models import Entry, Role, User, Version, visible
from playbook.models.history import readable
from playbook.models.knowing import knows, reads
from playbook.work import saving
from tests.models.test_visible import Says, begin_anew, sayings
from tests.world import World

Pairs = set[tuple[str, str, int]]


def by_one_and_one() -> tuple[Pairs, Pairs]:
    """(handle, slug, 0) of who may know of what; (handle, slug, number) of who may read which version of it."""
    known: Pairs = set()
    read: Pairs = set()
    for user in db.session.scalars(sa.select(User)):
        may_know = db.session.scalars(sa.select(Entry).where(visible(user))).all()
        known |= {(user.handle, entry.slug, 0) for entry in may_know}
        for entry in may_know:
            numbers = db.session.scalars(
                sa.select(Version.number).where(Version.entry_id == entry.id, readable(user))
            )
            read |= {(user.handle, entry.slug, number) for number in numbers}
    return known, read


def by_all_at_once() -> tuple[Pairs, Pairs]:
    everybody = sa.select(User.handle, Entry.slug).select_from(User).join(Entry, sa.true()).where(knows())
    versions: Any = (
        sa.select(User.handle, Entry.slug, Version.number)
        .select_from(User)
        .join(Entry, sa.true())
        .join(Version, Version.entry_id == Entry.id)
        .where(knows(), reads())
    )
    known = {(handle, slug, 0) for handle, slug in db.session.execute(everybody)}
    return known, {(handle, slug, number) for handle, slug, number in db.session.execute(versions)}


@given(entries=st.lists(st.tuples(sayings, st.booleans(), st.none() | sayings), min_size=1, max_size=4))
@settings(
    max_examples=8,  # each writes up to eight versions, on both databases
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_who_knows_and_reads_what_is_the_same_for_many_as_for_one(
    world: World, entries: list[tuple[Says, bool, Says | None]]
) -> None:
    begin_anew(world)
    for number, (first, released, waiting) in enumerate(entries):
        slug = f"entry-{number}"
        world.write(slug, by=first.author, released=released, **first.fields())
        if waiting is not None:
            world.revise(slug, by=waiting.author, released=False, body="Waits.\n", **waiting.fields())

    with world.context():
        assert by_all_at_once() == by_one_and_one()


def test_whoever_cannot_sign_in_knows_of_nothing(world: World) -> None:
    world.write("price")
    with world.context(), saving():
        User.invite(email="gone@example.com", name="Gone", role=Role.ADMIN).disable()

    with world.context():
        known, read = by_all_at_once()
        assert (known, read) == by_one_and_one()
    assert "gone" not in {handle for handle, _, _ in known}
    assert ("ana.ruiz", "price", 0) in known
