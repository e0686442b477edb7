from __future__ import annotations

import random
from pathlib import Path

from playbook.kinds.reading import SLUG
from tests.content.conftest import Folder, Import, slugs, texts
from tests.world import World

STORY = "---\nkind: story\ntitle: The second close\n---\n"


def test_the_slug_is_the_name_of_the_file(folder: Folder, bring_in: Import) -> None:
    folder.write("sales/tq-price-higher.md")

    report = bring_in()

    assert slugs(report) == {"sales/tq-price-higher.md": "tq-price-higher"}
    assert report.notes == []


def test_a_name_that_is_no_slug_becomes_one_and_that_is_noted(folder: Folder, bring_in: Import) -> None:
    folder.write("Größere_Kunden (v2.1).md")

    report = bring_in()

    assert slugs(report) == {"Größere_Kunden (v2.1).md": "grossere-kunden-v2-1"}
    assert [note.message for note in report.notes] == ["Its entry has the slug grossere-kunden-v2-1."]


def test_a_text_about_a_folder_is_called_as_the_folder(folder: Folder, bring_in: Import) -> None:
    for path in ("index.md", "sales/index.md", "support/_index.md", "design/README.md", "a/2024/readme.md"):
        folder.write(path, path)

    report = bring_in()

    assert slugs(report) == {
        "a/2024/readme.md": "2024",
        "design/README.md": "design",
        "index.md": "texts",
        "sales/index.md": "sales",
        "support/_index.md": "support",
    }
    assert report.notes == []


def test_files_of_one_name_get_longer_slugs_and_none_is_lost(folder: Folder, bring_in: Import) -> None:
    for path in ("faq.md", "a/faq.md", "b/faq.md", "c/b/faq.md", "b/index.md", "d/b.md", "b-faq.md"):
        folder.write(path, path)

    report = bring_in()

    assert slugs(report) == {
        "a/faq.md": "a-faq",
        "b-faq.md": "b-faq",
        "b/faq.md": "b-faq-2",
        "b/index.md": "b-2",
        "c/b/faq.md": "c-b-faq",
        "d/b.md": "b",
        "faq.md": "faq",
    }


def test_the_same_folder_maps_to_the_same_entries_every_time(
    world: World, folder: Folder, bring_in: Import
) -> None:
    for path in ("a/faq.md", "b/faq.md", "c/faq.md"):
        folder.write(path, path)
    first = slugs(bring_in())
    for path in first:
        folder.write(path, f"{path}, revised")

    second = bring_in()

    assert (slugs(second), second.revised) == (first, 3)
    assert texts(world, first["c/faq.md"]) == ["c/faq.md", "c/faq.md, revised"]


def test_a_file_that_is_added_does_not_take_the_entry_of_another(
    world: World, folder: Folder, bring_in: Import
) -> None:
    folder.write("m/faq.md", "ours")
    assert slugs(bring_in()) == {"m/faq.md": "faq"}
    folder.write("faq.md", "theirs")
    folder.write("a/faq.md", "somebody else's")

    report = bring_in()

    assert slugs(report) == {"a/faq.md": "a-faq", "faq.md": "faq-2", "m/faq.md": "faq"}
    assert texts(world, "faq") == ["ours"]


def test_a_file_that_was_moved_is_still_its_entry(world: World, folder: Folder, bring_in: Import) -> None:
    old = folder.write("m/faq.md", "ours")
    bring_in()
    old.unlink()
    folder.write("n/faq.md", "ours, moved")

    assert bring_in().revised == 1
    assert texts(world, "faq") == ["ours", "ours, moved"]


def test_a_typed_entry_keeps_its_name_before_a_note(folder: Folder, bring_in: Import) -> None:
    folder.write("a/close.md")
    folder.write("b/close.md", STORY)

    assert slugs(bring_in()) == {"a/close.md": "a-close", "b/close.md": "close"}


def test_a_note_makes_way_for_an_entry_of_another_kind(
    world: World, folder: Folder, bring_in: Import
) -> None:
    world.write("close", kind="story")
    folder.write("a/close.md", "A note.\n")

    assert slugs(bring_in()) == {"a/close.md": "a-close"}


def test_a_typed_entry_does_not_get_a_slug_by_which_nobody_would_find_it(
    world: World, folder: Folder, bring_in: Import
) -> None:
    world.write("close", kind="issue")
    folder.write("a/close.md", STORY)

    [refusal] = bring_in().refused

    assert refusal.reason == "The slug close is taken by an entry of another kind (issue)."


def test_names_without_letters_and_very_long_ones_get_slugs_too(folder: Folder, bring_in: Import) -> None:
    paths = ["!!!.md", "日本語.md", f"{'long-' * 40}.md", f"a/{'long-' * 40}.md", "☃/☃.md", "---.md"]
    for path in paths:
        folder.write(path, path)

    given = slugs(bring_in())

    assert set(given) == set(paths)
    assert len(set(given.values())) == len(paths)
    assert all(SLUG.match(slug) and len(slug) <= 120 for slug in given.values())


def test_the_order_in_which_files_were_made_changes_nothing(
    tmp_path: Path, folder: Folder, bring_in: Import
) -> None:
    paths = [f"{parent}/{name}.md" for parent in ("a", "b", "a/b", "b/a") for name in ("x", "index", "a-x")]
    other = Folder(tmp_path / "other" / folder.at.name)
    for path in paths:
        folder.write(path, path)
    for path in random.Random(7).sample(paths, len(paths)):
        other.write(path, path)

    given = slugs(bring_in(dry_run=True))

    assert given == slugs(bring_in(other.at, dry_run=True))
    assert len(set(given.values())) == len(paths)
    assert (given["b/x.md"], given["a/b/x.md"]) == ("b-x", "a-b-x")
