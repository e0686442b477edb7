"""The nouns of the playbook."""

from playbook.models.agreement import Ground, Release, Signature
from playbook.models.bulk_change import BulkChange, BulkItem
from playbook.models.draft import Draft
from playbook.models.entry import Entry, StaleVersion, State
from playbook.models.kept_answer import KeptAnswer
from playbook.models.link import Address, Link
from playbook.models.permission import Permission, Role, can, listed, open_to, reader_tokens, visible
from playbook.models.record import AuditRecord, Setting, StaleEntry, begin_epoch, epoch
from playbook.models.second_factor import RecoveryCode, SecondFactor
from playbook.models.session import OneTimeLink, UserSession
from playbook.models.throttle import Attempts
from playbook.models.token import Scope, Token
from playbook.models.usage import USES, EventType, SearchQuery, Surface, UsageEvent
from playbook.models.user import Team, User
from playbook.models.version import Reading, Version, VersionReader, read

__all__ = [
    "USES",
    "Address",
    "Attempts",
    "AuditRecord",
    "BulkChange",
    "BulkItem",
    "Draft",
    "Entry",
    "EventType",
    "Ground",
    "KeptAnswer",
    "Link",
    "OneTimeLink",
    "Permission",
    "Reading",
    "RecoveryCode",
    "Release",
    "Role",
    "Scope",
    "SearchQuery",
    "SecondFactor",
    "Setting",
    "Signature",
    "StaleEntry",
    "StaleVersion",
    "State",
    "Surface",
    "Team",
    "Token",
    "UsageEvent",
    "User",
    "UserSession",
    "Version",
    "VersionReader",
    "begin_epoch",
    "can",
    "epoch",
    "listed",
    "open_to",
    "read",
    "reader_tokens",
    "visible",
]
