from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from config import Settings
from playbook.app import create_app
from playbook.db import db
from playbook.jobs import Round, run_once
from playbook.models import About, Digest, Entry, Letter, Notice, Role, UsageEvent, User
from playbook.telling import tell
from playbook.telling.deciding import decide_on_letters, slot_of
from playbook.work import saving
from tests.telling.mail_server import MailServer, serving
from tests.world import World, close

SITE = "http://127.0.0.1:8000"
TUESDAY = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)  # five minutes after digests are decided on
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def everybody_came_in(world: World) -> None:
    """Nobody is mailed who never chose a password."""
    with world.context(), saving() as session:
        session.execute(sa.update(User).values(password_hash="chosen"))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield


def told(
    world: World, person: str, slug: str, about: About = About.AGREED, *, by: str | None = "milo"
) -> None:
    with world.context(), saving():
        entry = world.entry(slug)
        tell([world.person(person)], about, entry, by=world.person(by) if by else None, version=entry.newest)


def yesterday(world: World, person: str, *slugs: str, about: About = About.AGREED) -> None:
    """Tell somebody about these entries on the day before Tuesday."""
    with at(TUESDAY - A_DAY / 2):
        for slug in slugs:
            told(world, person, slug, about)


def round_at(world: World, moment: datetime = TUESDAY, *, site: str = SITE) -> Round:
    """What the jobs do at a moment."""
    with at(moment), world.context():
        round = run_once(site=site)
        assert round.problems == {}
        return round


def outbox(world: World) -> list[EmailMessage]:
    folder = world.app.config["SETTINGS"].instance / "outbox"
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*"))]  # type: ignore[misc]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def choose(world: World, person: str, digest: Digest) -> None:
    with world.context(), saving():
        world.person(person).digest = digest


def letters(world: World) -> list[tuple[str, bool, bool]]:
    """(address, whether it is over, whether it was sent) of every letter."""
    with world.context():
        rows = db.session.scalars(sa.select(Letter).order_by(Letter.id))
        return [(row.user.email, row.next_at is None, row.sent_at is not None) for row in rows]


def test_what_somebody_has_not_read_is_mailed_the_next_morning_once(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")

    assert round_at(world).posted.sent == 1
    [mail] = outbox(world)
    assert mail["To"] == "Ana Ruiz <ana@example.com>"
    assert mail["From"] == "Playbook <playbook@localhost>"
    assert mail["Subject"] == "Price is agreed: readers see version 1"
    assert "1. Price is agreed: readers see version 1.\n   http://127.0.0.1:8000/notices/" in text_of(mail)
    for later in (TUESDAY, TUESDAY + timedelta(hours=3), TUESDAY + A_DAY, TUESDAY + 9 * A_DAY):
        assert round_at(world, later).posted.sent == 0
    assert len(outbox(world)) == 1


def test_what_was_read_is_not_mailed(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")
    with world.context(), saving():
        for notice in db.session.scalars(sa.select(Notice)):
            notice.see()

    assert round_at(world).posted.sent == 0
    assert letters(world) == []


def test_what_comes_after_six_is_mailed_the_next_day(world: World) -> None:
    world.write("price")
    with at(TUESDAY):
        told(world, "ana", "price")

    assert round_at(world, TUESDAY + timedelta(hours=1)).posted.sent == 0
    assert round_at(world, TUESDAY + A_DAY).posted.sent == 1


def test_a_morning_that_was_missed_is_caught_up_with(world: World) -> None:
    world.write("price")
    round_at(world, TUESDAY - A_DAY)
    yesterday(world, "ana", "price")

    assert round_at(world, TUESDAY + timedelta(hours=9)).posted.sent == 1


def test_weekly_mails_come_on_mondays(world: World) -> None:
    choose(world, "ana", Digest.WEEKLY)
    world.write("price")
    round_at(world, TUESDAY - A_DAY)
    yesterday(world, "ana", "price")
    days = [TUESDAY + number * A_DAY for number in range(8)]

    sent = {f"{day:%A}": round_at(world, day).posted.sent for day in days}

    assert {day for day, number in sent.items() if number} == {"Monday"}
    assert "You get this on Mondays" in text_of(outbox(world)[0])


@pytest.mark.parametrize(
    ("digest", "moment", "slot"),
    [
        (Digest.DAILY, "2026-11-25T06:00", "2026-11-25T06:00"),
        (Digest.DAILY, "2026-11-25T05:59", "2026-11-24T06:00"),
        (Digest.WEEKLY, "2026-11-23T06:00", "2026-11-23T06:00"),
        (Digest.WEEKLY, "2026-11-23T05:59", "2026-11-16T06:00"),
        (Digest.WEEKLY, "2026-11-29T23:00", "2026-11-23T06:00"),
    ],
)
def test_when_a_digest_was_due_last(digest: Digest, moment: str, slot: str) -> None:
    parsed = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (moment, slot)]

    assert slot_of(digest, parsed[0]) == parsed[1]


def test_nobody_is_mailed_who_does_not_want_it_or_is_not_here(world: World) -> None:
    world.write("price")
    for name in ("ana", "cleo", "dana", "ada"):
        yesterday(world, name, "price")
    choose(world, "ana", Digest.NEVER)
    with world.context(), saving():
        world.person("cleo").password_hash = None
        world.person("dana").demonstration = True
        User.invite(email="b@example.com", name="B", role=Role.ADMIN).password_hash = "chosen"
        world.person("ada").disable()

    assert round_at(world).posted.sent == 0
    assert letters(world) == []


def test_at_most_five_things_the_most_useful_first(world: World) -> None:
    for number in range(6):
        world.write(f"note-{number}")
        yesterday(world, "dana", f"note-{number}")
    world.write("asked", by="cleo")
    world.write("named")
    yesterday(world, "dana", "named", about=About.MENTION)
    yesterday(world, "dana", "asked", about=About.TO_SIGN)

    round_at(world)

    [mail] = outbox(world)
    lines = re.findall(r"^(\d)\. (.*)", text_of(mail), re.MULTILINE)
    assert [number for number, _ in lines] == list("12345")
    assert "asks for your signature" in lines[0][1]
    assert "mentions you" in lines[1][1]
    assert f"And 3 more: {SITE}/notices" in text_of(mail)
    assert mail["Subject"] == "Milo Brandt asks for your signature under version 1 of Asked, and 7 more"


def test_much_about_one_entry_is_one_thing(world: World) -> None:
    world.write("price")
    for number in range(2, 5):
        world.revise("price", body=f"{number}\n")
        yesterday(world, "ana", "price")

    round_at(world)

    assert len(re.findall(r"^\d\. ", text_of(outbox(world)[0]), re.MULTILINE)) == 1
    assert "version 4" in text_of(outbox(world)[0])


def test_what_may_be_read_is_asked_when_the_mail_is_sent(world: World) -> None:
    world.write("price", title="A secret title", by="dana")
    world.write("open")
    yesterday(world, "ana", "price", "open")
    with at(TUESDAY), world.context():
        assert decide_on_letters() == 1
    world.revise("price", by="dana", audience="restricted")

    assert round_at(world).posted.sent == 1
    [mail] = outbox(world)
    assert "secret" not in mail.as_string()
    assert mail["Subject"] == "Open is agreed: readers see version 1"


def test_where_nothing_is_left_to_tell_there_is_no_mail(world: World) -> None:
    world.write("price", by="dana")
    yesterday(world, "ana", "price")
    world.revise("price", by="dana", audience="restricted")

    assert (round_at(world).posted.sent, outbox(world)) == (0, [])
    assert letters(world) == [("ana@example.com", True, False)]


def test_nothing_of_a_draft_or_of_a_text_is_in_a_mail(world: World) -> None:
    world.write("price", title="Price", body="Opened to readers: albatross.\n", by="dana")
    world.revise("price", title="Albatross price", body="Albatross.\n", by="dana", released=False)
    yesterday(world, "cleo", "price", about=About.PROPOSED)
    with at(TUESDAY - A_DAY / 2), world.context(), saving() as session:
        entry = world.entry("price")
        session.add(
            Notice(
                user_id=world.people["ana"],
                about=About.MENTION,
                entry_id=entry.id,
                version_id=entry.latest_id,
                at=TUESDAY - A_DAY / 2,
            )
        )

    assert round_at(world).posted.sent == 1
    [mail] = outbox(world)
    assert mail["To"] == "Cleo Marsh <cleo@example.com>"
    assert "lbatross" not in mail.as_string()


def test_a_name_or_a_title_writes_no_head_of_a_mail(world: World) -> None:
    world.write("price", title="Price\nBcc: eve@evil.example\r\n\r\nHello", by="dana")
    with world.context(), saving() as session:
        name = "Milo\r\nBcc: eve@evil.example"
        session.execute(sa.update(User).where(User.id == world.people["milo"]).values(name=name))
        session.execute(
            sa.update(User)
            .where(User.id == world.people["ana"])
            .values(name='Ana, "eve@evil.example"\nBcc: eve@evil.example')
        )
        session.execute(sa.update(Entry).values(title="Price\nBcc: eve@evil.example"))
    yesterday(world, "ana", "price", about=About.MENTION)

    assert round_at(world).posted.sent == 1
    [mail] = outbox(world)
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["ana@example.com"]
    assert "\n" not in mail["Subject"]


def test_the_html_holds_nothing_from_elsewhere_and_runs_nothing(world: World) -> None:
    world.write("price", title='<img src="http://evil.example/x.png"><script>alert(1)</script>')
    yesterday(world, "ana", "price")
    round_at(world)
    html = text_of(outbox(world)[0], "html")

    assert set(re.findall(r"<(\w+)", html)) <= set("html head meta title body div p ul li br a".split())
    assert all(address.startswith(f"{SITE}/") for address in re.findall(r'(?:href|src)="([^"]*)"', html))
    assert "url(" not in html


def test_mail_programs_and_people_can_end_mails_by_it(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")
    round_at(world)
    [mail] = outbox(world)
    address = mail["List-Unsubscribe"].strip().strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(mail)
    assert address in text_of(mail, "html")
    with at(TUESDAY):
        world.app.test_client().post(address.removeprefix(SITE), data={"List-Unsubscribe": "One-Click"})
    world.write("cost")
    with at(TUESDAY + A_DAY / 2):
        told(world, "ana", "cost")

    assert round_at(world, TUESDAY + A_DAY).posted.sent == 0


def test_a_mail_is_no_use_of_what_it_names(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")
    round_at(world)

    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(UsageEvent)) == 0


def test_a_letter_that_was_handed_over_but_not_noted_is_the_same_mail_again(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")
    round_at(world)
    [first] = outbox(world)
    with world.context(), saving() as session:
        session.execute(sa.update(Letter).values(next_at=TUESDAY, sent_at=None))

    assert round_at(world, TUESDAY + timedelta(minutes=3)).posted.sent == 1
    [second] = outbox(world)
    assert second["Message-ID"] == first["Message-ID"]


def test_mails_are_for_nobody_else_on_this_machine(world: World) -> None:
    world.write("price")
    yesterday(world, "ana", "price")
    round_at(world)
    folder = world.app.config["SETTINGS"].instance / "outbox"

    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def mailing(world: World, settings: Settings, mail_server: MailServer) -> Iterator[World]:
    """The same company, with a mail server."""
    app: Flask = create_app(
        replace(
            settings, mail_url=f"smtp://127.0.0.1:{mail_server.port}", public_url="http://playbook.example"
        )
    )
    world.app = app
    yield world
    close(app)


def test_a_mail_server_gets_each_letter_once(mailing: World, mail_server: MailServer) -> None:
    mailing.write("price")
    for name in ("ana", "cleo"):
        yesterday(mailing, name, "price")
    round_at(mailing, site="http://playbook.example")
    round_at(mailing, TUESDAY + timedelta(hours=1), site="http://playbook.example")

    assert sorted(to for to, _ in mail_server.mails) == ["ana@example.com", "cleo@example.com"]
    mail = message_from_bytes(mail_server.mails[0][1], policy=policy.default)
    assert mail["From"] == "Playbook <playbook@playbook.example>"
    assert "http://playbook.example/notices/" in mail.as_string()


def test_an_address_that_is_refused_keeps_no_other_from_its_mail(
    mailing: World, mail_server: MailServer
) -> None:
    mailing.write("price")
    for name in ("ana", "cleo"):
        yesterday(mailing, name, "price")
    mail_server.refused.add("ana@example.com")
    first = round_at(mailing)
    assert (first.posted.sent, first.posted.failed) == (1, 1)

    mail_server.refused.clear()

    assert round_at(mailing, TUESDAY + timedelta(minutes=1)).posted.sent == 0
    assert round_at(mailing, TUESDAY + timedelta(minutes=3)).posted.sent == 1
    assert [over for _, over, _ in letters(mailing)] == [True, True]


def test_a_letter_that_nobody_takes_is_given_up(mailing: World, mail_server: MailServer) -> None:
    mailing.write("price")
    yesterday(mailing, "ana", "price")
    mail_server.refused.add("ana@example.com")

    failed = [round_at(mailing, TUESDAY + number * A_DAY).posted.failed for number in range(7)]

    assert failed == [1, 1, 1, 1, 1, 0, 0]
    assert letters(mailing) == [("ana@example.com", True, False)]


def test_a_mail_server_that_is_away_is_asked_again_later(mailing: World, mail_server: MailServer) -> None:
    mailing.write("price")
    for name in ("ana", "cleo"):
        yesterday(mailing, name, "price")
    right, mailing.app.extensions["mailman"].port = mailing.app.extensions["mailman"].port, 1
    assert round_at(mailing).posted.failed == 1  # the others are left for later
    mailing.app.extensions["mailman"].port = right

    assert round_at(mailing, TUESDAY + timedelta(minutes=5)).posted.sent == 2
