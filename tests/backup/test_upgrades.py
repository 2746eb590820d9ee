"""Stores of older schemas: copied first, upgraded in one transaction, whole wherever that is killed or fails."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tallywire.crash import VARIABLE
from tallywire.eventstore import copying, sqlite
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.sqlite import SCHEMA, SqliteStore
from tests.backup.homes import Disk

GOLDEN = Path(__file__).parents[1] / "golden" / "stores" / "0.1.0.db.gz"
EVENTS = 73


def dump(path: Path) -> list[str]:
    """Everything in a store: schema, rows, and the numbers in its header."""
    with closing(sqlite3.connect(path)) as plain:
        numbers = [str(plain.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("user_version", "application_id")]
        return [*numbers, *plain.iterdump()]


def old_store(path: Path, schema: int) -> Path:
    """The store of 0.1.0, or its log in a store as it was before that."""
    path.write_bytes(gzip.decompress(GOLDEN.read_bytes()))
    if schema == 1:
        made = path.with_name("first.db")
        with closing(sqlite3.connect(made, isolation_level=None)) as plain:
            plain.executescript(sqlite._script("0001"))
            plain.execute("ATTACH ? AS other", (str(path),))
            for table in ("event", "original", "clean_text", "meta", "checkpoint"):
                plain.execute(f"INSERT INTO main.{table} SELECT * FROM other.{table} ORDER BY 1")
            plain.execute("DETACH other")
            plain.executescript(f"PRAGMA user_version = 1; PRAGMA application_id = {copying.APPLICATION}")
        made.replace(path)
    return path


@pytest.fixture(params=[1, 2])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return old_store(tmp_path / "store.db", request.param)


def kept(store: Path) -> list[Path]:
    return sorted((store.parent / "backups").glob("*"))


def is_whole(path: Path) -> bool:
    with closing(SqliteStore.open(path, readonly=True)) as store:
        return store.verify().ok and store.compare() == [] and store.head() == EVENTS and store._schema() == SCHEMA


def test_what_is_upgraded_is_kept_as_it_was(old: Path) -> None:
    before = dump(old)
    SqliteStore.open(old).close()
    assert is_whole(old)
    (copy,) = kept(old)
    assert copy.name.startswith(f"before-schema-{SCHEMA}-at-{EVENTS}-") and copy.stat().st_mode & 0o777 == 0o600
    assert dump(copy) == before
    SqliteStore.open(old).close()
    assert kept(old) == [copy], "what is up to date is not copied again"


_OPENING = "import sys; from tallywire.eventstore.sqlite import SqliteStore; SqliteStore.open(sys.argv[1])"


@pytest.mark.parametrize(
    "where", ["upgrade.kept", "upgrade.script", "upgrade.script:2", "upgrade.before_commit", "upgrade.done"]
)
def test_a_killed_upgrade_leaves_the_old_store_or_the_new_one(tmp_path: Path, where: str) -> None:
    old = old_store(tmp_path / "store.db", 1)
    before = dump(old)
    command = [sys.executable, "-c", _OPENING, str(old)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, VARIABLE: where}, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    if where == "upgrade.done":
        assert is_whole(old)
    else:
        assert dump(old) == before
    copies = kept(old)
    assert [dump(copy) for copy in copies] == [before]
    SqliteStore.open(old).close()
    assert is_whole(old) and kept(old) == copies


@pytest.mark.parametrize("fault", ["CREATE TABLE event (x)", "INSERT INTO nowhere VALUES (1)", "not sql at all"])
def test_a_script_that_fails_changes_nothing(old: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before the fault is taken back: the scripts are one transaction, not one each."""
    before, real = dump(old), sqlite._script
    wrong = f"CREATE TABLE early (x);\n{fault};\n"
    monkeypatch.setattr(sqlite, "_script", lambda name: wrong if name == f"{SCHEMA:04}" else real(name))
    with pytest.raises(StoreError, match="can't be used"):
        SqliteStore.open(old)
    assert dump(old) == before
    monkeypatch.undo()
    sqlite._triggers.cache_clear()
    SqliteStore.open(old).close()
    assert is_whole(old)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "tiny", "1m")
    yield disk
    disk.end()


def test_no_room_for_the_copy_no_upgrade(tiny: Disk) -> None:
    old = old_store(tiny.at / "store.db", 2)
    before = dump(old)
    (tiny.at / "filler").write_bytes(b"x" * (shutil.disk_usage(tiny.at).free - 80 * 1024))  # enough for an index
    with pytest.raises(StoreError, match=r"is not upgraded: the copy to be kept of it first failed.*full"):
        SqliteStore.open(old)
    assert dump(old) == before and kept(old) == []


def test_a_damaged_store_is_not_upgraded(old: Path) -> None:
    """The copy would not hold; and an upgrade could make it worse."""
    with closing(sqlite3.connect(old)) as plain:
        (payload,) = plain.execute("SELECT data FROM event WHERE type = 'ClaimRecorded' LIMIT 1").fetchone()
    data = old.read_bytes()
    place = data.index(payload[:50].encode()) + 20
    old.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    before = dump(old)
    with pytest.raises(StoreError, match=r"is not upgraded.*position \d+: its payload is not the one"):
        SqliteStore.open(old)
    assert dump(old) == before and kept(old) == []


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = old_store(tmp_path / "store.db", 2)
    SqliteStore.open(path).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = path.read_bytes()
    for readonly in (True, False):
        with pytest.raises(StoreError, match=r"newer Tallywire.*upgrade first"):
            SqliteStore.open(path, readonly=readonly)
    assert path.read_bytes() == before
