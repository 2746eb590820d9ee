"""Which numbers are no plain counts, and why: dates, years, times, names, ages, measures, rates and the rest.

Judged by position in the sentence, so that a date is never taken for the end of an interval; what a number turned out
to count is judged in refusals_noun.py. The reasons are codes of REASONS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.extract.datelike import (
    BOUND_WORDS,
    JOINTS,
    MONTHS,
    STOPS,
    abbreviated_year,
    counts,
    dated,
    follows_date,
    is_clock,
    is_year,
    limits_age,
    plain_four,
)
from tallywire.extract.figure import Number
from tallywire.extract.inflect import looks_plural
from tallywire.extract.measures import money_before, unit_after
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import values, words

REASONS: Final = values("refusals", "reasons")

_WEEKDAYS: Final = words("calendar", "weekdays")
_LABELS: Final = words("refusals", "labels")
_STREETS: Final = words("refusals", "streets")
# More characters than this make an identifier; "1,000,000,000,000" has 17.
_LONGEST_COUNT: Final = 17
_RANKS: Final = frozenset({"top", "bottom"})
_RANK_OPENERS: Final = frozenset("the a an its their his her our my your in into within among this that".split())
_OPENING_SIGNS: Final = frozenset({":", "“", '"', "-", "–", "—", "(", "•", ","})
_REACHING: Final = frozenset({"date", "year", "clock time", "address"})
_SPEAKS: Final = frozenset("said says told who was has had added asked is died".split())
_GO_ON: Final = frozenset({"more", "others", "were", "are", "have", "died"})  # "In Peru 12 were killed": no name
_FIXED: Final = {"time": "clock time", "date": "date", "model": "model name", "ordinal": "ordinal"}


def before_ranges(tokens: Sequence[Token], numbers: Sequence[Number], row: bool = False) -> list[str | None]:
    """A reason for each number that its surroundings show to be a date, a name and so on; `row`: a table-like line."""
    reasons: list[str | None] = []
    for i, n in enumerate(numbers):
        if i and reasons[-1] == "age" and _joined(tokens, numbers[i - 1], n):
            reasons.append("age")  # "aged 18 to 65"
            continue
        if i and reasons[-1] is None and _model_number(tokens, numbers[i - 1], n):
            reasons.append("model name")
            continue
        after_date = i > 0 and reasons[-1] == "date" and follows_date(tokens, numbers[i - 1], n)
        is_date = dated(tokens, n) and not (i and reasons[-1] == "date" and n.first - numbers[i - 1].last == 1)
        reasons.append("date" if after_date or is_date else _placed(tokens, n, row))
    for i in range(len(numbers) - 2, -1, -1):
        _spread(tokens, numbers, reasons, i)
    return reasons


def _model_number(tokens: Sequence[Token], count: Number, n: Number) -> bool:
    """The 2 of "18 Leopard 2 tanks": names alone lead to it from a count, and what is counted follows."""
    between = tokens[count.last : n.first]
    if n.surface != "digits" or n.scale != 1 or not tokens[n.first].text.isdigit() or not 0 < len(between) <= 3:
        return False
    names = all(t.kind == "word" and t.capital and not looks_plural(t.lower) for t in between)
    return names and count.surface in {"digits", "words", "vague", "few"} and counts(tokens, n.last)


def _joined(tokens: Sequence[Token], a: Number, b: Number) -> bool:
    return b.first - a.last == 1 and lower_at(tokens, a.last) in JOINTS


def _placed(tokens: Sequence[Token], n: Number, row: bool) -> str | None:
    if n.surface in _FIXED:
        return _FIXED[n.surface]
    if n.surface == "fraction":
        return _slashed(tokens, n)
    if n.surface != "digits":
        return _spelled(tokens, n) if n.surface == "words" else None
    if money_before(tokens, n.first):
        return None
    for code, test in _TESTS:
        if test(tokens, n):
            return code
    return None if row or not _named(tokens, n) else "name"


def _spelled(tokens: Sequence[Token], n: Number) -> str | None:
    """ "phase two", "the bottom three", and the channel that calls itself "One"."""
    if limits_age(tokens, n):
        return "age"
    if not _ends_there(tokens, n):
        return None
    if _labelled(tokens, n):
        return "label"
    before = tokens[n.first - 1] if n.first else None
    named = before is not None and before.kind == "word" and before.capital and tokens[n.first].capital
    return "name" if named and n.low is not None and n.low < 5 else None


def _spread(tokens: Sequence[Token], numbers: Sequence[Number], reasons: list[str | None], i: int) -> None:
    """Reasons reach back over "and" or a dash: "13-14 January", "2014 and 2017", "between 1600 and 1900"."""
    here, following = numbers[i], numbers[i + 1]
    if (
        reasons[i] is not None
        or reasons[i + 1] not in {"date", "year", "clock time", "address"}
        or here.surface != "digits"
    ):
        return
    if following.first - here.last != 1 or lower_at(tokens, here.last) not in JOINTS:
        return
    value = here.low or 0
    if reasons[i + 1] == "date" and 1 <= value <= 31 and lower_at(tokens, following.last) in MONTHS:
        reasons[i] = "date"
    elif reasons[i + 1] == "year" and plain_four(tokens, here):
        reasons[i] = "year"
    elif reasons[i + 1] == "address" and lower_at(tokens, here.last) in {"-", "–"}:
        reasons[i] = "address"
    elif reasons[i + 1] == "clock time" and 0 <= value <= 24 and here.scale == 1:
        reasons[i] = "clock time"


def _slashed(tokens: Sequence[Token], n: Number) -> str:
    """ "1/16 of an ounce" is a fraction; "24/7" and "9/11" are none."""
    if n.last - n.first == 3 and n.low is not None:
        above, below = tokens[n.first].text, tokens[n.last - 1].text
        of_something = lower_at(tokens, n.last) in {"of", "the", "a"} or unit_after(tokens, n.last) is not None
        if above != "1" and not (n.low < 1 and below != above and of_something):
            return "score"
    return "fraction"


def _labelled(tokens: Sequence[Token], n: Number) -> bool:
    before = n.first - 1
    if lower_at(tokens, before) in {".", "-"} and tokens[before].end >= n.start - 1:
        before -= 1
    lower = lower_at(tokens, before)
    if lower == "of" and lower_at(tokens, before - 1) == "group":
        return tokens[before - 1].capital  # "the Group of 20", unlike "a group of 12"
    if lower == "no" and n.surface == "words":
        return False  # "no one"
    if lower in _RANKS and before > 0 and not _leads_rank(tokens[before - 1]):
        return False  # "cases top 800"
    if lower == "number" and before > 0 and _is_subject(tokens[before - 1]):
        return False  # "cases now number 800"
    return lower in _LABELS and not counts(tokens, n.last)


def _is_subject(before: Token) -> bool:
    """Whether "number" is a verb after this word."""
    return before.lower in {"now", "already", "still", "they"} or (before.kind == "word" and looks_plural(before.lower))


def _leads_rank(before: Token) -> bool:
    """ "the top 10", "the world's bottom five"; after a noun or "may" it is the verb."""
    return before.kind == "possessive" or before.lower in _RANK_OPENERS or before.text in _OPENING_SIGNS


def _ends_there(tokens: Sequence[Token], n: Number) -> bool:
    return n.last >= len(tokens) or tokens[n.last].kind != "word" or tokens[n.last].lower in STOPS


def _label(tokens: Sequence[Token], n: Number) -> bool:
    if len(tokens[n.first].text) > _LONGEST_COUNT:
        return True
    return _labelled(tokens, n) and "," not in tokens[n.first].text and not unit_after(tokens, n.last)


def _glued(tokens: Sequence[Token], n: Number) -> bool:
    """Digits with letters that are neither a scale nor a unit: "5G", "3D", "4x4"."""
    if n.last >= len(tokens) or tokens[n.last].start != tokens[n.last - 1].end or n.scale != 1:
        return False
    if tokens[n.last].text == "-":  # "its 10-K", "a 9-A side"
        letter = tokens[n.last + 1].text if n.last + 1 < len(tokens) else ""
        return len(letter) == 1 and letter.isupper()
    return tokens[n.last].kind in {"word", "model"} and not unit_after(tokens, n.last) and tokens[n.last].lower != "x"


def _address(tokens: Sequence[Token], n: Number) -> bool:
    """A house number: capitalised words up to a street word follow."""
    for i in range(n.last, min(n.last + 5, len(tokens))):
        if tokens[i].kind not in {"word", "ordinal"} or not (tokens[i].capital or tokens[i].kind == "ordinal"):
            return False
        if i > n.last and tokens[i].lower in _STREETS:
            return True
    return False


def _phone(tokens: Sequence[Token], n: Number) -> bool:
    """Three groups of digits tied by hyphens, or a plus sign before a long one."""
    text = tokens[n.first].text.replace(" ", "")
    if text.isdigit() and len(text) > 1 and text[0] == "0":
        return True
    if lower_at(tokens, n.first - 1) == "+" and text.isdigit() and (len(text) > 6 or _tied(tokens, n.last)):
        return True
    first = n.first
    while first >= 2 and tokens[first - 1].text == "-" and tokens[first - 2].kind == "number" and n.first - first < 6:
        first -= 2
    groups = 1
    at = first
    while _tied(tokens, at + 1) and groups < 5:
        groups, at = groups + 1, at + 2
    return groups >= 3


def _tied(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at].text in {"-", "."} and tokens[at + 1].kind == "number"


def _bare_age(tokens: Sequence[Token], n: Number) -> bool:
    """ "Smith, 66, said": a figure between commas after a name; "aged 26", "age of 21", "ages 5 to 12"."""
    if n.low is None or not 0 < n.low <= 115 or n.scale != 1:
        return False
    before = lower_at(tokens, n.first - 1)
    aged = before in {"aged", "age", "ages"} or (before == "of" and lower_at(tokens, n.first - 2) in {"age", "ages"})
    if aged or limits_age(tokens, n):
        return True
    if "ages" in {lower_at(tokens, i) for i in range(max(0, n.first - 5), n.first)} and _ends_there(tokens, n):
        return True
    if before != "," or n.first < 2 or tokens[n.first - 2].kind != "word" or not tokens[n.first].text.isdigit():
        return False
    if not tokens[n.first - 2].capital:
        following = lower_at(tokens, n.last + 1)  # "the mayor, 66, said"
        return lower_at(tokens, n.last) == "," and following in _SPEAKS and not looks_plural(tokens[n.first - 2].lower)
    return lower_at(tokens, n.last) in {",", "", ")", "."} and tokens[n.first - 2].lower not in MONTHS


def _named(tokens: Sequence[Token], n: Number) -> bool:
    """The number of a name: "Fortune 100", "iPhone 14", "Galaxy Note 20 Ultra"."""
    if (
        n.scale != 1
        or n.first < 1
        or "," in tokens[n.first].text
        or n.last - n.first > 1
        or "." in tokens[n.first].text
    ):
        return False
    before = tokens[n.first - 1]
    if before.kind not in {"word", "model"} or before.text.islower() or before.lower in STOPS:
        return False
    if (n.first == 1 and before.text[1:].islower()) or before.lower in BOUND_WORDS or before.lower in _WEEKDAYS:
        return False
    if lower_at(tokens, n.last) == "of" and _opens_whole(tokens, n.last + 1):
        return False
    if _in_pairs(tokens, n):
        return False
    return not (counts(tokens, n.last) or unit_after(tokens, n.last) or lower_at(tokens, n.last) in _GO_ON)


def _in_pairs(tokens: Sequence[Token], n: Number) -> bool:
    """ "300 cases (Lima 120, Cusco 40)": a list of names with the number of each."""
    at = n.first - 1
    while at > 0 and tokens[at].kind == "word" and tokens[at].capital:
        at -= 1
    after = lower_at(tokens, n.last)
    if tokens[at].text == "(":
        following = tokens[n.last + 1 : n.last + 4] if after in {",", "and"} else []
        return bool(following) and following[0].capital and any(t.kind == "number" for t in following)
    return tokens[at].text == "," and tokens[at - 1].kind == "number" and after in {",", ")", ".", ";", "and", ""}


def _opens_whole(tokens: Sequence[Token], at: int) -> bool:
    """ "In Peru 300 of 420 houses burned": whatever stands before, the number counts a part."""
    return at < len(tokens) and (tokens[at].kind == "number" or tokens[at].lower in {"the", "them", "its", "their"})


_TESTS: Final = (
    ("year", abbreviated_year),
    ("phone number", _phone),
    ("clock time", is_clock),
    ("label", _label),
    ("year", is_year),
    ("address", _address),
    ("model name", _glued),
    ("age", _bare_age),
)
