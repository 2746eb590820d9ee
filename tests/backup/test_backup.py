"""Backups of a store in use: whole, proven, and nothing left that only looks like one."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tallywire import backup
from tallywire.crash import VARIABLE
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home
from tallywire.retention import Keep
from tests.backup.homes import Disk, append, contents, home_at, keep, rewrite
from tests.backup.inside import cli
from tests.eventstore.samples import add, claimed

NOW = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def test_a_backup_is_one_file_that_any_sqlite_reads(home: Home, folder: Path) -> None:
    made = backup.make(home, folder, NOW)
    assert made.path == folder / "tallywire-20261128T013000Z.db"
    assert (made.events, made.size) == (7, made.path.stat().st_size)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(made.path)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert plain.execute("SELECT count(*), max(position) FROM event").fetchone() == (7, 7)
    assert sorted(p.name for p in folder.iterdir()) == [made.path.with_suffix(".config").name, made.path.name]


def test_the_configuration_goes_along_without_its_secrets(home: Home, folder: Path) -> None:
    done = cli(home.root, "backup", str(folder))
    assert done.status == 0 and "not in it: channels.yaml and secrets.env" in done.out
    (beside,) = folder.glob("*.config")
    assert sorted(p.name for p in beside.iterdir()) == ["channels.txt", "estimates.yaml", "tallywire.yaml"]
    assert (beside / "channels.txt").read_text() == "desk  json://127.0.0.1/***\n"
    assert {stat.S_IMODE(p.stat().st_mode) for p in (beside, *beside.iterdir())} == {0o700, 0o600}
    everything = b"".join(contents(folder).values())
    assert b"hush-hush" not in everything and b"open-sesame" not in everything


def test_it_is_one_moment_of_a_store_that_is_written_to(home: Home, folder: Path) -> None:
    """Whole transactions of three events each, never a part of one; and the writer goes on meanwhile."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        with closing(SqliteStore.open(home.database)) as store:
            while not stop.is_set():
                name = f"n{written[0]}"
                with store.transaction() as tx:
                    article = keep(tx, name, 20_000)
                    add(tx, claimed(f"{name}-1", article), claimed(f"{name}-2", article))
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        seen = set()
        for number in range(4):
            before = written[0]
            made = backup.make(home, folder, NOW + timedelta(seconds=number))
            assert (made.events - 7) % 3 == 0 and made.events >= 7 + 3 * before
            with closing(sqlite3.connect(made.path)) as plain:
                assert plain.execute("SELECT count(*) FROM event").fetchone() == (made.events,)
                assert plain.execute("SELECT count(*) FROM original").fetchone() == ((made.events - 7) // 3 + 1,)
            seen.add(made.events)
    finally:
        stop.set()
        thread.join()
    assert len(seen) > 1, "the writer wrote between and during"
    assert cli(home.root, "verify", "--against", str(made.path)).status == 0


@pytest.mark.parametrize(
    ("dest", "reason"),
    [
        ("nowhere", "there is no folder .*/nowhere: make it first"),
        ("nowhere/backup.db", "there is no folder"),
        ("backups/there.db", "is there already, and nothing is overwritten"),
        ("backups/kept.db", r"kept\.config is there already"),
        ("home/inbox", "would be taken for an article"),
    ],
)
def test_where_it_does_not_go(home: Home, folder: Path, tmp_path: Path, dest: str, reason: str) -> None:
    (folder / "there.db").write_text("mine")
    (folder / "kept.config").mkdir()
    (folder / "kept.config" / "tallywire.yaml").write_text("mine, too")
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=reason):
        backup.make(home, tmp_path / dest, NOW)
    assert contents(tmp_path) == before


def test_a_store_that_is_not_whole_gives_no_backup(home: Home, folder: Path) -> None:
    data = home.database.read_bytes()
    place = data.index(b'"claim":"c2"') + 10  # in the payload of event 3
    home.database.write_bytes(data[:place] + b"9" + data[place + 1 :])
    done = cli(home.root, "backup", str(folder))
    assert done.status == 1 and "Traceback" not in done.errors
    assert "position 3: its payload is not the one that was recorded" in done.errors
    assert "tallywire restore BACKUP" in done.errors
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("DELETE FROM claim WHERE id = 'c2'", "its table claim has 1 rows, not 2"),
        ("UPDATE meta SET name = 'y'; INSERT INTO meta (name) VALUES ('x')", "its table meta has 1 rows, not 0"),
        ("UPDATE claim SET low = 5 WHERE id = 'c1'", "the views differ from the log: claim c1: low is 5"),
        ("DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE position = 7", "ends at position 6, not at 7"),
    ],
)
def test_what_the_proof_finds(home: Home, folder: Path, change: str, reason: str) -> None:
    """Each by itself, in a copy that somebody has laid hands on."""
    with closing(SqliteStore.open(home.database, readonly=True)) as store:
        held = store.copy_to(folder / "copy.db")
    assert backup.proof(folder / "copy.db", held) is None
    with closing(sqlite3.connect(folder / "copy.db", isolation_level=None)) as plain:
        plain.executescript(change)
    assert reason in (backup.proof(folder / "copy.db", held) or "")


# --- no room --------------------------------------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "tiny", "128k")
    yield disk
    disk.end()


def test_no_room_is_said_before_it_begins(home: Home, tiny: Disk) -> None:
    done = cli(home.root, "backup", str(tiny.at))
    assert done.status == 1
    assert re.search(r"no room in .*/tiny: a backup takes up to [\d,]+ bytes, 131,072 are free", done.errors)
    assert list(tiny.at.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile(home: Home, tiny: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    done = cli(home.root, "backup", str(tiny.at))
    assert done.status == 1
    assert "can't be made: database or disk is full" in done.errors
    assert list(tiny.at.iterdir()) == []


# --- killed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["backup.copied", "backup.proven"])
def test_a_killed_backup_is_none_and_is_cleared_away(home: Home, folder: Path, step: str) -> None:
    command = [sys.executable, "-m", "tallywire", "--home", str(home.root), "backup", str(folder)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, VARIABLE: step}, timeout=60)
    assert done.returncode == -signal.SIGKILL
    left = list(folder.iterdir())
    assert left and not list(folder.glob("*.db"))
    backup.make(home, folder, datetime.now(UTC) + timedelta(hours=1))
    assert set(left) < set(folder.iterdir()), "somebody may still be at work on them"
    made = backup.make(home, folder, datetime.now(UTC) + timedelta(days=2))
    assert not set(left) & set(folder.iterdir())
    assert made.path.exists() and len(list(folder.iterdir())) == 4


# --- which stay -----------------------------------------------------------------------------------------------------


def test_older_ones_go_and_nothing_else_does(home: Home, folder: Path, tmp_path: Path) -> None:
    other = home_at(tmp_path / "other", first="another")
    made = [backup.make(home, folder, NOW + timedelta(days=day)).path for day in range(4)]
    theirs = backup.make(other, folder, NOW + timedelta(hours=1)).path
    notes = made[0].with_suffix(".config") / "notes.txt"
    for mine in (folder / "tallywire-mine.db", folder / "tallywire-20261301T000000Z.db", notes):
        mine.write_text("mine")
    gone = backup.prune(folder, home.database, Keep(2, 0, 0))
    assert gone == [made[1], made[0]]
    left = {made[2].name, made[3].name, theirs.name, "tallywire-mine.db", "tallywire-20261301T000000Z.db"}
    assert {p.name for p in folder.glob("*.db")} == left
    assert notes.exists() and not made[1].with_suffix(".config").exists()


def test_what_can_not_be_read_or_is_of_another_future_stays(home: Home, folder: Path) -> None:
    made = [backup.make(home, folder, NOW + timedelta(days=day)).path for day in range(3)]
    early = home.database.read_bytes()
    append(home, claimed("c3"))
    given_up = backup.make(home, folder, NOW - timedelta(days=1)).path
    home.database.write_bytes(early)
    made[0].write_bytes(b"\xaa" * 8192)
    assert backup.prune(folder, home.database, Keep(1, 0, 0)) == [made[1]]
    assert given_up.exists() and made[0].exists()


def test_the_settings_say_where_and_which_stay(home: Home, folder: Path) -> None:
    assert "say where" in cli(home.root, "backup").errors
    (home.config / "tallywire.yaml").write_text(
        f"backup: {{to: {folder}, keep: {{daily: 1, weekly: 0, monthly: 0}}}}\n"
    )
    backup.make(home, folder, datetime(2024, 3, 3, 1, 30, tzinfo=UTC))
    done = cli(home.root, "backup")
    assert done.status == 0
    assert "removed by the rules for keeping backups: tallywire-20240303T013000Z.db" in done.out
    assert len(list(folder.glob("*.db"))) == 1


# --- comparing ------------------------------------------------------------------------------------------------------


def test_a_store_that_went_on_goes_on_from_its_backup(home: Home, folder: Path) -> None:
    made = backup.make(home, folder, NOW).path
    append(home, claimed("c3"))
    with closing(SqliteStore.open(home.database)) as store, store.transaction() as tx:
        tx.redact(store.rows("article")[0]["id"], why="asked", by="analyst:ana")
    done = cli(home.root, "verify", "--against", str(made))
    assert (done.status, done.out.splitlines()[-1]) == (0, "the backup's 7 events are the beginning of the log")


def test_a_log_that_was_rewritten_whole_is_caught(home: Home, folder: Path) -> None:
    """Every hash fits, so that nothing but a backup can tell."""
    made = backup.make(home, folder, NOW).path
    append(home, claimed("c3"))
    rewrite(home.database, 3, '"claim":"c2"', '"claim":"c9"')
    assert cli(home.root, "verify").status == 0
    done = cli(home.root, "verify", "--against", str(made))
    assert done.status == 1
    assert "position 3: it is another event than in the backup; the log was rewritten" in done.out


def test_a_log_that_was_cut_is_caught(home: Home, folder: Path) -> None:
    early = home.database.read_bytes()
    append(home, claimed("c3"))
    made = backup.make(home, folder, NOW).path
    home.database.write_bytes(early)
    assert cli(home.root, "verify").status == 0
    done = cli(home.root, "verify", "--against", str(made))
    assert done.status == 1 and "position 8: the backup has it, the store does not" in done.out


def test_a_broken_backup_accuses_nobody(home: Home, folder: Path) -> None:
    made = backup.make(home, folder, NOW).path
    with closing(SqliteStore.open(home.database, readonly=True)) as store:
        seal = dict(store.seals())[3].encode()
    data = made.read_bytes()
    made.write_bytes(data.replace(seal, b"0" * 64))
    done = cli(home.root, "verify", "--against", str(made))
    assert done.status == 1 and "the backup itself is broken (position 3" in done.out
    made.write_bytes(data[: len(data) // 2])
    done = cli(home.root, "verify", "--against", str(made))
    assert done.status == 1 and "Traceback" not in done.errors
    made.write_text("no store at all")
    assert "file is not a database" in cli(home.root, "verify", "--against", str(made)).errors
