from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook.content.report import Outcome
from playbook.db import db
from playbook.errors import Conflict, Invalid
from playbook.models import AuditRecord, Ground, Release, State
from playbook.work import saving
from tests.content.conftest import Folder, Import, kinds, rows, slugs, texts
from tests.world import World

STORY = "---\nkind: story\ntitle: The second close\n---\nIt was late.\n"


def test_a_new_file_becomes_a_draft_with_the_very_text(
    world: World, folder: Folder, bring_in: Import
) -> None:
    text = "---\nkind: story\ntitle:   'The second close'   # ours\n---\nIt was *late*.  \n"
    folder.write("close.md", text)

    report = bring_in()

    assert (report.created, report.revised, report.unchanged, report.refused) == (1, 0, 0, [])
    assert texts(world, "close") == [text]
    with world.context():
        entry = world.entry("close")
        assert (entry.kind_name, entry.title, entry.state) == ("story", "The second close", State.DRAFT)
        assert entry.newest.author_id == world.people["ada"]
        assert entry.newest.note == "Imported from close.md"


def test_a_folder_may_be_of_any_depth(folder: Folder, bring_in: Import) -> None:
    folder.write("a/b/c/d/e/f/g/deep.md")

    assert slugs(bring_in()) == {"a/b/c/d/e/f/g/deep.md": "deep"}


@pytest.mark.parametrize("said", ["story", "stories", "Story", " Stories "])
def test_the_kind_that_a_file_names_decides_whatever_its_folder(
    folder: Folder, bring_in: Import, said: str
) -> None:
    folder.write("personas/close.md", STORY.replace("kind: story", f'kind: "{said}"'))

    assert kinds(bring_in()) == {"personas/close.md": "story"}


@pytest.mark.parametrize("name", ["stories", "story", "Stories"])
def test_without_a_kind_the_name_of_the_folder_decides(folder: Folder, bring_in: Import, name: str) -> None:
    folder.write(f"sales/{name}/close.md", "---\ntitle: The second close\n---\n")

    assert kinds(bring_in()) == {f"sales/{name}/close.md": "story"}


def test_the_folder_that_is_imported_has_a_name_too(folder: Folder, bring_in: Import) -> None:
    folder.write("stories/close.md", "---\ntitle: The second close\n---\n")

    assert kinds(bring_in(folder.at / "stories")) == {"close.md": "story"}


def test_whatever_has_no_kind_is_a_note(folder: Folder, bring_in: Import) -> None:
    folder.write("sales/stories/2024/late.md")

    assert kinds(bring_in()) == {"sales/stories/2024/late.md": "note"}


def test_a_kind_that_there_is_not_is_refused_with_its_line(folder: Folder, bring_in: Import) -> None:
    folder.write("close.md", "---\ntitle: Close\nkind: stroy\n---\n")

    [refusal] = bring_in().refused

    assert (refusal.path, refusal.line) == ("close.md", 3)
    assert refusal.reason.startswith("There is no such kind. The kinds are: icp, persona,")


def test_every_fault_of_a_file_is_told_with_its_line(folder: Folder, bring_in: Import) -> None:
    folder.write(
        "price.md",
        "---\nkind: tough_question\ntitle: Too dear\nanswer_30s: Perhaps.\ncategory: cost\nreview_by: soon\n---\n",
    )

    [refusal] = bring_in().refused

    assert refusal.line is not None
    assert "must be one of the choices." in refusal.reason
    assert "must be a date such as 2026-03-01." in refusal.reason
    assert {5, 6} == {refusal.line, int(refusal.reason.split("Line ")[1].split(":")[0])}


def test_a_file_that_is_no_story_but_lies_among_stories_is_told_how_to_become_a_note(
    folder: Folder, bring_in: Import
) -> None:
    file = folder.write("stories/loose.md", "No title here.\n")

    [refusal] = bring_in().refused
    assert refusal.reason.startswith("Title is needed.")
    assert "kind: note" in refusal.reason

    file.write_text("---\nkind: note\n---\nNo title here.\n")
    assert kinds(bring_in()) == {"stories/loose.md": "note"}


def test_what_cannot_be_taken_does_not_hold_back_the_rest(folder: Folder, bring_in: Import) -> None:
    for number in range(120):
        folder.write(
            f"note-{number}.md", "---\nbroken: [\n---\n" if number % 40 == 7 else f"Note {number}.\n"
        )

    report = bring_in()

    assert report.created == 117
    assert [refusal.path for refusal in report.refused] == ["note-47.md", "note-7.md", "note-87.md"]


def test_a_changed_file_is_a_new_version_and_an_unchanged_one_nothing(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md", "One.\n")
    two = folder.write("two.md", "Two.\n")
    bring_in()
    two.write_text("Two, and more.\n")

    report = bring_in()

    assert {taken.slug: taken.outcome for taken in report.taken} == {
        "one": Outcome.UNCHANGED,
        "two": Outcome.REVISED,
    }
    assert texts(world, "one") == ["One.\n"]
    assert texts(world, "two") == ["Two.\n", "Two, and more.\n"]


def test_importing_the_same_again_writes_nothing_at_all(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md")
    folder.write("sales/index.md", "Sales.\n")
    bring_in(as_agreed=True)
    before = rows(world)

    assert bring_in(as_agreed=True).unchanged == 2
    assert rows(world) == before


def test_a_file_that_changes_back_is_a_new_version_too(
    world: World, folder: Folder, bring_in: Import
) -> None:
    file = folder.write("one.md", "First.\n")
    bring_in()
    file.write_text("Second.\n")
    bring_in()
    file.write_text("First.\n")
    bring_in()

    assert texts(world, "one") == ["First.\n", "Second.\n", "First.\n"]


def test_a_file_that_did_not_change_does_not_undo_what_somebody_wrote_since(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md", "From the file.\n")
    bring_in()
    world.revise("one", body="Better words.\n", title="One")

    report = bring_in()

    assert report.unchanged == 1
    assert [note.path for note in report.notes] == ["one.md"]
    assert len(texts(world, "one")) == 2


def test_a_changed_file_comes_after_what_somebody_wrote_since(
    world: World, folder: Folder, bring_in: Import
) -> None:
    file = folder.write("one.md", "From the file.\n")
    bring_in()
    world.revise("one", body="Better words.\n", title="One")
    file.write_text("From the file, later.\n")

    report = bring_in()

    assert report.revised == 1
    assert "history keeps" in report.notes[0].message
    assert texts(world, "one")[0] == "From the file.\n"
    assert "Better words.\n" in texts(world, "one")[1]
    assert texts(world, "one")[2] == "From the file, later.\n"


def test_a_draft_leaves_what_readers_see_as_it_is(world: World, folder: Folder, bring_in: Import) -> None:
    file = folder.write("one.md", "Agreed.\n")
    bring_in(as_agreed=True)
    file.write_text("Not yet.\n")
    bring_in()

    with world.context():
        entry = world.entry("one")
        assert (entry.state, entry.newest.number) == (State.AGREED, 2)
        assert entry.agreed is not None
        assert entry.agreed.number == 1
        assert entry.proposal is None, "nobody has asked for it"


def test_an_import_as_agreed_is_recorded_as_a_migration_once(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md")
    folder.write("two.md")

    assert bring_in(as_agreed=True).released == 2

    with world.context():
        grounds = list(db.session.scalars(sa.select(Release.ground)))
        assert grounds == [Ground.MIGRATED, Ground.MIGRATED]
        [record] = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == "import"))
        assert (record.thing, record.user_id) == ("texts", world.people["ada"])
        assert record.detail == {"as_agreed": True, "created": 2, "revised": 0, "released": 2, "refused": 0}


def test_drafts_can_be_agreed_by_importing_them_once_more(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md")
    bring_in()

    report = bring_in(as_agreed=True)

    assert (report.unchanged, report.released) == (1, 1)
    with world.context():
        assert world.entry("one").state is State.AGREED


def test_a_dry_run_tells_the_same_and_writes_nothing(world: World, folder: Folder, bring_in: Import) -> None:
    folder.write("one.md")
    folder.write("Two Words.md")
    folder.write("bad.md", "---\n[\n---\n")
    before = rows(world)

    dry = bring_in(as_agreed=True, dry_run=True)

    assert rows(world) == before
    assert dry == bring_in(as_agreed=True)


def test_somebody_who_takes_the_slug_meanwhile_costs_one_file_and_not_the_batch(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("one.md")
    folder.write("two.md")

    def meanwhile(_done: int, _total: int) -> None:
        if "two" not in written:
            written.append("two")
            world.write("two")

    written: list[str] = []
    report = bring_in(progress=meanwhile)

    assert slugs(report) == {"one.md": "one"}
    [refusal] = report.refused
    assert (refusal.path, refusal.reason) == ("two.md", "Another entry has, or had, this slug.")


def test_a_file_with_a_former_slug_is_the_entry_that_had_it(
    world: World, folder: Folder, bring_in: Import
) -> None:
    world.write("old-name")
    with world.context(), saving():
        world.entry("old-name").rename("new-name", by=world.person("ada"))
    folder.write("old-name.md", "New words.\n")

    assert bring_in().revised == 1
    assert texts(world, "new-name")[-1] == "New words.\n"


def test_a_folder_that_is_none_is_refused(folder: Folder, bring_in: Import) -> None:
    with pytest.raises(Invalid, match="is no folder"):
        bring_in(folder.at / "missing")


def test_an_export_that_was_not_finished_is_refused(folder: Folder, bring_in: Import) -> None:
    folder.write(".playbook-export.json", '{"playbook_export": 1, "complete": false, "files": {}}')

    with pytest.raises(Conflict, match="not finished"):
        bring_in()


def test_files_that_are_no_markdown_are_counted_and_left(folder: Folder, bring_in: Import) -> None:
    folder.write("one.md")
    folder.write("picture.png", b"\x89PNG")
    folder.write("LICENSE")

    [note] = bring_in().notes
    assert note.message == "Left where they are, because they are no Markdown: 2."
