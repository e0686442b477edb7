"""Qualifying question: what to ask, and what the answers mean."""

from playbook.kinds.field import Field, Form, Reads
from playbook.kinds.kind import Kind

KIND = Kind(
    name="qualifying_question",
    label="Question to ask",
    plural="Questions to ask",
    folder="questions",
    icon="ear",
    about="A question worth asking, what a good, a weak and a disqualifying answer sound like.",
    signers=("sales", "owner"),
    fields=(
        Field(name="good_answer", form=Form.LINE, label="A good answer", reads=Reads.TRAIT, to_agree=True),
        Field(name="weak_answer", form=Form.LINE, label="A weak answer", reads=Reads.TRAIT),
        Field(name="disqualifying_answer", form=Form.LINE, label="Stop if", reads=Reads.TRAIT),
        Field(name="follow_ups", form=Form.LIST, label="Then ask", reads=Reads.SPOKEN, spoken=True),
        Field(
            name="criterion",
            form=Form.GROUP,
            label="How it counts",
            reads=Reads.SCALE,
            fields=(
                Field(name="statement", form=Form.LINE, label="Criterion"),
                Field(name="weight", form=Form.NUMBER, label="Weight"),
                Field(name="scale", form=Form.TABLE, label="Marks", help="0: not asked"),
            ),
        ),
        Field(
            name="spin_type",
            form=Form.CHOICE,
            label="Type",
            reads=Reads.TRAIT,
            choices=(
                ("situation", "Situation"),
                ("problem", "Problem"),
                ("implication", "Implication"),
                ("need_payoff", "Need and payoff"),
            ),
        ),
        Field(
            name="meddpicc",
            form=Form.CHOICES,
            label="Tells us about",
            reads=Reads.TRAIT,
            choices=(
                ("metrics", "Metrics"),
                ("economic_buyer", "Economic buyer"),
                ("decision_criteria", "Decision criteria"),
                ("decision_process", "Decision process"),
                ("paper_process", "Paper process"),
                ("identify_pain", "Pain"),
                ("champion", "Champion"),
                ("competition", "Competition"),
            ),
        ),
        Field(
            name="ask",
            form=Form.GROUP,
            label="When and whom to ask",
            reads=Reads.RAIL,
            to_agree=True,
            fields=(
                Field(
                    name="stages",
                    form=Form.RELATIONS,
                    label="Stages",
                    target=("stage",),
                    verb="Asked in",
                    inverse="Ask here",
                ),
                Field(
                    name="personas",
                    form=Form.RELATIONS,
                    label="Personas",
                    target=("persona",),
                    verb="Put to",
                    inverse="To be asked",
                ),
            ),
        ),
        Field(
            name="issue",
            form=Form.RELATION,
            label="Issue it finds",
            reads=Reads.RAIL,
            target=("issue",),
            verb="Finds",
            inverse="Found by asking",
        ),
        Field(
            name="feeds_milestones",
            form=Form.RELATIONS,
            label="Stages whose milestones it feeds",
            reads=Reads.RAIL,
            target=("stage",),
            verb="Feeds milestones of",
            inverse="Feeds a milestone",
        ),
    ),
)
