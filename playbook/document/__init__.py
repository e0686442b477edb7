"""Markdown with front matter: read and changed without loss, compared, merged."""

from playbook.document.changes import FieldChange
from playbook.document.comparing import Comparison, compare
from playbook.document.document import Document
from playbook.document.merging import Merge, merge
from playbook.document.prose import Paragraph, Skipped, Span
from playbook.document.settling import Choice, Place, Settlement, settlement

__all__ = [
    "Choice",
    "Comparison",
    "Document",
    "FieldChange",
    "Merge",
    "Paragraph",
    "Place",
    "Settlement",
    "Skipped",
    "Span",
    "compare",
    "merge",
    "settlement",
]
