from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine

from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound
from playbook.kinds import KINDS
from playbook.models import (
    AuditRecord,
    Disagreement,
    Entry,
    Ground,
    Proposal,
    Reading,
    Release,
    Role,
    Signature,
    Signer,
    State,
    Team,
    User,
    read,
)
from playbook.models.agreeing import side_named
from playbook.models.hindrance import hindrances
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.kinds.samples import enough
from tests.world import World

SALES, MARKETING, OWNER = Signer.SALES, Signer.MARKETING, Signer.OWNER
ASKS_BOTH = KINDS["buying_step"]


def step(world: World, *, by: str = "cleo", released: bool = False, **given: object) -> None:
    """An entry that both teams have to sign."""
    world.write("step", kind=ASKS_BOTH.name, by=by, released=released, **{**enough(ASKS_BOTH), **given})


def note(world: World, *, by: str = "cleo", owner: str = "dana.okafor", **given: object) -> None:
    """An entry that its owner has to sign."""
    world.write("note", by=by, owner=owner, released=False, **given)


def sign(world: World, slug: str, by: str, team: Signer, *, hash: str = "", comment: str = "") -> None:
    with world.context(), saving():
        entry = world.entry(slug)
        entry.sign(by=world.person(by), team=team, hash=hash or entry.newest.hash, comment=comment)


def withdraw(world: World, slug: str, by: str) -> None:
    with world.context(), saving():
        world.entry(slug).withdraw(by=world.person(by))


def state(world: World, slug: str) -> State:
    with world.context():
        return world.entry(slug).state


def seen(world: World, slug: str) -> int | None:
    """The number of the version that readers see."""
    with world.context():
        agreed = world.entry(slug).agreed
        return agreed.number if agreed is not None else None


def count(world: World, what: type) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(what)) or 0


def open_to(world: World, slug: str, by: str) -> tuple[Signer, ...]:
    with world.context():
        return world.entry(slug).signing.sides_for(world.person(by))


def reworded(world: World, slug: str, body: str) -> Reading:
    """The newest text with other words; only inside `context()`."""
    entry = world.entry(slug)
    return read(entry.newest.document.with_changes({}, body=body), kind=entry.kind, slug=slug)


def test_with_the_last_signature_it_is_what_readers_see(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    assert state(world, "step") is State.PROPOSED

    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        sign(world, "step", "dana", SALES, comment="  Fits \n the field. ")
        assert seen(world, "step") is None
    with time_machine.travel("2026-05-02T12:00:00Z", tick=False):
        sign(world, "step", "milo", MARKETING)

    assert (state(world, "step"), seen(world, "step")) == (State.AGREED, 1)
    with world.context():
        entry = world.entry("step")
        first, second = db.session.scalars(sa.select(Signature).order_by(Signature.id))
        assert (first.team, first.user.name, first.hash) == (SALES, "Dana Okafor", entry.newest.hash)
        assert (first.comment, f"{first.at:%d %B}") == ("Fits the field.", "01 May")
        assert (second.team, second.user.name) == (MARKETING, "Milo Brandt")
        release = db.session.scalars(sa.select(Release)).one()
        assert (release.ground, release.rule, release.user_id) == (
            Ground.SIGNED,
            "sales,marketing",
            world.people["milo"],
        )
        assert release.needed == (SALES, MARKETING)
        assert f"{release.at:%d %B}" == "02 May"
        acts = [
            record.action for record in db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
        ]
        assert acts == ["draft", "propose", "sign", "sign", "release"]


def test_readers_see_the_text_of_before_until_then(world: World) -> None:
    step(world, released=True)
    world.revise("step", by="cleo", title="Anew", released=False)
    world.propose("step", by="cleo")
    sign(world, "step", "milo", MARKETING)

    assert (state(world, "step"), seen(world, "step")) == (State.PROPOSED, 1)
    with world.context():
        assert world.entry("step").title != "Anew"
    sign(world, "step", "dana", SALES)
    with world.context():
        assert (world.entry("step").title, world.entry("step").proposed_id) == ("Anew", None)


def test_who_wrote_it_alone_does_not_sign_it(world: World) -> None:
    step(world, by="dana")
    world.propose("step", by="cleo")

    assert open_to(world, "step", "dana") == ()
    with pytest.raises(Conflict, match="You wrote this alone"):
        sign(world, "step", "dana", SALES)


def test_what_two_wrote_since_it_was_agreed_may_be_signed_by_either(world: World) -> None:
    step(world, by="dana", released=True)
    world.revise("step", by="milo", title="One", released=False)
    world.propose("step", by="milo")
    assert open_to(world, "step", "milo") == (), "what Dana wrote is agreed already"
    assert open_to(world, "step", "dana") == (SALES,)

    world.revise("step", by="dana", title="Two", released=False)
    world.propose("step", by="dana")

    assert open_to(world, "step", "milo") == (MARKETING,)
    assert open_to(world, "step", "dana") == (SALES,)
    world.agree("step")
    assert seen(world, "step") == 3


def test_what_nobody_need_have_written_may_be_signed_by_anybody_who_speaks_for_a_side(world: World) -> None:
    with world.context(), saving():
        reading = read(
            Document.compose({"kind": ASKS_BOTH.name, **enough(ASKS_BOTH)}, "In.\n"),
            kind=ASKS_BOTH,
            slug="step",
        )
        Entry.draft(reading, slug="step", by=None)
    world.propose("step")

    assert (open_to(world, "step", "dana"), open_to(world, "step", "milo")) == ((SALES,), (MARKETING,))


def test_the_two_signatures_are_of_two_people(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)
    with world.context(), saving():
        world.person("dana").signs_for = Team.MARKETING

    assert open_to(world, "step", "dana") == ()
    with pytest.raises(Conflict, match="the other signature has to be somebody else"):
        sign(world, "step", "dana", MARKETING)


@pytest.mark.parametrize(
    ("who", "team", "refusal"),
    [
        ("ana", SALES, NotAllowed),
        ("cleo", SALES, Conflict),
        ("ada", SALES, NotAllowed),
        ("ada", MARKETING, NotAllowed),
        ("dana", MARKETING, NotAllowed),
        ("milo", SALES, NotAllowed),
        ("milo", OWNER, Conflict),
    ],
)
def test_nobody_signs_for_whom_they_do_not_speak(
    world: World, who: str, team: Signer, refusal: type[Exception]
) -> None:
    step(world)
    world.propose("step", by="cleo")

    assert team not in open_to(world, "step", who)
    with pytest.raises(refusal):
        sign(world, "step", who, team)
    assert count(world, Signature) == 0


def test_who_signs_for_a_team_and_may_not_sign_in_any_more_does_not(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    with world.context(), saving():
        world.person("dana").role = Role.REP
        world.person("milo").disable()

    assert (open_to(world, "step", "dana"), open_to(world, "step", "milo")) == ((), ())


def test_one_signature_for_a_side_is_enough(world: World) -> None:
    step(world)
    with world.context(), saving():
        world.person("ada").signs_for = Team.SALES
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)

    with pytest.raises(Conflict, match="Version 1 is signed for sales already"):
        sign(world, "step", "ada", SALES)


def test_signing_again_changes_nothing(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    for _ in range(3):
        sign(world, "step", "dana", SALES)
    sign(world, "step", "milo", MARKETING)
    sign(world, "step", "milo", MARKETING)

    assert (count(world, Signature), count(world, Release)) == (2, 1)


def test_the_owner_signs_or_a_second_owner(world: World) -> None:
    note(world, co_owner="milo.brandt")
    world.propose("note", by="cleo")
    assert open_to(world, "note", "milo") == open_to(world, "note", "dana") == (OWNER,)
    assert open_to(world, "note", "ada") == ()

    sign(world, "note", "milo", OWNER)

    assert seen(world, "note") == 1


def test_an_owner_signs_whatever_team_they_are_of(world: World) -> None:
    note(world, by="milo", owner="cleo.marsh")
    world.propose("note", by="milo")

    assert open_to(world, "note", "cleo") == (OWNER,), "she signs for no team"
    sign(world, "note", "cleo", OWNER)


@pytest.mark.parametrize("owner", ["cleo.marsh", "nobody.here", "ana.ruiz", ""])
def test_where_no_owner_may_sign_whoever_signs_for_a_team_does(world: World, owner: str) -> None:
    """The owner wrote it alone, is nobody, or does not sign at all."""
    note(world, by="cleo", owner=owner)
    world.propose("note", by="cleo")

    assert (
        open_to(world, "note", "cleo") == open_to(world, "note", "ana") == open_to(world, "note", "ada") == ()
    )
    assert open_to(world, "note", "dana") == open_to(world, "note", "milo") == (OWNER,)


def test_where_the_owner_has_left_whoever_signs_for_a_team_does(world: World) -> None:
    note(world, owner="dana.okafor")
    world.propose("note", by="cleo")
    assert open_to(world, "note", "milo") == ()
    with world.context(), saving():
        world.person("dana").disable()

    assert open_to(world, "note", "milo") == (OWNER,)


def test_an_owner_who_has_signed_for_a_team_leaves_the_other_side_to_somebody_else(world: World) -> None:
    with world.context(), saving():
        choose_rules({"note": (SALES, OWNER)}, by=world.person("ada"))
    note(world, owner="dana.okafor")
    world.propose("note", by="cleo")
    assert open_to(world, "note", "dana") == (SALES, OWNER)
    assert open_to(world, "note", "milo") == ()

    sign(world, "note", "dana", SALES)

    assert open_to(world, "note", "milo") == (OWNER,)
    sign(world, "note", "milo", OWNER)
    assert seen(world, "note") == 1


def test_a_signature_is_for_the_text_that_was_read(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")

    for other in ("0" * 64, "", "x"):
        with pytest.raises(Conflict, match="The text has changed since you read it"):
            sign(world, "step", "dana", SALES, hash=other or "?")
    assert count(world, Signature) == 0


def test_any_later_edit_voids_what_was_proposed_and_signed(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)
    with world.context():
        read_before = world.entry("step").newest.hash

    world.revise("step", by="cleo", title="Anew", released=False)

    assert state(world, "step") is State.DRAFT
    with pytest.raises(Conflict, match="Nothing is proposed here"):
        sign(world, "step", "milo", MARKETING)
    world.propose("step", by="cleo")
    with world.context():
        assert world.entry("step").signing.open_sides == (SALES, MARKETING)
    with pytest.raises(Conflict, match="The text has changed"):
        sign(world, "step", "milo", MARKETING, hash=read_before)


def test_saying_the_same_again_voids_nothing(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)

    world.revise("step", by="milo", released=False)

    with world.context():
        assert world.entry("step").newest.number == 1
        assert world.entry("step").signing.open_sides == (MARKETING,)


def test_a_proposal_withdrawn_and_made_again_keeps_its_signatures(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)

    withdraw(world, "step", "cleo")
    assert state(world, "step") is State.DRAFT
    withdraw(world, "step", "cleo")  # changes nothing
    with pytest.raises(Conflict, match="Nothing is proposed here"):
        sign(world, "step", "milo", MARKETING)
    world.propose("step", by="milo")

    with world.context():
        assert world.entry("step").signing.open_sides == (MARKETING,)
    assert count(world, Proposal) == 2


def test_who_wrote_or_proposed_it_withdraws_it_or_a_curator(world: World) -> None:
    with world.context(), saving():
        User.invite(email="noor@example.com", name="Noor Haddad", role=Role.CONTRIBUTOR, team=Team.SALES)
        world.people["noor"] = db.session.scalars(
            sa.select(User.id).where(User.handle == "noor.haddad")
        ).one()
    step(world)

    for allowed in ("cleo", "noor", "dana"):
        world.propose("step", by="noor")
        withdraw(world, "step", allowed)
    world.propose("step", by="milo")
    with pytest.raises(NotAllowed, match="Only whoever proposed or wrote this"):
        withdraw(world, "step", "noor")
    assert state(world, "step") is State.PROPOSED


def test_asking_again_changes_nothing(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    world.propose("step", by="milo")

    with world.context():
        assert [proposal.user_id for proposal in db.session.scalars(sa.select(Proposal))] == [
            world.people["cleo"]
        ]


def test_what_readers_see_already_cannot_be_proposed(world: World) -> None:
    step(world, released=True)
    with pytest.raises(Conflict, match="Version 1 says what readers see already"):
        world.propose("step")

    world.revise("step", title="Other", released=False)
    with world.context():
        first = world.entry("step").version(1)
        title = first.fields["title"]
    world.revise("step", title=title, released=False)
    with pytest.raises(Conflict, match="Version 3 says what readers see already"):
        world.propose("step")


def test_where_the_rule_asks_for_nobody_proposing_agrees_at_once(world: World) -> None:
    with world.context(), saving():
        choose_rules({"note": ()}, by=world.person("ada"))
    note(world)
    world.propose("note", by="cleo")

    assert (state(world, "note"), seen(world, "note")) == (State.AGREED, 1)
    with world.context():
        release = db.session.scalars(sa.select(Release)).one()
        assert (release.ground, release.rule, release.needed) == (Ground.UNASKED, "", ())
        assert release.user_id == world.people["cleo"]


def test_settling_lets_readers_see_only_what_has_every_signature(world: World) -> None:
    step(world)
    with world.context(), saving():
        assert not world.entry("step").settle(by=world.person("ada")), "nothing is proposed"
    world.propose("step", by="cleo")
    sign(world, "step", "dana", SALES)
    with world.context(), saving():
        assert not world.entry("step").settle(by=world.person("ada"))

    with world.context(), saving():
        choose_rules({ASKS_BOTH.name: (SALES,)}, by=world.person("ada"))
        assert world.entry("step").settle(by=world.person("ada"))
    with world.context():
        release = db.session.scalars(sa.select(Release)).one()
        assert (release.rule, release.user_id) == ("sales", world.people["ada"])
    with world.context(), saving():
        assert not world.entry("step").settle(by=world.person("ada")), "it is agreed already"


def test_a_stricter_rule_asks_for_more_under_what_waits(world: World) -> None:
    with world.context(), saving():
        choose_rules({ASKS_BOTH.name: (SALES,)}, by=world.person("ada"))
    step(world)
    world.propose("step", by="cleo")
    with world.context(), saving():
        choose_rules({ASKS_BOTH.name: (SALES, MARKETING)}, by=world.person("ada"))

    sign(world, "step", "dana", SALES)

    assert state(world, "step") is State.PROPOSED


def test_not_agreeing_needs_a_reason_and_leaves_the_proposal_open(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    with world.context(), saving():
        entry, dana = world.entry("step"), world.person("dana")
        said = entry.disagree(by=dana, team=SALES, hash=entry.newest.hash, reason=" Too \n early. ")
        again = entry.disagree(by=dana, team=SALES, hash=entry.newest.hash, reason="Too early.")
        assert (said.reason, said.counter_id, said.team) == ("Too early.", None, SALES)
        assert again.id == said.id

    assert (state(world, "step"), open_to(world, "step", "dana")) == (State.PROPOSED, (SALES,))
    sign(world, "step", "dana", SALES)  # people change their minds
    for reason in ("", " \n "):
        with world.context(), pytest.raises(Invalid, match="Say why"), saving():
            entry = world.entry("step")
            entry.disagree(by=world.person("milo"), team=MARKETING, hash=entry.newest.hash, reason=reason)


def test_only_who_could_sign_may_say_that_they_do_not_agree(world: World) -> None:
    step(world, by="milo")
    world.propose("step", by="milo")
    for who, team, refusal in (
        ("milo", MARKETING, Conflict),
        ("dana", MARKETING, NotAllowed),
        ("ana", SALES, NotAllowed),
    ):
        with world.context(), pytest.raises(refusal), saving():
            entry = world.entry("step")
            entry.disagree(by=world.person(who), team=team, hash=entry.newest.hash, reason="No.")
    assert count(world, Disagreement) == 0


def test_a_counter_proposal_is_a_version_that_both_sides_have_to_sign(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    sign(world, "step", "milo", MARKETING)
    with world.context(), saving():
        counter = reworded(world, "step", "Rather so.\n")
        entry = world.entry("step")
        said = entry.disagree(
            by=world.person("dana"), team=SALES, hash=entry.newest.hash, reason="Too early.", counter=counter
        )
        assert said.counter_id == entry.newest.id

    with world.context():
        entry = world.entry("step")
        assert (entry.newest.number, entry.newest.note, entry.state) == (2, "Too early.", State.PROPOSED)
        assert entry.proposal is not None
        assert (entry.proposal.user_id, entry.proposal.note) == (world.people["dana"], "Too early.")
        assert entry.signing.open_sides == (SALES, MARKETING)
    assert open_to(world, "step", "dana") == (SALES,), "two people wrote it: Cleo, and Dana after her"


def test_a_counter_proposal_that_says_the_same_is_none(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    with world.context(), pytest.raises(Conflict, match="says the same as what is proposed"), saving():
        entry = world.entry("step")
        counter = reworded(world, "step", entry.newest.document.body)
        entry.disagree(
            by=world.person("dana"), team=SALES, hash=entry.newest.hash, reason="Hm.", counter=counter
        )
    assert (count(world, Disagreement), state(world, "step")) == (0, State.PROPOSED)


def test_a_counter_proposal_that_cannot_be_agreed_changes_nothing(world: World) -> None:
    step(world)
    world.propose("step", by="cleo")
    with world.context(), pytest.raises(Invalid, match="Nothing is written at nowhere"), saving():
        entry = world.entry("step")
        counter = reworded(world, "step", "See [[nowhere]].\n")
        entry.disagree(
            by=world.person("dana"), team=SALES, hash=entry.newest.hash, reason="Hm.", counter=counter
        )
    with world.context():
        entry = world.entry("step")
        assert (entry.newest.number, entry.state, entry.proposed_id) == (1, State.PROPOSED, entry.latest_id)


def test_nothing_of_a_retired_entry_is_proposed_signed_or_refused(world: World) -> None:
    step(world, released=True)
    world.revise("step", by="cleo", title="Anew", released=False)
    world.propose("step", by="cleo")
    with world.context(), saving():
        world.entry("step").retire(by=None, reason="Over.")

    with pytest.raises(Conflict, match="is retired"):
        world.propose("step")
    with pytest.raises(Conflict, match="is retired"):
        sign(world, "step", "dana", SALES)
    with world.context(), pytest.raises(Conflict, match="is retired"), saving():
        entry = world.entry("step")
        entry.disagree(by=world.person("dana"), team=SALES, hash=entry.newest.hash, reason="No.")
    with world.context(), saving():
        world.entry("step").unretire(by=None)
    assert state(world, "step") is State.PROPOSED, "it comes back as it was"


def test_what_hinders_an_agreement_is_named_by_its_field(world: World) -> None:
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    world.write("drafted", released=False)
    step(world, summary="", body="See [[nowhere]], [[hidden]], [[drafted]].\n", links=["gone"])

    def fields(who: str) -> list[tuple[str, str]]:
        with world.context():
            entry = world.entry("step")
            found = hindrances(entry.newest, kind=entry.kind, by=world.person(who))
            return [
                (problem.field, problem.message.removeprefix("Nothing is written at ")) for problem in found
            ]

    hidden = ("body", "hidden yet. Write it first, or take the link out.")
    assert [name for name, _ in fields("cleo")] == ["summary", "links", "body", "body"]
    assert hidden in fields("cleo"), "what she may not know of looks like what nobody has written"
    assert hidden not in fields("dana")
    with pytest.raises(Invalid) as refused:
        world.propose("step", by="cleo")
    assert len(refused.value.problems) == 4
    assert state(world, "step") is State.DRAFT


def test_a_note_asks_for_nothing_but_that_its_links_lead_somewhere(world: World) -> None:
    world.write("note", by="cleo", body="See [[nowhere]].\n", released=False)
    with world.context():
        entry = world.entry("note")
        assert [
            problem.field for problem in hindrances(entry.newest, kind=entry.kind, by=world.person("cleo"))
        ] == ["body"]


@pytest.mark.parametrize("said", ["x" * 1001, "a\x00b"])
def test_what_is_said_beside_fits_and_can_be_kept(world: World, said: str) -> None:
    step(world)
    with world.context(), pytest.raises(Invalid), saving():
        world.entry("step").propose(by=world.person("cleo"), note=said)
    world.propose("step", by="cleo")
    with pytest.raises(Invalid):
        sign(world, "step", "dana", SALES, comment=said)
    with world.context(), pytest.raises(Invalid), saving():
        entry = world.entry("step")
        entry.disagree(by=world.person("dana"), team=SALES, hash=entry.newest.hash, reason=said)
    assert (count(world, Signature), count(world, Disagreement)) == (0, 0)


def test_sides_are_known_by_their_names() -> None:
    assert [side_named(name) for name in ("sales", "marketing", "owner")] == [SALES, MARKETING, OWNER]
    for name in ("", "Sales", "other", "nobody"):
        with pytest.raises(NotFound):
            side_named(name)
