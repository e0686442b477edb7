from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine

from playbook import clock
from playbook.db import quick
from playbook.errors import NotFound
from playbook.kinds import KINDS
from playbook.models import (
    EventType,
    Ground,
    SearchQuery,
    Signature,
    Signer,
    State,
    Surface,
    UsageEvent,
    Version,
)
from playbook.models.around import named, on_shelves, relations
from playbook.models.history import history, latest_versions
from playbook.models.lately import asked_most, changed_lately, shelved, shelves, waiting_for
from playbook.models.margin import margin
from playbook.models.rule import choose_rules
from playbook.models.shown import hands, shown
from playbook.work import saving
from tests.kinds.samples import enough
from tests.world import World

TODAY = "2026-06-01"


def persona(world: World, slug: str = "persona-cfo", **given: object) -> None:
    world.write(slug, kind="persona", title=slug, role_in_purchase="economic_buyer", **given)


def hands_under(world: World, slug: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Who signed, whom the rule asked, and why it is seen; only inside `context()`."""
    [found] = hands([world.entry(slug)]).values()
    return found.signed, found.needs, found.ground


def sign(world: World, slug: str, *people: str) -> None:
    with world.context(), saving() as session:
        version = world.entry(slug).newest
        for who in people:
            person = world.person(who)
            session.add(
                Signature(
                    version_id=version.id,
                    team=person.team,
                    user_id=person.id,
                    hash=version.hash,
                    comment="",
                    at=version.at,
                )
            )


def test_what_is_shown_comes_with_its_release_and_signatures(world: World) -> None:
    persona(world)
    sign(world, "persona-cfo", "milo", "dana")
    world.revise("persona-cfo", title="Anew", by="cleo", released=False)

    with world.context():
        for_rep = shown("persona-cfo", kind=KINDS["persona"], reader=world.person("ana"))
        for_writer = shown("persona-cfo", kind=None, reader=world.person("cleo"))

        assert (for_rep.version.number, for_rep.agreed, for_rep.newest) == (1, 1, 1)
        assert for_rep.release is not None
        assert (for_rep.release.ground, for_rep.release.user) == (Ground.MIGRATED, world.person("milo"))
        assert for_rep.signed_by == [("sales", "Dana Okafor"), ("marketing", "Milo Brandt")]
        assert (for_writer.version.number, for_writer.newest) == (1, 2)


def test_a_signature_under_another_text_does_not_count(world: World) -> None:
    persona(world)
    sign(world, "persona-cfo", "dana")
    world.revise("persona-cfo", title="Anew")

    with world.context():
        assert shown("persona-cfo", kind=None, reader=world.person("ana")).signed_by == []
        assert hands_under(world, "persona-cfo") == ((), ("sales", "marketing"), "migrated")


def test_an_owner_signs_as_the_owner(world: World) -> None:
    world.write("note-one", by="milo", owner="cleo.marsh", released=False)
    world.propose("note-one", by="milo")
    world.sign("note-one", by="cleo")

    with world.context():
        assert shown("note-one", kind=None, reader=world.person("ana")).signed_by == [("owner", "Cleo Marsh")]
        assert hands_under(world, "note-one") == (("owner",), ("owner",), "signed")


def test_teams_are_named_in_one_order(world: World) -> None:
    persona(world)
    sign(world, "persona-cfo", "milo", "dana")

    with world.context():
        assert hands_under(world, "persona-cfo")[0] == ("sales", "marketing")


def test_what_was_agreed_goes_on_naming_the_rule_of_that_day(world: World) -> None:
    world.write("note-one", by="milo", owner="cleo.marsh", released=False)
    with world.context(), saving():
        choose_rules({"note": (Signer.SALES,)}, by=world.person("ada"))
    world.propose("note-one", by="milo")
    world.sign("note-one", by="dana")
    with world.context(), saving():
        choose_rules({"note": ()}, by=world.person("ada"))

    with world.context():
        assert hands_under(world, "note-one") == (("sales",), ("sales",), "signed")
        assert shown("note-one", kind=None, reader=world.person("ana")).needs == ("sales",)


def test_a_draft_has_no_hands(world: World) -> None:
    world.write("note-one", released=False)

    with world.context():
        assert hands_under(world, "note-one") == ((), ("owner",), "")
        assert hands([]) == {}


def test_a_version_is_draft_then_proposed_then_agreed_then_superseded(world: World) -> None:
    world.write("note-one", by="milo", owner="cleo.marsh", review_by="2026-01-31", released=False)

    def states() -> list[State]:
        with world.context():
            return [past.state for past in history(world.entry("note-one"), reader=world.person("cleo"))]

    with time_machine.travel("2026-01-15T12:00:00Z", tick=False):
        assert states() == [State.DRAFT]
        world.propose("note-one", by="milo")
        assert states() == [State.PROPOSED]
        world.sign("note-one", by="cleo")
        assert states() == [State.AGREED]
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        assert states() == [State.REVIEW_DUE]
        world.revise("note-one", body="Second.\n", released=False)
        world.revise("note-one", body="Third.\n", review_by="2027-01-31")
        assert states() == [State.AGREED, State.DRAFT, State.SUPERSEDED]


def test_that_a_change_is_proposed_is_known_to_whom_it_would_be_open(world: World) -> None:
    persona(world)
    world.write("note-one")
    for slug in ("persona-cfo", "note-one"):
        world.revise(slug, body="Second.\n", released=False)

    def knows(slug: str, who: str) -> tuple[bool, bool]:
        seen = shown(slug, kind=None, reader=world.person(who))
        return seen.has_news, seen.is_change_proposed

    with world.context():
        assert [knows("note-one", who) for who in ("ana", "cleo")] == [(False, False), (True, False)]
    world.propose("note-one")
    with world.context():
        assert [knows("note-one", who) for who in ("ana", "cleo")] == [(False, True), (True, True)]
    world.revise("note-one", audience="restricted", owner="dana.okafor", by="dana", released=False)
    world.propose("note-one", by="dana")
    with world.context():
        assert [knows("note-one", who) for who in ("ana", "cleo")] == [(False, False), (False, False)]
        assert knows("note-one", "dana") == knows("note-one", "ada") == (True, True)


def test_versions_that_were_never_released_are_for_writers(world: World) -> None:
    persona(world)
    world.revise("persona-cfo", title="Second", released=False)
    world.revise("persona-cfo", title="Third")

    with world.context():
        ana, cleo = world.person("ana"), world.person("cleo")
        entry = world.entry("persona-cfo")
        assert [past.version.number for past in history(entry, reader=ana)] == [3, 1]
        assert [past.version.number for past in history(entry, reader=cleo)] == [3, 2, 1]
        recent, total = latest_versions(entry, reader=ana, limit=1)
        assert ([version.number for version, _ in recent], total) == ([3], 2)
        with pytest.raises(NotFound):
            shown("persona-cfo", kind=None, reader=ana, number=2)
        assert shown("persona-cfo", kind=None, reader=cleo, number=2).release is None


def test_a_history_knows_when_each_version_was_what_readers_saw(world: World) -> None:
    persona(world)
    world.revise("persona-cfo", title="Second")

    with world.context():
        second, first = history(world.entry("persona-cfo"), reader=world.person("ana"))

        assert [end for _, end in second.spans] == [None]
        assert [end for _, end in first.spans] == [second.spans[0][0]]


def test_relations_go_both_ways_and_only_from_what_readers_see(world: World) -> None:
    persona(world)
    world.write(
        "tq", kind="tough_question", category="price", answer_30s="No.", asked_by=["persona-cfo", "nobody"]
    )
    world.write("old", kind="tough_question", category="price", answer_30s="No.", asked_by=["persona-cfo"])
    world.revise("old", asked_by=[])

    with world.context():
        ana = world.person("ana")
        from_question = relations([world.entry("tq").newest], reader=ana)
        from_persona = relations([world.entry("persona-cfo").newest], reader=ana)

        assert [(found.outward, found.field, found.slug, found.entry is None) for found in from_question] == [
            (True, "asked_by", "persona-cfo", False),
            (True, "asked_by", "nobody", True),
        ]
        assert [(found.outward, found.entry) for found in from_persona] == [(False, world.entry("tq"))]
        assert relations([], reader=ana) == []


def test_an_entry_that_points_to_itself_does_not_point_in(world: World) -> None:
    persona(world, influenced_by=["persona-cfo"])

    with world.context():
        found = relations([world.entry("persona-cfo").newest], reader=world.person("ana"))
        assert [relation.outward for relation in found] == [True]


def test_names_are_known_by_present_and_former_slugs(world: World) -> None:
    persona(world)
    persona(world, "persona-draft", released=False)
    with world.context(), saving():
        world.entry("persona-cfo").rename("persona-finance", by=world.person("milo"))

    with world.context():
        entry = world.entry("persona-cfo")
        asked = ["persona-cfo", "persona-finance", "persona-draft", "nobody"]
        assert named(asked, reader=world.person("ana")) == {"persona-cfo": entry, "persona-finance": entry}
        assert on_shelves(["persona"], reader=world.person("ana")) == [(entry, entry.newest)]


def test_use_counts_views_uses_and_people(world: World) -> None:
    persona(world)
    with world.context(), quick() as connection:
        entry = world.entry("persona-cfo")
        for who, type in (
            ("ana", EventType.VIEW),
            ("ana", EventType.COPY),
            ("cleo", EventType.VIEW),
            ("milo", EventType.AUTHOR_VIEW),
        ):
            connection.execute(
                sa.insert(UsageEvent).values(
                    at=clock.now(),
                    type=type,
                    surface=Surface.ENTRY,
                    user_id=world.people[who],
                    entry_id=entry.id,
                    version_id=entry.latest_id,
                    what="",
                )
            )

    with world.context():
        entry = world.entry("persona-cfo")
        use = margin(entry, entry.newest, reader=world.person("milo"), until=clock.now()).use
        assert (use.views, use.uses, use.people) == (2, 1, 2)


def test_shelves_are_counted_for_each_reader(world: World) -> None:
    persona(world, review_by="2026-01-31")
    world.write(
        "persona-it", kind="persona", by="cleo", released=False, **{**enough(KINDS["persona"]), "title": "IT"}
    )
    world.propose("persona-it", by="cleo")
    world.agree("persona-it")
    persona(world, "persona-draft", released=False)

    with world.context():
        for_rep = shelved(reader=world.person("ana"), today=TODAY)["persona"]
        for_writer = shelved(reader=world.person("cleo"), today=TODAY)["persona"]

        assert (for_rep.entries, for_rep.released, for_rep.signed, for_rep.due) == (2, 2, 1, 1)
        assert (for_writer.entries, for_writer.released) == (3, 2)


def test_of_capabilities_those_stand_first_that_set_us_apart(world: World) -> None:
    for slug, apart in (("b", True), ("a", True), ("c", False)):
        world.write(f"cap-{slug}", kind="capability", title=slug, differentiator=apart)
    world.write("cap-none", kind="capability", title="none")
    persona(world)

    with world.context():
        found = shelves(first_of=["capability"], reader=world.person("ana"), today=TODAY, limit=1)
        assert [entry.slug for entry in found["capability"].first] == ["cap-a"]
        assert found["capability"].counts.entries == 4
        assert list(found) == ["capability"]
        everything = shelved(reader=world.person("ana"), today=TODAY)
        assert found["capability"].counts == everything["capability"]


def test_of_what_points_to_an_entry_only_the_newest_are_looked_at_where_there_are_too_many(
    world: World,
) -> None:
    persona(world)
    for number in range(4):
        world.write(
            f"tq-{number}",
            asked_by=["persona-cfo"],
            kind="tough_question",
            category="price",
            answer_30s="Yes.",
        )

    with world.context():
        entry = world.entry("persona-cfo")
        assert entry.agreed is not None
        few = relations([entry.agreed], reader=world.person("ana"), most_inward=2)
        every = relations([entry.agreed], reader=world.person("ana"))

        assert {found.entry.slug for found in few if found.entry} == {"tq-2", "tq-3"}
        assert len(every) == 4


def test_changes_are_told_newest_first(world: World) -> None:
    persona(world)
    persona(world, "persona-it")
    world.revise("persona-cfo", title="Anew")

    with world.context():
        changes = changed_lately(reader=world.person("ana"), limit=5)
        assert [(change.entry.slug, change.version.number) for change in changes] == [
            ("persona-cfo", 2),
            ("persona-it", 1),
        ]


def test_what_waits_depends_on_who_asks(world: World) -> None:
    persona(world, owner="dana.okafor", review_by="2026-01-31")
    persona(world, "persona-it")
    world.revise("persona-it", title="Anew", by="cleo", released=False)
    persona(world, "persona-draft", by="milo", released=False)

    def waits(who: str) -> list[tuple[str, bool]]:
        found, total = waiting_for(world.person(who), today=TODAY, limit=5)
        assert total == len(found)
        return [(one.entry.slug, one.is_review) for one in found]

    with world.context():
        assert waits("dana") == [("persona-cfo", True)]
        assert waits("milo") == [("persona-draft", False)]
        assert waits("cleo") == [("persona-it", False)]
        assert waits("ana") == []


def test_what_is_proposed_does_not_wait_for_who_wrote_it(world: World) -> None:
    world.write("note-one", by="cleo", released=False)
    world.propose("note-one", by="cleo")

    with world.context():
        assert waiting_for(world.person("cleo"), today=TODAY, limit=5) == ([], 0)


def test_a_search_counts_once_three_people_asked(world: World) -> None:
    def ask(words: str, *people: str) -> None:
        with world.context(), quick() as connection:
            for who in people:
                connection.execute(
                    sa.insert(SearchQuery).values(
                        id=f"{words}-{who}",
                        at=clock.now(),
                        user_id=world.people[who],
                        words=words,
                        facets={},
                        total=1,
                    )
                )

    ask("GRNI", "ana", "cleo", "milo")
    ask("grni", "dana")
    ask("price", "ana", "cleo")

    with world.context():
        assert asked_most(until=clock.now(), limit=4) == ["grni"]


def test_the_text_is_loaded_only_when_it_is_asked_for(world: World) -> None:
    persona(world)

    with world.context():
        version = shown("persona-cfo", kind=None, reader=world.person("ana"), column=Version.text).version
        assert "text" not in sa.inspect(version).unloaded
        assert "html" in sa.inspect(version).unloaded
