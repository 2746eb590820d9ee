"""A number as it was reported: low, high and the bound that the wording puts on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Number = int | float
Bound = Literal["exact", "about", "at_least", "over", "nearly", "at_most", "up_to", "range", "vague"]

BOUNDS: Final[tuple[Bound, ...]] = (
    "exact",
    "about",
    "at_least",
    "over",
    "nearly",
    "at_most",
    "up_to",
    "range",
    "vague",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low` and `high` are equal for a single figure and both None for a vague one ("hundreds")."""

    low: Number | None
    high: Number | None
    bound: Bound = "exact"


def plain(value: Number) -> Number:
    """3000.0 becomes 3000, so that JSON and messages show a count as a count."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def figure(value: Number | None) -> str:
    """A number as people write it: 12000 -> "12,000"; 1.5 -> "1.5"; None -> "?"."""
    if value is None:
        return "?"
    value = plain(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def interval(low: Number | None, high: Number | None) -> str:
    """ "25,000-30,000", or one figure where both ends agree."""
    return figure(low) if low == high else f"{figure(low)}-{figure(high)}"
