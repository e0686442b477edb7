from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.markdown import render
from playbook.markdown.relinking import relinked

OLD, NEW = {"price", "price-high"}, "cost"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See [[price]].", "See [[cost]]."),
        ("See [[ price |our price]].", "See [[ cost |our price]]."),
        ("[a](price.md) and [b](../notes/price.md#why)", "[a](cost.md) and [b](../notes/cost.md#why)"),
        ("[a](<../notes/Price high.md>)", "[a](<../notes/cost.md>)"),
        ("[a](../Price%20High.md)", "[a](../cost.md)"),
        ("[a](price/index.md) [b](/to/price?x=1#y)", "[a](cost/index.md) [b](/to/cost?x=1#y)"),
        ('[a](price.md "price.md")', '[a](cost.md "price.md")'),
        ("[a][p]\n\n[p]: ../price.md\n", "[a][p]\n\n[p]: ../cost.md\n"),
        ("| a |\n|---|\n| [[price\\|x]] |\n", "| a |\n|---|\n| [[cost\\|x]] |\n"),
        ("[[price]]\r\n\r\n[[price-high]]\r\n", "[[cost]]\r\n\r\n[[cost]]\r\n"),
        ("[[price]]([x](price.md)", "[[cost]]([x](cost.md)"),
    ],
)
def test_links_lead_to_the_new_slug(before: str, after: str) -> None:
    assert relinked(before, old=OLD, new=NEW) == after
    assert not set(render(after).links) & OLD


@pytest.mark.parametrize(
    "body",
    [
        "",
        "The price is the price.md of price.",
        "`[[price]]` and ``[a](price.md)``",
        "```\n[[price]]\n[a](price.md)\n```\n",
        "    [[price]]\n",
        r"\[[price]] and [a\](price.md)",
        "[[prices]] [[price_x]] [a](https://price.example/price.md) [b](/notes/price) [c](prices.md)",
        "![a](price.md)",
        "[p]: price.md\n",
    ],
)
def test_what_is_no_link_to_it_stays_as_it_is(body: str) -> None:
    assert relinked(body, old=OLD, new=NEW) == body


pieces = st.sampled_from(
    [
        *("[[price]]", "[[other]]", "[[price|a b]]", "[x](price.md)", "[x](../a/price.md#p)", "[x](/to/price)"),
        *("`", "```\n", "\n", "\n\n", "    ", "> ", "- ", "| a | b |\n|---|---|\n", "|", "*", "\\", "[", "]", "(", ")"),
        *("[x][p]", "\n\n[p]: price.md\n\n", "!", "words", " ", "\r\n", "&amp;", "<b>", "~~~\n"),
    ]
)  # fmt: skip


@given(body=st.lists(pieces, max_size=14).map("".join))
def test_whatever_stands_around_them_links_move_and_nothing_else_does(body: str) -> None:
    before = render(body).links

    after = relinked(body, old={"price"}, new="cost")

    assert after.replace("cost", "price") == body
    now = render(after).links
    assert set(now) == {"cost" if slug == "price" else slug for slug in before}
