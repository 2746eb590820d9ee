"""What happens by the clock: scans, healing, held alerts, retries, digests. The only module that imports apscheduler.

Jobs run in UTC from a memory store; what is due is decided from stored state, never from the scheduler's, so that a
restart neither forgets nor repeats anything. Local times (digest.py) are no cron expressions: those skip or repeat
days where the clocks change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("tallywire.schedule")


class Schedule:
    """Interval jobs, each at most once at a time; one that fails is logged and runs again."""

    def __init__(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every run of every job
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, seconds: float, job: Callable[[], object], name: str) -> None:
        told = ""

        def run() -> None:
            nonlocal told
            try:
                job()
            except Exception as error:
                if repr(error) != told:  # the same again and again, each second, would bury everything else
                    log.exception("%s failed; it is tried again in %s s", name, seconds)
                told = repr(error)
            else:
                told = ""

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
