from __future__ import annotations

import csv
import io

from playbook.reports import UnusedEntries
from tests.cli.conftest import Playbook, told
from tests.world import World


def test_what_nobody_uses_is_reported_as_the_report_has_it(world: World, playbook: Playbook) -> None:
    world.write("price", title="Prices")
    world.write("cost", title="Costs")

    report = told(playbook("report", "unused", "--days", "30", "--json"))

    with world.context():
        expected = [row.slug for row in UnusedEntries(days=30)]
    assert report["days"] == 30
    assert [row["slug"] for row in report["entries"]] == expected
    assert report["entries"][0]["unused"] is True
    assert report["entries"][0]["last_used"] is None
    assert report["entries"][0]["since"].endswith("+00:00")


def test_the_report_can_be_read(world: World, playbook: Playbook) -> None:
    world.write("price", title="Prices")

    assert playbook("report", "unused").stdout.splitlines() == [
        "notes/price\tnever used\t0 views, 0 times shown\tPrices",
        "Not used in 90 days: 1 of 1 entry.",
    ]


def test_the_report_opens_in_a_spreadsheet_where_no_cell_is_calculated(
    world: World, playbook: Playbook
) -> None:
    world.write("price", title='=HYPERLINK("https://example.com")')

    [head, row] = csv.reader(io.StringIO(playbook("report", "unused", "--csv").stdout))

    assert dict(zip(head, row, strict=True))["title"] == '\'=HYPERLINK("https://example.com")'
    assert dict(zip(head, row, strict=True))["unused"] == "True"


def test_one_form_at_a_time(world: World, playbook: Playbook) -> None:
    result = playbook("report", "unused", "--csv", "--json")

    assert (result.exit_code, result.stdout) == (2, "")
