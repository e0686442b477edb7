from __future__ import annotations

import pytest

from playbook.db import db
from playbook.document import Document
from playbook.errors import Invalid, NotFound
from playbook.kinds import KINDS
from playbook.models import AuditRecord, Entry, read
from playbook.work import saving
from tests.world import World


def rename(world: World, old: str, new: str) -> None:
    with world.context(), saving():
        world.entry(old).rename(new, by=world.person("milo"))


def draft(world: World, slug: str) -> None:
    with world.context():
        reading = read(Document.parse("Text.\n"), kind=KINDS["note"], slug=slug)
        with saving():
            Entry.draft(reading, slug=slug, by=world.person("milo"))


def test_an_old_slug_goes_on_finding_the_entry(world: World) -> None:
    number = world.write("price")
    rename(world, "price", "price-too-high")
    rename(world, "price-too-high", "why-so-much")

    with world.context():
        found = [world.entry(slug) for slug in ("price", "price-too-high", "why-so-much")]

        assert {entry.id for entry in found} == {number}
        assert found[0].slug == "why-so-much"
        assert found[0].path == "notes/why-so-much"


def test_an_entry_may_take_back_a_slug_it_had(world: World) -> None:
    world.write("price")
    rename(world, "price", "cost")
    rename(world, "cost", "price")

    with world.context():
        assert world.entry("cost").slug == "price"


def test_a_slug_that_another_entry_has_or_had_is_taken(world: World) -> None:
    world.write("price")
    world.write("terms")
    rename(world, "price", "cost")

    for slug in ("terms", "price", "cost"):
        with pytest.raises(Invalid, match="had, this slug") as refusal:
            draft(world, slug)
        assert [problem.field for problem in refusal.value.problems] == ["slug"]
    with pytest.raises(Invalid):
        rename(world, "terms", "price")
    with world.context():
        assert world.entry("terms").slug == "terms"


def test_a_slug_is_small_letters_digits_and_single_hyphens(world: World) -> None:
    for slug in (
        *(
            "",
            "Price",
            "price_high",
            "-price",
            "price-",
            "too--high",
            "..",
            ".well-known",
            "price/high",
            "price high",
        ),
        *("préis", "price\n", "price\x00", "٣", "a" * 121),
    ):
        with pytest.raises(Invalid, match="Small letters"):
            draft(world, slug)


def test_a_slug_may_be_any_word(world: World) -> None:
    for slug in ("a", "7", "2026-plan", "new", "admin", "a" * 120):
        draft(world, slug)

        with world.context():
            assert world.entry(slug).slug == slug


def test_an_entry_is_found_under_its_own_kind_only(world: World) -> None:
    world.write("price")
    with world.context():
        assert Entry.find("price", reader=world.person("ana"), kind=KINDS["note"]).slug == "price"
        with pytest.raises(NotFound):
            Entry.find("price", reader=world.person("ana"), kind=KINDS["story"])


def test_what_is_hidden_is_refused_with_the_words_for_what_is_missing(world: World) -> None:
    world.write("draft-of-ours", released=False)
    world.write("board-pack", audience="restricted", owner="dana.okafor")

    with world.context():
        said = {}
        for slug in ("draft-of-ours", "board-pack", "never-written"):
            with pytest.raises(NotFound) as refusal:
                Entry.find(slug, reader=world.person("ana"))
            said[slug] = str(refusal.value).replace(slug, "…")

    assert set(said.values()) == {"There is no entry …."}


def test_renaming_is_on_record_and_the_same_name_is_none(world: World) -> None:
    world.write("price")
    rename(world, "price", "price")
    rename(world, "price", "cost")

    with world.context():
        records = db.session.query(AuditRecord).filter_by(action="rename").all()

        assert [(record.thing, record.detail, record.user_id) for record in records] == [
            ("notes/price", {"slug": "cost"}, world.people["milo"])
        ]
