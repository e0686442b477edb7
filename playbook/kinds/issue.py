"""Issue: a problem that buyers feel and we can answer."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="issue",
    label="Issue",
    plural="Issues",
    folder="issues",
    icon="circle-alert",
    about="A problem that buyers feel: their words for it, what it costs, and what else it could be.",
    fields=(
        Field(
            name="felt_by",
            form=Form.ROWS,
            label="In their words",
            reads=Reads.PAIRS,
            to_agree=True,
            fields=(
                Field(name="in_their_words", form=Form.LINE, label="What they say", spoken=True),
                Field(
                    name="persona",
                    form=Form.RELATION,
                    label="Who",
                    target=("persona",),
                    to_draft=True,
                    verb="Felt by",
                    inverse="Feels it",
                ),
            ),
        ),
        Field(name="symptoms", form=Form.LIST, label="How it shows", reads=Reads.LINES, to_agree=True),
        Field(name="root_causes", form=Form.LIST, label="What causes it", reads=Reads.LINES),
        Field(
            name="consequences",
            form=Form.ROWS,
            label="What it costs",
            reads=Reads.GRID,
            fields=(
                Field(
                    name="kind",
                    form=Form.CHOICE,
                    label="In",
                    choices=(
                        ("money", "Money"),
                        ("time", "Time"),
                        ("risk", "Risk"),
                        ("reputation", "Reputation"),
                    ),
                ),
                Field(name="text", form=Form.LINE, label="Consequence", to_draft=True),
            ),
        ),
        Field(name="cost_formula", form=Form.LINE, label="How to work out the cost", reads=Reads.PARAGRAPH),
        Field(
            name="status_quo_alternative",
            form=Form.RELATION,
            label="What they do instead",
            reads=Reads.RAIL,
            target=("competitor",),
            verb="Lived with through",
            inverse="What people do about",
        ),
        Field(
            name="triggers",
            form=Form.RELATIONS,
            label="Triggers",
            reads=Reads.RAIL,
            target=("trigger",),
            verb="Noticed after",
            inverse="Brings to light",
        ),
        Field(
            name="answered_by",
            form=Form.RELATIONS,
            label="Capabilities that answer it",
            reads=Reads.RAIL,
            target=("capability",),
            verb="Answered by",
            inverse="The answer to",
        ),
        Field(
            name="questions",
            form=Form.RELATIONS,
            label="Questions that find it",
            reads=Reads.RAIL,
            target=("qualifying_question",),
            verb="Find it with",
            inverse="Helps find",
        ),
    ),
)
