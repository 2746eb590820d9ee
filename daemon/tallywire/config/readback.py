"""The alert rules in force, in plain words: what `tallywire check` reads back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from tallywire.core.definition import AlertRule, Definition
from tallywire.core.quantity import figure
from tallywire.deliver.channels import Channel, route, with_console

if TYPE_CHECKING:
    from tallywire.config import Config
    from tallywire.config.settings import Digest

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_USUAL: Final = AlertRule()


def of_estimate(definition: Definition, channels: Sequence[Channel]) -> list[tuple[str, str]]:
    """(rule's name, its words with the channels that it goes to) for the estimate's own rule and each further one."""
    return [
        (rule.name, f"{of_rule(rule)}; to {_receivers(rule, definition, channels)}") for rule in definition.all_rules
    ]


def of_rule(rule: AlertRule) -> str:
    """ "a change of at least 5% in best or width; a cooldown of 6 hours after a message"."""
    given = {f.name: getattr(rule, f.name) for f in fields(rule) if getattr(rule, f.name) != getattr(_USUAL, f.name)}
    return "; ".join([*([] if _thresholds(given) else ["every change"]), *_parts(given)])


def of_config(loaded: Config) -> list[str]:
    """A line for each rule as alerts.yaml gives it, for each digest, and for what holds for all."""
    rules, settings, everybody = loaded.rules, loaded.settings, with_console(loaded.channels)
    lines = [f"by default: {'; '.join(_parts(rules.default)) or 'every change'}"]
    for kind, entries in (("tag", rules.tags), ("estimate", rules.estimates)):
        lines += [f"{kind} {name}: {'; '.join(_parts(given)) or 'nothing else'}" for name, given in entries.items()]
    for further in rules.further:
        chosen = [*(f"tag {tag}" for tag in further.tags), *further.estimates]
        about = f"for {', '.join(chosen)}" if chosen else "for every estimate"
        to = f"; to {', '.join(further.rule.to)}" if further.rule.to else ""
        lines.append(f"rule {further.rule.name}, {about}: {of_rule(further.rule)}{to}")
    lines.append(
        f"at most one message about one estimate in {length(settings.interval_seconds)}, unless a rule says else"
    )
    if settings.live_horizon is not None:
        lines.append(f"reports older than {length(settings.live_horizon.total_seconds())} come in a summary only")
    if loaded.quiet_hours is not None:
        lines.append(f"summaries wait out the quiet hours {loaded.quiet_hours} too")
    lines += [_digest(digest, settings.zone, everybody) for digest in settings.digests]
    return lines if settings.digests else [*lines, "no digest"]


def _digest(digest: Digest, zone: str, channels: Sequence[Channel]) -> str:
    day = "day" if digest.weekday is None else _DAYS[digest.weekday]
    return f"digest {digest.name}: every {day} at {digest.at:%H:%M} {zone}, to {', '.join(route(digest.to, channels))}"


def _receivers(rule: AlertRule, definition: Definition, channels: Sequence[Channel]) -> str:
    return ", ".join(route(rule.to or definition.to, with_console(channels)))


def _parts(given: Mapping[str, Any]) -> list[str]:
    """What a rule sets, in the order in which it is asked."""
    return [*_thresholds(given), *_kinds(given), *_waits(given), *_rest(given)]


def _thresholds(given: Mapping[str, Any]) -> list[str]:
    percent, absolute = given.get("change_percent"), given.get("change_absolute")
    sizes = [] if percent is None else [f"{percent:g}%"]
    sizes += [] if absolute is None else [figure(absolute)]
    on = f"in {' or '.join(given['on'])}" if given.get("on") else ""
    if not sizes:
        return [f"every change {on}"] if on else []
    return [f"a change of at least {' and '.join(sizes)} {on}".rstrip()]


def _kinds(given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("kinds"):
        yield f"only {', '.join(given['kinds'])}"


def _waits(given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("interval") is not None:
        yield f"at most one message in {length(given['interval'])}"
    if "cooldown" in given:
        pause = f"a cooldown of {length(given['cooldown'])} after a message (not for corrections and contradictions)"
        yield pause if given["cooldown"] else "no cooldown"
    if "quiet_hours" in given:
        yield f"held in the quiet hours {given['quiet_hours']}" if given["quiet_hours"] else "no quiet hours"
    if given.get("live_horizon") is not None:
        yield f"reports older than {length(given['live_horizon'] * 86_400)} in a summary only"


def _rest(given: Mapping[str, Any]) -> Iterator[str]:
    if "stale" in given:
        silent = given["stale"]
        yield f"a message after {length(silent * 86_400)} without a report" if silent else "never stale"
    if given.get("severity"):
        yield f"severity {given['severity']}" + (" (knows no quiet hours)" if given["severity"] == "critical" else "")


def length(seconds: float) -> str:
    """ "6 hours", "90 minutes", "1 day": in the largest unit that needs no fraction."""
    for unit, size in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:,.0f} {unit}{'' if seconds == size else 's'}"
    return f"{seconds:g} seconds"
