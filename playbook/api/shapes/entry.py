"""Entries and their versions."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from playbook.api.pages import Page, PageAsked
from playbook.api.shapes.charter import CharterRow
from playbook.api.shapes.signing import ProposedTold
from playbook.api.shapes.taken import Asked, At, Day, Moment, Number, Sent, Slug, Told
from playbook.kinds import KINDS
from playbook.models import Ground, Signer, State
from playbook.models.retirement import REASON_CHARACTERS

NOTE_CHARACTERS = 500
AS_OF = "What readers saw at the end of this day, in UTC."


def _kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"There is no such kind. The kinds are: {', '.join(KINDS)}.")
    return name


KindName = Annotated[str, AfterValidator(_kind), Field(json_schema_extra={"enum": list(KINDS)})]
Note = Annotated[str, Field(max_length=NOTE_CHARACTERS, description="One line on why, for the history.")]
Propose = Annotated[
    bool,
    Field(
        description="Ask for the signatures that its kind needs. Where something is missing for that, nothing is saved."
    ),
]
YesOrNo = Annotated[Literal["true", "false"], Field(description="As `propose` in JSON.")]
Fields = Annotated[
    dict[str, Any],
    Field(description="The front matter: what the kind declares, and whatever else stands there."),
]


class Narrowed(PageAsked):
    """Which entries are wanted. Without `status`, those that are not retired."""

    kind: KindName | None = None
    stage: Annotated[Slug, Field(description="Entries that point to this stage.")] | None = None
    persona: Annotated[Slug, Field(description="Entries that point to this persona.")] | None = None
    owner: (
        Annotated[str, Field(max_length=120, min_length=1, description="The handle of a person.")] | None
    ) = None
    status: State | None = None
    updated_since: Moment | None = None
    as_of: Annotated[Day, Field(description=AS_OF)] | None = None


class OneOf(Asked):
    """Which version is wanted: the one with this number, or the one that readers saw at the end of a day (UTC)."""

    version: Number | None = None
    as_of: Day | None = None


class BesideMarkdown(Asked):
    """What Markdown has no place for. With JSON it stands in the body."""

    note: Note = ""
    propose: YesOrNo = "false"


class BesideNewMarkdown(BesideMarkdown):
    """The same; and the slug, where the front matter does not say it and the title should not make it."""

    slug: Slug | None = None


class NewEntry(Sent):
    """An entry to begin. A slug is made of the title where none is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "note", "fields": {"title": "Trade fair"}, "body": "Hall 3.\n"}]
        }
    )
    may_be_markdown: ClassVar[bool] = True

    kind: KindName
    slug: Slug | None = None
    fields: Fields = Field(default_factory=dict)
    body: str = Field("", description="Markdown.")
    note: Note = ""
    propose: Propose = False


class NewVersion(Sent):
    """All that the entry says from now on. Lines of the front matter that stay the same keep their wording."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fields": {"title": "Trade fair"}, "body": "Hall 4.\n"}]}
    )
    may_be_markdown: ClassVar[bool] = True

    kind: KindName | None = None
    slug: Slug | None = Field(None, description="May be repeated here, not changed.")
    fields: Fields
    body: str
    note: Note = ""
    propose: Propose = False


class Retiring(Sent):
    """Why an entry leaves every list, and what is read instead."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "It is over.", "successor": "next-fair"}]}
    )
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARACTERS)]
    successor: Slug | None = None


class Head(Told):
    """An entry in a list."""

    id: int
    slug: str
    kind: str
    title: str
    summary: str
    state: State
    owner: str = Field(description="The handle of a person.")
    audience: str
    review_by: str | None = Field(description="When to look at it again; finding it still true moves it.")
    version: int = Field(description="The number of the version that is shown.")
    hash: str = Field(description="SHA-256 of its text.")
    changed_at: At
    url: str = Field(description="The page.")


class HeadPage(Page[Head]):
    """Entries."""


class LinkTold(Told):
    """A relation that the version states."""

    field: str = Field(description="Dotted path in the kind's fields, or `body`.")
    slug: str
    title: str | None = Field(description="None where nothing is written, or nothing that you may know of.")
    kind: str | None


class ReadersTold(Told):
    """Whom a restricted text names."""

    people: list[str]
    teams: list[str]


class SignatureTold(Told):
    """A hand under exactly this text."""

    team: str
    name: str


class ClaimTold(Told):
    """What the text claims, who says so, and until when it is good."""

    field: str = Field(
        description="Where it stands: a field, or a row of one, counted from 1 (`evidence.2`)."
    )
    words: str
    source: str | None
    as_of: str | None
    expires: str | None
    label: str | None = Field(description="`fact`, `inference` or `assumption`.")
    expired: bool = Field(
        description="Whether its last day has passed by today. Then it may not be repeated."
    )


class AdviceTold(Told):
    """How a field could be clearer."""

    lint: str = Field(description="`milestones`, `answers` or `claims`.")
    field: str = Field(description="As in problems: `exit_milestones.2.statement`.")
    message: str
    blocks: bool = Field(description="Whether it has to be followed before this kind can be proposed.")


class RetirementTold(Told):
    """Since when an entry is retired, why, and what is read instead."""

    at: At
    reason: str
    successor: str | None


class EntryTold(Head):
    """An entry, as one of its versions says it."""

    agreed: int | None = Field(description="The number of the version that readers see.")
    newest: int | None = Field(description="The number of the newest version that you may know of.")
    author: str | None = Field(description="Who wrote the version: a handle.")
    note: str
    at: At = Field(description="When the version was written.")
    released_at: At | None = Field(description="When the version last became what readers see.")
    ground: Ground | None = Field(description="Why it is, or was, what readers see; null where it never was.")
    rule: list[Signer] | None = Field(
        description="Whose signatures the rule asked for then; null where it was not asked."
    )
    signed_by: list[SignatureTold]
    agreed_under: list[Signer] | None = Field(
        description="Whose signatures the rule asked for when this version was agreed. None where it was not asked."
    )
    proposed: ProposedTold | None = Field(
        description="The version that waits for signatures, for those who may revise and read it."
    )
    readers: ReadersTold
    retired: RetirementTold | None
    fields: Fields
    body: str = Field(description="Markdown.")
    html: str = Field(description="The body laid out, safe to show.")
    links: list[LinkTold]
    charter: list[CharterRow] = Field(
        description="How far each item of an agreement has got, where its items say in which entries they are stated."
    )
    claims: list[ClaimTold]
    advice: list[AdviceTold] | None = Field(description="For those who may revise. It stops no draft.")
