"""Who did what, when and from where?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from playbook.db import db
from playbook.kinds import BY_FOLDER
from playbook.models import Address, AuditRecord, Entry, User, visible
from playbook.models.audit import DENIED

NOT_NAMED = "an entry that you can no longer see"
SIDES = {"sales": "Sales", "marketing": "Marketing", "owner": "the owner"}
GROUNDS = {
    "signed": "with that, version {} is agreed",
    "unasked": "with that, version {} is agreed, because nobody’s signature is needed",
    "migrated": "brought version {} in as agreed",
    "published": "published version {}",
}


@dataclass(frozen=True)
class Deed:
    """One record, and whoever did it: nobody where it was the command line or a stranger, or they are gone."""

    record: AuditRecord
    person: User | None

    @property
    def words(self) -> str:
        """What was done to the thing that the record names, in plain words."""
        return in_words(self.record)


@dataclass(frozen=True, kw_only=True)
class Audited:
    """Records of the audit log, the newest first.

    `who` is part of a name or a handle: what these people did, and what was done to their accounts. `thing` is
    part of an address. `since` and `until` are days (UTC), both counted in. `before` is the number of a record:
    only older ones.
    """

    who: str = ""
    action: str = ""
    thing: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    limit: int = 50

    def __iter__(self) -> Iterator[Deed]:
        asked = (
            sa.select(AuditRecord, User)
            .outerjoin(User, User.id == AuditRecord.user_id)
            .where(*self._clauses())
            .order_by(AuditRecord.id.desc())
            .limit(self.limit)
        )
        for record, person in db.session.execute(asked):
            yield Deed(record, person)

    def _clauses(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.who:
            people = list(db.session.execute(sa.select(User.id, User.handle).where(_called(self.who))))
            yield sa.or_(
                AuditRecord.user_id.in_([each.id for each in people]),
                AuditRecord.thing.in_([f"people/{each.handle}" for each in people]),
            )
        if self.action:
            yield AuditRecord.action == self.action
        if self.thing:
            yield AuditRecord.thing.icontains(self.thing, autoescape=True)
        if self.since is not None:
            yield AuditRecord.at >= _midnight(self.since)
        if self.until is not None and self.until < date.max:
            yield AuditRecord.at < _midnight(self.until + timedelta(days=1))
        if self.before is not None:
            yield AuditRecord.id < self.before


def held_about(person: User) -> Iterator[dict[str, str]]:
    """What the log says of what somebody did and of what was done to their account, for nobody but them.

    Nobody else is named, nor where others came from. What one may no longer see is not named either.
    """
    own = f"people/{person.handle}"
    asked = (
        sa.select(AuditRecord)
        .where(sa.or_(AuditRecord.user_id == person.id, AuditRecord.thing == own))
        .order_by(AuditRecord.id.desc())
    )
    known = sa.select(Address.slug).join(Entry, Entry.id == Address.entry_id).where(visible(person))
    slugs = set(db.session.scalars(known))
    for record in db.session.scalars(asked):
        folder, _, rest = record.thing.partition("/")
        is_hidden = folder in BY_FOLDER and rest.partition("/")[0] not in slugs
        by_them = record.user_id == person.id
        yield {
            "at": record.at.isoformat(),
            "by": "you" if by_them else "somebody else",
            "what": record.action if is_hidden else in_words(record),
            "thing": NOT_NAMED if is_hidden else record.thing,
            "from": record.origin if by_them else "",
        }


def actions() -> list[str]:
    """Every act that was ever recorded, by name."""
    return list(db.session.scalars(sa.select(AuditRecord.action).distinct().order_by(AuditRecord.action)))


def _called(words: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.icontains(words, autoescape=True) for column in (User.name, User.handle)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def in_words(record: AuditRecord) -> str:
    """What was done, as a phrase after a name: "signed version 3 for Marketing"."""
    if record.is_redacted and record.action not in {"erase", "erase person", "remove starter"}:
        return f"{record.action}; what it was about was erased"
    say = WORDS.get(record.action)
    return say(_Said(record.detail)) if say is not None else record.action


class _Said(dict[str, Any]):
    """The details of a record. What an older record does not say reads as a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"

    @property
    def side(self) -> str:
        return SIDES.get(str(self["team"]), str(self["team"]))


def _changed(said: _Said) -> str:
    if own := said.get("own"):
        return f"changed their own {_listed(own)}"
    if said.get("password"):
        return "chose another password"
    if "calendar" in said:
        return "gave their calendar another address"
    facts = [f"{name.replace('_', ' ')} {value or 'none'}" for name, value in said.items()]
    return f"changed the account: {', '.join(facts)}"


def _refused(said: _Said) -> str:
    token = f" Token {said['token']}…" if "token" in said else ""
    last = " No more of these are written down within this hour." if said.get("last") else ""
    return f"was refused. {said['why']}{token}{last}"


def _imported(said: _Said) -> str:
    as_agreed = " as agreed" if said.get("as_agreed") else ""
    numbers = ", ".join(f"{said[what]} {what}" for what in ("created", "revised", "refused"))
    return f"brought in a folder{as_agreed}: {numbers}"


def _rule(said: _Said) -> str:
    now = " and ".join(SIDES.get(side, side) for side in said.get("after") or ()) or "nobody"
    return f"had this kind ask for the signatures of {now}"


def _listed(words: Any) -> str:
    return " and ".join(map(str, words)) if isinstance(words, list) else str(words)


WORDS: dict[str, Callable[[_Said], str]] = {
    "draft": lambda said: "wrote the first version",
    "revise": lambda said: f"wrote version {said['version']}",
    "propose": lambda said: f"proposed version {said['version']}",
    "withdraw": lambda said: f"withdrew the proposal of version {said['version']}",
    "sign": lambda said: f"signed version {said['version']} for {said.side}",
    "disagree": lambda said: f"did not agree to version {said['version']}, for {said.side}",
    "release": lambda said: GROUNDS.get(said["ground"], "released version {}").format(said["version"]),
    "review": lambda said: f"looked at version {said['version']} again: {said['answer']}",
    "retire": lambda said: f"retired it: {said['reason']}",
    "unretire": lambda said: "brought it back",
    "rename": lambda said: f"gave it the address {said['slug']}",
    "move": lambda said: f"moved it to another kind, {said['kind']}",
    "comment": lambda said: f"commented on version {said['version']}",
    "resolve comment": lambda said: "settled a comment",
    "reopen comment": lambda said: "opened a comment again",
    "take back comment": lambda said: "took a comment back",
    "bulk change": lambda said: f"changed {said['entries']} entries at once",
    "import": _imported,
    "choose rule": _rule,
    "erase": lambda said: f"erased an entry for good: {said['reason']}",
    "erase person": lambda said: "erased a person",
    "remove starter": lambda said: "removed the starter playbook",
    "invite": lambda said: f"invited somebody as {said['role']}",
    "change": _changed,
    "disable": lambda said: "closed the account",
    "enable": lambda said: "opened the account again",
    "leave": lambda said: "closed their own account",
    "link": lambda said: "made a link to choose a password by",
    "end sessions": lambda said: "signed them out everywhere",
    "second factor on": lambda said: "turned the second factor on",
    "second factor off": lambda said: "turned the second factor off",
    "recovery codes": lambda said: "made new recovery codes",
    "make token": lambda said: (
        f"made the token “{said['name']}”, which may {said['scope']}, for {said['days']} days"
    ),
    "revoke token": lambda said: f"ended the token “{said['name']}”",
    DENIED: _refused,
}
