"""The one thread that writes."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from tallywire.core import events as ev
from tallywire.eventstore import medium
from tallywire.eventstore.base import EventStore, StoreError, Transaction
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.writer import Writer
from tests.eventstore.samples import Ticking, add, received, sqlite_store


@pytest.fixture(params=["sqlite", "memory"])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Writer:
    def opened() -> EventStore:
        return sqlite_store(tmp_path) if request.param == "sqlite" else MemoryStore(Ticking())

    return Writer(opened)


def test_it_runs_functions_in_transactions_in_its_own_thread(writer: Writer) -> None:
    def work(tx: Transaction) -> str:
        add(tx, received())
        return threading.current_thread().name

    with writer:
        assert writer.run(work) == "tallywire-writer"
        assert writer.run(lambda tx: tx.head()) == 1


def test_an_exception_rolls_back_reaches_the_caller_and_the_thread_goes_on(writer: Writer) -> None:
    def fail(tx: Transaction) -> None:
        add(tx, received())
        raise ZeroDivisionError("on purpose")

    def leave(tx: Transaction) -> None:
        add(tx, received())
        raise SystemExit

    with writer:
        with pytest.raises(ZeroDivisionError, match="on purpose"):
            writer.run(fail)
        with pytest.raises(SystemExit):
            writer.run(leave)
        assert writer.run(lambda tx: tx.head()) == 0
        writer.run(lambda tx: add(tx, received()))
        assert writer.run(lambda tx: tx.head()) == 1


def test_many_threads_lose_nothing(writer: Writer) -> None:
    def work(name: int) -> None:
        for number in range(25):
            writer.run(lambda tx, path=f"{name}-{number}": add(tx, ev.ArticleSeenAgain("a1", path)))  # type: ignore[misc]

    with writer:
        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.run(lambda tx: tx.version("article-a1")) == 200
        assert writer.run(lambda tx: len(tx.rows("sighting"))) == 200
        assert writer.maintain(lambda store: store.verify()).ok


def test_a_call_from_within_is_an_error_not_a_deadlock(writer: Writer) -> None:
    with writer:
        with pytest.raises(StoreError, match="use the transaction that you were given"):
            writer.run(lambda tx: writer.run(lambda inner: inner.head()))
        with pytest.raises(StoreError, match="within its own thread"):
            writer.run(lambda tx: writer.close())
        assert writer.run(lambda tx: tx.head()) == 0


def test_submitted_functions_run_in_order_and_closing_drains_them(writer: Writer) -> None:
    writer.start()
    gate, order = threading.Event(), list[int]()

    def work(tx: Transaction, number: int) -> int:
        gate.wait(10)
        order.append(number)
        return number

    futures: list[Future[int]] = [writer.submit(lambda tx, n=n: work(tx, n)) for n in range(20)]  # type: ignore[misc]
    assert futures[3].cancel()
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.set()
    closing.join()
    assert order == [n for n in range(20) if n != 3]
    assert [f.result(0) for f in futures if not f.cancelled()] == order
    writer.close()
    for use in (writer.run, writer.submit):
        with pytest.raises(StoreError, match="not running"):
            use(lambda tx: tx.head())


def test_a_store_that_can_not_be_opened_is_the_starters_problem(tmp_path: Path) -> None:
    writer = Writer(lambda: SqliteStore.open(tmp_path / "nowhere" / "store.db"))
    with pytest.raises(StoreError, match="can't be opened"):
        writer.start()
    with pytest.raises(StoreError, match="not running"):
        writer.run(lambda tx: tx.head())
    writer.close()


def test_it_starts_once(writer: Writer) -> None:
    with pytest.raises(StoreError, match="not running"):
        writer.run(lambda tx: tx.head())
    with writer, pytest.raises(StoreError, match="already"):
        writer.start()


def test_maintenance_has_the_store_and_no_transaction(writer: Writer) -> None:
    with writer:
        writer.run(lambda tx: add(tx, received()))
        writer.maintain(lambda store: store.rebuild())
        assert writer.maintain(lambda store: store.compare()) == []


def test_the_store_is_closed_at_the_end(tmp_path: Path) -> None:
    opened: list[SqliteStore] = []

    def open_store() -> SqliteStore:
        opened.append(sqlite_store(tmp_path))
        return opened[0]

    with Writer(open_store) as writer:
        writer.run(lambda tx: add(tx, received()))
        assert (tmp_path / "store.db-wal").exists()
    assert not (tmp_path / "store.db-wal").exists(), "closing the last connection takes the WAL in"


def test_readers_in_the_same_process_leave_the_writer_its_locks(tmp_path: Path) -> None:
    """Closing any descriptor of the file would drop them, and another program's visit would then delete the WAL."""
    visit = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM event'); c.close()"
    count = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM event').fetchone())"
    path = tmp_path / "store.db"
    with Writer(lambda: sqlite_store(tmp_path)) as writer:
        writer.run(lambda tx: add(tx, received()))
        for look in (medium.beside, medium._header):  # where things can be written, and where they can't
            look(path)
            with contextlib.closing(SqliteStore.open(path, readonly=True)) as reader:
                assert reader.head() == 1
            subprocess.run([sys.executable, "-c", visit, path], check=True)
            assert path.with_name("store.db-wal").exists(), "the visitor took itself for the last one"
        writer.run(lambda tx: add(tx, received("b")))
        found = subprocess.run([sys.executable, "-c", count, path], check=True, capture_output=True, text=True)
        assert found.stdout.strip() == "2"
