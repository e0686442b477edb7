"""Lints: what could be clearer in a text, told to whoever writes it.

They inform and never block a draft. A kind may name lints that have to be clean before it can be agreed
(`Kind.clean_to_agree`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playbook.kinds.kind import Kind
from playbook.kinds.lints import answers, claims, milestones
from playbook.kinds.lints.advice import Advice

__all__ = ["LINTS", "Advice", "advice", "advice_before_agreement"]

LINTS = {"milestones": milestones.advice, "answers": answers.advice, "claims": claims.advice}


def advice(kind: Kind, fields: Mapping[str, Any], body: str = "") -> list[Advice]:
    """What every lint has to say about a document, in the order of its fields; of any fields, fitting or not."""
    order = {declared.name: place for place, declared in enumerate(kind.all_fields)}
    found = [each for lint in LINTS.values() for each in lint(kind, fields, body)]
    return sorted(found, key=lambda each: order.get(each.field.partition(".")[0], len(order)))


def advice_before_agreement(kind: Kind, fields: Mapping[str, Any], body: str = "") -> list[Advice]:
    """What keeps a document from being agreed: the advice of those lints that its kind wants clean."""
    return [each for each in advice(kind, fields, body) if each.lint in kind.clean_to_agree]
