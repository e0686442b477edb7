"""The nouns of the playbook."""

from playbook.models.agreement import Disagreement, Ground, Proposal, Release, Signature, Signer
from playbook.models.audit import AuditRecord
from playbook.models.bulk_change import BulkChange, BulkItem
from playbook.models.comment import Comment, Mention
from playbook.models.draft import Draft
from playbook.models.entry import Entry, StaleVersion, State
from playbook.models.job import JobRun
from playbook.models.kept_answer import KeptAnswer
from playbook.models.letter import Letter
from playbook.models.link import Address, Link
from playbook.models.notice import About, Notice
from playbook.models.permission import Permission, Role, can, listed, open_to, reader_tokens, visible
from playbook.models.record import Setting, StaleEntry, begin_epoch, epoch
from playbook.models.retirement import Absence
from playbook.models.review import Answer, Review, StillTrueTask
from playbook.models.rule import Rule, rule_of, rules
from playbook.models.second_factor import RecoveryCode, SecondFactor
from playbook.models.session import OneTimeLink, UserSession
from playbook.models.throttle import Attempts
from playbook.models.token import Scope, Token
from playbook.models.usage import USES, EventType, SearchQuery, Surface, UsageEvent
from playbook.models.user import Digest, Team, User
from playbook.models.version import Reading, Version, VersionReader, read
from playbook.models.watch import Heed, Thing, Watch

__all__ = [
    "USES",
    "About",
    "Absence",
    "Address",
    "Answer",
    "Attempts",
    "AuditRecord",
    "BulkChange",
    "BulkItem",
    "Comment",
    "Digest",
    "Disagreement",
    "Draft",
    "Entry",
    "EventType",
    "Ground",
    "Heed",
    "JobRun",
    "KeptAnswer",
    "Letter",
    "Link",
    "Mention",
    "Notice",
    "OneTimeLink",
    "Permission",
    "Proposal",
    "Reading",
    "RecoveryCode",
    "Release",
    "Review",
    "Role",
    "Rule",
    "Scope",
    "SearchQuery",
    "SecondFactor",
    "Setting",
    "Signature",
    "Signer",
    "StaleEntry",
    "StaleVersion",
    "State",
    "StillTrueTask",
    "Surface",
    "Team",
    "Thing",
    "Token",
    "UsageEvent",
    "User",
    "UserSession",
    "Version",
    "VersionReader",
    "Watch",
    "begin_epoch",
    "can",
    "epoch",
    "listed",
    "open_to",
    "read",
    "reader_tokens",
    "rule_of",
    "rules",
    "visible",
]
