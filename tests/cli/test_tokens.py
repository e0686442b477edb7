from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import AuditRecord, Scope, Token
from tests.cli.conftest import Playbook, told
from tests.world import World


def test_a_token_is_printed_once_alone_on_a_line(world: World, playbook: Playbook) -> None:
    result = playbook(
        "token", "create", "ana@example.com", "--scope", "read", "--name", "Nightly", "--days", "7"
    )

    [secret] = result.stdout.splitlines()
    assert "until" in result.stderr
    assert secret not in result.stderr
    with world.context():
        token = Token.of(secret)
        assert token is not None
        assert (token.name, token.scope, token.user_id) == ("Nightly", Scope.READ, world.people["ana"])
        assert (token.expires_at - token.created_at).days == 7
        kept = db.session.execute(sa.text("SELECT * FROM token")).one()
        assert secret not in map(str, kept)


def test_tokens_are_listed_without_their_secrets(world: World, playbook: Playbook) -> None:
    secret = playbook("token", "create", "ana@example.com", "--scope", "write").stdout.strip()
    playbook("token", "create", "ada@example.com", "--scope", "admin")

    [ana] = told(playbook("token", "list", "ANA@example.com", "--json"))
    everybody = playbook("token", "list")

    assert (ana["email"], ana["scope"], ana["lives"], ana["used_at"]) == (
        "ana@example.com",
        "write",
        True,
        None,
    )
    assert secret.startswith(ana["begins"])
    assert len(everybody.stdout.splitlines()) == 2
    assert secret not in everybody.stdout
    assert "never used" in everybody.stdout


def test_a_revoked_token_is_worth_nothing(world: World, playbook: Playbook) -> None:
    secret = playbook("token", "create", "ana@example.com", "--scope", "read").stdout.strip()
    [listed] = told(playbook("token", "list", "--json"))

    assert playbook("token", "revoke", str(listed["id"])).exit_code == 0

    with world.context():
        assert Token.of(secret) is None
        assert db.session.scalars(sa.select(AuditRecord.action)).all() == ["make token", "revoke token"]
    assert told(playbook("token", "list", "--json"))[0]["lives"] is False


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("create", "ana@example.com"), "Missing option '--scope'"),
        (("create", "ana@example.com", "--scope", "king"), "'king' is not one of"),
        (("create", "nobody@example.com", "--scope", "read"), "Nobody here has the address"),
        (("create", "ana@example.com", "--scope", "read", "--days", "366"), "366 is not in the range"),
        (("create", "ana@example.com", "--scope", "read", "--name", " "), "name: Say what it is for"),
        (("revoke", "99"), "There is no token 99."),
        (("list", "nobody@example.com"), "Nobody here has the address"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    world: World, playbook: Playbook, arguments: tuple[str, ...], complaint: str
) -> None:
    result = playbook("token", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
