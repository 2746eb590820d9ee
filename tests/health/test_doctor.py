"""What `tallywire doctor` says of homes in which something is wrong: real files, a real store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallywire.core.events import AlertRaised, FileRejected, alert_stream, file_stream
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.health.doctor import Finding, examine
from tallywire.home import Home

NOW = datetime(2025, 3, 27, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    for folder in (made.config, made.inbox, made.store):
        folder.mkdir()
    (made.config / "estimates.yaml").write_text("- track: N people displaced in Sudan\n")
    return made


def fill(home: Home, at: datetime = NOW) -> SqliteStore:
    store = SqliteStore.open(home.database, clock=lambda: at)
    with store.transaction() as tx:
        tx.append(file_stream("a", 1, 1), FileRejected("a", 1, 1, "empty", ""))
    return store


def found(home: Home, name: str) -> list[Finding]:
    """The findings of one name; every one has its words, and every bad one says what to do."""
    opened = examine(home, lambda: closing(SqliteStore.open(home.database, readonly=True)), NOW)
    assert all(f.text for f in opened) and all(f.advice for f in opened if f.level == "bad" and f.name != "store")
    return [f for f in opened if f.name == name]


def levels(home: Home, name: str) -> set[str]:
    return {f.level for f in found(home, name)}


def test_a_home_in_order_has_nothing_bad(home: Home) -> None:
    fill(home).close()
    opened = examine(home, lambda: closing(SqliteStore.open(home.database, readonly=True)), NOW)
    assert [f for f in opened if f.level == "bad"] == []
    assert {f.name for f in opened} >= {"configuration", "SQLite", "clock", "log", "deliveries", "backups"}


def test_a_mistake_in_the_configuration_stops_no_other_check(home: Home) -> None:
    fill(home).close()
    (home.config / "tallywire.yaml").write_text("zone: Nowhere/Land\n")
    assert levels(home, "configuration") == {"bad"} and levels(home, "log") == {"ok"}


def test_secrets_that_others_may_read(home: Home) -> None:
    fill(home).close()
    secrets = home.config / "secrets.env"
    secrets.write_text("TOKEN=x\n")
    secrets.chmod(0o644)
    assert levels(home, "secrets") == {"bad"}
    secrets.chmod(0o600)
    assert found(home, "secrets") == []


def test_a_clock_that_was_set_back(home: Home) -> None:
    fill(home, NOW + timedelta(days=400)).close()
    assert levels(home, "clock") == {"bad"}


def test_a_log_that_nothing_was_added_to_for_long(home: Home) -> None:
    fill(home, NOW - timedelta(days=30)).close()
    assert levels(home, "log") == {"note"}


def test_a_disk_with_less_room_than_was_asked_for(home: Home) -> None:
    fill(home).close()
    (home.config / "tallywire.yaml").write_text("disk low: 900000000 MB\n")
    assert "bad" in levels(home, "disk (store)")


def test_messages_that_wait_for_long(home: Home) -> None:
    store = fill(home, NOW - timedelta(hours=5))
    with store.transaction() as tx:
        tx.append(alert_stream("a"), AlertRaised("a", "change", None, "info", "t", "t", "r", ["console"]))
    store.close()
    assert levels(home, "deliveries") == {"bad"}


def test_files_that_need_somebody(home: Home) -> None:
    store = fill(home)
    with store.transaction() as tx:
        tx.put("file", {"path": "x.txt", "state": "unreadable"})
    store.close()
    assert "bad" in levels(home, "inbox")


@pytest.mark.parametrize(
    ("setting", "state", "level"),
    [
        ("", None, "note"),
        ("backup: {to: /nowhere, every: 1 day}\n", None, "note"),
        ("backup: {to: /nowhere, every: 1 day}\n", {"last": None, "tried": "x", "error": "no such folder"}, "bad"),
        ("backup: {to: /nowhere, every: 1 day}\n", {"last": "new", "tried": "new", "error": None}, "ok"),
        ("backup: {to: /nowhere, every: 1 day}\n", {"last": "old", "tried": "old", "error": None}, "note"),
    ],
)
def test_backups(home: Home, setting: str, state: dict[str, str | None] | None, level: str) -> None:
    (home.config / "tallywire.yaml").write_text(setting)
    moments = {"new": NOW - timedelta(hours=3), "old": NOW - timedelta(days=9), "x": NOW}
    store = fill(home)
    if state is not None:
        value = {key: moments[word].isoformat() if word in moments else word for key, word in state.items()}
        with store.transaction() as tx:
            tx.put("meta", {"name": "backup", "value_json": value})
    store.close()
    assert levels(home, "backups") == {level}


def test_a_store_that_is_none(home: Home) -> None:
    assert levels(home, "store") == {"ok", "note"}
    with sqlite3.connect(home.database) as other:
        other.execute("CREATE TABLE t (x)")
    assert "bad" in levels(home, "store")
