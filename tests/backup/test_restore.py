"""The way back: proven before anything changes, the old store kept, repeats marked, and whatever is killed whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallywire import backup, restore
from tallywire.crash import VARIABLE
from tallywire.deliver import outbox
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.sqlite import SCHEMA, SqliteStore
from tallywire.home import Home
from tallywire.lock import HeldError, Lock
from tests.backup.homes import append, contents, home_at, keep
from tests.backup.inside import cli
from tests.deliver.sinks import webhook
from tests.eventstore.samples import claimed
from tests.flow import texts
from tests.harness import Place

NOW = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
GOLDEN = Path(__file__).parents[1] / "golden" / "stores" / "0.1.0.db.gz"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


@pytest.fixture
def made(home: Home, tmp_path: Path) -> Path:
    """A backup of seven events."""
    (tmp_path / "backups").mkdir()
    return backup.make(home, tmp_path / "backups", NOW).path


def head(home: Home) -> int:
    """The number of events in a whole store."""
    with closing(SqliteStore.open(home.database, readonly=True)) as store:
        assert backup.unfit(store) is None
        return store.head()


def aside(home: Home) -> list[Path]:
    return sorted(home.store.glob("*.before-restore-*"))


def test_the_backup_is_in_force_and_the_old_store_kept(home: Home, made: Path) -> None:
    append(home, claimed("c3"))
    home.database.chmod(0o640)
    done = cli(home.root, "restore", str(made))
    assert done.status == 0, done.errors
    assert "7 events, the last of 2025-03-27T08:00" in done.out
    assert "1 events of the old store are not in it (positions from 8)" in done.out
    assert head(home) == 7 and stat.S_IMODE(home.database.stat().st_mode) == 0o640
    (old,) = aside(home)
    with closing(SqliteStore.open(old, readonly=True)) as store:
        assert store.head() == 8 and store.verify().ok
    assert made.exists() and not list(home.store.glob(".*"))


def test_on_a_new_machine_the_configuration_comes_along(made: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    done = cli(tmp_path, "restore", str(made), "--to", str(home.root))
    assert done.status == 0, done.errors
    assert done.out.startswith(
        "config/ got tallywire.yaml, estimates.yaml; channels.yaml and secrets.env are in no backup"
    )
    assert head(home) == 7
    assert cli(home.root, "estimates").status == 0


def test_the_store_goes_where_the_restored_settings_want_it(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (home.config / "tallywire.yaml").write_text("store: elsewhere/it.db\n")
    made = backup.make(home, tmp_path, NOW).path
    assert cli(tmp_path, "restore", str(made), "--to", str(tmp_path / "new")).status == 0
    assert (tmp_path / "new" / "elsewhere" / "it.db").exists()


def test_not_while_a_daemon_runs(home: Home, made: Path) -> None:
    before = contents(home.root)
    with Lock(home.lock), pytest.raises(HeldError, match="another tallywire is at work here"):
        restore.restore(home, made, NOW)
    assert contents(home.root) == before


def test_not_while_somebody_reads_on_and_on(home: Home, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """He would hold on to a -wal file that the restored store must not meet."""
    monkeypatch.setattr(restore, "READERS_SECONDS", 0.05)
    with closing(SqliteStore.open(home.database)) as store, closing(store.reader()) as reader, reader.snapshot():
        assert reader.head() == 7
        with store.transaction() as tx:
            keep(tx, "meanwhile")
        store._database.close()
        with pytest.raises(StoreError, match="is being read by another program"):
            restore.restore(home, made, NOW)
    assert head(home) == 8


@pytest.mark.parametrize("damage", ["payload", "cut", "page", "text", "other"])
def test_a_backup_that_is_not_whole_changes_nothing(home: Home, made: Path, damage: str) -> None:
    data = made.read_bytes()
    if damage == "payload":
        place = data.index(b'"claim":"c2"') + 10
        made.write_bytes(data[:place] + b"9" + data[place + 1 :])
    elif damage == "cut":
        made.write_bytes(data[: len(data) // 2])
    elif damage == "page":
        made.write_bytes(data[:8192] + b"\xaa" * 4096 + data[12288:])
    elif damage == "text":
        made.write_text("no store at all" * 100)
    else:
        made.unlink()
        with closing(sqlite3.connect(made)) as plain:
            plain.execute("CREATE TABLE cats (name)")
    before = contents(home.root)
    done = cli(home.root, "restore", str(made))
    assert done.status == 1 and "Traceback" not in done.errors, done.errors
    assert contents(home.root) == before and head(home) == 7


def test_a_newer_backup_is_refused(home: Home, made: Path) -> None:
    with closing(sqlite3.connect(made)) as plain:
        plain.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer Tallywire"):
        restore.restore(home, made, NOW)
    assert head(home) == 7 and aside(home) == []


def test_an_older_backup_is_brought_up_to_date(home: Home, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress(GOLDEN.read_bytes()))
    assert restore.restore(home, old, NOW).events == 73
    with closing(SqliteStore.open(home.database, readonly=True)) as store:
        assert store.verify().ok and store.compare() == [] and store._schema() == SCHEMA
    assert old.read_bytes() == gzip.decompress(GOLDEN.read_bytes())
    assert not (home.store / "backups").exists(), "the backup itself is the copy to go back to"


def test_evidence_that_is_not_whole_is_told_and_no_obstacle(home: Home, made: Path) -> None:
    """The log is whole, and there may be no other backup."""
    with closing(sqlite3.connect(made)) as plain:
        plain.execute("DROP TRIGGER original_is_not_changed")
        plain.execute("UPDATE original SET data = x'00'")
        plain.commit()
    done = cli(home.root, "restore", str(made))
    assert done.status == 0 and "its evidence is not whole: article" in done.out


def test_views_that_do_not_fit_are_made_anew(home: Home, made: Path) -> None:
    """The log is the truth; everything else follows from it."""
    with closing(sqlite3.connect(made)) as plain:
        plain.execute("UPDATE claim SET low = 5 WHERE id = 'c1'")
        plain.commit()
    restore.restore(home, made, NOW)
    assert head(home) == 7


@pytest.mark.parametrize("damage", [b"", b"\xaa" * 8192, b"SQLite format 3\0"])
def test_over_a_store_that_is_beyond_reading(home: Home, made: Path, damage: bytes) -> None:
    home.database.write_bytes(damage)
    (home.store / "tallywire.db-wal").write_bytes(b"\xbb" * 5000)
    done = cli(home.root, "restore", str(made))
    assert done.status == 0, done.errors
    assert "the old store can't be read to the end" in done.out
    assert head(home) == 7
    assert aside(home)[0].read_bytes() == damage
    assert not damage or aside(home)[-1].read_bytes() == b"\xbb" * 5000, "its -wal is kept with it"


# --- killed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "events"), [("restore.ready", 8), ("restore.aside", 8), ("restore.done", 7)])
def test_a_killed_restore_leaves_one_whole_store_in_force(home: Home, made: Path, step: str, events: int) -> None:
    append(home, claimed("c3"))
    command = [sys.executable, "-m", "tallywire", "--home", str(home.root), "restore", str(made)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, VARIABLE: step}, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert head(home) == events
    restore.restore(home, made, NOW + timedelta(hours=1))
    assert head(home) == 7 and not list(home.store.glob(".*"))
    assert len(aside(home)) >= 1


# --- what the backup does not know ----------------------------------------------------------------------------------


def test_what_was_redacted_since_is_named(home: Home, made: Path) -> None:
    with closing(SqliteStore.open(home.database)) as store, store.transaction() as tx:
        article = store.rows("article")[0]["id"]
        tx.redact(article, why="asked", by="analyst:ana")
    done = cli(home.root, "restore", str(made))
    assert f"article {article[:12]} was redacted since, and is back: `tallywire redact {article[:12]} --why" in done.out


def test_files_of_done_that_are_unknown_to_it_are_counted(home: Home, made: Path) -> None:
    done = home.inbox / "done" / "2026-11"
    done.mkdir(parents=True)
    (done / "the first.txt").write_bytes(b"the first")
    (done / "renamed.txt").write_bytes(b"the first")
    (done / "later.txt").write_bytes(b"later")
    (done / "link.txt").symlink_to(done / "later.txt")
    told = cli(home.root, "restore", str(made), "--format", "json")
    (answer,) = json.loads(told.out)
    assert answer["unknown"] == [str(done / "later.txt")]
    assert hashlib.sha256(b"the first").hexdigest() in {a["id"] for a in json.loads(cli(home.root, *ARTICLES).out)}


ARTICLES = ("articles", "--format", "json")


@pytest.fixture
def doubtful(home: Home, made: Path) -> Iterator[SqliteStore]:
    restore.restore(home, made, NOW)
    with closing(SqliteStore.open(home.database)) as store:
        yield store


def test_what_waits_may_have_been_sent(doubtful: SqliteStore) -> None:
    assert [(row["channel"], row["is_open"]) for row in doubtful.rows("attempt")] == [("desk", True), ("mail", True)]
    with doubtful.transaction() as tx:
        waiting = outbox.queued(tx, "desk")[0]
        job = outbox.lease(tx, waiting, NOW, timedelta(seconds=30))
    assert job is not None and job.repeat


def test_the_whole_way_with_a_daemon(tmp_path: Path) -> None:
    """A message goes out after the backup; once restored it goes out again, and says that it may be a repeat."""
    with webhook() as hooks:
        place = Place(
            tmp_path / "home",
            estimates=texts.TROOPS,
            channels=f'hook: "{hooks.url("503")}"\n',
            settings=texts.QUICK + f"backup: {tmp_path}\n",
        )
        place.drop("first.txt", texts.FIRST)
        cli(place.home.root, "run", "--once")
        assert cli(place.home.root, "backup").status == 0
        place.configure(channels=f'hook: "{hooks.url("ok")}"\n')
        place.drop("killed.txt", texts.KILLED)
        cli(place.home.root, "run", "--once")
        came = len(hooks.posts)
        (made,) = tmp_path.glob("*.db")
        done = cli(place.home.root, "restore", str(made))
        assert "1 files in" in done.out and "killed.txt" in done.out
        assert cli(place.home.root, "ingest", str(place.home.inbox / "done")).status == 0
        cli(place.home.root, "run", "--once")
        again = [body for _, body in hooks.posts[came:]]
        assert again[0]["possible_repeat"] is True
        assert {e["id"]: e["best"] for e in place_estimates(place)} == {"deployed": 11000, "killed": 300}
        assert cli(place.home.root, "verify").status == 0


def place_estimates(place: Place) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(cli(place.home.root, "estimates", "--format", "json").out)
    return found
