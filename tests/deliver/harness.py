"""A store with alerts in its outbox, and a worker on it."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tallywire.core.events import AlertRaised, Recorded, alert_id, alert_stream
from tallywire.deliver.channels import Channel
from tallywire.deliver.worker import Worker
from tallywire.eventstore.base import Row
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.readers import ReadStore
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.writer import Writer

Json = dict[str, Any]

START = datetime(2025, 3, 27, 9, 0, tzinfo=UTC)


def figures(best: int, low: int | None = None, high: int | None = None) -> Json:
    """As much of an estimate's summary as a message needs."""
    return {"best": best, "low": best if low is None else low, "high": best if high is None else high}


class Clock:
    """Goes on by itself, and can be set forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._started = time.monotonic()

    def __call__(self) -> datetime:
        return START + self._ahead + timedelta(seconds=time.monotonic() - self._started)

    def forward(self, **step: float) -> None:
        self._ahead += timedelta(**step)


class Outbox:
    """Alerts on their way, in a store on SQLite, written to through the real writer."""

    def __init__(self, writer: Writer, open_reader: Callable[[], ReadStore], clock: Clock) -> None:
        self.clock = clock
        self.run = writer.run
        self.open_reader = open_reader
        self.reader = open_reader()
        self.out = io.StringIO()
        self.log = logging.getLogger("test.deliver")

    def queue(
        self,
        channels: Sequence[str],
        name: str = "one",
        estimate: str | None = "floods",
        kind: str = "change",
        before: Json | None = None,
        after: Json | None = None,
    ) -> str:
        """Raises an alert and returns its id."""
        alert = alert_id("test", str(estimate), name)
        event = AlertRaised(
            alert,
            kind,
            estimate,
            "info",
            f"Title {name}",
            f"Text {name}",
            f"reason {name}",
            list(channels),
            before=before or figures(1),
            after=after or figures(2),
            evidence=[{"quote": f"a quote for {name}", "originator": "the province", "outlet": "River Post"}],
        )
        self.run(lambda tx: tx.append(alert_stream(alert), event, expected=0))
        return alert

    def worker(self, channels: list[Channel], deadline: float = 8.0) -> Worker:
        return Worker(
            self.open_reader, self.run, channels, clock=self.clock, out=self.out, log=self.log, deadline=deadline
        )

    def states(self) -> dict[tuple[str, str], str]:
        """State by (alert's title, channel)."""
        return {
            (self.alert(row["alert"])["title"], row["channel"]): row["state"] for row in self.reader.rows("delivery")
        }

    def alert(self, alert: str) -> Row:
        row = self.reader.row("alert", alert)
        assert row is not None
        return row

    def row(self, table: str, alert: str, channel: str) -> Row:
        row = self.reader.row(table, alert, channel)
        assert row is not None
        return row

    def events(self, *types: str) -> list[Recorded]:
        return list(self.reader.events(types=types or None))

    def settled(self, attempts: int) -> None:
        """Waits until so many attempts were made at what is queued or was, and the last one has its outcome."""

        def done() -> bool:
            rows = self.reader.rows("attempt")
            made = sum(row["attempts"] for row in rows) + sum(e.data["attempt"] for e in self.events("AlertDelivered"))
            return made >= attempts and all(row["leased_until"] is None for row in rows)

        self.wait(done)

    def wait(self, done: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            time.sleep(0.02)
        assert done(), self.states()


@contextmanager
def outbox_at(path: Path) -> Iterator[Outbox]:
    clock = Clock()
    with Writer(lambda: SqliteStore.open(path, clock=clock)) as writer:
        box = Outbox(writer, lambda: SqliteStore.open(path, clock=clock, readonly=True), clock)
        try:
            yield box
        finally:
            box.reader.close()


@contextmanager
def outbox_in_memory() -> Iterator[Outbox]:
    clock = Clock()
    store = MemoryStore(clock)
    with Writer(lambda: store) as writer:
        yield Outbox(writer, store.reader, clock)
