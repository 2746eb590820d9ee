"""What follows a delivery that was given up: another channel takes over, and people hear of it. Never in a circle."""

from __future__ import annotations

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


def raise_system_alert(
    tx: Transaction, job: Job, dead: Channel, channels: Sequence[Channel], error: str, now: datetime
) -> str | None:
    """Tells the other channels, once for each channel and day; returns the alert's id, None when nobody is told.

    A system alert that itself dies raises nothing: two dead channels would tell each other for ever.
    """
    others = _others(dead, channels)
    day = now.astimezone(UTC).date().isoformat()
    alert = alert_id("dead letter", dead.name, day)
    if job.alert.get("kind") == SYSTEM or not others or tx.version(alert_stream(alert)):
        return None
    title = f"Channel {dead.name} is not delivering"
    text = (
        f"“{job.alert.get('title') or ''}” ({short_id(job.alert['id'])}) could not be delivered to {dead.name}"
        f" ({dead.shown}) after {job.attempt} attempts: {error}.\n"
        f"All such messages: tallywire deliveries. Further ones of this channel are not announced today ({day})."
    )
    reason = "a delivery was given up"
    tx.append(alert_stream(alert), AlertRaised(alert, SYSTEM, None, "warning", title, text, reason, others), expected=0)
    return alert


def _others(dead: Channel, channels: Sequence[Channel]) -> list[str]:
    """The fallback if there is one, else every other channel that is not only a fallback."""
    names = [c.name for c in channels if c.name != dead.name]
    if dead.fallback in names:
        return [str(dead.fallback)]
    return [n for n in names if n not in fallbacks(channels)]


def abandon_orphans(tx: Transaction, channels: Iterable[Channel]) -> int:
    """Gives up what is queued for channels that are no longer configured; returns how many."""
    known = {c.name for c in channels}
    orphans = [row for row in tx.rows("delivery", state="queued") if row["channel"] not in known]
    for row in orphans:
        alert, channel = row["alert"], row["channel"]
        attempts = (tx.row("attempt", alert, channel) or {}).get("attempts") or 0
        tx.append(
            alert_stream(alert), AlertAbandoned(alert, channel, attempts, "no channel of that name is configured")
        )
    return len(orphans)
