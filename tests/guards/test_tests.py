from __future__ import annotations

import socket

import psycopg
import pytest
from playwright.sync_api import Error, Page

from tests.network import OutsideCall
from tests.postgres import Server

pytest_plugins = ["pytester"]


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(OutsideCall, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideCall, match="look"):
        socket.getaddrinfo("example.com", 80)


def test_a_test_can_reach_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\ndef test_it(): pytest.skip('no browser')",
        "import pytest\n@pytest.mark.skip\ndef test_it(): pass",
        "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
        "import pytest\n@pytest.mark.xfail(strict=False)\ndef test_it(): pass",
        "import pytest\npytest.skip('no browser', allow_module_level=True)",
        "import pytest\npytest.importorskip('no_such_module_anywhere')",
    ],
)
def test_a_check_that_did_not_run_does_not_count_as_passed(pytester: pytest.Pytester, text: str) -> None:
    pytester.makepyfile(text)
    told = pytester.runpytest_inprocess("-p", "tests.honesty", "-p", "no:playwright")
    assert told.ret != 0
    told.stdout.fnmatch_lines(["*does not count as passed*"])


def test_a_page_cannot_reach_another_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")


def test_a_copy_of_a_database_holds_what_the_original_held_and_is_its_own(postgres: Server) -> None:
    original = postgres.empty()
    with psycopg.connect(original) as connection:
        connection.execute("CREATE TABLE entry AS SELECT 'prices' AS slug")
    copy = postgres.copy(original)
    with psycopg.connect(copy) as connection:
        assert connection.execute("DELETE FROM entry RETURNING slug").fetchall() == [("prices",)]
    with psycopg.connect(original) as connection:
        assert connection.execute("SELECT slug FROM entry").fetchall() == [("prices",)]
    postgres.drop(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copy)
