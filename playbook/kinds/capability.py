"""Capability: something we can do for a buyer, with proof and limits."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind
from playbook.kinds.shared import CLAIM

KIND = Kind(
    name="capability",
    label="Capability",
    plural="Capabilities",
    folder="capabilities",
    icon="wrench",
    about="Something we can do for a buyer: what sets it apart, what proves it, and where it ends.",
    review_months=3,
    fields=(
        Field(
            name="differentiation",
            form=Form.GROUP,
            label="What sets it apart",
            reads=Reads.TRAIT,
            to_agree=True,
            fields=(
                Field(name="unique", form=Form.LINE, label="Only we"),
                Field(name="comparative", form=Form.LINE, label="Better than others"),
                Field(name="holistic", form=Form.LINE, label="Together"),
                Field(name="parity", form=Form.LINE, label="Same as others"),
                Field(name="defensible_how", form=Form.LINE, label="Shown by"),
            ),
        ),
        Field(name="differentiator", form=Form.FLAG, label="Sets us apart", reads=Reads.TRAIT),
        Field(name="demo_path", form=Form.LINE, label="Show it at", reads=Reads.TRAIT),
        Field(name="outcomes", form=Form.LIST, label="What the buyer gets", reads=Reads.LINES, to_agree=True),
        Field(
            name="proof",
            form=Form.ROWS,
            label="Proof",
            reads=Reads.CLAIMS,
            fields=(
                *CLAIM,
                Field(
                    name="story",
                    form=Form.RELATION,
                    label="Story",
                    target=("story",),
                    verb="Proved by",
                    inverse="Proves",
                ),
            ),
        ),
        Field(name="limits", form=Form.LIST, label="Say the limit first", reads=Reads.LINES, to_agree=True),
        Field(name="do_not_say", form=Form.LIST, label="Don’t say", reads=Reads.DONT),
        Field(
            name="answers",
            form=Form.RELATIONS,
            label="Issues it answers",
            reads=Reads.RAIL,
            target=("issue",),
            verb="Answers",
            inverse="Answered with",
        ),
        Field(
            name="competes_with",
            form=Form.RELATIONS,
            label="Competes with",
            reads=Reads.RAIL,
            target=("competitor",),
            verb="Competes with",
            inverse="Up against",
        ),
    ),
)
