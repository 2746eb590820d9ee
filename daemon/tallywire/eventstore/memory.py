"""The event store in memory, for tests: the same contract as SQLite's, behind the same tests.

What is committed is a state that nothing changes any more; a transaction works on a copy and swaps it in, so a rollback
is real, and readers of other threads never see half a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tallywire.core.events import Recorded
from tallywire.crash import crash_point
from tallywire.eventstore.base import TABLES, Clock, Row, StoreError, Table, Transaction, Verification
from tallywire.eventstore.chain import RawEvent, audit, head_of, recorded_of
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
)
from tallywire.eventstore.transaction import VIEW_TABLES, Folding, FoldingTransaction, differences, listed, utc_now

Cellsets = dict[str, dict[Cells, Cells]]  # table name -> key -> row


def _no_rows() -> Cellsets:
    return {name: {} for name in TABLES}


@dataclass(slots=True)
class State:
    log: list[RawEvent] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    tables: Cellsets = field(default_factory=_no_rows)
    evidence: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def copy(self) -> State:
        tables = {name: dict(rows) for name, rows in self.tables.items()}
        return State(list(self.log), dict(self.versions), tables, dict(self.evidence))


class MemoryReader:
    """Answers from the state that `state` gives at that moment."""

    def __init__(self, state: Callable[[], State]) -> None:
        self._state = state

    def events(
        self, after: int = 0, *, stream: str | None = None, types: Iterable[str] | None = None, limit: int | None = None
    ) -> Iterator[Recorded]:
        wanted = None if types is None else set(types)
        named = None if stream is None else storable(stream)
        found = (
            raw
            for raw in self._state().log[after:]  # positions have no gaps, and a slice does not see what is appended
            if (named is None or raw[1] == named) and (wanted is None or raw[3] in wanted)
        )
        yield from map(recorded_of, islice(found, checked_limit(limit)))

    def head(self) -> int:
        return len(self._state().log)

    def version(self, stream: str) -> int:
        return self._state().versions.get(storable(stream), 0)

    def row(self, table: str, *key: Any) -> Row | None:
        target = table_named(table)
        cells = self._state().tables[table].get(pack_key(target, key))
        return None if cells is None else unpack(target, cells)

    def rows(self, table: str, *, order: str | None = None, limit: int | None = None, **equal: Any) -> list[Row]:
        target = table_named(table)
        column, descending = order_of(target, order)
        found = self._matching(target, equal)
        if column is not None:
            at = target.columns.index(column)
            found.sort(key=lambda cells: (cells[at] is not None, cells[at]), reverse=descending)
        return [unpack(target, cells) for cells in found[: checked_limit(limit)]]

    def count(self, table: str, **equal: Any) -> int:
        return len(self._matching(table_named(table), equal))

    def _matching(self, table: Table, equal: dict[str, Any]) -> list[Cells]:
        wanted = [(pack_filter(table, name, value), table.columns.index(name)) for name, value in equal.items()]
        return [c for c in ordered(self._state(), table) if all(_matches(c[at], value) for value, at in wanted)]

    def starting(self, table: str, beginning: str, *, limit: int) -> list[str]:
        table_named(table)
        found = sorted({str(key[0]) for key in self._state().tables[table]})
        return [restored(key) for key in found if key.startswith(storable(beginning))][:limit]

    def each(self, table: str, columns: Sequence[str], **equal: Any) -> Iterator[Row]:
        for row in self.rows(table, **equal):
            yield {column: row[column] for column in columns}

    def original(self, article: str) -> bytes | None:
        kept = self._state().evidence.get(article)
        return kept[0] if kept else None

    def text(self, article: str) -> str | None:
        kept = self._state().evidence.get(article)
        return kept[1] if kept else None

    @contextmanager
    def snapshot(self) -> Iterator[MemoryReader]:
        """One moment for several questions."""
        state = self._state()
        yield MemoryReader(lambda: state)

    def close(self) -> None:
        """Nothing to close."""


def ordered(state: State, table: Table) -> Iterator[Cells]:
    """A table's rows in the order of their keys."""
    return (cells for _, cells in sorted(state.tables[table.name].items()))


def _matches(cell: Cell, wanted: Cell | list[Cell]) -> bool:
    return cell in wanted if isinstance(wanted, list) else cell == wanted


class MemoryFolding(MemoryReader, Folding):
    def _put(self, table: Table, cells: Cells) -> None:
        self._state().tables[table.name][cells[: len(table.key)]] = cells

    def _drop(self, table: Table, key: Cells) -> None:
        self._state().tables[table.name].pop(key, None)


class MemoryTransaction(MemoryFolding, FoldingTransaction):
    def __init__(self, state: State, clock: Clock) -> None:
        MemoryFolding.__init__(self, lambda: state)
        FoldingTransaction.__init__(self, clock)
        if state.log:
            self._last = head_of(state.log[-1])

    def end(self) -> None:
        """Nothing may go through this object after its transaction."""
        self._state = _over

    def _insert(self, raw: RawEvent) -> None:
        self._state().log.append(raw)
        self._state().versions[raw[1]] = raw[2]

    def _keep(self, article: str, original: bytes, text: str, reader: str) -> None:
        self._state().evidence.setdefault(article, (original, text))

    def _blank(self, article: str, texts: dict[int, str]) -> None:
        self._state().evidence.pop(article, None)
        log = self._state().log
        for position, text in texts.items():
            log[position - 1] = (*log[position - 1][:5], text, *log[position - 1][6:])


def _over() -> State:
    raise StoreError("this transaction is over")


class MemoryStore(MemoryReader):
    """An event store that ends with the process. `clock` gives an aware datetime."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(lambda: self._working or self._committed)
        self._clock = clock
        self._committed = State()
        self._working: State | None = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._changing() as state:
            tx = MemoryTransaction(state, self._clock)
            try:
                yield tx
            finally:
                tx.end()

    @contextmanager
    def _changing(self) -> Iterator[State]:
        if self._working is not None:
            raise StoreError("a transaction is open already: transactions don't nest")
        self._working = state = self._committed.copy()
        try:
            yield state
            crash_point("store.before_commit")
            self._committed = state
        finally:
            self._working = None
        crash_point("store.after_commit")

    def reader(self) -> MemoryReader:
        """For other threads: sees what is committed."""
        return MemoryReader(lambda: self._committed)

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        log = self._state().log
        return audit(log, sorted((raw[1], raw[0], raw[2]) for raw in log), progress)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> list[str]:
        with self._changing() as state:
            found, fresh = self._compared(progress)
            for table in VIEW_TABLES:
                state.tables[table.name] = fresh.tables[table.name]
        return found

    def compare(self, progress: Callable[[int], None] | None = None) -> list[str]:
        return self._compared(progress)[0]

    def _compared(self, progress: Callable[[int], None] | None) -> tuple[list[str], State]:
        live, fresh = self._state(), State()
        MemoryFolding(lambda: fresh).fold_all(live.log, progress)
        found = (d for t in VIEW_TABLES for d in differences(t, ordered(live, t), ordered(fresh, t)))
        return listed(found), fresh
