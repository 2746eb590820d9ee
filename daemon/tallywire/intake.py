"""The intake: one thread that takes files in once they rest, from hints and from scans, and asks for decisions.

    hint      closed, moved in, or made: looked at until it rests (settle.py)
    scan      all that lies there, now and then: the truth that hints only hurry
    take in   several in one transaction while many wait
    decide    when nothing waits any more; while much waits, for a tenth of the time at most: a fold of everything
              after each few files would grow with what is there

Waiting files are decided on together, so bursts coalesce; more than `backlog` of them at once are quiet: one summary
instead of an alert each.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from tallywire import inbox, ledger
from tallywire.eventstore.base import Reader, UnwritableError
from tallywire.inbox import Found
from tallywire.ingest import Ingester, Outcome
from tallywire.outage import Outage
from tallywire.pulse import Pulse
from tallywire.recall import recall
from tallywire.settle import OLD, Settling

log = logging.getLogger("tallywire.intake")

PART: Final = "the intake"
PAUSE: Final = 2.0  # seconds after a failure, or after nothing could be written
AGAIN: Final = 1.0  # seconds until files that a scan found are looked at again
LONGEST: Final = 60.0  # seconds between two looks, whatever happens
SHARE: Final = 9  # times that a decision took, before the next one while files wait
LATEST: Final = 30.0  # ... but no longer than that


class Decide(Protocol):
    """Called after files were taken in; `idle` when nothing waits any more."""

    def __call__(self, *, idle: bool) -> object: ...


class Pace:
    """When to decide while files keep waiting."""

    def __init__(self) -> None:
        self._next = 0.0

    def is_due(self, now: float) -> bool:
        return now >= self._next

    def took(self, seconds: float, now: float) -> None:
        self._next = now + min(SHARE * seconds, LATEST)


class Intake:
    """Owns the queue of waiting paths."""

    def __init__(
        self,
        ingester: Ingester,
        read: Callable[[], AbstractContextManager[Reader]],
        decide: Decide,
        *,
        backlog: int = 50,
        outage: Outage | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        self._pulse = pulse or Pulse()
        self._ingester, self._read, self._decide, self._backlog = ingester, read, decide, backlog
        self._outage = outage or Outage()
        self._folder: Path = ingester.folder
        self._settling = Settling()
        self._hints: deque[str] = deque()
        self._waiting: deque[str] = deque()
        self._known: set[str] = set()  # what waits, for a path waits once
        self._wake = threading.Condition()
        self._scan_at = 0.0
        self._scanned_at = 0.0
        self._stopping = False
        self._quiet = False
        self._undecided = False
        self._kept: set[int] = set()  # hashes of the files that stay on purpose: asking the store takes longer
        self._pace = Pace()
        self._missed = 0
        self._started_ns = time.time_ns()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Ends after the files at hand; the rest waits in the inbox for the next start."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def hint(self, path: str) -> None:
        """Something happened to the file under this relative path. Returns at once."""
        if not inbox.is_ignored(path):
            with self._wake:
                self._hints.append(path)
                self._wake.notify_all()

    def rescan(self) -> None:
        """Asks for a scan now."""
        with self._wake:
            self._scan_at = 0.0
            self._wake.notify_all()

    def is_remote(self, remote: bool) -> None:
        """Whether files' changes are seen late here (a network file system), so that they must rest for longer."""
        self._settling.is_remote = remote

    def missed(self) -> int:
        """How many new files the scan found since the last call that no hint had told of."""
        missed, self._missed = self._missed, 0
        return missed

    def waiting(self) -> int:
        return len(self._waiting) + len(self._settling.pending)

    @property
    def paused(self) -> str | None:
        """Why nothing is taken in just now."""
        return self._outage.why

    def drain(self) -> int:
        """Takes in everything that lies in the inbox, in this thread; gives how many files were handled."""
        self._recall()
        handled = 0
        unreadable: set[str] = set()
        while True:
            left = [f for f in self._scan() if f.path not in unreadable]
            outcomes = self._take_some()
            while self._waiting:
                outcomes += self._take_some()
            unreadable |= {o.path for o in outcomes if o.state == "unreadable"}
            handled += len(outcomes)
            if not left and not any(o.state in ("waiting", "settling") for o in outcomes):
                self._decide(idle=True)
                return handled
            time.sleep(0.05 if outcomes else AGAIN / 4)

    # --- the thread -------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        self._recall()
        while not self._stopping:
            self._pulse.beat(PART)
            try:
                self._outage.check()
                self._round()
            except UnwritableError as error:
                self._outage.begin(error)
                self._rest(PAUSE)
            except Exception:  # the intake outlives any single failure; the scan finds the files again
                log.exception("taking files in failed; trying again in a while")
                self._rest(PAUSE)

    def _recall(self) -> None:
        """What is known to no record any more although it was put away comes back, see recall.py."""
        try:
            with self._read() as reader:
                recall(self._folder, reader)
        except Exception:
            log.exception("what was put away could not be compared with the record")

    def _rest(self, seconds: float) -> None:
        """After a failure: hints must not cut this short. What was at hand is found again by the next scan."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping, seconds)
        self._scan_at, self._scanned_at = 0.0, 0.0

    def _resume(self) -> None:
        """After an outage the first round that gets through shows that it is over; without files, a row of our own."""
        self._ingester.run(lambda tx: tx.put("meta", {"name": "written", "value_json": time.time()}))
        self._outage.end()

    def _round(self) -> None:
        """One look at hints, scan and queue, one transaction's worth of files, perhaps a decision."""
        self._absorb()
        if self._is_scan_due(time.monotonic()):
            self._scan_at, self._scanned_at = float("inf"), time.monotonic()
            if self._scan():
                self._scan_at = time.monotonic() + AGAIN
        if self._waiting:
            self._take_some()
            self._undecided = True
        if self._undecided and not self._stopping:
            self._decide_in_time()
        if self._outage.why is not None:
            self._resume()
        if not self._waiting:
            now = time.monotonic()
            self._pause(min(LONGEST, self._scan_at - now, self._settling.next_look(now)))

    def _is_scan_due(self, now: float) -> bool:
        """While files wait there is enough to do: what else lies there is found a little later."""
        return now >= self._scan_at and (not self._waiting or now - self._scanned_at >= LONGEST)

    def _pause(self, seconds: float) -> None:
        with self._wake:
            if not self._hints and not self._stopping and seconds > 0:
                self._wake.wait(seconds)

    def _decide_in_time(self) -> None:
        idle, began = not self._waiting, time.monotonic()
        if not idle and not self._pace.is_due(began):
            return
        self._decide(idle=idle)
        self._pace.took(time.monotonic() - began, time.monotonic())
        if idle:
            self._undecided = self._quiet = False

    # --- what waits -------------------------------------------------------------------------------------------------

    def _absorb(self) -> None:
        """Hints, and files that should rest by now: those that do are queued."""
        with self._wake:
            hinted = set(self._hints)
            self._hints.clear()
        now, wall = time.monotonic(), time.time_ns()
        for path in sorted(hinted):
            self._look(path, now, wall, hinted=True)
        for path in self._settling.due(now):
            self._look(path, now, wall, hinted=False)

    def _look(self, path: str, now: float, wall: int, *, hinted: bool) -> None:
        try:
            found = inbox.look(self._folder, path)
        except inbox.GoneError:
            self._settling.taken(path)
        except inbox.UnreadableError:
            self._enqueue(path)  # reading it says why, in the ledger
        else:
            if not found.regular or self._settling.see(found, now, wall, hinted=hinted) == "rests":
                self._enqueue(path)

    def _enqueue(self, path: str) -> None:
        if path not in self._known:
            self._known.add(path)
            self._waiting.append(path)
            self._quiet = self._quiet or len(self._waiting) > self._backlog

    def _scan(self) -> list[Found]:
        """Queues what rests; gives the files that do not rest yet.

        File by file, for of a hundred thousand that lie here no list should be made.
        """
        now, wall = time.monotonic(), time.time_ns()
        unlisted: dict[str, str] = {}
        unrested, told = [], []
        here: set[str] = set()
        kept: set[int] = set()
        with self._read() as reader:
            listed = ledger.unfinished(reader)
            for found in inbox.scan(self._folder, unlisted.__setitem__):
                here.add(found.path)
                if found.path not in self._known and not self._stays(found, reader, kept):
                    self._count_missed(found, wall)
                    if self._rests(found, now, wall):
                        self._enqueue(found.path)
                    else:
                        unrested.append(found)
                if self._settling.is_long(found.path, now) or inbox.shown(found.path) in listed:
                    told.append(found)
        self._kept = kept
        self._settling.keep_only(here)
        self._write_ledger(told, unlisted, now)
        return unrested

    def _rests(self, found: Found, now: float, wall: int) -> bool:
        return not found.regular or self._settling.see(found, now, wall) == "rests"

    def _stays(self, found: Found, reader: Reader, kept: set[int]) -> bool:
        """Whether a file stays in the inbox on purpose; it is then among `kept`."""
        key = hash(found)
        row = None if key in self._kept else reader.row("file", inbox.shown(found.path))
        stays = key in self._kept or ledger.is_finished(found, row, self._ingester.after)
        if stays:
            kept.add(key)
        return stays

    def _count_missed(self, found: Found, wall: int) -> None:
        """A file that came a while ago, while we watched, and that no hint told of: perhaps the watch is deaf."""
        is_new = found.ctime_ns > self._started_ns and wall - found.ctime_ns > 2e9
        self._missed += is_new and found.path not in self._settling.pending and wall - found.ctime_ns < 2 * OLD * 1e9

    def _write_ledger(self, told: list[Found], unlisted: dict[str, str], now: float) -> None:
        """Lists what has been settling for long and folders that can't be listed, and forgets what was taken back.

        `told`: the files that are there of those that the ledger lists as unfinished, or that should be.
        """
        if "" in unlisted:
            return  # the inbox itself can't be listed: nothing is known to be gone
        with self._read() as reader:
            news, gone = ledger.compared(reader, told, self._settling.long_ones(now), unlisted)
        if news or gone:
            self._ingester.run(lambda tx: ledger.write(tx, news, gone, self._ingester.clock()))
        for found, state, why in news:
            level = logging.INFO if state == "settling" else logging.WARNING
            log.log(level, "%s: %s: %s", inbox.shown(found.path), state, why)

    # --- taking in --------------------------------------------------------------------------------------------------

    def _take_some(self) -> list[Outcome]:
        outcomes = self._ingester.ingest_some(self._next_paths(), quiet=self._quiet)
        now = time.monotonic()
        for outcome in outcomes:
            if outcome.state == "settling":
                self._settling.restless(outcome.path, now, outcome.reason or "")
            else:
                self._settling.taken(outcome.path)
            if outcome.new or outcome.state == "rejected":
                self._pulse.count("files", outcome.state)
            tell(outcome)
        return outcomes

    def _next_paths(self) -> Iterator[str]:
        while self._waiting and not self._stopping:
            path = self._waiting.popleft()
            self._known.discard(path)
            yield path


def tell(outcome: Outcome) -> None:
    """One line of the log for what became of a file; nothing that was said before."""
    name = inbox.shown(outcome.path)
    if outcome.state == "rejected":
        log.warning("rejected %s: %s", name, outcome.reason)
    elif outcome.state == "unreadable" and outcome.new:
        log.warning("can't read %s: %s; it waits", name, outcome.reason)
    elif outcome.state == "waiting" and outcome.new:
        log.warning("%s: %s; it is tried again", name, outcome.reason)
    elif outcome.new:
        log.info("received %s: %d claims", name, outcome.claims)
