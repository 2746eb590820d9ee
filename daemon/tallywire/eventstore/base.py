"""What an event store is: the contract that SQLite, memory (and PostgreSQL) fulfil, and its tables.

The log of events is the truth. View tables are folded from it in the same transaction as the append (views.py) and can
be rebuilt from it. Operational tables (what is on its way: files seen, delivery attempts, checkpoints) are not derived
from events; a rebuild leaves them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from tallywire.core.events import Event, Recorded

Row = dict[str, Any]
Clock = Callable[[], datetime]


class StoreError(Exception):
    """The store can't be used as asked; the message says what to do."""


class UnwritableError(StoreError):
    """Nothing can be written for now, whatever it is. What was tried has left no trace, and works once that is over.

    `why` in a few words: "the disk is full", "the file system is read-only".
    """

    def __init__(self, why: str, where: str) -> None:
        super().__init__(f"{where} can't be written: {why}")
        self.why = why


class DamagedError(StoreError):
    """The store's file, or what its log rests on, is not as it was written."""


class StreamConflictError(StoreError):
    """The stream's version is not the expected one: somebody (or an earlier try) was here already."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        super().__init__(f"stream {stream} is at version {found}, not {expected}")
        self.stream, self.expected, self.found = stream, expected, found


@dataclass(frozen=True, slots=True)
class Table:
    """A table's key columns, and whether it is a view of the log (rebuilt) or operational (kept)."""

    name: str
    key: tuple[str, ...]
    view: bool
    columns: tuple[str, ...]  # all, the key's first


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. `bad` names the first broken position and why; `redacted` counts blanked payloads."""

    events: int
    head: str
    ok: bool
    bad: str | None = None
    redacted: int = 0
    notes: tuple[str, ...] = field(default=())


class Reader(Protocol):
    """Questions; inside a transaction they see its own changes."""

    def events(
        self, after: int = 0, *, stream: str | None = None, types: Iterable[str] | None = None, limit: int | None = None
    ) -> Iterator[Recorded]:
        """Events in position order, after a position."""

    def head(self) -> int:
        """The last position, 0 for an empty log."""

    def version(self, stream: str) -> int:
        """The number of events in a stream."""

    def row(self, table: str, *key: Any) -> Row | None:
        """One row by its key."""

    def rows(self, table: str, *, order: str | None = None, limit: int | None = None, **equal: Any) -> list[Row]:
        """Rows whose columns equal the values given, in the order of the key, or of `order` ("due", "-position").

        A value that is a tuple or list means "one of"; None means IS NULL.
        """

    def count(self, table: str, **equal: Any) -> int:
        """How many rows `rows` would give."""

    def starting(self, table: str, beginning: str, *, limit: int) -> list[str]:
        """The first keys (of the first key column, text) that begin so, in order."""

    def each(self, table: str, columns: Sequence[str], **equal: Any) -> Iterator[Row]:
        """Some columns of the rows that `rows` would give, one by one and in no order: for more than memory should
        hold. Nothing may be changed while they come."""

    def original(self, article: str) -> bytes | None:
        """The bytes as they arrived (None: unknown or redacted)."""

    def text(self, article: str) -> str | None:
        """The clean text that claims' offsets refer to (None: unknown or redacted)."""


class Transaction(Reader, Protocol):
    """One atomic change: all of it is durable when the context ends, or none of it is."""

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
        """Appends and folds the event into the views. `expected`: or raise StreamConflictError."""

    def keep(self, article: str, original: bytes, text: str, reader: str) -> None:
        """Keeps the evidence of an article: original bytes (compressed by the store) and clean text."""

    def put(self, table: str, row: Row) -> None:
        """Inserts or replaces a row of an operational table; columns not given become NULL."""

    def delete(self, table: str, *key: Any) -> None:
        """Deletes a row of an operational table, if it is there."""

    def redact(self, article: str, *, why: str, by: str) -> Recorded:
        """Blanks an article's payloads, text and original and appends ArticleRedacted."""


class EventStore(Reader, Protocol):
    def transaction(self) -> AbstractContextManager[Transaction]:
        """The one writer's transaction (BEGIN IMMEDIATE). Not for two threads at once."""

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        """Reads the whole log: positions, versions, hashes, chain, triggers in place."""

    def rebuild(self, progress: Callable[[int], None] | None = None) -> list[str]:
        """Makes the views anew from the log, in one transaction; gives what had differed, as `compare` would have."""

    def compare(self, progress: Callable[[int], None] | None = None) -> list[str]:
        """Folds the log into fresh views and names what differs in the live ones; empty when equal.

        Of many differences the first ones are named and the others counted, in the last line.
        """

    def close(self) -> None: ...


def _table(name: str, key: str, columns: str, *, view: bool) -> Table:
    keys = tuple(key.split())
    return Table(name, keys, view, keys + tuple(columns.split()))


# Columns that hold JSON (definition, state, data, ...) are text in the tables and Python values in rows: *_json columns
# are encoded and decoded by the store. Booleans are kept as 0/1 and come back as bool where named is_*.
TABLES: Final[dict[str, Table]] = {
    t.name: t
    for t in (
        # views
        _table(
            "article",
            "id",
            "path title outlet author url published published_from reader media size received_at position"
            " is_quiet is_redacted is_dated page group_id replaced_by",
            view=True,
        ),  # page: the key of its address; group_id: of the near copies it belongs to, see "likeness"
        _table("likeness", "group_id", "least members", view=True),  # least: the smallest id of the group's articles
        _table("sighting", "path article", "seen_at", view=True),
        _table("rejection", "id", "path size mtime_ns reason detail rejected_at", view=True),
        _table(
            "claim",
            "id",
            "article estimate low high bound kind status noun source as_of basis quote start_at end_at number_start"
            " number_end sentence rule extractor onto is_correction state is_confirmed state_reason position"
            " changed_at verdict_by",
            view=True,
        ),  # state: standing | withdrawn; verdict_by: the analyst whose verdict a re-extraction must keep
        _table(
            "estimate",
            "id",
            "title definition_json fingerprint state_json revisions revised_at revised_position contradiction_json"
            " pin_json rebased_json snooze_json is_retired",
            view=True,
        ),
        _table("sources", "id", "entries_json fingerprint", view=True),  # one row, id "sources"
        _table(
            "alert",
            "id",
            "kind estimate severity title text reason channels_json before_json after_json evidence_json corrects"
            " revision raised_at position acknowledged_at",
            view=True,
        ),  # digests too, with kind "digest"
        _table(
            "delivery",
            "alert channel",
            "state queued_at settled_at attempts is_repeat error position",
            view=True,
        ),  # state: queued | delivered | dead | dropped
        _table(
            "notified", "estimate rule", "value_json alert", view=True
        ),  # the last value that was told, or began with
        # operational
        _table("file", "path", "size mtime_ns state reason article first_seen last_seen tries identity", view=False),
        # identity: device, inode and change time, which no tool can set back
        # state: waiting | settling | done | rejected | unreadable | stuck
        _table("sketch", "shingle article", "", view=False),  # by which near copies are found
        _table("attempt", "alert channel", "attempts due leased_until last_error last_at is_open", view=False),
        # is_open: an attempt was committed and has no outcome yet
        _table("checkpoint", "name", "position", view=False),
        _table("meta", "name", "value_json", view=False),
        _table("fold", "estimate", "position state_json", view=False),  # the newest states that tips.py keeps
        _table("statement", "estimate voice figure", "day claim sharpness", view=False),  # and what was said so far
    )
}
