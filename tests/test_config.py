from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from config import ROOT, BadSetting, Settings


def test_with_nothing_set_the_playbook_serves_this_machine_from_its_own_folder() -> None:
    settings = Settings.from_environment({})

    assert settings.instance == ROOT / "instance"
    assert settings.database == f"sqlite:///{ROOT}/instance/playbook.db"
    assert settings.hosts is None
    assert not settings.secure
    assert settings == Settings()


def test_every_setting_can_be_given_by_its_variable(tmp_path: Path) -> None:
    given = {
        "PLAYBOOK_INSTANCE": str(tmp_path),
        "PLAYBOOK_DATABASE_URL": "postgresql+psycopg://somebody@/playbook",
        "PLAYBOOK_SEARCH": "whoosh",
        "PLAYBOOK_SECRET_KEY": "k" * 32,
        "PLAYBOOK_PUBLIC_URL": "https://playbook.example/",
        "PLAYBOOK_TRUSTED_PROXIES": "2",
        "PLAYBOOK_THREADS": "3",
        "PLAYBOOK_LOGIN_IDLE_HOURS": "4",
        "PLAYBOOK_LOGIN_DAYS": "5",
        "PLAYBOOK_MAIL_URL": "smtps://somebody:hush@mail.example",
        "PLAYBOOK_MAIL_FROM": "Playbook <playbook@example.com>",
        "PATH": "ignored",
        "PLAYBOOK_SOMETHING_ELSE": "ignored",
    }
    settings = Settings.from_environment(given)

    assert {f"PLAYBOOK_{field.name.upper()}" for field in dataclasses.fields(Settings)} <= set(given)
    assert settings == Settings(
        instance=tmp_path,
        database_url="postgresql+psycopg://somebody@/playbook",
        search="whoosh",
        secret_key="k" * 32,
        public_url="https://playbook.example/",
        trusted_proxies=2,
        threads=3,
        login_idle_hours=4,
        login_days=5,
        mail_url="smtps://somebody:hush@mail.example",
        mail_from="Playbook <playbook@example.com>",
    )
    assert settings.secure
    assert settings.database == "postgresql+psycopg://somebody@/playbook"


def test_an_empty_variable_is_none() -> None:
    assert Settings.from_environment({"PLAYBOOK_THREADS": "", "PLAYBOOK_INSTANCE": ""}) == Settings()


def test_a_folder_may_be_below_home_and_is_kept_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert Settings.from_environment({"PLAYBOOK_INSTANCE": "~/mine"}).instance == tmp_path / "mine"
    assert Settings.from_environment({"PLAYBOOK_INSTANCE": "here/../mine"}).instance == tmp_path / "mine"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAYBOOK_THREADS", "many"),
        ("PLAYBOOK_THREADS", "-1"),
        ("PLAYBOOK_THREADS", "1.5"),
        ("PLAYBOOK_THREADS", "٣"),
        ("PLAYBOOK_THREADS", "0"),
        ("PLAYBOOK_LOGIN_DAYS", "0"),
        ("PLAYBOOK_LOGIN_IDLE_HOURS", "0"),
        ("PLAYBOOK_LOGIN_DAYS", "1e3"),
        ("PLAYBOOK_SEARCH", "grep"),
        ("PLAYBOOK_SECRET_KEY", "k" * 31),
        ("PLAYBOOK_PUBLIC_URL", "playbook.example"),
        ("PLAYBOOK_PUBLIC_URL", "ftp://playbook.example"),
        ("PLAYBOOK_PUBLIC_URL", "https://"),
        ("PLAYBOOK_PUBLIC_URL", "javascript:alert(1)"),
        ("PLAYBOOK_MAIL_URL", "mail.example"),
        ("PLAYBOOK_MAIL_URL", "http://mail.example"),
        ("PLAYBOOK_MAIL_URL", "smtps://"),
        ("PLAYBOOK_MAIL_URL", "smtps://mail.example:many"),
        ("PLAYBOOK_MAIL_URL", "smtps://mail.example:99999"),
        ("PLAYBOOK_MAIL_URL", "smtp://somebody:hush@mail.example"),
        ("PLAYBOOK_MAIL_URL", "smtps://mail.example"),  # links in mails would lead nowhere
        ("PLAYBOOK_MAIL_FROM", "nobody"),
        ("PLAYBOOK_MAIL_FROM", "a@example.com\nBcc: b@example.com"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        Settings.from_environment({name: value})

    assert name in str(refusal.value)
    assert value not in str(refusal.value) or name != "PLAYBOOK_SECRET_KEY"
    assert "hush" not in str(refusal.value)


def test_secrets_are_not_shown() -> None:
    settings = Settings(
        secret_key="k" * 32,
        database_url="postgresql://somebody:hush@host/db",
        mail_url="smtps://somebody:hush@mail.example",
        public_url="https://playbook.example",
    )
    rows = settings.shown()

    assert [name for name, _, _ in rows] == [
        f"PLAYBOOK_{field.name.upper()}" for field in dataclasses.fields(Settings)
    ]
    assert "kkk" not in str(rows)
    assert "hush" not in str(rows)
    assert {name: value for name, value, _ in rows}["PLAYBOOK_SECRET_KEY"] == "(set)"
    assert {name: value for name, value, _ in Settings().shown()}["PLAYBOOK_SECRET_KEY"] == ""
    assert all(meaning and not meaning.endswith(".") for _, _, meaning in rows)


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("", None),
        ("http://playbook.example", ["playbook.example"]),
        ("https://Playbook.Example:8443/x", ["playbook.example"]),
        ("http://127.0.0.1:8000", ["127.0.0.1"]),
        ("http://[::1]:8000", None),
    ],
)
def test_requests_may_name_the_public_host_and_this_machine(address: str, hosts: list[str] | None) -> None:
    found = Settings(public_url=address).hosts

    assert found == (None if hosts is None else [*hosts, "localhost", "127.0.0.1"])


def test_nothing_else_reads_the_environment() -> None:
    reading = [
        path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("*.py"), *ROOT.glob("playbook/**/*.py"), *ROOT.glob("migrations/**/*.py")]
        if re.search(r"os\.environ|getenv", path.read_text())
    ]

    assert reading == ["config.py"]


@pytest.mark.parametrize(
    ("url", "port", "how"),
    [
        ("smtps://mail.example", 465, {"MAIL_USE_SSL"}),
        ("smtp+tls://mail.example", 587, {"MAIL_USE_TLS"}),
        ("smtp+tls://some%40body:h%2Fush@mail.example:2525", 2525, {"MAIL_USE_TLS"}),
        ("smtp://localhost", 25, set()),
    ],
)
def test_a_mail_server_is_named_by_one_address(url: str, port: int, how: set[str]) -> None:
    server = Settings(mail_url=url, public_url="https://playbook.example").mail_server

    assert server["MAIL_PORT"] == port
    assert {name for name in ("MAIL_USE_SSL", "MAIL_USE_TLS") if server[name]} == how
    assert server["MAIL_DEFAULT_SENDER"] == "Playbook <playbook@playbook.example>"
    if "@" in url:
        assert (server["MAIL_USERNAME"], server["MAIL_PASSWORD"]) == ("some@body", "h/ush")


def test_without_a_mail_server_mails_become_files(tmp_path: Path) -> None:
    server = Settings(instance=tmp_path).mail_server

    assert server["MAIL_FILE_PATH"] == str(tmp_path / "outbox")
    assert server["MAIL_DEFAULT_SENDER"] == "Playbook <playbook@localhost>"
