"""A connection to a store with plain errors, and what SQLite's errors say: of the disk, the file, or the change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tallywire.eventstore.base import DamagedError, StoreError, UnwritableError
from tallywire.eventstore.columns import Cell

# What says nothing against what was to be written, by SQLite's result codes; a bad page, say, is another matter.
FULL: Final = "the disk is full"
READONLY: Final = "the file system is read-only"
LOCKED: Final = "it is being written to by another process"
FAILING: Final = "writing to the disk fails"
_UNWRITABLE: Final = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READONLY,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_CANTOPEN: "its files can't be opened",
}
_FAILING: Final = frozenset(
    # A quota, a limit on file sizes and a dying disk come as these.
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE}
    | {sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN}
)

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

PATIENCE: Final = 30.0  # seconds to wait for another process's transaction
PAGE: Final = 500  # events read at a time: a caller who pauses between them holds up no checkpoint

Values = Sequence[Cell | bytes]


class Connection:
    """Runs statements. Errors are StoreErrors, and one within a change forbids its commit: SQLite may have rolled all
    of it back by itself (disk full), and what follows would then be committed piece by piece."""

    def __init__(self, raw: sqlite3.Connection, name: str) -> None:
        self.raw, self.name = raw, name
        self._changing = False
        self._failure: str | None = None

    def fetch(self, sql: str, values: Values = ()) -> list[Any]:
        self._check()
        try:
            return self.raw.execute(sql, values).fetchall()
        except FAULTS as error:
            raise self._wrong(error) from error

    def run(self, sql: str, values: Values = ()) -> None:
        self._check()
        try:
            self.raw.execute(sql, values)
        except FAULTS as error:
            raise self._wrong(error) from error

    def stream(self, sql: str, values: Values = ()) -> Iterator[Any]:
        """Like `fetch`, for more rows than memory should hold. Nothing may be changed while they come."""
        self._check()
        try:
            cursor = self.raw.execute(sql, values)
            while page := cursor.fetchmany(PAGE):
                yield from page
        except FAULTS as error:
            raise self._wrong(error) from error

    def run_many(self, sql: str, values: Iterable[Values]) -> None:
        self._check()
        try:
            self.raw.executemany(sql, values)
        except FAULTS as error:
            raise self._wrong(error) from error

    @contextmanager
    def changing(self) -> Iterator[None]:
        """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK on any exception."""
        if self.raw.in_transaction:
            raise StoreError("a transaction is open already: transactions don't nest")
        self.run("BEGIN IMMEDIATE")  # deferred, a read-then-write fails at once when another process wrote in between
        self._changing = True
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._changing, self._failure = False, None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads within see one moment; inside a change, that change."""
        if self.raw.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def _check(self) -> None:
        if self._failure is not None:
            raise StoreError(f"this transaction has failed already: {self._failure}")

    def _wrong(self, error: Exception) -> StoreError:
        why = why_unwritable(error)
        found = wrong(error, f"{self.name}: {error}") if why is None else UnwritableError(why, self.name)
        if self._changing:
            self._failure = str(found)
        return found


# What goes wrong in SQLite; in a damaged file its very words may be no text.
FAULTS: Final = (sqlite3.Error, UnicodeDecodeError)


def wrong(error: Exception, text: str) -> StoreError:
    """A StoreError with that text; a DamagedError where SQLite says that the file is not what it should be."""
    primary = _code(error) & 0xFF  # the rest of an extended code says how it showed
    is_text = isinstance(error, UnicodeDecodeError) or str(error).startswith("Could not decode to UTF-8")
    return (DamagedError if primary in _DAMAGED or is_text else StoreError)(text)


def why_unwritable(error: Exception) -> str | None:
    """Why nothing can be written now; None where the error is about what was to be written, or read."""
    code = _code(error)
    return FAILING if code in _FAILING else _UNWRITABLE.get(code & 0xFF)


def _code(error: Exception) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # Python's own errors have none
    return code


class Over:
    """Stands in for the connection of a transaction that has ended."""

    def fetch(self, sql: str, values: Values = ()) -> list[Any]:
        raise StoreError("this transaction is over")

    run = stream = fetch
