"""Numbers written in words: "twenty-five thousand", "half a million", "tens of thousands", "two-thirds"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.core.quantity import Number as Value
from tallywire.extract.figure import (
    FEW,
    ORDINALS,
    PARTS,
    SCALES,
    SMALL,
    TENS,
    UNITS,
    VAGUE,
    Number,
    and_a_half,
    number,
    scale_after,
    sign,
)
from tallywire.extract.tokens import Token, lower_at


def in_words(tokens: Sequence[Token], at: int, since: int) -> Number | None:
    """A number that starts with a word. `since`: where the number before it ended."""
    lower = tokens[at].lower
    first = at - 1 if at > since and lower_at(tokens, at - 1) in {"a", "an"} else at
    if lower in VAGUE:
        return _vague(tokens, at)
    if lower in FEW:
        return _few(tokens, first, at)
    if lower in SMALL:
        return _figure_words(tokens, at)
    if lower in SCALES:
        return _bare_scale(tokens, first, at)
    return _part(tokens, first, at)


def _bare_scale(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """ "a hundred", "a dozen", "million-dollar"; a bare "score" is a verb or a result."""
    if tokens[at].lower == "score" and first == at:
        return None
    value, last = _run(tokens, at)
    value, last = and_a_half(tokens, value, last) if value == 1 else (value, last)
    return number(tokens, first, last, value, "words", SCALES[tokens[at].lower])


def _figure_words(tokens: Sequence[Token], at: int) -> Number:
    first = sign(tokens, at)
    value, last = _run(tokens, at)
    point = last + 1 if lower_at(tokens, last) == "-" else last
    if lower_at(tokens, point) == "point" and value < 1000:
        value, last = _decimals(tokens, value, last, point + 1)
    part = last + 1 if lower_at(tokens, last) == "-" else last
    below = PARTS.get(lower_at(tokens, part))
    if below and part < len(tokens) and _is_part(tokens, at, part, value):
        return number(tokens, first, part + 1, 0.5 * value if below == 0.5 else value / below, "fraction")
    half, after = and_a_half(tokens, value, last)
    scale, end = scale_after(tokens, first, after) if after > last or isinstance(value, float) else (1, last)
    if after > last:
        value, last = half, after
    last = max(last, end)
    value = value * scale
    return number(
        tokens, first, last, -value if first < at else value, "words", scale if scale > 1 else _last_scale(tokens, last)
    )


def _last_scale(tokens: Sequence[Token], last: int) -> int:
    return SCALES.get(lower_at(tokens, last - 1), 1)


def _is_part(tokens: Sequence[Token], at: int, part: int, value: Value) -> bool:
    """ "two-thirds", "one quarter of"; not "one third-placed" nor "the two second halves"."""
    lower = tokens[part].lower
    if lower.endswith("s") or lower == "half":
        return lower != "seconds"
    return value == 1 and (tokens[part - 1].text == "-" or lower_at(tokens, part + 1) == "of")


def _run(tokens: Sequence[Token], at: int) -> tuple[Value, int]:
    """The value of the longest run of number words from here: "two hundred and fifty thousand", and where it ends."""
    total, here, last, room = 0, 0, at, _NO_LIMIT
    while at < len(tokens):
        lower = tokens[at].lower
        if lower in SMALL:
            if SMALL[lower] >= room or (SMALL[lower] == 0 and last < at):
                break
            here += SMALL[lower]
            room = 10 if lower in TENS else 0
            last = at = at + 1
        elif lower in SCALES and lower != "score":
            total, here = _scaled(total, here, SCALES[lower])
            room = SCALES[lower]
            last = at = at + 1
        elif (lower == "-" and _more(tokens, at + 1)) or (lower == "and" and _and_goes_on(tokens, at)):
            at += 1
        else:
            break
    return total + here, last


_NO_LIMIT: Final = 10**18


def _scaled(total: int, here: int, factor: int) -> tuple[int, int]:
    """Hundreds and dozens scale what was just read; thousands and up close it into the total."""
    if factor <= 100:
        return total, (here or 1) * factor
    if here or not total:
        return total + (here or 1) * factor, 0
    return total * factor, 0  # "five thousand million"


def _and_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return lower_at(tokens, at - 1) in SCALES and lower_at(tokens, at + 1) in SMALL and _one_figure(tokens, at + 1)


def _more(tokens: Sequence[Token], at: int) -> bool:
    lower = lower_at(tokens, at)
    return lower in SMALL or lower in SCALES


def _one_figure(tokens: Sequence[Token], at: int) -> bool:
    """ "a hundred and fifty" is one figure, "one hundred and two hundred" two."""
    after = at + 2 if lower_at(tokens, at + 1) == "-" else at + 1
    return (
        lower_at(tokens, after) not in {"hundred", "thousand", "million", "billion"}
        or lower_at(tokens, at - 2) != "hundred"
        or lower_at(tokens, after) != "hundred"
    )


def _decimals(tokens: Sequence[Token], value: Value, last: int, at: int) -> tuple[Value, int]:
    digits = ""
    at += lower_at(tokens, at) == "-"
    while lower_at(tokens, at) in UNITS and UNITS[tokens[at].lower] < 10 and len(digits) < 9:
        digits += str(UNITS[tokens[at].lower])
        last = at + 1
        at += 2 if lower_at(tokens, at + 1) == "-" else 1
    return (float(f"{value}.{digits}"), last) if digits else (value, last)


def _vague(tokens: Sequence[Token], at: int) -> Number | None:
    """ "thousands", "tens of thousands"."""
    low, high = VAGUE[tokens[at].lower]
    last = at + 1
    if tokens[at].lower in {"tens", "dozens", "scores", "hundreds", "thousands"} and lower_at(tokens, at + 1) == "of":
        outer = VAGUE.get(lower_at(tokens, at + 2))
        if outer and outer[0] > low:
            low, high, last = low * outer[0], high * outer[0], at + 3
    if tokens[at].lower == "tens" and last == at + 1:
        return None
    return number(tokens, at, last, None, "vague", size=(low, high))


def _few(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """ "several", "a few", "a couple of", and with a scale "several hundred", "a few thousand"."""
    last = at + 1
    if tokens[at].lower in {"couple", "handful"}:
        if first == at or lower_at(tokens, last) != "of":
            return None
        if lower_at(tokens, last + 1) in SCALES:
            last += 1
    scale = SCALES.get(lower_at(tokens, last), 0)
    if scale:
        return number(tokens, first, last + 1, None, "few", scale, (2 * scale, 9 * scale))
    return number(tokens, first, at + 1, None, "few", size=(2, 9))


def _part(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """Halves, thirds and ordinals."""
    lower = tokens[at].lower
    if lower in {"half", "quarter"}:
        after = at + 1
        while lower_at(tokens, after) in {"a", "an", "-", "of"}:
            after += 1
        if (
            lower_at(tokens, after) in SCALES
            and after > at
            and tokens[after].lower != "score"
            and _half_of_scale(tokens, at, after)
        ):
            scale = SCALES[tokens[after].lower]
            return number(tokens, first, after + 1, scale * (0.5 if lower == "half" else 0.25), "words", scale)
    following = lower_at(tokens, at + 1)
    if lower == "half" and (
        following in {"of", "the", "its", "their", "his", "her", "all", "that", "this"} or _hedged(tokens, at - 1)
    ):
        return number(tokens, first, at + 1, 0.5, "fraction")
    if first < at and following == "of" and lower in PARTS and not lower.endswith("s"):
        return number(tokens, first, at + 1, 1 / PARTS[lower] if PARTS[lower] > 1 else 0.5, "fraction")
    return number(tokens, at, at + 1, None, "ordinal") if lower in ORDINALS else None


def _half_of_scale(tokens: Sequence[Token], at: int, after: int) -> bool:
    """ "half a million", "half-million", "quarter of a million"; not "half of million-dollar deals"."""
    between = [tokens[i].lower for i in range(at + 1, after)]
    return between in (["a"], ["-"], ["-", "a", "-"], ["of", "a"], ["an"])


def _hedged(tokens: Sequence[Token], at: int) -> bool:
    return lower_at(tokens, at) in {"almost", "nearly", "about", "around", "roughly", "over", "than", "least", "under"}
