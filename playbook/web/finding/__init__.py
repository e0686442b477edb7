"""What the search page is made of: what is asked, what it can be narrowed by, what was found."""

from playbook.web.finding.asked import ON_A_PAGE, Asked, asked
from playbook.web.finding.boxes import Box, Chip, boxes, chips
from playbook.web.finding.results import Result, Trust, results, trusts

__all__ = [
    "ON_A_PAGE",
    "Asked",
    "Box",
    "Chip",
    "Result",
    "Trust",
    "asked",
    "boxes",
    "chips",
    "results",
    "trusts",
]
