"""Keeping many entries in order: links that follow, one change made to many, two entries made one.

Each is worked out first and shown, and done on request; what could not be done is always told with its reason.
"""

from playbook.upkeep.amending import Left, Planned
from playbook.upkeep.bulk import Bulk, apply, prepare, undo
from playbook.upkeep.changes import Change, Owner, ReviewBy, Tags, described
from playbook.upkeep.merging import merge_into
from playbook.upkeep.moving import moved, would_move
from playbook.upkeep.relinking import Pointing, Relinked, pointing_to, relink

__all__ = [
    "Bulk",
    "Change",
    "Left",
    "Owner",
    "Planned",
    "Pointing",
    "Relinked",
    "ReviewBy",
    "Tags",
    "apply",
    "described",
    "merge_into",
    "moved",
    "pointing_to",
    "prepare",
    "relink",
    "undo",
    "would_move",
]
