"""Tokens -> numbers as they stand: digits, words and vague plurals, without any judgement of what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tallywire.core.quantity import Number as Value
from tallywire.extract.figure import (
    FEW,
    ORDINALS,
    PARTS,
    SCALES,
    SMALL,
    VAGUE,
    Number,
    Surface,
    and_a_half,
    number,
    scale_after,
    sign,
)
from tallywire.extract.numerals import in_words
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import words

_NAMED: Final[dict[str, Surface]] = {"ordinal": "ordinal", "time": "time", "date": "date", "model": "model"}
_GLYPHS: Final = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75}

# Any of these in a sentence, or a digit, makes it worth tokenizing.
WORDS: Final = frozenset(SMALL) | frozenset(SCALES) | frozenset(VAGUE) | FEW | frozenset(PARTS) | ORDINALS


def numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of a sentence in order. They never overlap."""
    found: list[Number] = []
    at, end = 0, len(tokens)
    while at < end:
        token = tokens[at]
        here = None
        if token.kind == "word":
            if token.lower in WORDS:
                here = in_words(tokens, at, found[-1].last if found else 0)
        elif token.kind == "number":
            here = _in_digits(tokens, at)
        elif token.kind in _NAMED:
            here = number(tokens, at, at + 1, None, _NAMED[token.kind])
        elif token.text in _GLYPHS:
            here = number(tokens, at, at + 1, _GLYPHS[token.text], "fraction")
        if here:
            found.append(here)
        at = here.last if here else at + 1
    return found


def _in_digits(tokens: Sequence[Token], at: int) -> Number | None:
    value, last = _digits(tokens, at)
    first = sign(tokens, at)
    surface: Surface = "digits"
    if (
        lower_at(tokens, last) in {"/", "⁄"}
        and _is_digits(tokens, last + 1)
        and tokens[last + 1].start == tokens[last].end
    ):
        below = _digits(tokens, last + 1)[0]
        if below and lower_at(tokens, last + 2) != "/":
            return number(tokens, first, last + 2, value / below, "fraction")
    if lower_at(tokens, last) in {"½", "¼", "¾", "⅓", "⅔"}:
        value, last = value + _GLYPHS[tokens[last].text], last + 1
    value, last = and_a_half(tokens, value, last)
    scale, last = scale_after(tokens, first, last)
    if first < at:
        value = -value
    return number(tokens, first, last, value * scale, surface, scale)


def _is_digits(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].kind == "number"


def _digits(tokens: Sequence[Token], at: int) -> tuple[Value, int]:
    """The value of a token of digits; "15, 200" is one figure when a word follows and no list is under way."""
    surface = tokens[at].text
    if _is_digits(tokens, at + 2) and _torn(tokens, at):
        return int(surface + tokens[at + 2].text), at + 3
    bare = surface.translate(_SEPARATORS)
    if _DECIMAL_COMMA.fullmatch(bare):
        return float(bare.replace(",", ".")), at + 1
    if "," in bare:
        bare = bare.replace(",", "")
    if bare.count(".") > 1 or (_thousands(bare) and not _scaled(tokens, at + 1)):
        bare = bare.replace(".", "")
    return (float(bare) if "." in bare else int(bare[:300])), at + 1


_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")  # no token has this form but before a scale
_SEPARATORS: Final = {ord(sign): None for sign in "'’ \u00a0\u2009\u202f"}


def _thousands(bare: str) -> bool:
    """ "12.000" and "3.500" group thousands: nobody writes a count's decimals with idle zeros."""
    whole, _, decimals = bare.partition(".")
    return len(decimals) == 3 and decimals.endswith("00") and whole != "" and whole[0] != "0" and len(whole) <= 3


def _scaled(tokens: Sequence[Token], at: int) -> bool:
    """Whether a scale, a per cent sign or a short unit makes decimals likely."""
    following = lower_at(tokens, at)
    return (
        following in SCALES or following in {"%", "percent", "per"} or (0 < len(following) <= 2 and following.isalpha())
    )


def _torn(tokens: Sequence[Token], at: int) -> bool:
    """ "15, 200 men" as scanners print it, unlike the list "15, 200 and 300" or the date "May 15, 200 men"."""
    head, comma, tail = tokens[at], tokens[at + 1], tokens[at + 2]
    if comma.text != "," or comma.start != head.end or tail.start != comma.end + 1:
        return False
    if not (
        len(head.text) <= 3
        and head.text.isdigit()
        and head.text[0] != "0"
        and len(tail.text) == 3
        and tail.text.isdigit()
    ):
        return False
    following = tokens[at + 3] if at + 3 < len(tokens) else None
    if following is None or following.kind != "word" or following.lower in {"and", "or", "to"}:
        return False
    previous = tokens[at - 1] if at else None
    return previous is None or not (
        previous.text in {",", "."} or previous.kind == "number" or previous.lower in _MONTHS
    )


_MONTHS: Final = words("calendar", "months")
