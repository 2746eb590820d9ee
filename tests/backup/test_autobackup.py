"""Backups by the clock: when one is due, what a failed one says, and the daemon making one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallywire import autobackup, config
from tallywire.autobackup import State, is_due
from tallywire.config import BackupPlan
from tallywire.eventstore.readers import Readers
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home
from tallywire.writer import Writer
from tests.backup.homes import home_at
from tests.flow import texts
from tests.harness import Place, wait_for

NOW = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
PLAN = BackupPlan(Path("/mnt/backup"))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (State(), True),
        (State(ago(hours=23), ago(hours=23)), False),
        (State(ago(hours=24), ago(hours=24)), True),
        (State(ago(days=3), ago(minutes=59), "no room"), False),
        (State(ago(days=3), ago(minutes=60), "no room"), True),
        (State(None, ago(minutes=60), "no room"), True),
        (State(ago(days=-400), ago(days=-400)), True),  # the clock was a year ahead, and is right again
    ],
)
def test_when_one_is_due(state: State, due: bool) -> None:
    assert is_due(state, PLAN, NOW) is due


class Daemon:
    """What `scheduled` needs of one."""

    def __init__(self, home: Home) -> None:
        self.home, self.now, self.stopping = home, NOW, threading.Event()
        self.writer = Writer(lambda: SqliteStore.open(home.database)).start()
        self.readers = Readers(lambda: SqliteStore.open(home.database, readonly=True))

    def look(self) -> bool | None:
        loaded = config.load(self.home.root, {"TOKEN": "x"})
        run, read = self.writer.run, self.readers.read
        return autobackup.scheduled(self.home, loaded, read, run, self.stopping, lambda: self.now)

    def state(self) -> State:
        with self.readers.read() as reader:
            return autobackup.state_of(reader)

    def alerts(self) -> list[str]:
        with self.readers.read() as reader:
            return [row["text"] for row in reader.rows("alert", kind="system")]


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    made = Daemon(home_at(tmp_path / "home", settings="backup: ../backups\n"))
    yield made
    made.readers.close()
    made.writer.close()


def test_one_that_fails_is_told_once_a_day_until_it_is_well_again(daemon: Daemon, tmp_path: Path) -> None:
    assert daemon.look() is False
    assert daemon.look() is None, "the next try is in an hour"
    (text,) = daemon.alerts()
    assert "there is no folder" in text and "There is no good one yet." in text
    daemon.now += timedelta(hours=1)
    assert daemon.look() is False and len(daemon.alerts()) == 1
    (tmp_path / "backups").mkdir()
    daemon.now += timedelta(hours=1)
    assert daemon.look() is True
    assert daemon.state() == State(daemon.now, daemon.now, None)
    assert len(list((tmp_path / "backups").glob("tallywire-*.db"))) == 1
    daemon.now += timedelta(hours=23)
    assert daemon.look() is None


def test_none_is_made_where_none_is_asked_for(daemon: Daemon) -> None:
    (daemon.home.config / "tallywire.yaml").write_text("backup: off\n")
    assert daemon.look() is None and daemon.state() == State()


def test_one_under_way_ends_with_the_daemon(daemon: Daemon, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    daemon.stopping.set()
    assert daemon.look() is None
    assert daemon.state() == State(), "the next start tries again"
    assert not list((tmp_path / "backups").glob("*.db"))


def test_the_daemon_makes_one(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK + "backup: ../backups\n")
    place.drop("first.txt", texts.FIRST)
    place.start()
    try:
        (made,) = wait_for(lambda: list((tmp_path / "backups").glob("*.db")), "a backup is made")
        place.settle()
        with closing(SqliteStore.open(made, readonly=True, still=True)) as store:
            assert store.verify().ok
        wait_for(lambda: "copied and proven in" in place.log.read_text(), "the log tells of it")
        assert place.stop() == 0
    finally:
        place.kill()
