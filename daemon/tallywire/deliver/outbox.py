"""The outbox: which delivery goes next, and the small transactions around each attempt.

Order. Each channel sends oldest first. While its oldest delivery fails, the rest of the channel waits with it: nearly
always it is the channel that is down, and everything then comes in order. Every sixth failure in a row one delivery of
another estimate is tried in its place; should that go through, the oldest is the fault (say, a text the service can't
take), and others pass it while it backs off on its own. Within one estimate the order is never changed.

Together. What has waited (an outage, a rate limit) goes out with all that waits behind it about the same estimate, as
one message (merge.py). Each alert keeps its own row, count and mark. A message that a service refuses for good is taken
apart by the lane, and one that fails while others go through is not made again (`Pace.apart`): one bad text must not
cost the others.

At least once. The attempt is committed before the send (`lease`). When no outcome follows (a crash, a killed process)
or the outcome leaves it open whether the message arrived (a time-out after it was sent), `attempt.is_open` stays set,
and all later attempts say "possible repeat".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tallywire.core.events import AlertAbandoned, AlertDelivered, DeliveryDropped, DeliveryRequeued, alert_stream
from tallywire.deliver.outcome import RATE_LIMITED, Outcome
from tallywire.eventstore.base import Reader, Row, Transaction

FIRST_PAUSE: Final = 5.0  # seconds after the first failure, doubled by each further one ...
LONGEST_PAUSE: Final = 1800.0  # ... up to half an hour
LONGEST_REQUEST: Final = 6 * 3600.0  # a Retry-After beyond this is not believed
GIVE_UP_AFTER: Final = timedelta(hours=24)
FEWEST_TRIES: Final = 10  # a machine that was off for a day still tries these
STEP_ASIDE: Final = 6
WINDOW: Final = 20  # how far into a channel's queue a choice looks ...
FAR: Final = 200  # ... and how far for what goes together
MOST: Final = 50  # alerts in one message
PATIENCE: Final = timedelta(seconds=10)  # what went out in the meantime did not have to wait


@dataclass(frozen=True, slots=True)
class Waiting:
    """One queued delivery. `group`: its estimate (else the alert itself); `due` and `leased_until` None: at once.

    `raised_at` is the alert's own time. `size`: what it takes of a message's room, as merge.size says.
    """

    alert: str
    channel: str
    group: str
    raised_at: datetime
    attempts: int = 0
    due: datetime | None = None
    leased_until: datetime | None = None
    size: int = 0

    def is_ready(self, now: datetime) -> bool:
        return all(at is None or at <= now for at in (self.due, self.leased_until))

    def has_waited(self, now: datetime) -> bool:
        return self.attempts > 0 or now - self.raised_at >= PATIENCE


@dataclass(frozen=True, slots=True)
class Pace:
    """How a channel is doing: failures in a row, and when it may be tried again.

    `is_proven`: something went through since the start. `apart`: the groups that are not merged, because a message of
    several failed while the channel was well.
    """

    failures: int = 0
    not_before: datetime | None = None
    is_proven: bool = False
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes next as one message, or until when to wait (neither: the queue is empty), and why."""

    batch: tuple[Waiting, ...]
    wait_until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Job:
    """A leased attempt: `alert` is the alert's row, `attempt` counts from 1."""

    alert: Row
    channel: str
    attempt: int
    repeat: bool
    queued_at: datetime

    @property
    def group(self) -> str:
        return group_of(self.alert)


def group_of(alert: Row) -> str:
    """Its estimate; what is about none stands for itself."""
    return str(alert.get("estimate") or alert["id"])


# --- choosing -------------------------------------------------------------------------------------------------------


def choose(queue: Sequence[Waiting], pace: Pace, now: datetime, room: int = 0) -> Choice:
    """The next message of one channel; `queue` is oldest first, `room` what alerts may take together."""
    heads = _oldest_of_each_group(queue)
    if not heads:
        return Choice((), None, "nothing queued")
    if pace.not_before is not None and now < pace.not_before:
        return Choice((), pace.not_before, f"the channel failed {pace.failures} times in a row")
    ready = [w for w in heads if w.is_ready(now)]
    if not ready:
        until = min(max(at for at in (w.due, w.leased_until) if at is not None) for w in heads)
        return Choice((), until, "all that is queued is backing off or being sent")
    first, why = ready[0], "the oldest that is due"
    if pace.failures and pace.failures % STEP_ASIDE == 0 and len(ready) > 1 and first is heads[0]:
        first, why = ready[1], "the oldest keeps failing: is it the message or the channel?"
    return Choice(together(queue, first, pace, now, room), None, why)


def together(queue: Sequence[Waiting], first: Waiting, pace: Pace, now: datetime, room: int) -> tuple[Waiting, ...]:
    """`first`, the oldest of its group, and if it has waited what is ready behind it, as far as the room goes."""
    if not first.has_waited(now) or first.group in pace.apart:
        return (first,)
    batch: list[Waiting] = []
    for waiting in queue:
        if waiting.group != first.group:
            continue
        room -= waiting.size
        if not waiting.is_ready(now) or room < 0 or len(batch) == MOST:
            break  # and nothing behind it: it would overtake
        batch.append(waiting)
    return tuple(batch) or (first,)


def _oldest_of_each_group(queue: Sequence[Waiting]) -> list[Waiting]:
    seen: dict[str, Waiting] = {}
    for waiting in queue:
        seen.setdefault(waiting.group, waiting)
    return list(seen.values())


def pause(attempt: int, jitter: float) -> float:
    """Seconds until the next try after the attempt-th failed; jitter in [0, 1) takes off up to a quarter."""
    return float(min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)) * (1 - jitter / 4)


def next_try(outcome: Outcome, failures: int, now: datetime, jitter: float) -> datetime:
    """Not before the back-off is over, nor before the service wants to hear from us."""
    asked = min(outcome.retry_after or 0.0, LONGEST_REQUEST)
    return now + timedelta(seconds=max(pause(failures, jitter), asked))


def paced(pace: Pace, outcome: Outcome, batch: Sequence[Job], now: datetime, jitter: float) -> Pace:
    """The channel after an attempt. A permanent error is an answer too: the channel is not waited for."""
    if outcome.state in {"delivered", "permanent"}:
        return Pace(is_proven=True, apart=pace.apart)
    failures = pace.failures + 1
    is_suspect = pace.is_proven and failures == 1 and len(batch) > 1
    # A second failure in a row: it is the channel, not what was merged.
    apart = pace.apart | {batch[0].group} if is_suspect else pace.apart if failures == 1 else frozenset()
    if not pace.is_proven:
        # After a restart in the middle of an outage the channel goes on where its oldest delivery was.
        failures = max(failures, batch[0].attempt)
    return Pace(failures, next_try(outcome, failures, now, jitter), pace.is_proven, apart)


def is_hopeless(outcome: Outcome, job: Job, now: datetime) -> bool:
    """Whether the delivery ends here as a dead letter."""
    if outcome.state == "permanent":
        return True
    return now - job.queued_at >= GIVE_UP_AFTER and job.attempt >= FEWEST_TRIES


# --- reading and changing the tables --------------------------------------------------------------------------------


def queued(
    reader: Reader, channel: str, limit: int | None = WINDOW, size: Callable[[Row], int] = lambda _: 0
) -> list[Waiting]:
    """The channel's queued deliveries, oldest first; `size` measures an alert."""
    rows = reader.rows("delivery", order="position", limit=limit, channel=channel, state="queued")
    return [_waiting(reader, row, size) for row in rows]


def _waiting(reader: Reader, row: Row, size: Callable[[Row], int]) -> Waiting:
    alert = reader.row("alert", row["alert"]) or {"id": row["alert"]}
    attempt = reader.row("attempt", row["alert"], row["channel"]) or {}
    return Waiting(
        alert=row["alert"],
        channel=row["channel"],
        group=group_of(alert),
        raised_at=moment(alert.get("raised_at") or row["queued_at"]),
        attempts=attempt.get("attempts") or 0,
        due=_moment_or_none(attempt.get("due")),
        leased_until=_moment_or_none(attempt.get("leased_until")),
        size=size(alert),
    )


def release(tx: Transaction) -> int:
    """At start, with no other daemon on the store: nobody is sending, and what backed off is tried anew.

    What a service asked for (Retry-After) is still kept to. Returns how many attempts have no known outcome.
    """
    unknown = 0
    for queued in tx.rows("delivery", state="queued"):  # a dead letter's row stays, and is none of ours
        row = tx.row("attempt", queued["alert"], queued["channel"])
        if row is None:
            continue
        unknown += bool(row["is_open"] and row["leased_until"])
        limited = str(row["last_error"] or "").startswith(RATE_LIMITED)
        tx.put("attempt", {**row, "leased_until": None, "due": row["due"] if limited else None})
    return unknown


def forget_times(tx: Transaction, channel: str) -> None:
    """The clock was set back: the moments that a channel's deliveries wait for may never come. All are due now."""
    for row in tx.rows("attempt", channel=channel):
        tx.put("attempt", {**row, "leased_until": None, "due": None})


def doubt(tx: Transaction) -> int:
    """After a restore: whatever waits may have been sent since the backup was made. Returns how many that are."""
    rows = tx.rows("delivery", state="queued")
    for row in rows:
        before = tx.row("attempt", row["alert"], row["channel"]) or {}
        tx.put("attempt", {**before, "alert": row["alert"], "channel": row["channel"], "is_open": True})
    return len(rows)


def lease(tx: Transaction, delivery: Waiting, now: datetime, hold: timedelta) -> Job | None:
    """Commits to an attempt: counted and marked as open before anything is sent. None: no longer to be sent."""
    row = tx.row("delivery", delivery.alert, delivery.channel)
    alert = tx.row("alert", delivery.alert)
    before = tx.row("attempt", delivery.alert, delivery.channel) or {}
    until = _moment_or_none(before.get("leased_until"))
    if row is None or alert is None or row["state"] != "queued" or (until is not None and until > now):
        return None
    attempt = (before.get("attempts") or 0) + 1
    tx.put(
        "attempt",
        {
            "alert": delivery.alert,
            "channel": delivery.channel,
            "attempts": attempt,
            "due": before.get("due"),
            "leased_until": stamp(now + hold),
            "last_error": before.get("last_error"),
            "last_at": stamp(now),
            "is_open": True,
        },
    )
    return Job(alert, delivery.channel, attempt, bool(before.get("is_open")), moment(row["queued_at"]))


def lease_all(tx: Transaction, batch: Sequence[Waiting], now: datetime, hold: timedelta) -> list[Job]:
    """Commits to one attempt for all of them; what can't be had, and is not just gone, ends the batch."""
    jobs: list[Job] = []
    for delivery in batch:
        job = lease(tx, delivery, now, hold)
        if job is not None:
            jobs.append(job)
        elif (tx.row("delivery", delivery.alert, delivery.channel) or {}).get("state") == "queued":
            break  # somebody else is sending it: those behind it wait
    return jobs


def settle_all(tx: Transaction, jobs: Sequence[Job], outcome: Outcome, now: datetime, jitter: float) -> list[str]:
    """Records what came of an attempt for each of its alerts, see `settle`.

    Several that are refused for good as one message stay queued, due at once: each is to get an answer of its own.
    """
    newest = max(jobs, key=lambda job: int(job.alert["position"])).alert["id"]
    return [settle(tx, job, outcome, now, jitter, newest if len(jobs) > 1 else None) for job in jobs]


def settle(
    tx: Transaction, job: Job, outcome: Outcome, now: datetime, jitter: float, message: str | None = None
) -> str:
    """Records what came of an attempt: "delivered", "dead", "queued" (tried later), or "gone" (not ours any more).

    `message`: where several were merged, the newest one's id.
    """
    alert, channel = job.alert["id"], job.channel
    row = tx.row("delivery", alert, channel)
    if row is None or row["state"] != "queued":
        return "gone"  # dropped by an analyst, or delivered by a daemon that took over the lease
    if outcome.state == "delivered":
        newer = message if message != alert else None
        tx.append(alert_stream(alert), AlertDelivered(alert, channel, job.attempt, job.repeat, newer), by="daemon")
        tx.delete("attempt", alert, channel)
        return "delivered"
    apart = message is not None and outcome.state == "permanent"
    hopeless = not apart and is_hopeless(outcome, job, now)
    if hopeless:
        tx.append(alert_stream(alert), AlertAbandoned(alert, channel, job.attempt, outcome.error), by="daemon")
    # A dead letter keeps its row too: when somebody requeues it, it may still be a repeat.
    row = {
        "alert": alert,
        "channel": channel,
        "attempts": job.attempt,
        "due": None if hopeless or apart else stamp(next_try(outcome, job.attempt, now, jitter)),
        "leased_until": None,
        "last_error": outcome.error,
        "last_at": stamp(now),
        "is_open": job.repeat or outcome.uncertain,
    }
    tx.put("attempt", row)
    return "dead" if hopeless else "queued"


def requeue(tx: Transaction, alert: str, channel: str, why: str, by: str) -> None:
    """Queues a dead or dropped delivery again, with a new day of tries; a possible repeat stays one."""
    tx.append(alert_stream(alert), DeliveryRequeued(alert, channel, why), by=by)
    row = tx.row("attempt", alert, channel)
    if row is not None:
        tx.put("attempt", {"alert": alert, "channel": channel, "attempts": 0, "is_open": row["is_open"]})


def drop(tx: Transaction, alert: str, channel: str, why: str, by: str) -> None:
    """Takes a delivery out of the queue, or a dead letter out of the way.

    One that is being sent at this moment may still arrive.
    """
    tx.append(alert_stream(alert), DeliveryDropped(alert, channel, why), by=by)


# --- times ----------------------------------------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moment_or_none(text: Any) -> datetime | None:
    return moment(text) if text else None
