"""Buying step: what the buyer does, which our stages follow."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="buying_step",
    label="Buying step",
    plural="Buying steps",
    folder="buying-steps",
    icon="footprints",
    about="A step the buyer takes: the question on their mind, who is in it, and when it is done.",
    order_by="order",
    fields=(
        Field(name="order", form=Form.NUMBER, label="Place in the order", reads=Reads.QUIET, to_draft=True),
        Field(
            name="buyer_question",
            form=Form.LINE,
            label="On their mind",
            reads=Reads.SAY,
            to_agree=True,
            spoken=True,
        ),
        Field(name="buyer_actions", form=Form.LIST, label="What they do", reads=Reads.LINES, to_agree=True),
        Field(name="information_needed", form=Form.LIST, label="What they need to know", reads=Reads.LINES),
        Field(name="done_when", form=Form.LINE, label="Done when", reads=Reads.TRAIT, to_agree=True),
        Field(name="typical_days", form=Form.NUMBER, label="Usually takes", reads=Reads.TRAIT, unit="days"),
        Field(
            name="not_ready_reasons",
            form=Form.ROWS,
            label="When they are not ready",
            reads=Reads.GRID,
            fields=(
                Field(name="reason", form=Form.LINE, label="They say", to_draft=True, spoken=True),
                Field(
                    name="reply_with",
                    form=Form.RELATION,
                    label="Reply with",
                    verb="Reply with",
                    inverse="A reply when not ready at",
                ),
                Field(name="revisit_days", form=Form.NUMBER, label="Come back after", unit="days"),
            ),
        ),
        Field(
            name="who_is_involved",
            form=Form.RELATIONS,
            label="Who is in it",
            reads=Reads.RAIL,
            target=("persona",),
            verb="Who is in it",
            inverse="Takes part in",
        ),
        Field(
            name="seller_stage",
            form=Form.RELATION,
            label="Our stage",
            reads=Reads.RAIL,
            target=("stage",),
            verb="We are in",
            inverse="The buyer is at",
        ),
        Field(
            name="tactics",
            form=Form.RELATIONS,
            label="What serves it",
            reads=Reads.RAIL,
            verb="Served by",
            inverse="Serves",
        ),
    ),
)
