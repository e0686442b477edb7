"""Keeping many entries in order: links that follow, one change made to many, two entries made one.

Each is worked out first and shown, and done on request; what could not be done is always told with its reason.
"""

from playbook.upkeep.amending import Left, Planned
from playbook.upkeep.bulk import Bulk, apply, prepare, undo
from playbook.upkeep.changes import Change, Owner, ReviewBy, Tags, described
from playbook.upkeep.erasing import erase_for_good
from playbook.upkeep.merging import merge_into
from playbook.upkeep.moving import moved, would_move
from playbook.upkeep.relinking import PointedAt, Pointing, Relinked, pointed_at, pointing_to, relink

__all__ = [
    "Bulk",
    "Change",
    "Left",
    "Owner",
    "Planned",
    "PointedAt",
    "Pointing",
    "Relinked",
    "ReviewBy",
    "Tags",
    "apply",
    "described",
    "erase_for_good",
    "merge_into",
    "moved",
    "pointed_at",
    "pointing_to",
    "prepare",
    "relink",
    "undo",
    "would_move",
]
