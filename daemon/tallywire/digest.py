"""The daily digest: every estimate's figure and what changed since the last one, once for each local day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tallywire.config import Settings
from tallywire.core import wording
from tallywire.core.events import DigestRaised, digest_stream
from tallywire.core.events import digest as identify
from tallywire.eventstore.base import Reader, Transaction
from tallywire.folding import Folder
from tallywire.telling import Desk

META_DIGEST: Final = "digest"  # {"day": the last digest's local day, "values": {estimate: summary as told then}}


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is due for a local day."""

    name: str
    day: date


def due(reader: Reader, settings: Settings, now: datetime) -> Due | None:
    """The digest to raise now, or None."""
    row = reader.row("meta", META_DIGEST)
    if settings.digest is None or row is None:
        return None
    day = due_day(now, ZoneInfo(settings.zone), settings.digest.at)
    return Due(settings.digest.name, day) if day > date.fromisoformat(row["value_json"]["day"]) else None


def begin(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Counts from now where there was no digest yet: the first one waits for its time."""
    if settings.digest is not None and tx.row("meta", META_DIGEST) is None:
        day = due_day(now, ZoneInfo(settings.zone), settings.digest.at)
        tx.put("meta", {"name": META_DIGEST, "value_json": {"day": day.isoformat(), "values": {}}})


def raise_digest(tx: Transaction, due: Due, settings: Settings, desk: Desk) -> bool:
    """Queues the digest of a day. The stream's name holds the day: a second time changes nothing and gives False."""
    stream = digest_stream(due.name, due.day.isoformat())
    if settings.digest is None or tx.version(stream):
        return False
    folder = Folder(tx)
    row = tx.row("meta", META_DIGEST)
    before: dict[str, Any] = row["value_json"]["values"] if row else {}
    after = {row["id"]: row["state_json"] for row in tx.rows("estimate", is_retired=False) if row["state_json"]}
    titles = {name: definition.title for name, definition in folder.definitions.items()}
    title, text = wording.digest(due.day.isoformat(), titles, before, after)
    alert = identify("digest", due.name, due.day.isoformat())
    channels = desk.route(settings.digest.to)
    tx.append(stream, DigestRaised(alert, due.name, due.day.isoformat(), title, text, channels), expected=0)
    tx.put("meta", {"name": META_DIGEST, "value_json": {"day": due.day.isoformat(), "values": after}})
    return True


def due_day(now: datetime, zone: ZoneInfo, at: time) -> date:
    """The local day whose digest is the latest due. `now` is aware.

    A day is due once the local clock has passed `at` on it; a clock that skips `at` (spring) passes it at the jump, one
    that shows it twice (autumn) has made the day due the first time, for days never go back. Days missed while nobody
    ran are not made up for: one digest tells all that changed since the last.
    """
    local = now.astimezone(zone)
    passed = local.time() >= at
    return local.date() if passed else local.date() - timedelta(days=1)
