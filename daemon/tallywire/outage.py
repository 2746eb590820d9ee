"""An outage: from the first write that failed (or would have) until one succeeds. Intake rests meanwhile.

A full disk, a store that another program holds, a file system that has become read-only: nothing is lost by any of
them, for a transaction that fails leaves no trace and its files stay in the inbox. People hear once that it began and
once that it is over. The first message can't go the way of alerts while the store can't be written: it goes straight
to the channels, and the one at the end, which is an event like all alerts, tells of it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, TextIO

from tallywire import disk
from tallywire.core.events import alert_id
from tallywire.deliver import straight
from tallywire.deliver.channels import Channel, route, with_console
from tallywire.disk import Level, Room
from tallywire.eventstore.base import Transaction, UnwritableError
from tallywire.notice import SYSTEM, raise_notice

log = logging.getLogger("tallywire.outage")
Run = Callable[[Callable[[Transaction], Any]], Any]

AGAIN: Final = 60.0  # seconds between two tries to reach a channel that was not reached
BEGUN: Final = "Tallywire can't write: no files are taken in"
OVER: Final = "Files are taken in again"


@dataclass(frozen=True, slots=True)
class Tidings:
    """How people are told: `run` is the writer's, `channels` all that are configured by now, `out` the console's."""

    run: Run
    channels: Callable[[], Sequence[Channel]]
    clock: Callable[[], datetime]
    out: TextIO
    wake: Callable[[], None]

    def recorded(self, key: str, title: str, text: str, reason: str) -> None:
        """As an alert like any other. Raises UnwritableError."""
        everybody = with_console(self.channels())
        self.run(lambda tx: raise_notice(tx, lambda to: route(to, everybody), key, title, text, reason))
        self.wake()

    def straight(self, key: str, title: str, text: str, reason: str, over: threading.Event) -> list[str]:
        """Past the store, until each channel has it or it is over; gives the names of those that have."""
        everybody = with_console(self.channels())
        left, reached = [c for c in everybody if c.name in route((), everybody)], list[str]()
        row = straight.row(alert_id(SYSTEM, title, key), title, text, reason, self.clock())
        unsure: set[str] = set()
        while left and not over.is_set():
            outcomes = straight.send(row, left, self.out, repeats=unsure)
            reached += [c.name for c in left if outcomes[c.name].state == "delivered"]
            unsure |= {c.name for c in left if outcomes[c.name].uncertain}
            left = [c for c in left if outcomes[c.name].state in ("passing", "limited")]
            over.wait(AGAIN if left else 0)
        return reached


@dataclass(slots=True)
class Outage:
    """What keeps files from being taken in, if anything does. For the intake's thread; `why` may be read by any.

    `room` tells of the disk under the store.
    """

    tidings: Tidings | None = None
    room: Callable[[], Room] | None = None
    why: str | None = None
    _level: Level = "enough"
    _since: float = 0.0
    _key: str = ""
    _over: threading.Event = field(default_factory=threading.Event)
    _reached: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raises UnwritableError where there is too little room to take anything in."""
        if self.room is None:
            return
        here = self.room()
        self._level = disk.judge(here, before=self._level)
        if self._level == "too little":
            free = f"{disk.megabytes(here.free)} of {disk.megabytes(here.total)} are free"
            kind = TooLittleRoomError if disk.is_some(here) else UnwritableError
            raise kind(f"the disk is full: {free}", "the store")

    def begin(self, error: UnwritableError) -> None:
        """Something could not be written; only the first such error since the last success is told."""
        if self.why is not None:
            return
        self.why, self._since, self._over, self._reached = error.why, time.monotonic(), threading.Event(), []
        log.error("%s; nothing is taken in until it can be written, and nothing is lost", error)
        if self.tidings is None:
            return
        self._key = self.tidings.clock().isoformat()
        text = f"{error}.\nThe files stay in the inbox and are taken in by themselves once this is over."
        tell = partial(self._tell, self._over, text, is_small=isinstance(error, TooLittleRoomError))
        threading.Thread(target=tell, name="outage", daemon=True).start()

    def end(self) -> None:
        """Something was written. Raises UnwritableError where the news of that can't be; then it is not over."""
        if self.why is None:
            return
        seconds = time.monotonic() - self._since
        text = f"For {seconds:,.0f} s nothing was taken in: {self.why}. No file and no alert is lost by it."
        if self._reached:
            text += f"\nWhen it began, a message went straight to {', '.join(self._reached)}, past the record."
        self._record(OVER, text, "writing had failed")
        log.warning("it can be written again after %.0f s (%s); files are taken in again", seconds, self.why)
        self._over.set()
        self.why = None

    def _tell(self, over: threading.Event, text: str, *, is_small: bool) -> None:
        """`is_small`: where only too little room is left, the alert is recorded like any other."""
        assert self.tidings is not None
        news = (self._key, BEGUN, text, "a write failed")
        try:
            if is_small:
                with suppress(UnwritableError):
                    self.tidings.recorded(*news)
                    return
            self._reached += self.tidings.straight(*news, over)
        except Exception:
            log.exception("people could not be told that nothing can be written")

    def _record(self, title: str, text: str, reason: str) -> None:
        if self.tidings is not None:
            self.tidings.recorded(self.tidings.clock().isoformat(), title, text, reason)


class TooLittleRoomError(UnwritableError):
    """There is still room for what is small: alerts and the outcomes of deliveries."""
