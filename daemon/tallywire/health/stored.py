"""What the store tells of the state of things. A few look-ups, however large it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tallywire import autobackup
from tallywire.decide import CHECKPOINT, MOVING
from tallywire.deliver.outbox import moment
from tallywire.eventstore.base import Reader
from tallywire.health.vitals import Queue, Stored
from tallywire.ledger import UNFINISHED

MANY: Final = 10_000


def stored(reader: Reader, channels: Iterable[str] | None = None) -> Stored:
    """`channels`: the names of those whose queues are asked for; None where the configuration can't tell."""
    names, backups = _waited_for(reader) if channels is None else channels, autobackup.state_of(reader)
    return Stored(
        events=(head := reader.head()),
        last_event=_recorded_at(reader, head - 1, None),
        files={state: count for state in UNFINISHED if (count := reader.count("file", state=state))},
        undecided_since=_recorded_at(reader, _checkpoint(reader), MOVING),
        queues=tuple(queue for name in names if (queue := _queue(reader, name)) is not None),
        dead=reader.count("delivery", state="dead"),
        last_backup=backups.last,
        backup_error=backups.error,
    )


def _checkpoint(reader: Reader) -> int:
    row = reader.row("checkpoint", CHECKPOINT)
    return int(row["position"]) if row else 0


def _recorded_at(reader: Reader, after: int, types: Iterable[str] | None) -> datetime | None:
    """When the first such event after a position was recorded."""
    return next((moment(e.recorded_at) for e in reader.events(max(after, 0), types=types, limit=1)), None)


def _waited_for(reader: Reader) -> list[str]:
    """The channels that something is queued for, by the longest-waiting messages."""
    return sorted({row["channel"] for row in reader.rows("delivery", order="position", limit=MANY, state="queued")})


def _queue(reader: Reader, channel: str) -> Queue | None:
    """None where nothing is queued."""
    oldest = reader.rows("delivery", order="position", limit=1, state="queued", channel=channel)
    if not oldest:
        return None
    attempt = reader.row("attempt", oldest[0]["alert"], channel) or {}
    waiting = reader.count("delivery", state="queued", channel=channel)
    tries, error = attempt.get("attempts") or 0, attempt.get("last_error")
    return Queue(channel, waiting, moment(oldest[0]["queued_at"]), tries, error)
