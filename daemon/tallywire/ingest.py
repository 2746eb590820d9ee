"""A file becomes an article and its claims, in one short transaction; then the file leaves the inbox.

    take      bytes, opened safely               a crash here leaves the file in the inbox, untouched
    known     the content was here before        a new path is noted (ArticleSeenAgain), nothing else happens
    read      bytes -> Article                   slow, outside any transaction; a crash leaves the file in the inbox
    extract   Article -> claims                  the same
    record    ArticleReceived + ClaimRecorded*   one transaction: all of it or nothing
    leave     to done/, rejected/, or it stays   a crash before this leaves a file whose content is known: it leaves

Every step is idempotent: streams are named by content, so doing it again changes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec

from tallywire import inbox
from tallywire.core.article import Article
from tallywire.core.claim import Claim, claim_id
from tallywire.core.events import (
    ArticleReceived,
    ArticleSeenAgain,
    ClaimRecorded,
    FileRejected,
    article_stream,
    claim_stream,
    file_stream,
)
from tallywire.crash import crash_point
from tallywire.eventstore.base import Row, Transaction
from tallywire.inbox import Found, RefusedError, Taken
from tallywire.read import Rejected
from tallywire.tracking import Current, Tracking

T = TypeVar("T")
DENIED: Final = "it stays in the inbox because moving it was denied"
QUIET: Final = "quiet"  # correlation of events whose effect is told in one summary instead of alerts
META_TRACKING: Final = "tracking"  # the fingerprint of the definitions that the recorded claims were found with


class Run(Protocol):
    """Runs a function in one transaction of the one writer and gives its result."""

    def __call__(self, change: Callable[[Transaction], T], /) -> T: ...


class StaleTrackingError(Exception):
    """The definitions changed between extraction and recording: extract again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be recorded: its id (SHA-256 of the content), evidence and claims."""

    article: str
    content: Article
    original: bytes
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: `state` is a state of the ledger, `reason` says why in words for people."""

    path: str
    state: str  # done | rejected | unreadable | settling | gone
    reason: str | None = None
    articles: tuple[str, ...] = ()
    claims: int = 0
    new: bool = False


@dataclass(frozen=True, slots=True)
class Ingester:
    """Takes files of one inbox in. `after` is what happens to an ingested file: "move", "delete" or "keep"."""

    folder: Path
    run: Run
    read: Callable[[bytes, str], list[Article]]
    current: Current
    clock: Callable[[], datetime]
    after: str = "move"
    limit: int = 20_000_000

    def ingest(self, path: str, *, quiet: bool = False) -> Outcome:
        """Takes one file in, whatever it is. Never raises for anything that a file can be."""
        found = Found(path, 0, 0)  # until it could be looked at
        try:
            found = inbox.look(self.folder, path)
            taken = inbox.take(self.folder, path, self.limit)
            crash_point("ingest.taken")
            return self._received(path, taken, quiet=quiet)
        except inbox.GoneError:
            return self._gone(path)
        except inbox.ChangingError:
            return Outcome(path, "settling", "it changed while it was read")
        except inbox.UnreadableError as error:
            return self._waits(found, str(error))
        except RefusedError as error:
            return self._rejected(found, error.reason, error.detail)

    def _received(self, path: str, taken: Taken, *, quiet: bool) -> Outcome:
        found = Found(path, taken.size, taken.mtime_ns)
        try:
            outcome = self._record(found, taken, quiet=quiet)
        except Rejected as error:
            return self._rejected(found, error.reason, error.detail)
        crash_point("ingest.recorded")  # the content is known now: after a restart the file only leaves
        self._leave(found, taken, outcome)
        crash_point("ingest.left")
        return outcome

    def _record(self, found: Found, taken: Taken, *, quiet: bool) -> Outcome:
        whole = hashlib.sha256(taken.data).hexdigest()
        if (known := self.run(lambda tx: _seen_again(tx, whole, found, self.clock()))) is not None:
            return known
        articles = self.read(taken.data, inbox.shown(found.path))
        while True:
            tracking = self.current.tracking
            prepared = [prepare(a, taken.data, whole, tracking, alone=len(articles) == 1) for a in articles]
            crash_point("ingest.extracted")
            change = partial(record, found=found, prepared=prepared, tracking=tracking, quiet=quiet, now=self.clock())
            try:
                return self.run(change)
            except StaleTrackingError:
                continue

    def _leave(self, found: Found, taken: Taken, outcome: Outcome) -> None:
        """The file goes where `after` says; where that is denied it stays and the ledger remembers it."""
        if self.after == "keep":
            return
        if self.after == "move":
            left = inbox.put_away(self.folder, found.path, self.clock().strftime("%Y-%m"), taken) is not None
        else:
            left = inbox.delete(self.folder, found.path, taken)
        if not left:
            article = outcome.articles[0] if outcome.articles else None
            self.run(lambda tx: note(tx, found, "done", self.clock(), DENIED, article))

    def _rejected(self, found: Found, reason: str, detail: str) -> Outcome:
        shown = inbox.shown(found.path)

        def change(tx: Transaction) -> None:
            stream = file_stream(found.path, found.size, found.mtime_ns)
            if tx.version(stream) == 0:
                tx.append(stream, FileRejected(shown, found.size, found.mtime_ns, reason, detail))
            note(tx, found, "rejected", self.clock(), f"{reason}: {detail}")

        self.run(change)
        crash_point("ingest.rejected")
        if inbox.set_aside(self.folder, found.path, reason, detail) is None:
            self.run(lambda tx: note(tx, found, "rejected", self.clock(), f"{reason}: {detail}; {DENIED}"))
        return Outcome(found.path, "rejected", f"{reason}: {detail}")

    def _waits(self, found: Found, why: str) -> Outcome:
        self.run(lambda tx: note(tx, found, "unreadable", self.clock(), why))
        return Outcome(found.path, "unreadable", why)

    def _gone(self, path: str) -> Outcome:
        """Taken back before it was read; a file that once waited is no longer listed."""
        shown = inbox.shown(path)

        def change(tx: Transaction) -> None:
            row = tx.row("file", shown)
            if row and row["state"] not in ("done", "rejected"):
                tx.delete("file", shown)

        self.run(change)
        return Outcome(path, "gone")


def prepare(content: Article, data: bytes, whole: str, tracking: Tracking, *, alone: bool) -> Prepared:
    """Extracts an article's claims. One of many members is named by its own content, not by the file's."""
    original = data if alone else member_bytes(content)
    article = whole if alone else hashlib.sha256(original).hexdigest()
    return Prepared(article, content, original, tracking.extractor.read(content).claims)


def member_bytes(content: Article) -> bytes:
    """A member of a file of many, as bytes that are the same wherever it stands."""
    fields = ("title", "text", "published", "outlet", "author", "url")
    return msgspec.json.encode({name: getattr(content, name) for name in fields}, order="deterministic")


def _seen_again(tx: Transaction, whole: str, found: Found, now: datetime) -> Outcome | None:
    """The outcome for a content that is there already, its path noted; None for a new one."""
    if tx.version(article_stream(whole)) == 0:
        return None
    _sighted(tx, whole, inbox.shown(found.path))
    note(tx, found, "done", now, "seen before", whole)
    return Outcome(found.path, "done", "seen before", (whole,))


def _sighted(tx: Transaction, article: str, shown: str) -> None:
    if tx.row("sighting", shown, article) is None:
        tx.append(article_stream(article), ArticleSeenAgain(article, shown))


def record(
    tx: Transaction, *, found: Found, prepared: Sequence[Prepared], tracking: Tracking, quiet: bool, now: datetime
) -> Outcome:
    """Appends a file's articles and claims. Raises StaleTrackingError when the definitions are others by now."""
    in_force = tx.row("meta", META_TRACKING)
    if in_force is not None and in_force["value_json"] != tracking.fingerprint:
        raise StaleTrackingError
    shown = inbox.shown(found.path)
    claims, new = 0, False
    for each in prepared:
        stream = article_stream(each.article)
        if tx.version(stream):  # a member that came with another file, or a copy that another machine brought
            _sighted(tx, each.article, shown)
            continue
        received = tx.append(stream, _received_event(each, shown, found.size, quiet=quiet), expected=0)
        tx.keep(each.article, each.original, each.content.text, each.content.reader)
        claims += record_claims(
            tx, each.article, each.claims, cause=received.position, correlation=QUIET if quiet else None
        )
        new = True
    note(tx, found, "done", now, None, prepared[0].article if prepared else None)
    return Outcome(found.path, "done", None, tuple(p.article for p in prepared), claims, new)


def _received_event(each: Prepared, shown: str, size: int, *, quiet: bool) -> ArticleReceived:
    content = each.content
    return ArticleReceived(
        article=each.article,
        path=shown,
        size=size,
        media=content.media,
        reader=content.reader,
        title=content.title,
        outlet=content.outlet,
        author=content.author,
        url=content.url,
        published=content.published,
        published_from=content.published_from,
        quiet=quiet,
    )


def record_claims(
    tx: Transaction, article: str, claims: Sequence[Claim], *, cause: int | None, correlation: str | None
) -> int:
    """Appends the claims that are not there yet; gives how many."""
    count = 0
    for claim in claims:
        identity = claim_id(article, claim)
        if tx.version(claim_stream(identity)) == 0:
            event = ClaimRecorded(claim=identity, article=article, **claim_fields(claim))
            tx.append(
                claim_stream(identity), event, by=claim.extractor, expected=0, cause=cause, correlation=correlation
            )
            count += 1
    return count


def claim_fields(claim: Claim) -> dict[str, Any]:
    """A claim's fields under the names of ClaimRecorded."""
    return {f.name: getattr(claim, f.name) for f in dataclasses.fields(claim)}


def is_finished(found: Found, row: Row | None, after: str) -> bool:
    """Whether the ledger says that this very file needs nothing more: it stays in the inbox on purpose.

    Any other file that lies there is taken (again): a crash came before it left, and what was done is not done twice.
    """
    if row is None or (row["size"], row["mtime_ns"]) != (found.size, found.mtime_ns):
        return False
    return (row["state"] == "done" and after == "keep") or str(row["reason"]).endswith(DENIED)


def note(
    tx: Transaction, found: Found, state: str, now: datetime, reason: str | None = None, article: str | None = None
) -> None:
    """The ledger's row for a path: its state and why, when it was first and last seen, how often it was tried."""
    shown = inbox.shown(found.path)
    before = tx.row("file", shown)
    stamp = now.isoformat()
    tx.put(
        "file",
        {
            "path": shown,
            "size": found.size,
            "mtime_ns": found.mtime_ns,
            "state": state,
            "reason": reason,
            "article": article,
            "first_seen": before["first_seen"] if before else stamp,
            "last_seen": stamp,
            "tries": (before["tries"] or 0) + 1 if before else 1,
        },
    )
