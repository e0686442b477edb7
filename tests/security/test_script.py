"""Script hidden in one feature after another. The numbers are those of the list of peers' faults."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import html5lib
import pytest
from werkzeug.test import TestResponse

from playbook.content.importing import import_folder
from playbook.kinds import KINDS, Field, Form, Kind
from tests.kinds.samples import minimum
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PICTURE = "<img src=x onerror=alert(1)>"
BROKEN_OUT = "\"><svg onload=alert(1)>' onmouseover=alert(1) x='"


def stays_a_text(answer: TestResponse, *texts: str) -> None:
    """Nothing on the page is an element, or an attribute, that only the text asks for."""
    page = answer.text
    for text in texts:
        assert text not in page, answer.request.path
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str):
            names = [name for name in element.attrib if isinstance(name, str)]
            assert not [name for name in names if name.startswith("on")], (
                answer.request.path,
                element.attrib,
            )
            assert (
                not element.get("href", "").lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))
            )
            assert element.tag != "script" or element.get("src", "").startswith("/static/"), (
                answer.request.path
            )


def said(answer: TestResponse) -> str:
    """The words of a page, as they are read."""
    return " ".join("".join(html5lib.parse(answer.text, namespaceHTMLElements=False).itertext()).split())


def test_t12_a_hostile_title_is_words_in_results_lists_paths_and_windows(
    world: World, browse: Browse
) -> None:
    world.write("price", title=PICTURE, summary=BROKEN_OUT, body="Words on pricing.\n", tags=[PICTURE])
    world.write("other", title="Other", body="See [[price]].\n")
    milo = browse("milo")

    for address in (
        "/search?q=pricing", "/search?q=img", "/notes/", "/library", "/", "/notes/price", "/notes/other",
        "/notes/price/versions", "/notes/price/edit", "/notes/price/diff", "/pick?q=img&kind=note",
    ):  # fmt: skip
        stays_a_text(milo.get(address), PICTURE, BROKEN_OUT)
    for address in ("/notes/", "/notes/price", "/notes/other", "/search?q=pricing"):
        assert PICTURE in said(milo.get(address)), address
    piece = milo.get("/search?q=pricing", headers={"HX-Request": "true"})
    stays_a_text(piece, PICTURE)


def test_t13_what_is_marked_in_a_result_is_the_word_and_nothing_of_the_text(
    world: World, browse: Browse
) -> None:
    world.write("price", title=f"Heron {PICTURE}", body=f"Before heron {PICTURE} `</mark><script>` after.\n")
    ana = browse("ana")

    for asked in (
        "heron",
        "img",
        "%3Cimg%20src=x%20onerror=alert(1)%3E",
        "%3C/mark%3E%3Cscript%3Ealert(1)%3C/script%3E heron",
    ):
        answer = ana.get(f"/search?q={asked}")
        stays_a_text(answer, PICTURE, "<script>alert(1)")
        marks = re.findall(r"<mark[^>]*>(.*?)</mark>", answer.text, re.DOTALL)
        assert all("<" not in mark for mark in marks)


@pytest.mark.parametrize(
    "payload", [PICTURE, "[x](javascript:alert(1))", "<script>alert(1)</script>", BROKEN_OUT]
)
def test_t14_script_in_an_old_version_runs_neither_compared_nor_restored(
    world: World, browse: Browse, payload: str
) -> None:
    world.write(
        "price", title=f"Old {payload}", summary=payload, body=f"Before.\n\n{payload}\n", tags=[payload]
    )
    world.revise("price", title="New", summary="New.", body="After.\n", tags=["new"], note=payload)
    milo = browse("milo")

    for address in (
        "/notes/price/versions", "/notes/price/diff?from=1&to=2", "/notes/price/diff?from=2&to=1",
        "/notes/price?version=1", "/notes/price", "/",
    ):  # fmt: skip
        stays_a_text(milo.get(address), payload if "<" in payload else "\0")
    form_of(milo.get("/notes/price/versions"), "/versions/1/restore").send(milo)
    for address in (
        "/notes/price/versions",
        "/notes/price",
        "/notes/price/edit",
        "/notes/price/edit?as=document",
    ):
        stays_a_text(milo.get(address), payload if "<" in payload else "\0")
    raw = milo.get("/notes/price.md?version=1")
    assert raw.content_type == "text/markdown; charset=utf-8"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_t17_no_message_comes_from_the_address_and_one_with_a_title_is_words(
    world: World, browse: Browse
) -> None:
    world.write("price", title=PICTURE)
    milo = browse("milo")
    for name in ("message", "flash", "error", "next", "toast", "notice", "q"):
        stays_a_text(milo.get(f"/notes/price?{name}={PICTURE}"), PICTURE)
        if name != "q":
            assert "alert(2)" not in milo.get(f"/library?{name}=<svg onload=alert(2)>").text

    for act in ("retire", "unretire"):
        answer = milo.post(f"/notes/price/{act}", {"reason": f"Gone {PICTURE}"}, follow_redirects=True)
        stays_a_text(answer, PICTURE)
    answer = milo.post("/notes/price/address", {"slug": "new-price"}, follow_redirects=True)
    assert answer.status_code == 200
    stays_a_text(answer, PICTURE)
    refused = milo.post("/notes/new-price/address", {"slug": PICTURE}, follow_redirects=True)
    stays_a_text(refused, PICTURE)


def test_t18_quotes_in_a_title_leave_no_attribute_of_any_page(world: World, browse: Browse) -> None:
    world.write("price", title=BROKEN_OUT, summary=BROKEN_OUT, tags=[BROKEN_OUT], owner=BROKEN_OUT)
    ada = browse("ada")
    kept = form_of(ada.get("/notes/price/edit"), "/edit").values

    assert kept["title"] == BROKEN_OUT
    for address in (
        "",
        "/edit",
        "/edit?as=document",
        "/versions",
        "/retire",
        "/erase",
        "/address",
        "/links",
        "/kind",
        "/merge",
    ):
        stays_a_text(ada.get(f"/notes/price{address}"), BROKEN_OUT)
    for address in ("/bulk", "/bulk?q=svg", "/drafts", "/people", "/reports/unused"):
        stays_a_text(ada.get(address), BROKEN_OUT)


def test_t19_tags_and_names_are_words_in_pickers_and_filters(world: World, browse: Browse) -> None:
    persona = {**minimum(KINDS["persona"]), "title": PICTURE}
    world.write("buyer", kind="persona", **persona)
    world.write("second", kind="persona", **{**persona, "title": BROKEN_OUT})
    for number in range(12):
        personas = [("buyer", "second")[number % 2]]
        world.write(f"note-{number}", tags=[PICTURE, BROKEN_OUT], industries=[PICTURE], personas=personas)
    milo = browse("milo")

    for address in (
        "/notes/", "/notes/?persona=buyer", "/search", "/search?q=note", "/personas/", "/map", "/journey",
        "/new/stories", "/new/notes", "/notes/note-1/edit", "/pick?q=img&kind=persona", "/pick?q=svg&kind=persona",
        "/pick/people?q=a",
    ):  # fmt: skip
        answer = milo.get(address)
        assert answer.status_code < 500
        stays_a_text(answer, PICTURE, BROKEN_OUT)


def test_t20_the_name_of_a_file_is_words_where_an_import_tells_of_it(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    for name in (f"{PICTURE.replace('/', '')}.md", "a\u001b[31mred.md", "b\u202efdp.md", "c\nd.md"):
        (tmp_path / name).write_text("Words, without a title.\n")
        (tmp_path / f"bad {name}").write_text("---\na: [\n---\n")
    with world.context():
        report = import_folder(tmp_path, by=world.person("ada"), as_agreed=True)

    assert report.created == 4
    assert all(re.fullmatch(r"[a-z0-9-]+", taken.slug) for taken in report.taken)
    milo = browse("milo")
    for taken in report.taken:
        stays_a_text(milo.get(f"/notes/{taken.slug}"), PICTURE)
    stays_a_text(milo.get("/notes/"), PICTURE)


def test_t23_no_page_carries_data_inside_a_script(world: World, browse: Browse) -> None:
    closing = "</script><script>alert(1)</script>"
    world.write("price", title=closing, summary=closing, tags=[closing], body=f"{closing}\n")
    milo = browse("milo")

    for address in ("/", "/notes/", "/notes/price", "/notes/price/edit", "/search?q=alert", "/new/notes"):
        answer = milo.get(address)
        stays_a_text(answer, closing)
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>[^<]*alert", answer.text)
    told = milo.get("/api/v1/entries/price")
    assert told.content_type.startswith("application/json")
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert told.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_t24_headings_are_listed_from_what_was_made_harmless(world: World, browse: Browse) -> None:
    headings = "\n\n".join(
        f"## {payload}\n\nWords." for payload in (PICTURE, BROKEN_OUT, "<a id=main name=x>Main</a>", "main")
    )
    world.write("price", body=f"# {PICTURE}\n\n{headings}\n")
    answer = browse("ana").get("/notes/price")

    stays_a_text(answer, PICTURE, BROKEN_OUT)
    ids = [
        element.get("id")
        for element in html5lib.parse(answer.text, namespaceHTMLElements=False).iter()
        if isinstance(element.tag, str) and element.get("id")
    ]
    assert len(ids) == len(set(ids)), "no heading takes the place of something of the page"


ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    " javascript:alert(1)",
)


def words_of(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Every field that takes words or names, with an address in it that runs."""
    found: dict[str, Any] = {}
    for each, text in zip(fields, cycle(ADDRESSES), strict=False):
        if each.form in {Form.LINE, Form.TEXT}:
            found[each.name] = text
        elif each.form is Form.LIST or each.name in {"related", "personas"}:
            found[each.name] = [text]
        elif each.form is Form.ROWS:
            found[each.name] = [words_of(each.fields)]
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_t25_no_field_of_any_kind_becomes_a_link_that_runs(world: World, browse: Browse, kind: Kind) -> None:
    milo = browse("milo")
    fields = {**minimum(kind), **words_of(kind.all_fields)}
    json = {
        "kind": kind.name,
        "slug": "x",
        "fields": {**fields, "title": "Title"},
        "body": "x",
    }
    answer = milo.client.post("/api/v1/entries", json=json, headers={"X-CSRFToken": milo.token()})

    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 422:  # names of others are refused; what is left is words
        named = {problem["field"].split(".")[0] for problem in answer.json["errors"]}  # type: ignore[index]
        json["fields"] = {
            **{name: value for name, value in fields.items() if name not in named},
            **minimum(kind),
            "title": "Title",
        }
        answer = milo.client.post("/api/v1/entries", json=json, headers={"X-CSRFToken": milo.token()})
        assert answer.status_code == 201, answer.text
    for page in ("", "/edit", "/versions"):
        stays_a_text(milo.get(f"/{kind.folder}/x{page}"))
    stays_a_text(milo.get(f"/{kind.folder}/"))


def test_t27_the_preview_is_nobodys_and_takes_no_form_without_its_token(world: World, browse: Browse) -> None:
    for body in (PICTURE, "<script>alert(1)</script>", "[x](javascript:alert(1))"):
        assert browse("").client.post("/preview", data={"body": body}).status_code in {400, 401}
        assert browse("milo").client.post("/preview", data={"body": body}).status_code == 400
        assert browse("ana").post("/preview", {"body": body}).status_code == 403
        stays_a_text(browse("milo").post("/preview", {"body": body}), body if "<" in body else "\0")
