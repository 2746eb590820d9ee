"""Folders of another moment: what was known by then, under today's rules; and what was told then, as recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from typing import Any

from tallywire.arguments import CommandError
from tallywire.core.events import Recorded, article_stream, claim_stream, estimate_stream
from tallywire.eventstore.base import Reader, Row
from tallywire.eventstore.memory import MemoryFolding, State
from tallywire.folding import Folder

Json = dict[str, Any]


def moment(text: str, zone: tzinfo) -> datetime:
    """The end of a local day, or the moment of a date-time (local where it names no offset). Raises CommandError."""
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time.max, tzinfo=zone)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no date; write it like 2025-03-27 or 2025-03-27T18:00") from error
    return found if found.tzinfo else found.replace(tzinfo=zone)


def position_at(reader: Reader, at: datetime) -> int:
    """The position of the last event recorded by then, 0 for none. Times never go backwards, so it can be searched."""
    low, high = 0, reader.head()
    while low < high:
        middle = (low + high + 1) // 2
        event = next(reader.events(middle - 1, limit=1))
        if datetime.fromisoformat(event.recorded_at) <= at:
            low = middle
        else:
            high = middle - 1
    return low


class KnownBy(Folder):
    """Folds with today's definitions and sources what was known when the log ended at `position`."""

    def __init__(self, reader: Reader, position: int) -> None:
        super().__init__(reader)
        self._position = position
        self._is_now = position >= reader.head()

    def claim_rows(self, estimate: str) -> list[Row]:
        if self._is_now:
            return super().claim_rows(estimate)
        rows = (self._then(row) for row in self._reader.rows("claim", estimate=estimate))
        return [row for row in rows if row is not None and row["state"] == "standing"]

    def article(self, article: str) -> Row:
        if article not in self._articles and not self._is_now:
            row = self._reader.row("article", article)
            if row is not None and row["is_dated"]:  # its date may have come later
                row = self._replayed("article", article, article_stream(article))
            self._articles[article] = row or {}
        return super().article(article)

    def estimate_row(self, estimate: str) -> Row | None:
        """Rulings of then. The row is made from its stream, which also tells of revisions that we do not look at."""
        if self._is_now:
            return super().estimate_row(estimate)
        return self._replayed("estimate", estimate, estimate_stream(estimate))

    def _then(self, row: Row) -> Row | None:
        if row["position"] > self._position:
            return None
        stream = claim_stream(row["id"])
        if self._reader.version(stream) == 1:
            return row
        return self._replayed("claim", row["id"], stream)

    def _replayed(self, table: str, key: str, stream: str) -> Row | None:
        """One row as its stream had made it by then."""
        state = State()
        folding = MemoryFolding(lambda: state)
        for event in self._until_then(self._reader.events(stream=stream)):
            folding.fold(event)
        return folding.row(table, key)

    def _until_then(self, events: Iterable[Recorded]) -> Iterable[Recorded]:
        return (event for event in events if event.position <= self._position)


def told(reader: Reader, position: int) -> list[Json]:
    """Each estimate that was tracked then, with its last revision word for word as the log has it.

    [{id, title, told_at, reason, state}] - `state` None where nothing had been told yet. Nothing here is computed from
    today's code, definitions or sources.
    """
    found = []
    for row in reader.rows("estimate"):
        if (one := _told_one(reader, row["id"], position)) is not None:
            found.append(one)
    return found


def _told_one(reader: Reader, estimate: str, position: int) -> Json | None:
    title, is_tracked, last = estimate, False, None
    kinds = ["EstimateDefined", "EstimateRetired", "EstimateRevised"]
    for event in reader.events(stream=estimate_stream(estimate), types=kinds):
        if event.position > position:
            break
        if event.type == "EstimateRevised":
            last = event
        else:
            is_tracked = event.type == "EstimateDefined"
        if event.type == "EstimateDefined":
            title = str(event.data["definition"].get("track", estimate)).removeprefix("N ").strip()
    if not is_tracked:
        return None
    return {
        "id": estimate,
        "title": title,
        "told_at": last.recorded_at if last else None,
        "reason": last.data["reason"] if last else None,
        "state": last.data["after"] if last else None,
    }
