"""A backup put back in the place of the store.

    copy      next to the store, as .NAME.restoring       a crash here leaves that file; the next restore removes it
    prove     structure, counts, chain                    an older schema is brought up to date, wrong views made anew
    mark      what waits to be sent as possible repeats   it may have been sent since the backup was made
    aside     the old store gets a second name            a crash here leaves it in force, under both names
    put back  one rename                                  from here on the restored store is in force

Nothing is overwritten: the old store stays beside the new one, for whoever wants to look into it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tallywire.backup import CONFIG, config_of
from tallywire.crash import crash_point
from tallywire.deliver import outbox
from tallywire.eventstore import copying, evidence
from tallywire.eventstore.base import DamagedError, StoreError
from tallywire.eventstore.connection import Connection
from tallywire.eventstore.medium import reading
from tallywire.eventstore.sqlite import SCHEMA, SqliteStore
from tallywire.eventstore.sqlite_rows import SqliteReader
from tallywire.home import Home
from tallywire.inbox import DONE
from tallywire.lock import Lock

READERS_SECONDS: Final = 10.0  # for those who read the old store to come to an end


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `lost`: what it lacks, as lines for people."""

    events: int
    head: str
    taken_until: str  # when the backup's last event was recorded
    aside: Path | None  # the old store
    repeats: int  # deliveries that wait and may have been made
    unknown: tuple[Path, ...]  # files in inbox/done/ that the restored store knows nothing of
    lost: tuple[str, ...]


def restore(home: Home, backup: Path, now: datetime) -> Restored:
    """Puts a backup into a home's store. Raises HeldError while a daemon runs, StoreError with the reason.

    Until the last rename the old store is in force, whatever happens.
    """
    home.store.mkdir(parents=True, exist_ok=True)
    with Lock(home.lock, anywhere=home.network_store):
        ready = home.database.with_name(f".{home.database.name}.restoring")
        _remove(ready)
        try:
            _copy(backup, ready)
            repeats, flaws = _make_ready(ready)
            crash_point("restore.ready")
            lost = (*flaws, *_lost(home.database, ready))
            _give(ready, home.database if home.database.exists() else home.store)
            aside = _set_aside(home.database, now)
            crash_point("restore.aside")
            ready.rename(home.database)
            copying.flush_folder(home.store)
            crash_point("restore.done")
        finally:
            _remove(ready)
        return _told(home, aside, repeats, lost)


def configure(root: Path, backup: Path) -> list[str]:
    """On a new machine the configuration comes with the backup; gives the files of config/ that were missing."""
    taken = []
    for name in CONFIG:
        source, target = config_of(backup) / name, root / "config" / name
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            taken.append(name)
    return taken


def _copy(backup: Path, ready: Path) -> None:
    """Whatever schema it has; not one of a newer program."""
    with reading(backup) as raw:
        schema = copying.schema_of(raw, backup)
        if schema > SCHEMA:
            raise StoreError(f"{backup} was written by a newer Tallywire (schema {schema}, this one knows {SCHEMA})")
        held = copying.copy_out(raw, ready)
    with closing(sqlite3.connect(f"{ready.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        problem = copying.damage(copy, held) or copying.log_damage(copy, ready)
    if problem:
        raise DamagedError(f"{backup} is not whole: {problem}")


def _make_ready(ready: Path) -> tuple[int, list[str]]:
    """Brings the copy up to date and marks what waits in it: how many deliveries, and what its evidence lacks.

    Evidence that is not whole is told, not refused: the log is, and this may be the only backup.
    """
    with closing(SqliteStore.open(ready, private=True)) as store:
        if store.compare():
            store.rebuild()
        with store.transaction() as tx:
            repeats = outbox.doubt(tx)
        return repeats, [f"its evidence is not whole: {line}" for line in evidence.problems(store)]


# --- the old store --------------------------------------------------------------------------------------------------


def _lost(old: Path, ready: Path) -> Iterator[str]:
    """What goes with the old store, as far as it can be read."""
    if not old.exists():
        return
    try:
        with reading(old) as raw, closing(SqliteStore.open(ready)) as store:
            copying.schema_of(raw, old)
            there = SqliteReader(Connection(raw, str(old)))
            same = sum(1 for ours, theirs in zip(store.seals(), there.seals(), strict=False) if ours == theirs)
            if there.head() > same:
                yield f"{there.head() - same:,} events of the old store are not in it (positions from {same + 1:,})"
            for redacted in there.events(same, types=["ArticleRedacted"]):
                article = redacted.stream.removeprefix("article-")[:12]
                if store.version(redacted.stream):
                    yield f"article {article} was redacted since, and is back: `tallywire redact {article} --why ...`"
    except (StoreError, ValueError) as error:
        yield f"the old store can't be read to the end: {error}"


def _set_aside(old: Path, now: datetime) -> Path | None:
    """Gives the old store, with its -wal file where that can't be emptied, a second name; the first is then free to go.

    What is left in -wal and -shm must not meet another file than theirs.
    """
    if not old.exists():
        for suffix in ("-wal", "-shm"):
            _with(old, suffix).unlink(missing_ok=True)
        return None
    _empty_wal(old)
    aside = old.with_name(f"{old.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise StoreError(f"{aside} is there already: wait a second")
    for suffix in ("-wal", ""):
        if _with(old, suffix).exists():
            _second_name(_with(old, suffix), _with(aside, suffix))
    copying.flush_folder(old.parent)
    for suffix in ("-wal", "-shm"):
        _with(old, suffix).unlink(missing_ok=True)
    return aside


def _empty_wal(old: Path) -> None:
    """A store that can be opened is one file afterwards. A damaged one stays as it is."""
    try:
        with closing(sqlite3.connect(old, isolation_level=None, timeout=READERS_SECONDS)) as raw:
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error:
        return
    if busy:
        raise StoreError(f"{old} is being read by another program (an export?): let it end, and restore again")


def _give(ready: Path, like: Path) -> None:
    """To whom the old store belonged: what root puts back must not be closed to the daemon's user."""
    info = like.stat()
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # some file systems know no owners
            os.chown(ready, info.st_uid, info.st_gid)
    if not like.is_dir():
        ready.chmod(stat.S_IMODE(info.st_mode))


def _second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a file system without links
        shutil.copyfile(path, name)
        name.chmod(0o600)


def _with(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        _with(path, suffix).unlink(missing_ok=True)


# --- afterwards -----------------------------------------------------------------------------------------------------


def _told(home: Home, aside: Path | None, repeats: int, lost: tuple[str, ...]) -> Restored:
    with closing(SqliteStore.open(home.database, readonly=True)) as store:
        events = store.head()
        last = next(store.events(events - 1), None)
        unknown = tuple(_unknown(store, home.inbox / DONE))
    head, until = (last.hash, last.recorded_at) if last else ("", "")
    return Restored(events, head, until, aside, repeats, unknown, lost)


def _unknown(store: SqliteStore, done: Path) -> Iterator[Path]:
    """Files that were taken in after the backup was made. One of many members is known by its name and size."""
    articles = store.rows("article")
    known = {row["id"] for row in articles}
    files = {(str(row["path"]).rpartition("/")[2], row["size"]) for row in articles}
    for path in sorted(done.rglob("*")):
        with contextlib.suppress(OSError):
            if not path.is_file() or path.is_symlink() or (path.name, path.stat().st_size) in files:
                continue
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() not in known:
                    yield path
