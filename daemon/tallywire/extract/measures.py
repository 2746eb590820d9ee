"""Units beside a number: money, per cent, and measures of length, time, weight and the like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from tallywire.extract.inflect import singular
from tallywire.extract.tokens import Token
from tallywire.extract.wordlists import values

CLASSES: Final = (
    "money",
    "percent",
    "length",
    "area",
    "volume",
    "weight",
    "duration",
    "temperature",
    "speed",
    "measure",
)


class Unit(NamedTuple):
    """`kind` is one of CLASSES, `name` the singular ("mile", "dollar"), tokens[first:last] the unit itself."""

    kind: str
    name: str
    first: int
    last: int


def _table(suffix: str) -> dict[str, tuple[str, str]]:
    tables = ((kind, values("units", kind + suffix)) for kind in CLASSES if not (suffix and kind == "money"))
    return {entry: (kind, name or entry) for kind, table in tables for entry, name in table.items()}


_WORDS: Final = _table("")
_SIGNS: Final = _table(" signs")
_CURRENCY: Final = dict(values("units", "currency signs"))
_CODES: Final = dict(values("units", "currency codes"))
_COUNTRY: Final = frozenset({"US", "U.S.", "HK", "A", "AU", "C", "CA", "CAN", "NZ", "NT", "S", "R", "Z"})
_DIMENSIONS: Final = frozenset(values("units", "dimensions"))
_PER: Final = {"h": "hour", "hr": "hour", "min": "minute", "s": "second"}  # a bare "s" is a sign only here
_BEFORE_UNIT: Final = frozenset({"square", "cubic", "nautical", "metric", "sq", "troy", "light"})


def money_before(tokens: Sequence[Token], at: int) -> Unit | None:
    """The currency right before tokens[at]: "$", "US $", "USD", "Rs.", "Y="."""
    i = at - 1
    while i >= 0 and tokens[i].text in {"-", "=", "."} and at - i < 3:
        i -= 1
    if i < 0:
        return None
    token = tokens[i]
    if token.text in _CURRENCY:
        first = i - 1 if i and tokens[i - 1].text in _COUNTRY else i
        return Unit("money", _CURRENCY[token.text], first, at)
    if token.text in _COUNTRY and i and tokens[i - 1].text in _CURRENCY:
        return Unit("money", _CURRENCY[tokens[i - 1].text], i - 1, at)
    if token.text in _CODES and (len(token.text) > 1 or tokens[at - 1].text == "="):
        return Unit("money", _CODES[token.text], i, at)
    return None


def unit_after(tokens: Sequence[Token], at: int) -> Unit | None:
    """The unit that starts at tokens[at], right after a number (a hyphen may tie them): "mm", "square miles", "%"."""
    if at and at < len(tokens) and tokens[at].text in {"-", "–"} and tokens[at].start == tokens[at - 1].end:
        return unit_after(tokens, at + 1) if at + 1 < len(tokens) and tokens[at + 1].kind == "word" else None
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.text == "(" or token.kind not in {"word", "symbol", "model", "punct"}:
        return None
    return _sign(tokens, at) or _word(tokens, at) or _foreign(tokens, at)


def _sign(tokens: Sequence[Token], at: int) -> Unit | None:
    token = tokens[at]
    attached = at > 0 and tokens[at - 1].end == token.start
    if token.text == "°" and at + 1 < len(tokens) and tokens[at + 1].text in {"C", "F"}:
        kind, name = _SIGNS["°" + tokens[at + 1].text]
        return Unit(kind, name, at, at + 2)
    if token.text in _SIGNS and (attached or not _letter_word(tokens, at)):
        kind, name = _SIGNS[token.text]
        if token.text == "sq":
            return _word(tokens, at)
        return _per_sign(tokens, kind, name, at)
    if token.text in _CURRENCY or (token.text in _CODES and len(token.text) > 1):
        return Unit("money", _CURRENCY.get(token.text) or _CODES[token.text], at, at + 1)
    return None


def _letter_word(tokens: Sequence[Token], at: int) -> bool:
    """A spaced single letter is a unit only in the form "5 W": a capital, and no initial of a name."""
    text = tokens[at].text
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if text == "in":
        return True
    if len(text) > 1 or not text.isalpha() or (following is not None and following.text == "/"):
        return False
    if text in {"p", "m", "g"}:
        return following is not None and following.kind == "word" and following.lower in {"a", "the"}
    return not (text in "WVCF" and (following is None or following.text != "." or at + 2 == len(tokens)))


def _per_sign(tokens: Sequence[Token], kind: str, name: str, at: int) -> Unit:
    """ "km/h" and "A/cm2" are one unit."""
    if at + 2 < len(tokens) and tokens[at + 1].text == "/" and tokens[at + 2].start == tokens[at + 1].end:
        below = tokens[at + 2].text
        if below in _PER:
            return Unit("speed", f"{name} per {_PER[below]}", at, at + 3)
        if below in _SIGNS or tokens[at + 2].kind == "model":
            return Unit(kind, name, at, at + 3)
    return Unit(kind, name, at, at + 1)


def _word(tokens: Sequence[Token], at: int) -> Unit | None:
    lower = tokens[at].lower
    pair = f"{lower} {singular(tokens[at + 1].lower)}" if at + 1 < len(tokens) else ""
    if lower in _BEFORE_UNIT and at + 1 < len(tokens):
        return _qualified(tokens, at)
    if pair in _WORDS:
        kind, name = _WORDS[pair]
        return Unit(kind, "percentage" if kind == "percent" else name, at, at + 2)
    found = _WORDS.get(singular(lower)) or _WORDS.get(lower)
    if found is None and "-" in lower:
        stem = tokens[at].text.partition("-")[0]
        found = _WORDS.get(singular(stem.lower())) or (_SIGNS.get(stem) if len(stem) > 1 else None)
    if found is None:
        return None
    kind, name = found
    if kind == "percent":
        return Unit(kind, "percentage", at, at + 1)
    return _per_word(tokens, kind, name, at)


def _qualified(tokens: Sequence[Token], at: int) -> Unit | None:
    """ "square miles", "cubic feet", "sq m", "metric tons"."""
    lower, following = tokens[at].lower, tokens[at + 1]
    found = _WORDS.get(singular(following.lower)) or _SIGNS.get(following.text)
    if found is None:
        return None
    kind, name = found
    if lower in {"square", "sq"}:
        return Unit("area", f"square {name}", at, at + 2)
    return Unit("volume" if lower == "cubic" else kind, f"{lower} {name}" if lower == "cubic" else name, at, at + 2)


def _per_word(tokens: Sequence[Token], kind: str, name: str, at: int) -> Unit:
    """ "miles per hour" is a speed, "miles wide" still a length, "degrees Celsius" one unit."""
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    below = tokens[at + 2].lower if at + 2 < len(tokens) else ""
    if kind == "length" and after == "per" and below in {"hour", "second", "minute"}:
        return Unit("speed", f"{name} per {below}", at, at + 3)
    if name == "degree" and after in {"celsius", "fahrenheit"}:
        return Unit(kind, after, at, at + 2)
    if (name == "degree" and after == "c") or (name == "degree" and after == "f"):
        return Unit(kind, "celsius" if after == "c" else "fahrenheit", at, at + 2)
    if name == "pound" and after == "sterling":
        return Unit("money", name, at, at + 2)
    return Unit(kind, name, at, at + 2 if after in _DIMENSIONS else at + 1)


def _foreign(tokens: Sequence[Token], at: int) -> Unit | None:
    """ "Australian dollars", "Danish crowns": a capitalised word before a currency."""
    if tokens[at].capital and tokens[at].kind == "word" and at + 1 < len(tokens):
        found = _WORDS.get(singular(tokens[at + 1].lower))
        if found and (found[0] == "money" or found[1] == "pound"):
            return Unit("money", found[1], at, at + 2)
    return None
