"""Ideal customer profile: the companies worth our time, and those that are not."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="icp",
    label="Ideal customer",
    plural="Ideal customers",
    folder="icps",
    icon="target",
    about="The companies worth our time: how they are built, how they act, what is true of them now.",
    body_leads=True,
    body_help="Begin with the profile in one breath. Then why they buy, and the check that takes two minutes.",
    fields=(
        Field(
            name="fit",
            form=Form.GROUP,
            label="Who fits",
            reads=Reads.TRAIT,
            to_agree=True,
            fields=(
                Field(name="demographic", form=Form.TABLE, label="Who they are"),
                Field(name="structural", form=Form.LIST, label="How they are built"),
                Field(name="behavioural", form=Form.LIST, label="How they act"),
                Field(name="situational", form=Form.LIST, label="What is true right now"),
            ),
        ),
        Field(name="must_have", form=Form.LIST, label="Must have", reads=Reads.LINES, to_agree=True),
        Field(name="disqualifiers", form=Form.LIST, label="Not for us if", reads=Reads.DONT, to_agree=True),
        Field(
            name="score",
            form=Form.GROUP,
            label="Score",
            reads=Reads.PARAGRAPH,
            sentence="Structural counts {structural}, situational {situational}, behavioural {behavioural}, "
            "demographic {demographic}. Pass mark {pass_mark}.",
            fields=(
                Field(name="structural", form=Form.NUMBER, label="Structural", unit="points"),
                Field(name="behavioural", form=Form.NUMBER, label="Behavioural", unit="points"),
                Field(name="situational", form=Form.NUMBER, label="Situational", unit="points"),
                Field(name="demographic", form=Form.NUMBER, label="Demographic", unit="points"),
                Field(name="pass_mark", form=Form.NUMBER, label="Pass mark", unit="points"),
            ),
        ),
        Field(
            name="triggers",
            form=Form.RELATIONS,
            label="Triggers",
            reads=Reads.RAIL,
            target=("trigger",),
            verb="Moved by",
            inverse="Moves",
        ),
        Field(
            name="issues",
            form=Form.RELATIONS,
            label="Issues",
            reads=Reads.RAIL,
            target=("issue",),
            verb="Has",
            inverse="Common in",
        ),
        Field(
            name="personas",
            form=Form.RELATIONS,
            label="Who takes part",
            reads=Reads.RAIL,
            target=("persona",),
            verb="Who takes part",
            inverse="Works at",
        ),
        Field(
            name="counter_example",
            form=Form.RELATION,
            label="Looks alike, but is not",
            reads=Reads.RAIL,
            target=("icp",),
            verb="Not to be taken for",
            inverse="Mistaken for it",
        ),
    ),
)
