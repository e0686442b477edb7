"""Tough question: something buyers ask, and what to say."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="tough_question",
    label="Tough question",
    plural="Tough questions",
    folder="tough-questions",
    icon="shield-question-mark",
    about="Something buyers ask that is hard to answer: what it may mean, what to say, where our limit is.",
    review_months=3,
    fields=(
        Field(
            name="clarify_first",
            form=Form.LINE,
            label="Ask first",
            reads=Reads.SAY,
            to_agree=True,
            spoken=True,
        ),
        Field(
            name="answer_30s",
            form=Form.TEXT,
            label="Then say",
            reads=Reads.ANSWER,
            to_draft=True,
            words=80,
            spoken=True,
            help="Thirty seconds, so at most 80 words.",
        ),
        Field(
            name="glance",
            form=Form.TEXT,
            label="At a glance",
            reads=Reads.QUIET,
            words=30,
            help="At most 30 words, for the five-minute call sheet.",
        ),
        Field(name="follow_up_question", form=Form.LINE, label="Then ask", reads=Reads.SAY, spoken=True),
        Field(
            name="what_it_may_mean",
            form=Form.ROWS,
            label="What they may mean",
            reads=Reads.PAIRS,
            to_agree=True,
            fields=(
                Field(name="reading", form=Form.LINE, label="They may mean", to_draft=True, spoken=True),
                Field(name="how_to_tell", form=Form.LINE, label="How to tell"),
            ),
        ),
        Field(name="next_step", form=Form.LINE, label="Next step", reads=Reads.PARAGRAPH, to_agree=True),
        Field(
            name="honest_limit",
            form=Form.LINE,
            label="Our honest limit",
            reads=Reads.PARAGRAPH,
            to_agree=True,
        ),
        Field(name="do_not", form=Form.LIST, label="Don’t", reads=Reads.DONT),
        Field(
            name="category",
            form=Form.CHOICE,
            label="About",
            reads=Reads.TRAIT,
            to_draft=True,
            choices=tuple(
                (word, word.capitalize())
                for word in ("price", "timing", "risk", "fit", "competitor", "trust", "authority")
            ),
        ),
        Field(name="outcomes_to_log", form=Form.LIST, label="Ends as", reads=Reads.QUIET),
        Field(
            name="asked_count_window_days",
            form=Form.NUMBER,
            label="Counted over",
            reads=Reads.QUIET,
            unit="days",
        ),
        Field(
            name="asked_by",
            form=Form.RELATIONS,
            label="Asked by",
            reads=Reads.RAIL,
            target=("persona",),
            verb="Asked by",
            inverse="Asks",
        ),
        Field(
            name="stages",
            form=Form.RELATIONS,
            label="Comes up in",
            reads=Reads.RAIL,
            target=("stage",),
            verb="Comes up in",
            inverse="Expect here",
        ),
        Field(
            name="proof",
            form=Form.RELATIONS,
            label="Proved by",
            reads=Reads.RAIL,
            target=("story", "collateral", "lesson", "capability"),
            verb="Proved by",
            inverse="Proof for",
        ),
    ),
)
