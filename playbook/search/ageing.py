"""How much of its score an entry keeps when its review is overdue.

What nobody has looked at in time may still be the best answer, so it is never hidden: it only gives way to what
fits about as well and was looked at.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from playbook.kinds.reading import is_date
from playbook.search.engine import Ageing
from playbook.search.source import REVIEW_BY

# A fifth at most. A word in the title weighs a quarter more than one in the text (bm25.WEIGHT), so no delay outweighs
# that an entry is about what was asked; it decides between two that are.
MOST_LOST = 0.2

# Slowly: an owner who is a week late costs half a percent, which moves hardly anything. After a year, twice the usual
# interval between two reviews, the rest is a matter of luck.
FULLY_AGED_AFTER = 365  # days


@lru_cache(maxsize=2)
def ageing(today: date) -> Ageing:
    """What entries keep today, by the day on which they were due; the same object all day long."""
    return Ageing(REVIEW_BY, lambda review_by: kept(review_by, today=today))


def kept(review_by: str, *, today: date) -> float:
    """The share of its score, from 1 down to 0.8, that an entry keeps; all of it until the day after it was due."""
    if not is_date(review_by):
        return 1.0
    overdue = (today - date.fromisoformat(review_by)).days
    return 1.0 - MOST_LOST * min(max(overdue, 0), FULLY_AGED_AFTER) / FULLY_AGED_AFTER
