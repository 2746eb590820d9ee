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
from tallywire.eventstore.base import Clock, StoreError, Transaction, Verification
from tallywire.eventstore.chain import audit
from tallywire.eventstore.sqlite_rows import STATEMENTS, Connection, SqliteReader, SqliteRows, SqliteTransaction
from tallywire.eventstore.transaction import VIEW_TABLES, differences, listed, utc_now
from tallywire.eventstore.views import VIEWS

SCHEMA: Final = 3  # the number of the last schema/sqlite/<number>.sql
APPLICATION: Final = 0x54574952  # "TWIR": tells a store from other SQLite files
WRITING, READING, FOLDING = 8_000, 2_000, 16_000  # kB of pages that a connection keeps; a daemon has a dozen readers
PATIENCE: Final = 30.0  # seconds to wait for another process's transaction


class SqliteStore(SqliteReader):
    """See `open`. Belongs to the thread that opened it, if open for writing."""

    def __init__(self, path: Path, database: Database, clock: Clock, *, readonly: bool) -> None:
        self.path, self.readonly = path, readonly
        self._database, self._clock = database, clock
        self._connection = Connection(database.conn, str(path))
        super().__init__(self._connection)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        clock: Clock = utc_now,
        readonly: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> SqliteStore:
        """Opens a store; for writing, makes it if it is not there. `clock` gives an aware datetime.

        Where another version made its views, they are made anew first, and `progress` is told of it, as by `rebuild`.

        Raises StoreError: no store there (reading), no store but something else, made by a newer version, not writable.
        """
        place = Path(path)
        if readonly and not place.exists():
            raise StoreError(f"there is no store at {place}: it is made when the daemon first runs")
        database = _connected(place, readonly=readonly)
        store = cls(place, database, clock, readonly=readonly)
        try:
            store._check_schema()
            if not readonly:
                store._prepare(progress)
        except sqlite3.Error as error:
            store.close()
            raise StoreError(f"{place} can't be used: {error}") from error
        except BaseException:
            store.close()
            raise
        return store

    def reader(self) -> SqliteStore:
        """Another, read-only connection to the same file, for use by one thread at a time, whichever."""
        return SqliteStore.open(self.path, clock=self._clock, readonly=True)

    def close(self) -> None:
        self._database.close()

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

    def rebuild(self, progress: Callable[[int], None] | None = None) -> list[str]:
        with self._changing(), self._folded(progress) as fresh:
            found = self._differing(fresh)
            self._replace_views(fresh)
        return found

    @contextmanager
    def _folded(self, progress: Callable[[int], None] | None = None) -> Iterator[SqliteRows]:
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

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
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
        there = self._database.triggers_dict
        return [name for name, sql in _triggers().items() if there.get(name) != sql]

    def compare(self, progress: Callable[[int], None] | None = None) -> list[str]:
        with self.snapshot(), self._folded(progress) as fresh:
            return self._differing(fresh)

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
            raise StoreError(f"{self.path} is empty or of an older version: run the daemon once to bring it up to date")

    def _views_are_old(self) -> bool:
        note = self._connection.fetch("SELECT value FROM store_note WHERE name = 'views'")
        return note != [(_views_version(),)]

    def _prepare(self, progress: Callable[[int], None] | None = None) -> None:
        """Makes or upgrades the schema and the views, and puts back triggers that a foreign tool dropped."""
        self._database.enable_wal()
        with self._changing():
            for number in range(self._schema() + 1, SCHEMA + 1):
                self._database.executescript(_script(f"{number:04}"))
                self._connection.run(f"PRAGMA user_version = {number}")
                self._connection.run(f"PRAGMA application_id = {APPLICATION}")
            for name in self._wanting_triggers():
                self._connection.run(f"DROP TRIGGER IF EXISTS {name}")
                self._connection.run(_triggers()[name])
            if self._views_are_old():
                with self._folded(progress) as fresh:
                    self._replace_views(fresh)


def _connected(path: Path, *, readonly: bool) -> Database:
    """isolation_level=None: no statement but ours begins or ends a transaction."""
    mode = "ro" if readonly else "rwc"
    try:
        raw = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=PATIENCE,
            check_same_thread=not readonly,
            cached_statements=256,
        )
        if readonly:
            # Two connections that checkpoint at once can corrupt a WAL file (SQLite before 3.51.3): readers never do.
            pragmas = ["wal_autocheckpoint = 0", "query_only = ON", f"cache_size = -{READING}"]
        else:
            # secure_delete: what a redaction blanks must not linger in free pages.
            pragmas = ["synchronous = FULL", "secure_delete = ON", "journal_size_limit = 67108864"]
            pragmas.append(f"cache_size = -{WRITING}")
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        # Reading a WAL file needs an index beside it, which the daemon keeps there while it runs.
        hint = f"; start the daemon, or get write permission for {path.parent}" if "readonly" in str(error) else ""
        raise StoreError(f"{path} can't be opened: {error}{hint}") from error
    return Database(raw, execute_plugins=False)


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
