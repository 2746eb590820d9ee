"""The event store on SQLite: one file, one writing connection, any number of reading ones.

A store is opened for writing by one process at a time (lock.py sees to it), and only that connection checkpoints.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from tallywire.crash import crash_point
from tallywire.eventstore.base import Clock, DamagedError, StoreError, Transaction, Verification
from tallywire.eventstore.chain import audit, end_problem
from tallywire.eventstore.connection import FAULTS, PATIENCE, Connection, wrong
from tallywire.eventstore.copying import APPLICATION, Contents, copy_out, damage, keep_before_upgrade
from tallywire.eventstore.medium import Mark, beside, connected, copied, mark, way
from tallywire.eventstore.sqlite_rows import SELECT_EVENT, STATEMENTS, SqliteReader, SqliteRows, SqliteTransaction
from tallywire.eventstore.transaction import VIEW_TABLES, differences, listed, utc_now
from tallywire.eventstore.views import VIEWS

LOOKED_THROUGH: Final = 32_000_000  # bytes of a store that opening it for writing checks whole: some 0.2 s
SCHEMA: Final = 3  # the number of the last schema/sqlite/<number>.sql
FOLDING: Final = 16_000  # kB of pages that a fold aside keeps
Progress = Callable[[int], None]


class _OldError(StoreError):
    """The store has to be brought up to date before it can be read."""


class SqliteStore(SqliteReader):
    """See `open`. Belongs to the thread that opened it, if open for writing."""

    def __init__(self, path: Path, database: Database, clock: Clock, *, readonly: bool) -> None:
        self.path, self.readonly = path, readonly
        self._database, self._clock = database, clock
        self._connection = Connection(database.conn, str(path))
        self._mark: Mark | None = None
        super().__init__(self._connection)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        clock: Clock = utc_now,
        readonly: bool = False,
        still: bool = False,
        private: bool = False,
        progress: Progress | None = None,
    ) -> SqliteStore:
        """Opens a store; for writing, makes it if it is not there. `clock` gives an aware datetime.

        Reading works where nothing may be written, too; `still`: it is a copy that nobody writes to, and no locks are
        taken. A store that has to be upgraded is copied to backups/ first, unless it is a copy itself (`private`).
        Where another version made the views they are made anew, and `progress` is told of it, as by `rebuild`.
        Raises StoreError: no store there (reading), no store but something else, made by a newer version, not writable,
        and DamagedError where its file or the end of its log is not whole.
        """
        place = Path(path)
        if still:
            return cls._opened(place, place, clock, readonly=True, frozen=True)
        if readonly:
            return cls._to_read(place, clock)
        return cls._opened(place, place, clock, private=private, progress=progress)

    @classmethod
    def _to_read(cls, place: Path, clock: Clock) -> SqliteStore:
        there = beside(place)
        chosen, why = way(there)
        if chosen != "copied":
            try:
                return cls._opened(place, place, clock, readonly=True, frozen=chosen == "frozen")
            except _OldError:
                chosen, why = way(there, is_old=True)
                if chosen != "copied":
                    raise
        with copied(place, why) as copy:
            cls._opened(copy, place, clock, private=True).close()
            return cls._opened(copy, place, clock, readonly=True)

    @classmethod
    def _opened(
        cls,
        at: Path,
        shown: Path,
        clock: Clock,
        *,
        readonly: bool = False,
        frozen: bool = False,
        private: bool = False,
        progress: Progress | None = None,
    ) -> SqliteStore:
        """`shown` is the store's path for people; `private`: nobody needs this file as it was."""
        database = Database(connected(at, readonly=readonly, frozen=frozen), execute_plugins=False)
        store = cls(shown, database, clock, readonly=readonly)
        store._mark = mark(at) if frozen else None
        try:
            store._check_schema()
            if not readonly:
                store._check()
                store._prepare(progress, private=private)
        except FAULTS as error:
            store._database.close()
            raise wrong(error, f"{shown} can't be used: {error}") from error
        except BaseException:
            store._database.close()
            raise
        return store

    def reader(self) -> SqliteStore:
        """Another, read-only connection to the same file, for use by one thread at a time, whichever."""
        return SqliteStore.open(self.path, clock=self._clock, readonly=True)

    def close(self) -> None:
        """Raises StoreError when what was read as a file that nobody changes was changed meanwhile."""
        self._database.close()
        if self._mark is not None:
            self._mark.check()

    # --- changing ---------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._changing():
            tx = SqliteTransaction(self._connection, self._clock)
            try:
                yield tx
            finally:
                tx.end()
            crash_point("store.before_commit")
        crash_point("store.after_commit")
        if tx.has_redacted:
            self._empty_wal()

    def _empty_wal(self) -> None:
        """What was redacted lingers in the WAL until it is written over. A long reader may hold this up; it then
        happens with a later checkpoint."""
        with suppress(StoreError):
            self._connection.run("PRAGMA busy_timeout = 1000")
            self._connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.run(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        if self.readonly:
            raise StoreError(f"{self.path} was opened for reading only")
        with self._connection.changing():
            yield

    def rebuild(self, progress: Progress | None = None) -> list[str]:
        with self._changing(), self._folded(progress) as fresh:
            found = self._differing(fresh)
            self._replace_views(fresh)
        return found

    @contextmanager
    def _folded(self, progress: Progress | None = None) -> Iterator[SqliteRows]:
        """The log folded into fresh views, aside: rows come in the order of events there, and any page is soon
        changed again, which in the store itself would go through its WAL each time."""
        scratch = _scratch()
        try:
            fresh = SqliteRows(Connection(scratch.conn, "scratch tables"))
            fresh.fold_all(self.raws(), progress)
            yield fresh
        finally:
            scratch.close()

    def _differing(self, fresh: SqliteRows) -> list[str]:
        return listed(d for t in VIEW_TABLES for d in differences(t, self.cells(t), fresh.cells(t)))

    def _replace_views(self, fresh: SqliteRows) -> None:
        """Within a change."""
        for table in VIEW_TABLES:
            self._connection.run(f"DROP TABLE IF EXISTS {table.name}")
        self._database.executescript(_script("views"))
        for table in VIEW_TABLES:
            self._connection.run_many(STATEMENTS[table.name].put, fresh.cells(table))
        sql = "INSERT OR REPLACE INTO store_note (name, value) VALUES ('views', ?)"
        self._connection.run(sql, (_views_version(),))

    # --- checking ---------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[SqliteStore]:
        """One moment for several questions."""
        with self._connection.snapshot():
            yield self

    def verify(self, progress: Progress | None = None) -> Verification:
        raw = self._database.conn
        with self.snapshot():
            raw.text_factory = _lenient  # damaged text must be read to be named
            try:
                found = audit(self.raws(), self.numbers(), progress)
            finally:
                raw.text_factory = str
            problems = [text for text in (found.bad, *self._problems(found.events)) if text]
        if not problems:
            return found
        return replace(found, ok=False, bad=problems[0], notes=(*found.notes, *problems[1:]))

    def _problems(self, events: int) -> Iterator[str]:
        """What else must hold in the file."""
        try:
            written = self._connection.fetch("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'")
            if written[0][0] > events:
                yield f"position {events + 1}: missing; {written[0][0]} events were written"
            if self._connection.fetch("SELECT 1 FROM redacting LIMIT 1"):
                yield "a redaction was announced that never took place"
            for name in self._wanting_triggers():
                yield f"the trigger {name} is missing or changed"
            for (text,) in self._connection.fetch("PRAGMA quick_check(1)"):
                if text != "ok":
                    yield f"SQLite finds the file damaged: {text}"
        except StoreError as error:
            yield str(error)

    def _wanting_triggers(self) -> list[str]:
        there = dict(self._connection.fetch("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return [name for name, sql in _triggers().items() if there.get(name) != sql]

    def compare(self, progress: Progress | None = None) -> list[str]:
        with self.snapshot(), self._folded(progress) as fresh:
            return self._differing(fresh)

    def copy_to(self, target: Path) -> Contents:
        """Copies one moment of the store into a new single file, while others read and write. Raises StoreError."""
        return copy_out(self._database.conn, target)

    def damage(self, expected: Contents | None = None) -> str | None:
        """What is wrong with the file's structure, or with how much is in it; the log is for `verify`."""
        return damage(self._database.conn, expected)

    # --- the schema -------------------------------------------------------------------------------------------------

    def _schema(self) -> int:
        return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    def _check_schema(self) -> None:
        """Refuses what is no store, or a newer one, before anything is changed in it."""
        schema = self._schema()
        application = self._database.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION and self._database.table_names():
            raise StoreError(f"{self.path} is a SQLite file, but no Tallywire store")
        if schema > SCHEMA:
            known = f"schema {schema}, this one knows {SCHEMA}"
            raise StoreError(f"{self.path} was written by a newer Tallywire ({known}): upgrade first")
        if self.readonly and (schema < SCHEMA or self._views_are_old()):
            raise _OldError(f"{self.path} is empty or of an older version: run the daemon once to bring it up to date")

    def _views_are_old(self) -> bool:
        note = self._connection.fetch("SELECT value FROM store_note WHERE name = 'views'")
        return note != [(_views_version(),)]

    def _prepare(self, progress: Progress | None, *, private: bool) -> None:
        """Makes or upgrades the schema and the views, and puts back triggers that a foreign tool dropped.

        One transaction: a crash, a full disk or a faulty script leaves the store as it was.
        """
        if not private and 0 < self._schema() < SCHEMA:
            keep_before_upgrade(self._database.conn, self.path, SCHEMA)
            crash_point("upgrade.kept")
        self._database.enable_wal()
        with self._changing():
            for number in range(self._schema() + 1, SCHEMA + 1):
                # Within a transaction sqlite_utils runs a script statement by statement; sqlite3's own would commit.
                self._database.executescript(_script(f"{number:04}"))
                crash_point("upgrade.script")
                self._connection.run(f"PRAGMA user_version = {number}")
                self._connection.run(f"PRAGMA application_id = {APPLICATION}")
            for name in self._wanting_triggers():
                self._connection.run(f"DROP TRIGGER IF EXISTS {name}")
                self._connection.run(_triggers()[name])
            if self._views_are_old():
                with self._folded(progress) as fresh:
                    self._replace_views(fresh)
            crash_point("upgrade.before_commit")
        crash_point("upgrade.done")

    def _check(self) -> None:
        """Before anything is changed: what is damaged stays as it is, for whoever looks into it."""
        if self._schema() > 0:
            self._check_end()
            self._check_structure()

    def _check_end(self) -> None:
        """The next event is tied to the last one: on a broken end nothing may be built. Two rows, whatever the size."""
        last = self._connection.fetch(f"{SELECT_EVENT} ORDER BY position DESC LIMIT 2")
        written = self._connection.fetch("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'")[0][0]
        if problem := end_problem(last, written):
            raise DamagedError(f"{self.path}: the log does not end as it was written: {problem}")

    def _check_structure(self) -> None:
        """Looks a small file through; a large one would hold up the start (`verify` and each backup look into all)."""
        pages, size = (self._connection.fetch(f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
        if pages * size <= LOOKED_THROUGH:
            for (text,) in self._connection.fetch("PRAGMA quick_check(1)"):
                if text != "ok":
                    raise DamagedError(f"{self.path}: SQLite finds the file damaged: {text}")


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _script(name: str) -> str:
    return resources.files("tallywire.eventstore").joinpath(f"schema/sqlite/{name}.sql").read_text("utf-8")


@cache
def _views_version() -> str:
    """Changes with the projection and with the tables it fills."""
    return f"{VIEWS}-{hashlib.sha256(_script('views').encode()).hexdigest()[:16]}"


@cache
def _triggers() -> dict[str, str]:
    """The triggers as they must be, as SQLite words them."""
    model = Database(memory=True)
    try:
        for number in range(1, SCHEMA + 1):
            model.executescript(_script(f"{number:04}"))
        return dict(model.triggers_dict)
    finally:
        model.close()


def _scratch() -> Database:
    """Empty view tables in a private temporary file that goes with its connection."""
    raw = sqlite3.connect("", isolation_level=None)
    database = Database(raw, execute_plugins=False)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{FOLDING}"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("BEGIN")
    database.executescript(_script("views"))
    return database
