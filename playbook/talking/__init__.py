"""Comments across entries and people: what is said reaches those whom it concerns, and stands at its place.

Adapters call these rather than the verbs of `Comment`, so that whoever has to know is told in the same transaction.
"""

from playbook.talking.passages import passage_in, words_of
from playbook.talking.saying import reopen, resolve, say, take_back
from playbook.talking.threads import Talk, Thread, talk

__all__ = ["Talk", "Thread", "passage_in", "reopen", "resolve", "say", "take_back", "talk", "words_of"]
