"""Every text of the corpora, typed, sent and brought in wherever a text can be: it stays a text, and nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from playbook.content.importing import import_folder
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS
from playbook.models import Role, Team, User, read
from playbook.work import saving
from tests.security.corpora import Made, can_be_sent, everything, faults, made_of, markup
from tests.soak import SOAKING
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PAGES = ("", "/versions", "/edit", "/edit?as=document")
PLAIN = "Plain words"


@pytest.fixture
def usual(world: World, browse: Browse) -> Made:
    """What pages are made of where nobody means harm."""
    fields: dict[str, Any] = {"title": PLAIN, "summary": PLAIN, "tags": ["plain"]}
    for slug, more in (
        ("plain", {}),
        ("plain-draft", {"released": False}),
        ("plain-due", {"review_by": "2020-01-31", "odd": {"a": [1, {"b": "c"}]}}),
        ("plain-to", {"body": "See [[plain]] and [[nowhere]] and `code`.\n"}),
    ):
        world.write(slug, **{**fields, **more})
    world.revise(
        "plain", title="Newer", body="Newer and [better](https://example.com/).\n", note="Why", tags=["x"]
    )
    world.revise("plain-due", body="Waits.\n", released=False)
    milo, ada = browse("milo"), browse("ada")
    refused = form_of(milo.get("/notes/plain/edit"), "/edit").send(milo, title="", body="x" * 200_001)
    stale = form_of(milo.get("/notes/plain/edit"), "/edit")
    world.revise("plain", by="dana", body="Between.\n")
    slugs = ("plain", "plain-draft", "plain-due", "plain-to")
    pages = [
        *(milo.get(f"/notes/{slug}{page}") for slug in slugs for page in PAGES),
        *(milo.get(address) for address in ("/", "/library", "/notes/", "/search", "/search?q=words", "/nowhere")),
        *(milo.get(f"/search?q={words}") for words in ("zyzzyva", "a", "newer&tag=x", "newer+-words", '"newer"')),
        *(milo.get(address) for address in ("/notes/plain/diff?from=1&to=2", "/new/notes", "/reports/unused")),
        milo.post("/new/notes", {"title": "", "body": "x"}),
        milo.post("/notes/plain/edit", {"base": "1", "document": "---\na: [\n---\n"}),
        milo.post("/preview", {"body": "# A\n\n[Here](/notes/plain), [there](https://example.com/), [[plain]].\n"}),
        milo.post("/notes/plain/edit", {"base": "nothing", "title": "x", "body": "y"}),
        milo.post("/notes/plain/address", {"slug": "not a slug"}),
        milo.client.post("/notes/plain/edit", data={"body": "No proof."}),
        refused,
        stale.send(milo, body="Mine.\n"),
        *(ada.get(address) for address in ("/people", "/you", "/drafts")),
    ]  # fmt: skip
    assert all(answer.status_code < 500 for answer in pages)
    return set().union(*(made_of(answer.text) for answer in pages))


def harmless(answer: TestResponse, typed: str, usual: Made, *, closely: bool = SOAKING) -> None:
    assert answer.status_code < 500, repr(typed)
    if answer.mimetype == "text/html":
        assert faults(answer.text, typed, usual=usual, closely=closely) == [], (
            answer.request.path,
            repr(typed),
        )


def line(text: str, characters: int) -> str:
    """What a field of one line takes of a text."""
    return " ".join(text.split())[:characters].strip()


def sent(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if can_be_sent(text)]


def test_t01_t28_whatever_is_typed_into_the_form_stays_a_text_on_every_page(
    world: World, browse: Browse, usual: Made
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/new/notes"), "/new/notes")
    kept = 0
    for number, text in enumerate(sent(everything())):
        typed = {
            "title": line(text, 200) or PLAIN,
            "summary": line(text, 120),
            "tags": line(text, 60),
            "body": text,
            "note": line(text, 500),
            "slug": f"typed-{number}",
        }
        answer = form.send(milo, **typed)
        harmless(answer, text, usual)
        assert answer.status_code in {303, 409, 422}, (answer.status, repr(text))
        if answer.status_code == 303:
            kept += 1
            for page in PAGES if SOAKING or number % 8 == 0 else ("",):
                harmless(milo.get(f"/notes/typed-{number}{page}"), text, usual, closely=page == "")
    assert kept > 200
    harmless(milo.get("/notes/"), "", usual, closely=True)
    harmless(milo.get("/notes/?page=2"), "", usual, closely=True)
    harmless(milo.get("/"), "", usual, closely=True)


def test_t13_whatever_is_typed_into_a_search_stays_a_text(world: World, browse: Browse, usual: Made) -> None:
    for number, text in enumerate(markup()[:60]):
        world.write(
            f"found-{number}", title=line(text, 200) or PLAIN, body=f"{text}\n", tags=[line(text, 60)]
        )
    ana = browse("ana")
    for number, text in enumerate(sent(everything())):
        asked = quote(text[:1000])
        harmless(ana.get(f"/search?q={asked}"), text[:1000], usual)
        if SOAKING or number % 5 == 0:
            harmless(ana.get(f"/search?q=alert&tag={asked}&kind={asked}"), text[:1000], usual)
    piece = ana.get("/search?q=alert", headers={"HX-Request": "true"})
    harmless(piece, "", usual, closely=True)


def test_t21_t23_an_address_that_is_not_there_gives_nothing_of_itself_back(
    browse: Browse, usual: Made
) -> None:
    ana = browse("ana")
    for text in sent(markup()):
        asked = quote(text[:500])
        for address in (
            f"/{asked}",
            f"/notes/{asked}",
            f"/notes/?persona={asked}",
            f"/?message={asked}&next={asked}",
        ):
            headers = {"Referer": f"http://localhost/{asked}", "X-Forwarded-Host": asked}
            harmless(ana.get(address, headers=headers), text, usual)


def test_t27_the_preview_shows_a_text_as_its_readers_would_see_it(browse: Browse, usual: Made) -> None:
    milo = browse("milo")
    proof = milo.token()
    for text in sent(everything()):
        answer = milo.client.post("/preview", data={"body": text, "csrf_token": proof})
        assert answer.status_code in {200, 422}, repr(text)
        harmless(answer, text, usual, closely=True)


def test_t16_a_name_stays_a_name_wherever_it_stands(world: World, browse: Browse, usual: Made) -> None:
    ada = browse("ada")
    for number, text in enumerate(sent(everything())):
        name = line(text, 120)
        try:
            with world.context(), saving():
                user = User.invite(
                    email=f"n{number}@example.com", name=name, role=Role.MARKETER, team=Team.SALES
                )
                world.people["hostile"] = user.id
                handle = user.handle
        except Invalid:
            continue
        assert re.fullmatch(r"[a-z0-9.]+", handle), repr(text)
        if not SOAKING and number % 8:
            continue
        slug = f"by-{number}"
        world.write(slug, by="hostile", owner=handle, title=f"Text {number}")
        world.revise(slug, by="hostile", body="Newer.\n", released=False, note="Again")
        for browser in (ada, browse("hostile")):
            for address in (f"/notes/{slug}", f"/notes/{slug}/versions", f"/notes/{slug}/diff?from=1&to=2"):
                harmless(browser.get(address), name, usual)
        harmless(browse("hostile").get("/"), name, usual)
        harmless(browse("hostile").get("/you"), name, usual)
    harmless(ada.get("/people"), "", usual, closely=True)


def test_t28_whatever_a_program_sends_stays_a_text_on_every_page(
    world: World, browse: Browse, usual: Made
) -> None:
    milo = browse("milo")
    headers = {"X-CSRFToken": milo.token()}
    kept = 0
    for number, text in enumerate(everything()):
        slug = f"sent-{number}"
        json = {
            "kind": "note",
            "slug": slug,
            "fields": {
                "title": text[:200],
                "summary": text[:120],
                "tags": [text],
                "odd": {text[:80]: [text]},
            },
            "body": text,
            "note": line(text, 500),
        }
        answer = milo.client.post("/api/v1/entries", json=json, headers=headers)
        assert answer.status_code in {201, 409, 422}, (answer.status, repr(text), answer.text[:300])
        assert answer.mimetype in {"application/json", "application/problem+json"}
        if answer.status_code != 201:
            # Without what names cannot be, the text itself may be taken.
            json["fields"] = {
                "title": line(text, 200) or PLAIN,
                "summary": line(text, 120),
                "tags": [line(text, 60)],
            }
            answer = milo.client.post("/api/v1/entries", json=json, headers=headers)
            assert answer.status_code in {201, 422}, (answer.status, repr(text), answer.text[:300])
        if answer.status_code == 201:
            kept += 1
            harmless(milo.get(f"/notes/{slug}"), text, usual, closely=SOAKING or number % 4 == 0)
            if not SOAKING and number % 4:
                continue
            changed = {**json, "fields": {**json["fields"], "title": f"{line(text, 190)} 2"}}
            del changed["kind"], changed["slug"]
            etag = {"If-Match": answer.headers["ETag"], **headers}
            again = milo.client.put(f"/api/v1/entries/{slug}", json=changed, headers=etag)
            assert again.status_code in {200, 422}, (again.status, repr(text), again.text[:300])
            harmless(milo.get(f"/notes/{slug}/diff?from=1&to=2"), text, usual)
    assert kept > 200


def test_t28_whatever_stands_in_files_stays_a_text_on_every_page(
    world: World, browse: Browse, usual: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, text in enumerate(everything()):
        named = re.sub(r"[\x00/\ud800-\udfff]", "", text)[:60] or "empty"
        for name, content in (
            (f"{number} {named}.md", f"{text}\n"),
            (f"written-{number}.md", f"---\ntitle: {text}\ntags: [{text}]\n---\n{text}\n"),
            (f"composed-{number}.md", composed(text)),
        )[0 if SOAKING else number % 3 :]:
            (folder / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    with world.context():
        report = import_folder(tmp_path, by=world.person("ada"), as_agreed=True)
    assert report.created > 300
    milo = browse("milo")
    for number, taken in enumerate(report.taken):
        if SOAKING or number % 6 == 0:
            for page in ("", "/edit?as=document"):
                harmless(milo.get(f"/notes/{taken.slug}{page}"), "", usual, closely=page == "")
    for page in range(1, 4):
        harmless(milo.get(f"/notes/?page={page}"), "", usual, closely=True)


def composed(text: str) -> str:
    fields = {
        "kind": "note",
        "title": line(text, 200) or PLAIN,
        "summary": text,
        "tags": [text],
        "odd": {"x": text},
    }
    try:
        return Document.compose(fields, f"{text}\n").text
    except Invalid:
        return "Nothing that can be written.\n"


def test_whatever_a_text_says_it_is_read_or_refused_with_words() -> None:
    refused = [problem for text in everything() for problem in problems_of(text)]

    assert refused
    assert [
        problem for problem in refused if not problem.message[:1].strip() or "Traceback" in problem.message
    ] == []


def problems_of(text: str) -> list[Problem]:
    try:
        read(Document.parse(f"---\n{text}\n---\n{text}\n"), kind=KINDS["note"], slug="x")
    except Invalid as invalid:
        return list(invalid.problems)
    return []
