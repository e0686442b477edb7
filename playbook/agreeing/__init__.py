"""Agreement across entries and people: what follows when something is proposed, signed or not agreed to.

Adapters call these rather than the verbs of `Entry`, so that whoever has to know is told in the same transaction.
"""

from playbook.agreeing.proposing import propose, withdraw
from playbook.agreeing.signing import disagree, sign

__all__ = ["disagree", "propose", "sign", "withdraw"]
