from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine

from playbook.db import db
from playbook.models import About, Entry, Notice
from playbook.telling import tell
from playbook.work import saving
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def told(
    world: World, person: str, about: About = About.AGREED, slug: str = "price", *, by: str = "milo"
) -> int:
    """Tell somebody something about an entry; the number of the notice."""
    with world.context(), saving() as session:
        entry = world.entry(slug)
        version = None if about is About.RETIRED else entry.newest
        [notice] = tell([world.person(person)], about, entry, by=world.person(by), version=version)
        session.flush()
        return notice.id


def bell(browser: Browser) -> int:
    """The number beside the bell."""
    page = browser.get("/library").text
    found = re.search(r'class="icon-button bell".*?</a>', page, re.DOTALL)
    assert found
    number = re.search(r'<span class="count">(\d+)', found.group(0))
    return int(number.group(1)) if number else 0


def lines(browser: Browser, path: str = "/notices") -> list[str]:
    """The notices of a page, in its order; new ones begin with "New:"."""
    found = re.findall(r'<li class="notices__one.*?<p>(.*?)</p>', browser.get(path).text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]


def is_read(world: World, notice: int) -> bool:
    with world.context():
        return db.session.get_one(Notice, notice).seen_at is not None


def test_a_notice_is_a_sentence_that_leads_to_what_it_is_about(world: World, browse: Browse) -> None:
    world.write("price")
    notice = told(world, "ana")
    ana = browse("ana")
    assert lines(ana) == ["New: Price is agreed: readers see version 1."]

    page = ana.click(ana.get("/notices"), "Price")

    assert page.request.path == "/notes/price"
    assert is_read(world, notice)
    assert lines(ana) == ["Price is agreed: readers see version 1."]
    assert ana.get(f"/notices/{notice}").status_code == 303


def test_the_newest_stands_first_and_what_is_new_before_the_rest(world: World, browse: Browse) -> None:
    for slug in ("first", "second", "third"):
        world.write(slug)
        told(world, "ana", slug=slug)
    ana = browse("ana")
    ana.click(ana.get("/notices"), "Third")

    assert [line.split(" is agreed")[0] for line in lines(ana)] == ["New: Second", "New: First", "Third"]


def test_every_sort_of_notice_has_words_and_somewhere_to_lead(world: World, browse: Browse) -> None:
    world.write("price", by="cleo", owner="dana.okafor")
    world.revise("price", by="cleo", released=False, body="Newer.\n")
    world.propose("price", by="cleo")
    with world.context(), saving() as session:
        session.execute(sa.delete(Notice))
    numbers = {about: told(world, "dana", about) for about in About}
    dana = browse("dana")

    said = lines(dana)

    assert len(said) == len(About)
    for line in said:
        assert "Price" in line, line
        assert line.endswith((".", "?")), line
        assert "{" not in line
        assert "None" not in line
    for about, number in numbers.items():
        answer = dana.get(f"/notices/{number}", follow_redirects=True)
        assert answer.status_code == 200, (about, answer.request.path)
    assert dana.get(f"/notices/{numbers[About.TO_SIGN]}").location == "/notes/price/sign"
    assert bell(dana) == 0


def test_one_or_all_are_marked_as_read(world: World, browse: Browse) -> None:
    numbers = []
    for slug in ("first", "second", "third"):
        world.write(slug)
        numbers.append(told(world, "ana", slug=slug))
    ana = browse("ana")
    page = ana.get("/notices")
    assert form_of(page, f"/notices/{numbers[0]}/seen").send(ana).status_code == 303
    assert [is_read(world, number) for number in numbers] == [True, False, False]
    world.write("later")
    later = told(world, "ana", slug="later")

    assert form_of(page, "/notices/seen").send(ana).location == "/notices"

    assert [is_read(world, number) for number in (*numbers, later)] == [True, True, True, False]
    assert bell(ana) == 1


def test_a_page_says_as_many_as_the_bell(world: World, browse: Browse) -> None:
    for slug in ("open", "shut", "mine"):
        world.write(slug, by="dana")
        told(world, "ana", slug=slug)
    ana = browse("ana")
    assert (bell(ana), len(lines(ana))) == (3, 3)

    world.revise("shut", by="dana", audience="restricted")

    assert (bell(ana), len(lines(ana))) == (2, 2)
    assert "Shut" not in ana.get("/notices").text
    assert "2 are new" in ana.get("/notices").text


def test_a_version_that_one_may_not_read_is_not_told_of(world: World, browse: Browse) -> None:
    world.write("price", by="dana")
    world.revise("price", by="dana", body="Waits.\n", released=False)
    with world.context(), saving() as session:
        entry = world.entry("price")
        session.add(
            Notice(
                user_id=world.people["ana"],
                about=About.MENTION,
                entry_id=entry.id,
                version_id=entry.latest_id,
                at=entry.newest.at,
            )
        )
    ana = browse("ana")

    assert (bell(ana), lines(ana)) == (0, [])
    assert ana.get("/notices/1").status_code == 404


@pytest.mark.parametrize("who", ["cleo", "ada", ""])
def test_notices_are_for_one_person_only(world: World, browse: Browse, who: str) -> None:
    world.write("price")
    notice = told(world, "ana")
    other = browse(who)

    opened, marked = other.get(f"/notices/{notice}"), other.client.post(f"/notices/{notice}/seen")
    if who:
        assert opened.status_code == 404
        assert other.post(f"/notices/{notice}/seen").status_code == 404
        assert lines(other) == []
        other.post("/notices/seen", {"until": "999"})
    else:
        assert opened.status_code == 303
        assert "/sign-in" in opened.location
    assert marked.status_code in {400, 401}
    assert not is_read(world, notice)


def test_nothing_is_marked_without_the_proof_of_the_form_or_by_a_number_that_is_none(
    world: World, browse: Browse
) -> None:
    world.write("price")
    notice = told(world, "ana")
    ana = browse("ana")
    for path in ("/notices/seen", f"/notices/{notice}/seen"):
        assert ana.client.post(path, data={"until": "99"}).status_code == 400
    for typed in ("", "x", "-1", "9" * 30, "٣"):
        assert ana.post("/notices/seen", {"until": typed}).status_code == 303
    assert not is_read(world, notice)


def test_what_only_looks_ahead_leaves_a_notice_unread(world: World, browse: Browse) -> None:
    world.write("price")
    notice = told(world, "ana")
    ana = browse("ana")
    ana.get(f"/notices/{notice}", headers={"Sec-Purpose": "prefetch"})
    ana.client.head(f"/notices/{notice}")

    assert not is_read(world, notice)


def test_a_notice_about_an_erased_entry_is_gone(world: World, browse: Browse) -> None:
    world.write("price")
    told(world, "ana")
    with world.context(), saving():
        world.entry("price").erase()

    assert (bell(browse("ana")), lines(browse("ana"))) == (0, [])


def test_many_notices_come_in_pages(world: World, browse: Browse) -> None:
    for number in range(27):
        world.write(f"note-{number}")
        told(world, "ana", slug=f"note-{number}")
    ana = browse("ana")

    assert [len(lines(ana, f"/notices?page={page}")) for page in (1, 2)] == [25, 2]
    assert ana.get("/notices?page=3").status_code == 404
    assert bell(ana) == 27


def test_a_title_can_do_no_harm_in_a_notice(world: World, browse: Browse) -> None:
    world.write("price", title='<img src=x onerror="alert(1)">')
    told(world, "ana")

    assert (
        "<img"
        not in re.findall(
            r'<ul class="lines notices">.*?</ul>', browse("ana").get("/notices").text, re.DOTALL
        )[0]
    )


def test_retiring_tells_the_watcher_where_it_went(world: World, browse: Browse) -> None:
    world.write("price", owner="cleo.marsh")
    world.write("cost")
    milo, cleo = browse("milo"), browse("cleo")
    form_of(milo.get("/notes/price/retire"), "/retire").send(milo, reason="Merged.", successor="cost")

    assert lines(cleo) == ["New: Milo Brandt retired Price."]
    assert "Merged." in cleo.click(cleo.get("/notices"), "Price").text
    with world.context():
        assert isinstance(world.entry("price"), Entry)


def test_the_moment_is_said(world: World, browse: Browse) -> None:
    world.write("price")
    with time_machine.travel("2026-11-20T09:30:00Z", tick=False):
        told(world, "ana")
        assert "20 November, 09:30" in words(browse("ana").get("/notices").text)
