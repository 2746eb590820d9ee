"""One decider: what was recorded since the checkpoint moves estimates, and moved estimates raise alerts.

Everything happens in one transaction with the checkpoint, so a crash leaves either the decision whole, with its alerts
queued, or the checkpoint where it was: the next start decides the same again. New claims, an analyst's verdicts,
changed definitions and the passing of time (held alerts) all come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tallywire.core import alerting, wording
from tallywire.core.alerting import Correction, Decision
from tallywire.core.estimate import Estimate, moved, same
from tallywire.core.events import (
    AlertRaised,
    ContradictionClosed,
    ContradictionOpened,
    EstimateRevised,
    Recorded,
    alert_id,
    alert_stream,
    digest,
    estimate_stream,
)
from tallywire.core.quantity import figure, interval
from tallywire.crash import crash_point
from tallywire.eventstore.base import Transaction
from tallywire.folding import Folder
from tallywire.ingest import QUIET

Json = dict[str, Any]
CHECKPOINT: Final = "decide"
META_HELD: Final = "held"  # {estimate: {"until": ISO time, "corrected": {claim: why}}}
META_QUIET: Final = "quiet"  # {"articles": n, "before": {estimate: summary|null}} since the last summary

MOVING: Final = (
    "ArticleReceived",
    "ArticleDated",
    "ArticleRedacted",
    "ClaimRecorded",
    "ClaimWithdrawn",
    "ClaimRestored",
    "ClaimConfirmed",
    "ClaimCorrected",
    "EstimateDefined",
    "EstimatePinned",
    "EstimateUnpinned",
    "EstimateRebased",
    "ContradictionClosed",
    "SourcesDefined",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the decision needs of the configuration: where alerts go, and how often at most about one estimate."""

    route: Callable[[Sequence[str]], list[str]]
    interval: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Held:
    """A message held back: until when, and the corrections that it will have to tell of."""

    until: datetime
    corrected: dict[str, str]


@dataclass(slots=True)
class Decided:
    """What a decision did: estimates revised, alerts raised, estimates whose message is held, and lines for people."""

    revised: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def held_until(self) -> datetime | None:
        """When the first of the held alerts is to be decided again."""
        return min((h.until for h in self.held.values()), default=None)


@dataclass(slots=True)
class Touched:
    """What was recorded about one estimate since the checkpoint. Quiet only if all of it was."""

    quiet: bool = True
    corrected: dict[str, str] = field(default_factory=dict)  # claims withdrawn, read anew or worded so, and why
    last: int | None = None  # position of the last such event


def decide(tx: Transaction, desk: Desk, now: datetime, *, idle: bool) -> Decided:
    """Folds what the events since the checkpoint touch and raises what deserves it.

    `idle`: nothing waits in the inbox; then a quiet stretch ends with its one summary.
    """
    decided = Decided()
    folder = Folder(tx)
    touched = collect(tx, folder)
    held = _held(tx)
    for estimate in folder.affected((touched.keys() | held.keys()) & folder.definitions.keys()):
        what = touched.get(estimate) or _inherited(estimate, touched, folder)
        if estimate in held:
            what.corrected = {**held[estimate].corrected, **what.corrected}
        _Case(tx, desk, folder, now, decided).handle(estimate, what)
    if idle:
        _summarise(tx, desk, folder, decided)
    _hold(tx, held, decided.held)
    crash_point("decide.decided")
    if (head := tx.head()) != _checkpoint(tx):
        tx.put("checkpoint", {"name": CHECKPOINT, "position": head})
    return decided


# --- what was touched -------------------------------------------------------------------------------------------------


def collect(tx: Transaction, folder: Folder) -> dict[str, Touched]:
    """The estimates that events since the checkpoint bear on, and how."""
    touched: dict[str, Touched] = {}
    quiet_articles = 0
    for event in tx.events(_checkpoint(tx), types=MOVING):
        if event.type == "ArticleReceived":
            quiet_articles += bool(event.data["quiet"])
            continue
        for estimate in _estimates_of(tx, folder, event):
            one = touched.setdefault(estimate, Touched())
            one.quiet &= event.correlation == QUIET
            one.last = event.position
            if (why := _correction(event)) is not None:
                one.corrected[event.data["claim"]] = why
    if quiet_articles:
        _note_quiet(tx, quiet_articles, {})
    return touched


def _checkpoint(tx: Transaction) -> int:
    row = tx.row("checkpoint", CHECKPOINT)
    return int(row["position"]) if row else 0


def _estimates_of(tx: Transaction, folder: Folder, event: Recorded) -> Iterable[str]:
    data = event.data
    if "estimate" in data:
        return [data["estimate"]]
    if event.type in ("ArticleDated", "ArticleRedacted"):
        return {row["estimate"] for row in tx.rows("claim", article=data["article"])}
    if event.type == "SourcesDefined":
        return list(folder.definitions)
    row = tx.row("claim", data["claim"])
    return [row["estimate"]] if row else []


def _inherited(estimate: str, touched: dict[str, Touched], folder: Folder) -> Touched:
    """An estimate that only hangs on touched ones is as quiet as they are; one that was held is not."""
    tied = [t for e, t in touched.items() if e in folder.definitions and estimate in folder.affected([e])]
    corrected = {claim: why for t in tied for claim, why in t.corrected.items()}
    return Touched(bool(tied) and all(t.quiet for t in tied), corrected, max((t.last or 0 for t in tied), default=None))


# --- one estimate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision's hands: what is needed to revise an estimate and raise its alert."""

    tx: Transaction
    desk: Desk
    folder: Folder
    now: datetime
    decided: Decided

    def handle(self, estimate: str, touched: Touched) -> None:
        row = self.tx.row("estimate", estimate)
        if row is None:
            return
        state = self.folder.state(estimate)
        before, after = row["state_json"], state.summary()
        revision = row["revised_position"]
        if not same(before, after) and not (before is None and is_empty(after)):
            revision = self._revise(estimate, before, state, touched.last)
        if revision is not None:
            self._judge(estimate, before, after, touched, revision)

    def _revise(self, estimate: str, before: Json | None, state: Estimate, cause: int | None) -> int:
        """EstimateRevised, and the contradiction that opened, changed or closed."""
        after, stream, row = state.summary(), estimate_stream(estimate), self.tx.row("estimate", estimate)
        event = EstimateRevised(estimate, before, after, moved(before, state), state.reason)
        position = self.tx.append(stream, event, cause=cause).position
        known = (row and row["contradiction_json"]) or {}
        old, new = [] if known.get("closed_by") else known.get("sides"), after["contradiction"]
        if new and new != old:
            self.tx.append(stream, ContradictionOpened(estimate, new), cause=position)
        elif old and not new:
            self.tx.append(
                stream, ContradictionClosed(estimate, "the sides no longer contradict each other"), cause=position
            )
        self.decided.revised.append(estimate)
        self.decided.lines.append(f"{estimate}: {_words(before)} -> {_words(after)}")
        return position

    def _judge(self, estimate: str, before: Json | None, after: Json, touched: Touched, revision: int) -> None:
        """Compares with what was last told; raises, holds, or says nothing."""
        told = self.tx.row("notified", estimate, alerting.DEFAULT_RULE)
        request = alerting.Request(
            definition=self.folder.definitions[estimate],
            before=before,
            after=after,
            now=self.now,
            notified=told["value_json"] if told else None,
            notified_alert=told["alert"] if told else None,
            corrections=self._corrections(estimate, touched),
            interval=self.desk.interval,
            quiet=touched.quiet,
        )
        decision = alerting.decide(request)
        if decision.action == "hold":
            self.decided.held[estimate] = Held(decision.until or self.now, touched.corrected)
        elif decision.action in ("send", "quiet"):
            self._raise(estimate, decision, revision)

    def _corrections(self, estimate: str, touched: Touched) -> tuple[Correction, ...]:
        """What corrects something, with the alert that told people of it, where one did."""
        if not touched.corrected:
            return ()
        alerts = {
            e["claim"]: a["id"] for a in self.tx.rows("alert", estimate=estimate) for e in a["evidence_json"] or []
        }
        return tuple(Correction(claim, why, alerts.get(claim)) for claim, why in touched.corrected.items())

    def _raise(self, estimate: str, decision: Decision, revision: int) -> None:
        """AlertRaised and, through the view, one queued delivery for each channel; for none where it is quiet."""
        alert = alert_id(alerting.DEFAULT_RULE, estimate, revision)
        if self.tx.version(alert_stream(alert)):
            return  # this very revision was told already
        definition = self.folder.definitions[estimate]
        quiet = decision.action == "quiet"
        if quiet:
            _note_quiet(self.tx, 0, {estimate: decision.compared})
        evidence = wording.quoted(self.folder.evidence(decision.claims))
        words = wording.alert(estimate, definition.title, decision, evidence)
        event = AlertRaised(
            alert=alert,
            kind=decision.kind or "change",
            estimate=estimate,
            severity=decision.severity,
            title=words.title,
            text=words.text,
            reason=decision.reason,
            channels=[] if quiet else self.desk.route(definition.to),
            before=decision.compared,
            after=decision.after,
            evidence=evidence,
            notified=decision.notified,
            corrects=decision.corrects,
            revision=revision,
        )
        self.tx.append(alert_stream(alert), event, expected=0, cause=revision)
        if not quiet:
            self.decided.raised.append(alert)


def is_empty(summary: Json) -> bool:
    """A state that says nothing yet."""
    return summary["best"] is None and not summary["planned"] and not summary["provisional"]


def _correction(event: Recorded) -> str | None:
    """Why an event corrects what was told, or None."""
    if event.type == "ClaimCorrected":
        by_analyst = event.by.startswith("analyst:")
        return f"a claim was corrected: {event.data['why']}" if by_analyst else "a figure was read anew"
    if event.type == "ClaimWithdrawn":
        return f"a claim was withdrawn: {event.data['why']}"
    if event.type == "ClaimRecorded" and event.data["correction"]:
        return "the report words it as a correction"
    return None


def _words(summary: Json | None) -> str:
    return "nothing" if summary is None or summary["best"] is None else _span(summary)


def _span(summary: Json) -> str:
    best, span = figure(summary["best"]), interval(summary["low"], summary["high"])
    return best if best == span else f"{best} [{span}]"


# --- held and quiet ---------------------------------------------------------------------------------------------------


def _held(tx: Transaction) -> dict[str, Held]:
    """The estimates whose message was held back. All are decided again each time: what holds still is held again."""
    row = tx.row("meta", META_HELD)
    value: dict[str, Json] = row["value_json"] if row else {}
    return {e: Held(datetime.fromisoformat(h["until"]), h["corrected"]) for e, h in value.items()}


def _hold(tx: Transaction, before: dict[str, Held], held: dict[str, Held]) -> None:
    """Keeps what is held over a restart."""
    if held != before:
        value = {e: {"until": h.until.isoformat(), "corrected": h.corrected} for e, h in held.items()}
        tx.put("meta", {"name": META_HELD, "value_json": value})


def _note_quiet(tx: Transaction, articles: int, before: dict[str, Json | None]) -> None:
    """Counts what goes into the next summary; an estimate's first `before` is the one that stays."""
    row = tx.row("meta", META_QUIET)
    value: Json = row["value_json"] if row else {"articles": 0, "before": {}}
    noted = {"articles": value["articles"] + articles, "before": {**before, **value["before"]}}
    tx.put("meta", {"name": META_QUIET, "value_json": noted})


def _summarise(tx: Transaction, desk: Desk, folder: Folder, decided: Decided) -> None:
    """One message for all that was taken in quietly, once nothing waits any more."""
    row = tx.row("meta", META_QUIET)
    if row is None:
        return
    tx.delete("meta", META_QUIET)
    value = row["value_json"]
    before = value["before"]
    if not before:
        return  # archives that moved nothing are no news
    rows = {e: tx.row("estimate", e) for e in before}
    after = {e: r["state_json"] for e, r in rows.items() if r and r["state_json"]}
    titles = {e: folder.definitions[e].title for e in before if e in folder.definitions}
    counted = (value["articles"], "article") if value["articles"] else (len(before), "changed definition")
    title, text = wording.summary(counted[0], titles, before, after, counted[1])
    alert = digest("summary", str(tx.head()))
    reason = "taken in quietly: archives, a backlog, or texts read again after the configuration changed"
    event = AlertRaised(alert, "summary", None, "info", title, text, reason, desk.route(()))
    tx.append(alert_stream(alert), event, expected=0)
    decided.raised.append(alert)
