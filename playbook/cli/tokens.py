"""playbook token create, list, revoke"""

from __future__ import annotations

from typing import Any

import click
import sqlalchemy as sa

from playbook.cli.people import person_with
from playbook.cli.terminal import Group, print_json, say
from playbook.db import db
from playbook.errors import NotFound
from playbook.models import Scope, Token, User
from playbook.models.token import LONGEST_LIFE, USUAL_LIFE
from playbook.work import saving

token = Group("token", help="Tokens, by which programs use the API in somebody's name.")


@token.command()
@click.argument("email")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    required=True,
    help="How much of what the person may do.",
)
@click.option("--name", default="from the command line", show_default=True, help="What it is for.")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_LIFE),
    default=USUAL_LIFE,
    show_default=True,
    help="How long it is good for.",
)
def create(*, email: str, scope: str, name: str, days: int) -> None:
    """Make a token.

    Prints it alone on a line, this once: what is kept is its fingerprint.
    """
    with saving():
        made, secret = Token.make(person_with(email), name=name, scope=Scope(scope), by=None, days=days)
    say(f"Token {made.id} is good until {made.expires_at:%Y-%m-%d}. It is not shown again.")
    click.echo(secret)


@token.command("list")
@click.argument("email", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_tokens(*, email: str | None, as_json: bool) -> None:
    """List tokens, of a person or of everybody.

    Their secrets are kept nowhere.
    """
    wanted = sa.select(Token).join(User).order_by(User.email, Token.id)
    if email is not None:
        wanted = wanted.where(Token.user_id == person_with(email).id)
    rows = [_document(each) for each in db.session.scalars(wanted)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        used = f"used {row['used_at'][:10]}" if row["used_at"] else "never used"
        state = "good" if row["lives"] else "ended"
        cells = (row["id"], row["email"], row["name"], row["begins"], row["scope"], used)
        click.echo("\t".join(map(str, (*cells, f"until {row['expires_at'][:10]}", state))))


@token.command()
@click.argument("number", type=click.IntRange(1))
def revoke(*, number: int) -> None:
    """End a token for good.

    `playbook token list` has its number.
    """
    with saving() as session:
        found = session.get(Token, number)
        if found is None:
            raise NotFound(f"There is no token {number}.")
        found.revoke(by=None)
    click.echo(f"Token {number} is worth nothing any more.")


def _document(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "email": token.user.email,
        "name": token.name,
        "begins": token.shown,
        "scope": token.scope.value,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "used_at": token.used_at.isoformat() if token.used_at else None,
        "lives": token.lives(),
    }
