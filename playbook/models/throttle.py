"""How often something was tried lately, counted in the database so that every process counts the same."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, quick
from playbook.errors import TooMany
from playbook.models.session import fingerprint

ON_ONE_BROOM = 100  # rows swept at once: whoever comes in does not wait for a year's dust
KEPT = timedelta(days=2)  # longer than any limit below looks back


class Attempts(Model):
    """Tries under one key within one window of time."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


@dataclass(frozen=True)
class Limit:
    """So many tries at one thing within so long, counted from the first of them."""

    name: str
    most: int
    within: timedelta

    def of(self, *about: object) -> Tries:
        """The tries that are about the same. What they are about is kept as its fingerprint."""
        return Tries(f"{self.name}:{fingerprint(repr(about))}", self)


@dataclass(frozen=True)
class Tries:
    """One counter: what `take` counts in."""

    key: str
    limit: Limit


# A wrong password, by account and address together, by address (a whole office may stand behind one), and
# by account wherever it comes from. The last does not hold for addresses the person is known at: somebody
# who guesses from many places must not be able to shut the owner out.
SIGN_IN_HERE = Limit("sign-in here", 10, timedelta(minutes=15))
SIGN_IN_ADDRESS = Limit("sign-in address", 100, timedelta(minutes=15))
SIGN_IN_ACCOUNT = Limit("sign-in account", 50, timedelta(hours=1))
# A code has a million values and three are right at a time, so fewer tries and a longer memory.
CODE_ONCE = Limit("code", 5, timedelta(minutes=15))
CODE_HERE = Limit("code here", 20, timedelta(hours=1))
CODE_ACCOUNT = Limit("code account", 40, timedelta(days=1))
# Somebody who sits at another person's open browser, guessing.
PASSWORD_AGAIN = Limit("password again", 10, timedelta(minutes=15))
LINK = Limit("link", 30, timedelta(minutes=15))


def place(address: str) -> str:
    """What counts as one address: the address itself, of IPv6 the network that one subscriber is given."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 6:
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def take(*counters: Tries) -> int:
    """Count one try in each; how many more the first allows. Call before what may fail, and not within `transaction()`.

    Raises:
        TooMany: one of them is used up. Then none has counted this try.
    """
    moment = clock.now()
    left = []
    with quick() as connection:
        for tries in counters:  # always in the same order of limits, so that nobody waits in a circle
            since, count = connection.execute(_counted(connection, tries, moment)).one()
            if count > tries.limit.most:
                raise TooMany(until=since + tries.limit.within)
            left.append(tries.limit.most - count)
    return left[0]


def give_back(*counters: Tries) -> None:
    """Take the last try back: it was no mistake."""
    with quick() as connection:
        for tries in counters:
            mistaken = sa.update(Attempts).where(Attempts.key == tries.key, Attempts.count > 0)
            connection.execute(mistaken.values(count=Attempts.count - 1))


def forget(*counters: Tries) -> None:
    """Begin anew: whoever got it right may get it wrong as often again. Sweeps away what is old."""
    moment = clock.now()
    old = sa.select(Attempts.key).where(Attempts.since < moment - KEPT).limit(ON_ONE_BROOM)
    with quick() as connection:
        for tries in counters:
            connection.execute(sa.delete(Attempts).where(Attempts.key == tries.key))
        found = connection.scalars(old.with_for_update(skip_locked=True)).all()
        connection.execute(sa.delete(Attempts).where(Attempts.key.in_(found)))


def _counted(connection: sa.Connection, tries: Tries, moment: datetime) -> sa.Executable:
    """One statement, so that two who try at once are two: the count, in a new window if the old one is over.

    A window that begins far in the future is of a clock that was wrong, and over too.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    within = tries.limit.within
    over = sa.or_(Attempts.since <= moment - within, Attempts.since > moment + within)
    return (
        insert(Attempts)
        .values(key=tries.key, since=moment, count=1)
        .on_conflict_do_update(
            index_elements=[Attempts.key],
            set_={
                "count": sa.case((over, 1), else_=Attempts.count + 1),
                "since": sa.case((over, sa.literal(moment, Attempts.since.type)), else_=Attempts.since),
            },
        )
        .returning(Attempts.since, Attempts.count)
    )
