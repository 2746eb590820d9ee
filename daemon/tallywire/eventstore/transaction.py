"""What the transactions of all stores do alike: appending, folding into the views, redacting.

A store adds the few primitives at the end, and reading. Everything that can refuse an event happens before the first
primitive writes, so a caller who catches the error and goes on has lost nothing and kept no half of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from tallywire.core.events import ArticleRedacted, Event, Recorded, article_stream, claim_stream
from tallywire.eventstore.base import TABLES, Clock, Row, StoreError, StreamConflictError, Table
from tallywire.eventstore.chain import PROGRESS_EVERY, Head, Note, RawEvent, head_of, recorded_of, seal, sha256
from tallywire.eventstore.codec import canonical, decoded
from tallywire.eventstore.columns import Cells, pack, pack_key, table_named
from tallywire.eventstore.redaction import ALERTS, blanked, refold
from tallywire.eventstore.views import Change, Put, project

NAMED: Final = 1000  # differences that are named one by one
VIEW_TABLES: Final = tuple(table for table in TABLES.values() if table.view)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Folding(ABC):
    """View tables that events can be folded into."""

    @abstractmethod
    def row(self, table: str, *key: Any) -> Row | None: ...

    @abstractmethod
    def rows(self, table: str, *, order: str | None = None, limit: int | None = None, **equal: Any) -> list[Row]: ...

    def fold(self, recorded: Recorded) -> None:
        self._apply(self._packed(project(recorded, decoded(recorded), self)))

    def fold_all(self, raws: Iterable[RawEvent], progress: Callable[[int], None] | None = None) -> None:
        """Folds a log; `progress` is told the number of events so far, now and then."""
        for count, raw in enumerate(raws, start=1):
            self.fold(recorded_of(raw))
            if progress and count % PROGRESS_EVERY == 0:
                progress(count)

    def _packed(self, changes: Iterable[Change]) -> list[tuple[Table, Cells, bool]]:
        """(table, cells of the row or of its key, whether it is a row to put)."""
        packed = []
        for change in changes:
            table = TABLES[change.table]
            is_row = isinstance(change, Put)
            cells = pack(table, change.row) if isinstance(change, Put) else pack_key(table, change.key)
            packed.append((table, cells, is_row))
        return packed

    def _apply(self, packed: Iterable[tuple[Table, Cells, bool]]) -> None:
        for table, cells, is_row in packed:
            (self._put if is_row else self._drop)(table, cells)

    @abstractmethod
    def _put(self, table: Table, cells: Cells) -> None: ...

    @abstractmethod
    def _drop(self, table: Table, key: Cells) -> None: ...


class FoldingTransaction(Folding):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = Head()  # stores set it to the log's end when the transaction begins

    @abstractmethod
    def version(self, stream: str) -> int: ...

    @abstractmethod
    def events(
        self, after: int = 0, *, stream: str | None = None, types: Iterable[str] | None = None, limit: int | None = None
    ) -> Iterator[Recorded]: ...

    def append(
        self,
        stream: str,
        event: Event,
        *,
        by: str = "daemon",
        expected: int | None = None,
        cause: int | None = None,
        correlation: str | None = None,
    ) -> Recorded:
        version = self.version(stream)
        if expected is not None and expected != version:
            raise StreamConflictError(stream, expected, version)
        note = Note(by, cause, correlation)
        raw, reread = seal(self._last, stream, version + 1, event, note, self._clock())
        recorded = recorded_of(raw)
        packed = self._packed(project(recorded, reread, self))
        self._insert(raw)
        self._apply(packed)
        self._last = head_of(raw)
        return recorded

    def keep(self, article: str, original: bytes, text: str, reader: str) -> None:
        """The first evidence stands: offsets of claims refer to it."""
        known = self.row("article", article)
        if known is not None and known["is_redacted"]:
            raise StoreError(f"article {article} was redacted: its text is not kept again")
        self._keep(article, original, text, reader)

    def put(self, table: str, row: Row) -> None:
        target = table_named(table, operational=True)
        self._put(target, pack(target, row))

    def delete(self, table: str, *key: Any) -> None:
        target = table_named(table, operational=True)
        self._drop(target, pack_key(target, key))

    def redact(self, article: str, *, why: str, by: str) -> Recorded:
        """Raises StoreError for an article that was never received. Again redacts what came since."""
        if self.row("article", article) is None:
            raise StoreError(f"there is no article {article}")
        claims = [row["id"] for row in self.rows("claim", article=article)]
        payloads = blanked(self._concerned(article, claims), article, claims)
        texts = {position: canonical(data) for position, data in payloads.items()}
        self._blank(article, texts)
        for position in sorted(texts):
            for recorded in self.events(position - 1, limit=1):
                self._apply(self._packed(refold(recorded, decoded(recorded), self)))
        left = {str(position): sha256(text) for position, text in texts.items()}
        return self.append(article_stream(article), ArticleRedacted(article, why, left), by=by)

    def _concerned(self, article: str, claims: Sequence[str]) -> Iterator[Recorded]:
        for stream in (article_stream(article), *map(claim_stream, claims)):
            yield from self.events(stream=stream)
        yield from self.events(types=ALERTS)

    @abstractmethod
    def _insert(self, raw: RawEvent) -> None:
        """Adds an event to the log."""

    @abstractmethod
    def _keep(self, article: str, original: bytes, text: str, reader: str) -> None:
        """Keeps evidence, unless there is some."""

    @abstractmethod
    def _blank(self, article: str, texts: dict[int, str]) -> None:
        """Replaces payload texts by position, and forgets the article's evidence."""


def differences(table: Table, live: Iterable[Cells], fresh: Iterable[Cells]) -> Iterator[str]:
    """Names what differs between two sets of rows of one table, both in the order of the key."""
    width = len(table.key)
    ours, theirs = iter(live), iter(fresh)
    a, b = next(ours, None), next(theirs, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a[:width] < b[:width]):
            assert a is not None
            yield f"{_name(table, a)} is not in the log"
            a = next(ours, None)
        elif a is None or b[:width] < a[:width]:
            yield f"{_name(table, b)} is missing"
            b = next(theirs, None)
        else:
            yield from _cell_differences(table, a, b)
            a, b = next(ours, None), next(theirs, None)


def listed(found: Iterable[str]) -> list[str]:
    """The first differences, and how many more there are: a table that differs as a whole must not fill the memory."""
    lines = list(islice(found := iter(found), NAMED))
    more = sum(1 for _ in found)
    return [*lines, f"and {more:,} more"] if more else lines


def _cell_differences(table: Table, live: Cells, fresh: Cells) -> Iterator[str]:
    for column, ours, theirs in zip(table.columns, live, fresh, strict=True):
        if ours != theirs or type(ours) is not type(theirs):
            yield f"{_name(table, live)}: {column} is {ours!r}, by the log {theirs!r}"


def _name(table: Table, cells: Cells) -> str:
    return f"{table.name} {' '.join(str(cell) for cell in cells[: len(table.key)])}"
