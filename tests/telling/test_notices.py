from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from playbook import agreeing
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import (
    About,
    Heed,
    Notice,
    Reading,
    Role,
    Signer,
    Team,
    Thing,
    User,
    UserSession,
    Watch,
    read,
)
from playbook.models.leaving import erase
from playbook.models.notice import sweep_notices, told
from playbook.models.rule import choose_rules
from playbook.models.watch import heed
from playbook.telling import tell, told_of_retirement
from playbook.telling.sentences import said
from playbook.work import saving
from tests.kinds.samples import enough, minimum
from tests.world import World

KIND = "competitor"  # which both teams have to sign


def write(world: World, slug: str = "price", **fields: Any) -> None:
    """Something that Cleo wrote, and that readers see."""
    world.write(slug, kind=KIND, by="cleo", **{**enough(KINDS[KIND]), "title": slug.capitalize(), **fields})


def rule(world: World, *needs: Signer) -> None:
    with world.context(), saving():
        choose_rules({KIND: needs}, by=world.person("ada"))


def heard(world: World, *, unread: bool = True) -> dict[str, list[str]]:
    """What everybody was told and has not read, by first name; those who were told nothing are left out."""
    with world.context():
        first = {id: name for name, id in world.people.items()}
        rows = sa.select(Notice).order_by(Notice.id)
        if unread:
            rows = rows.where(Notice.seen_at.is_(None))
        found: dict[str, list[str]] = {}
        for notice in db.session.scalars(rows):
            found.setdefault(first[notice.user_id], []).append(notice.about.value)
        return found


def unread_of(world: World, person: str) -> int:
    """The number beside the bell of somebody who is signed in."""
    with world.context():
        with saving():
            _, secret = UserSession.begin(world.person(person), days=1)
        session = UserSession.of(secret, idle_hours=1)
        assert session is not None
        return session.unread


def proposed(world: World, *, by: str = "cleo", **fields: Any) -> None:
    """A change to `price` that both teams have to sign."""
    write(world, **fields)
    world.revise("price", by=by, released=False, body="Newer.\n")
    world.propose("price", by=by)


def attend(world: World, person: str, thing: str, how: Heed, *, slug: str = "price") -> None:
    with world.context(), saving():
        entry = world.entry(slug)
        of = {"entry": Thing.entry(entry), "kind": Thing.kind(entry.kind), "persona": Thing.meant_for(entry)}
        heed(world.person(person), of[thing], how)


def counter_to(world: World, slug: str, *, body: str) -> Reading:
    entry = world.entry(slug)
    return read(entry.newest.document.with_changes({}, body=body), kind=entry.kind, slug=slug)


def disagree(world: World, *, by: str, team: Signer, counter: bool = False) -> None:
    with world.context():
        reading = counter_to(world, "price", body="Otherwise.\n") if counter else None
        with saving():
            entry = world.entry("price")
            agreeing.disagree(
                entry,
                by=world.person(by),
                team=team,
                hash=entry.newest.hash,
                reason="It is not so.",
                counter=reading,
            )


def test_whoever_may_sign_is_asked_to(world: World) -> None:
    proposed(world)

    assert heard(world) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_nobody_is_asked_to_sign_what_they_wrote_alone(world: World) -> None:
    proposed(world, by="milo")

    assert heard(world) == {"dana": ["to sign"]}


def test_asking_again_tells_nobody_again(world: World) -> None:
    proposed(world)
    world.propose("price", by="cleo")
    with world.context(), saving():
        for notice in db.session.scalars(sa.select(Notice)):
            notice.see()
    world.propose("price", by="cleo")

    assert heard(world, unread=False) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_the_owner_hears_of_a_change_that_others_sign(world: World) -> None:
    proposed(world, by="milo", owner="cleo.marsh")

    assert heard(world) == {"dana": ["to sign"], "cleo": ["proposed"]}


def test_a_signature_leaves_the_others_asked(world: World) -> None:
    proposed(world)
    world.sign("price", by="dana")

    assert heard(world) == {"milo": ["to sign"]}


def test_with_the_last_signature_those_whom_it_concerns_hear_that_it_is_agreed(world: World) -> None:
    write(world, owner="ada.field")
    attend(world, "ana", "kind", Heed.WATCH)
    world.revise("price", by="cleo", released=False, body="Newer.\n")
    world.propose("price", by="cleo")
    world.agree("price")

    assert heard(world) == {"ana": ["agreed"], "cleo": ["agreed"], "ada": ["agreed"]}


def test_what_nobody_has_to_sign_is_agreed_at_once_and_told(world: World) -> None:
    rule(world)
    write(world)
    attend(world, "ana", "entry", Heed.WATCH)
    world.revise("price", by="cleo", released=False, body="Newer.\n")
    world.propose("price", by="cleo")

    assert heard(world) == {"ana": ["agreed"]}


def test_a_rule_that_asks_for_others_asks_them(world: World) -> None:
    rule(world, Signer.SALES)
    proposed(world)
    assert heard(world) == {"dana": ["to sign"]}
    with world.context(), saving():
        agreeing.choose_rules({KIND: (Signer.SALES, Signer.MARKETING)}, by=world.person("ada"))

    assert heard(world, unread=False) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_what_comes_back_still_proposed_is_asked_for_again(world: World) -> None:
    proposed(world)
    with world.context(), saving():
        entry = world.entry("price")
        entry.retire(by=world.person("ada"), reason="By mistake.")
        told_of_retirement(entry, by=world.person("ada"))
    assert heard(world) == {}
    with world.context(), saving():
        agreeing.bring_back(world.entry("price"), by=world.person("ada"))

    assert heard(world) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_whoever_is_erased_is_told_nothing_and_is_named_in_no_notice(world: World) -> None:
    proposed(world)
    attend(world, "dana", "kind", Heed.WATCH)
    with world.context(), saving():
        erase(world.person("dana"), by=world.person("ada"), remaining=0)
        erase(world.person("cleo"), by=world.person("ada"), remaining=0)
    with world.context():
        assert db.session.scalars(sa.select(Watch)).all() == []
        [notice] = db.session.scalars(sa.select(Notice))
        assert str(said(notice)).startswith("Somebody who left asks for your signature")


def test_whoever_wrote_it_hears_that_somebody_would_not_sign(world: World) -> None:
    proposed(world)
    disagree(world, by="dana", team=Signer.SALES)

    assert heard(world) == {"milo": ["to sign"], "cleo": ["not agreed"]}


def test_another_proposal_is_told_to_whoever_made_the_first_and_asks_the_others(world: World) -> None:
    proposed(world)
    disagree(world, by="dana", team=Signer.SALES, counter=True)

    assert heard(world) == {"milo": ["to sign"], "cleo": ["counter"]}
    with world.context():
        asked = db.session.scalars(sa.select(Notice).where(Notice.seen_at.is_(None)))
        assert {notice.version_id for notice in asked} == {world.entry("price").latest_id}


def test_writing_over_what_is_proposed_tells_its_proposer_and_asks_nobody_to_sign(world: World) -> None:
    proposed(world)
    with world.context():
        reading = counter_to(world, "price", body="Newest.\n")
        with saving():
            entry = world.entry("price")
            agreeing.revise(entry, reading, by=world.person("milo"), base=entry.newest.number)

    assert heard(world) == {"cleo": ["voided"]}


def test_saving_the_same_text_again_voids_nothing(world: World) -> None:
    proposed(world)
    with world.context():
        reading = counter_to(world, "price", body="Newer.\n")
        with saving():
            entry = world.entry("price")
            agreeing.revise(entry, reading, by=world.person("milo"), base=entry.newest.number)

    assert heard(world) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_restoring_over_what_is_proposed_tells_its_proposer(world: World) -> None:
    proposed(world)
    with world.context():
        first = world.entry("price").version(1).document
        reading = read(first, kind=KINDS[KIND], slug="price")
        with saving():
            agreeing.restore(world.entry("price"), 1, reading=reading, by=world.person("milo"))

    assert heard(world) == {"cleo": ["voided"]}


def test_nobody_is_asked_to_sign_what_is_withdrawn_until_it_is_proposed_again(world: World) -> None:
    proposed(world)
    with world.context(), saving():
        agreeing.withdraw(world.entry("price"), by=world.person("cleo"))
    assert heard(world) == {}

    world.propose("price", by="cleo")

    assert heard(world) == {"dana": ["to sign"], "milo": ["to sign"]}


def test_a_retirement_is_told_to_owners_watchers_and_owners_of_what_points_there(world: World) -> None:
    write(world, owner="cleo.marsh")
    world.write("cost", owner="dana.okafor", body="See [[price]].\n")
    world.write("far", owner="ada.field")
    attend(world, "ana", "entry", Heed.WATCH)
    world.revise("price", by="cleo", released=False, body="Newer.\n")
    world.propose("price", by="cleo")
    with world.context(), saving():
        entry = world.entry("price")
        entry.retire(by=world.person("milo"), reason="Nobody asks for it.")
        told_of_retirement(entry, by=world.person("milo"))

    assert heard(world) == {"cleo": ["retired"], "ana": ["retired"], "dana": ["still true", "retired"]}


def test_watching_a_persona_is_hearing_of_what_its_fields_link_to_it(world: World) -> None:
    world.write("cfo", kind="persona", **minimum(KINDS["persona"]))
    for slug, fields, body in (
        ("meant", {"personas": ["cfo"]}, "Words.\n"),
        ("mentioned", {}, "Says [[cfo]].\n"),
        ("apart", {}, "Words.\n"),
    ):
        write(world, slug, body=body, **fields)
    attend(world, "ana", "persona", Heed.WATCH, slug="cfo")
    for slug in ("meant", "mentioned", "apart"):
        world.revise(slug, by="cleo", released=False, note="New", summary="Another")
        world.propose(slug, by="cleo")
        world.agree(slug)

    with world.context():
        query = told(Notice).where(Notice.user_id == world.people["ana"])
        assert [notice.entry.slug for notice in db.session.scalars(query)] == ["meant"]


def test_whoever_is_quiet_about_an_entry_hears_nothing_of_it(world: World) -> None:
    write(world)
    attend(world, "dana", "entry", Heed.QUIET)
    attend(world, "ana", "kind", Heed.WATCH)
    attend(world, "ana", "entry", Heed.QUIET)
    world.revise("price", by="cleo", released=False, body="Newer.\n")
    world.propose("price", by="cleo")
    world.agree("price")

    assert heard(world, unread=False) == {"milo": ["to sign"], "cleo": ["agreed"]}


def test_nobody_hears_of_what_they_may_not_know_or_read(world: World) -> None:
    world.write("secret", audience="restricted", by="dana")
    world.write("open")
    world.revise("open", by="dana", body="Waits.\n", released=False)
    with world.context(), saving():
        everybody = list(db.session.scalars(sa.select(User)))
        tell(everybody, About.MENTION, world.entry("secret"), by=None)
        tell(everybody, About.MENTION, world.entry("open"), by=None, version=world.entry("open").newest)

    assert heard(world) == {
        "cleo": ["mention"],
        "milo": ["mention"],
        "dana": ["mention", "mention"],
        "ada": ["mention", "mention"],
    }


def test_nobody_hears_twice_of_what_they_have_not_read(world: World) -> None:
    world.write("price")
    for _ in range(2):
        with world.context(), saving():
            tell([world.person("ana")] * 2, About.MENTION, world.entry("price"), by=world.person("milo"))
    assert heard(world) == {"ana": ["mention"]}
    with world.context(), saving():
        for notice in db.session.scalars(sa.select(Notice)):
            notice.see()
    with world.context(), saving():
        tell([world.person("ana")], About.MENTION, world.entry("price"), by=world.person("milo"))

    assert heard(world, unread=False) == {"ana": ["mention", "mention"]}


def test_nobody_hears_of_what_they_did_or_after_they_left(world: World) -> None:
    world.write("price")
    with world.context(), saving():
        gone = User.invite(email="gone@example.com", name="Gone", role=Role.ADMIN, team=Team.SALES)
        gone.disable()
        tell([gone, world.person("ana")], About.MENTION, world.entry("price"), by=world.person("ana"))

    assert heard(world) == {}


def test_the_bell_counts_what_may_still_be_read(world: World) -> None:
    world.write("price", by="dana")
    with world.context(), saving():
        tell([world.person("ana"), world.person("ada")], About.AGREED, world.entry("price"), by=None)
    assert (unread_of(world, "ana"), unread_of(world, "ada"), unread_of(world, "milo")) == (1, 1, 0)

    world.revise("price", by="dana", audience="restricted")

    assert (unread_of(world, "ana"), unread_of(world, "ada")) == (0, 1)


def test_a_notice_goes_after_ninety_days(world: World) -> None:
    world.write("price")
    with world.context(), saving() as session:
        [notice] = tell([world.person("ana")], About.AGREED, world.entry("price"), by=None)
        session.flush()
        assert sweep_notices() == 0
        session.execute(sa.update(Notice).values(at=notice.at.replace(year=notice.at.year - 1)))
        assert sweep_notices() == 1

    assert heard(world) == {}
