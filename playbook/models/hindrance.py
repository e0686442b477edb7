"""What keeps a version from being proposed."""

from __future__ import annotations

import sqlalchemy as sa

from playbook.db import db
from playbook.errors import Problem
from playbook.kinds import Kind
from playbook.kinds.lints import advice_before_agreement
from playbook.kinds.reading import missing_to_agree
from playbook.models.link import Address, Link
from playbook.models.permission import visible
from playbook.models.user import User
from playbook.models.version import Version


def hindrances(version: Version, *, kind: Kind, by: User) -> list[Problem]:
    """What keeps a version from being agreed: missing fields, advice that its kind wants followed, dangling relations.

    What `by` may not know of counts as nowhere, as it does everywhere else.
    """
    from playbook.models.entry import Entry

    problems = [] if kind.lenient else missing_to_agree(kind, version.fields)
    problems += [Problem(each.field, each.message) for each in advice_before_agreement(kind, version.fields)]
    known = (
        sa.select(Address.slug)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug == Link.target, visible(by))
        .correlate(Link)
    )
    dangling = db.session.execute(
        sa.select(Link.field, Link.target)
        .where(Link.version_id == version.id, ~sa.exists(known))
        .order_by(Link.position)
    )
    return problems + [
        Problem(field, f"Nothing is written at {target} yet. Write it first, or take the link out.")
        for field, target in dangling
    ]
