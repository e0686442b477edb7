"""Agreement: what Sales and Marketing owe each other."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="agreement",
    label="Agreement",
    plural="Agreements",
    folder="agreements",
    icon="handshake",
    about="What Sales and Marketing have promised each other, item by item, with a measure for each.",
    review_months=6,
    fields=(
        Field(
            name="items",
            form=Form.ROWS,
            label="What is agreed",
            reads=Reads.TERMS,
            to_agree=True,
            fields=(
                Field(name="id", form=Form.NUMBER, label="Number", to_draft=True),
                Field(name="topic", form=Form.LINE, label="Topic", to_draft=True),
                Field(name="term", form=Form.LINE, label="Term"),
                Field(
                    name="owed_by",
                    form=Form.CHOICE,
                    label="Owed by",
                    choices=(("sales", "Sales"), ("marketing", "Marketing"), ("both", "Both")),
                ),
                Field(name="measure", form=Form.LINE, label="Measured by"),
                Field(name="target", form=Form.LINE, label="Target"),
                Field(
                    name="stated_in",
                    form=Form.RELATIONS,
                    label="Stated in",
                    verb="Stated in",
                    inverse="Part of",
                ),
            ),
        ),
        Field(
            name="period",
            form=Form.GROUP,
            label="Period",
            reads=Reads.TRAIT,
            to_agree=True,
            sentence="{from} to {to}",
            fields=(
                Field(name="from", form=Form.DATE, label="From"),
                Field(name="to", form=Form.DATE, label="To"),
            ),
        ),
        Field(name="review_every", form=Form.LINE, label="Reviewed", reads=Reads.TRAIT),
        Field(name="escalation", form=Form.LINE, label="If it is not kept", reads=Reads.PARAGRAPH),
    ),
)
