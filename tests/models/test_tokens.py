from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.errors import Invalid
from playbook.models import AuditRecord, Permission, Role, Scope, Token
from playbook.models.session import fingerprint
from playbook.work import saving
from tests.world import World


def made(world: World, first_name: str = "milo", *, scope: Scope = Scope.WRITE, days: int = 90) -> str:
    with world.context(), saving():
        person = world.person(first_name)
        _, secret = Token.make(person, name="Sync", scope=scope, by=person, days=days)
        return secret


def test_a_secret_is_told_once_and_kept_nowhere(world: World) -> None:
    one, other = made(world), made(world)

    assert one != other
    with world.context():
        for token, secret in zip(
            db.session.scalars(sa.select(Token).order_by(Token.id)), (one, other), strict=True
        ):
            assert token.hash == fingerprint(secret)
            assert secret.startswith(token.shown)
            assert len(token.shown) < len(secret) - 40
        kept = [
            tuple(row) for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table))
        ]
        assert one not in str(kept)
        noted = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == "make token")).all()
        assert [record.thing for record in noted] == ["people/milo.brandt"] * 2


@pytest.mark.parametrize(
    "secret", ["", "null", "playbook_pat_", "playbook_pat_" + "x" * 51, "ü", "x" * 5000, "\ud800"]
)
def test_what_is_no_secret_finds_no_token(world: World, secret: str) -> None:
    made(world)
    with world.context():
        assert Token.of(secret) is None


def test_a_mistyped_secret_is_known_without_looking_for_it(world: World) -> None:
    secret = made(world)
    asked: list[str] = []
    with world.context():
        engine = db.engines[None]
        sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for place in range(len(secret)):
            other = "a" if secret[place] != "a" else "b"
            assert Token.of(secret[:place] + other + secret[place + 1 :]) is None
        assert Token.of(secret[:-1]) is None
        assert asked == []
        assert Token.of(secret) is not None
        assert asked != []


def test_a_token_ends_with_its_time_its_person_or_a_word(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, disabled, expired = made(world), made(world, "dana"), made(world, "ada", days=1)
    with world.context():
        assert all(Token.of(secret) is not None for secret in (revoked, disabled, expired))
    with world.context(), saving():
        token = Token.of(revoked)
        assert token is not None
        token.revoke(by=world.person("milo"))
        token.revoke(by=world.person("milo"))
        world.person("dana").disable()
    with world.context():
        assert Token.of(revoked) is None
        assert Token.of(disabled) is None
        assert Token.of(expired) is not None
        later = clock.now() + timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert Token.of(expired) is None
        words = sa.select(sa.func.count()).where(AuditRecord.action == "revoke token")
        assert db.session.scalar(words) == 1


def test_a_token_carries_what_its_scope_and_the_role_of_its_person_both_hold(world: World) -> None:
    carried = {}
    for first_name, scope in (
        ("ana", Scope.ADMIN),
        ("milo", Scope.READ),
        ("milo", Scope.WRITE),
        ("ada", Scope.ADMIN),
    ):
        secret = made(world, first_name, scope=scope)
        with world.context():
            token = Token.of(secret)
            assert token is not None
            carried[first_name, scope] = {each for each in Permission if token.carries(each)}

    assert carried["ana", Scope.ADMIN] == {Permission.READ}
    assert carried["milo", Scope.READ] == {Permission.READ, Permission.REPORTS}
    assert Permission.CURATE in carried["milo", Scope.WRITE]
    assert Permission.ADMINISTER not in carried["milo", Scope.WRITE]
    assert carried["ada", Scope.ADMIN] == set(Permission)


def test_a_token_follows_the_role_of_its_person(world: World) -> None:
    secret = made(world, "ada", scope=Scope.ADMIN)
    with world.context(), saving():
        world.person("ada").role = Role.REP
    with world.context():
        token = Token.of(secret)
        assert token is not None
        assert not token.carries(Permission.REVISE)


def test_the_last_use_is_written_down_now_and_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def used(secret: str) -> object:
        with world.context():
            assert Token.of(secret) is not None
        with world.context():
            return db.session.scalar(sa.select(Token.used_at))

    secret = made(world)
    start = clock.now()
    seen = []
    for minutes in (0, 4, 6):
        moment = start + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        seen.append(used(secret))

    assert seen == [start, start, start + timedelta(minutes=6)]


@pytest.mark.parametrize(
    ("name", "days"), [("", 1), (" ", 1), ("x" * 81, 1), ("a\0b", 1), ("Sync", 0), ("Sync", 366)]
)
def test_a_token_has_a_name_and_an_end(world: World, name: str, days: int) -> None:
    with world.context(), pytest.raises(Invalid), saving():
        person = world.person("milo")
        Token.make(person, name=name, scope=Scope.READ, by=person, days=days)
