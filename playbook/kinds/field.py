"""How a field of an entry is declared: what it holds, how it is asked for and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a field holds, and so how the form asks for it."""

    LINE = "line"  # one sentence
    TEXT = "text"  # a few sentences
    NUMBER = "number"
    FLAG = "flag"  # true or false
    DATE = "date"  # YYYY-MM-DD, kept as written
    CHOICE = "choice"  # one of `choices`
    CHOICES = "choices"  # some of `choices`
    LIST = "list"  # short sentences
    RELATION = "relation"  # the slug of one entry
    RELATIONS = "relations"  # slugs of entries
    PERSON = "person"  # the handle of a person: first.last
    PEOPLE = "people"  # handles of people
    GROUP = "group"  # a mapping with `fields`
    ROWS = "rows"  # a list of mappings with `fields`
    TABLE = "table"  # a mapping of free keys to short values


class Reads(StrEnum):
    """How a field looks to a reader. Never as a key beside a value."""

    SAY = "say"  # words to say aloud, one line
    ANSWER = "answer"  # words to say aloud, the block to copy
    LINES = "lines"  # a list of sentences
    SPOKEN = "spoken"  # a list of sentences somebody says
    DONT = "dont"  # a list of things not to do or say
    PAIRS = "pairs"  # rows that argue: what is heard, what it tells
    REFRAME = "reframe"  # rows: what they believe, what we show, what proves it
    CLAIMS = "claims"  # facts with their source and dates
    TRAIT = "trait"  # a phrase or short list beside its name, gathered with its neighbours
    PARAGRAPH = "paragraph"  # a heading and a sentence
    GRID = "grid"  # rows as a table, one column a field
    MILESTONES = "milestones"  # yes/no tests, each with its evidence and who checks it
    TIMELINE = "timeline"  # rows in order of a number: minute, day
    TERMS = "terms"  # the items of an agreement
    SCALE = "scale"  # a criterion with its marks
    RAIL = "rail"  # only in the margin, as relations
    QUIET = "quiet"  # shown elsewhere on the page, or nowhere


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. `name` is its key in the front matter.

    `verb` is how a relation reads on this entry ("Asked by"), `inverse` how it reads on the other
    end ("Asks"). `sentence` turns the values of a group into words: "{median} days as a rule".
    """

    name: str
    form: Form
    label: str
    reads: Reads = Reads.PARAGRAPH
    help: str = ""
    to_draft: bool = False
    to_agree: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    target: tuple[str, ...] = ()
    verb: str = ""
    inverse: str = ""
    fields: tuple[Field, ...] = ()
    sentence: str = ""
    words: int | None = None  # at most so many; advice while writing
    characters: int | None = None
    spoken: bool = False  # set in serif while it is written and read
    unit: str = ""
    lint: str = ""  # "milestones": its rows are tests that a second person can check

    @property
    def is_relation(self) -> bool:
        return self.form in {Form.RELATION, Form.RELATIONS}

    @property
    def makes_claims(self) -> bool:
        """Whether what it holds is claimed by somebody, or until some day: evidence, a price, a permission."""
        return self.form in {Form.ROWS, Form.GROUP} and any(
            inner.name in {"source", "expires"} for inner in self.fields
        )

    @property
    def holds_many(self) -> bool:
        return self.form in {Form.LIST, Form.CHOICES, Form.RELATIONS, Form.PEOPLE, Form.ROWS}

    def choice(self, value: object) -> str:
        """The words for one of the choices; the value itself where it is none of them."""
        return dict(self.choices).get(str(value), str(value).replace("_", " "))
