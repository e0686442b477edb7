"""What people say about an entry: who may, who reads it, who is told, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from playbook import clock, talking
from playbook.db import db, quick
from playbook.document.anchoring import Passage, Place
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound
from playbook.models import About, AuditRecord, Comment, Entry, Mention, Notice, User, Version
from playbook.models.leaving import erase, named_in
from playbook.models.margin import margin
from playbook.upkeep import erase_for_good
from playbook.work import saving
from tests.world import World

BODY = """Ask how the month closes.

Pass mark 60 of 100, agreed in May.

Below it the lead goes back with a reason.
"""


@pytest.fixture
def price(world: World) -> World:
    """A world with one agreed note that Dana owns and Milo wrote."""
    world.write("price", body=BODY, owner="dana.okafor")
    return world


def say(
    world: World, by: str, words: str = "Is this still so?", *, on: int | None = None, **given: Any
) -> int:
    """Have somebody say something about the note; the number of the comment."""
    quote = given.pop("quote", "")
    answers = given.pop("answers", None)
    with world.context(), saving():
        entry = world.entry("price")
        version = entry.version(on) if on else entry.agreed or entry.newest
        passage = talking.passage_in(text_of(entry, version), words=quote)
        begun = db.session.get(Comment, answers) if answers else None
        return talking.say(
            entry, version, by=world.person(by), words=words, passage=passage, answers=begun
        ).id


def text_of(entry: Entry, version: Version) -> str:
    return talking.words_of(entry.kind, version.fields, version.plain)


def said_to(world: World, reader: str) -> list[str]:
    """The words of every comment that somebody is shown, in the order of the margin."""
    with world.context():
        entry, person = world.entry("price"), world.person(reader)
        found = margin(entry, entry.newest, reader=person, until=clock.now())
        return [each.comment.words for each in found.said]


def found_at(world: World, reader: str = "ada") -> list[tuple[Place | None, str]]:
    """How the passage of every open thread is found in the newest version, and its words there."""
    with world.context():
        entry, person = world.entry("price"), world.person(reader)
        held = margin(entry, entry.newest, reader=person, until=clock.now())
        talk = talking.talk(held.said, entry.newest, kind=entry.kind, plain=held.plain)
        return [
            (thread.found.place if thread.found else None, thread.now.quote if thread.now else "")
            for thread in talk.open
        ]


def told(world: World, first_name: str) -> list[About]:
    with world.context():
        return list(
            db.session.scalars(
                sa.select(Notice.about)
                .where(Notice.user_id == world.people[first_name], Notice.comment_id.is_not(None))
                .order_by(Notice.id)
            )
        )


def test_a_reader_says_something_and_everybody_who_may_read_the_version_sees_it(price: World) -> None:
    say(price, "ana", "Is this still so?")

    assert said_to(price, "cleo") == said_to(price, "ana") == ["Is this still so?"]


def test_a_comment_on_a_draft_is_for_those_who_may_read_the_draft(price: World) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    say(price, "milo", "Too high.", on=2)

    assert said_to(price, "cleo") == ["Too high."]
    assert said_to(price, "ana") == []


def test_with_the_agreement_readers_see_what_was_said_of_the_version(price: World) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    say(price, "milo", "Too high.", on=2)
    price.propose("price")
    price.agree("price")

    assert said_to(price, "ana") == ["Too high."]


def test_a_comment_on_a_restricted_version_is_for_those_it_names(price: World) -> None:
    price.revise("price", audience="restricted", by="dana", released=False)
    say(price, "dana", "Only for us.", on=2)

    assert said_to(price, "cleo") == []
    assert said_to(price, "dana") == said_to(price, "ada") == ["Only for us."]


def test_what_one_may_not_read_cannot_be_answered_or_looked_up(price: World) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    number = say(price, "milo", "Too high.", on=2)

    with price.context():
        for missing in (number, 999):
            with pytest.raises(NotFound, match="There is no such comment"):
                Comment.find(missing, reader=price.person("ana"))
        assert Comment.find(number, reader=price.person("cleo")).words == "Too high."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write what you want to say"),
        (" \r\n\t ", "Write what you want to say"),
        ("x" * 2001, "2,001 characters; 2,000 is the most"),
        ("nul \x00 here", "cannot be kept"),
        ("half \ud83d here", "cannot be kept"),
        ("bell \x07 here", "cannot be kept"),
    ],
)
def test_words_that_cannot_be_kept_are_refused(price: World, words: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        say(price, "ana", words)

    assert said_to(price, "ana") == []


def test_line_ends_and_empty_lines_are_kept_as_paragraphs(price: World) -> None:
    say(price, "ana", "  One.\r\n\r\n\r\n \r\nTwo,\rstill two.  ")

    assert said_to(price, "ana") == ["One.\n\nTwo,\nstill two."]


def test_a_passage_that_is_not_in_the_text_is_refused(price: World) -> None:
    with pytest.raises(Invalid, match="do not stand together in the text"):
        say(price, "ana", quote="words of another text")


def test_a_passage_of_more_than_five_hundred_characters_is_refused(world: World) -> None:
    world.write("price", body="word " * 200)

    with pytest.raises(Invalid, match="characters; 500 is the most"):
        say(world, "ana", quote=("word " * 150).strip())


def test_a_passage_may_stand_in_a_field(world: World) -> None:
    world.write(
        "price",
        kind="tough_question",
        title="Too dear?",
        category="price",
        answer_30s="Dear next to what, may I ask?",
    )
    say(world, "ana", quote="next to what")

    assert found_at(world) == [(Place.EXACT, "next to what")]


def test_a_comment_stands_at_its_passage_after_an_edit_elsewhere(price: World) -> None:
    say(price, "ana", quote="Pass mark 60 of 100")
    price.revise("price", body=BODY + "\nA last word at the end of it all.\n")

    assert found_at(price) == [(Place.EXACT, "Pass mark 60 of 100")]


def test_a_comment_is_marked_as_moved_when_its_paragraph_moved_or_was_reworded(price: World) -> None:
    say(price, "ana", quote="Pass mark 60 of 100, agreed in May.")
    ask, mark, below = BODY.strip().split("\n\n")
    price.revise("price", body="\n\n".join((ask, below, mark)) + "\n")
    assert found_at(price) == [(Place.MOVED, "Pass mark 60 of 100, agreed in May.")]

    price.revise("price", body=BODY.replace("60", "65"))
    assert found_at(price) == [(Place.MOVED, "Pass mark 65 of 100, agreed in May")]


def test_a_comment_outlives_its_passage(price: World) -> None:
    say(price, "ana", "Where has it gone?", quote="Below it the lead goes back")
    price.revise("price", body="Something else altogether.\n")

    assert found_at(price) == [(Place.GONE, "")]
    assert said_to(price, "ana") == ["Where has it gone?"]


def test_threads_stand_in_the_order_of_the_text_and_those_about_the_whole_after_them(price: World) -> None:
    say(price, "ana", "whole")
    say(price, "ana", "third", quote="Below it")
    say(price, "cleo", "second", quote="Pass mark")

    with price.context():
        entry = price.entry("price")
        held = margin(entry, entry.newest, reader=price.person("ana"), until=clock.now())
        talk = talking.talk(held.said, entry.newest, kind=entry.kind, plain=held.plain)

    assert [thread.begun.comment.words for thread in talk.open] == ["second", "third", "whole"]


def test_what_was_said_of_a_newer_version_is_counted_and_not_shown_beside_an_older_one(price: World) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    say(price, "milo", "Too high.", on=2)

    with price.context():
        entry = price.entry("price")
        assert entry.agreed is not None
        held = margin(entry, entry.agreed, reader=price.person("cleo"), until=clock.now())
        talk = talking.talk(held.said, entry.agreed, kind=entry.kind, plain=held.plain)

    assert (talk.open, talk.later, talk.newest) == ((), 1, 2)


def test_an_answer_to_an_answer_answers_what_began_the_thread(price: World) -> None:
    begun = say(price, "ana", "One?")
    answer = say(price, "cleo", "Two.", answers=begun)
    last = say(price, "ana", "Three.", answers=answer)

    with price.context():
        found = db.session.get(Comment, last)
        assert found is not None
        assert found.answers_id == begun
    assert said_to(price, "ana") == ["One?", "Two.", "Three."]


def test_an_answer_belongs_to_the_version_of_its_thread(price: World) -> None:
    begun = say(price, "ana", "One?")
    price.revise("price", body="A new mark.\n", released=False)
    answer = say(price, "cleo", "Two.", answers=begun, on=2)

    with price.context():
        found = db.session.get(Comment, answer)
        assert found is not None
        assert found.version.number == 1
    assert said_to(price, "ana") == ["One?", "Two."]


def test_a_retired_entry_is_not_commented_on(price: World) -> None:
    with price.context(), saving():
        price.entry("price").retire(by=price.person("milo"), reason="Out of date.")

    with pytest.raises(Conflict):
        say(price, "ana")


# Who is told.


def test_owner_author_and_those_who_spoke_before_are_told_and_nobody_of_their_own_words(price: World) -> None:
    begun = say(price, "ana", "One?")
    assert (told(price, "dana"), told(price, "milo"), told(price, "ana")) == (
        [About.COMMENT],
        [About.COMMENT],
        [],
    )

    say(price, "cleo", "Two.", answers=begun)

    assert told(price, "ana") == [About.COMMENT]
    assert told(price, "cleo") == []


def test_those_whom_a_comment_names_are_told_that_and_nothing_else(price: World) -> None:
    say(
        price,
        "ana",
        "See this, @cleo.marsh, and you @Dana.Okafor. Not mail@milo.brandt, nor @cleo.marsh again.",
    )

    assert told(price, "cleo") == told(price, "dana") == [About.MENTION]
    assert told(price, "milo") == [About.COMMENT], "the author of the version, and not named"
    with price.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mention)) == 2


def test_naming_somebody_who_may_not_read_the_version_is_as_naming_nobody(price: World) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    say(price, "milo", "What do you say, @ana.ruiz, @nobody.here and @cleo.marsh?", on=2)

    assert told(price, "ana") == []
    with price.context():
        entry = price.entry("price")
        [held] = margin(entry, entry.newest, reader=price.person("milo"), until=clock.now()).said
    assert held.names == {"cleo.marsh": "Cleo Marsh"}


def test_somebody_who_cannot_come_in_is_not_named(price: World) -> None:
    with price.context(), saving():
        price.person("cleo").disable()
    say(price, "ana", "And you, @cleo.marsh?")

    assert told(price, "cleo") == []


def test_nobody_is_told_of_a_comment_that_they_may_not_read(price: World) -> None:
    price.revise("price", audience="restricted", by="dana", owner="dana.okafor", released=False)
    say(price, "ada", "Only for us.", on=2)

    assert told(price, "milo") == told(price, "cleo") == []
    assert told(price, "dana") == [About.COMMENT]


# Resolving, and taking back.


def settle(world: World, number: int, by: str, *, verb: str = "resolve") -> None:
    with world.context(), saving():
        comment = Comment.find(number, reader=world.person(by))
        getattr(talking, verb)(world.entry("price"), comment, by=world.person(by))


@pytest.mark.parametrize("who", ["ana", "dana", "cleo"])
def test_who_began_it_the_owner_and_who_may_revise_resolve_a_thread_and_open_it_again(
    price: World, who: str
) -> None:
    number = say(price, "ana")

    settle(price, number, who)
    with price.context():
        comment = db.session.get(Comment, number)
        assert comment is not None
        assert (comment.is_resolved, comment.resolved_by_id) == (True, price.people[who])
    assert found_at(price) == []

    settle(price, number, who, verb="reopen")
    assert found_at(price) == [(None, "")]


def test_another_reader_does_not_resolve_it(price: World) -> None:
    number = say(price, "cleo")

    with pytest.raises(NotAllowed):
        settle(price, number, "ana")


def test_an_answer_opens_again_what_was_resolved(price: World) -> None:
    number = say(price, "ana")
    settle(price, number, "ana")

    say(price, "cleo", "Not yet.", answers=number)

    assert found_at(price) == [(None, "")]


def test_of_a_comment_that_nobody_answered_nothing_is_left(price: World) -> None:
    number = say(price, "ana", "A slip, @cleo.marsh.")
    settle(price, number, "ana", verb="take_back")

    with price.context():
        for table in (Comment, Mention, Notice):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        [last] = db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id.desc()).limit(1))
        assert (last.action, last.detail) == ("take back comment", {"comment": number})


def test_of_a_comment_that_was_answered_the_words_go_and_the_answers_stay(price: World) -> None:
    number = say(price, "ana", "A slip, @cleo.marsh.")
    say(price, "milo", "Never mind.", answers=number)
    settle(price, number, "ana", verb="take_back")

    assert said_to(price, "cleo") == ["", "Never mind."]
    assert told(price, "cleo") == []


def test_nobody_takes_back_the_words_of_another_but_an_administrator(price: World) -> None:
    number = say(price, "ana", "A slip.")
    for who in ("cleo", "milo", "dana"):
        with pytest.raises(NotAllowed):
            settle(price, number, who, verb="take_back")

    settle(price, number, "ada", verb="take_back")

    assert said_to(price, "ana") == []


def test_the_database_itself_refuses_other_words_for_a_comment(price: World) -> None:
    say(price, "ana", "Words.", quote="Pass mark")
    changes = [
        f'"{column}" = {value}'
        for column in (
            "entry_id",
            "version_id",
            "user_id",
            "answers_id",
            "words",
            "quote",
            "before",
            "after",
            "at",
        )
        for value in (f'"{column}"', "NULL")
    ]
    for change in (*changes, "words = 'Other words.'"):
        refused = pytest.raises(sa.exc.DBAPIError, match="comment is never changed")
        with price.context(), refused, quick() as connection:
            connection.execute(sa.text(f"UPDATE comment SET {change}"))


# Erasing.


def test_erasing_an_entry_takes_what_was_said_of_it(price: World) -> None:
    begun = say(price, "ana", "See this, @cleo.marsh.")
    say(price, "cleo", "Seen.", answers=begun)
    with price.context():
        erase_for_good(price.entry("price"), by=price.person("ada"), reason="The law.", typed="price")

    with price.context():
        for table in (Comment, Mention, Notice):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_what_an_erased_person_said_stays_and_is_by_nobody(price: World) -> None:
    say(price, "ana", "I say so.")
    say(price, "cleo", "Ask @ana.ruiz.")
    with price.context():
        assert [entry.slug for entry in named_in(price.person("ana"))] == ["price"]
    with price.context(), saving():
        erase(price.person("ana"), by=price.person("ada"), remaining=1)

    with price.context():
        entry = price.entry("price")
        by_ana, by_cleo = margin(entry, entry.newest, reader=price.person("milo"), until=clock.now()).said
        assert (by_ana.comment.user.name, by_ana.comment.words) == ("Somebody who left", "I say so.")
        assert (by_cleo.names, by_cleo.comment.words) == ({}, "Ask @ana.ruiz.")


def test_a_passage_has_its_surroundings_from_the_text_and_not_from_the_page(price: World) -> None:
    with price.context():
        entry = price.entry("price")
        text = text_of(entry, entry.newest)
        found = talking.passage_in(text, words="Pass  mark 60", before="Buttons and labels", after="of 100")

    assert found == Passage.at(text, text.index("Pass mark"), text.index("Pass mark") + len("Pass mark 60"))


def test_people_are_told_apart_from_those_who_only_look_named(price: World) -> None:
    with price.context(), saving():
        User.invite(email="x@example.com", name="Cleo", role=price.person("ana").role)
    say(price, "ana", "See @cleo. Or `@cleo-x`?")

    with price.context():
        names = db.session.scalars(sa.select(User.handle).join(Mention, Mention.user_id == User.id)).all()
    assert names == ["cleo"]
