"""Issue map: from one issue to capabilities, person by person."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="issue_map",
    label="Issue map",
    plural="Issue maps",
    folder="issue-maps",
    icon="waypoints",
    about="One issue, person by person: what it costs them, what to ask, what answers it, what proves it.",
    fields=(
        Field(
            name="issue",
            form=Form.RELATION,
            label="Issue",
            reads=Reads.RAIL,
            to_draft=True,
            target=("issue",),
            verb="Maps",
            inverse="Mapped in",
        ),
        Field(
            name="rows",
            form=Form.ROWS,
            label="Row by row",
            reads=Reads.GRID,
            to_agree=True,
            fields=(
                Field(
                    name="persona",
                    form=Form.RELATION,
                    label="Who",
                    to_draft=True,
                    target=("persona",),
                    verb="For",
                    inverse="A row in",
                ),
                Field(name="consequence", form=Form.LINE, label="What it costs them"),
                Field(
                    name="question",
                    form=Form.RELATION,
                    label="Ask",
                    target=("qualifying_question",),
                    verb="Asks",
                    inverse="Asked in",
                ),
                Field(
                    name="capability",
                    form=Form.RELATION,
                    label="Answer with",
                    target=("capability",),
                    verb="Answers with",
                    inverse="Answers in",
                ),
                Field(name="outcome", form=Form.LINE, label="What they get"),
                Field(
                    name="proof",
                    form=Form.RELATION,
                    label="Proof",
                    target=("story", "collateral", "lesson", "capability"),
                    verb="Proved by",
                    inverse="Proof in",
                ),
                Field(name="differentiated", form=Form.FLAG, label="Sets us apart"),
            ),
        ),
    ),
)
