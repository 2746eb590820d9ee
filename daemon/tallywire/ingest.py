"""Files become articles and claims: several in one short transaction, where several wait; then they leave the inbox.

    take      bytes, opened safely               a crash here leaves the file in the inbox, untouched
    known     the content was here before        a new path is noted (ArticleSeenAgain), nothing else happens
    read      bytes -> Article                   slow, outside any transaction; a crash leaves the file in the inbox
    extract   Article -> claims                  the same
    record    ArticleReceived + ClaimRecorded*   one transaction: all of a file or nothing of it
    leave     to done/, rejected/, or it stays   a crash before this leaves a file whose content is known: it leaves

Every step is idempotent, see recording.py.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from tallywire import inbox, leaving, ledger
from tallywire.core.article import Article
from tallywire.core.events import FileRejected, file_stream
from tallywire.core.fault import told
from tallywire.crash import crash_point
from tallywire.eventstore.base import StoreError, Transaction, UnwritableError
from tallywire.inbox import Found, RefusedError, Taken
from tallywire.ledger import DENIED
from tallywire.read import Rejected
from tallywire.recording import (
    META_TRACKING,
    QUIET,
    Prepared,
    StaleTrackingError,
    claim_fields,
    is_known,
    prepare,
    record,
    sighted,
)
from tallywire.tracking import Current, Tracking

__all__ = ["META_TRACKING", "QUIET", "Ingester", "Outcome", "Run", "claim_fields"]

log = logging.getLogger("tallywire.ingest")
T = TypeVar("T")
FILES: Final = 64  # in one transaction
BYTES: Final = 8_000_000  # ... of so many bytes together: what is read stays in memory until it is recorded
SECONDS: Final = 0.5  # ... gathered in that time: nobody's alert waits long for the files behind it
TRIES: Final = 3  # of a file that breaks its parser
# What a parser broken by a file says. It may be the machine's fault (memory, load), so the file gets another try.
POISON: Final = frozenset({"parser crashed", "parser timed out", "parser out of memory", "internal error"})


class Run(Protocol):
    """Runs a function in one transaction of the one writer and gives its result."""

    def __call__(self, change: Callable[[Transaction], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: `state` is one of the ledger's, or "gone"; `reason` says why in words for people."""

    path: str
    state: str
    reason: str | None = None
    articles: tuple[str, ...] = ()
    claims: int = 0
    new: bool = False  # for "unreadable" and "waiting": that the ledger did not say so already


@dataclass(slots=True)
class Case:
    """A file on its way: what it is, its articles, or why there are none."""

    found: Found
    taken: Taken | None = None
    whole: str = ""  # SHA-256 of its bytes
    articles: list[Article] = field(default_factory=list)
    prepared: list[Prepared] = field(default_factory=list)
    tracking: Tracking | None = None
    outcome: Outcome | None = None  # once it is known
    rejected: tuple[str, str] | None = None  # reason, detail


@dataclass(frozen=True, slots=True)
class Ingester:
    """Takes files of one folder in. `after` is what happens to an ingested file: "move", "delete" or "keep".

    `archive`: the folder is somebody else's: paths are shown absolute, and nothing is moved, rejected files neither.
    """

    folder: Path
    run: Run
    read: Callable[[bytes, str], list[Article]]
    current: Current
    clock: Callable[[], datetime]
    after: str = "move"
    limit: int = 20_000_000
    archive: bool = False

    def ingest(self, path: str, *, quiet: bool = False) -> Outcome:
        """Takes one file in, whatever it is. Never raises for anything that a file can be."""
        return self.ingest_some([path], quiet=quiet)[0]

    def ingest_some(self, paths: Iterable[str], *, quiet: bool = False) -> list[Outcome]:
        """Takes files in together, as many of `paths` as are good for one transaction; the rest is left unasked for.

        Raises StoreError where nothing can be recorded; the files are then as they were. Raises UnwritableError also
        where what is recorded can't leave the inbox for now: it leaves the next time.
        """
        cases, size, until = [], 0, time.monotonic() + SECONDS
        for path in paths:
            cases.append(case := self._case(path))
            size += len(case.taken.data) if case.taken else 0
            if len(cases) >= FILES or size >= BYTES or time.monotonic() >= until:
                break
        self._record_all(cases, quiet=quiet)
        for case in cases:
            self._leave(case)
        return [case.outcome for case in cases if case.outcome is not None]

    # --- reading ----------------------------------------------------------------------------------------------------

    def _case(self, path: str) -> Case:
        case = Case(Found(path, 0, 0))  # until it could be looked at
        try:
            case.found = inbox.look(self.folder, path)
            case.taken = inbox.take(self.folder, path, self.limit)
            crash_point("ingest.taken")
            self._read(case)
        except inbox.GoneError:
            case.outcome = Outcome(path, "gone")
        except inbox.ChangingError as error:
            case.outcome = Outcome(path, "settling", str(error))
        except inbox.UnreadableError as error:
            case.outcome = Outcome(path, "unreadable", str(error))
        except (RefusedError, Rejected) as error:
            case.rejected = error.reason, error.detail
        return case

    def _read(self, case: Case) -> None:
        taken = case.taken
        assert taken is not None
        found = case.found
        case.found = Found(found.path, taken.size, taken.mtime_ns, ctime_ns=taken.ctime_ns, inode=taken.inode)
        case.whole = hashlib.sha256(taken.data).hexdigest()
        if self.run(lambda tx: is_known(tx, case.whole)):
            return
        try:
            case.articles = self.read(taken.data, inbox.shown(case.found.path))
            self._prepare(case)
        except Rejected:
            raise
        except Exception as error:  # a fault of ours that this file brings out must not stop the others
            log.exception("reading %s failed", inbox.shown(case.found.path))
            raise Rejected("internal error", told(error)) from error
        crash_point("ingest.extracted")

    def _prepare(self, case: Case) -> None:
        assert case.taken is not None
        case.tracking, alone = self.current.tracking, len(case.articles) == 1
        make = partial(prepare, data=case.taken.data, whole=case.whole, tracking=case.tracking, alone=alone)
        case.prepared = [make(article, today=self.clock().date()) for article in case.articles]

    # --- recording --------------------------------------------------------------------------------------------------

    def _record_all(self, cases: list[Case], *, quiet: bool) -> None:
        """One transaction for all; where that fails, one for each, so that one file can't hold up the others."""
        try:
            outcomes = self._recorded(cases, quiet=quiet)
        except UnwritableError:
            raise  # no file's fault
        except StoreError:
            if len(cases) == 1:
                raise
            self._record_each(cases, quiet=quiet)
            return
        for case, outcome in zip(cases, outcomes, strict=True):
            case.outcome = outcome

    def _record_each(self, cases: list[Case], *, quiet: bool) -> None:
        failures = []
        for case in cases:
            try:
                self._record_all([case], quiet=quiet)
            except UnwritableError:
                raise
            except StoreError as error:
                failures.append(error)
                case.outcome = Outcome(case.found.path, "waiting", f"it can't be recorded: {error}", new=True)
        if len(failures) == len(cases):
            raise failures[0]

    def _recorded(self, cases: list[Case], *, quiet: bool) -> list[Outcome]:
        while True:
            try:
                return self.run(lambda tx: [self._record(tx, case, quiet=quiet) for case in cases])
            except StaleTrackingError:
                for case in cases:
                    if case.prepared:
                        self._prepare(case)

    def _record(self, tx: Transaction, case: Case, *, quiet: bool) -> Outcome:
        if case.rejected is not None:
            return self._reject(tx, case, *case.rejected)
        if case.outcome is not None:
            return self._wait(tx, case.found, case.outcome)
        path, shown = case.found.path, self.shown(case.found)
        if is_known(tx, case.whole):
            sighted(tx, case.whole, shown)
            self._note(tx, case.found, "done", "seen before", case.whole)
            return Outcome(path, "done", "seen before", (case.whole,))
        assert case.tracking is not None
        done = record(tx, shown, case.found.size, case.prepared, case.tracking, quiet=quiet)
        self._note(tx, case.found, "done", _remark(case.prepared), done.articles[0] if done.articles else None)
        return Outcome(path, "done", None, done.articles, done.claims, done.new)

    def _reject(self, tx: Transaction, case: Case, reason: str, detail: str) -> Outcome:
        found, why = case.found, f"{reason}: {detail}" if detail else reason
        if reason in POISON and (tries := self._tries(tx, found)) < TRIES:
            news = self._note(tx, found, "waiting", f"{why} (try {tries} of {TRIES})")
            return Outcome(found.path, "waiting", why, new=news)
        stream, shown = file_stream(found.path, found.size, found.mtime_ns), self.shown(found)
        if tx.version(stream) == 0:
            tx.append(stream, FileRejected(shown, found.size, found.mtime_ns, reason, detail))
        self._note(tx, found, "rejected", why)
        return Outcome(found.path, "rejected", why)

    def _tries(self, tx: Transaction, found: Found) -> int:
        row = tx.row("file", self.shown(found))
        return 1 + (row["tries"] if row and ledger.is_same(found, row) and row["state"] == "waiting" else 0)

    def _wait(self, tx: Transaction, found: Found, outcome: Outcome) -> Outcome:
        """Taken back before it was read, still changing, or unreadable for now."""
        if outcome.state == "unreadable":
            return replace(outcome, new=self._note(tx, found, "unreadable", outcome.reason))
        if outcome.state == "gone":
            row = tx.row("file", self.shown(found))
            if row and row["state"] in ledger.UNFINISHED:
                tx.delete("file", self.shown(found))
        return outcome

    def _note(
        self, tx: Transaction, found: Found, state: str, reason: str | None = None, article: str | None = None
    ) -> bool:
        return ledger.note(tx, found, state, self.clock(), reason, article, path=self.shown(found))

    def shown(self, found: Found) -> str:
        return inbox.shown(f"/{found.path}" if self.archive else found.path)

    # --- leaving ----------------------------------------------------------------------------------------------------

    def _leave(self, case: Case) -> None:
        """The file goes where `after` says; where that is denied it stays and the ledger remembers it."""
        outcome = case.outcome
        assert outcome is not None
        if outcome.state == "done":
            crash_point("ingest.recorded")  # the content is known now: after a restart the file only leaves
            case.outcome = self._put_away(case, outcome)
            crash_point("ingest.left")
        elif outcome.state == "rejected":
            crash_point("ingest.rejected")
            self._set_aside(case, outcome)

    def _put_away(self, case: Case, outcome: Outcome) -> Outcome:
        if self.after == "keep" or self.archive:
            return outcome
        assert case.taken is not None
        try:
            if self.after == "move":
                month = self.clock().strftime("%Y-%m")
                left = leaving.put_away(self.folder, case.found.path, month, case.taken) is not None
            else:
                left = leaving.delete(self.folder, case.found.path, case.taken)
        except inbox.ChangingError as error:
            return replace(outcome, state="settling", reason=str(error))
        if not left:
            article = outcome.articles[0] if outcome.articles else None
            self.run(lambda tx: self._note(tx, case.found, "done", DENIED, article))
        return outcome

    def _set_aside(self, case: Case, outcome: Outcome) -> None:
        if self.archive:
            return
        assert case.rejected is not None
        if leaving.set_aside(self.folder, case.found.path, *case.rejected) is None:
            self.run(lambda tx: self._note(tx, case.found, "rejected", f"{outcome.reason}; {DENIED}"))


def _remark(prepared: Sequence[Prepared]) -> str | None:
    """What the ledger says of an ingested file: why it gave no claim, or what was too much to look at."""
    if any(p.claims for p in prepared):
        return next((p.unread for p in prepared if p.unread), None)
    return f"no claim: {prepared[0].why}" if prepared and prepared[0].why else None
