"""The delivery worker: one thread and one sender process for each channel, so that a slow one holds up nobody else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, TextIO

from tallywire.deliver import outbox
from tallywire.deliver.channels import Channel
from tallywire.deliver.deadletter import abandon_orphans
from tallywire.deliver.lane import DEADLINE, Lane, Run, Setting
from tallywire.eventstore.base import Clock, Reader, UnwritableError
from tallywire.pulse import Pulse

PART: Final = "delivery to"
_LONGEST_SLEEP: Final = 60.0  # a wake-up call that got lost costs a minute at most
_AFTER_TROUBLE: Final = 5.0
_KILL_SECONDS: Final = 1.0
_SET_BACK: Final = timedelta(seconds=5)  # of the clock, that matters
_IDLE: Final = 300.0  # a process that nobody needs gives its memory back


class Worker:
    """Delivers what is in the outbox.

    `reader_factory` is called in each thread, and what it gives is closed at the thread's end, if it can be.
    `run` executes a function in one transaction of the writer. `channels` are all there are, the console one included
    (channels.with_console), which prints to `out`. `deadline`: seconds for one send.
    """

    def __init__(
        self,
        reader_factory: Callable[[], Reader],
        run: Run,
        channels: Sequence[Channel],
        *,
        clock: Clock,
        out: TextIO,
        log: logging.Logger,
        deadline: float = DEADLINE,
        pulse: Pulse | None = None,
    ) -> None:
        self._reader_factory = reader_factory
        self._setting = Setting(run, tuple(channels), clock, out, log, self.wake, deadline, pulse=pulse or Pulse())
        self._lanes = [Lane(channel, self._setting) for channel in channels]
        self._bells = [threading.Event() for _ in self._lanes]
        self._threads: list[threading.Thread] = []

    @property
    def pids(self) -> dict[str, int]:
        """The sender processes that are running, by channel."""
        return {lane.channel.name: lane.sender.pid for lane in self._lanes if lane.sender.pid is not None}

    def start(self) -> None:
        """Takes the outbox over from whoever had it before, and begins to send."""
        self._take_over()
        for lane, bell in zip(self._lanes, self._bells, strict=True):
            name = f"deliver-{lane.channel.name}"
            self._threads.append(threading.Thread(target=self._serve, args=(lane, bell), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something was queued."""
        for bell in self._bells:
            bell.set()

    def stop(self, timeout: float = 4.0) -> None:
        """Lets sends that are under way end within `timeout` seconds, then ends them; they stay open in the outbox."""
        self._setting.stopping.set()
        self.wake()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        for lane in self._lanes:
            lane.close()
        for thread in self._threads:
            thread.join(_KILL_SECONDS)
        for lane in self._lanes:  # a channel that is no longer configured is not waited for
            self._setting.pulse.ended(f"{PART} {lane.channel.name}")

    def once(self) -> int:
        """One attempt for each delivery that is due, all channels at the same time; returns how many were made.

        In two rounds, because what the first one gives up queues messages for other channels.
        """
        self._take_over()
        for lane in self._lanes:
            lane.begin()
        try:
            return sum(self._sweep() for _ in range(2))
        finally:
            for lane in self._lanes:
                lane.rest()

    def _take_over(self) -> None:
        setting = self._setting
        unknown = setting.run(outbox.release)
        if unknown:
            setting.log.warning("sent again as possible repeats, for no outcome is known: %d", unknown)
        orphans = setting.run(lambda tx: abandon_orphans(tx, setting.channels, setting.clock()))
        if orphans:
            setting.log.error("given up, for their channels are no longer configured: %d", orphans)

    def _sweep(self) -> int:
        def work(lane: Lane) -> int:
            with _open(self._reader_factory) as reader:
                return lane.sweep(reader)

        if not self._lanes:
            return 0
        with ThreadPoolExecutor(len(self._lanes), thread_name_prefix="deliver") as pool:
            return sum(pool.map(work, self._lanes))

    def _serve(self, lane: Lane, bell: threading.Event) -> None:
        stopping, log, told = self._setting.stopping, self._setting.log, ""
        while not stopping.is_set():
            try:
                with _open(self._reader_factory) as reader:
                    self._loop(lane, bell, reader)
            except UnwritableError as error:  # what can't be committed to must not be sent
                if str(error) != told:
                    log.warning("delivery to %s waits: %s", lane.channel.name, told := str(error))
                stopping.wait(_AFTER_TROUBLE)
            except Exception:
                if stopping.is_set():
                    return  # the writer was closed first
                # A thread that ended would leave its channel silent without a word.
                log.exception("delivery to %s is in trouble; going on in %g s", lane.channel.name, _AFTER_TROUBLE)
                stopping.wait(_AFTER_TROUBLE)

    def _loop(self, lane: Lane, bell: threading.Event, reader: Reader) -> None:
        busy, part, seen = time.monotonic(), f"{PART} {lane.channel.name}", self._setting.clock()
        while not self._setting.stopping.is_set():
            self._setting.pulse.beat(part)
            bell.clear()  # before looking: what is queued from here on rings again
            before, seen = seen, self._setting.clock()
            if seen < before - _SET_BACK:
                lane.clock_was_set_back()
            result = lane.step(reader)
            if result is True:
                busy = time.monotonic()
                continue
            if time.monotonic() - busy > _IDLE:
                lane.rest()
            bell.wait(self._seconds(result if isinstance(result, datetime) else None))

    def _seconds(self, until: datetime | None) -> float:
        if until is None:
            return _LONGEST_SLEEP
        return min(max(0.05, (until - self._setting.clock()).total_seconds()), _LONGEST_SLEEP)


@contextmanager
def _open(factory: Callable[[], Reader]) -> Iterator[Reader]:
    reader = factory()
    try:
        yield reader
    finally:
        close = getattr(reader, "close", None)
        if close is not None:
            close()
