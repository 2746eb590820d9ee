"""Which alerts a set of rules would have sent over the stored history, before they go live.

The history is played again into a scratch store, with the new definitions and at the times of then, and `decide` itself
decides there: what it would have told is what it tells now. The scratch store is thrown away, and the real one only
read.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tallywire.config import Config
from tallywire.core.definition import fingerprint, to_json
from tallywire.core.events import (
    ArticleReceived,
    ClaimRecorded,
    EstimateDefined,
    Event,
    Recorded,
    SourcesDefined,
    estimate_stream,
)
from tallywire.decide import decide
from tallywire.desk import desk_of
from tallywire.eventstore.base import Reader, Row, Transaction
from tallywire.eventstore.codec import decoded
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.eventstore.views import CLAIM_COLUMNS
from tallywire.telling import Desk

Json = dict[str, Any]

# What decide itself makes, or the new definitions replace.
_MADE_ANEW: Final = frozenset(
    "EstimateRevised ContradictionOpened AlertRaised AlertDelivered AlertAbandoned AlertAcknowledged DeliveryRequeued"
    " DeliveryDropped DigestRaised RuleStarted EstimateDefined EstimateRetired FileRejected".split()
)


@dataclass(frozen=True, slots=True)
class Step:
    """What came at one moment, to be decided on together."""

    at: datetime
    events: tuple[tuple[str, Event, str, str | None], ...]  # stream, event, by, correlation


def run(
    reader: Reader, config: Config, since: datetime | None, until: datetime | None, *, published: bool = False
) -> Json:
    """{alerts, days, per_day, busiest, quiet, lines}. `alerts`: {at, rule, kind, severity, estimate, channels, title,
    reason}. `published`: by when reports were published, all of them live; else by when they were recorded.
    """
    steps = _by_publication(reader) if published else _by_record(reader)
    with tempfile.TemporaryDirectory(prefix="tallywire-backtest-") as folder:
        clock = _Clock()
        store = SqliteStore.open(Path(folder) / "scratch.db", clock=clock)
        try:
            with store.transaction() as tx:
                _play(tx, steps, config, clock)
                return _answer(tx, since, until)
        finally:
            store.close()


class _Clock:
    """Goes where the history goes, and never back."""

    def __init__(self) -> None:
        self.now = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def to(self, at: datetime) -> None:
        self.now = max(self.now, at)


# --- the history ------------------------------------------------------------------------------------------------------


def _by_record(reader: Reader) -> Iterator[Step]:
    """As it came in. What was decided on together then, has no decision between its events."""
    gathered: list[tuple[str, Event, str, str | None]] = []
    at: datetime | None = None
    for event in reader.events():
        if _is_made_anew(event):
            if gathered and at is not None and event.type in ("EstimateRevised", "AlertRaised"):
                yield Step(at, tuple(gathered))
                gathered = []
            continue
        gathered.append((event.stream, decoded(event), event.by, event.correlation))
        at = datetime.fromisoformat(event.recorded_at)
        if len(gathered) == 1 and event.type == "SourcesDefined":
            yield Step(at, tuple(gathered))
            gathered = []
    if gathered and at is not None:
        yield Step(at, tuple(gathered))


def _is_made_anew(event: Recorded) -> bool:
    by_machine = event.type == "ContradictionClosed" and not event.by.startswith("analyst:")
    return event.type in _MADE_ANEW or by_machine


def _by_publication(reader: Reader) -> Iterator[Step]:
    """Each article at the date it carries (else that of its arrival), with the claims that still stand, live."""
    sources = reader.row("sources", "sources")
    if sources is not None:
        event = SourcesDefined(sources["entries_json"], sources["fingerprint"])
        yield Step(datetime(1970, 1, 1, tzinfo=UTC), (("sources", event, "daemon", None),))
    articles = [(_published(row), row) for row in reader.rows("article", order="position", is_redacted=False)]
    for at, row in sorted(articles, key=lambda pair: pair[0]):
        claims = reader.rows("claim", order="position", article=row["id"], state="standing")
        received = (f"article-{row['id']}", _article(row), "daemon", None)
        yield Step(at, (received, *((f"claim-{c['id']}", _claim(c), "daemon", None) for c in claims)))


def _published(row: Row) -> datetime:
    at = datetime.fromisoformat(row["published"] or row["received_at"])
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _article(row: Row) -> ArticleReceived:
    names = "path size media reader title outlet author url published published_from".split()
    return ArticleReceived(article=row["id"], **{name: row[name] for name in names})


def _claim(row: Row) -> ClaimRecorded:
    return ClaimRecorded(**{name: row[column] for name, column in CLAIM_COLUMNS})


# --- playing it -------------------------------------------------------------------------------------------------------


def _play(tx: Transaction, steps: Iterable[Step], config: Config, clock: _Clock) -> None:
    desk = replace(desk_of(config), known=None)
    for definition in config.definitions:
        defined = EstimateDefined(definition.id, to_json(definition), fingerprint(definition))
        tx.append(estimate_stream(definition.id), defined)
    # The definitions are decided on by themselves, as when they came: they must not make an archive after them live.
    due = decide(tx, desk, clock.now, idle=True).held_until
    for step in steps:
        due = _wake(tx, desk, clock, due, step.at)
        clock.to(step.at)
        for stream, event, by, correlation in step.events:
            tx.append(stream, event, by=by, correlation=correlation)
        due = decide(tx, desk, clock.now, idle=True).held_until
    _wake(tx, desk, clock, due, clock.now + timedelta(days=366))


def _wake(tx: Transaction, desk: Desk, clock: _Clock, due: datetime | None, before: datetime) -> datetime | None:
    """Decides again whenever something that was held comes due before that moment; gives the next such time."""
    while due is not None and due < before:
        clock.to(due)
        held = decide(tx, desk, clock.now, idle=True).held_until
        due = held if held is None or held > due else None
    return due


# --- what came of it --------------------------------------------------------------------------------------------------


def _answer(tx: Transaction, since: datetime | None, until: datetime | None) -> Json:
    rows = [row for row in tx.rows("alert", order="position") if _is_within(row["raised_at"], since, until)]
    alerts = [_alert(tx, row) for row in rows if row["channels_json"]]
    days = _days(tx, since, until)
    per_day = Counter(alert["at"][:10] for alert in alerts)
    busiest, most = per_day.most_common(1)[0] if per_day else (None, 0)
    rate = len(alerts) / days if days else 0.0
    return {
        "alerts": alerts,
        "days": days,
        "per_day": dict(sorted(per_day.items())),
        "quiet": len(rows) - len(alerts),
        "lines": [
            f"{_count(len(alerts), 'alert')} in {_count(days, 'day')}: {rate:.2g} a day"
            + (f", at most {most} ({busiest})" if busiest else ""),
            f"{len(rows) - len(alerts):,} more were decided quietly, for a summary",
            *(f"  rule {rule}: {count:,}" for rule, count in sorted(Counter(a["rule"] for a in alerts).items())),
        ],
    }


def _is_within(at: str, since: datetime | None, until: datetime | None) -> bool:
    moment = datetime.fromisoformat(at)
    return (since is None or moment >= since) and (until is None or moment <= until)


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _days(tx: Transaction, since: datetime | None, until: datetime | None) -> int:
    """The days that the history covers, its first and last one counted."""
    times = [datetime.fromisoformat(row["received_at"]) for row in tx.rows("article")]
    if not times:
        return 0
    first, last = max(min(times), since or min(times)), min(max(times), until or max(times))
    return max(0, (last.date() - first.date()).days + 1)


def _alert(tx: Transaction, row: Row) -> Json:
    raised = next(tx.events(row["position"] - 1, types=["AlertRaised"], limit=1))
    told = raised.data["notified"]
    return {
        "at": row["raised_at"],
        "rule": told["rule"] if told else row["kind"],
        "channels": row["channels_json"],
        **{name: row[name] for name in ("kind", "severity", "estimate", "title", "reason")},
    }
