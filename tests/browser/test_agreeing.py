"""Two teams agree: a change to whom we sell to, and a worksheet made anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from playbook import search
from playbook.agreeing.charter import the_charter
from playbook.content.exporting import export_folder
from playbook.document import Document
from playbook.models import Entry, Role, Team, User, UserSession
from playbook.work import saving
from tests.browser.conftest import VIEWPORTS, WATCH_POLICY, Watched
from tests.browser.journeys import Traveller
from tests.telling_journeys import LINE
from tests.world import Browser, World

ICP = "icp-multi-plant-manufacturer"
AT = f"/icps/{ICP}"
SHEET = "col-close-cost-worksheet"
SHEET_AT = f"/collateral/{SHEET}"
SIZES = ["desktop", "phone"]
WHY = "At 65 we lose the two slowest of last year."

Browse = Callable[[str], Browser]
Journey = Callable[..., Traveller]


@pytest.fixture
def journey(
    request: pytest.FixtureRequest, world: World, served: str, browser: Chromium, record_property: Any
) -> Iterator[Journey]:
    """journey("dana", "phone") is Dana with a phone, signed in; the report ends with what she needed."""
    people: list[Traveller] = []

    def begin(first_name: str, size: str = "desktop") -> Traveller:
        options: dict[str, Any] = {"viewport": VIEWPORTS[size], "reduced_motion": "reduce"}
        context = browser.new_context(**options)
        context.add_init_script(WATCH_POLICY)
        with world.context(), saving():
            _, secret = UserSession.begin(world.person(first_name), days=1)
        context.add_cookies([{"name": "playbook", "value": secret, "url": served}])
        people.append(Traveller(first_name, Watched(context.new_page(), size), served))
        return people[-1]

    yield begin
    for person in people:
        record_property(LINE, f"{request.node.name}: {person.told}")
        person.page.context.close()


@pytest.fixture
def sixty(served: str, world: World) -> World:
    """The starter playbook, in which both teams have agreed to a pass mark of 60."""
    with world.context():
        score = dict(world.entry(ICP).newest.fields["score"])
    world.revise(ICP, by="cleo", released=False, score={**score, "pass_mark": 60})
    world.propose(ICP, by="cleo")
    world.agree(ICP)
    return world


def everywhere(app: Flask, world: World, browse: Browse, tmp_path: Path) -> set[int]:
    """The pass marks that a reader finds: on the page, as text, over the API, in the index and in an export."""
    ana = browse("ana")
    page = re.search(r"Pass mark (\d+)\.", re.sub(r"<[^>]+>", "", ana.get(AT).text))
    assert page is not None
    found = {int(page[1]), Document.parse(ana.get(f"{AT}.md").text).fields["score"]["pass_mark"]}
    found.add(ana.get(f"/api/v1/entries/{ICP}").json["fields"]["score"]["pass_mark"])
    assert ICP in ana.get("/search?q=multi-plant manufacturer").text
    with app.app_context():
        exported = tmp_path / f"export-{len(list(tmp_path.iterdir()))}"
        export_folder(exported)
        text = (exported / "icps" / f"{ICP}.md").read_text()
        found.add(Document.parse(text).fields["score"]["pass_mark"])
        assert search.check() == []
    return found


def row_of_charter(world: World) -> str:
    """How far the first row of the charter has got."""
    with world.context():
        charter = the_charter(reader=world.person("ana"))
        assert charter is not None
        return charter.rows[0].progress.value


def propose(milo: Traveller) -> None:
    """Milo finds the ideal customer and proposes another pass mark."""
    page = milo.go("/")
    milo.search("multi-plant manufacturer")
    milo.click(page.locator("[data-result]").first.get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Multi-plant manufacturer")
    milo.click(page.get_by_role("link", name="Propose a change"))
    milo.fill(page.get_by_label("Pass mark"), "65")
    milo.fill(page.get_by_label("What changed"), "Seven companies scored 60 to 64. None passed Discovery.")
    milo.click(page.get_by_role("button", name="Save").first)
    page.wait_for_url(f"**{AT}")


def open_from_desk(person: Traveller, title: str) -> None:
    page = person.go("/")
    person.click(page.get_by_role("link", name=re.compile("^Work(,|$)")))
    expect(page.get_by_role("heading", level=1)).to_contain_text("for you")
    person.watched.check("desk")
    person.click(page.get_by_role("link", name=f"Compare and sign {title}"))


@pytest.mark.parametrize("size", SIZES)
def test_a_change_to_the_ideal_customer_is_countered_and_agreed(
    app: Flask, sixty: World, browse: Browse, journey: Journey, tmp_path: Path, size: str
) -> None:
    milo, dana = journey("milo", size), journey("dana", size)
    assert row_of_charter(sixty) == "signed by both"
    propose(milo)
    assert everywhere(app, sixty, browse, tmp_path) == {60}
    assert row_of_charter(sixty) == "drifted"

    page = dana.go("/")
    open_from_desk(dana, "Multi-plant manufacturer")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"One change to who we sell to: pass mark\s+60\s+becomes\s+65")
    )
    expect(page.locator("main")).to_contain_text("until both have signed")
    expect(page.locator("main")).to_contain_text("eight-point charter")
    dana.watched.check("compare and sign")
    dana.click(page.locator("summary", has_text="Propose something else"))
    dana.fill(page.get_by_label("Pass mark, instead of 65 points"), "68")
    dana.fill(page.get_by_label(re.compile("Why not version")), WHY)
    dana.watched.check("something else")
    page.emulate_media(color_scheme="dark")
    dana.watched.check("something else, in the dark")
    page.emulate_media(color_scheme="light")
    dana.click(page.get_by_role("button", name="Propose this instead"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"pass mark\s+60\s+becomes\s+68"))
    assert everywhere(app, sixty, browse, tmp_path) == {60}
    dana.click(page.get_by_role("button", name=re.compile("Sign version . for Sales")))
    expect(page.locator("#toasts")).to_contain_text("Signed for Sales. Marketing has still to sign.")
    dana.watched.check("signed by one")
    assert everywhere(app, sixty, browse, tmp_path) == {60}

    page.goto(f"{dana.root}/disagreements")
    expect(page.locator("main")).to_contain_text(WHY)
    dana.watched.check("open disagreements")
    page.goto(f"{dana.root}{AT}/versions/1/verify")
    dana.watched.check("fingerprint")

    signer = journey("milo", size)
    open_from_desk(signer, "Multi-plant manufacturer")
    expect(signer.page.locator("main")).to_contain_text(WHY)
    signer.click(signer.page.get_by_role("button", name=re.compile("Sign version . for Marketing")))
    expect(signer.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Version \d is agreed"))
    expect(signer.page.get_by_role("heading", level=1)).to_be_focused()
    signer.watched.check("agreed")

    assert everywhere(app, sixty, browse, tmp_path) == {68}
    assert row_of_charter(sixty) == "signed by both"
    assert (milo.interactions, dana.interactions, signer.interactions) == (6, 7, 3)


def test_everything_is_decided_with_the_keyboard_alone(
    app: Flask, sixty: World, browse: Browse, journey: Journey, tmp_path: Path
) -> None:
    score = {"structural": 40, "behavioural": 20, "situational": 30, "demographic": 10, "pass_mark": 65}
    sixty.revise(ICP, by="milo", released=False, score=score)
    sixty.propose(ICP, by="milo")

    dana = journey("dana")
    page = dana.go("/")
    dana.reach("Work")
    dana.press("Enter")
    page.wait_for_url("**/desk")
    dana.reach("Compare and sign Multi-plant")
    dana.press("Enter")
    page.wait_for_url("**/sign")
    dana.reach("Propose something else")
    dana.press("Enter")
    dana.reach("score.pass_mark")
    dana.type("68")
    dana.reach("reason")
    dana.type(WHY)
    dana.reach("Propose this instead")
    dana.press("Enter")
    page.wait_for_url("**/sign#news")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    dana.reach("team")
    dana.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Signed for Sales.")

    milo = journey("milo")
    milo.go("/desk")
    milo.reach("Compare and sign Multi-plant")
    milo.press("Enter")
    milo.page.wait_for_url("**/sign")
    milo.reach("team")
    milo.press("Enter")
    expect(milo.page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Version \d is agreed"))
    assert everywhere(app, sixty, browse, tmp_path) == {68}
    assert dana.watched.faults == milo.watched.faults == []
    assert (dana.interactions, milo.interactions) == (7, 2)


@pytest.mark.parametrize("size", SIZES)
def test_a_worksheet_is_made_anew_and_is_what_people_send_once_both_have_signed(
    app: Flask, served: str, world: World, browse: Browse, journey: Journey, size: str
) -> None:
    with world.context(), saving():
        second = User.invite(
            email="mona@example.com",
            name="Mona Lind",
            role=Role.CONTRIBUTOR,
            team=Team.MARKETING,
            signs_for=Team.MARKETING,
        )
        world.people["mona"] = second.id
    milo = journey("milo", size)
    page = milo.go("/")
    milo.search("worksheet")
    milo.click(page.locator("[data-result] h2 a", has_text="worksheet").first)
    milo.click(page.get_by_role("link", name="Propose a change"))
    milo.fill(page.get_by_label("What it moves"), "The buyer's own figure and month (milestone D1)")
    page.wait_for_function("!!customElements.get('entry-picker')")
    replaces = page.get_by_role("combobox", name="Replaces")
    if not replaces.is_visible():
        milo.click(page.locator("summary", has_text="More"))
    milo.fill(replaces, "proof plan")
    milo.click(page.locator("[role='listbox']:not([hidden]) [role='option']").first)
    milo.fill(page.get_by_label("What changed"), "Ends with a month as well")
    milo.click(page.get_by_role("button", name="Save").first)
    page.wait_for_url(f"**{SHEET_AT}")
    milo.watched.check("proposed")
    milo.go(f"{SHEET_AT}/sign")
    expect(page.locator("main")).to_contain_text("You wrote this, so somebody else has to sign it.")
    assert page.get_by_role("button", name=re.compile("^Sign version")).count() == 0
    assert milo.interactions <= 12

    def read() -> str:
        return browse("ana").get(SHEET_AT).text

    assert "and month" not in read()
    for name, team in (("mona", "Marketing"), ("dana", "Sales")):
        assert "and month" not in read()
        person = journey(name, size)
        open_from_desk(person, "Cost of a late close")
        expect(person.page.locator("main")).to_contain_text("Replaces")
        person.watched.check(f"worksheet, for {team}")
        person.click(person.page.get_by_role("button", name=f"Sign version 2 for {team}"))
        expect(person.page.get_by_role("heading", level=1)).to_be_focused()
        assert person.interactions == 3
    assert "and month" in read()
    with world.context():
        entry = Entry.find(SHEET, reader=world.person("ana"))
        assert entry.agreed is not None
        assert entry.agreed.fields["replaces"] == ["col-proof-plan-template"]
        signed = {each.user.first_name for each in entry.signing.signatures}
        assert signed == {"Mona", "Dana"}
