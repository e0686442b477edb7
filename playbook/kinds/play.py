"""Play: a sequence of steps after a trigger, with a rule to stop."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="play",
    label="Play",
    plural="Plays",
    folder="plays",
    icon="workflow",
    about="Steps by day after a trigger: who does what, what is measured, and when to stop.",
    review_months=3,
    fields=(
        Field(name="goal", form=Form.LINE, label="Goal", reads=Reads.PARAGRAPH, to_draft=True),
        Field(
            name="do",
            form=Form.ROWS,
            label="Day by day",
            reads=Reads.TIMELINE,
            to_agree=True,
            fields=(
                Field(name="day", form=Form.NUMBER, label="Day", to_draft=True),
                Field(name="step", form=Form.LINE, label="Step", to_draft=True),
                Field(
                    name="owner",
                    form=Form.CHOICE,
                    label="Who",
                    choices=(("sales", "Sales"), ("marketing", "Marketing"), ("both", "Both")),
                ),
            ),
        ),
        Field(name="stop_rule", form=Form.LINE, label="Stop when", reads=Reads.PARAGRAPH, to_agree=True),
        Field(
            name="measure",
            form=Form.GROUP,
            label="Measured by",
            reads=Reads.TRAIT,
            fields=(
                Field(name="primary", form=Form.LINE, label="Measured by"),
                Field(name="guard", form=Form.LINE, label="While watching"),
                Field(name="expected", form=Form.NUMBER, label="Expected", unit="share"),
                Field(name="baseline", form=Form.NUMBER, label="Before the play", unit="share"),
            ),
        ),
        Field(
            name="trigger",
            form=Form.RELATION,
            label="Trigger",
            reads=Reads.RAIL,
            target=("trigger",),
            verb="Starts after",
            inverse="Starts",
        ),
        Field(
            name="for",
            form=Form.GROUP,
            label="For whom",
            reads=Reads.RAIL,
            fields=(
                Field(
                    name="icp",
                    form=Form.RELATION,
                    label="Customer",
                    target=("icp",),
                    verb="At",
                    inverse="Played at",
                ),
                Field(
                    name="personas",
                    form=Form.RELATIONS,
                    label="Personas",
                    target=("persona",),
                    verb="With",
                    inverse="Played with",
                ),
            ),
        ),
        Field(
            name="know",
            form=Form.RELATIONS,
            label="Know",
            reads=Reads.RAIL,
            verb="Know",
            inverse="To know for",
        ),
        Field(name="say", form=Form.RELATIONS, label="Say", reads=Reads.RAIL, verb="Say", inverse="Said in"),
        Field(
            name="show", form=Form.RELATIONS, label="Show", reads=Reads.RAIL, verb="Show", inverse="Shown in"
        ),
    ),
)
