"""Why an alert was sent: its rule, the arithmetic, the claims behind it, and each step of its way to each channel."""

from __future__ import annotations

from typing import Any

from tallywire.arguments import find
from tallywire.core.definition import AlertRule, from_json
from tallywire.core.events import alert_stream
from tallywire.core.findings import shown, threshold
from tallywire.core.quantity import figure, interval
from tallywire.deliver.render import short_id
from tallywire.eventstore.base import Reader, Row

Json = dict[str, Any]


def explain(reader: Reader, wanted: str) -> Json:
    """{id, title, kind, rule, reason, lines (for people), before, after, claims, steps, text}.

    `claims`: what it quoted, with the claim's state now. `steps`: {at, what, channel, attempt, note}, oldest first.
    """
    alert = find(reader, "alert", {"id": wanted})
    names = "id kind estimate severity title text reason raised_at acknowledged_at corrects".split()
    return {
        **{name: alert[name] for name in names},
        "rule": _rule_name(reader, alert),
        "before": alert["before_json"],
        "after": alert["after_json"],
        "lines": _lines(reader, alert),
        "claims": [_claim(reader, row) for row in alert["evidence_json"] or []],
        "steps": _steps(reader, alert),
        "corrected_by": [row["id"] for row in reader.rows("alert", corrects=alert["id"])],
    }


def _rule_name(reader: Reader, alert: Row) -> str | None:
    """The rule stands beside the value that it remembers as told; system alerts and digests have none."""
    raised = next(reader.events(stream=alert_stream(alert["id"]), types=["AlertRaised"], limit=1), None)
    told = raised.data["notified"] if raised else None
    return str(told["rule"]) if told else None


def _lines(reader: Reader, alert: Row) -> list[str]:
    lines = [
        f"Raised {str(alert['raised_at'])[:19]} UTC as {alert['kind']}, {alert['severity']}.",
        *_rule(reader, alert),
    ]
    lines += _arithmetic(reader, alert)
    lines.append(f"Reason: {alert['reason']}.")
    if alert["corrects"]:
        lines.append(f"It corrects alert #{alert['corrects'][:8]}.")
    for row in reader.rows("alert", corrects=alert["id"]):
        lines.append(f"It was corrected by alert #{row['id'][:8]}: {row['title']}")
    return lines


def _rule(reader: Reader, alert: Row) -> list[str]:
    """The rule as it is configured now; what it asked for then stands in the reason."""
    name = _rule_name(reader, alert)
    row = reader.row("estimate", alert["estimate"]) if name else None
    if row is None or not row["definition_json"]:
        return []
    for rule in from_json(row["definition_json"]).all_rules:
        if rule.name == name:
            return [f"Rule {name} (as configured now): {worded(rule)}."]
    return [f"Rule {name}, which is no longer configured."]


def worded(rule: AlertRule) -> str:
    """A rule in words, as `explain` and `check` read it back."""
    wanted = threshold(rule).removeprefix("the threshold of ") or "any change"
    parts = [f"{wanted} of {' or '.join(rule.on) if rule.on else 'the figure'}"]
    parts += [f"kinds {', '.join(rule.kinds)}"] if rule.kinds else []
    parts += [f"severity {rule.severity}"] if rule.severity else []
    parts += [f"to {', '.join(rule.to)}"] if rule.to else []
    parts += [f"at most one in {rule.interval:g} s"] if rule.interval is not None else []
    parts += [f"cooldown {rule.cooldown:g} s"] if rule.cooldown else []
    parts += [f"live horizon {rule.live_horizon:g} days"] if rule.live_horizon is not None else []
    parts += [f"quiet hours {rule.quiet_hours}"] if rule.quiet_hours else []
    parts += [f"stale after {rule.stale:g} days"] if rule.stale is not None else []
    return ", ".join(parts)


def _arithmetic(reader: Reader, alert: Row) -> list[str]:
    before, after = alert["before_json"], alert["after_json"]
    if after is None or after.get("best") is None:
        return []
    if before is None or before["best"] is None:
        return [f"Before: nothing was told. Told: {shown(after)}."]
    lines = [f"{_known_before(before, _rule_name(reader, alert))}: {shown(before)}. Told with this: {shown(after)}."]
    for name in ("best", "low", "high"):
        old, new = before[name], after[name]
        if old is not None and new is not None and old != new:
            share = f" = {(new - old) / abs(old) * 100:+.3g}%" if old else ""
            lines.append(f"  {name}: {figure(new)} - {figure(old)} = {new - old:+,}{share}")
    return lines


def _known_before(before: Json, rule: str | None) -> str:
    """Who told what the alert compares with: this rule, another one, or nobody yet."""
    teller = before.get("rule", rule)
    if teller is None:
        return "Stood, told to nobody, when the rule began"
    return "Told before" if teller == rule else f"Told before, by rule {teller}"


def _claim(reader: Reader, evidence: Json) -> Json:
    row = reader.row("claim", evidence.get("claim")) if evidence.get("claim") else None
    names = "claim originator outlet date file url quote".split()
    known = evidence.get("low") is not None
    return {
        **{name: evidence.get(name) for name in names},
        "figure": interval(evidence["low"], evidence["high"]) if known else None,
        "state": f"{row['state']} {row['state_reason'] or ''}".strip() if row else None,
    }


# --- its way out ----------------------------------------------------------------------------------------------------


def _steps(reader: Reader, alert: Row) -> list[Json]:
    """From the log; the attempts that came to nothing so far from the outbox."""
    steps = [_of(alert["raised_at"], "queued", channel, None, None) for channel in alert["channels_json"]]
    for event in reader.events(stream=alert_stream(alert["id"])):
        steps += _step(event.type, event.recorded_at, event.data, event.by)
    waiting = reader.rows("attempt", alert=alert["id"])
    for row in waiting:
        note = f"{row['last_error'] or 'no outcome yet'}" + (f"; next try {row['due'][:19]}" if row["due"] else "")
        steps.append(_of(row["last_at"], "tried", row["channel"], row["attempts"], note))
    return sorted(steps, key=lambda step: step["at"] or "")


def _step(kind: str, at: str, data: Json, by: str) -> list[Json]:
    if kind == "AlertDelivered":
        notes = ["marked as a possible repeat"] if data["repeat"] else []
        if data.get("merged_into"):
            notes.append(f"in one message with the newer {short_id(data['merged_into'])}")
        return [_of(at, "delivered", data["channel"], data["attempt"], ", ".join(notes) or None)]
    if kind == "AlertAbandoned":
        return [_of(at, "given up", data["channel"], data["attempts"], data["error"])]
    if kind in ("DeliveryRequeued", "DeliveryDropped"):
        what = "queued again" if kind == "DeliveryRequeued" else "dropped"
        return [_of(at, what, data["channel"], None, f"{data['why']} ({by})")]
    return [_of(at, "acknowledged", None, None, f"{data['why']} ({by})")] if kind == "AlertAcknowledged" else []


def _of(at: str | None, what: str, channel: str | None, attempt: int | None, note: str | None) -> Json:
    return {"at": at, "what": what, "channel": channel, "attempt": attempt, "note": note}
