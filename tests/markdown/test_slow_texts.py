"""A text made to keep the machine busy is refused, and the next one is laid out as if nothing had been."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from playbook.errors import Invalid
from playbook.markdown import render


@pytest.mark.parametrize(
    ("unit", "times"),
    [("[a", 90_000), ("![[]()", 30_000), ("<![", 60_000)],
)
def test_a_text_that_takes_too_long_is_refused_and_the_next_is_not(unit: str, times: int) -> None:
    with pytest.raises(Invalid) as refused:
        render(unit * times)

    assert [problem.field for problem in refused.value.problems] == ["body"]
    assert render("*next*").html == "<p><em>next</em></p>"


def test_lists_nested_without_end_are_refused() -> None:
    with pytest.raises(Invalid):
        render("".join("  " * depth + "- a\n" for depth in range(300)))

    assert render("*next*").html == "<p><em>next</em></p>"


def test_a_text_that_comes_out_far_larger_than_it_went_in_is_refused() -> None:
    with pytest.raises(Invalid):
        render("[a]: https://example.com/" + "y" * 100_000 + "\n\n" + "[a] " * 22_000)

    assert render("*next*").html == "<p><em>next</em></p>"


def test_a_process_that_somebody_killed_is_replaced() -> None:
    render("first")
    workers = [child for child in multiprocessing.active_children() if child.name == "pebble_pool_worker"]
    for worker in workers:
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()

    assert workers
    assert render("*second*").html == "<p><em>second</em></p>"


def test_many_threads_share_the_process() -> None:
    with ThreadPoolExecutor(8) as threads:
        rendered = list(threads.map(lambda number: render(f"*{number}*").html, range(40)))

    assert rendered == [f"<p><em>{number}</em></p>" for number in range(40)]


def test_a_program_that_rendered_something_ends_when_it_is_done() -> None:
    program = "from playbook.markdown import render; print(render('*x*').html)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert (done.stdout, done.stderr) == ("<p><em>x</em></p>\n", "")


def test_a_forked_copy_of_a_program_has_a_process_of_its_own() -> None:
    program = (
        "import os\n"
        "from playbook.markdown import render\n"
        "render('parent')\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    print(render('*copy*').html, flush=True)\n"
        "    os._exit(0)\n"
        "os.waitpid(pid, 0)\n"
        "print(render('*original*').html)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "<p><em>copy</em></p>\n<p><em>original</em></p>\n"
