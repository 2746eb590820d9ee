"""What is tracked: one entry of config/estimates.yaml. The sentence is parsed by extract/track.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
