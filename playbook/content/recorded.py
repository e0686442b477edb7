"""Versions, signatures, releases and proposals, held against the audit log and against the rule of two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from playbook.content.auditing import Log, Said, Sayings
from playbook.content.fault import Fault
from playbook.content.kept import Kept, Rows
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Entry, Ground, Proposal, Release, Signature, Version
from playbook.models.audit import FACTS, sealed


@dataclass(frozen=True)
class Written:
    """What is needed of a version to judge what was done with it."""

    entry_id: int
    number: int
    hash: str
    author_id: int | None
    where: str
    is_exact: bool  # whether the log names its text


@dataclass
class There:
    """What there is: versions by their ids, and the rows that stand under each."""

    versions: dict[int, Written] = field(default_factory=dict)
    signatures: dict[int, list[Signature]] = field(default_factory=lambda: defaultdict(list))
    releases: list[Release] = field(default_factory=list)


def unreadable() -> Iterator[Fault]:
    """Rows that hold what this software never writes; nothing else may rely on them."""
    paths = _paths()
    for kept in Rows(Version):
        if kept.spoilt:
            where = f"{paths.get(kept.values['entry_id'], '?')}, version {kept.values['number']}"
            yield _spoilt("version", where, kept)
    for kept in Rows(Signature):
        if kept.spoilt:
            yield _spoilt("signature", f"row {kept.id}", kept)
    for kept in Rows(Release):
        if kept.spoilt:
            yield _spoilt("release", f"row {kept.id}", kept)


def against(log: Log) -> Iterator[Fault]:
    """What differs between the log and what it speaks of. Every row has to be readable."""
    there = There()
    yield from _versions(log, there)
    yield from _signatures(log, there)
    yield from _releases(log, there)
    yield from _rule_of_two(log, there)


def _versions(log: Log, there: There) -> Iterator[Fault]:
    paths = _paths()
    for kept in Rows(Version, FACTS["version"]):
        version: Version = kept.of(Version)
        said = log.written.pop((version.entry_id, version.number), [])
        where = f"{paths.get(version.entry_id, '?')}, version {version.number}"
        there.versions[version.id] = Written(
            version.entry_id,
            version.number,
            version.hash,
            version.author_id,
            where,
            any(each.is_exact for each in said),
        )
        if not said:
            yield Fault("version", where, "No record says that it was written.")
        for each in said:
            yield from _compared("version", where, version, version.author_id, each)
    yield from _without_a_row(log.written, "version that it says was written")


def _signatures(log: Log, there: There) -> Iterator[Fault]:
    for kept in Rows(Signature):
        signature: Signature = kept.of(Signature)
        there.signatures[signature.version_id].append(signature)
        version = there.versions.get(signature.version_id)
        if version is None:
            continue  # the database itself says so
        where = f"{version.where}, signed for {signature.team}"
        said = log.signed.pop((version.entry_id, version.number, signature.team), [])
        if not said and version.is_exact:
            yield Fault("signature", where, "No record says that it was given.")
        for each in said:
            yield from _compared("signature", where, signature, signature.user_id, each)
    yield from _without_a_row(log.signed, "signature that it says was given")


def _releases(log: Log, there: There) -> Iterator[Fault]:
    by_version: dict[int, list[Release]] = defaultdict(list)
    for kept in Rows(Release):
        release: Release = kept.of(Release)
        there.releases.append(release)
        by_version[release.version_id].append(release)
    for version_id, rows in by_version.items():
        version = there.versions.get(version_id)
        if version is None:
            continue
        said = log.released.pop((version.entry_id, version.number), [])
        for row, each in zip_longest(rows, said):
            if each is None:
                yield Fault("release", version.where, "No record says that it was released.")
            elif row is None:
                log.released[version.entry_id, version.number].append(each)
            else:
                yield from _compared("release", version.where, row, row.user_id, each)
    yield from _without_a_row(log.released, "release that it says there was")


def _rule_of_two(log: Log, there: There) -> Iterator[Fault]:
    """Signed by as many people as the rule asked for, none of whom wrote alone what is new in it."""
    agreed: dict[int, int] = {}  # the number that readers saw before, by entry
    authors: dict[int, dict[int, int | None]] = defaultdict(dict)
    for version in there.versions.values():
        authors[version.entry_id][version.number] = version.author_id
    for release in there.releases:
        found = there.versions.get(release.version_id)
        if found is None:
            continue
        since, agreed[found.entry_id] = agreed.get(found.entry_id, 0), found.number
        if release.ground != Ground.SIGNED or release.rule is None or not found.is_exact:
            continue
        needed = {team for team in release.rule.split(",") if team}
        hands = {
            signature.team: signature.user_id
            for signature in there.signatures[release.version_id]
            if signature.team in needed and signature.hash == found.hash
        }
        new = {author for number, author in authors[found.entry_id].items() if since < number <= found.number}
        if missing := needed - hands.keys():
            names = " and ".join(sorted(missing))
            yield Fault("release", found.where, f"It was agreed without the signature of {names}.")
        elif len(set(hands.values())) < len(hands):
            yield Fault("release", found.where, "One person signed it twice.")
        elif len(new) == 1 and new & set(hands.values()):
            yield Fault("release", found.where, "Who wrote it alone signed it too.")


def proposals() -> Iterator[Fault]:
    """An entry says which version is proposed, and repeats by that the newest proposal that is open."""
    is_open = sa.exists().where(Proposal.version_id == Version.id, Proposal.withdrawn_at.is_(None))
    was_agreed = sa.exists().where(Release.version_id == Version.id)
    asked = (
        sa.select(Entry, Version.id)
        .join(Version, Version.id == Entry.latest_id)
        .where(
            sa.or_(
                sa.and_(Entry.proposed_id.is_not(None), sa.or_(Entry.proposed_id != Version.id, ~is_open)),
                sa.and_(Entry.proposed_id.is_(None), is_open, ~was_agreed),
            )
        )
    )
    for entry, _ in db.session.execute(asked):
        yield Fault("proposal", entry.path, "What it takes for proposed is not what somebody proposed.")


def _compared(what: str, where: str, row: Any, user_id: int | None, said: Said) -> Iterator[Fault]:
    if not said.is_exact:
        return
    hashed = getattr(row, "hash", said.detail["hash"])
    if hashed != said.detail["hash"]:
        yield Fault(what, where, f"It is another text than audit record {said.record} says.")
    elif user_id != said.user_id:
        yield Fault(what, where, f"It is by somebody else than audit record {said.record} says.")
    elif sealed(row) != said.detail.get("row"):
        yield Fault(what, where, f"It was changed after audit record {said.record} was made.")


def _without_a_row(left: Sayings, what: str) -> Iterator[Fault]:
    for sayings in left.values():
        for said in sayings:
            if said.is_exact:
                yield Fault("audit", f"record {said.record}", f"The {what}, of {said.thing}, is not there.")


def _paths() -> dict[int, str]:
    """Where each entry is, by its id."""
    rows: Sequence[Any] = db.session.execute(sa.select(Entry.id, Entry.kind_name, Entry.slug)).all()
    return {row.id: f"{KINDS[row.kind_name].folder}/{row.slug}" for row in rows}


def _spoilt(what: str, where: str, kept: Kept) -> Fault:
    return Fault(what, where, f"It cannot be read as it was written: {', '.join(kept.spoilt)}.")
