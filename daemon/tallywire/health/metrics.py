"""The daemon's figures for Prometheus, on the loopback address. The only module that imports prometheus_client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tallywire.health.vitals import Vitals, ailments
from tallywire.pulse import Count

log = logging.getLogger("tallywire.health")
HOST: Final = "127.0.0.1"
Counts = dict[Count, int]


class _Figures(Collector):
    """Asks anew at each scrape. Times are Unix seconds, sizes bytes."""

    def __init__(self, look: Callable[[], Vitals], counts: Callable[[], Counts]) -> None:
        self._look, self._counts = look, counts

    def collect(self) -> Iterator[Metric]:
        vitals, counts = self._look(), self._counts()
        stored, ill = vitals.stored, ailments(vitals)
        yield _one("well", "1 while the whole chain from inbox to channels is alive", 0 if ill else 1)
        yield _by("ailment", "What keeps the daemon from its work", "name", {a.name: 1 for a in ill})
        yield _one("start_time_seconds", "When the daemon started", vitals.started.timestamp())
        yield _one("last_event_time_seconds", "When the last event was recorded", _seconds(stored.last_event))
        yield CounterMetricFamily("tallywire_events", "Events in the log", value=stored.events)
        yield _one("files_waiting", "Files on their way in", vitals.waiting)
        yield _by("inbox_files", "Files that need something, by the ledger's state", "state", dict(stored.files))
        yield _one("intake_paused", "1 while no files are taken in", 0 if vitals.paused is None else 1)
        yield _by("queued_messages", "Messages that wait", "channel", {q.channel: q.waiting for q in stored.queues})
        oldest = {q.channel: q.oldest.timestamp() for q in stored.queues}
        yield _by("oldest_queued_time_seconds", "When the oldest waiting message was queued", "channel", oldest)
        yield _one("dead_messages", "Messages that were given up", stored.dead)
        yield _one(
            "last_backup_time_seconds", "When the last backup by the clock was made", _seconds(stored.last_backup)
        )
        yield _one("backup_failing", "1 if the last try at a backup failed", 0 if stored.backup_error is None else 1)
        if vitals.free_bytes is not None:
            yield _one("store_free_bytes", "Room left on the store's disk", vitals.free_bytes)
        yield _by("silence_seconds", "Since each part came round", "part", dict(vitals.silences))
        yield _counted("files", "Files handled since the start, by what became of them", counts)
        yield _counted("heartbeats", "Heartbeats since the start", counts)
        yield _counted("deliveries", "Attempts settled since the start, by what became of the message", counts)


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tallywire_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"tallywire_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counted(what: str, text: str, counts: Counts) -> Metric:
    family = CounterMetricFamily(f"tallywire_{what}", text, labels=["result"])
    for (counted, sort), value in sorted(counts.items()):
        if counted == what:
            family.add_metric([sort], value)
    return family


def _seconds(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()


def registry(look: Callable[[], Vitals], counts: Callable[[], Counts]) -> CollectorRegistry:
    found = CollectorRegistry()
    found.register(_Figures(look, counts))
    ProcessCollector(registry=found)
    return found


def exposition(registry: CollectorRegistry) -> str:
    """The text format."""
    return generate_latest(registry).decode()


def serve(port: int, registry: CollectorRegistry) -> Callable[[], None]:
    """Serves /metrics on the loopback address; gives what ends that. A port that is taken is no reason not to work."""
    try:
        server, thread = start_http_server(port, HOST, registry)
    except OSError as error:
        log.warning("no metrics on port %d: %s", port, error.strerror or error)
        return lambda: None

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join(1)

    log.info("metrics on http://%s:%d/metrics", HOST, port)
    return end
