from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.kinds import KINDS, Kind
from playbook.kinds.claims import claims_of, expired_places, is_past
from playbook.kinds.reading import spoken, spoken_words
from tests.kinds.samples import STARTER, json_values, starter

TODAY = date(2026, 6, 1)


def test_a_claim_tells_what_it_says_who_says_so_and_how_long() -> None:
    row = {
        "claim": "Close  fell from day 8 to 5",
        "source": "Customer report",
        "as_of": "2026-02-27",
        "expires": "2026-08-27",
        "label": "fact",
    }

    [claim] = claims_of(KINDS["tough_question"], {"evidence": [row]})

    assert (claim.path, claim.words) == ("evidence.1", "Close fell from day 8 to 5")
    assert (claim.source, claim.as_of, claim.expires) == ("Customer report", "2026-02-27", "2026-08-27")
    assert (claim.label, claim.declared.label) == ("fact", "Evidence")


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("competitor", {"pricing": {"text": "GBP 1 a page", "source": "Their page"}}, "GBP 1 a page"),
        ("competitor", {"seen_in_share_of_deals": {"value": 0.38, "source": "CRM"}}, "38%"),
        (
            "competitor",
            {"landmines": [{"question": "Who is asked?", "documented": "AP only"}]},
            "Who is asked? AP only",
        ),
        ("capability", {"proof": [{"claim": "Six days", "story": "story-one"}]}, "Six days"),
        ("story", {"permission": {"given_by": "Beth Ames", "on": "2026-01-01"}}, "Beth Ames"),
    ],
)
def test_whatever_has_a_source_or_an_end_is_a_claim(kind: str, fields: dict[str, Any], said: str) -> None:
    [claim] = claims_of(KINDS[kind], fields)

    assert claim.words == said


def test_a_claim_is_good_through_its_last_day() -> None:
    rows = [
        {"claim": "a", "expires": day} for day in ("2026-05-31", "2026-06-01", "2026-07-01", "2026-07-02")
    ]
    claims = claims_of(KINDS["note"], {"evidence": rows})

    assert [claim.is_expired(on=TODAY) for claim in claims] == [True, False, False, False]
    soon = timedelta(days=30)
    assert [claim.runs_out(on=TODAY, within=soon) for claim in claims] == [True, True, True, False]


@pytest.mark.parametrize(
    "day", ["", "soon", "2026-02-30", "2026-5-1", 20250101, None, ["2025-01-01"], "2025"]
)
def test_what_is_no_day_never_passes(day: Any) -> None:
    assert not is_past(day, on=TODAY)


def test_expired_claims_are_known_by_where_they_stand() -> None:
    old, new = {"claim": "a", "expires": "2026-01-01"}, {"claim": "b", "expires": "2027-01-01"}
    fields = {"landmines": [new, {**old, "question": "Who?"}], "pricing": {"text": "x", **old}}

    found = expired_places(KINDS["competitor"], fields, on=TODAY)

    assert found == {("landmines", 2), ("pricing", None)}


def test_a_field_named_like_a_row_is_not_taken_for_it() -> None:
    fields = {"evidence": [{"claim": "a", "expires": "2026-01-01"}], "evidence.1": "mine"}

    expired = expired_places(KINDS["note"], fields, on=TODAY)
    pieces = list(spoken(KINDS["note"], fields))

    assert [(piece.text, (piece.field, piece.row) in expired) for piece in pieces] == [
        ("a", True),
        ("mine", False),
    ]


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.stem)
def test_every_word_that_search_finds_says_where_it_stands(path: Any) -> None:
    kind, document = starter(path)

    pieces = [piece.text for piece in spoken(kind, document.fields)]

    assert " ".join(pieces).split() == spoken_words(kind, document.fields).split()


@given(kind=st.sampled_from(list(KINDS.values())), data=st.data())
def test_claims_are_found_in_any_fields(kind: Kind, data: st.DataObject) -> None:
    names = [declared.name for declared in kind.all_fields]
    fields = data.draw(st.dictionaries(st.sampled_from(names), json_values))

    places = {(claim.field, claim.row) for claim in claims_of(kind, fields)}

    assert expired_places(kind, fields, on=TODAY) <= places
    assert (
        " ".join(piece.text for piece in spoken(kind, fields)).split() == spoken_words(kind, fields).split()
    )
