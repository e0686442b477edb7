"""Lesson: what a won or lost deal taught us."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="lesson",
    label="Lesson",
    plural="Lessons",
    folder="lessons",
    icon="graduation-cap",
    about="What a deal taught us: the stated reason, the one underneath, and what we change.",
    signers=("owner",),
    review_months=12,
    fields=(
        Field(
            name="outcome",
            form=Form.CHOICE,
            label="How it ended",
            reads=Reads.TRAIT,
            to_draft=True,
            choices=(
                ("won", "Won"),
                ("lost_to_competitor", "Lost to a competitor"),
                ("no_decision", "No decision"),
                ("not_a_fit", "Not a fit"),
            ),
        ),
        Field(name="deal_ref", form=Form.LINE, label="Deal", reads=Reads.TRAIT),
        Field(name="amount_band", form=Form.LINE, label="Size", reads=Reads.TRAIT),
        Field(
            name="stated_reason",
            form=Form.GROUP,
            label="What was said",
            reads=Reads.TRAIT,
            to_agree=True,
            sentence="{text} ({by})",
            fields=(
                Field(name="text", form=Form.LINE, label="Reason"),
                Field(name="by", form=Form.LINE, label="Said by"),
            ),
        ),
        Field(
            name="underlying_reason",
            form=Form.GROUP,
            label="What it was",
            reads=Reads.TRAIT,
            sentence="{text} ({by})",
            fields=(
                Field(name="text", form=Form.LINE, label="Reason"),
                Field(name="by", form=Form.LINE, label="Said by"),
            ),
        ),
        Field(name="five_whys", form=Form.LIST, label="Why, and why, and why", reads=Reads.LINES),
        Field(
            name="process_review",
            form=Form.ROWS,
            label="What we did",
            reads=Reads.GRID,
            fields=(
                Field(name="step", form=Form.LINE, label="Step", to_draft=True),
                Field(name="would_repeat", form=Form.FLAG, label="Would do it again"),
            ),
        ),
        Field(
            name="method_review",
            form=Form.ROWS,
            label="How we did it",
            reads=Reads.PAIRS,
            fields=(
                Field(name="step", form=Form.LINE, label="What we did", to_draft=True),
                Field(name="better", form=Form.LINE, label="Better"),
            ),
        ),
        Field(name="did_not_do", form=Form.LIST, label="We did not", reads=Reads.LINES),
        Field(name="should_not_have_done", form=Form.LIST, label="We should not have", reads=Reads.DONT),
        Field(
            name="changes_proposed",
            form=Form.ROWS,
            label="What we are changing",
            reads=Reads.PAIRS,
            fields=(
                Field(name="change", form=Form.LINE, label="Change", to_draft=True),
                Field(
                    name="entry", form=Form.RELATION, label="Where", verb="Changes", inverse="Changed because of"
                ),
                Field(name="experiment", form=Form.LINE, label="Tried as"),
            ),
        ),
        Field(name="entries_missing", form=Form.LIST, label="What was missing", reads=Reads.LINES),
        Field(name="days_in_stage", form=Form.TABLE, label="Days in each stage", reads=Reads.TRAIT),
        Field(
            name="sources",
            form=Form.ROWS,
            label="Where this comes from",
            reads=Reads.GRID,
            fields=(
                Field(
                    name="kind",
                    form=Form.CHOICE,
                    label="Source",
                    to_draft=True,
                    choices=(
                        ("buyer_interview", "Interview with the buyer"),
                        ("observed_call", "Call listened to"),
                        ("customer_meeting", "Meeting with the customer"),
                        ("sat_alongside", "Sat alongside"),
                        ("rep_note", "Note of the rep"),
                        ("customer_report", "Report of the customer"),
                    ),
                ),
                Field(name="on", form=Form.DATE, label="On"),
                Field(name="independent", form=Form.FLAG, label="Independent"),
                Field(name="anonymised", form=Form.FLAG, label="Names left out"),
                Field(name="consent", form=Form.FLAG, label="With consent"),
            ),
        ),
        Field(name="patterns", form=Form.LIST, label="Patterns", reads=Reads.TRAIT),
        Field(
            name="competitor",
            form=Form.RELATION,
            label="Against",
            reads=Reads.RAIL,
            target=("competitor",),
            verb="Against",
            inverse="Deal against them",
        ),
        Field(
            name="stage_reached",
            form=Form.RELATION,
            label="Got as far as",
            reads=Reads.RAIL,
            target=("stage",),
            verb="Got as far as",
            inverse="A deal that ended here",
        ),
        Field(
            name="entries_used",
            form=Form.RELATIONS,
            label="What was used",
            reads=Reads.RAIL,
            verb="Used",
            inverse="Used in",
        ),
    ),
)
