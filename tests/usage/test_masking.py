from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.usage import masked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail from gwen.hart@averill.example about price", "mail from (e-mail) about price"),
        ("gwen@averill", "(e-mail)"),
        ("<gwen@averill.example>", "<(e-mail)>"),
        ("call +44 20 7946 0958 back", "call (phone) back"),
        ("call (020) 7946-0958", "call (phone)"),
        ("0171/5551234", "(phone)"),
        ("+1.555.010.4477", "(phone)"),
        ("555\u20110100\u201122", "(phone)"),
    ],
)
def test_addresses_and_numbers_of_people_are_not_kept(typed: str, kept: str) -> None:
    assert masked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "price 2026",
        "review by 2026-07-31",
        "since 31.07.2026",
        "GBP 7,600 a year",
        "1,500 invoices",
        "gap of 9000",
        "month-end",
        "3-way match",
        "90 days",
        "at @ sign",
        "Q3/2026",
    ],
)
def test_words_dates_and_amounts_are_kept_as_typed(typed: str) -> None:
    assert masked(typed) == typed


def test_what_is_kept_stands_on_one_line() -> None:
    assert masked("  price\n\tobjection\x00\u2028 too  dear ") == "price objection too dear"


def test_a_masked_address_stays_masked_where_the_text_is_cut() -> None:
    assert "averill" not in masked("x" * 190 + " gwen.hart@averill.example")


@given(st.text(max_size=2000))
def test_whatever_is_typed_can_be_kept(typed: str) -> None:
    kept = masked(typed)
    assert len(kept) <= 200
    assert kept == " ".join(kept.split())
    assert kept.isprintable() or not kept.isascii()
    kept.encode()
    assert "\0" not in kept
