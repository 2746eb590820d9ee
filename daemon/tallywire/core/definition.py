"""What is tracked: one entry of config/estimates.yaml. The sentence is parsed by extract/track.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

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
class AlertRule:
    """When a changed estimate deserves a message. A change must pass every threshold that is set."""

    change_percent: float | None = None
    change_absolute: Number | None = None
    kinds: tuple[str, ...] = ()  # empty: every kind


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

    @property
    def title(self) -> str:
        """The sentence without its N: "North Korean soldiers deployed to Russia"."""
        return self.track.removeprefix("N ").strip()


def to_json(definition: Definition) -> dict[str, Any]:
    """JSON-native values, as EstimateDefined keeps them."""
    value = asdict(definition)
    for name in ("ignore", "parts", "adds", "to"):
        value[name] = list(value[name])
    value["same_as"] = {words: list(synonyms) for words, synonyms in definition.same_as.items()}
    value["alert"]["kinds"] = list(definition.alert.kinds)
    return value


def from_json(value: Mapping[str, Any]) -> Definition:
    """The way back. Fields that an older version did not know get their defaults; unknown ones are left out."""
    known = {f.name: value[f.name] for f in fields(Definition) if f.name in value}
    for name in ("ignore", "parts", "adds", "to"):
        known[name] = tuple(known.get(name, ()))
    known["same_as"] = {words: tuple(synonyms) for words, synonyms in known.get("same_as", {}).items()}
    known["settings"] = FoldSettings(**_known(FoldSettings, value.get("settings", {})))
    rule = _known(AlertRule, value.get("alert", {}))
    known["alert"] = AlertRule(**{**rule, "kinds": tuple(rule.get("kinds", ()))})
    return Definition(**known)


def _known(kind: type, value: Mapping[str, Any]) -> dict[str, Any]:
    return {f.name: value[f.name] for f in fields(kind) if f.name in value}


def fingerprint(definition: Definition) -> str:
    """Changes when what is extracted or how it is folded may change, and not with alert rules or receivers."""
    value = {k: v for k, v in to_json(definition).items() if k not in ("alert", "to", "was")}
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
