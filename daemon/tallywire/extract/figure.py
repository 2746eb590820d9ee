"""What digits and words have in common: the Number itself, its sign, its scale and "and a half"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tallywire.core.quantity import Number as Value
from tallywire.core.quantity import plain
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import values, words

Surface = Literal["digits", "words", "vague", "few", "fraction", "ordinal", "time", "date", "model"]


@dataclass(slots=True)
class Number:
    """A number in a sentence: tokens[first:last] of it, text[start:end] its surface.

    `low` and `high` are None for vague ones ("hundreds"), whose interval is `size`, and for ordinals, times, dates and
    model names, which are kept so that they can be named as left alone. `scale` is what words or letters multiplied the
    written figure by ("3 million": 1000000).
    """

    first: int
    last: int
    start: int
    end: int
    low: Value | None
    high: Value | None
    surface: Surface
    scale: int = 1
    size: tuple[Value, Value] | None = None
    ordered: Literal["", "range", "rise", "exchange", "or more", "score"] = ""  # what ranges.py found around it
    partner: Number | None = None  # the other end of a rise ("from 24 to 48") or of a "1,000 for 1,000"


def _ints(section: str) -> dict[str, int]:
    return {key: int(value) for key, value in values("numerals", section).items()}


def _sizes() -> dict[str, tuple[int, int]]:
    pairs = {key: value.split("-") for key, value in values("numerals", "vague").items()}
    return {key: (int(low), int(high)) for key, (low, high) in pairs.items()}


UNITS: Final = _ints("units")
TENS: Final = _ints("tens")
SMALL: Final = {**UNITS, **TENS}
SCALES: Final = _ints("scales")
_SUFFIXES: Final = _ints("suffixes")
_UNSURE: Final = _ints("unsure suffixes")
VAGUE: Final = _sizes()
FEW: Final = words("numerals", "few")
PARTS: Final = {key: float(value) for key, value in values("numerals", "fractions").items()}
ORDINALS: Final = words("numerals", "ordinals")
_MONEY: Final = frozenset(values("units", "currency signs")) | frozenset(values("units", "currency codes"))


def number(
    tokens: Sequence[Token],
    first: int,
    last: int,
    value: Value | None,
    surface: Surface,
    scale: int = 1,
    size: tuple[Value, Value] | None = None,
) -> Number:
    if value is not None:
        value = plain(float(f"{value:.12g}") if isinstance(value, float) else value)
    return Number(first, last, tokens[first].start, tokens[last - 1].end, value, value, surface, scale, size)


def sign(tokens: Sequence[Token], at: int) -> int:
    """Where a negative number starts: "minus-130", "minus 5", "-1.4"; a dash after a word or figure is no sign."""
    before = lower_at(tokens, at - 1)
    if before == "minus":
        return at - 1
    if before in {"-", "−"} and tokens[at - 1].end == tokens[at].start:
        if lower_at(tokens, at - 2) == "minus":
            return at - 2
        if (
            at < 2
            or tokens[at - 2].end < tokens[at - 1].start
            or tokens[at - 2].text in _MONEY
            or tokens[at - 2].text == "("
        ):
            return at - 1
    return at


def scale_after(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """What multiplies the figure: "3 million", "27-hundred", "12K", "4 hundred million"."""
    scale = 1
    if last < len(tokens) and tokens[last].start == tokens[last - 1].end:
        letter = tokens[last].text
        if letter in _SUFFIXES and tokens[last].kind == "word":
            return _SUFFIXES[letter], last + 1
        if letter in _UNSURE and (_money(tokens, first - 1) or _counted(tokens, last + 1)):
            return _UNSURE[letter], last + 1
    while True:
        at = last + 1 if lower_at(tokens, last) == "-" and last + 1 < len(tokens) else last
        following = tokens[at] if at < len(tokens) else None
        if following is None or following.kind != "word":
            return scale, last
        factor = SCALES.get(following.lower) or (_SUFFIXES.get(following.text, 0) if len(following.text) > 1 else 0)
        if not factor or scale > 10**12 or following.lower == "score":
            return scale, last
        scale, last = scale * factor, at + 1


def _money(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and (tokens[at].text in _MONEY or (tokens[at].text in "-=" and _money(tokens, at - 1)))


def _counted(tokens: Sequence[Token], at: int) -> bool:
    """Whether a plural noun stands here: "10m people" counts millions, "10m high" does not."""
    following = lower_at(tokens, at)
    return following in {"people", "men", "women", "children"} or (len(following) > 4 and following.endswith("s"))


def and_a_half(tokens: Sequence[Token], value: Value, last: int) -> tuple[Value, int]:
    at = last
    if lower_at(tokens, at) == "-":
        at += 1
    if lower_at(tokens, at) != "and":
        return value, last
    at += 2 if lower_at(tokens, at + 1) == "-" else 1
    if lower_at(tokens, at) == "a" and lower_at(tokens, at + 1) in {"half", "quarter"}:
        return value + (0.5 if tokens[at + 1].lower == "half" else 0.25), at + 2
    if lower_at(tokens, at) == "a" and lower_at(tokens, at + 2) in {"half", "quarter"}:
        return value + (0.5 if tokens[at + 2].lower == "half" else 0.25), at + 3
    return value, last
