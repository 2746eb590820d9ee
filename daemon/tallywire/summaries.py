"""What was taken in quietly, told in as few messages as there are circles of receivers: mostly one.

Called by decide, in its transaction, when nothing waits; what goes into it is noted by telling.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tallywire.core import wording
from tallywire.core.events import AlertRaised, alert_stream, digest
from tallywire.eventstore.base import Transaction
from tallywire.folding import Folder
from tallywire.localtime import quiet_until
from tallywire.telling import META_QUIET, Desk, Told

Json = dict[str, Any]


def summarise(tx: Transaction, desk: Desk, folder: Folder, told: Told, now: datetime) -> None:
    """One message to each channel for all that it would have been told, once nothing waits any more."""
    row = tx.row("meta", META_QUIET)
    if row is None:
        return
    if desk.quiet_hours and row["value_json"]["before"] and (until := quiet_until(now, desk.quiet_hours)):
        told.summary_at = until
        return
    tx.delete("meta", META_QUIET)
    for channels, estimates in _receivers(row["value_json"], desk, folder):
        before = {e: row["value_json"]["before"][e] for e in estimates}
        told.raised.append(_summary(tx, {**row["value_json"], "before": before}, channels, folder))


def _receivers(value: Json, desk: Desk, folder: Folder) -> list[tuple[list[str], list[str]]]:
    """(channels, estimates): those that are told of the same share one summary. None where archives moved nothing."""
    told: dict[str, list[str]] = {}
    for estimate in [e for e in value["before"] if e in folder.definitions]:
        definition = folder.definitions[estimate]
        names = value.get("rules", {}).get(estimate, ())
        rules = [rule for rule in definition.all_rules if rule.name in names] or definition.all_rules
        for channel in dict.fromkeys(c for rule in rules for c in desk.route(rule.to or definition.to)):
            told.setdefault(channel, []).append(estimate)
    groups: dict[tuple[str, ...], list[str]] = {}
    for channel, estimates in told.items():
        groups.setdefault(tuple(estimates), []).append(channel)
    return [(channels, list(estimates)) for estimates, channels in groups.items()]


def _summary(tx: Transaction, value: Json, channels: list[str], folder: Folder) -> str:
    """Raises it and gives its id. `value`: what was taken in quietly, see META_QUIET."""
    before = value["before"]
    rows = {e: tx.row("estimate", e) for e in before}
    after = {e: r["state_json"] for e, r in rows.items() if r and r["state_json"]}
    titles = {e: folder.definitions[e].title for e in before}
    count, noun = _counted(value)
    title, text = wording.summary(count, titles, before, after, noun)
    alert = digest("summary", str(tx.head()))
    reason = "taken in quietly: archives, a backlog, old reports, or texts read again after a change of configuration"
    event = AlertRaised(alert, "summary", None, "info", title, text, reason, channels)
    tx.append(alert_stream(alert), event, expected=0)
    return alert


def _counted(value: Json) -> tuple[int, str]:
    if value["articles"]:
        return value["articles"], "article"
    return (value["old"], "older report") if value["old"] else (len(value["before"]), "changed definition")
