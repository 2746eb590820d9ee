"""A store's bytes, what can happen to them, and what must hold whatever did."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallywire.core import events as ev
from tallywire.eventstore import evidence
from tallywire.eventstore.base import TABLES, StoreError
from tallywire.eventstore.sqlite import SqliteStore
from tests.backup.homes import keep
from tests.eventstore.samples import Ticking, add, claimed, raised

FRAME, HEADER = 4096 + 24, 32  # of a -wal file with pages of 4,096 bytes
VIEWS = tuple(name for name, table in TABLES.items() if table.view)
_NAMED = re.compile(r"position \d+: |SQLite finds the file damaged: |the trigger \w+ is|/.*: |a redaction was")


@dataclass(frozen=True, slots=True)
class Original:
    """A store as kill -9 leaves it: its two files, the number of events after each commit, and what it says."""

    db: bytes
    wal: bytes
    commits: frozenset[int]
    seals: list[tuple[int, str]]
    events: list[Any]
    views: dict[str, list[dict[str, Any]]]


def original(folder: Path, articles: int = 12) -> Original:
    """Half of it is checkpointed, half stands in the -wal file."""
    commits = set()
    with closing(SqliteStore.open(folder / "store.db", clock=Ticking())) as store:
        for number in range(articles):
            with store.transaction() as tx:
                article = keep(tx, f"a{number}", 300)
                add(tx, claimed(f"c{number}", article), claimed(f"d{number}", article, low=number))
                add(tx, ev.ArticleSeenAgain(article, f"copy/{number}.txt"))
                if number % 4 == 0:
                    add(tx, raised(f"alert{number}"))
            commits.add(store.head())
            if number == articles // 2:
                store._connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
                commits = {store.head()}
        return Original(
            (folder / "store.db").read_bytes(),
            (folder / "store.db-wal").read_bytes(),
            frozenset(commits),
            list(store.seals()),
            list(store.events()),
            {name: store.rows(name) for name in VIEWS},
        )


def lay(folder: Path, db: bytes, wal: bytes | None) -> Path:
    """Puts the bytes down as a store that nobody has open; an empty folder every time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "store.db").write_bytes(db)
    if wal is not None:
        (folder / "store.db-wal").write_bytes(wal)
    return folder / "store.db"


def verdict(path: Path, true: Original) -> str:
    """What reading it comes to: "whole N", "named ..." or "refused ...". Anything else is a failed test."""
    try:
        store = SqliteStore.open(path, readonly=True)
    except StoreError as error:
        return f"refused {error}"
    with closing(store):
        try:
            return _said(store, true)
        except StoreError as error:
            return f"named {error}"


def _said(store: SqliteStore, true: Original) -> str:
    found = store.verify()
    if not found.ok:
        assert found.bad is not None and _NAMED.match(found.bad), found.bad
        return f"named {found.bad}"
    lines = [*evidence.problems(store), *store.compare()]
    if lines:
        return f"named {lines[0]}"
    assert found.events in true.commits, f"{found.events} events: in the middle of a commit"
    assert list(store.seals()) == true.seals[: found.events]
    assert list(store.events()) == true.events[: found.events], "silently wrong"
    if found.events == len(true.seals):
        assert {name: store.rows(name) for name in VIEWS} == true.views, "silently wrong"
    return f"whole {found.events}"


def written_to(path: Path) -> str:
    """What the daemon does with it: "refused ..." or "on", one event further."""
    try:
        store = SqliteStore.open(path)
    except StoreError as error:
        return f"refused {error}"
    with closing(store):
        try:
            with store.transaction() as tx:
                add(tx, ev.FileRejected("late.txt", 1, 1, "empty", "no bytes"))
        except StoreError as error:
            return f"refused {error}"
    return "on"
