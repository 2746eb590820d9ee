"""What only a file can do: refuse foreign hands, be damaged, be read while written to, outlive a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from tallywire.core import events as ev
from tallywire.crash import VARIABLE
from tallywire.eventstore.base import TABLES, StoreError
from tallywire.eventstore.columns import INTEGERS, NUMBERS
from tallywire.eventstore.readers import Readers
from tallywire.eventstore.sqlite import SqliteStore
from tests.eventstore.samples import QUOTE, SENTENCE, add, claimed, fill, received, sqlite_store

PAGE_SIZE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a few events, closed."""
    store = sqlite_store(tmp_path)
    fill(store)
    store.close()
    return tmp_path / "store.db"


@pytest.fixture
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """The same file in foreign hands."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


# --- the tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_the_schema_has_the_tables_of_the_contract(name: str, plain: sqlite3.Connection) -> None:
    columns = {row[1]: (row[2], row[5]) for row in plain.execute(f"PRAGMA table_info({name})")}
    assert set(columns) == set(TABLES[name].columns)
    keys = sorted((place, column) for column, (_, place) in columns.items() if place)
    assert tuple(column for _, column in keys) == TABLES[name].key
    for column, (kind, _) in columns.items():
        is_integer = column in INTEGERS or column.startswith("is_")
        assert kind == ("ANY" if column in NUMBERS else "INTEGER" if is_integer else "TEXT"), column


def test_all_tables_are_strict(plain: sqlite3.Connection) -> None:
    rows = plain.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    assert {name for name, strict in rows if not strict} == {"sqlite_schema", "sqlite_sequence"}


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store: list(store.events(stream="claim-c1")), "stream=?"),
        (lambda store: list(store.events(1, stream="claim-c1", types=["ClaimRecorded"])), "stream=?"),
        (lambda store: list(store.events(5)), "rowid>?"),
        (lambda store: store.version("claim-c1"), "stream=?"),
        (lambda store: store.rows("claim", article="a1"), "article=?"),
        (lambda store: store.rows("claim", estimate="lanterns.lit", state="standing"), "estimate=?"),
        (lambda store: store.rows("delivery", order="position", limit=20, channel="desk", state="queued"), "channel=?"),
        (lambda store: store.rows("alert", order="-position", limit=20), "alert_by_position"),
    ],
)
def test_frequent_questions_are_answered_by_an_index(
    path: Path, ask: Callable[[SqliteStore], object], index: str
) -> None:
    """None of them may walk, or sort, all that was ever recorded."""
    asked: list[str] = []
    with closing(SqliteStore.open(path)) as store:
        raw = store._connection.raw
        raw.set_trace_callback(asked.append)
        ask(store)
        raw.set_trace_callback(None)
        plan = " ".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked[-1]}"))
    assert index in plan, plan
    assert "SCAN event" not in plan, plan


# --- foreign hands --------------------------------------------------------------------------------------------------

_EVENT = "'x', 1, 'ArticleDated', 1, '{}', '2025', NULL, NULL, 'x', 'x', 'x'"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET data = '{}' WHERE position = 2",
        "UPDATE event SET recorded_at = '1999' WHERE position = 2",
        "UPDATE event SET position = 99 WHERE position = 2",
        "UPDATE OR REPLACE event SET position = 3 WHERE position = 2",
        "UPDATE OR IGNORE event SET data = '{}' WHERE position = 2",
        "DELETE FROM event WHERE position = 7",
        "DELETE FROM event",
        f"INSERT OR REPLACE INTO event VALUES (2, {_EVENT})",
        f"REPLACE INTO event VALUES (2, {_EVENT})",
        "INSERT OR REPLACE INTO event SELECT 8, stream, version, type, schema, '{}', recorded_at, cause, correlation,"
        ' "by", data_hash, hash FROM event WHERE position = 2',
        f"INSERT OR IGNORE INTO event VALUES (99, {_EVENT})",
        f"INSERT INTO event VALUES (-1, {_EVENT})",
        'INSERT INTO event (position, stream, version, type, schema, data, recorded_at, "by", data_hash, hash)'
        " VALUES (2, 'x', 1, 't', 1, '{}', '2025', 'x', 'x', 'x') ON CONFLICT DO UPDATE SET data = '{}'",
        "UPDATE original SET data = x'00'",
        "DELETE FROM original",
        "INSERT OR REPLACE INTO original VALUES ('a1', x'00')",
        "UPDATE clean_text SET text = 'other'",
        "DELETE FROM clean_text",
        "INSERT OR REPLACE INTO clean_text VALUES ('a1', 'text@1', 'other')",
    ],
)
def test_foreign_hands_change_neither_events_nor_evidence(plain: sqlite3.Connection, path: Path, sql: str) -> None:
    questions = ("SELECT * FROM event", "SELECT * FROM original", "SELECT * FROM clean_text")
    before = [plain.execute(question).fetchall() for question in questions]
    with pytest.raises(sqlite3.IntegrityError, match=r"event|evidence"):
        plain.execute(sql)
    assert [plain.execute(question).fetchall() for question in questions] == before
    with closing(SqliteStore.open(path)) as store:
        assert store.verify().ok


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET data = '{\"other\":1}' WHERE position = 2",
        "UPDATE event SET data = '{}' WHERE position = 3",
        "UPDATE event SET data = '{}', \"by\" = 'me' WHERE position = 2",
        "UPDATE event SET data = '{}', data_hash = 'x' WHERE position = 2",
        "UPDATE event SET data = '{}'",
        "DELETE FROM event WHERE position = 2",
        "DELETE FROM clean_text WHERE article = 'a2'",
        "UPDATE clean_text SET text = ''",
    ],
)
def test_an_announced_redaction_allows_that_and_nothing_else(plain: sqlite3.Connection, sql: str) -> None:
    plain.execute("INSERT INTO clean_text VALUES ('a2', 'text@1', 'another article')")
    plain.execute("BEGIN")
    plain.execute("INSERT INTO redacting (position, article, data) VALUES (2, 'a1', '{}')")
    with pytest.raises(sqlite3.IntegrityError, match=r"event|evidence"):
        plain.execute(sql)
    plain.execute("UPDATE event SET data = '{}' WHERE position = 2")
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute("UPDATE event SET data = '{}' WHERE position = 2")  # an announcement serves once


def test_a_redaction_by_foreign_hands_is_found(plain: sqlite3.Connection, path: Path) -> None:
    plain.execute("INSERT INTO redacting (position, article, data) VALUES (2, 'a1', '{}')")
    with closing(SqliteStore.open(path)) as store:
        assert "announced" in (store.verify().bad or "")
    plain.execute("UPDATE event SET data = '{}' WHERE position = 2")
    with closing(SqliteStore.open(path)) as store:
        assert store.verify().bad == "position 2: its payload is not the one that was recorded"


def test_what_was_left_of_a_redacted_payload_can_not_be_changed_unseen(path: Path) -> None:
    with closing(SqliteStore.open(path)) as store, store.transaction() as tx:
        tx.redact("a1", why="asked", by="analyst:ana")
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        (left,) = plain.execute("SELECT data FROM event WHERE position = 2").fetchone()
        forged = left.replace('"low":1200', '"low":9999')
        assert forged != left
        plain.execute("INSERT INTO redacting (position, article, data) VALUES (2, 'a1', ?)", (forged,))
        plain.execute("UPDATE event SET data = ? WHERE position = 2", (forged,))
    with closing(SqliteStore.open(path)) as store:
        assert store.verify().bad == "position 2: its payload is not the one that was recorded"


def test_a_redacted_text_is_gone_from_the_file(tmp_path: Path) -> None:
    """Even while the store stays open."""
    secrets = [QUOTE.encode(), SENTENCE.encode(), b"Lantern-Smith"]

    def lingering() -> list[str]:
        contents = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        return [name for name, content in contents.items() if any(secret in content for secret in secrets)]

    with closing(sqlite_store(tmp_path)) as store:
        fill(store)
        assert lingering() == ["store.db-wal"]
        with store.transaction() as tx:
            tx.redact("a1", why="asked", by="analyst:ana")
        assert lingering() == []
        with store.transaction() as tx:
            add(tx, received("a2", title="The tower", author=None))
        assert store.verify().ok
    assert lingering() == []


# --- damage ---------------------------------------------------------------------------------------------------------


def _without_triggers(path: Path, *changes: str) -> None:
    """Does to a store what only somebody with intent, or a broken disk, can do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for sql in changes:
            connection.execute(sql)
        for _, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ("UPDATE event SET data = replace(data, '1200', '1300') WHERE position = 2", "position 2: its payload"),
        ("UPDATE event SET \"by\" = 'analyst:eve' WHERE position = 3", "position 3: its hash"),
        ("UPDATE event SET recorded_at = '1999' WHERE position = 4", "position 4: it was recorded before"),
        ("UPDATE event SET version = 5 WHERE position = 5", "position 5: it is version 5 of stream article-a1"),
        ("DELETE FROM event WHERE position = 3", "position 4: it follows position 2: events are missing"),
        ("DELETE FROM event WHERE position = 7", "position 7: missing; 7 events were written"),
        ("UPDATE event SET hash = data_hash WHERE position = 6", "position 6: its hash"),
    ],
)
def test_verify_names_the_first_bad_event(path: Path, change: str, bad: str) -> None:
    _without_triggers(path, change)
    with closing(SqliteStore.open(path, readonly=True)) as store:
        found = store.verify()
    assert not found.ok
    assert (found.bad or "").startswith(bad), found


def test_a_flipped_byte_is_named(path: Path) -> None:
    data = path.read_bytes()
    place = data.index(b'"claim":"c2"') + 10  # in the payload of event 3
    for byte in (b"9", b"\xff"):
        path.write_bytes(data[:place] + byte + data[place + 1 :])
        with closing(SqliteStore.open(path, readonly=True)) as store:
            found = store.verify()
        assert (found.ok, found.events) == (False, 7)
        assert found.bad == "position 3: its payload is not the one that was recorded"


def test_a_damaged_page_is_one_clear_finding(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite_store(tmp_path)) as store, store.transaction() as tx:
        for number in range(2000):
            add(tx, ev.ArticleSeenAgain("a1", f"{number}-{'x' * 100}.txt"))
    data = bytearray(path.read_bytes())
    start = data.index(b'"path":"1000-xxx') // PAGE_SIZE * PAGE_SIZE
    data[start : start + PAGE_SIZE] = b"\xaa" * PAGE_SIZE
    path.write_bytes(data)
    with closing(SqliteStore.open(path, readonly=True)) as store:
        found = store.verify()
    assert not found.ok
    assert 900 < found.events < 1000
    assert (found.bad or "").startswith(f"position {found.events + 1}: it can't be read")


def test_dropped_triggers_are_found_and_put_back(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("DROP TRIGGER event_is_not_deleted")
    with closing(SqliteStore.open(path, readonly=True)) as store:
        assert store.verify().bad == "the trigger event_is_not_deleted is missing or changed"
    with closing(SqliteStore.open(path)) as store:
        assert store.verify().ok
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.IntegrityError):
        plain.execute("DELETE FROM event")


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("UPDATE claim SET low = 5 WHERE id = 'c1'", "claim c1: low is 5, by the log 1200"),
        ("UPDATE claim SET low = 3 WHERE id = 'c2'", "claim c2: low is 3, by the log 3.0"),
        ("DELETE FROM claim WHERE id = 'c2'", "claim c2 is missing"),
        ("INSERT INTO claim (id) VALUES ('c0')", "claim c0 is not in the log"),
        ("INSERT INTO sighting (path, article) VALUES ('z', 'a1')", "sighting z a1 is not in the log"),
        ("UPDATE estimate SET state_json = 'not json'", "estimate lanterns.lit: state_json is 'not json', by the log"),
    ],
)
def test_compare_names_planted_differences_and_rebuild_mends_them(path: Path, change: str, difference: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute(change)
    with closing(SqliteStore.open(path)) as store:
        (found,) = store.compare()
        assert found.startswith(difference)
        store.rebuild()
        assert store.compare() == []


# --- opening --------------------------------------------------------------------------------------------------------


def test_reading_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        SqliteStore.open(tmp_path / "store.db", readonly=True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "store.db").touch()
    with pytest.raises(StoreError, match="run the daemon once"):
        SqliteStore.open(tmp_path / "store.db", readonly=True)


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    Database(foreign).table("cats").insert({"name": "Tom"})
    before = foreign.read_bytes()
    text = tmp_path / "text.db"
    text.write_text("no database at all, though long enough to be looked into" * 10)
    for readonly in (True, False):
        with pytest.raises(StoreError, match="no Tallywire store"):
            SqliteStore.open(foreign, readonly=readonly)
        with pytest.raises(StoreError, match="not a database"):
            SqliteStore.open(text, readonly=readonly)
    with pytest.raises(StoreError, match="can't be opened"):
        SqliteStore.open(tmp_path / "nowhere" / "store.db")
    assert foreign.read_bytes() == before


def test_a_newer_store_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA user_version = 99")
    for readonly in (True, False):
        with pytest.raises(StoreError, match=r"newer Tallywire.*schema 99.*upgrade first"):
            SqliteStore.open(path, readonly=readonly)


def test_views_of_another_version_are_made_anew(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("UPDATE store_note SET value = 'older' WHERE name = 'views'")
        plain.execute("DROP TABLE claim")
    with pytest.raises(StoreError, match="older version"):
        SqliteStore.open(path, readonly=True)
    with closing(SqliteStore.open(path)) as store:
        assert [row["id"] for row in store.rows("claim")] == ["c1", "c2"]
        assert store.compare() == []
    with closing(SqliteStore.open(path, readonly=True)) as store:
        assert len(store.rows("claim")) == 2


def test_a_log_with_events_of_a_newer_version_is_not_folded_wrongly(path: Path) -> None:
    _without_triggers(path, "UPDATE event SET type = 'LanternLit' WHERE position = 3")
    with closing(SqliteStore.open(path)) as store:
        assert "1 events are of a kind" in " ".join(store.verify().notes)
        with pytest.raises(StoreError, match="LanternLit"):
            store.rebuild()
        assert len(store.rows("claim")) == 2, "the views are as they were"


def test_a_read_only_store_writes_nothing(path: Path) -> None:
    with closing(SqliteStore.open(path, readonly=True)) as store:
        for change in (store.transaction().__enter__, store.rebuild):
            with pytest.raises(StoreError, match="for reading only"):
                change()
        assert store.compare() == []


def test_a_path_with_odd_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a b?mode=ro#Ж%41"
    folder.mkdir()
    with closing(sqlite_store(folder)) as store:
        fill(store)
    assert (folder / "store.db").exists()
    with closing(SqliteStore.open(folder / "store.db", readonly=True)) as store:
        assert store.head() == 7


def test_the_settings_that_durability_rests_on(path: Path) -> None:
    with closing(SqliteStore.open(path)) as store, closing(store.reader()) as reader:
        for opened, pragma, value in [
            (store, "journal_mode", "wal"),
            (store, "synchronous", 2),
            (store, "secure_delete", 1),
            (reader, "wal_autocheckpoint", 0),
            (reader, "query_only", 1),
        ]:
            assert opened._connection.fetch(f"PRAGMA {pragma}") == [(value,)], pragma


# --- failing in the middle ------------------------------------------------------------------------------------------


def test_a_full_disk_rolls_all_back_even_if_the_caller_goes_on(path: Path) -> None:
    with closing(SqliteStore.open(path)) as store:
        pages = store._connection.fetch("PRAGMA page_count")[0][0]
        store._connection.run(f"PRAGMA max_page_count = {pages + 10}")
        with pytest.raises(StoreError, match="full"), store.transaction() as tx:
            add(tx, claimed("c7"))
            with pytest.raises(StoreError, match="full"):
                tx.keep("a7", os.urandom(10**6), "text", "text@1")
            with pytest.raises(StoreError, match="failed already"):
                add(tx, claimed("c8"))
        assert store.head() == 7
        with store.transaction() as tx:
            add(tx, claimed("c9"))
        assert (store.head(), store.verify().ok, store.compare()) == (8, True, [])


# --- several at once ------------------------------------------------------------------------------------------------


def test_other_threads_read_while_the_writer_writes(path: Path) -> None:
    """Every reader sees whole transactions only, and none of them an error."""
    writer = SqliteStore.open(path)
    readers = Readers(writer.reader, idle=2)
    stop, faults, seen = threading.Event(), list[str](), set[int]()

    def look() -> None:
        try:
            while not stop.is_set():
                with readers.read() as reader:
                    articles, claims = len(reader.rows("article")), len(reader.rows("claim"))
                    events = sum(1 for _ in reader.events())
                if (claims - 2, events - 7) != ((articles - 1) * 2, (articles - 1) * 3):
                    faults.append(f"{articles} articles, {claims} claims, {events} events")
                seen.add(articles)
        except Exception as error:  # noqa: BLE001  # a thread must report what went wrong in it
            faults.append(repr(error))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(100, 2000):
        if number > 200 and len(seen) > 5:
            break
        with writer.transaction() as tx:
            article = f"a{number}"
            add(tx, received(article), claimed(f"{article}-1", article), claimed(f"{article}-2", article))
    stop.set()
    for thread in threads:
        thread.join()
    readers.close()
    writer.close()
    assert faults == []
    assert len(seen) > 5, "the readers did look while the writer wrote"
    with pytest.raises(StoreError, match="closed"), readers.read():
        pass


def test_nobody_else_writes_within_a_transaction(path: Path, plain: sqlite3.Connection) -> None:
    """Else what the transaction has read could be old by the time it writes, and it would fail at its first write."""
    plain.execute("PRAGMA busy_timeout = 0")
    with closing(SqliteStore.open(path)) as store, store.transaction() as tx:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            plain.execute("INSERT INTO meta (name) VALUES ('x')")
        add(tx, claimed("c3"))


def test_another_process_reads_while_the_store_is_open_for_writing(path: Path) -> None:
    script = """
        import sys
        from tallywire.eventstore.sqlite import SqliteStore
        store = SqliteStore.open(sys.argv[1], readonly=True)
        print(store.head(), store.verify().ok, len(store.rows("claim")))
    """
    with closing(SqliteStore.open(path)) as store:
        with store.transaction() as tx:
            add(tx, claimed("c3"))
        with store.transaction() as tx:
            add(tx, claimed("c4"))
            assert _run(script, path).stdout.split() == ["8", "True", "3"]
        assert _run(script, path).stdout.split() == ["9", "True", "4"]


def _run(script: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


# --- killed ---------------------------------------------------------------------------------------------------------

_APPENDING = """
    import sys
    from tallywire.core.events import ArticleSeenAgain
    from tallywire.eventstore.sqlite import SqliteStore
    store = SqliteStore.open(sys.argv[1])
    for number in range(5):
        with store.transaction() as tx:
            tx.append("article-a1", ArticleSeenAgain("a1", f"{number}.txt"))
            tx.put("checkpoint", {"name": "x", "position": tx.head()})
    print("not killed")
"""


@pytest.mark.parametrize(
    ("where", "events"),
    [
        ("store.before_commit", 7),
        ("store.before_commit:1", 7),
        ("store.before_commit:3", 9),
        ("store.after_commit", 8),
        ("store.after_commit:5", 12),
    ],
)
def test_a_kill_leaves_whole_transactions(path: Path, where: str, events: int) -> None:
    done = _run(_APPENDING, path, **{VARIABLE: where})
    assert done.returncode == -signal.SIGKILL, done.stderr
    with closing(SqliteStore.open(path, readonly=True)) as store:  # a reader may be the first to come after a kill
        assert store.head() == events
    with closing(SqliteStore.open(path)) as store:
        found = store.verify()
        assert (found.ok, found.events) == (True, events)
        assert store.compare() == []
        assert (store.row("checkpoint", "x") or {}).get("position", 7) == events


@pytest.mark.parametrize("where", ["", "store.elsewhere", "store.before_commit:6"])
def test_nothing_is_killed_unless_asked_for(path: Path, where: str) -> None:
    done = _run(_APPENDING, path, **{VARIABLE: where})
    assert (done.returncode, done.stdout.strip()) == (0, "not killed"), done.stderr
