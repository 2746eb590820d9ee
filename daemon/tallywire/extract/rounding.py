"""Rounded and exact forms of one figure within an article: "nearly 5,000" beside "4,973" is one claim, the exact one.

A form is rounded if it says so ("about", "nearly", "over", "at least"), has fewer significant digits, and the exact
figure rounds to it. Two forms further apart than a twentieth are two figures: whoever rounds 4,306 says "over 4,300".
Nothing may speak against one statement: kind and status are the same, sources and dates do not differ.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tallywire.core.claim import Claim
from tallywire.core.quantity import Number

_APART: Final = 0.05
_DIRECTIONS: Final = {"about": (-1, 1), "nearly": (-1, 0), "over": (0, 1), "at_least": (0, 1)}
_MOST: Final = 8  # exact figures that are tried for a rounded one; it bounds the work in a text full of them

Place = tuple[int, str]  # where the number starts, and the estimate


class Form(NamedTuple):
    """A claim as one form of a figure; `loose` where its estimate is one total: a date left out then says nothing."""

    claim: Claim
    loose: bool


def leads(forms: Sequence[Form]) -> Mapping[Place, Claim]:
    """For each rounded form the claim that gives its figure exactly."""
    exact: dict[tuple[str, str, str], list[tuple[Number, int, Claim]]] = {}
    for claim, _ in forms:
        if claim.bound == "exact" and claim.low:
            exact.setdefault(_group(claim), []).append((claim.low, -claim.number_start, claim))
    for group in exact.values():
        group.sort(key=lambda entry: entry[:2])
    found: dict[Place, Claim] = {}
    for form in forms:
        claim = form.claim
        group = exact.get(_group(claim), [])
        if group and claim.low and claim.bound in _DIRECTIONS and (lead := _lead(form, claim.low, group)):
            found[claim.number_start, claim.estimate] = lead
    return found


def _group(claim: Claim) -> tuple[str, str, str]:
    return claim.estimate, claim.kind, claim.status


def _lead(form: Form, rounded: Number, group: Sequence[tuple[Number, int, Claim]]) -> Claim | None:
    below, above = _DIRECTIONS[form.claim.bound]
    reach = min(_unit(rounded) / (2 if below and above else 1), _APART * rounded)
    at = bisect_left(group, rounded + below * reach, key=lambda entry: entry[0])
    for exact, _, claim in group[at : at + _MOST]:
        if exact > rounded + above * reach:
            return None
        if significant(exact) > significant(rounded) and _is_one_statement(form, claim):
            return claim
    return None


def significant(value: Number | None) -> int:
    """The significant digits of a figure."""
    return len(str(value or 0).replace(".", "").strip("0"))


def _unit(value: Number) -> float:
    """The step that a figure is rounded to: 1,000 for 4,000, 50 for 250, 500,000 for 1.5 million."""
    step = 1
    while value % (step * 10) == 0:
        step *= 10
    return 5 * step if value % (5 * step) == 0 else step


def _is_one_statement(form: Form, exact: Claim) -> bool:
    rounded = form.claim
    if rounded.kind == "component" and _cue(rounded) != _cue(exact):
        return False  # parts of the same size, but of other places or times
    if rounded.as_of != exact.as_of and not (form.loose and None in (rounded.as_of, exact.as_of)):
        return False
    return _same_source(rounded.source, exact.source)


def _same_source(one: str | None, other: str | None) -> bool:
    """Whether both may be one originator: "Lindqvist" is "Governor Ana Lindqvist"; nobody named is anybody."""
    if one is None or other is None:
        return True
    a, b = ({w for w in name.lower().split() if w != "the"} for name in (one, other))
    return a <= b or b <= a


def _cue(claim: Claim) -> str:
    return next((cue for cue in claim.rule.split("; ") if cue.startswith("component: ")), "")
