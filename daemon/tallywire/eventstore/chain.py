"""The log's own form: an event as a tuple of columns, sealed by hashes, and the audit that checks all of them.

data_hash = SHA-256(payload text); hash = SHA-256(previous hash, envelope as canonical JSON, data_hash; on a line each).
Every event thus vouches for all before it. A redaction replaces payloads and names, in its own event, the hash of what
it left of each, so the audit can tell a redacted payload from a forged one.

Positions have no gaps in any store: they are assigned under the one writer's lock, as the last one plus 1, and a
rollback gives them back. A missing position is therefore a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tallywire.core.events import Event, Recorded
from tallywire.eventstore.base import StoreError, Verification
from tallywire.eventstore.codec import CODEC, canonical, decode, encode, parsed
from tallywire.eventstore.columns import restored, storable

# position, stream, version, type, schema, data (payload text), recorded_at, cause, correlation, by, data_hash, hash
RawEvent = tuple[int, str, int, str, int, str, str, int | None, str | None, str, str, str]
COLUMNS: Final = "position stream version type schema data recorded_at cause correlation by data_hash hash".split()
Numbered = tuple[str, int, int]  # stream, position, version
GENESIS: Final = "0" * 64
PROGRESS_EVERY: Final = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log, to which the next event is tied."""

    position: int = 0
    hash: str = GENESIS
    recorded_at: str = ""


def head_of(raw: RawEvent) -> Head:
    return Head(raw[0], raw[11], raw[6])


def sha256(text: str) -> str:
    """A text read back from a damaged file may be no valid UTF-8; its hash then is simply another one."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def link(previous: str, raw: RawEvent) -> str:
    """The hash of an event: over everything in the envelope but itself."""
    position, stream, version, kind, schema, _, recorded_at, cause, correlation, by, data_hash, _ = raw
    envelope = canonical([position, stream, version, kind, schema, recorded_at, cause, correlation, by])
    return sha256(f"{previous}\n{envelope}\n{data_hash}")


def timestamp(now: datetime, last: str) -> str:
    """ISO UTC with microseconds, never before the last one: a clock set back must not reorder history."""
    if now.tzinfo is None:
        raise StoreError("the store's clock must know its time zone")
    return max(now.astimezone(UTC).isoformat(timespec="microseconds"), last)


@dataclass(frozen=True, slots=True)
class Note:
    """What the caller says about an event besides the event."""

    by: str
    cause: int | None = None
    correlation: str | None = None


def seal(head: Head, stream: str, version: int, event: Event, note: Note, now: datetime) -> tuple[RawEvent, Event]:
    """The next event of the log, and the event as reading it back will give it.

    Views are folded from the latter, so that live views and rebuilt ones can't differ by what JSON does to a value.
    """
    kind, schema, data = encode(event)
    text = canonical(data)
    reread = decode(kind, schema, parsed(text))
    correlation = None if note.correlation is None else storable(note.correlation)
    raw: RawEvent = (
        head.position + 1,
        storable(stream),
        version,
        kind,
        schema,
        text,
        timestamp(now, head.recorded_at),
        note.cause,
        correlation,
        storable(note.by),
        sha256(text),
        "",
    )
    return (*raw[:-1], link(head.hash, raw)), reread


def recorded_of(raw: RawEvent) -> Recorded:
    position, stream, version, kind, schema, data, recorded_at, cause, correlation, by, data_hash, own = raw
    return Recorded(
        position=position,
        stream=restored(stream),
        version=version,
        type=kind,
        schema=schema,
        data=parsed(data),
        recorded_at=recorded_at,
        cause=cause,
        correlation=None if correlation is None else restored(correlation),
        by=restored(by),
        data_hash=data_hash,
        hash=own,
    )


def end_problem(last: Sequence[RawEvent], written: int) -> str | None:
    """What is wrong with the log's end: `last` are its last two events, newest first, `written` how many there were."""
    if not last:
        return f"{written} events were written, none is there" if written else None
    head, before = last[0], head_of(last[1]) if len(last) > 1 else Head()
    if head[0] != written:
        return f"{written} events were written, the last one there is {head[0]}"
    if before.position != head[0] - 1:
        return f"position {head[0]} follows position {before.position}: events are missing"
    if link(before.hash, head) != head[11]:
        return f"position {head[0]}: its hash does not follow from the event before it and its own envelope"
    return None


# --- the audit ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Audit:
    head: Head = field(default_factory=Head)
    events: int = 0
    altered: dict[int, str] = field(default_factory=dict)  # position -> hash of a payload that is not the sealed one
    redacted: int = 0
    unknown: int = 0
    bad: tuple[int, int, str] | None = None  # position, rank among the problems of one position, problem

    def step(self, raw: RawEvent) -> None:
        for rank, problem in self._problems(raw):
            self.report(raw[0], problem, rank)
        self.events += 1
        self.unknown += not CODEC.knows(raw[3], raw[4])
        self.head = head_of(raw)
        found = sha256(raw[5])
        if found != raw[10]:
            self.altered[raw[0]] = found
        elif raw[3] == "ArticleRedacted":
            self._redaction(raw)

    def _problems(self, raw: RawEvent) -> Iterable[tuple[int, str]]:
        position, recorded_at = raw[0], raw[6]
        if position != self.head.position + 1:
            yield 0, f"it follows position {self.head.position}: events are missing"
        if recorded_at < self.head.recorded_at:
            yield 2, "it was recorded before the event that precedes it"
        if link(self.head.hash, raw) != raw[11]:
            yield 3, "its hash does not follow from the event before it and its own envelope"

    def _redaction(self, raw: RawEvent) -> None:
        """Allows altered payloads that this (sealed, chained) event says it left so."""
        for key, left in parsed(raw[5]).get("blanked", {}).items():
            if self.altered.get(int(key)) == left:
                del self.altered[int(key)]
                self.redacted += 1

    def report(self, position: int, problem: str, rank: int = 4) -> None:
        if self.bad is None or (position, rank) < self.bad[:2]:
            self.bad = (position, rank, problem)

    def verdict(self) -> Verification:
        for position in self.altered:
            self.report(position, "its payload is not the one that was recorded")
        notes = (f"{self.unknown} events are of a kind that this version does not know",) if self.unknown else ()
        bad = None if self.bad is None else f"position {self.bad[0]}: {self.bad[2]}"
        return Verification(self.events, self.head.hash, bad is None, bad, self.redacted, notes)


def misnumbered(numbers: Iterable[Numbered]) -> Iterator[tuple[int, str]]:
    """(position, problem) of the events that do not follow the one before them in their stream."""
    stream, last = None, 0
    for name, position, version in numbers:
        due = last + 1 if name == stream else 1
        if version != due:
            yield position, f"it is version {version} of stream {name}, where {due} is due"
        stream, last = name, version


def audit(
    raws: Iterable[RawEvent], numbers: Iterable[Numbered], progress: Callable[[int], None] | None = None
) -> Verification:
    """Reads a whole log and names the first event that is not as it was recorded.

    `numbers` are the same events by stream and position: sorted by the store, for there are nearly as many streams as
    events, and their versions would not stay in memory. Asked for once the log is read to its end.
    """
    state = _Audit()
    try:
        for raw in raws:
            state.step(raw)
            if progress and state.events % PROGRESS_EVERY == 0:
                progress(state.events)
        for position, problem in misnumbered(numbers):
            state.report(position, problem, rank=1)
    except (StoreError, TypeError, ValueError) as error:  # the file is damaged: no further event can be had from it
        state.report(state.head.position + 1, f"it can't be read ({error})")
    return state.verdict()
