from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from playbook.content.decoding import decode
from playbook.content.gathering import TextFile
from playbook.content.reading import load
from playbook.errors import Invalid
from tests.content.conftest import Folder, Import, kinds, slugs, texts
from tests.world import World

MDX = (
    "import Chart from '../chart'\n"
    "export const year = 2024\n\n"
    "# Prices\n\n"
    '<Chart year={year} onClick={() => alert("x")} />\n\n'
    "<script>alert(1)</script>\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No front matter.\n",
        "no line end",
        "\ufeff---\r\ntitle: Prices\r\n---\r\nWindows.\r\n",
        "Old Mac.\rTwo lines.\r",
        "Mixed.\r\nLine\nends.\r",
        "---\n---\n",
        "---\n# nothing but a comment\n---\nText.\n",
        "---\nlayout: post\ndate: 2024-01-02\ncategories: [a, b]\ndraft: no\nweight: 010\n---\nJekyll.\n",
        '+++\ntitle = "Hugo"\n+++\nTOML is text.\n',
        '{"title": "JSON"}\n\nText.\n',
        "Trailing blanks   \n\n\n\n",
        "\tTabs\v and \f feeds \x1b[0m.\n",
        "emoji 👩‍👩‍👧 and \u202e right to left\n",
        MDX,
    ],
)
def test_a_text_from_elsewhere_is_kept_as_it_is(
    world: World, folder: Folder, bring_in: Import, text: str
) -> None:
    folder.write("page.md", text)

    report = bring_in()

    assert report.refused == []
    assert texts(world, "page") == [text]


@pytest.mark.parametrize("suffix", [".md", ".mdx", ".markdown", ".MD"])
def test_every_usual_ending_is_taken(folder: Folder, bring_in: Import, suffix: str) -> None:
    folder.write(f"page{suffix}")

    assert slugs(bring_in()) == {f"page{suffix}": "page"}


def test_mdx_is_text_whose_code_does_nothing(world: World, folder: Folder, bring_in: Import) -> None:
    folder.write("page.mdx", MDX)
    bring_in()

    with world.context():
        html = world.entry("page").newest.html
        assert "<script" not in html
        assert "<Chart" not in html
        assert "alert(1)" in world.entry("page").newest.plain


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("“Größe” – 20 €\n".encode("cp1252"), "Windows-1252"),
        ("CAFÉ\xa0» DÉJÀ”\n".encode("cp1252"), "Windows-1252"),
        (b"\xff\xfe" + "Größe\r\n".encode("utf-16-le"), "UTF-16"),
        (b"\xfe\xff" + "Größe\n".encode("utf-16-be"), "UTF-16"),
        (b"\xff\xfe\x00\x00" + "Größe\n".encode("utf-32-le"), "UTF-32"),
    ],
)
def test_other_encodings_are_understood_and_noted(
    world: World, folder: Folder, bring_in: Import, data: bytes, encoding: str
) -> None:
    folder.write("page.md", data)

    report = bring_in()

    assert [note.message for note in report.notes] == [f"It was {encoding}; its text is kept as UTF-8."]
    codec = {"Windows-1252": "cp1252", "UTF-16": "utf-16", "UTF-32": "utf-32"}[encoding]
    assert texts(world, "page") == [data.decode(codec)]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"One.\nTwo\x00.\n", 2, "There is a NUL character here."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", 1, "This is no text."),
        (
            "Größe\nfür alle\n".encode() + b"caf\xe9\n",
            3,
            "A byte here is not UTF-8, as the rest of the file is.",
        ),
        (b"One.\nTwo \x81.\n", 2, "This is neither UTF-8 nor Windows-1252."),
        (b"\xff\xfea", 1, "This says that it is UTF-16, but is not."),
        (b"\xff\xfe" + b"\x00\xd8" * 2, 1, "This says that it is UTF-16, but is not."),
        (b"---\ntitle: a\ntitle: b\n---\n", 3, "“title” is there twice."),
        (b"---\ntitle: [a\n---\n", 2, "The list that opens with [ here is not closed."),
        (
            b"---\ntitle: a\n",
            1,
            "The front matter that starts here is not closed; end it with a line of three dashes.",
        ),
        (b"---\n- a\n- b\n---\n", 2, "The front matter has to be lines of “key: value”."),
        (b"---\ntitle: a\n---\n" + b"x" * 200_001, 4, "The text is 200,001 bytes long; 200,000 is the most."),
        (b"x" * 5_000_000, None, "It is larger than 2 MB; a text has at most 200 KB."),
    ],
)
def test_what_is_no_text_of_ours_is_refused_with_line_and_reason(
    folder: Folder, bring_in: Import, data: bytes, line: int | None, reason: str
) -> None:
    folder.write("bad.md", data)
    folder.write("good.md")

    report = bring_in()

    assert [(refusal.path, refusal.line, refusal.reason) for refusal in report.refused] == [
        ("bad.md", line, reason)
    ]
    assert slugs(report) == {"good.md": "good"}


def test_the_text_itself_is_not_asked_to_be_shorter_than_it_may_be(folder: Folder, bring_in: Import) -> None:
    folder.write("page.md", "---\ntitle: Long\n---\n" + "word " * 40_000)

    assert bring_in().created == 1


def test_hidden_files_and_folders_are_left_out(folder: Folder, bring_in: Import) -> None:
    for path in (".git/a.md", ".hidden.md", "a/.cache/b.md", ".versions/notes/c/0001.md"):
        folder.write(path)
    folder.write("seen.md")

    assert slugs(bring_in()) == {"seen.md": "seen"}


def test_links_are_not_followed_wherever_they_lead(tmp_path: Path, folder: Folder, bring_in: Import) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("Not yours.\n")
    (folder.at / "file.md").symlink_to(secret)
    (folder.at / "gone.md").symlink_to(tmp_path / "missing")
    (folder.at / "folder").symlink_to(tmp_path)
    (folder.at / "circle").symlink_to(folder.at)
    (folder.at / "picture.png").symlink_to(secret)
    folder.write("own.md")

    report = bring_in()

    assert slugs(report) == {"own.md": "own"}
    assert [refusal.path for refusal in report.refused] == ["circle", "file.md", "folder", "gone.md"]
    assert {refusal.reason for refusal in report.refused} == {
        "This is a link to another place; links are not followed."
    }


def test_what_is_no_ordinary_file_is_refused(folder: Folder, bring_in: Import) -> None:
    os.mkfifo(folder.at / "pipe.md")
    folder.write("folder.md/own.md")

    report = bring_in()

    assert slugs(report) == {"folder.md/own.md": "own"}
    assert [(refusal.path, refusal.reason) for refusal in report.refused] == [
        ("pipe.md", "This is no ordinary file.")
    ]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="It cannot be read: No such file or directory"):
        load(TextFile(PurePosixPath("gone.md"), tmp_path / "gone.md"), folder="texts")


def test_a_name_that_is_no_text_can_still_be_shown(folder: Folder, bring_in: Import) -> None:
    (Path(os.fsdecode(os.fsencode(folder.at) + b"/caf\xe9.md"))).write_bytes(b"Words.\n")

    assert slugs(bring_in()) == {"caf\ufffd.md": "caf"}


def test_other_front_matter_stays_with_a_note(world: World, folder: Folder, bring_in: Import) -> None:
    folder.write(
        "page.md", "---\nlayout: post\nsidebar_position: 3\ntitle: Prices\ntags: [a, b]\n---\nText.\n"
    )

    assert kinds(bring_in()) == {"page.md": "note"}
    with world.context():
        entry = world.entry("page")
        assert entry.title == "Prices"
        assert entry.newest.fields == {
            "layout": "post",
            "sidebar_position": 3,
            "title": "Prices",
            "tags": ["a", "b"],
        }


def test_a_huge_folder_is_taken_whole(folder: Folder, bring_in: Import) -> None:
    for number in range(1_000):
        folder.write(f"{number % 7}/{number % 11}/note-{number}.md", f"# Note {number}\n")

    report = bring_in()

    assert (report.created, report.refused) == (1_000, [])


def test_bytes_that_are_text_in_no_encoding_are_never_guessed() -> None:
    with pytest.raises(Invalid, match="This is no text"):
        decode(bytes(range(256)))
