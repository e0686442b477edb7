"""Coming in as people do: with a password, with a code, and by a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from playbook.models import OneTimeLink
from playbook.models.password import hash_password
from playbook.work import saving
from tests.web.forms import form_of
from tests.world import Browser, World

PASSWORD = "four plain words here"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def give_passwords(world: World, *first_names: str) -> None:
    """Have these people choose the same password."""
    with world.context():
        hashed = hash_password(PASSWORD)
        with saving():
            for first_name in first_names:
                world.person(first_name).set_password(hashed)


def sign_in(
    client: FlaskClient, email: str = "ana@example.com", password: str = PASSWORD, **typed: str
) -> TestResponse:
    """Fill in the sign-in page."""
    return form_of(client.get("/sign-in"), "/sign-in").send(
        Browser(client), email=email, password=password, **typed
    )


def guess(client: FlaskClient, *, address: str = "127.0.0.1", **headers: str) -> TestResponse:
    """Try Ana's account with a wrong password, from an address."""
    page = client.get("/sign-in")
    typed = {
        **form_of(page, "/sign-in").values,
        "email": "ana@example.com",
        "password": "four wrong words here",
    }
    return client.post("/sign-in", data=typed, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


def cookie(client: FlaskClient, name: str = "playbook") -> str:
    found = client.get_cookie(name)
    return found.value if found else ""


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    answer = client.get("/notes/")
    assert answer.status_code == 200 or answer.location == "/sign-in?next=/notes/"
    return answer.status_code == 200


def link(world: World, first_name: str = "cleo") -> str:
    """The path of a one-time link."""
    with world.context(), saving():
        return f"/first/{OneTimeLink.make(world.person(first_name))}"


@dataclass(frozen=True)
class Telephone:
    """An authenticator app, and the recovery codes that were printed."""

    secret: str
    codes: list[str]

    def code(self, moment: datetime) -> str:
        """What it shows at that moment."""
        return pyotp.TOTP(self.secret).at(moment)


def set_up(browser: Browser, *, at: datetime, password: str = PASSWORD) -> Telephone:
    """Turn on a second factor for whoever is signed in; the clock has to stand at `at`."""
    form_of(browser.get("/you/second-factor"), "/second-factor").send(browser, password=password)
    page = browser.get("/you/second-factor")
    found = re.search(r'id="secret"[^>]*>([^<]+)<', page.text)
    assert found, page.text
    secret = "".join(found.group(1).split())
    answer = form_of(page, "/confirm").send(browser, code=pyotp.TOTP(secret).at(at))
    return Telephone(secret, recovery_codes(answer))


def recovery_codes(answer: TestResponse) -> list[str]:
    """Those that a page shows."""
    shown = re.search(r'<pre[^>]*id="codes"[^>]*>([^<]+)</pre>', answer.text)
    assert shown, answer.text
    return shown.group(1).split()
