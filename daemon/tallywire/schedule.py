"""What happens by the clock: scans, healing, held alerts, retries, digests. The only module that imports apscheduler.

Jobs run in UTC from a memory store; what is due is decided from stored state, never from the scheduler's, so that a
restart neither forgets nor repeats anything. Local times (digest.py) are no cron expressions: those skip or repeat
days where the clocks change. The scheduler plans by the wall clock: when that is set back by an hour, all of its jobs
would rest for an hour, so a thread of our own sees to it that they are planned anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from tallywire.eventstore.base import UnwritableError

log = logging.getLogger("tallywire.schedule")
TICK: Final = 1.0  # seconds between two looks at the clock
STEP: Final = 1.0  # seconds set back that matter


class Schedule:
    """Interval jobs, each at most once at a time; one that fails is logged and runs again."""

    def __init__(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it tells of every run of every job
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._seconds: dict[str, float] = {}
        self._stopping = threading.Event()

    def every(self, seconds: float, job: Callable[[], object], name: str) -> None:
        told = ""

        def run() -> None:
            nonlocal told
            try:
                job()
            except Exception as error:
                if repr(error) != told:  # the same again and again, each second, would bury everything else
                    trace = None if isinstance(error, UnwritableError) else error
                    log.error("%s failed (%s); it is tried again in %s s", name, error, seconds, exc_info=trace)
                told = repr(error)
            else:
                told = ""

        self._seconds[name] = seconds
        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        self._scheduler.start()
        threading.Thread(target=self._watch_the_clock, name="clock", daemon=True).start()

    def _watch_the_clock(self) -> None:
        ahead = _ahead()
        while not self._stopping.wait(TICK):
            before, ahead = ahead, _ahead()
            if ahead < before - STEP:
                log.warning("the clock was set back by %.0f s", before - ahead)
                with suppress(JobLookupError):  # it is being stopped
                    for name, seconds in self._seconds.items():
                        self._scheduler.reschedule_job(name, trigger="interval", seconds=seconds)

    def stop(self) -> None:
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _ahead() -> float:
    """How far the wall clock is ahead of the one that nobody can set. Both must be read at nearly the same moment."""
    while True:
        began, wall, ended = time.monotonic(), time.time(), time.monotonic()
        if ended - began < STEP / 10:
            return wall - ended
