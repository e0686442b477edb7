"""The nouns of the playbook."""

from playbook.models.agreement import Ground, Release, Signature
from playbook.models.entry import Entry, StaleVersion, State
from playbook.models.link import Address, Link
from playbook.models.permission import Permission, Role, can, open_to, reader_tokens, visible
from playbook.models.record import AuditRecord, Setting, StaleEntry, begin_epoch, epoch
from playbook.models.session import OneTimeLink, UserSession
from playbook.models.usage import USES, EventType, SearchQuery, Surface, UsageEvent
from playbook.models.user import Team, User
from playbook.models.version import Reading, Version, read

__all__ = [
    "USES",
    "Address",
    "AuditRecord",
    "Entry",
    "EventType",
    "Ground",
    "Link",
    "OneTimeLink",
    "Permission",
    "Reading",
    "Release",
    "Role",
    "SearchQuery",
    "Setting",
    "Signature",
    "StaleEntry",
    "StaleVersion",
    "State",
    "Surface",
    "Team",
    "UsageEvent",
    "User",
    "UserSession",
    "Version",
    "begin_epoch",
    "can",
    "epoch",
    "open_to",
    "read",
    "reader_tokens",
    "visible",
]
