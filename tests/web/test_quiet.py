from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from playbook import clock
from playbook.models import Digest
from playbook.models.leaving import erase
from playbook.telling.quiet import quiet_token
from playbook.work import saving
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def token(app: Flask, world: World, person: str = "ana") -> str:
    with world.context():
        return quiet_token(world.person(person), key=str(app.secret_key))


def digests(world: World) -> dict[str, str]:
    with world.context():
        return {name: world.person(name).digest.value for name in world.people}


def set_digest(world: World, person: str, digest: Digest) -> None:
    with world.context(), saving():
        world.person(person).digest = digest


def one_click(app: Flask, secret: str, **given: object) -> TestResponse:
    """As a mail program does it: no cookie, no form of ours."""
    return app.test_client().post(f"/quiet/{secret}", data=ONE_CLICK, **given)


def test_opening_the_link_shows_one_button_and_changes_nothing(
    app: Flask, world: World, browse: Browse
) -> None:
    before = digests(world)
    answer = browse("").get(f"/quiet/{token(app, world)}")

    assert answer.status_code == 200
    assert answer.text.count("<button") == 1
    assert "Send me no more mails" in answer.text
    assert "Ana" not in answer.text
    assert digests(world) == before


def test_the_button_ends_mails_without_signing_in_and_undo_brings_them_back(
    app: Flask, world: World, browse: Browse
) -> None:
    set_digest(world, "ana", Digest.WEEKLY)
    stranger, address = browse(""), f"/quiet/{token(app, world)}"
    stopped = form_of(stranger.get(address), address).send(stranger)
    assert stopped.status_code == 303
    assert digests(world)["ana"] == "never"

    page = stranger.get(stopped.location)
    assert "No more mails" in page.text
    assert form_of(page, address).send(stranger).status_code == 303

    assert digests(world)["ana"] == "weekly"
    assert "on Mondays" in stranger.get(address).text


def test_one_click_of_a_mail_program_ends_mails(app: Flask, world: World) -> None:
    secret = token(app, world)
    for _ in range(2):  # sent again, it changes nothing more
        answer = one_click(app, secret)
        assert (answer.status_code, answer.text) == (200, "No more mails.\n")

    assert digests(world) == {**digests(world), "ana": "never"}
    assert set(digests(world).values()) == {"daily", "never"}


def test_undo_needs_the_form_and_one_click_never_undoes(app: Flask, world: World) -> None:
    secret = token(app, world)
    set_digest(world, "ana", Digest.NEVER)
    assert app.test_client().post(f"/quiet/{secret}", data={"how": "undo", "was": "daily"}).status_code == 400
    one_click(app, secret)
    app.test_client().post(f"/quiet/{secret}", data={**ONE_CLICK, "how": "undo", "was": "daily"})

    assert digests(world)["ana"] == "never"


FORGED: dict[str, Callable[[str], str]] = {
    "nothing like one": lambda secret: "no-such-secret",
    "shorter": lambda secret: secret[:-1],
    "longer": lambda secret: secret + "x",
    "for another": lambda secret: "X" + secret[1:],
    "unsigned": lambda secret: secret.split(".")[0],
    "in capitals": lambda secret: secret.upper(),
    "empty": lambda secret: ".",
    "endless": lambda secret: "a" * 5000,
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_link_that_is_none_of_ours_does_nothing(app: Flask, world: World, forged: str) -> None:
    secret = FORGED[forged](token(app, world))
    before = digests(world)

    assert app.test_client().get(f"/quiet/{secret}").status_code == 404
    assert one_click(app, secret).status_code == 404
    assert digests(world) == before


def test_a_signature_for_something_else_does_not_count(app: Flask, world: World) -> None:
    from itsdangerous import URLSafeSerializer

    with world.context():
        said = [world.people["ana"], clock.now().date().toordinal()]
    for salt in ("quiet", "cookie-session", "itsdangerous"):
        for key in (str(app.secret_key), "k" * 32):
            forged = URLSafeSerializer(key, salt=salt).dumps(said)
            assert one_click(app, forged).status_code == 404
    assert digests(world)["ana"] == "daily"


def test_each_link_is_for_one_person(app: Flask, world: World) -> None:
    one_click(app, token(app, world, "milo"))

    assert {name for name, digest in digests(world).items() if digest == "never"} == {"milo"}


def test_a_link_holds_for_a_year(app: Flask, world: World) -> None:
    secret = token(app, world)
    moment = clock.now()
    with time_machine.travel(moment + timedelta(days=367)):
        assert one_click(app, secret).status_code == 404
    with time_machine.travel(moment + timedelta(days=365)):
        assert one_click(app, secret).status_code == 200


def test_the_link_of_somebody_who_left_is_of_no_use(app: Flask, world: World) -> None:
    secret = token(app, world)
    with world.context(), saving():
        erase(world.person("ana"), by=world.person("ada"), remaining=0)

    assert app.test_client().get(f"/quiet/{secret}").status_code == 404
    assert one_click(app, secret).status_code == 404


def test_another_site_cannot_click_for_somebody(app: Flask, world: World) -> None:
    answer = one_click(app, token(app, world), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400
    assert digests(world)["ana"] == "daily"


def test_undo_takes_only_what_can_be_chosen(app: Flask, world: World, browse: Browse) -> None:
    address = f"/quiet/{token(app, world)}"
    stranger = browse("")
    form_of(stranger.get(address), address).send(stranger)
    form_of(stranger.get(address), address).send(stranger, was="hourly")

    assert digests(world)["ana"] == "daily"
