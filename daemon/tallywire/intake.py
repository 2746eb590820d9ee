"""The intake: one thread that takes waiting files in, from hints and from scans, and asks for a decision after them.

A hint (closed, moved in) is taken at once. A file that only a scan found waits until it rests: the same size and time
for a moment, or a time long past. Waiting files are decided on together, so bursts coalesce; more than `backlog` of
them at once are quiet: one summary instead of an alert each.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from tallywire import inbox
from tallywire.eventstore.base import Reader
from tallywire.inbox import Found
from tallywire.ingest import Ingester, Outcome, is_finished

log = logging.getLogger("tallywire.intake")

REST_SECONDS: Final = 1.0  # a file that only the scan found must stay the same for so long
OLD_SECONDS: Final = 30.0  # ... or be untouched for so long already
BATCH: Final = 25  # files between two decisions at most


@dataclass(slots=True)
class Resting:
    """Which files that a scan found have come to rest. Pure but for the times it is given."""

    seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def ready(self, found: Found, now: float, wall_ns: int) -> bool:
        """Whether a file rests, by a monotonic time in seconds and the wall clock in nanoseconds."""
        age = (wall_ns - found.mtime_ns) / 1e9
        if age > OLD_SECONDS:
            return True
        size, mtime_ns, since = self.seen.get(found.path, (-1, -1, now))
        if (size, mtime_ns) != (found.size, found.mtime_ns):
            self.seen[found.path] = (found.size, found.mtime_ns, now)
            return False
        return now - since >= REST_SECONDS

    def keep_only(self, paths: set[str]) -> None:
        for path in self.seen.keys() - paths:
            del self.seen[path]


class Decide(Protocol):
    """Called after a batch; `idle` when nothing waits any more."""

    def __call__(self, *, idle: bool) -> None: ...


class Intake:
    """Owns the queue of waiting paths."""

    def __init__(
        self,
        ingester: Ingester,
        read: Callable[[], AbstractContextManager[Reader]],
        decide: Decide,
        *,
        backlog: int = 50,
    ) -> None:
        self._ingester, self._read, self._decide, self._backlog = ingester, read, decide, backlog
        self._folder: Path = ingester.folder
        self._resting = Resting()
        self._waiting: deque[str] = deque()
        self._known: set[str] = set()  # what waits, for a path waits once
        self._wake = threading.Condition()
        self._scan_at = 0.0
        self._stopping = False
        self._quiet = False
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Ends after the file at hand; the rest waits in the inbox for the next start."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def hint(self, path: str) -> None:
        """A file came to rest under this relative path."""
        if inbox.is_ignored(path):
            return
        with self._wake:
            self._enqueue(path)
            self._wake.notify_all()

    def rescan(self) -> None:
        """Asks for a scan now."""
        with self._wake:
            self._scan_at = 0.0
            self._wake.notify_all()

    def drain(self) -> int:
        """Takes in everything that lies in the inbox, in this thread; gives how many files were handled."""
        handled = 0
        while True:
            unrested = self._scan()
            handled += self._take_waiting()
            if not unrested:
                self._decide(idle=True)
                return handled
            time.sleep(REST_SECONDS / 4)

    def waiting(self) -> int:
        return len(self._waiting)

    def _enqueue(self, path: str) -> None:
        if path not in self._known:
            self._known.add(path)
            self._waiting.append(path)
            self._quiet = self._quiet or len(self._waiting) > self._backlog

    def _work(self) -> None:
        while not self._stopping:
            try:
                if time.monotonic() >= self._scan_at:
                    unrested = self._scan()
                    self._scan_at = time.monotonic() + REST_SECONDS if unrested else float("inf")
                self._take_waiting()
            except (
                Exception
            ):  # the intake outlives any single failure (a full disk, say); the scan finds the file again
                log.exception("taking files in failed; trying again in a while")
                self._scan_at = time.monotonic() + 5
            with self._wake:
                if not self._waiting and not self._stopping:
                    self._wake.wait(max(0.05, min(60.0, self._scan_at - time.monotonic())))

    def _scan(self) -> int:
        """Queues what rests; gives how many files do not rest yet."""
        now, wall = time.monotonic(), time.time_ns()
        unrested, seen = 0, set()
        for found in self._unfinished():
            seen.add(found.path)
            if found.regular and not self._resting.ready(found, now, wall):
                unrested += 1
                continue
            with self._wake:
                self._enqueue(found.path)
        self._resting.keep_only(seen)
        return unrested

    def _unfinished(self) -> list[Found]:
        """What lies in the inbox, but for files that stay there on purpose."""
        lying = list(inbox.scan(self._folder))
        if not lying:
            return []
        with self._read() as reader:
            return [
                f for f in lying if not is_finished(f, reader.row("file", inbox.shown(f.path)), self._ingester.after)
            ]

    def _take_waiting(self) -> int:
        handled = since = 0
        while not self._stopping:
            with self._wake:
                path = self._waiting.popleft() if self._waiting else None
                self._known.discard(path or "")
            if path is None:
                break
            handled += 1
            since += 1
            self._tell(self._ingester.ingest(path, quiet=self._quiet))
            if since >= BATCH:
                self._decide(idle=False)
                since = 0
        if handled:
            self._decide(idle=True)
            self._quiet = False
        return handled

    def _tell(self, outcome: Outcome) -> None:
        name = inbox.shown(outcome.path)
        if outcome.state == "rejected":
            log.warning("rejected %s: %s", name, outcome.reason)
        elif outcome.state == "unreadable":
            log.warning("can't read %s: %s; it waits", name, outcome.reason)
        elif outcome.state == "settling":
            self._scan_at = 0.0
        elif outcome.new:
            log.info("received %s: %d claims", name, outcome.claims)
