"""What is tracked: one entry of config/estimates.yaml. The sentence is parsed by extract/track.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from tallywire.core.quantity import Number

Policy = Literal["anchored", "range", "latest", "highest", "lowest", "corroborated"]


@dataclass(frozen=True, slots=True)
class FoldSettings:
    """The fold's terms (DESIGN: near, jump, window), changeable per estimate."""

    near: float = 1.1
    jump: float = 2.0
    window_days: int = 90
    contradiction: float = 1.4
    contradiction_days: int = 14
    plan_days: int = 180
    voices: int = 2  # for `corroborated`


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times of day like "22:00"; an end before the start is the next day's. `zone` is an IANA name."""

    start: str
    end: str
    zone: str = "UTC"

    def __str__(self) -> str:
        return f"{self.start}-{self.end} {self.zone}"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When a changed estimate deserves a message, and what else holds for it.

    A change must pass every threshold that is set, on one of `on`: "best", "low", "high" or "width" (empty: best, and
    an end of the range that moves as far as contradictions lie apart). `to` and `severity` go before the estimate's
    own. Seconds: `interval` (at most one message in that time, None as configured for all), `cooldown` (the pause
    after a message, which corrections and contradictions do not wait for). Days: `live_horizon` (reports older than
    that are told in the summary only), `stale` (a message after so long without any report).
    """

    change_percent: float | None = None
    change_absolute: Number | None = None
    kinds: tuple[str, ...] = ()  # empty: every kind
    name: str = "default"
    on: tuple[str, ...] = ()
    severity: str | None = None
    to: tuple[str, ...] = ()
    interval: float | None = None
    cooldown: float = 0.0
    live_horizon: float | None = None
    quiet_hours: QuietHours | None = None
    stale: float | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One tracked estimate.

    `same_as` maps words of the sentence to their synonyms. `parts` name parts whose figures are never the total.
    `since` and `until` are ISO dates. `figures` is "running total", "add up" or "one per <something>".
    """

    id: str
    track: str
    policy: Policy = "anchored"
    figures: str = "running total"
    same_as: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    inside: str | None = None
    since: str | None = None
    until: str | None = None
    was: str | None = None
    settings: FoldSettings = field(default_factory=FoldSettings)
    alert: AlertRule = field(default_factory=AlertRule)
    to: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rules: tuple[AlertRule, ...] = ()  # further ones, each with its own memory of what it told

    @property
    def all_rules(self) -> tuple[AlertRule, ...]:
        return (self.alert, *self.rules)

    @property
    def title(self) -> str:
        """The sentence without its N: "North Korean soldiers deployed to Russia"."""
        return self.track.removeprefix("N ").strip()


def to_json(definition: Definition) -> dict[str, Any]:
    """JSON-native values, as EstimateDefined keeps them."""
    value = asdict(definition)
    for name in _LISTS:
        value[name] = list(value[name])
    value["same_as"] = {words: list(synonyms) for words, synonyms in definition.same_as.items()}
    for rule in (value["alert"], *value["rules"]):
        rule.update({name: list(rule[name]) for name in _RULE_LISTS})
    return value


def from_json(value: Mapping[str, Any]) -> Definition:
    """The way back. Fields that an older version did not know get their defaults; unknown ones are left out."""
    known = {f.name: value[f.name] for f in fields(Definition) if f.name in value}
    for name in _LISTS:
        known[name] = tuple(known.get(name, ()))
    known["same_as"] = {words: tuple(synonyms) for words, synonyms in known.get("same_as", {}).items()}
    known["settings"] = FoldSettings(**_known(FoldSettings, value.get("settings", {})))
    known["alert"] = _rule(value.get("alert", {}))
    known["rules"] = tuple(_rule(rule) for rule in value.get("rules", ()))
    return Definition(**known)


_LISTS: Final = ("ignore", "parts", "adds", "to", "tags", "rules")
_RULE_LISTS: Final = ("kinds", "on", "to")


def _rule(value: Mapping[str, Any]) -> AlertRule:
    known = _known(AlertRule, value)
    known.update({name: tuple(known.get(name, ())) for name in _RULE_LISTS})
    if known.get("quiet_hours"):
        known["quiet_hours"] = QuietHours(**known["quiet_hours"])
    return AlertRule(**known)


def _known(kind: type, value: Mapping[str, Any]) -> dict[str, Any]:
    return {f.name: value[f.name] for f in fields(kind) if f.name in value}


def fingerprint(definition: Definition) -> str:
    """Changes when what is extracted or how it is folded may change, and not with alert rules or receivers."""
    value = {k: v for k, v in to_json(definition).items() if k not in ("alert", "to", "tags", "rules", "was")}
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
