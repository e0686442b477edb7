from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Playbook, told
from tests.world import World


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "sales").mkdir(parents=True)
    (folder / "price.md").write_text("---\ntitle: Prices\n---\nAsk.\n")
    (folder / "sales/Big Deals.md").write_text("# Big deals\n")
    (folder / "sales/broken.md").write_text("---\ntitle: [a\n---\n")
    (folder / "logo.svg").write_text("<svg/>")
    return folder


def test_an_import_tells_what_became_of_every_file(world: World, playbook: Playbook, texts: Path) -> None:
    result = playbook("import", texts)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "note: Left where they are, because they are no Markdown: 1.",
        "note: sales/Big Deals.md: Its entry has the slug big-deals.",
        "refused: sales/broken.md:2: The list that opens with [ here is not closed.",
        "2 created, 0 revised, 0 unchanged, 1 refused.",
    ]


def test_an_import_tells_it_to_programs_too(world: World, playbook: Playbook, texts: Path) -> None:
    report = told(playbook("import", texts, "--as", "agreed", "--json"))

    assert report == {
        "dry_run": False,
        "created": 2,
        "revised": 0,
        "unchanged": 0,
        "released": 2,
        "entries": [
            {"path": "price.md", "slug": "price", "kind": "note", "outcome": "created", "released": True},
            {
                "path": "sales/Big Deals.md",
                "slug": "big-deals",
                "kind": "note",
                "outcome": "created",
                "released": True,
            },
        ],
        "refused": [
            {"path": "sales/broken.md", "line": 2, "reason": "The list that opens with [ here is not closed."}
        ],
        "notes": [
            {"path": "", "message": "Left where they are, because they are no Markdown: 1."},
            {"path": "sales/Big Deals.md", "message": "Its entry has the slug big-deals."},
        ],
    }


def test_what_is_imported_as_agreed_is_found_at_once(world: World, playbook: Playbook, texts: Path) -> None:
    playbook("import", texts)
    assert told(playbook("search", "deals", "--json"))["total"] == 0

    playbook("import", texts, "--as", "agreed")
    assert told(playbook("search", "deals", "--json"))["total"] == 1


def test_a_dry_run_says_so_and_writes_nothing(world: World, playbook: Playbook, texts: Path) -> None:
    result = playbook("import", texts, "--dry-run")

    assert result.stdout.splitlines()[-1] == "Would be: 2 created, 0 revised, 0 unchanged, 1 refused."
    assert told(playbook("import", texts, "--dry-run", "--json"))["created"] == 2


def test_many_notes_are_not_all_read_out(world: World, playbook: Playbook, texts: Path) -> None:
    for number in range(30):
        (texts / f"Page {number}.md").write_text("Words.\n")

    said = playbook("import", texts).stdout

    assert said.count("note: ") == 20
    assert "… and 12 more notes; --json lists them all." in said


def test_a_folder_of_which_nothing_can_be_taken_is_bad_input(
    world: World, playbook: Playbook, tmp_path: Path
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/broken.md").write_text("---\n[\n---\n")

    assert playbook("import", tmp_path / "bad").exit_code == 2


def test_a_folder_that_is_not_there_is_bad_input(world: World, playbook: Playbook, tmp_path: Path) -> None:
    result = playbook("import", tmp_path / "missing")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "does not exist" in result.stderr


def test_an_export_tells_how_much_it_wrote(
    world: World, playbook: Playbook, texts: Path, tmp_path: Path
) -> None:
    playbook("import", texts)

    assert playbook("export", tmp_path / "out").stdout == f"2 entries written to {tmp_path / 'out'}.\n"
    assert told(playbook("export", tmp_path / "out", "--all-versions", "--json")) == {
        "entries": 2,
        "versions": 2,
    }
    assert (tmp_path / "out/notes/big-deals.md").read_text() == "# Big deals\n"
    assert (tmp_path / "out/.versions/notes/price/0001.md").exists()


def test_an_export_over_other_files_fails(world: World, playbook: Playbook, texts: Path) -> None:
    result = playbook("export", texts, "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds files that no export wrote" in result.stderr
