"""What deserves an alert, and the reason why (or why not). Pure: the clock, the last told value and the rule come in.

An estimate's state is compared with what people were last told, never with the state before it: slow drift adds up
until it is worth a message, and a restart finds what was told in the store and repeats nothing. What comes out is one
decision per estimate, whatever happened at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from tallywire.core import findings
from tallywire.core.definition import AlertRule, Definition
from tallywire.core.findings import KINDS, Correction, Reason, behind

__all__ = [
    "DEFAULT_RULE",
    "KINDS",
    "Correction",
    "Decision",
    "Reason",
    "Request",
    "Wait",
    "decide",
    "stale",
    "starting_point",
    "told",
]

Json = dict[str, Any]
Action = Literal["send", "hold", "quiet", "nothing"]

DEFAULT_RULE: Final = "default"

_SEVERITY: Final = {
    "contradiction": "warning",
    "correction": "warning",
    "single-source jump": "warning",
    "undated report": "warning",
    "staleness": "warning",
    "system": "error",
}


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when a message has to wait, and why, in words. `unless_percent`: a move of the best figure by so much goes
    out all the same.
    """

    until: datetime
    why: str
    unless_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One estimate that may deserve a message, by one rule (None: the definition's own).

    `after` is a summary as in EstimateRevised. `notified` is the value of the last alert under this rule, or its
    `starting_point`, and `notified_alert` the id of the alert that told it. `corrections` are claims withdrawn,
    re-read, or worded as a correction since then. `quiet`: archives, backlogs and re-extraction, which are told in one
    summary. `waits`: quiet hours and a snooze that are on now. `held`: why a message about this was held back until
    now, and since when.
    """

    definition: Definition
    after: Json
    now: datetime
    notified: Json | None = None
    notified_alert: str | None = None
    corrections: tuple[Correction, ...] = ()
    interval: timedelta = timedelta(seconds=60)
    quiet: bool = False
    rule: AlertRule | None = None
    waits: tuple[Wait, ...] = ()
    held: str | None = None

    @property
    def by(self) -> AlertRule:
        return self.rule or self.definition.alert


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about an estimate now, and why.

    send     raise the alert and queue it for its channels
    quiet    raise it for no channel: it only sets what later changes are compared with
    hold     ask again at `until`, with the state of then; whatever went to and fro until then says nothing
    nothing  nothing

    `kinds` are those of the news, the weightiest first. `compared` is what was last told (None: nothing yet),
    `notified` what is told once this is raised. `claims` are ids behind the news, for the evidence. `corrects` is an
    alert's id. `held`: what holds the message back longer than the usual interval, in words.
    """

    action: Action
    reasons: tuple[Reason, ...]
    after: Json
    kinds: tuple[str, ...] = ()
    compared: Json | None = None
    notified: Json | None = None
    until: datetime | None = None
    corrects: str | None = None
    claims: tuple[str, ...] = ()
    rule: AlertRule = field(default_factory=AlertRule)
    held: str | None = None

    @property
    def kind(self) -> str | None:
        return self.kinds[0] if self.kinds else None

    @property
    def severity(self) -> str:
        if self.rule.severity is not None:
            return self.rule.severity
        return "warning" if any(_SEVERITY.get(k) == "warning" for k in self.kinds) else "info"

    @property
    def reason(self) -> str:
        """The decision in words, one line: the news, the weightiest first, or why there is none."""
        chosen = [r for r in self.reasons if r.is_news or r.kind is None] or list(self.reasons)
        order = {kind: place for place, kind in enumerate(KINDS)}
        return "; ".join(r.text for r in sorted(chosen, key=lambda r: order.get(r.kind or "", len(KINDS))))


def decide(request: Request) -> Decision:
    """Whether this estimate's state deserves a message now, later, silently or not at all."""
    compared = request.notified
    found = [_asked_for(r, request.by) for r in findings.findings(_comparison(request, compared))]
    news = [r for r in found if r.is_news]
    decision = Decision("nothing", tuple(found), request.after, compared=compared, rule=request.by)
    if not found:
        return replace(decision, reasons=(Reason("nothing is known yet, and nothing was"),))
    if not news:
        # A rule that does not ask for first figures still needs one to measure its changes from.
        unheard = [r for r in found if r.kind == "first figure"]
        return _raised(request, decision, "quiet", unheard) if unheard else decision
    if request.quiet:
        return _raised(request, decision, "quiet", news)
    if (wait := _longest_wait(request, compared, _kinds(news))) is not None:
        return _held(request, decision, wait, _kinds(news))
    if request.held:
        decision = replace(decision, reasons=(*found, Reason(f"{request.held}; it still holds")))
    return _raised(request, decision, "send", news)


def told(after: Json, at: datetime | None, rule: str = DEFAULT_RULE, known: Json | None = None) -> Json:
    """What people know once they were told this state: the value that later states are compared with.

    `at`: when the last message about the estimate went out, None where none has yet (what was taken in quietly).
    `known`: what was told before; people remember its sides as long as the contradiction is open.
    """
    planned = after["planned"]
    return {
        "rule": rule,
        "best": after["best"],
        "low": after["low"],
        "high": after["high"],
        "planned": planned and {name: planned[name] for name in ("low", "high", "kind")},
        "contradiction": after["contradiction"] and _sides(after["contradiction"], known),
        "provisional": [_entry(entry) for entry in after["provisional"]],
        "by": list(behind(after)),
        "at": at and at.isoformat(),
        **({"pin": after["pin"]} if after.get("pin") else {}),
    }


def starting_point(last: Json | None, before: Json | None) -> Json | None:
    """What a rule that has told nothing yet measures from, for good: what people were last told by any rule, else the
    state before its first decision, which no rule told.

    The rule itself has sent nothing, so that there is no message to keep a pause after.
    """
    if last is not None:
        return {**last, "at": None}
    return None if before is None else {**told(before, None), "rule": None}


def stale(last: datetime, now: datetime, limit: timedelta) -> Reason:
    """Whether an estimate has heard nothing for too long; `last` is when a claim last reached it."""
    silence = now - last
    words = f"no report for {silence.days} days"
    if silence < limit:
        return Reason(f"{words}, within the limit of {limit.days}", "staleness")
    return Reason(f"{words}; the limit is {limit.days}", "staleness", is_news=True)


def _sides(sides: Sequence[Json], known: Json | None) -> list[Json]:
    """A side that leaves and comes back, while others still contradict, would otherwise be news each time."""
    now = {side["originator"] for side in sides}
    remembered = [side for side in (known or {}).get("contradiction") or [] if side["originator"] not in now]
    return [*(_entry(side) for side in sides), *remembered]


def _entry(value: Json) -> Json:
    return {name: value[name] for name in ("originator", "low", "high", "claim")}


def _comparison(request: Request, compared: Json | None) -> findings.Comparison:
    return findings.Comparison(
        rule=request.by,
        near=request.definition.settings.near,
        apart=request.definition.settings.contradiction,
        told=compared or findings.NOTHING,
        after=request.after,
        corrections=request.corrections,
    )


def _asked_for(reason: Reason, rule: AlertRule) -> Reason:
    if not reason.is_news or not rule.kinds or reason.kind in rule.kinds:
        return reason
    return replace(reason, is_news=False, text=f"{reason.text} (not a kind that this estimate alerts on)")


# --- what a message waits for ---------------------------------------------------------------------------------------

# Not held by a cooldown: people act on the wrong figure until they know.
_URGENT: Final = frozenset({"correction", "contradiction"})


def _longest_wait(request: Request, compared: Json | None, kinds: tuple[str, ...]) -> Wait | None:
    """The wait that ends last, or None where the message may go out now."""
    waits = [w for w in request.waits if w.until > request.now and not _breaks_through(w, compared, request.after)]
    waits += [w for w in (_pause(request, kinds),) if w is not None]
    return max(waits, key=lambda wait: wait.until, default=None)


def _breaks_through(wait: Wait, compared: Json | None, after: Json) -> bool:
    old, new = (compared or findings.NOTHING)["best"], after["best"]
    if wait.unless_percent is None or old == new:
        return False
    return old is None or new is None or abs(new - old) * 100 >= wait.unless_percent * abs(old)


def _pause(request: Request, kinds: tuple[str, ...]) -> Wait | None:
    """The pause after the last message."""
    last = _last_message(request)
    # A last message in the future means that the clock was set back: waiting for that moment could take for ever.
    if last is None or last > request.now:
        return None
    pause, why = request.interval, "at most one message in {} about one estimate"
    cooldown = timedelta(seconds=request.by.cooldown)
    if cooldown > pause and not _URGENT.intersection(kinds):
        pause, why = cooldown, "a cooldown of {} after the last one"
    if request.now >= last + pause:
        return None
    return Wait(last + pause, why.format(f"{pause.total_seconds():g} s"))


def _held(request: Request, decision: Decision, wait: Wait, kinds: tuple[str, ...]) -> Decision:
    reason = Reason(f"held until {wait.until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC: {wait.why}")
    held = wait.why if wait in request.waits else None
    reasons = (*decision.reasons, reason)
    return replace(decision, action="hold", reasons=reasons, kinds=kinds, until=wait.until, held=held)


def _last_message(request: Request) -> datetime | None:
    at = request.notified["at"] if request.notified is not None else None
    return datetime.fromisoformat(at) if at is not None else None


def _raised(request: Request, decision: Decision, action: Action, news: Sequence[Reason]) -> Decision:
    at = request.now if action == "send" else _last_message(request)
    return replace(
        decision,
        action=action,
        kinds=_kinds(news),
        notified=told(request.after, at, request.by.name, decision.compared),
        corrects=_corrected_alert(request, news),
        claims=tuple(dict.fromkeys(claim for reason in news for claim in reason.claims)),
    )


def _kinds(news: Iterable[Reason]) -> tuple[str, ...]:
    found = {reason.kind for reason in news}
    return tuple(kind for kind in KINDS if kind in found)


def _corrected_alert(request: Request, news: Iterable[Reason]) -> str | None:
    """The alert that told what is corrected: the one that named the claim, else the last one."""
    corrected = {claim for reason in news if reason.kind == "correction" for claim in reason.corrected}
    if not corrected:
        return None
    named = [c.alert for c in request.corrections if c.claim in corrected and c.alert is not None]
    return named[0] if named else request.notified_alert
