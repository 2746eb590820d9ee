"""What an operator should look at, one line each with what to do. Looks only, and needs no daemon."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from tallywire import control
from tallywire.config import Config, ConfigError
from tallywire.config import load as load_config
from tallywire.config.channels import SECRETS_FILE
from tallywire.deliver.channels import with_console
from tallywire.eventstore.base import Reader, StoreError
from tallywire.health.stored import stored
from tallywire.health.vitals import FAILING_AFTER, Stored
from tallywire.home import Home
from tallywire.mounts import remote_kind

Level = Literal["ok", "note", "bad"]
OpenReader = Callable[[], Reader]

LOW_BYTES: Final = 1_000_000_000
FEW_WATCHES: Final = 8_192
FEW_EVENTS: Final = 16_384
SOUND_SQLITE: Final = (3, 51, 3)  # before, two connections that checkpoint at once can corrupt a WAL file
QUIET_AFTER: Final = timedelta(days=7)
INOTIFY: Final = Path("/proc/sys/fs/inotify")


@dataclass(frozen=True, slots=True)
class Finding:
    """`level`: "ok", "note" (worth knowing), "bad" (something does not work). `advice` says what to do, if anything."""

    level: Level
    name: str
    text: str
    advice: str = ""


def examine(home: Home, open_reader: OpenReader, now: datetime) -> list[Finding]:
    """Every check in a fixed order; one that fails by itself is a finding, too."""
    config, found = _configuration(home)
    found += _permissions(home)
    found += [_space(name, folder) for name, folder in (("disk (store)", home.store), ("disk (inbox)", home.inbox))]
    found += [*_file_systems(home), *_inotify(home), _sqlite(), _daemon(home)]
    if config is not None:
        found.append(_channels(config))
    try:
        reader = open_reader()
    except StoreError as error:
        return [*found, Finding("bad" if home.database.exists() else "note", "store", str(error))]
    seen = stored(reader, [c.name for c in with_console(config.channels)] if config else None)
    return [*found, _clock(seen, now), _last_event(seen, now), *_deliveries(seen, now), *_backlog(seen)]


# --- the machine ------------------------------------------------------------------------------------------------------


def _configuration(home: Home) -> tuple[Config | None, list[Finding]]:
    try:
        config = load_config(home.root)
    except ConfigError as error:
        return None, [Finding("bad", "configuration", str(error), "mend the line; `tallywire check` tries it")]
    ok = Finding("ok", "configuration", f"{len(config.definitions)} estimates, {len(config.channels)} channels")
    return config, [ok, *(Finding("note", "configuration", hint) for hint in config.hints)]


def _permissions(home: Home) -> list[Finding]:
    """What this user may do; the daemon may run as another."""
    found = []
    for name, folder, mode in (("inbox", home.inbox, os.R_OK | os.W_OK | os.X_OK), ("store", home.store, os.W_OK)):
        if not folder.is_dir():
            found.append(Finding("note", name, f"{folder} is not there yet", "the daemon makes it"))
        elif not os.access(folder, mode):
            advice = f"run this as the daemon's user, or give yours the right: ls -ld {folder}"
            found.append(Finding("bad", name, f"{folder} can't be read and written by this user", advice))
        else:
            found.append(Finding("ok", name, f"{folder} can be read and written"))
    secrets = home.config / SECRETS_FILE
    if secrets.exists() and stat.S_IMODE(secrets.stat().st_mode) & 0o077:
        found.append(Finding("bad", "secrets", f"others may read {secrets}", f"chmod 600 {secrets}"))
    return found


def _space(name: str, folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding("note", name, f"{folder}: {error.strerror or error}")
    text = f"{free / 1e9:.1f} GB free"
    return Finding("bad", name, text, "make room") if free < LOW_BYTES else Finding("ok", name, text)


def _file_systems(home: Home) -> Iterator[Finding]:
    if kind := remote_kind(home.store):
        yield Finding(
            "bad", "store", f"lies on {kind}, where SQLite's locks can't be trusted", "move it to a local disk"
        )
    if kind := remote_kind(home.inbox):
        yield Finding("note", "inbox", f"lies on {kind}: it is scanned every few seconds instead of watched")


def _inotify(home: Home) -> Iterator[Finding]:
    limits = {name: _limit(name) for name in ("max_user_watches", "max_user_instances", "max_queued_events")}
    if None in limits.values():
        yield Finding("note", "file events", "this system tells of no limits for them")
        return
    folders = sum(1 for _ in os.walk(home.inbox))
    watches, events = limits["max_user_watches"] or 0, limits["max_queued_events"] or 0
    text = f"{watches:,} watches for {folders:,} folders, {events:,} events in the queue"
    if watches < max(FEW_WATCHES, 2 * folders):
        yield Finding("bad", "file events", text, "sysctl fs.inotify.max_user_watches=65536")
    elif events < FEW_EVENTS:
        yield Finding(
            "note", "file events", text, "sysctl fs.inotify.max_queued_events=16384; the scan makes up for it"
        )
    else:
        yield Finding("ok", "file events", text)


def _limit(name: str) -> int | None:
    try:
        return int((INOTIFY / name).read_text())
    except (OSError, ValueError):
        return None


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < SOUND_SQLITE:
        text = (
            f"{version} can corrupt a WAL file when two connections write at the same moment; here only one ever does"
        )
        return Finding("note", "SQLite", text, "never open the store for writing with another program")
    return Finding("ok", "SQLite", version)


def _daemon(home: Home) -> Finding:
    try:
        answer = control.call(home.socket, "status", {})
    except (control.NoDaemonError, control.RefusedError, OSError):
        return Finding("note", "daemon", "none runs on this home", "tallywire run")
    if answer["is_well"]:
        return Finding("ok", "daemon", f"runs (pid {answer['pid']}) and is well")
    return Finding("bad", "daemon", answer["ailments"][0]["text"], answer["ailments"][0]["advice"])


def _channels(config: Config) -> Finding:
    if all(channel.is_console for channel in config.channels):
        advice = "name one in config/channels.yaml"
        return Finding("note", "channels", "alerts are printed by the daemon and go nowhere else", advice)
    return Finding("ok", "channels", ", ".join(c.name for c in config.channels), "`tallywire test-send` tries them")


# --- the store --------------------------------------------------------------------------------------------------------


def _clock(seen: Stored, now: datetime) -> Finding:
    if seen.last_event is not None and seen.last_event - now > timedelta(minutes=1):
        text = f"the last event is dated {seen.last_event:%Y-%m-%d %H:%M} UTC, which is in the future"
        return Finding("bad", "clock", text, "set the clock; new events keep that date until it has passed")
    return Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _last_event(seen: Stored, now: datetime) -> Finding:
    if seen.last_event is None:
        return Finding("note", "log", "it is empty", "drop a file into the inbox")
    age, text = now - seen.last_event, f"{seen.events:,} events, the last on {seen.last_event:%Y-%m-%d %H:%M} UTC"
    return Finding("note" if age > QUIET_AFTER else "ok", "log", text)


def _deliveries(seen: Stored, now: datetime) -> Iterator[Finding]:
    for queue in seen.queues:
        late = now - queue.oldest > FAILING_AFTER
        text = f"{queue.waiting} messages wait for {queue.channel}, the oldest since {queue.oldest:%Y-%m-%d %H:%M} UTC"
        error = f": {queue.error}" if queue.error else ""
        yield Finding("bad" if late else "ok", "deliveries", text + error, f"tallywire test-send {queue.channel}")
    if seen.dead:
        yield Finding("note", "deliveries", f"{seen.dead} messages were given up", "tallywire deliveries retry|drop")
    if not seen.queues and not seen.dead:
        yield Finding("ok", "deliveries", "nothing waits")


def _backlog(seen: Stored) -> Iterator[Finding]:
    for state, count in seen.files.items():
        level: Level = "bad" if state in ("unreadable", "stuck") else "ok"
        yield Finding(level, "inbox", f"{count} files are {state}", "tallywire inbox")
