"""What follows a delivery that was given up: another channel takes over, and people hear of it. Never in a circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from tallywire.core.events import AlertAbandoned, AlertRaised, DeliveryRequeued, alert_id, alert_stream
from tallywire.deliver.channels import Channel, fallbacks
from tallywire.deliver.outbox import Job
from tallywire.deliver.render import short_id
from tallywire.eventstore.base import Transaction

SYSTEM: Final = "system"


def take_over(tx: Transaction, job: Job, dead: Channel, channels: Iterable[Channel], error: str) -> bool:
    """Queues the alert for the channel's fallback, unless that one had it already."""
    names = {c.name for c in channels}
    fallback = dead.fallback
    if fallback is None or fallback not in names or tx.row("delivery", job.alert["id"], fallback) is not None:
        return False
    why = f"takes over from {dead.name}: {error}"
    tx.append(alert_stream(job.alert["id"]), DeliveryRequeued(job.alert["id"], fallback, why))
    return True


def announce(tx: Transaction, job: Job, dead: Channel, channels: Sequence[Channel], error: str, now: datetime) -> bool:
    """Tells the other channels of a dead letter; whether there is a new alert.

    A system alert that itself dies raises nothing: two dead channels would tell each other for ever.
    """
    if job.alert.get("kind") == SYSTEM:
        return False
    what = f"Alert {short_id(job.alert['id'])} (“{job.alert.get('title') or ''}”)"
    tries = "1 attempt" if job.attempt == 1 else f"{job.attempt} attempts"
    text = f"{what} could not be delivered to {dead.name} ({dead.shown}) after {tries}: {error}."
    return _raise(tx, dead.name, text, _others(dead, channels), now)


def _raise(tx: Transaction, dead: str, text: str, others: list[str], now: datetime) -> bool:
    """One alert for each channel and day, or a dead channel would flood the others."""
    day = now.astimezone(UTC).date().isoformat()
    alert = alert_id("dead letter", dead, day)
    if not others or tx.version(alert_stream(alert)):
        return False
    title = f"Channel {dead} is not delivering"
    text += "\nAll of them: tallywire deliveries. Further ones of this channel are not announced today."
    reason = "a delivery was given up"
    event = AlertRaised(alert, SYSTEM, None, "warning", title, text, reason, others)
    tx.append(alert_stream(alert), event, expected=0)
    return True


def _others(dead: Channel, channels: Sequence[Channel]) -> list[str]:
    """The fallback if there is one, else every other channel that is not only a fallback."""
    names = [c.name for c in channels if c.name != dead.name]
    if dead.fallback in names:
        return [str(dead.fallback)]
    return [n for n in names if n not in fallbacks(channels)]


def abandon_orphans(tx: Transaction, channels: Sequence[Channel], now: datetime) -> int:
    """Gives up what is queued for channels that are no longer configured, and says so; returns how many."""
    known = {c.name for c in channels}
    orphans = [row for row in tx.rows("delivery", state="queued") if row["channel"] not in known]
    for row in orphans:
        alert, channel = row["alert"], row["channel"]
        attempts = (tx.row("attempt", alert, channel) or {}).get("attempts") or 0
        tx.append(alert_stream(alert), AlertAbandoned(alert, channel, attempts, "no such channel is configured"))
    for name, count in Counter(row["channel"] for row in orphans).items():
        text = f"{count} queued messages were given up: no channel named {name} is configured any more."
        _raise(tx, name, text, [c.name for c in channels if c.name not in fallbacks(channels)], now)
    return len(orphans)
