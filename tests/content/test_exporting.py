from __future__ import annotations

import json
from pathlib import Path

import pytest

from playbook.content.exporting import ExportReport, export_folder
from playbook.content.marker import NAME
from playbook.errors import Conflict, Invalid
from playbook.models import Ground, read
from playbook.work import saving
from tests.content.conftest import Folder, Import, rows, slugs
from tests.world import World


def export(world: World, to: Path, *, all_versions: bool = False) -> ExportReport:
    with world.context():
        return export_folder(to, all_versions=all_versions)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_entry_is_a_file_in_the_folder_of_its_kind(
    world: World, folder: Folder, bring_in: Import, tmp_path: Path
) -> None:
    story = "---\r\ntitle: Close\r\nkind: story\r\n---\r\nIt was “late”.\r\n"
    folder.write("x/close.md", story)
    folder.write("y/loose.md", "\ufeffLoose.")
    bring_in()

    report = export(world, tmp_path / "out")

    assert report == ExportReport(entries=2, versions=0)
    files = contents(tmp_path / "out")
    del files[NAME]
    assert files == {"stories/close.md": story.encode(), "notes/loose.md": "\ufeffLoose.".encode()}


def test_what_readers_see_is_exported_and_not_what_waits(world: World, tmp_path: Path) -> None:
    world.write("price", body="Agreed.\n")
    world.revise("price", body="Waits.\n", released=False)
    world.write("draft", body="Never released.\n", released=False)

    export(world, tmp_path / "out")

    assert b"Agreed." in (tmp_path / "out/notes/price.md").read_bytes()
    assert b"Never released." in (tmp_path / "out/notes/draft.md").read_bytes()


def test_all_versions_lie_beside_where_no_import_finds_them(
    world: World, tmp_path: Path, bring_in: Import
) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n")
    world.revise("price", body="Third.\n", released=False)

    report = export(world, tmp_path / "out", all_versions=True)

    assert report == ExportReport(entries=1, versions=3)
    earlier = tmp_path / "out/.versions/notes/price"
    assert [file.name for file in sorted(earlier.iterdir())] == ["0001.md", "0002.md", "0003.md"]
    assert b"Second." in (tmp_path / "out/notes/price.md").read_bytes()
    assert slugs(bring_in(tmp_path / "out")) == {"notes/price.md": "price"}


def test_importing_an_export_where_it_came_from_changes_nothing(
    world: World, tmp_path: Path, bring_in: Import
) -> None:
    world.write("price", body="Agreed.\n")
    world.revise("price", body="Waits.\n", released=False)
    world.write("draft", released=False)
    export(world, tmp_path / "out")
    before = rows(world)

    assert bring_in(tmp_path / "out").unchanged == 2
    assert rows(world) == before


def test_two_exports_of_the_same_are_the_same(world: World, tmp_path: Path) -> None:
    world.write("price")
    export(world, tmp_path / "one", all_versions=True)
    export(world, tmp_path / "two", all_versions=True)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_an_export_can_be_brought_up_to_date(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    world.write("price", body="First.\n")
    world.write("close", kind="story")
    export(world, out, all_versions=True)
    (out / ".git").mkdir()
    (out / ".git/config").write_text("theirs")
    untouched = (out / "notes/price.md").stat().st_mtime_ns
    with world.context(), saving():
        world.entry("close").erase()
    world.write("new")

    export(world, out)

    assert [*contents(out)] == [".git/config", NAME, "notes/new.md", "notes/price.md"]
    assert (out / "notes/price.md").stat().st_mtime_ns == untouched
    assert not (out / "stories").exists()


def test_an_export_over_other_files_is_refused(world: World, tmp_path: Path) -> None:
    world.write("price")
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("Mine.")

    with pytest.raises(Conflict, match=r"mine\.txt"):
        export(world, out)
    assert [*contents(out)] == ["mine.txt"]


def test_an_export_does_not_overwrite_what_somebody_edited_in_it(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    world.write("price")
    export(world, out)
    (out / "notes/price.md").write_text("Edited here.\n")

    with pytest.raises(Conflict, match=r"notes/price\.md"):
        export(world, out)
    assert (out / "notes/price.md").read_text() == "Edited here.\n"


def test_an_export_does_not_write_through_links(world: World, tmp_path: Path) -> None:
    world.write("price")
    out = tmp_path / "out"
    export(world, out)
    (out / "notes/price.md").unlink()
    (out / "notes").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (out / "notes").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Conflict, match="notes"):
        export(world, out)
    assert contents(tmp_path / "elsewhere") == {}


def test_an_export_that_was_interrupted_can_be_finished(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number in range(5):
        world.write(f"note-{number}")

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with world.context(), pytest.raises(KeyboardInterrupt):
        export_folder(out, progress=stop)
    assert json.loads((out / NAME).read_text())["complete"] is False

    assert export(world, out).entries == 5
    assert json.loads((out / NAME).read_text())["complete"] is True
    assert len(contents(out)) == 6


def test_a_place_that_cannot_be_written_is_told(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Invalid, match="cannot be written"):
        export(world, tmp_path / "file" / "out")


def test_names_that_usually_stand_for_their_folder_are_slugs_in_an_export(
    world: World, tmp_path: Path, bring_in: Import
) -> None:
    world.write("index")
    world.write("readme", kind="story")
    export(world, tmp_path / "out")

    assert slugs(bring_in(tmp_path / "out")) == {"notes/index.md": "index", "stories/readme.md": "readme"}


def test_a_released_version_goes_out_even_where_a_later_one_was_restored(
    world: World, tmp_path: Path
) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n")
    with world.context():
        entry = world.entry("price")
        document = entry.version(1).document
        reading = read(document, kind=entry.kind, slug="price")
        with saving():
            entry = world.entry("price")
            version = entry.restore(1, reading=reading, by=world.person("ada"))
            entry.release(version, by=world.person("ada"), ground=Ground.MIGRATED)
    export(world, tmp_path / "out")

    assert b"First." in (tmp_path / "out/notes/price.md").read_bytes()


def test_what_is_retired_is_left_out_and_not_brought_back_by_an_import(
    world: World, tmp_path: Path, bring_in: Import
) -> None:
    world.write("price", body="First.\n")
    world.write("close", body="Words.\n")
    out = tmp_path / "out"
    export(world, out, all_versions=True)
    with world.context(), saving():
        world.entry("price").retire(by=None, reason="Over.")

    unchanged = bring_in(out)
    (out / "notes/price.md").write_text("---\nkind: note\n---\nOther.\n")
    for dry_run in (True, False):
        changed = bring_in(out, dry_run=dry_run)
        assert [each.path for each in changed.refused] == ["notes/price.md"]
        assert "retired" in changed.refused[0].reason

    assert (unchanged.created, unchanged.revised, len(unchanged.refused)) == (0, 0, 0)
    with world.context():
        assert world.entry("price").is_retired
    export(world, tmp_path / "again", all_versions=True)
    assert {*contents(tmp_path / "again")} == {".versions/notes/close/0001.md", NAME, "notes/close.md"}
