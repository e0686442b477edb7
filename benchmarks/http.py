"""What a page costs over HTTP, as a ratio to the same page written plainly (floor.py), in the same run.

    python -m benchmarks.http [--quick] [--sizes 1000 10000]

CPU is the processor time of all processes of a server, divided by the requests it answered. Its
ratios travel between machines and mean something on a busy one; milliseconds, requests per second
and percentiles need a quiet one. Nothing here passes or fails: it measures.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from benchmarks.asking import CONNECTIONS
from benchmarks.comparing import Compared, Pace, compare
from benchmarks.instance import copy_of
from benchmarks.serving import WORKERS
from benchmarks.startup import FLOOR, OURS, startup

THOROUGH, QUICK = Pace(rounds=3, seconds=3, warm_up=1), Pace(rounds=1, seconds=1, warm_up=2)
MOST = {"entry": 1.5, "search": 2.0, "save": 4.0, "save by form": 4.0}  # of the CPU ratio
GROWTH = {"entry": 1.1, "search": 1.5}  # of our CPU, from the fewest entries to the most
QUIET = 0.5  # load above which only the ratios of CPU mean something
MIB = 2**20
MEASURED = ("cpu_ms", "per_second", "p50_ms", "p99_ms", "bytes")


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="benchmarks.http", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="1,000 entries, one round of a second for each page"
    )
    parser.add_argument("--sizes", type=int, nargs="+", metavar="ENTRIES", help="1000 10000 if not given")
    given = parser.parse_args()
    sizes = sorted(given.sizes or ([1_000] if given.quick else [1_000, 10_000]))
    began = time.monotonic()
    print(f"{WORKERS} processes a server, {CONNECTIONS} connections. {load()}", flush=True)
    compared = []
    for size in sizes:
        with copy_of(size) as filled:
            found = compare(filled, QUICK if given.quick else THOROUGH)
            print_pages(found)
            print_memory(found)
            if size == sizes[-1]:
                print_startup(filled.folder, times=1 if given.quick else 5)
        compared.append(found)
    print_growth(compared[0], compared[-1])
    print(f"\n{load()} Took {time.monotonic() - began:.0f} s.")


def load() -> str:
    """How much else the machine does."""
    average = os.getloadavg()[0]
    warning = "" if average < QUIET else ": not quiet, so believe the ratios of CPU alone"
    return f"Load {average:.1f} on {os.cpu_count()} processors{warning}."


def print_pages(found: Compared) -> None:
    """One line for each page."""
    print(f"\n{found.size:,} entries")
    print(
        f"{'':14}{'CPU ms':>8}{'floor':>8}{'ratio':>9}{'goal':>7}"
        f"{'a second':>11}{'floor':>8}{'ratio':>9}{'p50 ms':>9}{'p99':>7}{'floor':>8}{'p99':>7}{'KB':>7}{'floor':>7}"
    )
    for page in found.pages:
        ours, floor = ({of: side.median(page, of) for of in MEASURED} for side in (found.ours, found.floor))
        print(
            f"{page:14}{ours['cpu_ms']:8.2f}{floor['cpu_ms']:8.2f}{found.ratio(page, 'cpu_ms'):9.2f}"
            f"{MOST.get(page, ''):>7}"
            f"{ours['per_second']:11.0f}{floor['per_second']:8.0f}{found.ratio(page, 'per_second'):9.2f}"
            f"{ours['p50_ms']:9.1f}{ours['p99_ms']:7.0f}{floor['p50_ms']:8.1f}{floor['p99_ms']:7.0f}"
            f"{ours['bytes'] / 1024:7.1f}{floor['bytes'] / 1024:7.1f}",
            flush=True,
        )


def print_memory(found: Compared) -> None:
    """What stays in memory, before the first request and after the last."""
    for side in (found.ours, found.floor):
        (idle, idle_all), (busy, busy_all) = side.idle, side.busy
        print(
            f"Memory of {side.server.name:5}: a process that serves {idle / MIB:.0f} MB idle, {busy / MIB:.0f} MB after"
            f" (+{(busy - idle) / MIB:.0f}); all processes {idle_all / MIB:.0f} and {busy_all / MIB:.0f} MB"
        )


def print_startup(folder: Path, *, times: int) -> None:
    """What a fresh process takes."""
    ours = startup(OURS, environment={"PLAYBOOK_INSTANCE": str(folder / "instance")}, times=times)
    floor = startup(FLOOR, environment={"FLOOR_DATABASE": str(folder / "floor.db")}, times=times)
    print(
        f"Start of a process: {ours.cpu_ms:.0f} ms of CPU, {ours.ms:.0f} ms; "
        f"floor {floor.cpu_ms:.0f} ms of CPU, {floor.ms:.0f} ms; ratio {ours.cpu_ms / floor.cpu_ms:.2f}"
    )


def print_growth(few: Compared, many: Compared) -> None:
    """How CPU grows with the entries."""
    if few.size == many.size:
        return
    print(f"\nGrowth of CPU from {few.size:,} to {many.size:,} entries")
    for page in few.pages:
        ours, floor = (
            after.median(page, "cpu_ms") / before.median(page, "cpu_ms")
            for before, after in ((few.ours, many.ours), (few.floor, many.floor))
        )
        goal = f"  goal at most {GROWTH[page]:g}" if page in GROWTH else ""
        print(f"{page:14}{ours:6.2f}  floor {floor:5.2f}{goal}")


if __name__ == "__main__":
    main()
