"""A body is cut at its headings as the page shows them, and put together again without loss."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from playbook.markdown import render, sections
from playbook.markdown.sections import cut
from tests.markdown.judge import elements


def ids(html: str) -> list[str]:
    return [attributes["id"].removeprefix("u-") for tag, attributes in elements(html) if tag in HEADINGS]


HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BODY = """Before any heading.

## One
Words.

### Below one
```
## no heading, but code
```

## One

    ## code too

> ## quoted

Two
===
- ## in a list

## ##
##not one
"""


def test_a_section_goes_from_its_heading_to_the_next_of_its_level_or_above() -> None:
    found = {section.id: section.of(BODY) for section in sections(BODY)}

    assert found["one"].startswith("## One\nWords.\n\n### Below one\n```\n## no heading")
    assert found["below-one"] == "### Below one\n```\n## no heading, but code\n```"
    assert found["one-2"] == "## One\n\n    ## code too\n\n> ## quoted"
    assert found["two"].startswith("Two\n===\n- ## in a list")
    assert set(found) <= set(ids(render(BODY).html))
    assert "quoted" not in found


def test_a_text_without_headings_has_no_sections() -> None:
    assert sections("") == ()
    assert sections("Words.\n\n    # code\n") == ()
    assert sections("#tag\n#1 reason\n") == ()


def test_another_text_in_place_of_a_section_leaves_every_other_byte_alone() -> None:
    body = "## One\r\na\r\n\r\n\r\n## Two\r\nb"
    one, two = cut(body)

    assert one.replaced(body, "## First\r\nc\r\n") == "## First\r\nc\r\n\r\n\r\n## Two\r\nb"
    assert two.replaced(body, "## Second") == "## One\r\na\r\n\r\n\r\n## Second"
    assert one.replaced(body, "") == "## Two\r\nb"
    assert one.replaced(body, one.of(body)) == body


LINES = st.sampled_from(
    [
        "# A",
        "## A",
        "### B ##",
        "A",
        "===",
        "---",
        "",
        "- x",
        "  # in",
        "> # q",
        "```",
        "    # code",
        "# zq0z",
        "| a | b |",
        "#",
    ]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_every_section_is_a_heading_of_the_page_and_covers_its_text(body: str) -> None:
    found = cut(body)

    names = ids(render(body).html)
    assert [section.id for section in found] == [name for name in names if name in {s.id for s in found}]
    for section in found:
        assert section.replaced(body, section.of(body)) == body
        assert 0 <= section.start < section.end <= len(body)
