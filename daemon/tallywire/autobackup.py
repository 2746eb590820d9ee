"""Backups by the clock. When one is due stands in the store, so that a restart neither forgets nor repeats any.

The backup itself is a process of its own (`tallywire backup`): proving it reads and folds the whole log, which should
neither slow the daemon down nor grow its memory. One that fails is told as a system alert, once a day while it lasts.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tallywire.config import BackupPlan, Config
from tallywire.desk import desk_of
from tallywire.eventstore.base import Reader, Transaction
from tallywire.home import Home
from tallywire.ingest import Run
from tallywire.notice import raise_notice

log = logging.getLogger("tallywire.backup")
META: Final = "backup"  # {"last": when the last good one was made, "tried": the last try, "error": why it failed}
LOOK_SECONDS: Final = 5.0  # between two looks whether one is due
AGAIN: Final = timedelta(hours=1)  # after a failure
_NICE: Final = 10  # the daemon's own work comes first
_END_SECONDS: Final = 2.0  # for a backup to clear up when the daemon ends


@dataclass(frozen=True, slots=True)
class State:
    """What the store remembers."""

    last: datetime | None = None
    tried: datetime | None = None
    error: str | None = None


def state_of(reader: Reader) -> State:
    row = reader.row("meta", META)
    value: dict[str, Any] = row["value_json"] if row else {}
    last, tried = (_moment(value.get(key)) for key in ("last", "tried"))
    return State(last, tried, value.get("error"))


def is_due(state: State, plan: BackupPlan, now: datetime) -> bool:
    """The first one at once: whatever is wrong with the folder is best heard of today."""
    if state.tried is None:
        return True
    wait = min(AGAIN, plan.every) if state.error is not None else plan.every
    return not timedelta(0) <= now - state.tried < wait  # a clock that was set back must not put it off for years


def scheduled(
    home: Home,
    config: Config,
    read: Callable[[], AbstractContextManager[Reader]],
    run: Run,
    stopping: threading.Event,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool | None:
    """Makes a backup if one is due; whether it went well, None where there was nothing to do or the daemon ends."""
    plan, now = config.settings.backup, clock()
    if plan is None:
        return None
    with read() as reader:
        if not is_due(state_of(reader), plan, now):
            return None
    error = _spawned(home, stopping)
    if stopping.is_set():
        return None
    run(lambda tx: record(tx, config, now, error))
    return error is None


def record(tx: Transaction, config: Config, now: datetime, error: str | None) -> None:
    """Remembers a try, and tells of a failed one."""
    before = state_of(tx)
    last = now if error is None else before.last
    value = {"last": last.isoformat() if last else None, "tried": now.isoformat(), "error": error}
    tx.put("meta", {"name": META, "value_json": value})
    if error is None:
        return
    log.error("the backup failed: %s", error)
    since = f"The last good one is of {last:%Y-%m-%d %H:%M} UTC." if last else "There is no good one yet."
    text = f"{error}\n{since} The next try is in an hour; `tallywire backup` tries at once."
    reason = "a backup that the settings ask for was not made"
    raise_notice(tx, desk_of(config).route, f"backup {now.date()}", "The backup failed", text, reason)


def _spawned(home: Home, stopping: threading.Event) -> str | None:
    """Runs the command; None when it went well, else its last words."""
    command = [sys.executable, "-P", "-m", "tallywire", "--home", str(home.root), "backup"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    ended = threading.Event()
    threading.Thread(target=_end_with_the_daemon, args=(process, stopping, ended), daemon=True).start()
    try:
        out, errors = process.communicate()
    finally:
        ended.set()
    lines = (errors if process.returncode else out).decode("utf-8", "replace").strip().splitlines()
    if process.returncode:
        return lines[0].removeprefix("tallywire: ") if lines else f"it ended with status {process.returncode}"
    log.info("%s", lines[0] if lines else "a backup was made")
    return None


def _end_with_the_daemon(process: subprocess.Popen[bytes], stopping: threading.Event, ended: threading.Event) -> None:
    """An interrupted backup removes what it had; a killed one leaves it to the next."""
    while not ended.wait(0.2):
        if stopping.is_set():
            process.send_signal(signal.SIGINT)
            if not ended.wait(_END_SECONDS):
                process.kill()
            return


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
