"""One question, one file. A report is asked with its window, and iterates over its rows."""

from playbook.reports.most_used import MostUsed
from playbook.reports.unused import UnusedEntries, UnusedEntry

__all__ = ["MostUsed", "UnusedEntries", "UnusedEntry"]
