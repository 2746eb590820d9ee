"""alerts.yaml: when a changed estimate deserves a message. By default, by tag, by estimate, and further rules beside.

    default: {change: 5%, cooldown: 1 h, quiet hours: 22:00-07:00}
    tags: {front: {change: 100}}
    estimates: {la.structures: {on: width, stale after: 7 days}}
    rules: {boss: {change: 50%, tags: [front], to: [phone], severity: critical}}

An estimate's own rule is put together from the default, its tags in their order, its `alert` in estimates.yaml and its
entry here; what comes later goes before. Each further rule keeps its own memory of what it told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tallywire.config import typed
from tallywire.config.typed import Fields, items, mapping, nearest
from tallywire.config.yamlfile import ConfigError, Value
from tallywire.core.alerting import DEFAULT_RULE, KINDS
from tallywire.core.definition import AlertRule, QuietHours

Given = dict[str, Any]  # the fields of an AlertRule that a rule sets

KEYS: Final = (
    "change",
    "on",
    "kinds",
    "severity",
    "to",
    "interval",
    "cooldown",
    "live horizon",
    "quiet hours",
    "stale after",
)
_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_HOURS: Final = re.compile(r"(\d?\d:\d\d)\s*(?:-|–|to)\s*(\d?\d:\d\d)(?:\s+(\S+))?")
_DAY: Final = 86_400.0
_EVER: Final = 36_525.0  # days


@dataclass(frozen=True, slots=True)
class Further:
    """A rule beside an estimate's own; without estimates and tags it is for all."""

    rule: AlertRule
    estimates: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def is_for(self, estimate: str, tags: Sequence[str]) -> bool:
        return (not self.estimates and not self.tags) or estimate in self.estimates or bool({*tags} & {*self.tags})


@dataclass(frozen=True, slots=True)
class Rules:
    """What alerts.yaml holds. `receivers`: each `to` and its place; `named`: each estimate or tag and its place."""

    default: Given = field(default_factory=dict)
    tags: Mapping[str, Given] = field(default_factory=dict)
    estimates: Mapping[str, Given] = field(default_factory=dict)
    further: tuple[Further, ...] = ()
    receivers: tuple[tuple[tuple[str, ...], Value], ...] = ()
    named: tuple[tuple[str, str, Value], ...] = ()  # ("estimate" | "tag", name, place)

    def own(self, estimate: str, tags: Sequence[str], given: Given) -> AlertRule:
        """The estimate's own rule; `given` is its `alert` in estimates.yaml."""
        layers = [self.default, *(self.tags.get(tag, {}) for tag in tags), given, self.estimates.get(estimate, {})]
        return AlertRule(**{name: value for layer in layers for name, value in layer.items()})

    def beside(self, estimate: str, tags: Sequence[str]) -> tuple[AlertRule, ...]:
        return tuple(each.rule for each in self.further if each.is_for(estimate, tags))


def rules(value: Value | None, zone: str) -> Rules:
    """The rules; `zone` is that of quiet hours which name none. Raises ConfigError."""
    if value is None:
        return Rules()
    fields = Fields(value, ("default", "tags", "estimates", "rules"))
    receivers: list[tuple[tuple[str, ...], Value]] = []
    named: list[tuple[str, str, Value]] = []

    def one(entry: Value) -> Given:
        return _noted(entry, rule(entry, zone), receivers)

    def several(kind: str, entry: Value) -> dict[str, Given]:
        named.extend((kind, name, place) for name, place in mapping(entry).items())
        return {name: one(each) for name, each in mapping(entry).items()}

    return Rules(
        default=fields.take("default", one, {}),
        tags=fields.take("tags", lambda entry: several("tag", entry), {}),
        estimates=fields.take("estimates", lambda entry: several("estimate", entry), {}),
        further=fields.take("rules", lambda entry: _further(entry, zone, receivers, named), ()),
        receivers=tuple(receivers),
        named=tuple(named),
    )


def _noted(entry: Value, given: Given, receivers: list[tuple[tuple[str, ...], Value]]) -> Given:
    if "to" in given and isinstance(entry.content, dict):
        receivers.append((given["to"], entry.content["to"]))
    return given


def _further(
    value: Value,
    zone: str,
    receivers: list[tuple[tuple[str, ...], Value]],
    named: list[tuple[str, str, Value]],
) -> tuple[Further, ...]:
    found = []
    for name, entry in mapping(value).items():
        if name == DEFAULT_RULE:
            raise entry.error("is the name of every estimate's own rule; choose another one")
        fields = Fields(entry, (*KEYS, "estimates", "tags"))
        for kind, key in (("estimate", "estimates"), ("tag", "tags")):
            named.extend((kind, word, fields.at(key)) for word in fields.take(key, typed.texts, ()))
        given = _noted(entry, _given(fields, zone), receivers)
        chosen = {key: fields.take(key, typed.texts, ()) for key in ("estimates", "tags")}
        found.append(Further(AlertRule(**given, name=name), **chosen))
    return tuple(found)


def check_names(found: Rules, estimates: Sequence[str], tags: Sequence[str]) -> None:
    """Raises ConfigError for a rule about an estimate or a tag that there is not."""
    known = {"estimate": estimates, "tag": tags}
    for kind, name, place in found.named:
        if name not in known[kind]:
            raise place.error(f"there is no {kind} '{name}'{nearest(name, known[kind])}")


# --- one rule -------------------------------------------------------------------------------------------------------


def rule(value: Value, zone: str) -> Given:
    """The fields that a rule sets. Raises ConfigError."""
    return _given(Fields(value, KEYS), zone)


def _given(fields: Fields, zone: str) -> Given:
    given: Given = {}
    if fields.has("change"):
        given["change_percent"], given["change_absolute"] = _change(fields.at("change"))
    readers: dict[str, tuple[str, Any]] = {
        "on": ("on", _several("best", "low", "high", "width")),
        "kinds": ("kinds", _several(*KINDS)),
        "severity": ("severity", typed.one_of("info", "warning", "critical")),
        "to": ("to", typed.texts),
        "interval": ("interval", _length("s", 1.0, _DAY)),
        "cooldown": ("cooldown", _length("s", 1.0, 366 * _DAY, off=0.0)),
        "live horizon": ("live_horizon", _length("d", _DAY, _EVER * _DAY, off=_EVER)),
        "quiet hours": ("quiet_hours", lambda value: _hours(value, zone)),
        "stale after": ("stale", _length("d", _DAY, _EVER * _DAY, off=None)),
    }
    for key, (name, read) in readers.items():
        if fields.has(key):
            given[name] = read(fields.at(key))
    return given


def _several(*words: str) -> typed.Reader[tuple[str, ...]]:
    return lambda value: tuple(typed.one_of(*words)(item) for item in items(value))


def _length(unit: str, size: float, most: float, off: float | None = 0.0) -> typed.Reader[float | None]:
    """A length of time in `size` seconds each; `off` is what "off" stands for."""

    def read(value: Value) -> float | None:
        if is_off(value):
            return off
        found = typed.between(0, round(most), typed.duration(unit), timedelta.total_seconds, " seconds")(value)
        return found.total_seconds() / size

    return read


def is_off(value: Value) -> bool:
    return isinstance(value.content, str) and value.content.strip().casefold() in {"off", "no", "none"}


def _change(value: Value) -> tuple[float | None, int | float | None]:
    """5% | 100 | [5%, 100]."""
    percent: float | None = None
    absolute: int | float | None = None
    for item in items(value):
        if match := _PERCENT.fullmatch(typed.text(item)):
            percent = float(match[1])
        else:
            absolute = _absolute(item)
    return percent, absolute


def _absolute(value: Value) -> int | float:
    try:
        return typed.number(value)
    except ConfigError:
        raise value.error(f"'{typed.text(value)}' is neither a share (5%) nor a number (100)") from None


def _hours(value: Value, zone: str) -> QuietHours | None:
    """off | 22:00-07:00 | 22:00-07:00 Europe/Kyiv | {from: 22:00, to: 07:00, zone: Europe/Kyiv}."""
    if is_off(value):
        return None
    if isinstance(value.content, dict):
        fields = Fields(value, ("from", "to", "zone"))
        start, end = fields.need("from", typed.clock), fields.need("to", typed.clock)
        named = fields.take("zone", typed.zone, zone)
    else:
        match = _HOURS.fullmatch(typed.text(value))
        if match is None:
            raise value.error(f"'{typed.text(value)}' is not a span of hours; write it like 22:00-07:00")
        place = Value(value.file, value.line, value.key, match[1]), Value(value.file, value.line, value.key, match[2])
        start, end = typed.clock(place[0]), typed.clock(place[1])
        named = typed.zone(Value(value.file, value.line, value.key, match[3])) if match[3] else zone
    if start == end:
        raise value.error("begin and end at the same time; leave them out, or snooze the estimate")
    return QuietHours(f"{start:%H:%M}", f"{end:%H:%M}", named)
