"""Where an entry stands: its slug, which may change, and its kind, which says on which shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import db
from playbook.errors import Conflict, NotAllowed
from playbook.kinds import KINDS, Kind
from playbook.models.agreement import Ground
from playbook.models.audit import AuditRecord, sealed
from playbook.models.link import Address, refuse_slug
from playbook.models.permission import Permission, can
from playbook.models.record import StaleEntry
from playbook.models.rule import Rule
from playbook.models.state import StaleVersion
from playbook.models.user import User
from playbook.models.version import Reading, Version


class Whereabouts:
    """The part of an entry that says where it stands, and the verbs that change it."""

    if TYPE_CHECKING:
        id: Mapped[int]
        agreed_id: Mapped[int | None]

        @property
        def newest(self) -> Version: ...

        def version(self, number: int) -> Version: ...

        def refuse_if_retired(self) -> None: ...

        def release(
            self, version: Version, *, by: User | None, ground: Ground, rule: Rule | None = None
        ) -> None: ...

        def _add(self, reading: Reading, *, by: User | None, note: str) -> Version: ...

    slug: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind_name: Mapped[str] = mapped_column(sa.String(40), index=True)

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]

    @property
    def path(self) -> str:
        """The address, below the root of the site."""
        return f"{self.kind.folder}/{self.slug}"

    def rename(self, slug: str, *, by: User) -> None:
        """Take another slug; the old one goes on leading here.

        Raises:
            Invalid: the slug is none, or is or was another entry's.
        """
        if slug == self.slug:
            return
        refuse_slug(slug, unless_of=self.id)
        AuditRecord.note("rename", self.path, by=by, slug=slug)
        if db.session.get(Address, slug) is None:
            db.session.add(Address(slug=slug, entry_id=self.id))
        self.slug = slug
        db.session.add(StaleEntry(entry_id=self.id))

    def move(self, reading: Reading, *, by: User, base: int) -> Version:
        """Become an entry of another kind, by a text that says so; its address moves to the other shelf.

        Readers of an agreed entry see that text at once, for it cannot stand on two shelves. Nobody has signed
        it, so that is an administrator's migration, and recorded as one.

        Raises:
            StaleVersion: the entry has been revised since `base`.
            NotAllowed: the entry is agreed, and `by` is no administrator.
            Conflict: it is of that kind already, is retired, or a version waits that would be released with it.
        """
        self.refuse_if_retired()
        latest, before = self.newest, self.path
        if reading.kind.name == self.kind_name:
            raise Conflict(f"{self.slug} is a {self.kind.label.lower()} already.")
        if base != latest.number:
            raise StaleVersion(latest, reading.document, base=self.version(base))
        if self.agreed_id not in {None, latest.id}:
            raise Conflict(
                f"Version {latest.number} waits. Have it agreed first, or restore what readers see."
            )
        if self.agreed_id is not None and not can(by, Permission.ADMINISTER):
            raise NotAllowed("This is agreed, so only an administrator can move it to another kind.")
        self.kind_name = reading.kind.name
        version = self._add(reading, by=by, note=f"Moved to {reading.kind.plural.lower()}")
        said: dict[str, Any] = {"version": version.number, "hash": version.hash, "row": sealed(version)}
        AuditRecord.note("move", before, by=by, kind=self.kind_name, **said)
        if self.agreed_id is not None:
            self.release(version, by=by, ground=Ground.MIGRATED)
        return version
