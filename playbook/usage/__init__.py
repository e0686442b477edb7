"""Use of the playbook, recorded as it happens, so that it can be told what helps and what does not."""

from playbook.usage.circumstances import Circumstances
from playbook.usage.human_or_machine import is_machine
from playbook.usage.masking import masked
from playbook.usage.recording import Followed, record_use, record_view
from playbook.usage.reported import REPORTABLE, Reported, record_reported, seen_at
from playbook.usage.searches import Search, begin_search, record_search
from playbook.usage.served import record_served

__all__ = [
    "REPORTABLE",
    "Circumstances",
    "Followed",
    "Reported",
    "Search",
    "begin_search",
    "is_machine",
    "masked",
    "record_reported",
    "record_search",
    "record_served",
    "record_use",
    "record_view",
    "seen_at",
]
