"""The projection: what each event changes in the view tables. Pure; every store, and every rebuild, uses this.

Add an event: write its function, name it in `PROJECTIONS`. Change what a function does: raise `VIEWS`, and stores
rebuild their views when they are next opened for writing. A projection never refuses: what an event says has happened.
An event about something that is not there (a claim never recorded) changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tallywire.core import events as ev
from tallywire.core.definition import Definition
from tallywire.core.events import Event, Recorded
from tallywire.core.page import page_key
from tallywire.eventstore.base import Row

VIEWS: Final = 3  # the version of what this module makes of the log


@dataclass(frozen=True, slots=True)
class Put:
    """Inserts or replaces a row; columns not given become NULL."""

    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class Drop:
    table: str
    key: tuple[Any, ...]


Change = Put | Drop


class Rows(Protocol):
    """The rows so far, for events that change one."""

    def row(self, table: str, *key: Any) -> Row | None: ...

    def rows(self, table: str, *, order: str | None = None, limit: int | None = None, **equal: Any) -> list[Row]: ...


def project(recorded: Recorded, event: Event, rows: Rows) -> list[Change]:
    """The row changes of one event; `event` is the decoded payload of `recorded`."""
    return PROJECTIONS[type(event)](recorded, event, rows)


def _patch(rows: Rows, table: str, *key: Any, **changes: Any) -> list[Change]:
    row = rows.row(table, *key)
    return [] if row is None else [Put(table, row | changes)]


# --- articles and files ---------------------------------------------------------------------------------------------


def article_received(recorded: Recorded, event: ev.ArticleReceived, rows: Rows) -> list[Change]:
    row = {
        "id": event.article,
        "path": event.path,
        "title": event.title,
        "outlet": event.outlet,
        "author": event.author,
        "url": event.url,
        "published": event.published,
        "published_from": event.published_from,
        "reader": event.reader,
        "media": event.media,
        "size": event.size,
        "received_at": recorded.recorded_at,
        "position": recorded.position,
        "is_quiet": event.quiet,
        "is_redacted": False,
        "is_dated": False,
        "page": page_key(event.url),
    }
    return [Put("article", row), _sighting(recorded, event)]


def _sighting(recorded: Recorded, event: ev.ArticleReceived | ev.ArticleSeenAgain) -> Change:
    return Put("sighting", {"path": event.path, "article": event.article, "seen_at": recorded.recorded_at})


def article_seen_again(recorded: Recorded, event: ev.ArticleSeenAgain, rows: Rows) -> list[Change]:
    return [_sighting(recorded, event)]


def article_dated(recorded: Recorded, event: ev.ArticleDated, rows: Rows) -> list[Change]:
    return _patch(rows, "article", event.article, published=event.published, published_from="analyst", is_dated=True)


def article_grouped(recorded: Recorded, event: ev.ArticleGrouped, rows: Rows) -> list[Change]:
    """Two groups become one under the larger one's name: no article moves often, and joining a crowd costs nothing."""
    ours, theirs = rows.row("article", event.article), rows.row("article", event.like)
    if ours is None or theirs is None:
        return []
    one, other = _group(rows, ours), _group(rows, theirs)
    if one["group_id"] == other["group_id"]:
        return []
    stays, moves = sorted((other, one), key=lambda group: -int(group["members"]))
    joining = [row for row in (ours, theirs) if row["group_id"] is None]
    moving = rows.rows("article", group_id=moves["group_id"]) + joining
    changes: list[Change] = [Put("article", row | {"group_id": stays["group_id"]}) for row in moving]
    least, members = min(stays["least"], moves["least"]), stays["members"] + moves["members"]
    merged = {"group_id": stays["group_id"], "least": least, "members": members}
    return [*changes, Drop("likeness", (moves["group_id"],)), Put("likeness", merged)]


def _group(rows: Rows, article: Row) -> Row:
    """The group that an article is in; one that is in none is a group of itself."""
    alone = {"group_id": article["id"], "least": article["id"], "members": 1}
    return alone if article["group_id"] is None else rows.row("likeness", article["group_id"]) or alone


def article_replaced(recorded: Recorded, event: ev.ArticleReplaced, rows: Rows) -> list[Change]:
    return _patch(rows, "article", event.article, replaced_by=event.newer)


def article_redacted(recorded: Recorded, event: ev.ArticleRedacted, rows: Rows) -> list[Change]:
    """The texts themselves are blanked in the payloads of the events they came from (redaction.py)."""
    seen = rows.rows("sighting", article=event.article)
    forgotten: list[Change] = [Drop("sighting", (row["path"], row["article"])) for row in seen]
    return forgotten + _patch(rows, "article", event.article, is_redacted=True)


def file_rejected(recorded: Recorded, event: ev.FileRejected, rows: Rows) -> list[Change]:
    row = {
        "id": recorded.stream.removeprefix("file-"),
        "path": event.path,
        "size": event.size,
        "mtime_ns": event.mtime_ns,
        "reason": event.reason,
        "detail": event.detail,
        "rejected_at": recorded.recorded_at,
    }
    return [Put("rejection", row)]


# --- claims ---------------------------------------------------------------------------------------------------------

# Fields of ClaimRecorded whose column has another name (END is a word of SQL).
_RENAMED: Final = {"claim": "id", "start": "start_at", "end": "end_at", "correction": "is_correction"}
CLAIM_COLUMNS: Final = tuple((name, _RENAMED.get(name, name)) for name in ev.ClaimRecorded.__dataclass_fields__)


def claim_recorded(recorded: Recorded, event: ev.ClaimRecorded, rows: Rows) -> list[Change]:
    row: Row = {column: getattr(event, name) for name, column in CLAIM_COLUMNS}
    row |= {"state": "standing", "is_confirmed": False}
    return [Put("claim", row | {"position": recorded.position, "changed_at": recorded.recorded_at})]


def _verdict(recorded: Recorded) -> str | None:
    """The analyst who says so; None where the machine does."""
    return recorded.by if recorded.by.startswith("analyst:") else None


def _claim(recorded: Recorded, claim: str, rows: Rows, **changes: Any) -> list[Change]:
    return _patch(rows, "claim", claim, changed_at=recorded.recorded_at, **changes)


# verdict_by: the analyst who decided that the claim is as it is; a later extraction must not undo that.


def claim_withdrawn(recorded: Recorded, event: ev.ClaimWithdrawn, rows: Rows) -> list[Change]:
    verdict = _verdict(recorded)
    rejected = {"is_confirmed": False} if verdict else {}
    state = {"state": "withdrawn", "state_reason": event.reason, "verdict_by": verdict}
    return _claim(recorded, event.claim, rows, **state, **rejected)


def claim_restored(recorded: Recorded, event: ev.ClaimRestored, rows: Rows) -> list[Change]:
    state = {"state": "standing", "state_reason": None, "verdict_by": _verdict(recorded)}
    return _claim(recorded, event.claim, rows, **state)


def claim_confirmed(recorded: Recorded, event: ev.ClaimConfirmed, rows: Rows) -> list[Change]:
    return _claim(recorded, event.claim, rows, is_confirmed=True, verdict_by=_verdict(recorded))


def claim_corrected(recorded: Recorded, event: ev.ClaimCorrected, rows: Rows) -> list[Change]:
    """Another reading: an analyst's is a verdict, a machine's leaves the verdict that there is.

    The claim stays the claim it is, of the article it is from, whatever the changes say.
    """
    changes = {_RENAMED.get(n, n): value for n, value in event.changes.items() if n not in {"claim", "article"}}
    if verdict := _verdict(recorded):
        changes["verdict_by"] = verdict
    return _claim(recorded, event.claim, rows, **changes)


# --- estimates and sources ------------------------------------------------------------------------------------------


def _estimate(rows: Rows, estimate: str, **changes: Any) -> list[Change]:
    """Estimates may be spoken of before they are defined; their row then starts with the id as title."""
    fresh: Row = {"id": estimate, "title": estimate, "revisions": 0, "is_retired": False}
    return [Put("estimate", (rows.row("estimate", estimate) or fresh) | changes)]


def estimate_defined(recorded: Recorded, event: ev.EstimateDefined, rows: Rows) -> list[Change]:
    track = event.definition.get("track")
    return _estimate(
        rows,
        event.estimate,
        title=Definition(event.estimate, track).title if isinstance(track, str) else event.estimate,
        definition_json=event.definition,
        fingerprint=event.fingerprint,
        is_retired=False,
    )


def estimate_retired(recorded: Recorded, event: ev.EstimateRetired, rows: Rows) -> list[Change]:
    return _estimate(rows, event.estimate, is_retired=True)


def estimate_revised(recorded: Recorded, event: ev.EstimateRevised, rows: Rows) -> list[Change]:
    row = rows.row("estimate", event.estimate)
    revised = {"revised_at": recorded.recorded_at, "revised_position": recorded.position}
    revisions = (row["revisions"] if row else 0) + 1
    return _estimate(rows, event.estimate, state_json=event.after, revisions=revisions, **revised)


def contradiction_opened(recorded: Recorded, event: ev.ContradictionOpened, rows: Rows) -> list[Change]:
    opened = {"sides": event.sides, "opened_at": recorded.recorded_at, "position": recorded.position}
    return _estimate(rows, event.estimate, contradiction_json=opened)


def contradiction_closed(recorded: Recorded, event: ev.ContradictionClosed, rows: Rows) -> list[Change]:
    """What an analyst closed is kept: the same sides do not open it again."""
    row = rows.row("estimate", event.estimate)
    opened = row and row["contradiction_json"]
    if opened is None or not (by := _verdict(recorded)):
        return _estimate(rows, event.estimate, contradiction_json=None)
    closed = {"closed_by": by, "closed_at": recorded.recorded_at, "why": event.why}
    return _estimate(rows, event.estimate, contradiction_json=opened | closed)


def estimate_pinned(recorded: Recorded, event: ev.EstimatePinned, rows: Rows) -> list[Change]:
    pin = {"low": event.low, "best": event.best, "high": event.high, "why": event.why}
    return _estimate(rows, event.estimate, pin_json=pin | {"by": recorded.by, "at": recorded.recorded_at})


def estimate_unpinned(recorded: Recorded, event: ev.EstimateUnpinned, rows: Rows) -> list[Change]:
    return _estimate(rows, event.estimate, pin_json=None)


def estimate_rebased(recorded: Recorded, event: ev.EstimateRebased, rows: Rows) -> list[Change]:
    """One restart for each originator; a later one, or its undoing, replaces it."""
    row = rows.row("estimate", event.estimate)
    others = [r for r in (row and row["rebased_json"]) or [] if r["originator"] != event.originator]
    new = {"originator": event.originator, "day": event.day, "why": event.why, "by": recorded.by}
    return _estimate(rows, event.estimate, rebased_json=[*others, new] if event.day else others)


def estimate_snoozed(recorded: Recorded, event: ev.EstimateSnoozed, rows: Rows) -> list[Change]:
    snooze = {"until": event.until, "why": event.why, "unless_percent": event.unless_percent}
    return _estimate(rows, event.estimate, snooze_json=snooze | {"by": recorded.by, "at": recorded.recorded_at})


def rule_started(recorded: Recorded, event: ev.RuleStarted, rows: Rows) -> list[Change]:
    row = {"estimate": event.estimate, "rule": event.rule, "value_json": event.value, "alert": event.told_by}
    return [Put("notified", row)]


def sources_defined(recorded: Recorded, event: ev.SourcesDefined, rows: Rows) -> list[Change]:
    return [Put("sources", {"id": "sources", "entries_json": event.entries, "fingerprint": event.fingerprint})]


# --- alerts ---------------------------------------------------------------------------------------------------------


def _queued(recorded: Recorded, alert: str, channels: list[str]) -> list[Change]:
    row = {
        "alert": alert,
        "state": "queued",
        "queued_at": recorded.recorded_at,
        "attempts": 0,
        "is_repeat": False,
        "position": recorded.position,
    }
    return [Put("delivery", row | {"channel": channel}) for channel in dict.fromkeys(channels)]


def alert_raised(recorded: Recorded, event: ev.AlertRaised, rows: Rows) -> list[Change]:
    row = {
        "id": event.alert,
        "kind": event.kind,
        "estimate": event.estimate,
        "severity": event.severity,
        "title": event.title,
        "text": event.text,
        "reason": event.reason,
        "channels_json": event.channels,
        "before_json": event.before,
        "after_json": event.after,
        "evidence_json": event.evidence,
        "corrects": event.corrects,
        "revision": event.revision,
        "raised_at": recorded.recorded_at,
        "position": recorded.position,
    }
    return [Put("alert", row), *_queued(recorded, event.alert, event.channels), *_notified(event)]


def _notified(event: ev.AlertRaised) -> list[Change]:
    """What was told last: the value that the next change is compared with."""
    if event.notified is None or event.estimate is None:
        return []
    rule = str(event.notified.get("rule", "default"))
    row = {"estimate": event.estimate, "rule": rule, "value_json": event.notified, "alert": event.alert}
    return [Put("notified", row)]


def digest_raised(recorded: Recorded, event: ev.DigestRaised, rows: Rows) -> list[Change]:
    row = {
        "id": event.alert,
        "kind": "digest",
        "severity": "info",
        "title": event.title,
        "text": event.text,
        "reason": f"digest {event.name} of {event.day}",
        "channels_json": event.channels,
        "evidence_json": [],
        "raised_at": recorded.recorded_at,
        "position": recorded.position,
    }
    return [Put("alert", row), *_queued(recorded, event.alert, event.channels)]


_OfDelivery = ev.AlertDelivered | ev.AlertAbandoned | ev.DeliveryRequeued | ev.DeliveryDropped


def _delivery(recorded: Recorded, event: _OfDelivery, rows: Rows, **changes: Any) -> list[Change]:
    """A fallback channel may deliver what was never queued for it; its row then starts here."""
    key = {"alert": event.alert, "channel": event.channel}
    fresh = {**key, "attempts": 0, "is_repeat": False, "position": recorded.position}
    row = rows.row("delivery", event.alert, event.channel) or fresh
    return [Put("delivery", row | {"settled_at": recorded.recorded_at} | changes)]


def alert_delivered(recorded: Recorded, event: ev.AlertDelivered, rows: Rows) -> list[Change]:
    state = {"state": "delivered", "attempts": event.attempt, "is_repeat": event.repeat, "error": None}
    return _delivery(recorded, event, rows, **state)


def alert_abandoned(recorded: Recorded, event: ev.AlertAbandoned, rows: Rows) -> list[Change]:
    return _delivery(recorded, event, rows, state="dead", attempts=event.attempts, error=event.error)


def delivery_requeued(recorded: Recorded, event: ev.DeliveryRequeued, rows: Rows) -> list[Change]:
    state = {"state": "queued", "queued_at": recorded.recorded_at, "settled_at": None, "error": None, "attempts": 0}
    return _delivery(recorded, event, rows, **state)


def delivery_dropped(recorded: Recorded, event: ev.DeliveryDropped, rows: Rows) -> list[Change]:
    return _delivery(recorded, event, rows, state="dropped", error=None)


def alert_acknowledged(recorded: Recorded, event: ev.AlertAcknowledged, rows: Rows) -> list[Change]:
    return _patch(rows, "alert", event.alert, acknowledged_at=recorded.recorded_at)


PROJECTIONS: Final[dict[type[Any], Callable[[Recorded, Any, Rows], list[Change]]]] = {
    ev.ArticleReceived: article_received,
    ev.ArticleSeenAgain: article_seen_again,
    ev.ArticleDated: article_dated,
    ev.ArticleGrouped: article_grouped,
    ev.ArticleReplaced: article_replaced,
    ev.ArticleRedacted: article_redacted,
    ev.FileRejected: file_rejected,
    ev.ClaimRecorded: claim_recorded,
    ev.ClaimWithdrawn: claim_withdrawn,
    ev.ClaimRestored: claim_restored,
    ev.ClaimConfirmed: claim_confirmed,
    ev.ClaimCorrected: claim_corrected,
    ev.EstimateDefined: estimate_defined,
    ev.EstimateRetired: estimate_retired,
    ev.EstimateRevised: estimate_revised,
    ev.ContradictionOpened: contradiction_opened,
    ev.ContradictionClosed: contradiction_closed,
    ev.EstimatePinned: estimate_pinned,
    ev.EstimateUnpinned: estimate_unpinned,
    ev.EstimateRebased: estimate_rebased,
    ev.EstimateSnoozed: estimate_snoozed,
    ev.RuleStarted: rule_started,
    ev.SourcesDefined: sources_defined,
    ev.AlertRaised: alert_raised,
    ev.AlertDelivered: alert_delivered,
    ev.AlertAbandoned: alert_abandoned,
    ev.AlertAcknowledged: alert_acknowledged,
    ev.DeliveryRequeued: delivery_requeued,
    ev.DeliveryDropped: delivery_dropped,
    ev.DigestRaised: digest_raised,
}
