"""What is searched for, and what was found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playbook.api.shapes.entry import AS_OF, KindName
from playbook.api.shapes.taken import Asked, Day, Number, Slug, Told
from playbook.models import State

MOST_RESULTS = 100
LAST_PAGE = 100  # of the most results; nobody reads behind the ten thousandth

Words = Annotated[
    str,
    Field(
        max_length=2000,
        description="Words, “phrases”, +must and -must not. At most 200 characters and 16 words of it count.",
    ),
]
Value = Annotated[str, Field(min_length=1, max_length=200)]
YesOrNo = Annotated[Literal["true", "false"], Field(description="Whether to say why each was found.")]


class Searched(Asked):
    """Words, and what narrows them. Without words the newest come first."""

    q: Words = ""
    kind: KindName | None = None
    stage: Annotated[Slug, Field(description="A slug, present or former.")] | None = None
    persona: Slug | None = None
    issue: Slug | None = None
    competitor: Slug | None = None
    capability: Slug | None = None
    segment: Value | None = None
    industry: Value | None = None
    tag: Value | None = None
    basis: Value | None = None
    state: Annotated[State, Field(description="`agreed` or `review due`.")] | None = None
    limit: Annotated[Number, Field(le=MOST_RESULTS, description="At most so many results.")] = 20
    page: Annotated[Number, Field(le=LAST_PAGE, description="Of `limit` results each, from 1.")] = 1
    explain: YesOrNo = "false"
    as_of: Annotated[Day, Field(description=AS_OF)] | None = None

    @property
    def facets(self) -> dict[str, list[str]]:
        """What narrows, by the name of the facet."""
        beside = {"q", "limit", "page", "explain", "as_of"}
        return {name: [str(value)] for name, value in self if value is not None and name not in beside}


class Typing(Asked):
    """What somebody has typed so far; the last word may be only begun."""

    q: Annotated[str, Field(max_length=2000)] = ""


class AnswerTold(Told):
    """The words to say, where the first result is a question that has them."""

    field: str
    label: str
    text: str
    seconds: int = Field(description="How long it takes to say.")
    ask_first: str
    dont: str
    next_step: str
    expired_claims: int = Field(description="How many of the claims beside it are out of date today.")


class Why(Told):
    """Why an entry was found."""

    fields: list[str] = Field(description="Where the words are: `title`, `text`.")
    words: list[str] = Field(description="Which of them count, as they are looked for.")


class Piece(Told):
    """A run of a text: whether it is one of the words that were looked for, and whether it is out of date."""

    text: str
    marked: bool
    expired: bool = Field(description="It stands in a claim that is out of date: strike it, or leave it out.")


class Found(Told):
    """One result."""

    slug: str
    kind: str
    title: str
    summary: str
    snippet: str = Field(
        description="The words that show why it was found; dots stand for what is out of date."
    )
    pieces: list[Piece] = Field(description="The same; what to mark and what to strike is told apart.")
    expired_claims: int = Field(description="How many of its claims are out of date today.")
    score: float
    state: State
    url: str = Field(description="The page.")
    answer: AnswerTold | None = None
    why: Why | None = None


class ValueFound(Told):
    """One thing to narrow by, and how many results that would leave."""

    value: str
    label: str
    count: int


class SearchTold(Told):
    """What was found: the same, in the same order, as on the page."""

    query: str
    understood: list[str] = Field(description="The words, phrases and signs that were understood.")
    suggestion: str | None = Field(description="Other words to try, where there are any.")
    total: int
    took_ms: float
    results: list[Found]
    facets: dict[str, list[ValueFound]]


class Suggestion(Told):
    """An entry that somebody may be typing the title of."""

    slug: str
    kind: str
    title: str
    url: str = Field(description="The page.")


class Suggestions(Told):
    """At most eight."""

    query: str
    suggestions: list[Suggestion]
