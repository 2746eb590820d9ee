"""States of an estimate for the tests: summaries as the fold gives them, and a desk that is told of them in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tallywire.core.alerting import Correction, Decision, Request, decide, starting_point
from tallywire.core.definition import AlertRule, Definition

Json = dict[str, Any]
START = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


def state(best: float | None = None, low: float | None = None, high: float | None = None, **more: Any) -> Json:
    """A summary; low and high follow best, and `by` names a claim for it, unless given."""
    return {
        "best": best,
        "low": best if low is None else low,
        "high": best if high is None else high,
        "bound": None if best is None else "about",
        "as_of": None if best is None else "2025-02-28",
        "policy": "range",
        "planned": None,
        "originators": 1,
        "documents": 1,
        "contradiction": None,
        "provisional": [],
        "undated": False,
        "by": [] if best is None else [f"c{best:g}"],
        **more,
    }


def voice(originator: str | None, low: float, high: float | None = None, as_of: str | None = "2025-02-27") -> Json:
    """A side of a contradiction, or an unconfirmed figure."""
    top = low if high is None else high
    claim = f"{originator}-{low:g}"
    return {"originator": originator, "low": low, "high": top, "as_of": as_of, "reason": "a jump", "claim": claim}


def plan(low: float, high: float, kind: str = "additional") -> Json:
    return {"low": low, "high": high, "kind": kind, "originator": "Kyiv", "as_of": "2025-02-20", "claim": "plan"}


@dataclass
class Desk:
    """Tells people as the daemon does: what is sent or quiet becomes what the next state is compared with."""

    rule: AlertRule = field(default_factory=AlertRule)
    interval: timedelta = timedelta(0)
    now: datetime = START
    notified: Json | None = None
    alert: str | None = None
    seen: Json | None = None  # what stood before the first look
    started: bool = False
    sent: list[Decision] = field(default_factory=list)

    def look(self, after: Json, *corrections: Correction, seconds: float = 0, quiet: bool = False) -> Decision:
        self.now += timedelta(seconds=seconds)
        if not self.started:
            self.started = True
            self.notified = self.notified or starting_point(None, self.seen)
        decision = decide(
            Request(
                definition=Definition("mali.killed", "N soldiers killed in Mali", alert=self.rule),
                after=after,
                now=self.now,
                notified=self.notified,
                notified_alert=self.alert,
                corrections=corrections,
                interval=self.interval,
                quiet=quiet,
            )
        )
        if decision.action in ("send", "quiet"):
            self.notified, self.alert = decision.notified, f"alert{len(self.sent) + 1}"
            self.sent.append(decision)
        return decision
