"""playbook user add, list, set, disable"""

from __future__ import annotations

import sys
from typing import Any

import click
import sqlalchemy as sa

from playbook.cli.site import address_options, first_link
from playbook.cli.terminal import Group, print_json
from playbook.db import db
from playbook.errors import NotFound
from playbook.models import AuditRecord, OneTimeLink, Role, SecondFactor, Team, User
from playbook.models.password import hash_password
from playbook.models.user import SIGNING
from playbook.work import saving

ROLES = click.Choice([role.value for role in Role])
TEAMS = click.Choice([team.value for team in Team])
NOBODY = "nobody"
SIGNERS = click.Choice([*(team.value for team in SIGNING), NOBODY])

user = Group("user", help="People and what they may do.")


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--team", type=TEAMS, default="other", show_default=True, help="Whom they work with.")
@click.option("--signs-for", type=SIGNERS, default=NOBODY, help="Whose signature they can give.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@address_options
def add(
    *, email: str, name: str, role: str, team: str, signs_for: str, password_stdin: bool, site: str
) -> None:
    """Make an account.

    Without a password, it prints a link that lets the person set one, once, within 72 hours.
    """
    hashed = _typed_password() if password_stdin else None
    with saving():
        person = User.invite(
            email=email, name=name, role=Role(role), team=Team(team), signs_for=_signing(signs_for)
        )
        if hashed is not None:
            person.set_password(hashed)
        AuditRecord.note(
            "invite", f"people/{person.handle}", by=None, role=role, team=team, signs_for=person.signs_for
        )
        secret = OneTimeLink.make(person) if hashed is None else None
    click.echo(first_link(site, secret) if secret is not None else f"{person.email} can sign in.")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_people(*, as_json: bool) -> None:
    """List every account."""
    people = list(db.session.scalars(sa.select(User).order_by(User.email)))
    if as_json:
        print_json([_document(person) for person in people])
        return
    for person in people:
        marks = [
            *(["disabled"] if person.disabled_at else []),
            *(["demonstration"] if person.demonstration else []),
            *([] if person.password_hash else ["no password"]),
            *([f"signs for {person.signs_for}"] if person.signs_for else []),
        ]
        row = (person.email, person.name, person.role.value, person.team.value, ", ".join(marks))
        click.echo("\t".join(cell for cell in row if cell))


@user.command("set")
@click.argument("email")
@click.option("--name", help="First and last name.")
@click.option("--email", "new_email", help="The e-mail address from now on.")
@click.option("--role", type=ROLES, help="What they may do.")
@click.option("--team", type=TEAMS, help="Whom they work with.")
@click.option("--signs-for", type=SIGNERS, help="Whose signature they can give.")
@click.option("--password-stdin", is_flag=True, help="Read a new password from standard input.")
@click.option("--link", is_flag=True, help="Print a link that lets the person set a new password, once.")
@click.option("--enable", is_flag=True, help="Let a disabled account in again.")
@click.option("--no-second-factor", is_flag=True, help="Ask for the password alone, until another is set up.")
@address_options
def change(
    *,
    email: str,
    name: str | None,
    new_email: str | None,
    role: str | None,
    team: str | None,
    signs_for: str | None,
    password_stdin: bool,
    link: bool,
    enable: bool,
    no_second_factor: bool,
    site: str,
) -> None:
    """Change an account.

    A new password, and another role, end every session of the person.
    """
    wanted = {"name": name, "email": new_email, "role": role, "team": team, "signs_for": signs_for}
    changes: dict[str, Any] = {what: value for what, value in wanted.items() if value is not None}
    changes |= {"password": True} if password_stdin else {}
    changes |= {"enabled": True} if enable else {}
    changes |= {"second_factor": False} if no_second_factor else {}
    if not changes and not link:
        raise click.UsageError(
            "Say what to change: --name, --email, --role, --team, --signs-for, --password-stdin, --link, "
            "--enable, --no-second-factor."
        )
    hashed = _typed_password() if password_stdin else None
    with saving():
        person = person_with(email)
        if name is not None or new_email is not None:
            person.introduce(name=name or person.name, email=new_email or person.email)
        if enable:
            person.enable()
        if role is not None:
            person.take_role(Role(role), by=None)
        person.team = Team(team) if team else person.team
        person.signs_for = _signing(signs_for) if signs_for else person.signs_for
        if no_second_factor and (factor := SecondFactor.of(person)) is not None:
            factor.remove()
        if hashed is not None:
            person.set_password(hashed)
        if changes:
            AuditRecord.note("change", f"people/{person.handle}", by=None, **changes)
        secret = OneTimeLink.make(person) if link else None
    if secret is not None:
        click.echo(first_link(site, secret))


@user.command()
@click.argument("email")
def disable(*, email: str) -> None:
    """Let nobody in by an account any more.

    The name stays on what the person wrote. `playbook user set EMAIL --enable` undoes it.
    """
    with saving():
        person = person_with(email)
        if person.disabled_at is None:
            person.disable()
            AuditRecord.note("disable", f"people/{person.handle}", by=None)
    click.echo(f"{person.email} cannot sign in any more.")


def person_with(email: str) -> User:
    """The person with this e-mail address.

    Raises:
        NotFound: there is none.
    """
    person = db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))
    if person is None:
        raise NotFound(f"Nobody here has the address {email}.")
    return person


def _signing(team: str) -> Team | None:
    return None if team == NOBODY else Team(team)


def _typed_password() -> str:
    """The first line of standard input, hashed."""
    return hash_password(sys.stdin.readline().rstrip("\r\n"))


def _document(person: User) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "handle": person.handle,
        "role": person.role.value,
        "team": person.team.value,
        "signs_for": person.signs_for.value if person.signs_for else None,
        "has_password": person.password_hash is not None,
        "disabled": person.disabled_at is not None,
        "demonstration": person.demonstration,
    }
