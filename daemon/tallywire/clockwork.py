"""The daemon's jobs by the clock. What is due is decided from stored state; a job that fails runs again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from tallywire import autobackup, digest, staleness
from tallywire.config import Config
from tallywire.deciding import Decider
from tallywire.desk import desk_of
from tallywire.eventstore.base import Clock, Reader
from tallywire.health.keeper import BEAT_SECONDS, SECONDS, Keeper
from tallywire.home import Home
from tallywire.ingest import Run
from tallywire.intake import Intake
from tallywire.schedule import Schedule
from tallywire.watch import Watch

SCAN: Final = "the scan"
HELD_SECONDS: Final = 1.0  # how often alerts that are held back are looked at
POLL_SECONDS: Final = 2.0  # between two scans where the file system tells of nothing
DIGEST_SECONDS: Final = 20.0
STALE_SECONDS: Final = 60.0


class Clockwork:
    """Starts the jobs and holds what they need. `config` gives the configuration in force."""

    def __init__(
        self,
        home: Home,
        config: Callable[[], Config],
        *,
        run: Run,
        read: Callable[[], AbstractContextManager[Reader]],
        now: Clock,
        wake: Callable[[], None],
        decider: Decider,
        watch: Watch,
        intake: Intake,
        keeper: Keeper,
        stopping: threading.Event,
    ) -> None:
        self._home, self._config = home, config
        self._run, self._read, self._now, self._wake = run, read, now, wake
        self._decider, self._watch, self._intake, self._keeper = decider, watch, intake, keeper
        self._stopping = stopping
        self._schedule = Schedule()

    def start(self) -> None:
        every = self._schedule.every
        every(self._config().settings.rescan_seconds, self._look_after_the_inbox, "rescan")
        every(POLL_SECONDS, self._poll, "polling")
        every(HELD_SECONDS, self._decider.look_at_held, "held alerts")
        every(DIGEST_SECONDS, self._raise_digest, "digest")
        every(STALE_SECONDS, self._raise_stale, "staleness")
        every(autobackup.LOOK_SECONDS, self._back_up, "backup")
        every(_keeping(self._keeper.notifier.watchdog_seconds), self._keeper.keep, "health")
        every(BEAT_SECONDS, self._keeper.beat, "heartbeat")
        self._schedule.start()

    def stop(self) -> None:
        self._schedule.stop()

    def _look_after_the_inbox(self) -> None:
        self._keeper.pulse.beat(SCAN)
        self._watch.look_after(suspicious=self._intake.missed() > 0)
        self._intake.is_remote(self._watch.polls is not None)
        self._intake.rescan()

    def _poll(self) -> None:
        if self._watch.polls:
            self._intake.rescan()

    def _raise_digest(self) -> None:
        desk, settings = desk_of(self._config()), self._config().settings
        with self._read() as reader:
            due = digest.due(reader, settings, self._now())
        for each in due:
            self._run(partial(digest.raise_digest, due=each, desk=desk))
        if due:
            self._wake()

    def _raise_stale(self) -> None:
        desk, now = desk_of(self._config()), self._now()
        with self._read() as reader:
            due = staleness.due(reader, now)
        for estimate, rule in due:
            self._run(partial(staleness.raise_stale, estimate=estimate, rule=rule, desk=desk, now=now))
        if due:
            self._wake()

    def _back_up(self) -> None:
        made = autobackup.scheduled(self._home, self._config(), self._read, self._run, self._stopping, self._now)
        if made is not None:
            self._wake()


def _keeping(watchdog: float | None) -> float:
    """Seconds between two looks: often enough for a service manager that waits for a sign of life."""
    return SECONDS if watchdog is None else max(0.2, min(SECONDS, watchdog / 3))
