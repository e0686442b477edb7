"""playbook user add, list, set, link, disable, enable, erase"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click
import sqlalchemy as sa

from playbook.cli.site import address_options, first_link
from playbook.cli.terminal import Group, print_json
from playbook.db import db
from playbook.errors import NotFound
from playbook.models import AuditRecord, Role, SecondFactor, Team, User
from playbook.models.leaving import erase, named_in
from playbook.models.password import hash_password
from playbook.models.people import Facts, called, change, invite, let_in, link_for, shut_out
from playbook.models.user import SIGNING, Standing
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
    facts = Facts(name=name, email=email, role=Role(role), team=Team(team), signs_for=_signing(signs_for))
    with saving():
        person, secret = invite(facts, by=None)
        if hashed is not None:
            person.set_password(hashed)
    click.echo(first_link(site, secret) if hashed is None else f"{person.email} can sign in.")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_people(*, as_json: bool) -> None:
    """List every account."""
    people = list(db.session.scalars(called("").order_by(None).order_by(User.email)))
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
def set_person(
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
    given = {"name": name, "email": new_email, "role": role and Role(role), "team": team and Team(team)}
    changes: dict[str, Any] = {what: value for what, value in given.items() if value is not None}
    changes |= {"signs_for": _signing(signs_for)} if signs_for is not None else {}
    if not changes and not any((password_stdin, link, enable, no_second_factor)):
        raise click.UsageError(
            "Say what to change: --name, --email, --role, --team, --signs-for, --password-stdin, --link, "
            "--enable, --no-second-factor."
        )
    hashed = _typed_password() if password_stdin else None
    with saving():
        person = person_with(email)
        if enable:
            let_in(person, by=None)
        change(person, replace(Facts.of(person), **changes), by=None)
        if no_second_factor and (factor := SecondFactor.of(person)) is not None:
            factor.remove()
            AuditRecord.note("second factor off", f"people/{person.handle}", by=None)
        if hashed is not None:
            person.set_password(hashed)
            AuditRecord.note("change", f"people/{person.handle}", by=None, password=True)
        secret = link_for(person, by=None) if link else None
    if secret is not None:
        click.echo(first_link(site, secret))


@user.command("link")
@click.argument("email")
@address_options
def print_link(*, email: str, site: str) -> None:
    """Print a link that lets a person set a password, once.

    It works for 72 hours; earlier ones end. The password there is stays until the link is used.
    """
    with saving():
        secret = link_for(person_with(email), by=None)
    click.echo(first_link(site, secret))


@user.command()
@click.argument("email")
def disable(*, email: str) -> None:
    """Let nobody in by an account any more.

    The name stays on what the person wrote. `playbook user enable EMAIL` undoes it.
    """
    with saving():
        person = person_with(email)
        shut_out(person, by=None)
    click.echo(f"{person.email} cannot sign in any more.")


@user.command()
@click.argument("email")
def enable(*, email: str) -> None:
    """Let a disabled account in again.

    Browsers that were signed in stay signed out; tokens that have not ended work again.
    """
    with saving():
        person = person_with(email)
        let_in(person, by=None)
    click.echo(f"{person.email} can sign in again.")


@user.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Name, address and password go for good. Erase this person?")
def erase_person(*, email: str) -> None:
    """Erase a person for good, as the law may ask.

    What was written and signed stays, by nobody. Documents are never rewritten: entries that name the
    person are listed.
    """
    person = person_with(email)
    remaining = named_in(person)
    with saving():
        erase(person_with(email), by=None, remaining=len(remaining))
    for entry in remaining:
        click.echo(f"{entry.path} still names them.")
    click.echo("Erased.")


def person_with(email: str) -> User:
    """The person with this e-mail address.

    Raises:
        NotFound: there is none.
    """
    person = db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))
    if person is None or person.standing is Standing.ERASED:
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
