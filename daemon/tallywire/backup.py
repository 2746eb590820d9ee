"""Backups: one moment of the store as a single file, which gets its name only once it is proven.

    copy      into a hidden .part file          a crash here leaves that; a later backup there clears it away
    prove     what the disk holds of it         structure, counts, chain, refold, evidence
    config    beside it, without secrets        a crash here leaves a folder without a backup; cleared away as well
    name      the .part gets its name           from here on it is a backup

Which backups stay is retention.py's decision, when one is made autobackup.py's, the way back is restore.py.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tallywire.crash import crash_point
from tallywire.eventstore import copying, evidence
from tallywire.eventstore.base import DamagedError, StoreError
from tallywire.eventstore.connection import Connection
from tallywire.eventstore.copying import Contents
from tallywire.eventstore.medium import reading
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.eventstore.sqlite_rows import SqliteReader
from tallywire.home import Home
from tallywire.retention import Keep, decide

CONFIG: Final = ("tallywire.yaml", "estimates.yaml", "alerts.yaml", "sources.yaml")  # what holds no secrets
CHANNELS: Final = "channels.txt"  # their names, and where they lead as far as that may be shown
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_ADDRESS: Final = re.compile(rb"(https?://)(?:[^@/\s]*@)?([^/\s\"']+/)(?!\$\{[^}]*\}[\s\"',}])[^\s\"',}]+")
_NAME: Final = re.compile(r"tallywire-([0-9]{8}T[0-9]{6}Z)\.(db|config)")
_PART_SECONDS: Final = 86_400.0  # after which nobody is at work on a left-over any more


@dataclass(frozen=True, slots=True)
class Made:
    """A proven backup. `beside`: what of config/ was copied along; `is_same_disk`: a broken disk takes both."""

    path: Path
    events: int
    head: str
    size: int
    seconds: float
    beside: tuple[str, ...]
    is_same_disk: bool


def make(home: Home, dest: Path, now: datetime, channels: Sequence[str] = ()) -> Made:
    """Backs the store up to a folder (under a name with the time) or to a new file. Writers go on meanwhile.

    `channels` are lines for people. Raises StoreError with the reason; nothing that looks like a backup is left then.
    """
    started, target = time.monotonic(), _target(home, dest, now)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    _clear(target, now)
    _check_room(home.database, target)
    try:
        with closing(SqliteStore.open(home.database, readonly=True)) as store:
            held = store.copy_to(part)
        crash_point("backup.copied")
        if problem := proof(part, held):
            raise DamagedError(f"the copy of {home.database} does not hold, and is not kept: {problem}")
        beside = _copy_config(home, config_of(target), channels)
        crash_point("backup.proven")
        part.rename(target)
        copying.flush_folder(target.parent)
    except BaseException:
        _remove_config(config_of(target))
        part.unlink(missing_ok=True)
        raise
    is_same_disk = os.stat(home.database).st_dev == os.stat(target).st_dev
    seconds = time.monotonic() - started
    return Made(target, held.events, held.head, target.stat().st_size, seconds, beside, is_same_disk)


def proof(path: Path, expected: Contents | None = None) -> str | None:
    """What a copy of the present schema lacks to be a whole store; None when it is one."""
    try:
        with closing(SqliteStore.open(path, readonly=True, still=True)) as store:
            return store.damage(expected) or unfit(store)
    except StoreError as error:
        return str(error)


def unfit(store: SqliteStore) -> str | None:
    """The first thing that is wrong with what a store says: chain, then evidence, then views."""
    found = store.verify()
    if not found.ok:
        return found.bad or "its log is broken"
    lines = [*evidence.problems(store), *(f"the views differ from the log: {d}" for d in store.compare())]
    return lines[0] if lines else None


def _target(home: Home, dest: Path, now: datetime) -> Path:
    if dest.is_dir():
        target = dest / f"tallywire-{now.astimezone(UTC):{_STAMP}}.db"
    elif dest.suffix and dest.parent.is_dir():
        target = dest
    else:  # made by us, it could land below a mount point on which nothing is mounted
        raise StoreError(
            f"there is no folder {dest}: make it first, or name a file like backup.db in one that is there"
        )
    if target.resolve().is_relative_to(home.inbox.resolve()):
        raise StoreError(f"{target} is in the inbox, where it would be taken for an article")
    for taken in (target, config_of(target)):
        if os.path.lexists(taken):
            raise StoreError(f"{taken} is there already, and nothing is overwritten: name a folder, or another file")
    return target


def _check_room(database: Path, target: Path) -> None:
    """Said before minutes are spent on it. What else fills the disk meanwhile is an error of the copying."""
    wal = database.with_name(f"{database.name}-wal")
    needed = sum(path.stat().st_size for path in (database, wal) if path.exists())
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise StoreError(f"no room in {target.parent}: a backup takes up to {needed:,} bytes, {free:,} are free")


# --- what goes along ------------------------------------------------------------------------------------------------


def _copy_config(home: Home, folder: Path, channels: Sequence[str]) -> tuple[str, ...]:
    """channels.yaml stays behind with secrets.env: addresses of chat services are secrets themselves."""
    there = [name for name in CONFIG if (home.config / name).is_file()]
    if not there and not channels:
        return ()
    folder.mkdir(mode=0o700)
    for name in there:
        _write(folder / name, without_addresses((home.config / name).read_bytes()))
    if channels:
        _write(folder / CHANNELS, "".join(f"{line}\n" for line in channels).encode())
    copying.flush_folder(folder)
    return (*there, CHANNELS) if channels else tuple(there)


def without_addresses(config: bytes) -> bytes:
    """A configuration file without what stands behind the host in an address (a heartbeat's): it may be a secret.

    A reference like ${PING} stays: it gives nothing away.
    """
    return _ADDRESS.sub(rb"\1\2***", config)


def config_of(backup: Path) -> Path:
    """The folder with the configuration of its time, beside a backup."""
    return backup.with_suffix(".config")


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _remove_config(folder: Path) -> None:
    """Only what a backup puts there; anything else keeps the folder."""
    for name in (*CONFIG, CHANNELS):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


# --- which stay -----------------------------------------------------------------------------------------------------


def prune(folder: Path, database: Path, keep: Keep) -> list[Path]:
    """Deletes the backups of this very store that the rules keep no longer; gives those that went.

    Its own are those whose last event is in its log. Those of other homes that share the folder stay, and so do those
    of a future that a restore has given up: nothing else holds what is in them.
    """
    with closing(SqliteStore.open(database, readonly=True)) as store:
        own = {taken: path for taken, path in _backups(folder) if _is_behind(path, store)}
    gone = [own[each.taken] for each in decide(own, keep) if not each.why]
    for path in gone:
        path.unlink()
        _remove_config(config_of(path))
    return gone


def _backups(folder: Path) -> Iterator[tuple[datetime, Path]]:
    for path in folder.glob("tallywire-*.db"):
        taken = _taken(path)
        if taken is not None:
            yield taken, path


def _taken(path: Path) -> datetime | None:
    match = _NAME.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def _is_behind(path: Path, store: SqliteStore) -> bool:
    """Whether a backup's log is the beginning of the store's: its last hash vouches for all before it."""
    with contextlib.suppress(StoreError), reading(path) as raw:
        copying.schema_of(raw, path)
        end = copying.end(raw)
        return end[0] > 0 and next(store.seals(end[0] - 1), None) == end
    return False


def _clear(target: Path, now: datetime) -> None:
    """Removes what backups that were killed left behind in the target's folder, once they are surely dead."""
    folder = target.parent
    parts = [*folder.glob(".tallywire-*.part"), *folder.glob(f".{glob.escape(target.name)}.*.part")]
    configs = [path for path in folder.glob("tallywire-*.config") if not path.with_suffix(".db").exists()]
    for path in {*parts, *configs}:
        with contextlib.suppress(FileNotFoundError):
            if now.timestamp() - path.lstat().st_mtime < _PART_SECONDS:
                continue
            if path.suffix == ".part":
                path.unlink()
            elif _taken(path):
                _remove_config(path)


# --- comparing with the living store --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the log of a backup is the beginning of the store's. `bad` names the first position where it is not."""

    events: int
    bad: str | None


def against(store: SqliteStore, path: Path) -> Compared:
    """Finds a log that was rewritten whole, hashes and all, which no look at the store alone can. Raises StoreError."""
    with reading(path) as raw:
        copying.schema_of(raw, path)
        kept = SqliteReader(Connection(raw, str(path)))
        ours, count = store.seals(), 0
        for position, seal in kept.seals():
            mine = next(ours, None)
            if mine != (position, seal):
                broken = copying.log_damage(raw, path)
                return Compared(count, _verdict(position, mine, broken))
            count += 1
    return Compared(count, None)


def comparison(answer: dict[str, Any], compared: Compared) -> dict[str, Any]:
    """What a comparison adds to the answer of `verify`."""
    line = f"the backup's {compared.events:,} events are the beginning of the log"
    if not answer["ok"]:
        line = (
            f"the hashes of the backup's {compared.events:,} events are those of the log, which is broken all the same"
        )
    if compared.bad is not None:
        line = f"the log does not go on from the backup: {compared.bad}"
    against = {"events": compared.events, "bad": compared.bad}
    ok, summary = answer["ok"] and compared.bad is None, f"{answer['summary']}\n{line}"
    return {"ok": ok, "against": against, "summary": summary}


def _verdict(position: int, mine: tuple[int, str] | None, broken: str | None) -> str:
    if broken is not None:
        return f"the backup itself is broken ({broken}): compare with another one"
    if mine is None:
        return f"position {position}: the backup has it, the store does not; the log was cut, or an older one put back"
    return f"position {position}: it is another event than in the backup; the log was rewritten from there on"
