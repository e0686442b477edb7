"""Agreement across entries and people: what follows when something is proposed, signed or not agreed to.

Adapters call these rather than the verbs of `Entry`, so that whoever has to know is told in the same transaction.
"""

from playbook.agreeing.claims import expiring
from playbook.agreeing.impact import dependants, how_many_depend
from playbook.agreeing.proposing import propose, withdraw
from playbook.agreeing.returning import bring_back
from playbook.agreeing.reviewing import due_for, due_for_all, owned_by, remind, review
from playbook.agreeing.revising import restore, revise, written_over
from playbook.agreeing.ruling import Ruled, choose_rules
from playbook.agreeing.signing import disagree, sign
from playbook.agreeing.tasks import tasks_about, tasks_of

__all__ = [
    "Ruled",
    "bring_back",
    "choose_rules",
    "dependants",
    "disagree",
    "due_for",
    "due_for_all",
    "expiring",
    "how_many_depend",
    "owned_by",
    "propose",
    "remind",
    "restore",
    "review",
    "revise",
    "sign",
    "tasks_about",
    "tasks_of",
    "withdraw",
    "written_over",
]
