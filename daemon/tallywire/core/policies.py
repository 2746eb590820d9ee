"""Policies that look at the same reading in another way: highest, lowest, corroborated."""

from __future__ import annotations

from dataclasses import replace

from tallywire.core.definition import FoldSettings, Policy
from tallywire.core.measure import within
from tallywire.core.picture import Picture
from tallywire.core.statements import Statement


def chosen(picture: Picture, policy: Policy, settings: FoldSettings) -> Picture:
    """The picture with `stands` as the policy wants it; anchored and range leave it as read."""
    if picture.stands is None or policy in ("anchored", "range"):
        return picture
    if policy == "highest":
        highest = max([picture.stands, *picture.highs], key=lambda s: (s.low, s.high, s.voice))
        return _standing(picture, highest, "policy highest: the highest voice of the last window")
    if policy == "lowest":
        return _standing(picture, picture.lowest, "policy lowest: the lowest count said since")
    return _corroborated(picture, settings)


def _standing(picture: Picture, stands: Statement | None, reason: str) -> Picture:
    """Moves the value within its range; low and high stay."""
    if stands is None or picture.stands is None:
        return picture
    around = [s for s in (*picture.lows, picture.stands, *picture.highs) if s is not stands]
    return replace(
        picture,
        stands=stands,
        reason=reason,
        lows=[s for s in around if s.low < stands.low],
        highs=[s for s in around if s.low >= stands.low],
    )


def _corroborated(picture: Picture, settings: FoldSettings) -> Picture:
    """The highest figure that k named originators bear out, their voices being k or more at n / near or above."""
    numbers = sorted((v.low for v in picture.voices), reverse=True)
    if len(numbers) < settings.voices:
        reason = f"policy corroborated: fewer than {settings.voices} named originators"
        return replace(picture, stands=None, reason=reason, lows=[], highs=[], sides=[])
    bar = numbers[settings.voices - 1]
    borne = [v for v in picture.voices if within(bar, v.low, settings.near)]
    stands = max(borne, key=lambda v: (v.low, v.voice))
    return _standing(picture, stands, f"policy corroborated: {settings.voices} originators bear it out")
