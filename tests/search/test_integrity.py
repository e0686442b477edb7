from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.search.engine import Damaged
from playbook.search.whoosh_engine import WhooshEngine
from tests.search.damage import KINDS, files_of, flip
from tests.search.texts import MARK, environment, question, text

TEXTS = [text(number, f"close {number}", "cost of a slow ledger " * 5) for number in range(1, 40)]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with two segments, later changes, and replaced entries in both."""
    root = tmp_path_factory.mktemp("whole") / "index"
    engine = WhooshEngine(root)
    engine.rebuild(TEXTS, mark=MARK)
    engine.put(TEXTS[:30], mark=MARK)
    engine.put(TEXTS[:3], mark=MARK)
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_index_is_never_believed(whole, tmp_path, kind):
    root = tmp_path / "index"
    shutil.copytree(whole, root)
    serving = WhooshEngine(root)
    right = serving.search(question("close ledger"))

    KINDS[kind](root)

    with pytest.raises(Damaged):
        WhooshEngine(root).search(question("close ledger"))
    with suppress(Damaged):  # what it has in memory is right, but it may refuse as well
        assert serving.search(question("close ledger")) == right


@given(data=st.data())
def test_no_bit_of_any_file_can_change_unnoticed(whole, tmp_path_factory, data):
    root = tmp_path_factory.mktemp("flipped") / "index"
    shutil.copytree(whole, root)
    path = data.draw(st.sampled_from(files_of(root)), label="file")
    byte = data.draw(st.integers(0, path.stat().st_size - 1), label="byte")

    flip(path, byte=byte, bit=data.draw(st.integers(0, 7), label="bit"))

    with pytest.raises(Damaged):
        WhooshEngine(root).search(question("close"))
    shutil.rmtree(root.parent)


def test_a_change_that_shows_is_noticed_by_a_process_that_has_the_index_open(whole, tmp_path):
    root = tmp_path / "index"
    shutil.copytree(whole, root)
    serving = WhooshEngine(root)
    serving.search(question("close"))
    for path in files_of(root):
        if path.suffix == ".pst":
            path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(Damaged):
        serving.search(question("close"))


def test_foreign_files_are_no_damage(whole, tmp_path):
    root = tmp_path / "index"
    shutil.copytree(whole, root)
    for folder in (root, files_of(root)[-1].parent):
        (folder / "notes.txt").write_text("Kept here by somebody.")
        (folder / "MAIN_0000000000000000.trm").write_bytes(os.urandom(100))
        (folder / "deeper").mkdir()

    assert WhooshEngine(root).search(question("close")).total == len(TEXTS)


def test_building_anew_puts_every_damage_right(whole, tmp_path):
    for number, damage in enumerate(KINDS.values()):
        root = tmp_path / str(number) / "index"
        shutil.copytree(whole, root)
        damage(root)

        engine = WhooshEngine(root)
        engine.rebuild(TEXTS, mark=MARK)

        assert engine.search(question("close")).total == len(TEXTS)
        assert root.stat().st_mode & 0o777 == 0o700
        assert sorted(path.name for path in root.iterdir()) == sorted(
            ["live", files_of(root)[-1].parent.name]
        )


def test_an_index_is_private(whole):
    assert all(
        path.stat().st_mode & 0o077 == 0 for path in (whole, *(p for p in whole.iterdir() if p.is_dir()))
    )


def test_large_files_stay_on_the_disk(whole, monkeypatch):
    from playbook.search import integrity

    right = WhooshEngine(whole).search(question('close "slow ledger"'))
    monkeypatch.setattr(integrity, "IN_MEMORY", 100)

    assert WhooshEngine(whole).search(question('close "slow ledger"')) == right


WITHOUT_RIGHTS = """
import os, sys, tempfile
from pathlib import Path
from playbook.search.engine import Damaged
from playbook.search.whoosh_engine import WhooshEngine
from tests.search.texts import MARK, environment, question, text

if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
texts = [text(number, "close") for number in range(5)]
with tempfile.TemporaryDirectory() as folder:
    root = Path(folder) / "index"
    WhooshEngine(root).rebuild(texts, mark=MARK)
    for name in ("index", "index/live", "index/*/", "index/*/manifest", "index/*/*.pst", "index/*/*.toc"):
        [path] = Path(folder).glob(name)
        path.chmod(0)
        try:
            WhooshEngine(root).search(question("close"))
        except Damaged:
            pass
        else:
            sys.exit(f"{name} was read")
        WhooshEngine(root).rebuild(texts, mark=MARK)
        assert WhooshEngine(root).search(question("close")).total == 5
"""


def test_what_may_not_be_read_is_damage_and_building_anew_puts_it_right():
    subprocess.run([sys.executable, "-c", WITHOUT_RIGHTS], check=True, env=environment())
