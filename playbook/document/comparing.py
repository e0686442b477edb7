"""Two documents side by side: fields first, then prose."""

from dataclasses import dataclass

from playbook.document.changes import FieldChange, field_changes
from playbook.document.document import Document
from playbook.document.prose import Paragraph, Skipped, Span, paragraphs, spans


@dataclass(frozen=True)
class Comparison:
    """What is different between two documents. `prose` is the whole body, what stayed included."""

    fields: list[FieldChange]
    prose: list[Span]

    @property
    def prose_changed(self) -> bool:
        """Whether any word of the body was added or removed."""
        return any(span.kind != "same" for span in self.prose)

    def paragraphs(self, *, around: int = 1) -> list[Paragraph | Skipped]:
        """The prose for display: changed paragraphs with `around` neighbours, unchanged runs only named."""
        return paragraphs(self.prose, around=around)


def compare(old: Document, new: Document) -> Comparison:
    """How one document became another.

    Raises:
        Invalid: a front matter cannot be read.
    """
    return Comparison(
        fields=field_changes(old.fields, new.fields),
        prose=spans(old.body, new.body),
    )
