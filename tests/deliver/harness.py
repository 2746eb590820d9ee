"""A store with alerts in its outbox, and a worker on it."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tallywire.core.events import AlertRaised, Recorded, alert_id, alert_stream
from tallywire.deliver.channels import Channel
from tallywire.deliver.worker import Worker
from tallywire.eventstore.base import Row, Transaction
from tallywire.eventstore.memory import MemoryStore

START = datetime(2025, 3, 27, 9, 0, tzinfo=UTC)


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
    """Alerts on their way in a store of their own."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryStore(self.clock)
        self.out = io.StringIO()
        self.log = logging.getLogger("test.deliver")
        self._lock = threading.Lock()

    def run(self, change: Callable[[Transaction], Any]) -> Any:
        with self._lock, self.store.transaction() as tx:
            return change(tx)

    def queue(self, channels: list[str], name: str = "one", estimate: str | None = "floods", **more: Any) -> str:
        """Raises an alert and returns its id."""
        alert = alert_id("test", str(estimate), name)
        event = AlertRaised(
            alert,
            more.pop("kind", "change"),
            estimate,
            "info",
            f"Title {name}",
            f"Text {name}",
            f"reason {name}",
            channels,
            before={"best": 1},
            after={"best": 2},
            evidence=[{"quote": f"a quote for {name}", "originator": "the province", "outlet": "River Post"}],
        )
        self.run(lambda tx: tx.append(alert_stream(alert), event, expected=0))
        return alert

    def worker(self, channels: list[Channel], deadline: float = 8.0) -> Worker:
        return Worker(
            self.store.reader, self.run, channels, clock=self.clock, out=self.out, log=self.log, deadline=deadline
        )

    def states(self) -> dict[tuple[str, str], str]:
        """State by (alert's title, channel)."""
        reader = self.store.reader()
        rows = reader.rows("delivery")
        return {(self.alert(row["alert"])["title"], row["channel"]): row["state"] for row in rows}

    def alert(self, alert: str) -> Row:
        row = self.store.reader().row("alert", alert)
        assert row is not None
        return row

    def row(self, table: str, alert: str, channel: str) -> Row:
        row = self.store.reader().row(table, alert, channel)
        assert row is not None
        return row

    def events(self, *types: str) -> list[Recorded]:
        return list(self.store.reader().events(types=types or None))

    def settled(self, attempts: int) -> None:
        """Waits until so many attempts were made at what is queued or was, and the last one has its outcome."""
        reader = self.store.reader()

        def done() -> bool:
            rows = reader.rows("attempt")
            made = sum(row["attempts"] for row in rows) + sum(e.data["attempt"] for e in self.events("AlertDelivered"))
            return made >= attempts and all(row["leased_until"] is None for row in rows)

        self.wait(done)

    def wait(self, done: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            time.sleep(0.02)
        assert done(), self.states()
