"""What is copied in other programs comes in as the Markdown that somebody would have typed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.errors import Invalid
from playbook.markdown import LARGEST_PASTE, markdown_from, render
from playbook.markdown.pasting import markdown_of
from playbook.markdown.rendering import rendered
from tests.markdown.judge import elements, faults
from tests.markdown.test_hostile_markup import SCRIPTS

PASTED = Path(__file__).parent / "pasted"
COPIED = sorted(path.stem for path in PASTED.glob("*.html"))


def copied(name: str) -> str:
    return (PASTED / f"{name}.html").read_text()


@pytest.mark.parametrize("name", COPIED)
def test_what_is_copied_comes_in_as_it_would_have_been_typed(name: str) -> None:
    assert markdown_from(copied(name)) + "\n" == (PASTED / f"{name}.md").read_text()


@pytest.mark.parametrize("name", COPIED)
def test_what_was_pasted_and_is_copied_from_the_page_comes_in_the_same(name: str) -> None:
    markdown = markdown_of(copied(name))

    assert markdown_of(rendered(markdown).html) == markdown


def test_there_is_a_copy_from_each_program_that_people_use() -> None:
    assert COPIED == ["excel", "google-docs", "google-sheets", "libreoffice", "web-page", "word"]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("<p>&nbsp;</p><o:p></o:p>", ""),
        ("only words", "only words"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<p>a</p><br><p>b</p>", "a\n\nb"),
        ("<b>bold <i>and</i></b> <b>more</b>", "**bold *and* more**"),
        ("<h1>Top</h1><h2>Below</h2><h6>Last</h6>", "## Top\n\n### Below\n\n###### Last"),
        ("<h2><b>Bold</b> heading</h2>", "## Bold heading"),
        ("<b><p>around</p><p>blocks</p></b>", "around\n\nblocks"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n- b"),
        ("<ul><li>a</li></ul><ol><li>b</li></ol>", "- a\n\n1. b"),
        ("<ol start=7><li>a<li>b</ol>", "7. a\n8. b"),
        ("<li>alone</li>", "alone"),
        ("<p>~~x~~ `y` \\z</p>", "&#126;~x&#126;~ \\`y\\` \\\\z"),
        ("<p>+ no item</p><p>--- no rule</p><p>> no quote</p><p>10) no item</p>", None),
        ("<table><tr><td>alone</td></tr></table>", "alone"),
        (
            "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
            "| a |  |\n| --- | --- |\n| b | c |",
        ),
        ("<dl><dt>term</dt><dd>meaning</dd></dl>", "term\n\nmeaning"),
        ("<a href='https://example.com/'> page </a>", "[page](https://example.com/)"),
        ("<a href='https://example.com/'><b>a</b></a>", "[**a**](https://example.com/)"),
        ("<a href='HTTPS://example.com'>a</a>", "[a](HTTPS://example.com)"),
        ("<a href='//example.com'>a</a><a href='#b'>b</a><a href='file:///c'>c</a>", "abc"),
        ("<a href='https://www.google.com/url?q=javascript:alert(1)'>a</a>", "a"),
        ("<img alt='A [chart]' src='cid:1'>", "A [chart]"),
        ("<span style='font-weight: 700'>a</span><span style='font-weight: 300'>b</span>", "**a**b"),
        ("a\u200bb\u00adc\u00a0d\ufeff", "abc d"),
    ],
)
def test_small_things_come_in_well(html: str, markdown: str | None) -> None:
    said = markdown_of(html)

    if markdown is not None:
        assert said == markdown
    assert markdown_of(rendered(said).html) == said


@pytest.mark.parametrize(
    "sign", ["+ no", "- no", "* no", "# no", "1. no", "10) no", "> no", "--- no", "***", "___", "- - -"]
)
def test_words_that_look_like_markdown_stay_words(sign: str) -> None:
    html = f"<p>{sign.replace('>', '&gt;')}</p>"

    assert [tag for tag, _ in elements(rendered(markdown_of(html)).html)] == ["p"]
    assert rendered(markdown_of(html)).plain == sign


@pytest.mark.parametrize(
    "payload", [*SCRIPTS, "<a href=javascript:alert(1)>x</a>", "<a href='java\tscript:alert(1)'>x</a>"]
)
@pytest.mark.parametrize(
    "place", ["{}", "<p>{}</p>", "<li>{}</li>", "<td>{}<td>b", "<b>{}", "<a href='https://e.example'>{}</a>"]
)
def test_script_in_what_is_pasted_reaches_no_page(payload: str, place: str) -> None:
    markdown = markdown_of(place.replace("{}", payload))

    html = render(markdown).html
    assert faults(html) == []
    assert not {tag for tag, _ in elements(html)} & {
        "script",
        "svg",
        "iframe",
        "img",
        "form",
        "input",
        "style",
    }
    assert "javascript:" not in markdown.replace("\t", "")


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 5_000 + "x",
        "<div>" * 5_000 + "x",
        "<ul><li>" * 5_000 + "x",
        "<blockquote>" * 5_000,
        "<table><tr><td>" * 3_000,
    ],
    ids=["marks", "blocks", "lists", "quotes", "tables"],
)
def test_what_is_nested_far_too_deep_is_refused(html: str) -> None:
    with pytest.raises(Invalid, match="nested too deeply"):
        markdown_from(html)


@pytest.mark.parametrize(
    "piece",
    [
        "<p>a <b>b</b></p>",
        "<br>",
        "[",
        "<ol><li>a",
        "<tr><td colspan=50>a",
        "*_`",
        "&amp;",
        "<a href=http://e.example>",
    ],
)
def test_a_megabyte_is_answered_or_refused_and_the_next_is_served(piece: str) -> None:
    html = "<table>" + piece * ((LARGEST_PASTE - 7) // len(piece))
    with suppress(Invalid):
        markdown_from(html)

    assert markdown_from("<b>next</b>") == "**next**"


def test_more_than_a_megabyte_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="1,000,000 is the most"):
        markdown_from("x" * (LARGEST_PASTE + 1))


def inline(alphabet: str) -> st.SearchStrategy[str]:
    """Words with marks and links around them."""
    words = st.text(alphabet=alphabet, min_size=1, max_size=12)
    return st.recursive(
        words.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
        lambda inner: (
            st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["b", "i", "s", "span", "code"]), inner)
            | st.builds("<a href='https://e.example/'>{}</a>".format, inner)
            | st.builds("{}{}".format, inner, inner)
        ),
        max_leaves=4,
    )


def blocks(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Paragraphs, headings, code, tables, and lists and quotes of them."""
    cells = st.lists(words, min_size=2, max_size=2).map(
        lambda row: f"<tr><td>{'</td><td>'.join(row)}</td></tr>"
    )
    return st.recursive(
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h1", "h2", "h4", "div", "pre"]), words)
        | st.just("<hr>")
        | st.lists(cells, min_size=1, max_size=3).map(lambda rows: f"<table>{''.join(rows)}</table>"),
        lambda inner: (
            st.builds(
                "<{0}><li>{1}</li><li>{2}</li></{0}>".format, st.sampled_from(["ul", "ol"]), words, inner
            )
            | st.builds("<blockquote>{}</blockquote>".format, inner)
            | st.builds("{}{}".format, inner, inner)
        ),
        max_leaves=4,
    )


@given(blocks(inline("ab 1*_[]()#>.+-|`~!&;:<\\/\"'=")))
def test_whatever_is_pasted_puts_nothing_on_a_page_that_may_not_be_there(html: str) -> None:
    assert faults(rendered(markdown_of(html)).html) == []


@given(blocks(inline("ab 1.,;:!?'()-")))
def test_what_was_pasted_is_said_the_same_way_ever_after(html: str) -> None:
    markdown = markdown_of(html)

    assert markdown_of(rendered(markdown).html) == markdown
