"""The outbox: which delivery goes next, and the small transactions around each attempt.

Order. Each channel sends oldest first. While its oldest delivery fails, the rest of the channel waits with it: nearly
always it is the channel that is down, and everything then comes in order. Every sixth failure in a row one delivery of
another estimate is tried in its place; should that go through, the oldest is the fault (say, a text the service can't
take), and others pass it while it backs off on its own. Within one estimate the order is never changed.

At least once. The attempt is committed before the send (`lease`). When no outcome follows (a crash, a killed process)
or the outcome leaves it open whether the message arrived (a time-out after it was sent), `attempt.is_open` stays set,
and all later attempts say "possible repeat".
"""

from __future__ import annotations

from collections.abc import Sequence
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
WINDOW: Final = 20  # how far into a channel's queue a choice looks


@dataclass(frozen=True, slots=True)
class Waiting:
    """One queued delivery. `group`: its estimate (else the alert itself); `due` and `leased_until` None: at once."""

    alert: str
    channel: str
    group: str
    queued_at: datetime
    attempts: int = 0
    due: datetime | None = None
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a channel is doing: failures in a row, and when it may be tried again.

    `is_proven`: something went through since the start.
    """

    failures: int = 0
    not_before: datetime | None = None
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes next, or until when to wait (neither: the queue is empty), and why."""

    delivery: Waiting | None
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


# --- choosing -------------------------------------------------------------------------------------------------------


def choose(queue: Sequence[Waiting], pace: Pace, now: datetime) -> Choice:
    """The next delivery of one channel; `queue` is oldest first."""
    heads = _oldest_of_each_group(queue)
    if not heads:
        return Choice(None, None, "nothing queued")
    if pace.not_before is not None and now < pace.not_before:
        return Choice(None, pace.not_before, f"the channel failed {pace.failures} times in a row")
    held = [w for w in heads if w.leased_until is not None and w.leased_until > now]
    ready = [w for w in heads if w not in held and (w.due is None or w.due <= now)]
    if not ready:
        until = min(w.leased_until if w in held and w.leased_until else w.due or now for w in heads)
        return Choice(None, until, "all that is queued is backing off or being sent")
    if pace.failures and pace.failures % STEP_ASIDE == 0 and len(ready) > 1 and ready[0] is heads[0]:
        return Choice(ready[1], None, "the oldest keeps failing: is it the message or the channel?")
    return Choice(ready[0], None, "the oldest that is due")


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


def paced(pace: Pace, outcome: Outcome, attempt: int, now: datetime, jitter: float) -> Pace:
    """The channel after an attempt. A permanent error is an answer too: the channel is not waited for."""
    if outcome.state in {"delivered", "permanent"}:
        return Pace(is_proven=True)
    failures = pace.failures + 1
    if not pace.is_proven:
        # After a restart in the middle of an outage the channel goes on where its oldest delivery was.
        failures = max(failures, attempt)
    return Pace(failures, next_try(outcome, failures, now, jitter), pace.is_proven)


def is_hopeless(outcome: Outcome, job: Job, now: datetime) -> bool:
    """Whether the delivery ends here as a dead letter."""
    if outcome.state == "permanent":
        return True
    return now - job.queued_at >= GIVE_UP_AFTER and job.attempt >= FEWEST_TRIES


# --- reading and changing the tables --------------------------------------------------------------------------------


def queued(reader: Reader, channel: str, limit: int | None = WINDOW) -> list[Waiting]:
    """The channel's queued deliveries, oldest first."""
    rows = reader.rows("delivery", order="position", limit=limit, channel=channel, state="queued")
    return [_waiting(reader, row) for row in rows]


def _waiting(reader: Reader, row: Row) -> Waiting:
    alert = reader.row("alert", row["alert"]) or {}
    attempt = reader.row("attempt", row["alert"], row["channel"]) or {}
    return Waiting(
        alert=row["alert"],
        channel=row["channel"],
        group=alert.get("estimate") or row["alert"],
        queued_at=moment(row["queued_at"]),
        attempts=attempt.get("attempts") or 0,
        due=_moment_or_none(attempt.get("due")),
        leased_until=_moment_or_none(attempt.get("leased_until")),
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


def settle(tx: Transaction, job: Job, outcome: Outcome, now: datetime, jitter: float) -> str:
    """Records what came of an attempt: "delivered", "dead", "queued" (tried later), or "gone" (not ours any more)."""
    alert, channel = job.alert["id"], job.channel
    row = tx.row("delivery", alert, channel)
    if row is None or row["state"] != "queued":
        return "gone"  # dropped by an analyst, or delivered by a daemon that took over the lease
    if outcome.state == "delivered":
        tx.append(alert_stream(alert), AlertDelivered(alert, channel, job.attempt, job.repeat), by="daemon")
        tx.delete("attempt", alert, channel)
        return "delivered"
    hopeless = is_hopeless(outcome, job, now)
    if hopeless:
        tx.append(alert_stream(alert), AlertAbandoned(alert, channel, job.attempt, outcome.error), by="daemon")
    # A dead letter keeps its row too: when somebody requeues it, it may still be a repeat.
    row = {
        "alert": alert,
        "channel": channel,
        "attempts": job.attempt,
        "due": None if hopeless else stamp(next_try(outcome, job.attempt, now, jitter)),
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
    """Takes a delivery out of the queue. One that is being sent at this moment may still arrive."""
    tx.append(alert_stream(alert), DeliveryDropped(alert, channel, why), by=by)


# --- times ----------------------------------------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moment_or_none(text: Any) -> datetime | None:
    return moment(text) if text else None
