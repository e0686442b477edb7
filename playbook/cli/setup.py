"""playbook setup"""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from alembic import command as alembic
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext

from playbook import search
from playbook.cli.site import address_options, first_link
from playbook.cli.terminal import Command, Slow, say
from playbook.content.deriving import outdated, rebuild_derived
from playbook.content.starter import load_starter, remember, state
from playbook.db import db, transaction
from playbook.errors import Conflict
from playbook.models import AuditRecord, OneTimeLink, Role, User, begin_epoch, epoch
from playbook.search.lock import only_writer
from playbook.work import saving

LOCK = "setup.lock"  # in the instance folder
WAIT_SECONDS = 600  # for another setup, which may be rendering a large playbook anew

ADMINISTRATOR = "admin@playbook.local"  # until they say who they are, on the page that the link opens


@click.command(cls=Command)
@click.option("--no-starter", is_flag=True, help="Begin without the starter playbook.")
@with_appcontext
@address_options
def setup(*, no_starter: bool, site: str) -> None:
    """Make the instance, or bring it up to date.

    That is its database, the starter playbook and the search index. Run it as often as you like, also
    while the playbook is served; what is right already stays as it is. Until there is an
    administrator, it prints a link that lets the first one in, once.
    """
    with only_writer(Path(current_app.instance_path) / LOCK, wait=WAIT_SECONDS) as mine:
        if not mine:
            raise Conflict("Another setup is still at work.")
        migrate()
        begin(no_starter=no_starter)
        if state() == "wanted":
            say(f"Starter playbook: {load_starter(progress=Slow('texts read'))} entries")
        if versions := outdated():
            rebuild_derived(versions, progress=Slow("versions rendered anew"))
        search.catch_up()
        search.the_index().wait()
        secret = invite_first_administrator()
    if secret is not None:
        click.echo(f"Sign in for the first time, within 72 hours: {first_link(site, secret)}")


def migrate() -> None:
    """Bring the tables up to date.

    Raises:
        Conflict: the database was made by a later version of the playbook.
    """
    config = current_app.extensions["migrate"].migrate.get_config()
    try:
        alembic.upgrade(config, "heads")
    except CommandError as error:
        raise Conflict(
            f"The database is of another version of the playbook than this program: {error}"
        ) from error


def begin(*, no_starter: bool) -> None:
    """Give a new database its epoch, and decide once whether it gets the starter playbook."""
    if epoch() and state():
        return
    with transaction() as session:
        if not epoch():
            begin_epoch()
        if not state():
            remember(session, "absent" if no_starter else "wanted")
    search.rebuild()  # an index of before the epoch is none


def invite_first_administrator() -> str | None:
    """The secret of a link for the first administrator; none as soon as one has a password."""
    administrators = sa.select(User).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.demonstration.is_(False)
    )
    if db.session.scalar(administrators.where(User.password_hash.is_not(None)).limit(1)):
        return None
    with saving() as session:
        person = session.scalar(administrators.order_by(User.id).limit(1))
        if person is None:
            person = User.invite(email=ADMINISTRATOR, name="Administrator", role=Role.ADMIN)
            AuditRecord.note("invite", f"people/{person.handle}", by=None, role=Role.ADMIN.value)
        return OneTimeLink.make(person)
