from __future__ import annotations

import tempfile
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.content.decoding import decode
from playbook.content.exporting import export_folder
from playbook.content.importing import import_folder
from playbook.content.report import ImportReport
from playbook.db import db
from playbook.kinds import BY_FOLDER
from playbook.models import Entry
from playbook.work import saving
from tests.soak import soak
from tests.world import World

NASTY = (
    *(
        "---",
        "...",
        "--- ",
        "+++",
        "kind: note",
        "kind: story",
        "title: Close",
        "title: 'a # b'",
        "title: no",
    ),
    *(
        "# Prices",
        "[[index]]",
        "[a](../stories/close.md)",
        "<script>",
        "{{ x }}",
        "```",
        "| a | b |",
        "\ufeff",
    ),
    *(
        "0: a",
        "key: |",
        "  block  ",
        "- a",
        "é",
        "\u2028",
        "\u0085",
        "\ufffd",
        "👩‍👩‍👧",
        "\t",
        "\x0b",
        "\x1f",
        "\x7f",
    ),
)
ENDS = ("\n", "\r\n", "\r", "\n\n", " \n", "")

lines = st.tuples(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), st.sampled_from(ENDS)).map("".join)
loose = st.lists(lines, max_size=12).map("".join)
fronted = st.tuples(
    st.sampled_from(("title: Close\n", "title: Close\r\nkind: story\r\n", "a: 1\n")), loose
).map(lambda parts: f"---\n{parts[0]}---\n{parts[1]}")
texts = st.one_of(loose, fronted)
files = st.one_of(
    texts.map(lambda text: text.encode("utf-8", "replace")),
    texts.map(lambda text: b"\xff\xfe" + text.encode("utf-16-le", "replace")),
    texts.map(lambda text: text.encode("cp1252", "replace")),
    st.binary(max_size=40),
)
folders = st.sampled_from(["", "stories/", "notes/", "a/", "a/b/", "personas/", "Großes/"])
names = st.sampled_from(["close", "index", "README", "index-2", "a b", "ünï", "x", "_index", "Close"])
paths = st.tuples(folders, names, st.sampled_from([".md", ".mdx", ".markdown"])).map("".join)


@given(given_files=st.dictionaries(paths, files, min_size=1, max_size=8))
@settings(
    max_examples=soak(25, 1000),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_export_import_export_is_identical_to_the_byte(world: World, given_files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        source, first, second = (Path(temporary) / name for name in ("source", "first", "second"))
        for path, data in given_files.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes(data)
        with world.context():
            taken = bring_in(source)
            export_folder(first, all_versions=True)
            erase_everything()
            again = bring_in(first)
            export_folder(second, all_versions=True)
            erase_everything()

        assert contents(second) == contents(first)
        assert again.refused == []
        assert {each.slug for each in again.taken} == {each.slug for each in taken.taken}
        folder_of = {kind.name: kind.folder for kind in BY_FOLDER.values()}
        for each in taken.taken:
            exported = (first / folder_of[each.kind] / f"{each.slug}.md").read_bytes()
            assert exported == decode(given_files[each.path]).text.encode()
        assert len(taken.taken) + len(taken.refused) == len(given_files)


def bring_in(folder: Path) -> ImportReport:
    return import_folder(folder, by=None)


def erase_everything() -> None:
    with saving() as session:
        for entry in session.scalars(sa.select(Entry)):
            entry.erase()
    db.session.rollback()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
