"""The starter playbook is one story told in 59 texts; these tests hold the texts to one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

CONTENT = Path(__file__).parents[2] / "content"

# Every kind: its folder, which is also its address, and how many entries the starter has of it.
KINDS = {
    "icp": ("icps", 3),
    "persona": ("personas", 5),
    "trigger": ("triggers", 4),
    "issue": ("issues", 5),
    "capability": ("capabilities", 5),
    "issue_map": ("issue-maps", 2),
    "qualifying_question": ("questions", 4),
    "stage": ("stages", 6),
    "buying_step": ("buying-steps", 4),
    "planner": ("planners", 3),
    "story": ("stories", 3),
    "tough_question": ("tough-questions", 4),
    "competitor": ("competitors", 2),
    "collateral": ("collateral", 3),
    "lesson": ("lessons", 2),
    "agreement": ("agreements", 2),
    "play": ("plays", 2),
}

# The file's name is the slug, and the database keeps the rest: a copy in the text would go wrong.
KEPT_ELSEWHERE = {"slug", "status", "version", "signed", "file_sha256"}

ANY = set(KINDS)
PROOF = {"story", "collateral", "capability"}

# Which kinds a field may name. A dot goes into a group or into every row.
RELATIONS = {
    "icp": {
        "triggers": {"trigger"},
        "issues": {"issue"},
        "personas": {"persona"},
        "counter_example": {"icp"},
    },
    "persona": {
        "pains": {"issue"},
        "beliefs_to_challenge.proof": PROOF,
        "influenced_by": {"persona"},
        "questions": {"qualifying_question"},
        "stories": {"story"},
        "tough_questions": {"tough_question"},
        "collateral": {"collateral"},
    },
    "trigger": {"raises": {"issue"}, "affects": {"persona"}, "play": {"play"}},
    "issue": {
        "felt_by.persona": {"persona"},
        "status_quo_alternative": {"competitor"},
        "triggers": {"trigger"},
        "answered_by": {"capability"},
        "questions": {"qualifying_question"},
    },
    "capability": {"answers": {"issue"}, "proof.story": {"story"}, "competes_with": {"competitor"}},
    "issue_map": {
        "issue": {"issue"},
        "rows.persona": {"persona"},
        "rows.question": {"qualifying_question"},
        "rows.capability": {"capability"},
        "rows.proof": PROOF,
    },
    "qualifying_question": {
        "ask.stages": {"stage"},
        "ask.personas": {"persona"},
        "issue": {"issue"},
        "issues": {"issue"},
        "feeds_milestones": {"stage"},
    },
    "stage": {
        "buyer_step": {"buying_step"},
        "collateral": {"collateral"},
        "planners": {"planner"},
        "questions": {"qualifying_question"},
    },
    "buying_step": {
        "who_is_involved": {"persona"},
        "seller_stage": {"stage"},
        "stages": {"stage"},
        "not_ready_reasons.reply_with": ANY,
        "tactics": {"collateral", "story", "tough_question"},
    },
    "planner": {
        "situation.stage": {"stage"},
        "situation.personas": {"persona"},
        "stages": {"stage"},
        "flow.ask": {"qualifying_question"},
        "flow.tell": {"story"},
        "likely_tough_questions": {"tough_question"},
        "collateral_after": {"collateral"},
    },
    "story": {
        "hero": {"persona"},
        "issue": {"issue"},
        "shows": {"capability"},
        "use_when.stages": {"stage"},
        "use_when.personas": {"persona"},
    },
    "tough_question": {"asked_by": {"persona"}, "stages": {"stage"}, "proof": PROOF},
    "competitor": {"they_will_say_about_us.reply": {"tough_question"}, "lessons": {"lesson"}},
    "collateral": {
        "stages": {"stage"},
        "buyer_steps": {"buying_step"},
        "personas": {"persona"},
        "issues": {"issue"},
        "replaces": {"collateral"},
    },
    "lesson": {
        "competitor": {"competitor"},
        "stage_reached": {"stage"},
        "entries_used": ANY,
        "changes_proposed.entry": ANY,
    },
    "agreement": {"items.stated_in": ANY},
    "play": {
        "trigger": {"trigger"},
        "for.icp": {"icp"},
        "for.personas": {"persona"},
        "know": ANY,
        "say": ANY,
        "show": ANY,
    },
}

# One relation told from both ends. Where an end may name one entry only, the plural beside it
# (`issues`, `stages`) holds the others.
BOTH_ENDS = [
    ("persona", ["pains"], "issue", ["felt_by.persona"]),
    ("persona", ["questions"], "qualifying_question", ["ask.personas"]),
    ("persona", ["tough_questions"], "tough_question", ["asked_by"]),
    ("persona", ["stories"], "story", ["use_when.personas"]),
    ("persona", ["collateral"], "collateral", ["personas"]),
    ("issue", ["answered_by"], "capability", ["answers"]),
    ("issue", ["questions"], "qualifying_question", ["issue", "issues"]),
    ("issue", ["triggers"], "trigger", ["raises"]),
    ("stage", ["questions"], "qualifying_question", ["ask.stages"]),
    ("stage", ["planners"], "planner", ["situation.stage", "stages"]),
    ("stage", ["collateral"], "collateral", ["stages"]),
    ("stage", ["buyer_step"], "buying_step", ["seller_stage", "stages"]),
    ("buying_step", ["tactics"], "collateral", ["buyer_steps"]),
    ("trigger", ["play"], "play", ["trigger"]),
    ("capability", ["proof.story"], "story", ["shows"]),
    ("competitor", ["lessons"], "lesson", ["competitor"]),
]

SLUG = re.compile(
    r"(icp|persona|trigger|issue|cap|map|q|stage|buy|plan|story|tq|comp|col|lesson|sla|agreement|play)-[a-z0-9-]+"
)
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")

# A figure that several entries state: how it is said, its value in digits or words, how many say it.
FIGURES = {
    "usual price, GBP thousand a year": (r"(?:usually about|years? at) GBP (\d+)k", {"48"}, 4),
    "limit of a CFO, GBP thousand": (r"(?:up to|[Uu]nder|[Aa]bove|passes the) GBP (\d{3})k", {"100"}, 5),
    "weeks to go live, to eight": (r"(\w+)[ -]to[ -]eight[ -]week", {"six"}, 3),
    "days before a cut-over with no start": (r"[Ii]nside (\w+) days", {"90", "ninety"}, 6),
    "parked receipts, median": (r"[Mm]edian (?:was )?(\d,\d{3})", {"1,120"}, 3),
    "deals closed in twelve months": (r"[Oo]f (\d+) deals closed", {"82"}, 2),
    "pallets in the yard": (r"(\d+|[a-z]+ty-[a-z]+) pallets", {"41", "forty-one"}, 2),
    "value of the pallets, GBP thousand": (r"GBP (2\d\d)k", {"212"}, 1),
    "true-up after go-live, GBP thousand": (r"closes after go-live: GBP (\d+)k", {"6"}, 2),
    "exceptions at Pellworth before": (r"(\d+)% (?:to|\|) 9%", {"31"}, 3),
    "exceptions at Garrick & Sloan before": (r"(\d+)% (?:to|\|) 6%", {"16"}, 3),
    "invoices a month at Garrick & Sloan": (r"(\d{2},\d{3}) invoices a month", {"14,000"}, 4),
    "answered on the day before, per cent": (r"(\d+)% to 74%", {"12"}, 3),
    "people in payables at Garrick & Sloan": (r"payables,? (?:was )?(\w+) people", {"nine"}, 3),
    "minutes of AP time": (r"(\w+) minutes(?:, GBP| of AP| an exception| =| ×)", {"19", "Nineteen"}, 3),
    "pass mark of a proof, of sixty": (r"(\d+) of (?:the )?60", {"45"}, 2),
    "IT's reply to the pack, working days": (r"(?:reply: |takes )(\w+) working days", {"6", "six"}, 3),
    "questions in IT's form": (r"(\d+) questions", {"180"}, 2),
}


@dataclass(frozen=True)
class Text:
    """One file of the starter playbook."""

    path: Path
    fields: dict[str, Any]
    body: str

    @property
    def whole(self) -> str:
        """Front matter and body on one line, so that a figure is found across a line's end."""
        return " ".join(self.path.read_text(encoding="utf-8").split())

    @property
    def slug(self) -> str:
        return self.path.stem

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])

    def named(self, path: str) -> list[str]:
        """The slugs at a dotted path; a group or a list of rows is gone into."""
        here: list[Any] = [self.fields]
        for part in path.split("."):
            inside = [row for value in here for row in (value if isinstance(value, list) else [value])]
            here = [row[part] for row in inside if isinstance(row, dict) and part in row]
        return [slug for value in here for slug in (value if isinstance(value, list) else [value])]


def read(path: Path) -> Text:
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Text(path, YAML(typ="safe", pure=True).load(front_matter), body)


TEXTS = {path.stem: read(path) for path in sorted(CONTENT.rglob("*.md"))}


def of_kind(kind: str) -> list[Text]:
    return [text for text in TEXTS.values() if text.kind == kind]


def each(*kinds: str) -> list[Any]:
    """The texts of some kinds, or all of them, as parameters named by their slugs."""
    return [pytest.param(text, id=text.slug) for text in TEXTS.values() if not kinds or text.kind in kinds]


def words_in(value: Any) -> Iterator[str]:
    """Every string in a value, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from words_in(key)
            yield from words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_in(inner)
    elif isinstance(value, str):
        yield value


def word_count(text: str) -> int:
    """Words as a strict counter sees them: a hyphen or an apostrophe parts two."""
    return len(re.findall(r"\w+", text))


def test_there_are_59_entries_and_as_many_of_each_kind_as_promised() -> None:
    assert Counter(text.kind for text in TEXTS.values()) == {
        kind: count for kind, (_, count) in KINDS.items()
    }
    assert len(list(CONTENT.rglob("*.md"))) == len(TEXTS) == 59


def test_nothing_but_entries_lies_in_the_folder() -> None:
    assert [path for path in CONTENT.rglob("*") if path.is_file() and path.suffix != ".md"] == []


@pytest.mark.parametrize("text", each())
def test_an_entry_lies_in_the_folder_of_its_kind(text: Text) -> None:
    assert text.path.parent == CONTENT / KINDS[text.kind][0]


@pytest.mark.parametrize("text", each())
def test_a_text_does_not_repeat_what_the_database_keeps(text: Text) -> None:
    assert not KEPT_ELSEWHERE & set(text.fields)


@pytest.mark.parametrize("text", each())
def test_a_summary_fits_a_result_and_a_call_sheet(text: Text) -> None:
    assert 0 < len(text.fields["summary"]) <= 120


@pytest.mark.parametrize("text", each())
def test_every_field_that_names_entries_names_entries_of_the_right_kind(text: Text) -> None:
    for path, kinds in RELATIONS[text.kind].items():
        for slug in text.named(path):
            assert slug in TEXTS, f"{path} names {slug}, which does not exist"
            assert TEXTS[slug].kind in kinds, f"{path} names {slug}, a {TEXTS[slug].kind}"


@pytest.mark.parametrize("text", each())
def test_anything_that_looks_like_a_slug_is_one(text: Text) -> None:
    looks = {word for word in words_in(text.fields) if SLUG.fullmatch(word)}
    assert looks <= set(TEXTS)


@pytest.mark.parametrize(("one", "here", "other", "there"), BOTH_ENDS, ids=lambda end: str(end))
def test_two_ends_of_a_relation_say_the_same(one: str, here: list[str], other: str, there: list[str]) -> None:
    told_here = {
        (text.slug, slug)
        for text in of_kind(one)
        for path in here
        for slug in text.named(path)
        if TEXTS[slug].kind == other
    }
    told_there = {(slug, text.slug) for text in of_kind(other) for path in there for slug in text.named(path)}
    assert told_here == told_there


@pytest.mark.parametrize("text", each())
def test_links_in_the_prose_lead_to_files_beside_it(text: Text) -> None:
    for target in LINK.findall(text.body):
        assert (text.path.parent / target).resolve() in {other.path.resolve() for other in TEXTS.values()}, (
            target
        )


@pytest.mark.parametrize("text", each())
def test_prose_fit_for_customers_links_to_nothing_that_is_not(text: Text) -> None:
    if text.fields["audience"] == "customer-safe":
        for target in LINK.findall(text.body):
            assert TEXTS[Path(target).stem].fields["audience"] == "customer-safe", target


@pytest.mark.parametrize("text", each("tough_question"))
def test_a_tough_question_can_be_answered_in_thirty_seconds_and_at_a_glance(text: Text) -> None:
    assert word_count(text.fields["glance"]) <= 30
    assert word_count(text.fields["answer_30s"]) <= 80


@pytest.mark.parametrize("text", each("story"))
def test_a_story_at_a_glance_has_its_number_and_ends_on_a_question(text: Text) -> None:
    glance = text.fields["glance"]
    assert word_count(glance) <= 45
    assert re.search(r"\d|day (five|eight)", glance)
    assert glance.endswith("?")


def test_a_story_told_without_the_name_does_not_say_it_at_a_glance() -> None:
    assert "Northmere" not in TEXTS["story-northmere-walked-away"].fields["glance"]


@pytest.mark.parametrize("text", each("issue_map"))
def test_a_row_of_a_map_stays_with_its_issue_and_its_persona(text: Text) -> None:
    issue = TEXTS[text.fields["issue"]]
    for row in text.fields["rows"]:
        assert row["persona"] in issue.named("felt_by.persona")
        assert row["question"] in issue.fields["questions"]
        assert row["capability"] in issue.fields["answered_by"]
        assert row["differentiated"] is TEXTS[row["capability"]].fields["differentiator"]
        proof = TEXTS.get(row.get("proof"))
        if proof is not None and proof.kind == "story":
            assert row["persona"] in proof.named("use_when.personas")
            assert row["capability"] in proof.fields["shows"]


def test_exactly_one_row_is_left_without_proof_to_show_what_a_broken_one_looks_like() -> None:
    maps = [text for text in TEXTS.values() if text.kind == "issue_map"]
    broken = [
        (text.slug, row["persona"]) for text in maps for row in text.fields["rows"] if "proof" not in row
    ]

    assert broken == [("map-close-slips", "persona-plant-manager")]


@pytest.mark.parametrize("text", each("planner"))
def test_a_planner_tells_asks_and_serves_what_belongs_to_its_stage_and_people(text: Text) -> None:
    stage, personas = text.fields["situation"]["stage"], set(text.fields["situation"]["personas"])
    for slug in text.named("flow.tell"):
        assert stage in TEXTS[slug].named("use_when.stages")
        assert personas & set(TEXTS[slug].named("use_when.personas"))
    for slug in text.named("flow.ask"):
        assert stage in TEXTS[slug].named("ask.stages")
        assert personas & set(TEXTS[slug].named("ask.personas"))
    for slug in text.fields["likely_tough_questions"]:
        assert stage in TEXTS[slug].fields["stages"]
        assert personas & set(TEXTS[slug].fields["asked_by"])

    stages = [TEXTS[slug] for slug in [stage, *text.fields.get("stages", [])]]
    milestones = {milestone["id"] for own in stages for milestone in own.fields["exit_milestones"]}
    assert set(text.fields["milestones_served"]) <= milestones


def test_a_question_feeds_milestones_only_of_stages_in_which_it_is_asked() -> None:
    for text in of_kind("qualifying_question"):
        assert set(text.fields["feeds_milestones"]) <= set(text.named("ask.stages"))


def test_a_story_offered_at_a_buying_step_may_be_told_in_its_stages() -> None:
    for step in of_kind("buying_step"):
        stages = {step.fields["seller_stage"], *step.fields.get("stages", [])}
        for slug in step.fields["tactics"]:
            if TEXTS[slug].kind == "story":
                assert stages & set(TEXTS[slug].named("use_when.stages")), f"{slug} at {step.slug}"


def test_milestones_have_marks_of_their_own() -> None:
    marks = [milestone["id"] for stage in of_kind("stage") for milestone in stage.fields["exit_milestones"]]
    assert len(marks) == len(set(marks))


def test_days_in_a_lesson_are_counted_by_stage() -> None:
    for lesson in of_kind("lesson"):
        assert {TEXTS[slug].kind for slug in lesson.fields["days_in_stage"]} == {"stage"}


@pytest.mark.parametrize(("pattern", "values", "at_least"), FIGURES.values(), ids=FIGURES)
def test_a_figure_is_the_same_wherever_it_is_stated(pattern: str, values: set[str], at_least: int) -> None:
    stated = {slug: set(re.findall(pattern, text.whole)) for slug, text in TEXTS.items()}
    stated = {slug: figures for slug, figures in stated.items() if figures}

    assert set().union(*stated.values()) <= values, stated
    assert len(stated) >= at_least, stated


def test_the_funnel_of_the_charter_is_the_funnel_of_the_stages() -> None:
    charter = TEXTS["agreement-eight-points"]
    table = re.findall(r"^\| (\w+) \| (\d+) \| (0\.\d+) \|$", charter.body, re.MULTILINE)
    stages = sorted(of_kind("stage"), key=lambda stage: int(stage.fields["order"]))

    assert [(name, float(share)) for name, _, share in table] == [
        (stage.fields["title"], stage.fields["expected_conversion"]) for stage in stages
    ]
    entering = {name: int(number) for name, number, _ in table}
    lead_handover = TEXTS["sla-lead-handover"].fields["items"][0]
    assert entering["Discovery"] == lead_handover["target"]
    assert f"from {entering['Discovery']} entering Discovery" in charter.fields["items"][6]["term"]
    assert f"About {entering['Connect']} companies" in TEXTS["stage-1-connect"].body

    going_on = [int(number) * float(share) for _, number, share in table]
    assert [round(number) for number in going_on][:-1] == pytest.approx([*entering.values()][1:], abs=1)
    assert round(going_on[-1]) == charter.fields["items"][6]["target"] == 9


def test_the_stages_take_a_hundred_days() -> None:
    assert sum(stage.fields["normal_days"]["median"] for stage in of_kind("stage")) == 100


def test_one_pass_mark_serves_every_customer_profile_and_agreement() -> None:
    assert {icp.fields["score"]["pass_mark"] for icp in of_kind("icp")} == {65}
    assert "65 or more" in TEXTS["sla-lead-handover"].fields["items"][2]["term"]
    assert "scoring 65" in TEXTS["agreement-eight-points"].fields["items"][0]["term"]
    for icp in of_kind("icp"):
        assert sum(points for part, points in icp.fields["score"].items() if part != "pass_mark") == 100


def test_deals_won_lost_and_undecided_add_up() -> None:
    record = {text.slug: text.fields["record"] for text in of_kind("competitor")}
    won = sum(deals["won"] for deals in record.values())
    undecided = sum(deals["no_decision"] for deals in record.values())
    status_quo = TEXTS["comp-status-quo"]

    assert (won, undecided) == (29, 40)
    assert "Of 82 deals closed in twelve months we won 29. Rivals took 13. The other 40" in status_quo.body
    for slug, deals in record.items():
        share = sum(deals[ending] for ending in ("won", "lost", "no_decision")) / 82
        assert round(share, 2) == pytest.approx(TEXTS[slug].fields["seen_in_share_of_deals"]["value"])
    assert (
        "8 won of 13; without: 21 of 69"
        in TEXTS["lesson-garrick-won-plant-first"].fields["evidence"][0]["claim"]
    )
    assert won == 8 + 21


def test_three_capabilities_set_us_apart_as_the_charter_says() -> None:
    assert sum(text.fields["differentiator"] for text in of_kind("capability")) == 3
    assert TEXTS["agreement-eight-points"].fields["items"][2]["target"] == "3 of 3"
