"""A store copied whole while others read and write it, and what a copy must hold to be believed.

The copy is one moment of the store: SQLite's backup runs in a single step inside a read transaction. In WAL mode that
holds up nobody; only the -wal file can't start over until it is done. (In small steps it would begin again with each
commit, and VACUUM INTO takes no transaction, so nothing could be counted at the same moment.)

A copy is a single file in rollback mode: it needs nothing beside it and opens on any medium.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tallywire.eventstore.base import DamagedError, StoreError
from tallywire.eventstore.chain import GENESIS, audit
from tallywire.eventstore.connection import FAULTS, Connection, wrong
from tallywire.eventstore.sqlite_rows import SqliteReader

APPLICATION: Final = 0x54574952  # "TWIR": tells a store from other SQLite files


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds: rows of each table, the log's last position and its hash."""

    counts: dict[str, int]
    events: int
    head: str


def contents(raw: sqlite3.Connection) -> Contents:
    """Counts everything. In one transaction all of it is of the same moment."""
    tables = [name for (name,) in raw.execute(_TABLES)]
    counts = {name: int(raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}
    return Contents(counts, *end(raw))


def end(raw: sqlite3.Connection) -> tuple[int, str]:
    """The log's last position and its hash."""
    return raw.execute("SELECT position, hash FROM event ORDER BY position DESC LIMIT 1").fetchone() or (0, GENESIS)


_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


def schema_of(raw: sqlite3.Connection, path: Path) -> int:
    """The schema's number. Raises StoreError for what is no store of Tallywire."""
    try:
        application = raw.execute("PRAGMA application_id").fetchone()[0]
        schema = int(raw.execute("PRAGMA user_version").fetchone()[0])
    except FAULTS as error:
        raise wrong(error, f"{path} can't be read: {error}") from error
    if application != APPLICATION:
        raise StoreError(f"{path} is no Tallywire store")
    return schema


def copy_out(raw: sqlite3.Connection, target: Path) -> Contents:
    """Copies the store behind a connection into a new file, and gives what was in it at that moment.

    The file (mode 0600) is on the disk when this returns. Raises StoreError where it can't be; `target` may be left.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        raw.execute("BEGIN")
        try:
            held = contents(raw)
            with _alone(target) as copy:
                raw.backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            if raw.in_transaction:  # an error may have ended it
                raw.execute("ROLLBACK")
    except FAULTS as error:
        raise wrong(error, f"the copy {target} can't be made: {error}") from error
    _flush(target)
    return held


@contextmanager
def _alone(target: Path) -> Iterator[sqlite3.Connection]:
    """Nobody else knows this file yet: no locks (a network share may have none), no journal, one flush at the end."""
    uri = f"{target.absolute().as_uri()}?vfs=unix-none"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as copy:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF"):
            copy.execute(f"PRAGMA {pragma}")
        yield copy


def _flush(path: Path) -> None:
    """To the disk, and out of the cache, so that a proof reads what the disk holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Makes a rename last. Some network file systems have no such thing for folders."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


# --- believing a copy -----------------------------------------------------------------------------------------------


def damage(raw: sqlite3.Connection, expected: Contents | None = None) -> str | None:
    """What is wrong with a file: its structure, or what it holds. None: nothing."""
    try:
        for (text,) in raw.execute("PRAGMA integrity_check(1)"):
            if text != "ok":
                return f"SQLite finds the file damaged: {text}"
        found = contents(raw)
    except FAULTS as error:
        return f"it can't be read: {error}"
    return None if expected is None else _difference(expected, found)


def _difference(expected: Contents, found: Contents) -> str | None:
    if (expected.events, expected.head) != (found.events, found.head):
        return f"its log ends at position {found.events}, not at {expected.events} with the same hash"
    for name in sorted(expected.counts.keys() | found.counts.keys()):
        ours, theirs = expected.counts.get(name), found.counts.get(name)
        if ours != theirs:
            return f"its table {name} has {theirs} rows, not {ours}"
    return None


def log_damage(raw: sqlite3.Connection, path: Path) -> str | None:
    """The first bad event of a log of whatever schema."""
    log = SqliteReader(Connection(raw, str(path)))
    return audit(log.raws(), log.numbers()).bad


def keep_before_upgrade(raw: sqlite3.Connection, path: Path, schema: int) -> Path:
    """Copies a store to backups/ beside it before it is upgraded to `schema`, and proves the copy.

    One of the same log that is there already stands. Raises StoreError: then nothing may be upgraded.
    """
    folder = path.parent / "backups"
    position, seal = end(raw)
    kept = folder / f"before-schema-{schema}-at-{position}-{seal[:8]}.db"
    if kept.exists():
        return kept
    part = folder / f".{kept.name}.part"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)  # of a try that was killed: one writer at a time
        expected = copy_out(raw, part)
        with closing(sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            problem = damage(copy, expected) or log_damage(copy, part)
        if problem:
            raise DamagedError(problem)
        part.rename(kept)
        flush_folder(folder)
    except (StoreError, OSError) as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{path} is not upgraded: the copy to be kept of it first failed: {error}") from error
    return kept
