from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from playbook.models import Scope, Token
from playbook.work import saving
from tests.coming_in import PASSWORD, give_passwords
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def secret_on(text: str) -> str:
    found = re.search(r'id="secret"[^>]*>([^<]+)<', text)
    assert found, text
    return found[1]


def made(world: World, person: str, name: str = "Nightly") -> tuple[int, str]:
    with world.context():
        with saving():
            token, secret = Token.make(world.person(person), name=name, scope=Scope.READ, by=None)
        return token.id, secret


def test_a_token_is_shown_once(world: World, browse: Browse) -> None:
    give_passwords(world, "ana")
    ana = browse("ana")

    form = form_of(ana.get("/you/tokens"), "/you/tokens")
    answer = form.send(ana, name="Nightly", days="30", password=PASSWORD)

    secret = secret_on(answer.text)
    with world.context():
        token = Token.of(secret)
        assert token is not None
        assert (token.user_id, token.name, token.scope) == (world.people["ana"], "Nightly", Scope.READ)
    again = ana.get("/you/tokens").text
    assert "Nightly" in again
    assert secret not in again


def test_a_token_carries_no_more_than_its_person(world: World, browse: Browse) -> None:
    offered = {
        name: re.findall(r'<option value="(\w+)"', browse(name).get("/you/tokens").text)
        for name in ("ana", "cleo", "milo", "ada")
    }
    assert offered == {
        "ana": ["read"],
        "cleo": ["read", "write"],
        "milo": ["read", "write"],
        "ada": ["read", "write", "admin"],
    }
    give_passwords(world, "ana")
    typed = {"name": "More", "scope": "admin", "days": "30", "password": PASSWORD}
    answer = browse("ana").post("/you/tokens", typed)
    assert answer.status_code == 422
    assert "Choose one of those." in answer.text
    with world.context():
        assert Token.owned_by(world.person("ana")) == []


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"name": ""}, "Say what it is for"),
        ({"name": "x" * 81}, "Say what it is for"),
        ({"days": "0"}, "A token lives for 1 to 365 days."),
        ({"days": "366"}, "A token lives for 1 to 365 days."),
        ({"days": "٣"}, "A token lives for 1 to 365 days."),
        ({"scope": "everything"}, "Choose one of those."),
        ({"password": ""}, "This is not your password."),
        ({"password": "four wrong words here"}, "This is not your password."),
    ],
)
def test_a_form_with_a_fault_comes_back_as_it_was_typed(
    world: World, browse: Browse, typed: dict[str, str], complaint: str
) -> None:
    give_passwords(world, "ana")
    given = {"name": "Nightly", "scope": "read", "days": "31", "password": PASSWORD, **typed}

    answer = browse("ana").post("/you/tokens", given)

    assert answer.status_code == 422
    assert complaint in answer.text
    assert f'value="{given["name"]}"' in answer.text
    assert f'value="{given["days"]}"' in answer.text
    assert PASSWORD not in answer.text


def test_who_finds_a_browser_open_makes_no_token_by_guessing(world: World, browse: Browse) -> None:
    give_passwords(world, "ana")
    ana = browse("ana")
    typed = {"name": "Nightly", "scope": "read", "days": "30"}

    answers = [
        ana.post("/you/tokens", {**typed, "password": f"wrong words {n}"}).status_code for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
    assert ana.post("/you/tokens", {**typed, "password": PASSWORD}).status_code == 429
    with world.context():
        assert Token.owned_by(world.person("ana")) == []


def test_a_revoked_token_is_worth_nothing(world: World, browse: Browse) -> None:
    id, secret = made(world, "ana")
    ana = browse("ana")

    form_of(ana.get("/you/tokens"), f"/you/tokens/{id}/revoke").send(ana)

    with world.context():
        assert Token.of(secret) is None
    assert "Nightly" not in form_free(ana.get("/you/tokens").text)
    assert ana.post(f"/you/tokens/{id}/revoke").status_code == 404


def form_free(text: str) -> str:
    """The page without what was said once."""
    return re.sub(r'<div class="toasts".*', "", text, flags=re.DOTALL)


def test_tokens_of_others_are_neither_seen_nor_revoked(world: World, browse: Browse) -> None:
    id, secret = made(world, "ana", "Mine alone")
    ada = browse("ada")

    assert "Mine alone" not in ada.get("/you/tokens").text
    missing = ada.post("/you/tokens/999/revoke")
    hidden = ada.post(f"/you/tokens/{id}/revoke")

    assert (hidden.status_code, hidden.text) == (missing.status_code, missing.text)
    with world.context():
        assert Token.of(secret) is not None


def test_nobody_has_more_than_twenty(world: World, browse: Browse) -> None:
    for number in range(20):
        made(world, "ana", f"Token {number}")

    give_passwords(world, "ana")
    typed = {"name": "One more", "scope": "read", "days": "30", "password": PASSWORD}
    answer = browse("ana").post("/you/tokens", typed)

    assert answer.status_code == 409
    assert "Revoke one that you do not need." in answer.text
