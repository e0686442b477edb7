"""Story: something that happened to a customer, told so that a buyer sees it."""

from playbook.kinds.common import CLAIM
from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="story",
    label="Story",
    plural="Stories",
    folder="stories",
    icon="book-open",
    about="Something that happened to a customer, short enough to tell and ending with a question.",
    signers=("owner",),
    body_leads=True,
    body_spoken=True,
    body_help="## Short is what is told in 45 seconds. ## Full is the whole of it.",
    fields=(
        Field(
            name="ends_with_question", form=Form.LINE, label="End with", reads=Reads.SAY, to_agree=True, spoken=True
        ),
        Field(
            name="glance",
            form=Form.TEXT,
            label="At a glance",
            reads=Reads.QUIET,
            words=45,
            help="At most 45 words, for the five-minute call sheet.",
        ),
        Field(
            name="facts",
            form=Form.ROWS,
            label="Facts in it",
            reads=Reads.CLAIMS,
            to_agree=True,
            fields=CLAIM,
        ),
        Field(name="do_not_use_with", form=Form.LIST, label="Don’t tell it to", reads=Reads.DONT),
        Field(name="emotion", form=Form.LINE, label="Leaves them with", reads=Reads.TRAIT),
        Field(
            name="length",
            form=Form.GROUP,
            label="Takes",
            reads=Reads.TRAIT,
            sentence="{short_seconds} seconds short, {full_seconds} in full",
            fields=(
                Field(name="short_seconds", form=Form.NUMBER, label="Short", unit="seconds"),
                Field(name="full_seconds", form=Form.NUMBER, label="Full", unit="seconds"),
            ),
        ),
        Field(
            name="naming",
            form=Form.CHOICE,
            label="Naming the customer",
            reads=Reads.TRAIT,
            to_agree=True,
            choices=(
                ("named_ok", "May be named"),
                ("anonymise", "Leave the name out"),
                ("reference_call_only", "Only on a reference call"),
            ),
        ),
        Field(
            name="permission",
            form=Form.GROUP,
            label="Permission",
            reads=Reads.TRAIT,
            to_agree=True,
            sentence="From {given_by} on {on}, until {expires}",
            fields=(
                Field(name="given_by", form=Form.LINE, label="Given by"),
                Field(name="on", form=Form.DATE, label="On"),
                Field(name="expires", form=Form.DATE, label="Until"),
            ),
        ),
        Field(name="told_by", form=Form.LIST, label="Told by", reads=Reads.TRAIT),
        Field(
            name="hero",
            form=Form.RELATION,
            label="Hero",
            reads=Reads.RAIL,
            target=("persona",),
            verb="Hero",
            inverse="Hero of",
        ),
        Field(
            name="issue",
            form=Form.RELATION,
            label="Issue",
            reads=Reads.RAIL,
            target=("issue",),
            verb="About",
            inverse="Told in",
        ),
        Field(
            name="shows",
            form=Form.RELATIONS,
            label="What it shows",
            reads=Reads.RAIL,
            target=("capability",),
            verb="Shows",
            inverse="Shown in",
        ),
        Field(
            name="use_when",
            form=Form.GROUP,
            label="Tell it",
            reads=Reads.RAIL,
            to_agree=True,
            fields=(
                Field(
                    name="stages",
                    form=Form.RELATIONS,
                    label="In",
                    target=("stage",),
                    verb="Tell it in",
                    inverse="Tell here",
                ),
                Field(
                    name="personas",
                    form=Form.RELATIONS,
                    label="To",
                    target=("persona",),
                    verb="Tell it to",
                    inverse="To be told",
                ),
            ),
        ),
    ),
)
