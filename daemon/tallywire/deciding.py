"""When to decide: after files were taken in, after commands, and when alerts that are held back fall due."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tallywire.config import Config
from tallywire.decide import decide
from tallywire.desk import desk_of
from tallywire.eventstore.base import Clock
from tallywire.ingest import Run

SET_BACK: Final = timedelta(seconds=5)  # of the clock, that matters to what is held until some time
ARCHIVE_SECONDS: Final = 30.0  # without a call, after which `tallywire ingest` is taken to have died


class Decider:
    """Runs decisions in the writer, and remembers what they hold back. Safe to use from any thread.

    `config` gives the configuration in force; `wake` is called when there is something to deliver.
    """

    def __init__(self, run: Run, config: Callable[[], Config], clock: Clock, wake: Callable[[], None]) -> None:
        self._run, self._config, self._clock, self._wake = run, config, clock, wake
        self._held_until: datetime | None = None
        self._looked_at = clock()
        self._archiving_until = 0.0

    def decide(self, *, idle: bool) -> list[str]:
        """Folds what was recorded since the last decision and raises what deserves it; lines for people."""
        desk, idle = desk_of(self._config()), idle and time.monotonic() >= self._archiving_until
        decided = self._run(lambda tx: decide(tx, desk, self._clock(), idle=idle))
        self._held_until = decided.held_until
        if decided.raised:
            self._wake()
        return decided.lines

    def look_at_held(self) -> None:
        """Decides again where a held alert is due, or where an archive's quiet stretch was left without its end."""
        is_cut_short = 0.0 < self._archiving_until <= time.monotonic()
        if is_cut_short:
            self._archiving_until = 0.0
        now = self._clock()
        was_set_back, self._looked_at = now < self._looked_at - SET_BACK, now
        if is_cut_short or (self._held_until is not None and (now >= self._held_until or was_set_back)):
            self.decide(idle=True)

    def archiving(self) -> None:
        """A call of `tallywire ingest` came: for a while nothing but its end ends the quiet stretch."""
        self._archiving_until = time.monotonic() + ARCHIVE_SECONDS

    def archived(self) -> None:
        self._archiving_until = 0.0
