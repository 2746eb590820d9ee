"""Proving a log and making its views anew take the memory of a page of it, however long it is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

from tallywire.core.events import article_stream
from tallywire.eventstore import evidence
from tallywire.eventstore.sqlite import SqliteStore
from tests.eventstore.samples import received

FEW, MANY = 1_500, 4_500


def fill(store: SqliteStore, first: int, last: int) -> None:
    with store.transaction() as tx:
        for number in range(first, last):
            article = f"{number:064x}"
            tx.append(article_stream(article), received(article))


def peak(job: Callable[[], object]) -> int:
    """The most bytes of Python's that a job held at once."""
    tracemalloc.start()
    try:
        job()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_checks_and_rebuilds_hold_a_page_of_the_log(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "store.db")
    jobs = {
        "verify": store.verify,
        "compare": store.compare,
        "rebuild": store.rebuild,
        "evidence": lambda: sum(1 for _ in evidence.problems(store)),
    }
    fill(store, 0, FEW)
    for job in jobs.values():
        job()  # what is made once and kept, statements and triggers, is not what this is about
    few = {name: peak(job) for name, job in jobs.items()}
    fill(store, FEW, MANY)
    many = {name: peak(job) for name, job in jobs.items()}
    store.close()
    grown = {name: many[name] - few[name] for name in jobs}
    assert all(size < 200_000 for size in grown.values()), (few, many)  # the keys alone would be 300,000 and more


def test_of_a_table_that_differs_as_a_whole_the_first_rows_are_named(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "store.db")
    fill(store, 0, FEW)
    store._connection.run("UPDATE article SET title = 'forged'")
    found = store.compare()
    assert len(found) == 1001 and found[-1] == f"and {FEW - 1000:,} more"
    assert store.rebuild() == found
    assert store.compare() == []
    store.close()
