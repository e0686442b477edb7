from __future__ import annotations

import gc
import random
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

from playbook.search import writing
from playbook.search.engine import Mark
from playbook.search.opened import live_folder
from playbook.search.schema import schema
from playbook.search.segments import by_block, by_document
from playbook.search.whoosh_engine import WhooshEngine
from tests.search.texts import EVERYONE, MARK, Reference, environment, question, text
from tests.soak import soak


def test_a_text_takes_the_place_of_the_one_before(engine):
    engine.rebuild([text(1, "close"), text(2, "ledger")], mark=MARK)

    engine.put([text(1, "price", version_id=2)], mark=MARK)

    assert engine.search(question("close")).total == 0
    assert [(hit.entry_id, hit.version_id) for hit in engine.search(question("price")).hits] == [(1, 2)]
    assert set(engine.ids()) == {1, 2}


def test_many_small_changes_answer_as_one_large_one(engine):
    chance = random.Random(7)
    words = ["close", "cost", "ledger", "price", "slip", "audit"]
    engine.rebuild([], mark=MARK)
    now = {}
    for number in range(300):
        entry_id = chance.randint(1, 60)
        if chance.random() < 0.2:
            now.pop(entry_id, None)
            engine.put([], remove=[entry_id], mark=MARK)
        else:
            now[entry_id] = text(
                entry_id, chance.choice(words), " ".join(chance.choices(words, k=9)), version_id=number
            )
            engine.put([now[entry_id]], mark=MARK)

    for typed in ("close", "price slip", '"cost ledger"', "+audit -close", ""):
        reference = Reference(now.values(), question(typed))
        assert [hit.entry_id for hit in engine.search(question(typed)).hits] == reference.order()
    assert engine._current().small_segments > 2


def test_entries_that_are_changed_often_leave_no_segments_behind(engine):
    engine.rebuild([text(number, "close") for number in range(100)], mark=MARK)

    for number in range(20):
        engine.put([text(number, f"price {number}") for number in range(30)], mark=MARK)

    assert engine._current().small_segments == 2
    assert not engine.needs_tidying()


def test_tidying_leaves_one_segment_and_the_same_answers(engine):
    engine.rebuild([text(number, f"close {number}", "cost of it") for number in range(50)], mark=MARK)
    for number in range(10):
        engine.put([text(number, "close", "cost cost")], mark=Mark(id=f"change {number}"))
    asked = question('close "cost of it"')
    before = engine.search(asked), engine.ids(), engine.mark()

    engine.tidy()

    assert (engine.search(asked), engine.ids(), engine.mark()) == before
    assert len(engine._current().leaves) == 1
    assert engine._current().snapshot.size == 50


def test_what_was_replaced_is_let_go_at_once(engine):
    engine.rebuild([text(1, "close")], mark=MARK)
    engine.search(question("close"))
    before = weakref.ref(engine._current().snapshot)
    gc.disable()  # the collector would come too late for arrays of a hundred megabytes
    try:
        engine.put([text(1, "price")], mark=MARK)
        engine.search(question("price"))
        assert before() is None
    finally:
        gc.enable()


def test_many_small_segments_need_tidying(engine):
    engine.rebuild([text(number, "close") for number in range(2000)], mark=MARK)
    for round in range(writing.MANY_SEGMENTS + 1):
        assert not engine.needs_tidying()
        engine.put([text(round * 30 + number, "price") for number in range(30)], mark=MARK)
        engine.search(question("price"))
    assert engine.needs_tidying()

    engine.tidy()

    assert engine.search(question("price")).total == 30 * (writing.MANY_SEGMENTS + 1)
    assert not engine.needs_tidying()
    assert engine._current().small_segments == 1
    assert engine.search(question("close")).total == 2000 - 30 * (writing.MANY_SEGMENTS + 1)


def test_blocks_say_what_whooshs_public_interface_says(engine, monkeypatch):
    monkeypatch.setattr("playbook.search.schema.BLOCK", 16)
    chance = random.Random(3)
    words = ["close", "cost", "ledger", "price"]
    engine.rebuild(
        [text(n, "close", " ".join(chance.choices(words, k=n % 30))) for n in range(100)], mark=MARK
    )
    [leaf] = engine._current().leaves.values()

    for field, term in [("text", "close"), ("text", "ledger"), ("title", "close"), ("text", "price")]:
        fast, slow = (
            read(leaf._terms.matcher(field, term.encode(), schema()[field].format))
            for read in (by_block, by_document)
        )
        assert fast.rows.tolist() == slow.rows.tolist()
        assert fast.frequencies.tolist() == slow.frequencies.tolist()
        assert fast.positions.tolist() == slow.positions.tolist()


def test_where_blocks_look_otherwise_the_public_interface_is_used(engine, monkeypatch):
    texts = [text(number, "close", "ledger " * number) for number in range(1, 20)]
    engine.rebuild(texts, mark=MARK)
    right = WhooshEngine(engine.folder).search(question("close ledger"))
    monkeypatch.setattr(
        "playbook.search.segments.by_block",
        lambda matcher: matcher.another_name,  # as another Whoosh would
    )

    assert WhooshEngine(engine.folder).search(question("close ledger")) == right


def test_what_a_dead_writer_left_behind_is_overlooked_and_swept(engine):
    engine.rebuild([text(1, "close")], mark=MARK)
    folder, _ = live_folder(engine.folder)
    toc = next(folder.glob("*.toc"))
    (folder / "_MAIN_7.toc").write_bytes(toc.read_bytes())
    (folder / "MAIN_zzzz.trm").write_bytes(b"half")
    (folder / "recent-dead").write_bytes(b"half")
    (folder / "MAIN.tmp").mkdir()
    (folder / "MAIN.tmp" / "x.run").write_bytes(b"half")

    assert engine.search(question("close")).total == 1
    engine.put([text(2, "close")], mark=MARK)
    assert not (folder / "recent-dead").exists()
    engine.put([text(number, "close") for number in range(3, 40)], mark=MARK)

    assert engine.search(question("close")).total == 39
    assert not (folder / "MAIN_zzzz.trm").exists()
    assert not (folder / "_MAIN_7.toc").exists()


def test_a_text_that_cannot_be_indexed_leaves_everything_as_it_was(engine):
    engine.rebuild([text(1, "close")], mark=MARK)

    def failing():
        yield text(1, "price")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.put(failing(), mark=MARK)
    with pytest.raises(ZeroDivisionError):
        engine.rebuild(failing(), mark=MARK)

    assert engine.search(question("close")).total == 1
    assert len([path for path in engine.folder.iterdir() if path.is_dir()]) == 1


def test_building_says_how_far_it_is(engine, monkeypatch):
    monkeypatch.setattr("playbook.search.building.BATCH", 4)
    said = []

    engine.rebuild([text(number, "close") for number in range(1, 11)], mark=MARK, progress=said.append)

    assert said == [4, 8, 10]
    assert engine.search(question("close")).total == 10


def test_only_one_writer_at_a_time(engine):
    engine.folder.parent.mkdir(exist_ok=True)
    with engine.writing(wait=0) as first, engine.writing(wait=0) as second:
        assert (first, second) == (True, False)
    with engine.writing(wait=0) as again:
        assert again


def test_nobody_waits_for_a_writer_that_takes_long(engine):
    with engine.writing(wait=0, long=True) as first, engine.writing(wait=3600) as second:
        assert (first, second) == (True, False)


def test_a_deleted_lock_file_excludes_nobody_and_is_made_again(engine):
    lock = engine.folder.with_name("index.lock")
    with engine.writing(wait=0):
        lock.unlink()
        with engine.writing(wait=0) as mine:
            assert mine
    assert lock.exists()


def test_threads_search_while_another_writes(engine):
    engine.rebuild([text(number, "close", "ledger " * 20) for number in range(1, 60)], mark=MARK)
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                total = engine.search(question('close "ledger ledger"')).total
                if total != 59:
                    wrong.append(total)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 60):
        engine.put([text(number, "close", "ledger ledger price")], mark=MARK)
    engine.tidy()
    engine.rebuild([text(number, "close", "ledger " * 3) for number in range(1, 60)], mark=MARK)
    done.set()
    for thread in threads:
        thread.join()

    assert not wrong


WRITER = """
import sys
from pathlib import Path
from playbook.search.engine import Mark
from playbook.search.whoosh_engine import WhooshEngine
from tests.search.texts import text

engine = WhooshEngine(Path(sys.argv[1]))
first = int(sys.argv[2])
rounds = int(sys.argv[3])
for round in range(rounds):
    with engine.writing(wait=60) as mine:
        assert mine
        number = first + round % 40
        engine.put([text(number, "close", "round " * (round % 7), version_id=round + 1)], mark=Mark(id=str(round)))
    print(round, flush=True)
"""


def start_writer(folder: Path, *, first: int, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(first), str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def test_two_processes_write_and_a_third_reads_without_failing_each_other(engine):
    engine.rebuild([text(1000, "close")], mark=MARK)
    rounds = soak(30, 300)
    with (
        start_writer(engine.folder, first=10, rounds=rounds) as one,
        start_writer(engine.folder, first=60, rounds=rounds) as other,
    ):
        while one.poll() is None or other.poll() is None:
            assert engine.search(question("close")).total >= 1

    assert (one.returncode, other.returncode) == (0, 0)
    assert set(engine.ids()) == {1000, *range(10, 10 + min(rounds, 40)), *range(60, 60 + min(rounds, 40))}


@pytest.mark.parametrize("attempt", range(soak(4, 100)))
def test_a_writer_killed_at_any_moment_leaves_a_whole_index(engine, attempt):
    engine.rebuild([text(number, "close", "ledger " * 30) for number in range(200, 240)], mark=MARK)
    writer = start_writer(engine.folder, first=10, rounds=10_000)
    assert writer.stdout is not None
    chance = random.Random(attempt)
    for _ in range(chance.randint(1, 12)):
        acknowledged = int(writer.stdout.readline())
    threading.Event().wait(chance.random() / 50)  # somewhere inside the next round
    writer.send_signal(signal.SIGKILL)
    writer.communicate()

    held = WhooshEngine(engine.folder).ids()

    assert set(range(200, 240)) <= set(held)
    assert max(held[number].version_id for number in held if number < 200) >= acknowledged + 1
    with engine.writing(wait=0) as mine:
        assert mine
        engine.put([text(10, "price")], mark=MARK)
    assert [hit.entry_id for hit in engine.search(question("price", tokens=EVERYONE)).hits] == [10]
