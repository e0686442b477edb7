"""Telling people what concerns them: in the application at once, by mail once a day or a week."""

from playbook.telling.agreement import (
    told_of_agreement,
    told_of_disagreement,
    told_of_other_signers,
    told_of_proposal,
    told_of_retirement,
    told_of_revision,
    told_of_signature,
    told_of_withdrawal,
)
from playbook.telling.notices import tell

__all__ = [
    "tell",
    "told_of_agreement",
    "told_of_disagreement",
    "told_of_other_signers",
    "told_of_proposal",
    "told_of_retirement",
    "told_of_revision",
    "told_of_signature",
    "told_of_withdrawal",
]
