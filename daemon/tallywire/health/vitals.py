"""What a daemon and its store tell of their state at one moment, and what ails them by that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tallywire.disk import Level, megabytes

Json = dict[str, Any]
SILENT_SECONDS: Final = 300.0  # a part that has not come round for so long is stuck
UNDECIDED_AFTER: Final = timedelta(minutes=10)  # what is recorded is decided on within a minute, whatever waits
FAILING_AFTER: Final = timedelta(hours=1)  # a message that waits for so long, tried in vain, is no passing trouble
FAILING_TRIES: Final = 3
RESTART: Final = "restart the daemon; nothing is lost by that"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one channel. `oldest`: when the first of it was queued; `attempts` and `error` are of that one."""

    channel: str
    waiting: int
    oldest: datetime
    attempts: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store tells. `files`: those that need something still, or somebody, by the ledger's states.

    `last_backup`: of those by the clock; `backup_error`: why the last try failed.
    `undecided_since`: when the first event was recorded that the decider has not looked at yet.
    """

    events: int = 0
    last_event: datetime | None = None
    files: Mapping[str, int] = field(default_factory=dict)
    undecided_since: datetime | None = None
    queues: tuple[Queue, ...] = ()
    dead: int = 0
    last_backup: datetime | None = None
    backup_error: str | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """`silences`: seconds since each part came round; `store_error`: why nothing can be recorded now.

    `watch`: what is wrong with the watch on the inbox; `polls`: why it is scanned often instead of watched.
    `paused`: why no files are taken in now. `waiting`: files on their way in.
    """

    at: datetime
    started: datetime
    silences: Mapping[str, float] = field(default_factory=dict)
    store_error: str | None = None
    watch: str | None = None
    polls: str | None = None
    paused: str | None = None
    waiting: int = 0
    free_bytes: int | None = None
    disk: Level = "enough"
    stored: Stored = field(default_factory=Stored)


@dataclass(frozen=True, slots=True)
class Ailment:
    """Something that keeps the daemon from its work. `name` stays the same while it lasts.

    `channel`: the one that does not get its messages. `is_stall`: a part of the program is stuck, so that a restart
    may help; a disk or a service that is away does not come back by one. `is_told`: outage.py has told people already.
    """

    name: str
    text: str
    advice: str
    is_stall: bool = False
    is_told: bool = False
    channel: str | None = None


def ailments(vitals: Vitals) -> list[Ailment]:
    """What ails the daemon now, the worst first. Empty: the whole chain from the inbox to the channels is alive."""
    found = []
    if vitals.store_error is not None:
        advice = "see `tallywire doctor`; files wait in the inbox meanwhile"
        is_told = vitals.paused is not None
        found.append(Ailment("store", f"nothing can be recorded: {vitals.store_error}", advice, is_told=is_told))
    found += [_stalled(part, s) for part, s in sorted(vitals.silences.items()) if s > SILENT_SECONDS]
    if vitals.watch is not None:
        found.append(Ailment("inbox", f"the watch on the inbox: {vitals.watch}", "see that the inbox is there"))
    if vitals.paused is not None:
        advice = "it goes on by itself when that is over"
        found.append(Ailment("paused", f"no files are taken in: {vitals.paused}", advice, is_told=True))
    if vitals.disk != "enough":
        text = f"little room on the store's disk: {megabytes(vitals.free_bytes or 0)} are free"
        found.append(Ailment("disk", text, "make room; files are no longer taken in before it is full"))
    since = vitals.stored.undecided_since
    if since is not None and vitals.at - since > UNDECIDED_AFTER:
        text = f"nothing was decided on since {since:%Y-%m-%d %H:%M} UTC, though claims were recorded"
        found.append(Ailment("decisions", text, "the daemon's log says what fails"))
    return found + [_failing(queue, vitals.at) for queue in vitals.stored.queues if is_failing(queue, vitals.at)]


def is_failing(queue: Queue, now: datetime) -> bool:
    """Whether a channel has been tried in vain for long."""
    return queue.attempts >= FAILING_TRIES and now - queue.oldest >= FAILING_AFTER


def _stalled(part: str, seconds: float) -> Ailment:
    return Ailment(part, f"{part} has not come round for {seconds:.0f} s", RESTART, is_stall=True)


def _failing(queue: Queue, now: datetime) -> Ailment:
    hours, error = (now - queue.oldest) / timedelta(hours=1), queue.error or "no answer"
    text = f"{queue.channel} has taken no message for {hours:.1f} h ({queue.waiting} wait): {error}"
    advice = f"`tallywire test-send {queue.channel}` tries it; what waits is sent when it answers"
    return Ailment(f"deliveries to {queue.channel}", text, advice, channel=queue.channel)


def report(vitals: Vitals) -> Json:
    """For programs: JSON-native values only."""
    ill = ailments(vitals)
    return {**plain(vitals), "is_well": not ill, "ailments": [plain(each) for each in ill]}


def plain(record: Vitals | Stored | Ailment) -> Json:
    """A record as JSON-native values."""
    found: Json = _plain(asdict(record))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return round(value, 3) if isinstance(value, float) else value
