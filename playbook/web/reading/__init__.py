"""What a kind declares and a document says, as the sections that a page shows."""

from playbook.web.reading.blocks import Block, Cell, Row, Trait, blocks, nature, others
from playbook.web.reading.phrases import Phrase, Shelf
from playbook.web.reading.prose import Prose, prose
from playbook.web.reading.rail import Group, ways_in, ways_out
from playbook.web.reading.sections import Section, sections

__all__ = [
    "Block",
    "Cell",
    "Group",
    "Phrase",
    "Prose",
    "Row",
    "Section",
    "Shelf",
    "Trait",
    "blocks",
    "nature",
    "others",
    "prose",
    "sections",
    "ways_in",
    "ways_out",
]
