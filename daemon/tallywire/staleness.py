"""Estimates of which nothing was heard for too long: one message for each silence."""

from __future__ import annotations

from datetime import datetime, timedelta

from tallywire.core import alerting, wording
from tallywire.core.definition import AlertRule
from tallywire.core.events import AlertRaised, alert_id, alert_stream
from tallywire.eventstore.base import Reader, Row, Transaction
from tallywire.folding import Folder
from tallywire.localtime import quiet_until
from tallywire.telling import Desk, snoozed

KIND = "staleness"


def due(reader: Reader, now: datetime) -> list[tuple[str, AlertRule]]:
    """Estimates that are stale by one of their rules and of whose silence nobody was told yet."""
    found = []
    for name, definition in Folder(reader).definitions.items():
        for rule in definition.all_rules:
            if rule.stale is not None and _is_due(reader, name, rule, now):
                found.append((name, rule))
    return found


def _is_due(reader: Reader, estimate: str, rule: AlertRule, now: datetime) -> bool:
    last = _last_report(reader, estimate)
    if last is None or rule.stale is None or now - _heard(last) < timedelta(days=rule.stale):
        return False
    if rule.quiet_hours and quiet_until(now, rule.quiet_hours):
        return False  # looked at again, until they are over
    if snoozed(reader.row("estimate", estimate) or {}, now):
        return False
    return reader.version(alert_stream(_alert(estimate, rule, last))) == 0


def raise_stale(tx: Transaction, estimate: str, rule: AlertRule, desk: Desk, now: datetime) -> bool:
    """Queues the message of a silence. Its id comes from the last report: a second time changes nothing."""
    last, definition = _last_report(tx, estimate), Folder(tx).definitions.get(estimate)
    if last is None or definition is None or rule.stale is None or not _is_due(tx, estimate, rule, now):
        return False
    alert = _alert(estimate, rule, last)
    reason = alerting.stale(_heard(last), now, timedelta(days=rule.stale)).text
    state = (tx.row("estimate", estimate) or {})["state_json"]
    title, text = wording.stale(estimate, definition.title, reason, state)
    channels = desk.route(rule.to or definition.to)
    severity = rule.severity or "warning"
    tx.append(
        alert_stream(alert), AlertRaised(alert, KIND, estimate, severity, title, text, reason, channels, after=state)
    )
    return True


def _alert(estimate: str, rule: AlertRule, last: Row) -> str:
    return alert_id(f"{KIND} {rule.name}", estimate, last["id"])


def _last_report(reader: Reader, estimate: str) -> Row | None:
    """The article of the newest claim about it."""
    rows = reader.rows("claim", order="-position", limit=1, estimate=estimate)
    return reader.row("article", rows[0]["article"]) if rows else None


def _heard(article: Row) -> datetime:
    return datetime.fromisoformat(article["received_at"])
