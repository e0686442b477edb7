"""Trigger: an event that makes a buyer see the need for change."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="trigger",
    label="Trigger",
    plural="Triggers",
    folder="triggers",
    icon="zap",
    about="An event that makes buyers see the need for change, where it shows and how long it stays warm.",
    fields=(
        Field(
            name="openers",
            form=Form.LIST,
            label="Openers",
            reads=Reads.SPOKEN,
            spoken=True,
            help="Words to begin with.",
        ),
        Field(
            name="type",
            form=Form.CHOICE,
            label="Comes from",
            reads=Reads.TRAIT,
            to_draft=True,
            choices=(("internal", "Inside the company"), ("external", "Outside"), ("market", "The market")),
        ),
        Field(
            name="half_life_days",
            form=Form.NUMBER,
            label="Stays warm",
            reads=Reads.TRAIT,
            unit="days",
            to_agree=True,
        ),
        Field(
            name="first_move_within_days",
            form=Form.NUMBER,
            label="Move within",
            reads=Reads.TRAIT,
            unit="days",
        ),
        Field(
            name="signals",
            form=Form.ROWS,
            label="Where it shows",
            reads=Reads.GRID,
            to_agree=True,
            fields=(
                Field(name="what", form=Form.LINE, label="What is seen", to_draft=True),
                Field(name="where", form=Form.LINE, label="Where"),
                Field(
                    name="watch",
                    form=Form.CHOICE,
                    label="Who watches",
                    choices=(("sales", "Sales"), ("marketing", "Marketing"), ("both", "Both")),
                ),
            ),
        ),
        Field(name="false_positives", form=Form.LIST, label="Looks like it, but is not", reads=Reads.DONT),
        Field(
            name="raises",
            form=Form.RELATIONS,
            label="Issues it raises",
            reads=Reads.RAIL,
            target=("issue",),
            verb="Raises",
            inverse="Raised by",
        ),
        Field(
            name="affects",
            form=Form.RELATIONS,
            label="Whom it affects",
            reads=Reads.RAIL,
            target=("persona",),
            verb="Affects",
            inverse="Affected by",
        ),
        Field(
            name="play",
            form=Form.RELATION,
            label="Play to run",
            reads=Reads.RAIL,
            target=("play",),
            verb="Run",
            inverse="Run after",
        ),
    ),
)
