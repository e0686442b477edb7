"""Fields that every kind has. `BEFORE` are read first, `AFTER` last."""

from __future__ import annotations

from playbook.kinds.field import Field, Form, Reads

AUDIENCES = (
    ("internal", "Everybody in the company"),
    ("customer-safe", "May be shown to customers"),
    ("restricted", "Only those named below, the owner and administrators"),
)

TEAMS = (("sales", "Sales"), ("marketing", "Marketing"), ("other", "Other"))

BASES = (
    ("observed", "Seen done by a top performer"),
    ("buyer", "A buyer said so"),
    ("tested", "Tested and kept"),
    ("industry", "Common practice in the industry"),
    ("opinion", "Our opinion"),
)

LABELS = (("fact", "Fact"), ("inference", "Inference"), ("assumption", "Assumption"))

# Kept in the text if a file brings them, but the database is where they are true.
RECORDED_ELSEWHERE = frozenset({"kind", "slug", "status", "version", "signed", "signatures"})

CLAIM = (
    Field(name="claim", form=Form.LINE, label="Claim", to_draft=True),
    Field(name="source", form=Form.LINE, label="Source"),
    Field(name="as_of", form=Form.DATE, label="As of"),
    Field(name="expires", form=Form.DATE, label="Good until"),
    Field(name="label", form=Form.CHOICE, label="How sure", choices=LABELS),
)

BEFORE = (
    Field(
        name="title",
        form=Form.LINE,
        label="Title",
        reads=Reads.QUIET,
        help="As a colleague would ask for it.",
        to_draft=True,
        characters=200,
    ),
    Field(
        name="summary",
        form=Form.LINE,
        label="Summary",
        reads=Reads.QUIET,
        help="One sentence for results and call sheets, at most 120 characters.",
        to_agree=True,
        characters=120,
    ),
)

AFTER = (
    Field(
        name="evidence",
        form=Form.ROWS,
        label="Evidence",
        reads=Reads.CLAIMS,
        help="What backs this up, who said it, and until when it is good.",
        fields=CLAIM,
    ),
    Field(name="owner", form=Form.PERSON, label="Owner", reads=Reads.QUIET, help="Who answers for it."),
    Field(name="co_owner", form=Form.PERSON, label="Second owner", reads=Reads.QUIET),
    Field(
        name="audience",
        form=Form.CHOICE,
        label="Who may read it",
        reads=Reads.QUIET,
        choices=AUDIENCES,
        to_agree=True,
    ),
    Field(
        name="readers",
        form=Form.GROUP,
        label="Who else may read it",
        reads=Reads.QUIET,
        help="Counts only where reading is restricted.",
        fields=(
            Field(name="teams", form=Form.CHOICES, label="Teams", choices=TEAMS),
            Field(name="people", form=Form.PEOPLE, label="People"),
        ),
    ),
    Field(name="review_by", form=Form.DATE, label="Review by", reads=Reads.QUIET, to_agree=True),
    Field(name="basis", form=Form.CHOICE, label="How we know", reads=Reads.TRAIT, choices=BASES),
    Field(name="segments", form=Form.LIST, label="Segments", reads=Reads.TRAIT),
    Field(name="industries", form=Form.LIST, label="Industries", reads=Reads.TRAIT),
    Field(name="tags", form=Form.LIST, label="Tags", reads=Reads.TRAIT),
    Field(
        name="personas",
        form=Form.RELATIONS,
        label="Personas",
        reads=Reads.RAIL,
        target=("persona",),
        verb="For",
        inverse="Meant for them",
    ),
    Field(
        name="stages",
        form=Form.RELATIONS,
        label="Stages",
        reads=Reads.RAIL,
        target=("stage",),
        verb="Comes up in",
        inverse="Comes up here",
    ),
    Field(
        name="issues",
        form=Form.RELATIONS,
        label="Issues",
        reads=Reads.RAIL,
        target=("issue",),
        verb="About",
        inverse="About it",
    ),
    Field(
        name="capabilities",
        form=Form.RELATIONS,
        label="Capabilities",
        reads=Reads.RAIL,
        target=("capability",),
        verb="Shows",
        inverse="Shown by",
    ),
    Field(
        name="competitors",
        form=Form.RELATIONS,
        label="Competitors",
        reads=Reads.RAIL,
        target=("competitor",),
        verb="Against",
        inverse="Used against them",
    ),
    Field(
        name="links",
        form=Form.RELATIONS,
        label="See also",
        reads=Reads.RAIL,
        verb="See also",
        inverse="Sends readers here",
    ),
    Field(name="language", form=Form.LINE, label="Language", reads=Reads.QUIET),
)
