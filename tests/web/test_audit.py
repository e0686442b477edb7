from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import ROOT
from playbook.db import db
from playbook.models import AuditRecord, Signer
from playbook.models.rule import choose_rules
from playbook.reports.audited import WORDS
from playbook.work import saving
from tests.content.test_tampering import without_triggers
from tests.world import Browser, World, close

Browse = Callable[[str], Browser]


@pytest.fixture
def busy(world: World, browse: Browse) -> World:
    """Two entries, one of them agreed by both teams, and somebody who was refused."""
    with world.context(), saving():
        choose_rules({"note": (Signer.SALES, Signer.MARKETING)}, by=world.person("ada"))
    world.write("deal", by="cleo", released=False)
    world.propose("deal", by="cleo")
    world.agree("deal")
    world.write("price", by="cleo")
    browse("ana").get("/people")
    return world


def rows(page: str) -> list[str]:
    """The records on a page, each in one line of words."""
    found = re.findall(r"<tr[^>]*>\s*<td.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_an_administrator_reads_who_did_what(busy: World, browse: Browse) -> None:
    page = browse("ada").get("/audit")

    assert page.status_code == 200
    told = rows(page.text)
    assert re.fullmatch(
        r"\d+ .*Ana Ruiz was refused. Your role does not include this. people web 127.0.0.1", told[0]
    )
    assert "Cleo Marsh wrote the first version notes/price" in told[2]
    [signed] = [row for row in told if "signed version 1 for Sales" in row]
    assert "Dana Okafor signed version 1 for Sales notes/deal" in signed
    assert '<a href="/notes/deal">notes/deal</a>' in page.text
    assert "Ada Field had this kind ask for the signatures of Sales and Marketing kinds/note" in told[-1]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=dana", 1),
        ("who=Ana+Ruiz", 1),
        ("who=nobody-of-that-name", 0),
        ("who=%25", 0),
        ("action=sign", 2),
        ("action=sign&who=milo", 1),
        ("thing=DEAL", 5),
        ("thing=notes/price", 2),
        ("since=2000-01-01&until=2000-12-31", 0),
        ("since=2000-01-01", 9),
        ("until=9999-12-31", 9),
        ("since=never&until=31.12.2026&before=x", 9),
        ("before=3", 2),
        ("before=99999999999999999999", 9),
    ],
)
def test_records_can_be_looked_for(busy: World, browse: Browse, query: str, count: int) -> None:
    page = browse("ada").get(f"/audit?{query}")

    assert page.status_code == 200
    assert len(rows(page.text)) == count, rows(page.text)


def test_older_records_are_a_link_away(world: World, browse: Browse) -> None:
    with world.context(), saving():
        for number in range(120):
            AuditRecord.note("act", f"a/{number}", by=None)
    ada = browse("ada")
    page = ada.get("/audit?action=act")
    seen = rows(page.text)
    while 'rel="next"' in page.text:
        page = ada.click(page, "Older")
        seen += rows(page.text)

    assert [int(row.split()[0]) for row in seen] == list(range(120, 0, -1))
    assert "Newest" in page.text
    assert "action=act" in ada.click(page, "Newest").request.url


def test_the_log_is_verified_when_somebody_asks(busy: World, browse: Browse) -> None:
    ada = browse("ada")
    page = ada.click(ada.get("/audit?who=dana"), "Verify now")

    assert "Verified up to record 9" in page.text
    with busy.context():
        assert db.session.get_one(AuditRecord, 9).seal in page.text
    assert len(rows(page.text)) == 1, "what was looked for stays"


def test_a_log_that_is_not_whole_says_so(busy: World, browse: Browse) -> None:
    close(busy.app)
    with without_triggers(busy.app.config["SETTINGS"].instance / "playbook.db") as connection:
        connection.execute("UPDATE audit_record SET origin = 'x' WHERE id = 4")

    page = browse("ada").get("/audit?verify=yes")

    assert "The log is not whole." in page.text
    assert "Record 4: What it says is not what was recorded." in page.text


def test_records_are_a_file_in_which_nothing_is_calculated(world: World, browse: Browse) -> None:
    with world.context(), saving():
        AuditRecord.note("act", "=1+1", by=world.person("ana"), why="=cmd")

    answer = browse("ada").get("/audit.csv?action=act")

    assert answer.mimetype == "text/csv"
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    told = dict(zip(head, row, strict=True))
    assert (told["who"], told["action"], told["thing"]) == ("ana.ruiz", "act", "'=1+1")
    assert told["detail"] == '{"why": "=cmd"}'


@pytest.mark.parametrize("address", ["/audit", "/audit.csv"])
@pytest.mark.parametrize("person", ["", "ana", "cleo", "milo"])
def test_nobody_else_reads_it(world: World, browse: Browse, address: str, person: str) -> None:
    answer = browse(person).get(address)

    assert answer.status_code == (403 if person else 303)
    assert "Audit log" not in browse(person).get("/library").text


def test_everybody_has_what_is_recorded_of_them_and_of_nobody_else(busy: World, browse: Browse) -> None:
    busy.write("hidden", by="cleo")
    busy.revise("hidden", by="dana", audience="restricted", owner="dana.okafor")
    with busy.context(), saving():
        AuditRecord.note("enable", "people/cleo.marsh", by=busy.person("ada"))

    held = browse("cleo").get("/you/held.json")
    assert held.json is not None
    told = [(each["by"], each["what"], each["thing"]) for each in held.json["records"]]

    assert told[0] == ("somebody else", "opened the account again", "people/cleo.marsh")
    assert ("you", "wrote the first version", "notes/deal") in told
    assert ("you", "draft", "an entry that you can no longer see") in told
    assert "hidden" not in held.text
    assert "ada" not in str(told).lower()


def test_everything_that_is_recorded_has_words(world: World) -> None:
    noted = {
        action
        for file in Path(ROOT / "playbook").rglob("*.py")
        for action in re.findall(r'AuditRecord\.note\(\s*"([^"]+)"', file.read_text())
    }
    assert len(noted) > 25
    assert noted <= WORDS.keys(), "say in playbook/reports/audited.py what it means"


def test_every_word_stands_without_what_an_older_record_does_not_say(world: World) -> None:
    from playbook.reports.audited import in_words

    for action in WORDS:
        assert in_words(AuditRecord(action=action, thing="a", detail={}, salt="s"))
        assert in_words(AuditRecord(action=action, thing="a", detail={}, salt=""))


def test_what_is_hidden_in_a_record_is_text(world: World, browse: Browse) -> None:
    with world.context(), saving():
        AuditRecord.note("retire", "notes/<b>x", by=None, reason="<script>")

    page = browse("ada").get("/audit?thing=<b>").text

    assert "<script>" not in page.replace("<script src", "").replace('<script type="module"', "")
    assert "notes/&lt;b&gt;x" in page


def test_the_log_is_as_the_database_has_it(world: World) -> None:
    world.write("price")
    with world.context(), pytest.raises(sa.exc.DatabaseError), saving() as session:
        session.execute(sa.update(AuditRecord).values(thing="x"))
