"""Tokens -> numbers as they stand: digits, words and vague plurals, without any judgement of what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tallywire.core.quantity import Number as Value
from tallywire.core.quantity import plain
from tallywire.extract.tokens import Token
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


_UNITS: Final = _ints("units")
_TENS: Final = _ints("tens")
_SMALL: Final = {**_UNITS, **_TENS}
_SCALES: Final = _ints("scales")
_SUFFIXES: Final = _ints("suffixes")
_UNSURE: Final = _ints("unsure suffixes")
_VAGUE: Final = _sizes()
_FEW: Final = words("numerals", "few")
_PARTS: Final = {key: float(value) for key, value in values("numerals", "fractions").items()}
_ORDINALS: Final = words("numerals", "ordinals")
_MONEY: Final = frozenset(values("units", "currency signs")) | frozenset(values("units", "currency codes"))
_NAMED: Final[dict[str, Surface]] = {"ordinal": "ordinal", "time": "time", "date": "date", "model": "model"}
_GLYPHS: Final = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75}

# Any of these in a sentence, or a digit, makes it worth tokenizing.
WORDS: Final = frozenset(_SMALL) | frozenset(_SCALES) | frozenset(_VAGUE) | _FEW | frozenset(_PARTS) | _ORDINALS


def numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of a sentence in order. They never overlap."""
    found: list[Number] = []
    at, end = 0, len(tokens)
    while at < end:
        token = tokens[at]
        number = None
        if token.kind == "word":
            if token.lower in WORDS:
                number = _in_words(tokens, at, found[-1].last if found else 0)
        elif token.kind == "number":
            number = _in_digits(tokens, at)
        elif token.kind in _NAMED:
            number = _number(tokens, at, at + 1, None, _NAMED[token.kind])
        elif token.text in _GLYPHS:
            number = _number(tokens, at, at + 1, _GLYPHS[token.text], "fraction")
        if number:
            found.append(number)
            at = number.last
        else:
            at += 1
    return found


def _number(
    tokens: Sequence[Token],
    first: int,
    last: int,
    value: Value | None,
    surface: Surface,
    scale: int = 1,
    size: tuple[Value, Value] | None = None,
) -> Number:
    if value is not None:
        value = plain(round(value, 10) if isinstance(value, float) and abs(value) < 1e15 else value)
    return Number(first, last, tokens[first].start, tokens[last - 1].end, value, value, surface, scale, size)


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _in_digits(tokens: Sequence[Token], at: int) -> Number | None:
    value, last = _digits(tokens, at)
    first = _minus(tokens, at)
    surface: Surface = "digits"
    if (
        _lower(tokens, last) in {"/", "⁄"}
        and _is_digits(tokens, last + 1)
        and tokens[last + 1].start == tokens[last].end
    ):
        below = _digits(tokens, last + 1)[0]
        if below and _lower(tokens, last + 2) != "/":
            return _number(tokens, first, last + 2, value / below, "fraction")
    if _lower(tokens, last) in {"½", "¼", "¾", "⅓", "⅔"}:
        value, last = value + _GLYPHS[tokens[last].text], last + 1
    value, last = _and_a_half(tokens, value, last)
    scale, last = _scale(tokens, first, last)
    if first < at:
        value = -value
    return _number(tokens, first, last, value * scale, surface, scale)


def _is_digits(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].kind == "number"


def _digits(tokens: Sequence[Token], at: int) -> tuple[Value, int]:
    """The value of a token of digits; "15, 200" is one figure when a word follows and no list is under way."""
    surface = tokens[at].text
    if _is_digits(tokens, at + 2) and _torn(tokens, at):
        return int(surface + tokens[at + 2].text), at + 3
    bare = surface.translate(_SEPARATORS)
    if "," in bare:
        bare = bare.replace(",", "")
    if bare.count(".") > 1 or (_thousands(bare) and not _scaled(tokens, at + 1)):
        bare = bare.replace(".", "")
    return (float(bare) if "." in bare else int(bare[:300])), at + 1


_SEPARATORS: Final = {ord(sign): None for sign in "'’ \u00a0\u2009\u202f"}


def _thousands(bare: str) -> bool:
    """ "12.000" and "3.500" group thousands: nobody writes a count's decimals with idle zeros."""
    whole, _, decimals = bare.partition(".")
    return len(decimals) == 3 and decimals.endswith("00") and whole != "" and whole[0] != "0" and len(whole) <= 3


def _scaled(tokens: Sequence[Token], at: int) -> bool:
    """Whether a scale, a per cent sign or a short unit makes decimals likely."""
    following = _lower(tokens, at)
    return (
        following in _SCALES
        or following in {"%", "percent", "per"}
        or (0 < len(following) <= 2 and following.isalpha())
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


def _minus(tokens: Sequence[Token], at: int) -> int:
    """Where a negative number starts: "minus-130", "minus 5", "-1.4"; a dash after a word or figure is no sign."""
    before = _lower(tokens, at - 1)
    if before == "minus":
        return at - 1
    if before in {"-", "−"} and tokens[at - 1].end == tokens[at].start:
        if _lower(tokens, at - 2) == "minus":
            return at - 2
        if (
            at < 2
            or tokens[at - 2].end < tokens[at - 1].start
            or tokens[at - 2].text in _MONEY
            or tokens[at - 2].text == "("
        ):
            return at - 1
    return at


def _scale(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """What multiplies the figure: "3 million", "27-hundred", "12K", "4 hundred million"."""
    scale = 1
    if last < len(tokens) and tokens[last].start == tokens[last - 1].end:
        letter = tokens[last].text
        if letter in _SUFFIXES and tokens[last].kind == "word":
            return _SUFFIXES[letter], last + 1
        if letter in _UNSURE and (_lower_money(tokens, first - 1) or _counted(tokens, last + 1)):
            return _UNSURE[letter], last + 1
    while True:
        at = last + 1 if _lower(tokens, last) == "-" and last + 1 < len(tokens) else last
        following = tokens[at] if at < len(tokens) else None
        if following is None or following.kind != "word":
            return scale, last
        factor = _SCALES.get(following.lower) or (_SUFFIXES.get(following.text, 0) if len(following.text) > 1 else 0)
        if not factor or scale > 10**12 or following.lower == "score":
            return scale, last
        scale, last = scale * factor, at + 1


def _lower_money(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and (
        tokens[at].text in _MONEY or (tokens[at].text in "-=" and _lower_money(tokens, at - 1))
    )


def _counted(tokens: Sequence[Token], at: int) -> bool:
    """Whether a plural noun stands here: "10m people" counts millions, "10m high" does not."""
    following = _lower(tokens, at)
    return following in {"people", "men", "women", "children"} or (len(following) > 4 and following.endswith("s"))


def _and_a_half(tokens: Sequence[Token], value: Value, last: int) -> tuple[Value, int]:
    at = last
    if _lower(tokens, at) == "-":
        at += 1
    if _lower(tokens, at) != "and":
        return value, last
    at += 2 if _lower(tokens, at + 1) == "-" else 1
    if _lower(tokens, at) == "a" and _lower(tokens, at + 1) in {"half", "quarter"}:
        return value + (0.5 if tokens[at + 1].lower == "half" else 0.25), at + 2
    if _lower(tokens, at) == "a" and _lower(tokens, at + 2) in {"half", "quarter"}:
        return value + (0.5 if tokens[at + 2].lower == "half" else 0.25), at + 3
    return value, last


def _in_words(tokens: Sequence[Token], at: int, since: int) -> Number | None:
    """A number that starts with a word. `since`: where the number before it ended."""
    lower = tokens[at].lower
    first = at - 1 if at > since and _lower(tokens, at - 1) in {"a", "an"} else at
    if lower in _VAGUE:
        return _vague(tokens, at)
    if lower in _FEW:
        return _few(tokens, first, at)
    if lower in _SMALL:
        return _figure_words(tokens, at)
    if lower in _SCALES:
        return _bare_scale(tokens, first, at)
    return _part(tokens, first, at)


def _bare_scale(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """ "a hundred", "a dozen", "million-dollar"; a bare "score" is a verb or a result."""
    if tokens[at].lower == "score" and first == at:
        return None
    value, last = _run(tokens, at)
    value, last = _and_a_half(tokens, value, last) if value == 1 else (value, last)
    return _number(tokens, first, last, value, "words", _SCALES[tokens[at].lower])


def _figure_words(tokens: Sequence[Token], at: int) -> Number:
    first = _minus(tokens, at)
    value, last = _run(tokens, at)
    point = last + 1 if _lower(tokens, last) == "-" else last
    if _lower(tokens, point) == "point" and value < 1000:
        value, last = _decimals(tokens, value, last, point + 1)
    part = last + 1 if _lower(tokens, last) == "-" else last
    below = _PARTS.get(_lower(tokens, part))
    if below and part < len(tokens) and _is_part(tokens, at, part, value):
        return _number(tokens, first, part + 1, 0.5 * value if below == 0.5 else value / below, "fraction")
    half, after = _and_a_half(tokens, value, last)
    scale, end = _scale(tokens, first, after) if after > last or isinstance(value, float) else (1, last)
    if after > last:
        value, last = half, after
    last = max(last, end)
    value = value * scale
    return _number(
        tokens, first, last, -value if first < at else value, "words", scale if scale > 1 else _last_scale(tokens, last)
    )


def _last_scale(tokens: Sequence[Token], last: int) -> int:
    return _SCALES.get(_lower(tokens, last - 1), 1)


def _is_part(tokens: Sequence[Token], at: int, part: int, value: Value) -> bool:
    """ "two-thirds", "one quarter of"; not "one third-placed" nor "the two second halves"."""
    lower = tokens[part].lower
    if lower.endswith("s") or lower == "half":
        return lower != "seconds"
    return value == 1 and (tokens[part - 1].text == "-" or _lower(tokens, part + 1) == "of")


def _run(tokens: Sequence[Token], at: int) -> tuple[Value, int]:
    """The value of the longest run of number words from here: "two hundred and fifty thousand"."""
    total, here, last, room = 0, 0, at, 10**18
    while at < len(tokens):
        lower = tokens[at].lower
        if lower in _SMALL:
            small = _SMALL[lower]
            if small >= room or (small == 0 and last < at):
                break
            here += small
            room = 10 if lower in _TENS else 0
            last = at = at + 1
        elif lower in _SCALES and lower != "score":
            factor = _SCALES[lower]
            if factor <= 100:
                here = (here or 1) * factor
                room = 100 if factor == 100 else 0
            else:
                total, here, room = (
                    (total + (here or (0 if total else 1)) * factor, 0, factor)
                    if here or not total
                    else (total * factor, 0, 0)
                )
            last = at = at + 1
        elif (lower == "-" and last == at and _more(tokens, at + 1)) or (
            lower == "and"
            and room > 10
            and last == at
            and _lower(tokens, at - 1) in _SCALES
            and _lower(tokens, at + 1) in _SMALL
            and _one_figure(tokens, at + 1)
        ):
            at += 1
        else:
            break
    return total + here, last


def _more(tokens: Sequence[Token], at: int) -> bool:
    lower = _lower(tokens, at)
    return lower in _SMALL or lower in _SCALES


def _one_figure(tokens: Sequence[Token], at: int) -> bool:
    """ "a hundred and fifty" is one figure, "one hundred and two hundred" two."""
    after = at + 2 if _lower(tokens, at + 1) == "-" else at + 1
    return (
        _lower(tokens, after) not in {"hundred", "thousand", "million", "billion"}
        or _lower(tokens, at - 2) != "hundred"
        or _lower(tokens, after) != "hundred"
    )


def _decimals(tokens: Sequence[Token], value: Value, last: int, at: int) -> tuple[Value, int]:
    digits = ""
    at += _lower(tokens, at) == "-"
    while _lower(tokens, at) in _UNITS and _UNITS[tokens[at].lower] < 10 and len(digits) < 9:
        digits += str(_UNITS[tokens[at].lower])
        last = at + 1
        at += 2 if _lower(tokens, at + 1) == "-" else 1
    return (float(f"{value}.{digits}"), last) if digits else (value, last)


def _vague(tokens: Sequence[Token], at: int) -> Number | None:
    """ "thousands", "tens of thousands"."""
    low, high = _VAGUE[tokens[at].lower]
    last = at + 1
    if tokens[at].lower in {"tens", "dozens", "scores", "hundreds", "thousands"} and _lower(tokens, at + 1) == "of":
        outer = _VAGUE.get(_lower(tokens, at + 2))
        if outer and outer[0] > low:
            low, high, last = low * outer[0], high * outer[0], at + 3
    if tokens[at].lower == "tens" and last == at + 1:
        return None
    return _number(tokens, at, last, None, "vague", size=(low, high))


def _few(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """ "several", "a few", "a couple of", and with a scale "several hundred", "a few thousand"."""
    last = at + 1
    if tokens[at].lower in {"couple", "handful"}:
        if first == at or _lower(tokens, last) != "of":
            return None
        if _lower(tokens, last + 1) in _SCALES:
            last += 1
    scale = _SCALES.get(_lower(tokens, last), 0)
    if scale:
        return _number(tokens, first, last + 1, None, "vague", scale, (2 * scale, 9 * scale))
    return _number(tokens, first, at + 1, None, "few", size=(2, 9))


def _part(tokens: Sequence[Token], first: int, at: int) -> Number | None:
    """Halves, thirds and ordinals."""
    lower = tokens[at].lower
    if lower in {"half", "quarter"}:
        after = at + 1
        while _lower(tokens, after) in {"a", "an", "-", "of"}:
            after += 1
        if (
            _lower(tokens, after) in _SCALES
            and after > at
            and tokens[after].lower != "score"
            and _half_of_scale(tokens, at, after)
        ):
            scale = _SCALES[tokens[after].lower]
            return _number(tokens, first, after + 1, scale * (0.5 if lower == "half" else 0.25), "words", scale)
    following = _lower(tokens, at + 1)
    if lower == "half" and (
        following in {"of", "the", "its", "their", "his", "her", "all", "that", "this"} or _hedged(tokens, at - 1)
    ):
        return _number(tokens, first, at + 1, 0.5, "fraction")
    if first < at and following == "of" and lower in _PARTS and not lower.endswith("s"):
        return _number(tokens, first, at + 1, 1 / _PARTS[lower] if _PARTS[lower] > 1 else 0.5, "fraction")
    return _number(tokens, at, at + 1, None, "ordinal") if lower in _ORDINALS else None


def _half_of_scale(tokens: Sequence[Token], at: int, after: int) -> bool:
    """ "half a million", "half-million", "quarter of a million"; not "half of million-dollar deals"."""
    between = [tokens[i].lower for i in range(at + 1, after)]
    return between in (["a"], ["-"], ["-", "a", "-"], ["of", "a"], ["an"])


def _hedged(tokens: Sequence[Token], at: int) -> bool:
    return _lower(tokens, at) in {"almost", "nearly", "about", "around", "roughly", "over", "than", "least", "under"}
