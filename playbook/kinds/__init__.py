"""The kinds of entry. One file declares one kind; everything else reads the declaration."""

from __future__ import annotations

from types import MappingProxyType

from playbook.kinds import (
    agreement,
    buying_step,
    capability,
    collateral,
    competitor,
    icp,
    issue,
    issue_map,
    lesson,
    note,
    persona,
    planner,
    play,
    qualifying_question,
    stage,
    story,
    tough_question,
    trigger,
)
from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

__all__ = ["BY_FOLDER", "KINDS", "Field", "Form", "Kind", "Reads"]

KINDS = MappingProxyType(
    {
        module.KIND.name: module.KIND
        for module in (
            icp,
            persona,
            trigger,
            issue,
            capability,
            issue_map,
            qualifying_question,
            stage,
            buying_step,
            planner,
            story,
            tough_question,
            competitor,
            collateral,
            lesson,
            agreement,
            play,
            note,
        )
    }
)

BY_FOLDER = MappingProxyType({kind.folder: kind for kind in KINDS.values()})
