"""Nothing gets round the signatures: whatever is done to an agreed entry, its readers go on seeing what was agreed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from playbook.content.importing import import_folder
from playbook.db import db
from playbook.models import Entry, State
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]
Act = Callable[[World, Browser, Path], None]

OLD, NEW = "Oldwording", "Newwording"
ENTRY = "/notes/price"
TEXT = f"---\nkind: note\ntitle: {NEW}\nowner: dana.okafor\n---\n{NEW} stands here.\n"


def form(world: World, milo: Browser, folder: Path) -> None:
    form_of(milo.get(f"{ENTRY}/edit"), "/edit").send(milo, title=NEW, body=f"{NEW}.\n", propose="yes")


def form_that_says_publish(world: World, milo: Browser, folder: Path) -> None:
    forged = {"publish": "yes", "release": "yes", "ground": "signed", "agreed_id": "2", "as": "agreed"}
    form_of(milo.get(f"{ENTRY}/edit"), "/edit").send(milo, title=NEW, body=f"{NEW}.\n", **forged)


def whole_text(world: World, milo: Browser, folder: Path) -> None:
    form_of(milo.get(f"{ENTRY}/edit?as=document"), "/edit").send(milo, document=TEXT, propose="yes")


def one_part(world: World, milo: Browser, folder: Path) -> None:
    part = re.search(rf'href="{ENTRY}/edit/([^"]+)"', milo.get(ENTRY).text)
    assert part is not None
    form_of(milo.get(f"{ENTRY}/edit/{part[1]}"), part[1]).send(
        milo, part_text=f"## Why\n\n{NEW}.\n", propose="yes"
    )


def api(world: World, milo: Browser, folder: Path) -> None:
    proof = {"X-CSRFToken": milo.token()}
    etag = milo.client.get("/api/v1/entries/price").headers["ETag"]
    sent = {"fields": {"title": NEW, "owner": "dana.okafor"}, "body": f"{NEW}.\n", "propose": True}
    answer = milo.client.put("/api/v1/entries/price", json=sent, headers={**proof, "If-Match": etag})
    assert answer.status_code == 200, answer.text


def api_that_says_published(world: World, milo: Browser, folder: Path) -> None:
    proof = {"X-CSRFToken": milo.token()}
    etag = milo.client.get("/api/v1/entries/price").headers["ETag"]
    sent = {"fields": {"title": NEW}, "body": f"{NEW}.\n"}
    for forged in ({"publish": True}, {"agreed": 2}, {"ground": "signed"}, {"state": "agreed"}):
        answer = milo.client.put(
            "/api/v1/entries/price", json={**sent, **forged}, headers={**proof, "If-Match": etag}
        )
        assert answer.status_code == 422, forged
    milo.client.put("/api/v1/entries/price", json=sent, headers={**proof, "If-Match": etag})


def import_as_draft(world: World, milo: Browser, folder: Path) -> None:
    (folder / "price.md").write_text(TEXT)
    with world.context():
        report = import_folder(folder, by=world.person("milo"))
    assert (report.revised, report.released) == (1, 0)


def command_line(world: World, milo: Browser, folder: Path) -> None:
    (folder / "price.md").write_text(TEXT)
    result: Result = world.app.test_cli_runner().invoke(args=["import", str(folder)])
    assert result.exit_code == 0, result.output


def many_at_once(world: World, milo: Browser, folder: Path) -> None:
    with world.context():
        chosen = world.entry("price").id
    choosing = form_of(milo.get("/bulk"), "/bulk/preview")
    preview = choosing.send(milo, entry=[chosen], what="tags", how="add", tags=NEW.lower())
    assert form_of(preview, "/bulk").send(milo).status_code == 303


def links_that_follow(world: World, milo: Browser, folder: Path) -> None:
    form_of(milo.get("/notes/cost/address"), "/address").send(milo, slug=NEW.lower())
    form_of(milo.get(f"/notes/{NEW.lower()}/links"), "/links").send(milo)


def merge(world: World, milo: Browser, folder: Path) -> None:
    answer = form_of(milo.get("/notes/cost/merge?into=price"), "/merge").send(milo, document=TEXT)
    assert answer.status_code == 303


def restore(world: World, milo: Browser, folder: Path) -> None:
    world.revise("price", by="cleo", title=NEW, body=f"{NEW}.\n", released=False)
    world.revise("price", by="cleo", title="Third", body="Third.\n", released=False)
    form_of(milo.get(f"{ENTRY}/versions"), "/versions/2/restore").send(milo)
    form_of(milo.get(ENTRY), "/propose").send(milo)


def move_by_a_curator(world: World, milo: Browser, folder: Path) -> None:
    answer = milo.post(
        f"{ENTRY}/kind", {"to": "lesson", "base": "1", "document": TEXT.replace("note", "lesson")}
    )
    assert answer.status_code in {403, 422}


def counter_proposal(world: World, milo: Browser, folder: Path) -> None:
    world.revise("price", by="cleo", owner="milo.brandt", released=False)
    world.propose("price", by="cleo")
    page = milo.get(f"{ENTRY}/counter-proposal")
    answer = form_of(page, "/counter-proposal").send(
        milo, body=f"{NEW}.\n", reason="Rather so.", team="owner"
    )
    assert answer.status_code == 303, answer.text


def addresses_of_before(world: World, milo: Browser, folder: Path) -> None:
    world.revise("price", by="cleo", title=NEW, body=f"{NEW}.\n", released=False)
    for number in (1, 2):
        assert milo.post(f"{ENTRY}/versions/{number}/release").status_code == 404
    assert milo.post(f"{ENTRY}/release").status_code == 404


def signing_alone(world: World, milo: Browser, folder: Path) -> None:
    """Whoever wrote it alone asks for it and signs it, as whatever they can think of."""
    whole_text(world, milo, folder)
    with world.context():
        hash = world.entry("price").newest.hash
    for team in ("marketing", "owner", "sales", "administrators", ""):
        answer = milo.post(f"{ENTRY}/signatures", {"team": team, "hash": hash})
        assert answer.status_code in {400, 403, 404, 409}, team


ACTS: tuple[Act, ...] = (
    form,
    form_that_says_publish,
    whole_text,
    one_part,
    api,
    api_that_says_published,
    import_as_draft,
    command_line,
    many_at_once,
    links_that_follow,
    merge,
    restore,
    move_by_a_curator,
    counter_proposal,
    addresses_of_before,
    signing_alone,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_readers_go_on_seeing_what_was_agreed(world: World, browse: Browse, tmp_path: Path, act: Act) -> None:
    body = f"{OLD} stands here, as in [[cost]].\n\n## Why\n\n{OLD}.\n"
    world.write("price", by="cleo", title=OLD, owner="dana.okafor", body=body, released=False)
    world.write("cost", body="What it costs.\n", tags=["money"])
    world.propose("price", by="cleo")
    world.sign("price", by="dana")
    folder = tmp_path / "notes"
    folder.mkdir()
    ana = browse("ana")
    before = seen_by(ana)

    act(world, browse("milo"), folder)

    assert seen_by(ana) == before
    assert [path for path in PAGES if NEW in ana.get(path).text] == []
    assert f'href="{ENTRY}' not in ana.get(f"/search?q={NEW}").text
    with world.context():
        entry = db.session.get(Entry, world.entry("price").id)
        assert entry is not None
        assert entry.agreed == entry.version(1)
        assert entry.state in {State.AGREED, State.PROPOSED}


PAGES = (ENTRY, f"{ENTRY}.md", f"{ENTRY}/versions", "/notes/", f"/search?q={OLD}", "/")


def seen_by(reader: Browser) -> tuple[str, str, list[str]]:
    """What a reader sees of the entry: its text, what the API says of it, and which results name it."""
    told: dict[str, Any] = reader.client.get("/api/v1/entries/price").json or {}
    said = {name: told[name] for name in ("title", "body", "fields", "version", "hash", "signed_by")}
    found = re.findall(rf'href="({ENTRY})[?"]', reader.get(f"/search?q={OLD}").text)
    return reader.get(f"{ENTRY}.md").text, repr(said), found


def test_an_administrators_import_as_agreed_is_recorded_as_a_migration(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    """The one way past the signatures, and it says so."""
    world.write("price", title=OLD)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/price.md").write_text(TEXT)
    with world.context():
        import_folder(tmp_path / "notes", by=world.person("ada"), as_agreed=True)

    assert "Brought in as agreed" in browse("ana").get(ENTRY).text
    assert browse("ana").client.get("/api/v1/entries/price").json["ground"] == "migrated"  # type: ignore[index]
