"""Whether a moved estimate deserves a message by each of its rules, and the message's way into the outbox.

Called by decide, in its transaction. What is held back, and what was taken in quietly, is kept in the store: a restart
forgets neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from tallywire.core import alerting, wording
from tallywire.core.alerting import Correction, Decision, Wait
from tallywire.core.definition import AlertRule, QuietHours
from tallywire.core.estimate import same
from tallywire.core.events import AlertRaised, RuleStarted, alert_id, alert_stream, estimate_stream
from tallywire.core.findings import behind
from tallywire.eventstore.base import Row, Transaction
from tallywire.folding import Folder
from tallywire.localtime import quiet_until

Json = dict[str, Any]
META_HELD: Final = "held"  # {estimate: {rule: Held as JSON}}
# {"articles": n, "old": n, "before": {estimate: summary|null}, "rules": {estimate: [who would tell it]}} since the last
META_QUIET: Final = "quiet"
_GRAVITY: Final = {"critical": 2, "warning": 1}
LIVE: Final = "9999-12-31"  # newer than any horizon: not a dated report


@dataclass(frozen=True, slots=True)
class Desk:
    """What the decision needs of the configuration: where alerts go, and how often at most about one estimate.

    `interval` and `live_horizon` are for rules that set none. `quiet_hours`: when no summary is sent. `known`: the
    channels that there are (None: all that are named).
    """

    route: Callable[[Sequence[str]], list[str]]
    interval: timedelta = timedelta(seconds=60)
    live_horizon: timedelta | None = None
    quiet_hours: QuietHours | None = None
    known: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A message held back: until when and since when, the corrections that it will have to tell of, and what holds it
    (None: only the usual interval, which is not worth a word)."""

    until: datetime
    since: datetime
    corrected: dict[str, str]
    why: str | None = None


Key = tuple[str, str]  # an estimate and the name of one of its rules


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule compares with, and the alert that told it. `is_new`: the rule judges for the first time."""

    value: Json | None
    alert: str | None
    is_new: bool


@dataclass(slots=True)
class Touched:
    """What was recorded about one estimate since the checkpoint. Quiet only if all of it was.

    `newest`: the newest publication date (ISO) of the reports among it, LIVE where it is more than dated reports.
    """

    quiet: bool = True
    corrected: dict[str, str] = field(default_factory=dict)  # claims withdrawn, read anew or worded so, and why
    last: int | None = None  # position of the last such event
    newest: str = ""


@dataclass(slots=True)
class Told:
    """What came of it: alerts raised for somebody, and what is held."""

    raised: list[str] = field(default_factory=list)
    held: dict[Key, Held] = field(default_factory=dict)
    summary_at: datetime | None = None  # the summary waits until then

    @property
    def held_until(self) -> datetime | None:
        """When the first of what is held is to be decided again."""
        waits = [held.until for held in self.held.values()]
        return min([*waits, self.summary_at] if self.summary_at else waits, default=None)


@dataclass(frozen=True, slots=True)
class Teller:
    """One decision's hands. `held`: what was held until now."""

    tx: Transaction
    desk: Desk
    folder: Folder
    now: datetime
    told: Told
    held: dict[Key, Held]

    def judge(self, estimate: str, before: Json | None, after: Json, touched: Touched, revision: int) -> None:
        """Compares with what each rule last told; raises, holds, or says nothing.

        A rule added to what stands raises nothing by that alone: it notes what it measures from.
        """
        moved = not same(before, after)
        measured = [(r, self._measure(estimate, r, before)) for r in self.folder.definitions[estimate].all_rules]
        decided = [(r, m, alerting.decide(self._request(estimate, r, m, after, touched))) for r, m in measured]
        said: set[str] = set()  # a channel that two rules name gets one message, the gravest
        for rule, measure, decision in sorted(decided, key=lambda each: -_GRAVITY.get(each[2].severity, 0)):
            action = decision.action if moved or not measure.is_new else "nothing"
            if action in ("send", "quiet"):
                said.update(self._raise(estimate, rule, decision, revision, said, touched))
                continue
            if measure.is_new:
                started = RuleStarted(estimate, rule.name, measure.value, measure.alert)
                self.tx.append(estimate_stream(estimate), started, cause=revision)
            if action == "hold":
                self._hold(estimate, rule, decision, touched)

    def _measure(self, estimate: str, rule: AlertRule, before: Json | None) -> Measure:
        row = self.tx.row("notified", estimate, rule.name)
        if row is not None:
            return Measure(row["value_json"], row["alert"], is_new=False)
        alerts = {each["id"]: each["position"] for each in self._alerts(estimate)}
        told = [each for each in self.tx.rows("notified", estimate=estimate) if each["alert"] in alerts]
        last = max(told, key=lambda each: int(alerts[each["alert"]]), default=None)
        value = alerting.starting_point(last and last["value_json"], before)
        return Measure(value, last["alert"] if last else None, is_new=True)

    def _request(
        self, estimate: str, rule: AlertRule, measure: Measure, after: Json, touched: Touched
    ) -> alerting.Request:
        held = self.held.get((estimate, rule.name))
        corrected = {**(held.corrected if held else {}), **touched.corrected}
        return alerting.Request(
            definition=self.folder.definitions[estimate],
            after=after,
            now=self.now,
            notified=measure.value,
            notified_alert=measure.alert,
            corrections=self._corrections(estimate, corrected),
            interval=self.desk.interval if rule.interval is None else timedelta(seconds=rule.interval),
            quiet=touched.quiet or self._is_old(rule, touched),
            rule=rule,
            waits=tuple(self._waits(estimate, rule)),
            held=f"held back since {held.since:%Y-%m-%d %H:%M} UTC ({held.why})" if held and held.why else None,
        )

    def _is_old(self, rule: AlertRule, touched: Touched) -> bool:
        horizon = self.desk.live_horizon if rule.live_horizon is None else timedelta(days=rule.live_horizon)
        return horizon is not None and bool(touched.newest) and touched.newest < f"{(self.now - horizon).date()}"

    def _waits(self, estimate: str, rule: AlertRule) -> list[Wait]:
        row = self.tx.row("estimate", estimate) or {}
        waits = [snooze] if (snooze := snoozed(row, self.now)) else []
        if rule.quiet_hours and rule.severity != "critical" and (until := quiet_until(self.now, rule.quiet_hours)):
            waits.append(Wait(until, f"quiet hours {rule.quiet_hours}"))
        return waits

    def _hold(self, estimate: str, rule: AlertRule, decision: Decision, touched: Touched) -> None:
        before = self.held.get((estimate, rule.name))
        corrected = {**(before.corrected if before else {}), **touched.corrected}
        since, why = (before.since, decision.held or before.why) if before else (self.now, decision.held)
        self.told.held[estimate, rule.name] = Held(decision.until or self.now, since, corrected, why)

    def _corrections(self, estimate: str, corrected: dict[str, str]) -> tuple[Correction, ...]:
        """What corrects something, with the alert that told people of it, where one did."""
        if not corrected:
            return ()
        alerts = {e["claim"]: a["id"] for a in self._alerts(estimate) for e in a["evidence_json"] or []}
        return tuple(Correction(claim, why, alerts.get(claim)) for claim, why in corrected.items())

    def _alerts(self, estimate: str) -> list[Row]:
        return self.tx.rows("alert", order="position", estimate=estimate)

    def _raise(
        self, estimate: str, rule: AlertRule, decision: Decision, revision: int, said: set[str], touched: Touched
    ) -> list[str]:
        """AlertRaised and, through the view, one queued delivery for each channel; gives the channels."""
        alert = alert_id(rule.name, estimate, revision)
        if self.tx.version(alert_stream(alert)):
            return []  # this very revision was told already
        definition = self.folder.definitions[estimate]
        channels: list[str] = []
        if decision.action == "quiet":
            self._note_quiet(estimate, rule, decision, touched)
        else:
            everybody = [*self.desk.route(rule.to or definition.to), *self._who_got_it(estimate, decision)]
            channels = [name for name in dict.fromkeys(everybody) if name not in said]
        elsewhere = "" if channels or decision.action == "quiet" else "; another rule has told its channels"
        evidence = wording.quoted(self.folder.evidence(decision.claims))
        words = wording.alert(estimate, definition.title, decision, evidence)
        event = AlertRaised(
            alert=alert,
            kind=decision.kind or "change",
            estimate=estimate,
            severity=decision.severity,
            title=words.title,
            text=words.text,
            reason=decision.reason + elsewhere,
            channels=channels,
            before=decision.compared,
            after=decision.after,
            evidence=evidence,
            notified=decision.notified,
            corrects=decision.corrects,
            revision=revision,
        )
        self.tx.append(alert_stream(alert), event, expected=0, cause=revision)
        if channels:
            self.told.raised.append(alert)
        return channels

    def _note_quiet(self, estimate: str, rule: AlertRule, decision: Decision, touched: Touched) -> None:
        """For the summary, but for what the rule only has to know: a first figure that it does not ask for."""
        if any(reason.is_news for reason in decision.reasons):
            old = 0 if touched.quiet else 1
            note_quiet(self.tx, {estimate: decision.compared}, old=old, rules={estimate: [rule.name]})

    def _who_got_it(self, estimate: str, decision: Decision) -> list[str]:
        """The channels that what is corrected went to, wherever alerts about this go by now."""
        corrected = {claim for reason in decision.reasons for claim in reason.corrected}
        if not corrected:
            return []
        wrong = [a for a in self._alerts(estimate) if a["id"] == decision.corrects or corrected & _claims_told(a)]
        rows = [row for alert in wrong for row in self.tx.rows("delivery", alert=alert["id"])]
        names = [row["channel"] for row in rows if row["state"] in ("queued", "delivered")]
        return [name for name in names if self.desk.known is None or name in self.desk.known]


def _claims_told(alert: Row) -> set[str]:
    """The claims that an alert named, or whose figures it gave."""
    after = alert["after_json"] or {"by": []}
    entries = [*(after.get("contradiction") or []), *(after.get("provisional") or []), *(alert["evidence_json"] or [])]
    return {*behind(after), *(entry["claim"] for entry in entries)}


def snoozed(row: Row, now: datetime) -> Wait | None:
    """The snooze that is on for an estimate's row, as what a message waits for."""
    snooze = row.get("snooze_json")
    if not snooze or datetime.fromisoformat(snooze["until"]) <= now:
        return None
    who = str(snooze["by"]).removeprefix("analyst:")
    return Wait(datetime.fromisoformat(snooze["until"]), f"snoozed by {who}: {snooze['why']}", snooze["unless_percent"])


# --- held and quiet ---------------------------------------------------------------------------------------------------


def load_held(tx: Transaction) -> dict[Key, Held]:
    """What is held back. All of it is decided again each time: what has to wait still is held again."""
    row = tx.row("meta", META_HELD)
    value: dict[str, dict[str, Json]] = row["value_json"] if row else {}
    return {(e, rule): _held_from(one) for e, rules in value.items() for rule, one in rules.items()}


def _held_from(value: Json) -> Held:
    until, since = (datetime.fromisoformat(value[name]) for name in ("until", "since"))
    return Held(until, since, value["corrected"], value["why"])


def save_held(tx: Transaction, before: dict[Key, Held], held: dict[Key, Held]) -> None:
    """Keeps what is held over a restart."""
    if held == before:
        return
    value: dict[str, dict[str, Json]] = {}
    for (estimate, rule), one in held.items():
        times = {"until": one.until.isoformat(), "since": one.since.isoformat()}
        value.setdefault(estimate, {})[rule] = {**times, "corrected": one.corrected, "why": one.why}
    tx.put("meta", {"name": META_HELD, "value_json": value})


def note_quiet(
    tx: Transaction,
    before: dict[str, Json | None],
    *,
    articles: int = 0,
    old: int = 0,
    rules: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Counts what goes into the next summary; an estimate's first `before` is the one that stays."""
    row = tx.row("meta", META_QUIET)
    value: Json = row["value_json"] if row else {"articles": 0, "old": 0, "before": {}}
    known = value.get("rules", {})
    value = {
        "articles": value["articles"] + articles,
        "old": value["old"] + old,
        "before": {**before, **value["before"]},
        "rules": {**known, **{e: list(dict.fromkeys([*known.get(e, ()), *names])) for e, names in rules.items()}},
    }
    tx.put("meta", {"name": META_QUIET, "value_json": value})
