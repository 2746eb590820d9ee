"""Digests: every estimate's figure and what changed since the last one, once for each local day or week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tallywire.config import Digest, Settings
from tallywire.core import wording
from tallywire.core.events import DigestRaised, digest_stream
from tallywire.core.events import digest as identify
from tallywire.eventstore.base import Reader, Transaction
from tallywire.folding import Folder
from tallywire.telling import Desk

META_DIGEST: Final = "digest"  # {name: {"day": the last one's local day, "values": {estimate: summary as told then}}}


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is due for a local day."""

    digest: Digest
    day: date


def due(reader: Reader, settings: Settings, now: datetime) -> list[Due]:
    """The digests to raise now."""
    last, found = _last(reader), []
    for digest in settings.digests:
        day = due_day(now, ZoneInfo(settings.zone), digest.at, digest.weekday)
        if digest.name in last and day > date.fromisoformat(last[digest.name]["day"]):
            found.append(Due(digest, day))
    return found


def begin(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Counts from now where there was no such digest yet: the first one waits for its time."""
    last = _last(tx)
    new = [digest for digest in settings.digests if digest.name not in last]
    for digest in new:
        day = due_day(now, ZoneInfo(settings.zone), digest.at, digest.weekday)
        last[digest.name] = {"day": day.isoformat(), "values": {}}
    if new:
        tx.put("meta", {"name": META_DIGEST, "value_json": last})


def raise_digest(tx: Transaction, due: Due, desk: Desk) -> bool:
    """Queues the digest of a day. The stream's name holds the day: a second time changes nothing and gives False."""
    name, day = due.digest.name, due.day.isoformat()
    stream = digest_stream(name, day)
    if tx.version(stream):
        return False
    folder, last = Folder(tx), _last(tx)
    before: dict[str, Any] = last.get(name, {"values": {}})["values"]
    after = {row["id"]: row["state_json"] for row in tx.rows("estimate", is_retired=False) if row["state_json"]}
    titles = {name: definition.title for name, definition in folder.definitions.items()}
    title, text = wording.digest(day, titles, before, after)
    if due.digest.weekday is not None:
        title = title.replace("Digest of", "Digest of the week until", 1)
    event = DigestRaised(identify("digest", name, day), name, day, title, text, desk.route(due.digest.to))
    tx.append(stream, event, expected=0)
    tx.put("meta", {"name": META_DIGEST, "value_json": {**last, name: {"day": day, "values": after}}})
    return True


def _last(reader: Reader) -> dict[str, Any]:
    row = reader.row("meta", META_DIGEST)
    return dict(row["value_json"]) if row else {}


def due_day(now: datetime, zone: ZoneInfo, at: time, weekday: int | None = None) -> date:
    """The local day whose digest is the latest due; with a weekday (0 is Monday), the latest such day. `now` is aware.

    A day is due once the local clock has passed `at` on it; a clock that skips `at` (spring) passes it at the jump, one
    that shows it twice (autumn) has made the day due the first time, for days never go back. Days missed while nobody
    ran are not made up for: one digest tells all that changed since the last.
    """
    local = now.astimezone(zone)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    return day if weekday is None else day - timedelta(days=(day.weekday() - weekday) % 7)
