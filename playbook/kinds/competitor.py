"""Competitor: an honest battlecard, the status quo included."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind
from playbook.kinds.shared import LABELS

KIND = Kind(
    name="competitor",
    label="Competitor",
    plural="Competitors",
    folder="competitors",
    icon="swords",
    about="What buyers could choose instead: when they win, when we win, and what may be said with a source.",
    review_months=2,
    body_leads=True,
    body_help="Begin with thirty seconds on them, fair enough to be shown to them.",
    fields=(
        Field(
            name="one_thing_to_say",
            form=Form.TEXT,
            label="The one thing to say",
            reads=Reads.ANSWER,
            to_draft=True,
            words=40,
            spoken=True,
        ),
        Field(name="they_win_when", form=Form.LIST, label="They win when", reads=Reads.LINES, to_agree=True),
        Field(name="we_win_when", form=Form.LIST, label="We win when", reads=Reads.LINES, to_agree=True),
        Field(
            name="landmines",
            form=Form.ROWS,
            label="Questions whose honest answer favours us",
            reads=Reads.CLAIMS,
            fields=(
                Field(name="question", form=Form.LINE, label="Question", to_draft=True, spoken=True),
                Field(name="documented", form=Form.LINE, label="Documented answer"),
                Field(name="source", form=Form.LINE, label="Source"),
                Field(name="as_of", form=Form.DATE, label="As of"),
                Field(name="expires", form=Form.DATE, label="Good until"),
                Field(name="label", form=Form.CHOICE, label="How sure", choices=LABELS),
            ),
        ),
        Field(
            name="they_will_say_about_us",
            form=Form.ROWS,
            label="What they say about us",
            reads=Reads.PAIRS,
            fields=(
                Field(name="claim", form=Form.LINE, label="They say", to_draft=True, spoken=True),
                Field(
                    name="reply",
                    form=Form.RELATION,
                    label="Reply with",
                    target=("tough_question", "story", "collateral"),
                    verb="Reply with",
                    inverse="A reply to",
                ),
            ),
        ),
        Field(
            name="their_strengths",
            form=Form.LIST,
            label="What they do well",
            reads=Reads.LINES,
            to_agree=True,
        ),
        Field(name="do_not_say", form=Form.LIST, label="Don’t say", reads=Reads.DONT),
        Field(
            name="threat",
            form=Form.CHOICE,
            label="Threat",
            reads=Reads.TRAIT,
            choices=(("high", "High"), ("medium", "Medium"), ("low", "Low")),
        ),
        Field(
            name="record",
            form=Form.GROUP,
            label="Against them",
            reads=Reads.TRAIT,
            sentence="{won} won, {lost} lost, {no_decision} no decision, {window}",
            fields=(
                Field(name="won", form=Form.NUMBER, label="Won"),
                Field(name="lost", form=Form.NUMBER, label="Lost"),
                Field(name="no_decision", form=Form.NUMBER, label="No decision"),
                Field(name="window", form=Form.LINE, label="Counted over"),
            ),
        ),
        Field(
            name="seen_in_share_of_deals",
            form=Form.GROUP,
            label="Share of deals they are in",
            reads=Reads.TRAIT,
            sentence="{value:.0%}, {source}, {as_of}",
            fields=(
                Field(name="value", form=Form.NUMBER, label="Share", unit="share"),
                Field(name="source", form=Form.LINE, label="Source"),
                Field(name="as_of", form=Form.DATE, label="As of"),
            ),
        ),
        Field(
            name="pricing",
            form=Form.GROUP,
            label="Their price",
            reads=Reads.TRAIT,
            sentence="{text}. {source}, {as_of}, good until {expires}",
            fields=(
                Field(name="text", form=Form.LINE, label="Price"),
                Field(name="source", form=Form.LINE, label="Source"),
                Field(name="as_of", form=Form.DATE, label="As of"),
                Field(name="expires", form=Form.DATE, label="Good until"),
                Field(name="label", form=Form.CHOICE, label="How sure", choices=LABELS),
            ),
        ),
        Field(
            name="lessons",
            form=Form.RELATIONS,
            label="Lessons",
            reads=Reads.RAIL,
            target=("lesson",),
            verb="Learned from",
            inverse="Taught us about",
        ),
    ),
)
