"""When writing is paused and why: room on the disk, SQLite's errors, and what the intake makes of them."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire import leaving
from tallywire.disk import FLOOR, LOW, Level, Room, judge
from tallywire.eventstore.base import StoreError, Transaction, UnwritableError
from tallywire.eventstore.connection import FAILING, FULL, LOCKED, READONLY, why_unwritable
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.ingest import Ingester
from tallywire.outage import Outage
from tallywire.read import read
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.eventstore.samples import add, received
from tests.flow import texts
from tests.harness import clock

TB, GB, MB = 10**12, 10**9, 10**6


@pytest.mark.parametrize(
    ("free", "total", "low", "level"),
    [
        (GB, TB, None, "enough"),
        (LOW - 1, TB, None, "low"),
        (FLOOR - 1, TB, None, "too little"),
        (10 * MB, 100 * MB, None, "enough"),  # of a small disk it is parts that count
        (4 * MB, 100 * MB, None, "low"),
        (1 * MB, 100 * MB, None, "too little"),
        (4 * MB, 100 * MB, 3 * MB, "enough"),  # as configured
        (GB, TB, 2 * GB, "low"),
        (0, 0, None, "enough"),  # a file system that tells nothing
    ],
)
def test_what_the_room_means(free: int, total: int, low: int | None, level: Level) -> None:
    assert judge(Room(free, total), low) == level


@given(st.integers(0, TB), st.integers(0, TB), st.sampled_from(["enough", "low", "too little"]))
def test_more_room_is_never_worse_and_a_bad_level_is_left_late(free: int, more: int, before: Level) -> None:
    order = ["too little", "low", "enough"]
    here, there = (order.index(judge(Room(f, TB), before=before)) for f in (free, free + more))
    assert here <= there
    assert here <= order.index(judge(Room(free, TB)))


# --- what SQLite says ---------------------------------------------------------------------------------------------


def refused(path: Path, spoil: Callable[[sqlite3.Connection], Any]) -> UnwritableError:
    """What a transaction meets; that it left nothing and that the same works afterwards."""
    with closing(SqliteStore.open(path)) as store:
        with store.transaction() as tx:
            add(tx, received("a"))
        before = store.head()
        mend = spoil(store._database.conn)
        with pytest.raises(UnwritableError) as raised, store.transaction() as tx:
            for number in range(200):
                add(tx, received(f"{number:03}" * 300))
        mend()
        assert store.head() == before
        with store.transaction() as tx:
            add(tx, received("b"))
        assert store.head() == before + 1 and store.verify().ok and not store.compare()
    return raised.value


def pragma(name: str, bad: object, good: object) -> Callable[[sqlite3.Connection], Any]:
    def spoil(raw: sqlite3.Connection) -> Any:
        raw.execute(f"PRAGMA {name} = {bad}")
        return lambda: raw.execute(f"PRAGMA {name} = {good}")

    return spoil


def test_a_full_database(tmp_path: Path) -> None:
    assert refused(tmp_path / "store.db", pragma("max_page_count", 1, 2**31)).why == FULL


def test_a_database_that_is_read_only(tmp_path: Path) -> None:
    assert refused(tmp_path / "store.db", pragma("query_only", "ON", "OFF")).why == READONLY


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    def spoil(raw: sqlite3.Connection) -> Any:
        raw.execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("BEGIN IMMEDIATE")
        return other.close

    assert refused(path, spoil).why == LOCKED


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, FAILING),
        (sqlite3.SQLITE_IOERR_SHMSIZE, FAILING),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, LOCKED),
        (sqlite3.SQLITE_READONLY_DBMOVED, READONLY),
        (sqlite3.SQLITE_IOERR_READ, None),  # a page that can't be read is one file's trouble at most
        (sqlite3.SQLITE_CORRUPT, None),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
    ],
)
def test_what_is_nobodys_fault(code: int, why: str | None) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert why_unwritable(error) == why


# --- what becomes of the files ------------------------------------------------------------------------------------


def ingester(folder: Path, run: Any) -> Ingester:
    return Ingester(folder, run, read, Current(compiled([])), clock)


def test_a_store_that_is_held_is_asked_once_for_a_batch_and_not_once_for_each_file(tmp_path: Path) -> None:
    """Each time would be half a minute."""
    names = [f"{number}.txt" for number in range(20)]
    for name in names:
        (tmp_path / name).write_text(f"{texts.FIRST}\n\n{name}\n")
    store, recordings = MemoryStore(), []

    def run(change: Callable[[Transaction], Any]) -> Any:
        def task(tx: Transaction) -> Any:
            done = change(tx)
            if isinstance(done, list):  # not a question
                recordings.append(len(done))
                raise UnwritableError(LOCKED, "the store")
            return done

        return writer.run(task)

    with Writer(lambda: store) as writer:
        with pytest.raises(UnwritableError):
            ingester(tmp_path, run).ingest_some(names)
        assert recordings == [20]
        assert store.head() == 0 and sorted(os.listdir(tmp_path)) == sorted(names)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_recorded_file_that_can_not_leave_for_now_leaves_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It must not be taken for one that is denied for good: that would stay in the inbox for ever."""
    (tmp_path / "first.txt").write_text(texts.FIRST)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with Writer(MemoryStore) as writer:
        with monkeypatch.context() as patch, pytest.raises(UnwritableError):
            patch.setattr(leaving.os, "rename", refuse)
            ingester(tmp_path, writer.run).ingest("first.txt")
        assert (tmp_path / "first.txt").exists()
        outcome = ingester(tmp_path, writer.run).ingest("first.txt")
        assert outcome.state == "done" and not (tmp_path / "first.txt").exists()
        assert writer.run(lambda tx: len(list(tx.events(types=["ArticleReceived", "ArticleSeenAgain"])))) == 1


# --- how it is told -----------------------------------------------------------------------------------------------


class Heard:
    """Stands where the channels are."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.fails = False

    def clock(self) -> Any:
        return clock()

    def recorded(self, key: str, title: str, text: str, reason: str) -> None:
        if self.fails:
            raise UnwritableError(FULL, "the store")
        self.titles.append(title)

    def straight(self, key: str, title: str, text: str, reason: str, over: Any) -> list[str]:
        over.wait(20)
        return []


def test_an_outage_is_over_only_when_the_news_of_that_could_be_written() -> None:
    heard = Heard()
    outage = Outage(heard)  # type: ignore[arg-type]
    for _ in range(3):
        outage.begin(UnwritableError(FULL, "the store"))
    heard.fails = True
    with pytest.raises(UnwritableError):
        outage.end()
    assert outage.why == FULL
    heard.fails = False
    outage.end()
    outage.end()
    assert outage.why is None and len(heard.titles) == 1


def test_too_little_room_is_an_outage_that_ends_by_itself() -> None:
    here = [Room(GB, TB)]
    outage = Outage(room=lambda: here[0])
    outage.check()
    here[0] = Room(FLOOR // 2, TB)
    with pytest.raises(StoreError, match="32 MB of 1,000,000 MB"):
        outage.check()
    here[0] = Room(FLOOR, TB)  # hovers at the limit
    with pytest.raises(UnwritableError):
        outage.check()
    here[0] = Room(2 * FLOOR, TB)
    outage.check()
