"""The SQL for events, rows and evidence of a store."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tallywire.core.events import Recorded
from tallywire.eventstore.base import TABLES, Clock, DamagedError, Row, StoreError, Table
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
from tallywire.eventstore.connection import PAGE, Connection, Over
from tallywire.eventstore.transaction import Folding, FoldingTransaction

LAST: Final = "\U0010ffff" * 8  # after whatever a key goes on with

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
        self._db: Connection | Over = connection

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
        self._db = Over()

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
