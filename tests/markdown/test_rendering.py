"""What a body looks like on the page."""

import pytest

from playbook.errors import Invalid
from playbook.markdown import RENDERER, Rendered, plain_words, render

REL = ' rel="noopener noreferrer nofollow"'


def html(body: str) -> str:
    return render(body).html.strip()


def test_a_body_has_html_words_links_and_a_title() -> None:
    assert render("## Open\nAsk [[persona-cfo|the CFO]] *first*.\n") == Rendered(
        html=f'<h2 id="u-open">Open</h2>\n<p>Ask <a href="/to/persona-cfo"{REL}>the CFO</a> <em>first</em>.</p>',
        plain="Open\nAsk the CFO first.",
        links=("persona-cfo",),
        title="Open",
    )
    assert isinstance(RENDERER, int)


def test_the_page_keeps_the_only_top_heading() -> None:
    assert html("# One\n## Two") == '<h2 id="u-one">One</h2>\n<h3 id="u-two">Two</h3>'
    assert html("## Two\n### Three") == '<h2 id="u-two">Two</h2>\n<h3 id="u-three">Three</h3>'
    assert html("# One\n###### Six").endswith('<h6 id="u-six">Six</h6>')


def test_equal_headings_have_ids_of_their_own() -> None:
    body = "## Go\n## Go\n## Go 2\n## Go\n## &\n## Größe `x`\n"

    assert [line.split('"')[1] for line in html(body).splitlines()] == [
        "u-go",
        "u-go-2",
        "u-go-2-2",
        "u-go-3",
        "u-section",
        "u-grosse-x",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[[cap-line-match]]", '<a href="/to/cap-line-match">cap-line-match</a>'),
        ("[[cap-line-match|line match]]", '<a href="/to/cap-line-match">line match</a>'),
        ("[match](../capabilities/cap-line-match.md)", '<a href="/to/cap-line-match">match</a>'),
        ("[match](cap-line-match.md#limits)", '<a href="/to/cap-line-match#u-limits">match</a>'),
        ("[match][m]\n\n[m]: /capabilities/Cap_Line%20Match.md", '<a href="/to/cap-line-match">match</a>'),
        ("[about](../benefits/index.md)", '<a href="/to/benefits">about</a>'),
        ("[out](https://example.com/a.md)", '<a href="https://example.com/a.md">out</a>'),
        ("[here](#limits)", '<a href="#u-limits">here</a>'),
        ("[mail](mailto:a@example.com)", '<a href="mailto:a@example.com">mail</a>'),
        ("[[Not a slug]]", "[[Not a slug]]"),
        ("`[[in-code]]`", "<code>[[in-code]]</code>"),
        ("\\[[as-typed]]", "[[as-typed]]"),
        ("![[embed]]", "![[embed]]"),
    ],
)
def test_links_lead_to_entries_places_and_sites(written: str, shown: str) -> None:
    assert html(written).replace(REL, "") == f"<p>{shown}</p>"


def test_links_are_listed_in_order_without_doubles() -> None:
    body = (
        "[[b]] [[a]] [x](../b.md) `[[not-me]]` <https://example.com/to/c>\n\n"
        "    [[nor-me]]\n\n"
        "| [[d|x]] |\n| - |\n| [[a]] |\n"
    )

    assert render(body).links == ("b", "a", "d")


def test_a_bar_in_a_link_does_not_cut_a_cell() -> None:
    body = "| Ask | Of | Code |\n|:--|:-:|--:|\n| [[q-why-now|Why now?]] | `a|b` | 2 |\n"

    assert '<td class="align-left"><a href="/to/q-why-now">Why now?</a></td>' in html(body).replace(REL, "")
    assert '<td class="align-center"><code>a|b</code></td>' in html(body)
    assert '<td class="align-right">2</td>' in html(body)
    assert "style" not in html(body)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Text:\n- a\n- b", "<p>Text:</p> <ul> <li>a</li> <li>b</li> </ul>"),
        ("- a\n  - b\n    - c\n- d", "<ul> <li>a<ul> <li>b<ul> <li>c</li> </ul> </li> </ul> </li> <li>d</li> </ul>"),
        ("- a\n    - b", "<ul> <li>a<ul> <li>b</li> </ul> </li> </ul>"),
        ("1. a\n   - b\n2. c", "<ol> <li>a<ul> <li>b</li> </ul> </li> <li>c</li> </ol>"),
        ("3) c\n4) d", '<ol start="3"> <li>c</li> <li>d</li> </ol>'),
        ("- a\n1. b", "<ul> <li>a</li> </ul> <ol> <li>b</li> </ol>"),
        ("- a\n\n  more\n  - b", "<ul> <li> <p>a</p> <p>more</p> <ul> <li>b</li> </ul> </li> </ul>"),
        ("Born\n1974. A year", "<p>Born 1974. A year</p>"),
        ("- a\n# Head", '<ul> <li>a</li> </ul> <h2 id="u-head">Head</h2>'),
        ("a\n\n- - -\n\nb", "<p>a</p> <hr> <p>b</p>"),
        ("    - code", "<pre><code>- code </code></pre>"),
        (
            "- a\n\n  ```py\n  x\n    y\n  ```\n- b",
            "<ul> <li> <p>a</p> <pre><code>x   y </code></pre> </li> <li> <p>b</p> </li> </ul>",
        ),
        ("Text\n```\n- x\n```\nmore", "<p>Text</p> <pre><code>- x </code></pre> <p>more</p>"),
        ("~~~\nnever closed\n# x", "<pre><code>never closed # x </code></pre>"),
        ("````\n```\n````", "<pre><code>``` </code></pre>"),
        ("Term\n:   Meaning", "<dl> <dt>Term</dt> <dd>Meaning</dd> </dl>"),
        ("~~gone~~ ~not~", "<p><del>gone</del> ~not~</p>"),
        ("a  \nb", "<p>a<br> b</p>"),
        (
            "T\n| a |\n| - |\n| b |",
            "<p>T</p> <table> <thead> <tr> <th>a</th> </tr> </thead> <tbody> <tr> <td>b</td> </tr> </tbody> </table>",
        ),
        ("> a\n>\n> - b", "<blockquote> <p>a</p> <ul> <li>b</li> </ul> </blockquote>"),
        ("#1 reason", "<p>#1 reason</p>"),
        ("# C# #", '<h2 id="u-c">C#</h2>'),
    ],
)  # fmt: skip
def test_lists_code_and_the_rest_read_as_people_write_them(written: str, shown: str) -> None:
    assert html(written).replace("\n", " ") == shown


def test_footnotes_lead_there_and_back() -> None:
    shown = html("Nine of twelve[^1].\n\n[^1]: Interviews, [[story-a]].\n").replace(REL, "")

    assert '<sup id="u-fnref:1"><a class="footnote-ref" href="#u-fn:1">1</a></sup>' in shown
    assert '<li id="u-fn:1">' in shown
    assert 'href="#u-fnref:1"' in shown


def test_one_body_leaves_nothing_behind_for_the_next() -> None:
    render("[a]: https://example.com\n\n[^n]: note\n\n## Go")

    assert html("[a] x[^n]\n\n## Go") == '<p>[a] x[^n]</p>\n<h2 id="u-go">Go</h2>'


def test_words_are_plain_and_each_block_has_its_line() -> None:
    body = (
        "# A & B\n\nOne *two*\nthree<br>.\n\n- x\n- y\n\n| a | b |\n|-|-|\n| c | d |\n\n"
        "```\n<b>  code\n```\n\n![Alt](/files/a/b.png)\n\nend[^1]\n\n[^1]: note\n"
    )

    assert render(body).plain.split("\n") == [
        "A & B",
        "One two three<br>.",
        "x",
        "y",
        "a b",
        "c d",
        "<b> code",
        "Alt",
        "end1",
        "note",
    ]


def test_words_of_stored_html_are_the_same_words() -> None:
    rendered = render("## Open\n\n- *a* &amp; b\n")

    assert plain_words(rendered.html) == rendered.plain == "Open\na & b"


@pytest.mark.parametrize(
    ("body", "words"),
    [("é" * 100_001, "200,002 bytes"), ("a\0b", "NUL"), ("a\ud800b", "half a character")],
)
def test_a_body_that_is_too_long_or_broken_is_refused(body: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        render(body)

    assert [problem.field for problem in refused.value.problems] == ["body"]
