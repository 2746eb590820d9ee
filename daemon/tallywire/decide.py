"""One decider: what was recorded since the checkpoint moves estimates, and moved estimates raise alerts.

Everything happens in one transaction with the checkpoint, so a crash leaves either the decision whole, with its alerts
queued, or the checkpoint where it was: the next start decides the same again. New claims, an analyst's verdicts,
changed definitions and the passing of time (held alerts) all come through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from tallywire import lately
from tallywire.core.estimate import Estimate, moved, same
from tallywire.core.events import (
    ContradictionClosed,
    ContradictionOpened,
    EstimateRevised,
    Recorded,
    estimate_stream,
)
from tallywire.core.quantity import figure, interval
from tallywire.crash import crash_point
from tallywire.eventstore.base import Transaction
from tallywire.folding import Folder
from tallywire.ingest import QUIET
from tallywire.summaries import summarise
from tallywire.telling import LIVE, Desk, Teller, Told, Touched, load_held, note_quiet, save_held
from tallywire.tips import Kept

Json = dict[str, Any]
CHECKPOINT: Final = "decide"
WORDED: Final = "the report words it as a correction"

MOVING: Final = (
    "ArticleReceived",
    "ArticleDated",
    "ArticleGrouped",
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


@dataclass(slots=True)
class Decided(Told):
    """What a decision did: estimates revised, what people are told of it, and lines for people."""

    revised: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def decide(tx: Transaction, desk: Desk, now: datetime, *, idle: bool) -> Decided:
    """Folds what the events since the checkpoint touch and raises what deserves it.

    `idle`: nothing waits in the inbox; then a quiet stretch ends with its one summary.
    """
    decided = Decided()
    folder = Kept(tx, _checkpoint(tx))
    touched = collect(tx, folder)
    held = load_held(tx)
    waiting = {estimate for estimate, _ in held}
    case = _Case(tx, folder, decided, Teller(tx, desk, folder, now, decided, held))
    for estimate in folder.affected((touched.keys() | waiting) & folder.definitions.keys()):
        case.handle(estimate, touched.get(estimate) or _inherited(estimate, touched, folder))
    if idle:
        summarise(tx, desk, folder, decided, now)
    save_held(tx, held, decided.held)
    folder.close()
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
            one.newest = max(one.newest, _published(event, folder))
            if (why := _correction(event)) is not None:
                one.corrected[event.data["claim"]] = why
    if quiet_articles:
        note_quiet(tx, {}, articles=quiet_articles)
    return touched


def _published(event: Recorded, folder: Folder) -> str:
    """The publication date of a report; whatever else happened, and a report without a date, is as of now."""
    if event.type != "ClaimRecorded":
        return LIVE
    return str(folder.article(event.data["article"]).get("published") or LIVE)


def _checkpoint(tx: Transaction) -> int:
    row = tx.row("checkpoint", CHECKPOINT)
    return int(row["position"]) if row else 0


def _estimates_of(tx: Transaction, folder: Folder, event: Recorded) -> Iterable[str]:
    data = event.data
    if "estimate" in data:
        return [data["estimate"]]
    if event.type in ("ArticleDated", "ArticleGrouped", "ArticleRedacted"):
        articles = [data["article"], *([data["like"]] if "like" in data else [])]
        return {row["estimate"] for row in tx.rows("claim", article=articles)}
    if event.type == "SourcesDefined":
        return list(folder.definitions)
    row = tx.row("claim", data["claim"])
    return [row["estimate"]] if row else []


def _inherited(estimate: str, touched: dict[str, Touched], folder: Folder) -> Touched:
    """An estimate that only hangs on touched ones is as quiet as they are; one that was held is not."""
    tied = [t for e, t in touched.items() if e in folder.definitions and estimate in folder.affected([e])]
    corrected = {claim: why for t in tied for claim, why in t.corrected.items()}
    last, newest = max((t.last or 0 for t in tied), default=None), max((t.newest for t in tied), default=LIVE)
    return Touched(bool(tied) and all(t.quiet for t in tied), corrected, last, newest)


# --- one estimate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision's hands: what is needed to revise an estimate and have people told."""

    tx: Transaction
    folder: Folder
    decided: Decided
    teller: Teller

    def handle(self, estimate: str, touched: Touched) -> None:
        row = self.tx.row("estimate", estimate)
        if row is None:
            return
        state = self.folder.state(estimate)
        before, after = row["state_json"], state.summary()
        lately.keep(self.tx, self.folder, estimate, after)
        touched = _with_taken_back(touched, state)
        revision = row["revised_position"]
        if not same(before, after) and not (before is None and is_empty(after)):
            revision = self._revise(estimate, before, state, touched.last)
        if revision is not None:
            self.teller.judge(estimate, before, after, touched, revision)

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


def _with_taken_back(touched: Touched, state: Estimate) -> Touched:
    """A report worded as a correction also corrects the claims that the fold takes back because of it (rule 4)."""
    if WORDED not in touched.corrected.values():
        return touched
    taken_back = {o.claim: WORDED for o in state.left_out if o.rule == 4}
    return replace(touched, corrected={**taken_back, **touched.corrected})


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
        return WORDED
    return None


def _words(summary: Json | None) -> str:
    return "nothing" if summary is None or summary["best"] is None else _span(summary)


def _span(summary: Json) -> str:
    best, span = figure(summary["best"]), interval(summary["low"], summary["high"])
    return best if best == span else f"{best} [{span}]"
