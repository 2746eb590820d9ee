"""SQLite underneath the store: a connection with plain errors, and the SQL for events, rows and evidence."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tallywire.core.events import Recorded
from tallywire.eventstore.base import TABLES, Clock, DamagedError, Row, StoreError, Table, UnwritableError
from tallywire.eventstore.chain import COLUMNS, Numbered, RawEvent, head_of, recorded_of
from tallywire.eventstore.codec import canonical
from tallywire.eventstore.columns import (
    Cell,
    Cells,
    checked_limit,
    order_of,
    pack_filter,
    pack_key,
    restored,
    storable,
    table_named,
    unpack,
    unpack_some,
)
from tallywire.eventstore.transaction import Folding, FoldingTransaction

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
LAST: Final = "\U0010ffff" * 8  # after whatever a key goes on with
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


class _Over:
    """Stands in for the connection of a transaction that has ended."""

    def fetch(self, sql: str, values: Values = ()) -> list[Any]:
        raise StoreError("this transaction is over")

    run = stream = fetch


# --- statements -----------------------------------------------------------------------------------------------------


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" * len(columns))


@dataclass(frozen=True, slots=True)
class Statements:
    """What is asked of one table again and again."""

    select: str
    by_key: str
    put: str
    drop: str
    in_order: str


def _statements(table: Table) -> Statements:
    select = f"SELECT {_names(table.columns)} FROM {table.name}"
    is_key = " AND ".join(f'"{column}" = ?' for column in table.key)
    others = ", ".join(f'"{c}" = excluded."{c}"' for c in table.columns[len(table.key) :])
    return Statements(
        select=select,
        by_key=f"{select} WHERE {is_key}",
        put=f"INSERT INTO {table.name} ({_names(table.columns)}) VALUES ({_marks(table.columns)})"
        f" ON CONFLICT ({_names(table.key)}) DO {f'UPDATE SET {others}' if others else 'NOTHING'}",
        drop=f"DELETE FROM {table.name} WHERE {is_key}",
        in_order=f"{select} ORDER BY {_names(table.key)}",
    )


STATEMENTS: Final = {table.name: _statements(table) for table in TABLES.values()}
SELECT_EVENT: Final = f"SELECT {_names(COLUMNS)} FROM event"
INSERT_EVENT: Final = f"INSERT INTO event ({_names(COLUMNS)}) VALUES ({_marks(COLUMNS)})"


def _condition(table: Table, column: str, value: Any) -> tuple[str, list[Cell]]:
    """ "One of" goes in as one JSON array, so that lists of any length are one statement."""
    cell = pack_filter(table, column, value)
    if not isinstance(cell, list):
        return f'"{column}" IS ?', [cell]
    or_null = f' OR "{column}" IS NULL' if None in cell else ""
    return f'("{column}" IN (SELECT value FROM json_each(?)){or_null})', [canonical(cell)]


def _where(table: Table, equal: dict[str, Any]) -> tuple[str, list[Cell]]:
    conditions = [_condition(table, column, value) for column, value in equal.items()]
    where = f" WHERE {' AND '.join(text for text, _ in conditions)}" if conditions else ""
    return where, [cell for _, cells in conditions for cell in cells]


# --- reading --------------------------------------------------------------------------------------------------------


class SqliteRows(Folding):
    """View and operational tables behind a connection."""

    def __init__(self, connection: Connection) -> None:
        self._db: Connection | _Over = connection

    def row(self, table: str, *key: Any) -> Row | None:
        target = table_named(table)
        found = self._db.fetch(STATEMENTS[table].by_key, pack_key(target, key))
        return unpack(target, found[0]) if found else None

    def rows(self, table: str, *, order: str | None = None, limit: int | None = None, **equal: Any) -> list[Row]:
        target = table_named(table)
        where, values = _where(target, equal)
        column, descending = order_of(target, order)
        first = f'"{column}" {"DESC" if descending else "ASC"}, ' if column else ""
        sql = f"{STATEMENTS[table].select}{where} ORDER BY {first}{_names(target.key)} LIMIT ?"
        left = checked_limit(limit)
        return [unpack(target, cells) for cells in self._db.fetch(sql, [*values, -1 if left is None else left])]

    def count(self, table: str, **equal: Any) -> int:
        where, values = _where(table_named(table), equal)
        return int(self._db.fetch(f"SELECT count(*) FROM {table}{where}", values)[0][0])

    def starting(self, table: str, beginning: str, *, limit: int) -> list[str]:
        """Found by the key's index: \U0010ffff and more of it sorts after all that a key can go on with."""
        column, first = table_named(table).key[0], storable(beginning)
        sql = f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" >= ? AND "{column}" < ? ORDER BY 1 LIMIT ?'
        values = (first, f"{first}{LAST}", limit)
        return [restored(cells[0]) for cells in self._db.fetch(sql, values)]

    def each(self, table: str, columns: Sequence[str], **equal: Any) -> Iterator[Row]:
        target = table_named(table)
        where, values = _where(target, equal)
        for cells in self._db.stream(f"SELECT {_names(columns)} FROM {table}{where}", values):
            yield unpack_some(columns, cells)

    def cells(self, table: Table) -> Iterator[Cells]:
        """All rows in the order of the key, as kept."""
        yield from self._db.stream(STATEMENTS[table.name].in_order)

    def _put(self, table: Table, cells: Cells) -> None:
        self._db.run(STATEMENTS[table.name].put, cells)

    def _drop(self, table: Table, key: Cells) -> None:
        self._db.run(STATEMENTS[table.name].drop, key)


class SqliteReader(SqliteRows):
    """Events and evidence too."""

    def events(
        self, after: int = 0, *, stream: str | None = None, types: Iterable[str] | None = None, limit: int | None = None
    ) -> Iterator[Recorded]:
        left = checked_limit(limit)
        upto = self.head()
        wanted = None if types is None else canonical(sorted(set(types)))
        named = None if stream is None else storable(stream)
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._page(after, upto, named, wanted, size)
            yield from map(recorded_of, page)
            if len(page) < size:
                return
            after = page[-1][0]
            left = None if left is None else left - size

    def _page(self, after: int, upto: int, stream: str | None, types: str | None, size: int) -> list[RawEvent]:
        sql = f"{SELECT_EVENT} WHERE position > ? AND position <= ?"
        values: list[Cell] = [after, upto]
        if stream is not None:
            sql, values = f"{sql} AND stream = ?", [*values, stream]
        if types is not None:
            sql, values = f"{sql} AND type IN (SELECT value FROM json_each(?))", [*values, types]
        return self._db.fetch(f"{sql} ORDER BY position LIMIT ?", [*values, size])

    def raws(self) -> Iterator[RawEvent]:
        """The whole log as kept. In a damaged file everything up to the first unreadable event comes out."""
        after, size = 0, PAGE
        while True:
            try:
                page = self._db.fetch(f"{SELECT_EVENT} WHERE position > ? ORDER BY position LIMIT ?", (after, size))
            except StoreError:
                if size == 1:
                    raise
                size = 1
                continue
            yield from page
            if not page:
                return
            after = page[-1][0]

    def numbers(self) -> Iterator[Numbered]:
        """The events by stream and position. Sorted from the table itself: an index might tell of another one."""
        yield from self._db.stream("SELECT stream, position, version FROM event NOT INDEXED ORDER BY stream, position")

    def seals(self, after: int = 0) -> Iterator[tuple[int, str]]:
        """Position and hash of every event after a position, in order."""
        sql = "SELECT position, hash FROM event WHERE position > ? ORDER BY position LIMIT ?"
        while page := self._db.fetch(sql, (after, PAGE)):
            yield from page
            after = page[-1][0]

    def head(self) -> int:
        return int(self._db.fetch("SELECT coalesce(max(position), 0) FROM event")[0][0])

    def version(self, stream: str) -> int:
        sql = "SELECT coalesce(max(version), 0) FROM event WHERE stream = ?"
        return int(self._db.fetch(sql, (storable(stream),))[0][0])

    def original(self, article: str) -> bytes | None:
        found = self._db.fetch("SELECT data FROM original WHERE article = ?", (article,))
        try:
            return zlib.decompress(found[0][0]) if found else None
        except zlib.error as error:
            raise DamagedError(f"the original of article {article[:12]} is damaged: {error}") from error

    def text(self, article: str) -> str | None:
        found = self._db.fetch("SELECT text FROM clean_text WHERE article = ?", (article,))
        return restored(found[0][0]) if found else None


# --- changing -------------------------------------------------------------------------------------------------------


class SqliteTransaction(SqliteReader, FoldingTransaction):
    def __init__(self, connection: Connection, clock: Clock) -> None:
        SqliteReader.__init__(self, connection)
        FoldingTransaction.__init__(self, clock)
        self.has_redacted = False
        for raw in self._db.fetch(f"{SELECT_EVENT} ORDER BY position DESC LIMIT 1"):
            self._last = head_of(raw)

    def end(self) -> None:
        """Nothing may go through this object after its transaction."""
        self._db = _Over()

    def _insert(self, raw: RawEvent) -> None:
        self._db.run(INSERT_EVENT, raw)

    def _keep(self, article: str, original: bytes, text: str, reader: str) -> None:
        if self._db.fetch("SELECT 1 FROM original WHERE article = ?", (article,)):
            return
        self._db.run("INSERT INTO original (article, data) VALUES (?, ?)", (article, zlib.compress(original)))
        values = (article, storable(reader), storable(text))
        self._db.run("INSERT INTO clean_text (article, reader, text) VALUES (?, ?, ?)", values)

    def _blank(self, article: str, texts: dict[int, str]) -> None:
        """The triggers let through what `redacting` announces; each announcement goes as it is used."""
        self.has_redacted = True
        for position, text in texts.items():
            self._db.run("INSERT INTO redacting (position, article, data) VALUES (?, ?, ?)", (position, article, text))
        for table in ("original", "clean_text"):
            self._db.run(f"DELETE FROM {table} WHERE article = ?", (article,))
        for position, text in texts.items():
            self._db.run("UPDATE event SET data = ? WHERE position = ?", (text, position))
