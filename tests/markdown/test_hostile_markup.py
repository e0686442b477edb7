"""Script that somebody hides in a body reaches no reader. The numbers are those of the list of peers' faults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.errors import Invalid
from playbook.markdown import render
from playbook.markdown.cleaning import clean
from tests.markdown.judge import elements, faults


def tags(html: str) -> set[str]:
    return {tag for tag, _ in elements(html)}


def hrefs(html: str) -> list[str]:
    return [attributes["href"] for _, attributes in elements(html) if "href" in attributes]


SCRIPTS = [
    "<script>alert(1)</script>",
    "<p><script>alert(1)</script></p>",
    "<b><i><u><script >alert(1)</script\n></u></i></b>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<SCRIPT SRC=//x.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
]


@pytest.mark.parametrize("payload", SCRIPTS)
@pytest.mark.parametrize(
    "place", ["{}", "- {}", "> {}", "# {}", "| a |\n| - |\n| {} |", "`{}`", "    {}", "a[^1]\n\n[^1]: {}"]
)
def test_t01_script_typed_into_a_body_is_shown_as_typed(payload: str, place: str) -> None:
    rendered = render(place.replace("{}", payload))

    assert faults(rendered.html) == []
    assert not tags(rendered.html) & {"script", "svg", "body", "input", "details", "img"}
    assert "alert(1)" in rendered.plain or "x.example" in rendered.plain


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "//evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "jar:https://evil.example",
    ],
)
@pytest.mark.parametrize(
    "place", ["[x]({})", "[x](<{}>)", "[x][r]\n\n[r]: {}", "<{}>", "![x]({})", "[![x]({})]({})"]
)
def test_t02_a_link_leads_to_the_web_to_mail_or_to_this_site_and_nowhere_else(
    address: str, place: str
) -> None:
    html = render(place.replace("{}", address)).html

    assert faults(html) == []
    assert not any("script" in href.lower() or "evil" in href for href in hrefs(html))


@pytest.mark.parametrize(
    "before",
    [
        "&#106;avascript",
        "&#x6A;avascript",
        "\u00a0javascript",
        "\u200bjavascript",
        "\x01javascript",
        "java&#10;script",
        "javascript&colon;x",
    ],
)
def test_t03_a_scheme_in_disguise_is_no_link(before: str) -> None:
    html = render(f"[x]({before}:alert(1)) [y](<{before}:alert(1)>)").html

    assert faults(html) == []
    assert not any("alert" in href and not href.startswith("#") for href in hrefs(html) if ":" in href)


@pytest.mark.parametrize(
    "nest",
    [
        "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
        "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
        "<template><script>alert(1)</script></template>",
    ],
)
def test_t04_markup_that_changes_when_read_twice_stays_harmless(nest: str) -> None:
    for html in (render(nest).html, clean(nest), clean(clean(nest))):
        assert faults(html) == []


def test_t05_no_form_and_nothing_that_belongs_to_one_survives() -> None:
    payload = (
        "<form id=x action=//evil.example><button form=x formaction=javascript:alert(1)>go</button></form>"
    )

    assert faults(render(payload).html) == []
    assert faults(clean(payload)) == []
    assert not tags(clean(payload)) & {"form", "button", "input"}


def test_t06_a_link_cannot_be_laid_over_the_page() -> None:
    payload = '<a href="https://evil.example" style="position:fixed;inset:0" class="overlay">x</a>'

    assert "style" not in clean(payload)
    assert "overlay" not in clean(payload)
    assert faults(render(payload).html) == []


def test_t07_attributes_in_braces_are_words() -> None:
    rendered = render(
        "# Title {: onclick=alert(1) }\n\npara\n{: style=color:red }\n\n```py {onclick=alert(1)}\nx\n```\n"
    )

    assert faults(rendered.html) == []
    assert "onclick=alert(1)" in rendered.title


@pytest.mark.parametrize(
    "payload",
    [
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href=//evil.example/>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<style>@import '//evil.example/x.css';</style>",
    ],
)
def test_t08_nothing_can_redirect_or_restyle_the_page(payload: str) -> None:
    for html in (render(payload).html, clean(payload)):
        assert faults(html) == []
        assert not tags(html) & {"meta", "base", "link", "style"}


@pytest.mark.parametrize(
    "payload", ["<iframe src=//evil.example></iframe>", "<iframe srcdoc='<script>alert(1)</script>'>"]
)
def test_t09_no_page_is_framed(payload: str) -> None:
    for html in (render(payload).html, clean(payload)):
        assert "iframe" not in tags(html)
        assert faults(html) == []


@pytest.mark.parametrize(
    "payload", ["{{7*7}}", "${7*7}", "{% include 'x' %}", "{{ config }}", "<%= 7*7 %>", "#{7*7}"]
)
@pytest.mark.parametrize("place", ["{}", "`{}`", "```\n{}\n```", "## {}"])
def test_t10_template_code_is_shown_as_typed(payload: str, place: str) -> None:
    assert render(place.replace("{}", payload)).plain == payload


@pytest.mark.parametrize(
    "info", ['"><img src=x onerror=alert(1)>', "mermaid", "math", "<script>", "{.x onload=alert(1)}"]
)
def test_t11_what_stands_behind_a_fence_never_reaches_the_page(info: str) -> None:
    html = render(f"```{info}\ngraph <b>\n```\n\n~~~ {info}\nx\n~~~\n").html

    assert html.strip() == "<pre><code>graph &lt;b&gt;\n</code></pre>\n<pre><code>x\n</code></pre>"


@pytest.mark.parametrize(
    ("picture", "html"),
    [
        ("![A chart](/files/ab12/chart.png)", '<p><img alt="A chart" src="/files/ab12/chart.png"></p>'),
        (
            "![Count me](https://evil.example/p.gif?who=1)",
            '<p><a href="https://evil.example/p.gif?who=1" rel="noopener noreferrer nofollow">Count me</a></p>',
        ),
        ("![Elsewhere](/sign-out)", "<p><span>Elsewhere</span></p>"),
        ("![Up](/files/../sign-out)", '<p><img alt="Up"></p>'),
        ("![Inline](data:image/png;base64,AAAA)", "<p><span>Inline</span></p>"),
        (
            "[![Both](https://evil.example/p.gif)](/plays/x)",
            '<p><a href="/plays/x" rel="noopener noreferrer nofollow"><span>Both</span></a></p>',
        ),
    ],
)
def test_pictures_come_from_our_own_files_alone(picture: str, html: str) -> None:
    assert render(picture).html == html


def test_a_heading_cannot_take_the_place_of_something_on_the_page() -> None:
    html = render("# search\n\n## main\n\n[up](#main)").html

    assert {attributes["id"] for _, attributes in elements(html) if "id" in attributes} == {
        "u-search",
        "u-main",
    }
    assert hrefs(html) == ["#u-main"]


_PIECES = [
    "<", ">", '"', "'", "&", "/", "\\", "`", "```\n", "\n", "\n\n", "    ", "[", "]", "(", ")", "![", "](",
    "[[", "]]", "|", "#", "*", "**", "_", "~~", "> ", "- ", "1. ", "[^1]", "[^1]: ", "[r]: ", "a", " ", "{: ",
    "}", ":   ", "|-|\n", "<https://x>", "<a@b.c>", "<img src=x onerror=alert(1)>", "<script>", "javascript:",
    "data:", "//evil", "onclick=", "style=", "<!--", "-->", "<![CDATA[", "&#x3c;", "&lt;", "\x02", "\x03",
    "klzzwxh:0001", "wzxhzdk:0", "\u2028", "\u202e",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
def test_no_mixture_of_signs_makes_anything_that_is_not_allowed(body: str) -> None:
    assert faults(render(body).html) == []


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_every_text_is_laid_out_or_refused(body: str) -> None:
    try:
        html = render(body).html
    except Invalid as invalid:
        html = ""
        broken = any(0xD800 <= ord(character) <= 0xDFFF for character in body) or "\0" in body
        assert [problem.field for problem in invalid.problems] == ["body"] * broken  # noqa: PT017
    assert faults(html) == []
