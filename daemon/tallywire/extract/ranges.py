"""Two numbers that are one interval ("25,000-30,000", "between 4,000 and 6,000"), and pairs that only look like one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tallywire.core.quantity import plain
from tallywire.extract.bounds import bound_before
from tallywire.extract.figure import Number
from tallywire.extract.measures import Unit, money_before, unit_after
from tallywire.extract.tokens import Token
from tallywire.extract.wordlists import words

_CHANGES: Final = words("bounds", "changes")
_STEPS: Final = words("bounds", "steps")
_DASHES: Final = frozenset("-–—‑−")
_JOINED: Final = frozenset({"digits", "words"})
# How far left a word of change may stand from its "from".
_REACH: Final = 8
# How far apart the two ends of a rise may stand: "from 400 in June to nearly 2,000".
_APART: Final = 10


Judged = list[tuple[Number, str | None]]


def join(tokens: Sequence[Token], numbers: Sequence[Number], fixed: Sequence[str | None]) -> Judged:
    """Numbers with the reasons known before (`fixed`): intervals made one, the ends of rises and exchanges linked."""
    found: Judged = []
    at = 0
    while at < len(numbers):
        here, reason = numbers[at], fixed[at]
        following = numbers[at + 1] if at + 1 < len(numbers) and fixed[at + 1] is None else None
        if reason is None and following and _one_in(tokens, here, following):
            found.append((_ratio(here, following), "ratio"))
            at += 2
            continue
        if reason is None and following and here.surface in _JOINED and following.surface in _JOINED:
            merged = _join(tokens, here, following)
            if merged:
                found.append((merged, None))
                at += 2
                continue
        found.append((here, reason))
        at += 1
    _link_rises(tokens, found)
    return found


def _one_in(tokens: Sequence[Token], a: Number, b: Number) -> bool:
    """ "one in five", "nine out of ten"; "3 out of 4 missiles" are counts, as far as anybody can tell."""
    between = [t.lower for t in tokens[a.last : b.first]] if b.first - a.last <= 2 else []
    if between not in (["in"], ["out", "of"]) or a.low is None or b.low is None or not 0 < a.low < b.low:
        return False
    return (a.low == 1 and b.low <= 1000) or (a.surface == b.surface == "words" and b.low in {10, 100})


def _ratio(a: Number, b: Number) -> Number:
    value = round((a.low or 0) / (b.low or 1), 10)
    return Number(a.first, b.last, a.start, b.end, value, value, "fraction")


def _link_rises(tokens: Sequence[Token], found: Judged) -> None:
    """ "rose from 400 in June to nearly 2,000": the figure after "from" and the one after its "to" are a pair."""
    for i, (a, reason) in enumerate(found):
        if reason is not None or a.surface not in _JOINED or a.partner or _before(tokens, a.first) != "from":
            continue
        if _superseded(tokens, a, found[i - 1][0] if i else None):
            a.ordered = "rise"
        for b, other in found[i + 1 : i + 4]:
            if b.first - a.last > _APART:
                break
            if other is None and b.surface in _JOINED and _before(tokens, b.first) == "to":
                if _changes(tokens, a.first) or (a.low or 0) > (b.low or 0):
                    _pair(a, b)
                break


def _superseded(tokens: Sequence[Token], a: Number, earlier: Number | None) -> bool:
    """ "To 48, up from 24", "rose to 48 from 24": the figure after "from" is the old one."""
    start = bound_before(tokens, a.first)
    opener = (start.first if start else a.first) - 1
    if opener > 0 and tokens[opener].lower != "from":
        opener -= 1  # a currency sign stands between
    if opener > 0 and tokens[opener - 1].lower in _CHANGES:
        return True
    return earlier is not None and opener - earlier.last < _REACH and _before(tokens, earlier.first) == "to"


def _pair(a: Number, b: Number) -> None:
    a.ordered = "rise"
    b.ordered = b.ordered or "rise"
    a.partner, b.partner = b, a
    if a.low == a.high:
        a.low = a.high = _ends(a, b)[0]


def _join(tokens: Sequence[Token], a: Number, b: Number) -> Number | None:
    """One interval out of a and b, or None where they are two values."""
    unit = unit_after(tokens, a.last)
    word = _joint(tokens, unit.last if unit else a.last, b)
    if word is None or a.low is None or b.low is None or a.partner:
        return None
    low, high = _ends(a, b)
    if low == high and word in {"for", "to"}:
        a.ordered = b.ordered = "exchange"
    if (low >= high and word != "-") or not _alike(tokens, a, unit, b):
        return None
    if word == "-":
        return _dashed(tokens, a, b, low, high)
    if word == "to":
        opener = _before(tokens, a.first)
        # "Grew by 200 to 1,200" is an increment and a level, "rose from 24 to 48" an old value and a new one.
        fits = not _grown(tokens, a, low, high) and not (opener == "from" and _changes(tokens, a.first))
    elif word == "and":
        fits = _before(tokens, a.first) in {"between", "either", "anywhere"}
    else:
        fits = word == "or" and high <= max(3 * low, low + 2)
    return _interval(a, b, low, high) if fits else None


def _grown(tokens: Sequence[Token], a: Number, low: float, high: float) -> bool:
    """ "Grew by eight to 24", "is up 11 to 123": what came on top, and the new level; "by 5 to 7" is an interval."""
    opener = _before(tokens, a.first)
    if opener == "by":
        return high > 3 * low or (high >= 2 * low and _changes(tokens, a.first - 1))
    return opener in _STEPS and high >= 2 * low


def _joint(tokens: Sequence[Token], at: int, b: Number) -> str | None:
    """The one word between two numbers ("to", "and", "or", "for" or a dash), bounds and currency left aside."""
    if at >= len(tokens):
        return None
    word = tokens[at].lower
    first = b.first
    money = money_before(tokens, first)
    if money:
        first = money.first
    bound = bound_before(tokens, first, at + 1)
    if bound:
        first = bound.first
    while first - 1 > at and tokens[first - 1].lower in {"even", "maybe", "perhaps", "-"}:
        first -= 1
    if first != at + 1:
        return None
    if word in _DASHES:
        return "-" if tokens[at].start - tokens[at - 1].end <= 1 else None
    return word if word in {"to", "and", "or", "for"} else None


def _ends(a: Number, b: Number) -> tuple[float, float]:
    """The two ends; the first borrows the second's scale: "5 to 10 million", but "$200 to $4 million" does not."""
    low, high = a.low or 0, b.low or 0
    if a.scale == 1 and b.scale >= 1000 and 0 <= low < 1000 and low <= high / b.scale:
        low = plain(low * b.scale)
    return low, high


def _alike(tokens: Sequence[Token], a: Number, unit: Unit | None, b: Number) -> bool:
    """Whether both numbers can be of one unit: "5% to 6%" and "5 to 6%" can, "8 percent to 3.65" cannot."""
    first = money_before(tokens, a.first) or unit
    second = money_before(tokens, b.first) or unit_after(tokens, b.last)
    if first is None:
        return True
    return second is not None and first.kind == second.kind and (first.name == second.name or first.kind != "money")


def _before(tokens: Sequence[Token], at: int) -> str:
    money = money_before(tokens, at)
    bound = bound_before(tokens, money.first if money else at)
    first = bound.first if bound else money.first if money else at
    return tokens[first - 1].lower if first else ""


def _changes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word of change before "from" makes the figure here the old value of two."""
    for i in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if tokens[i].text in {";", "."}:
            return False
        if tokens[i].lower in _CHANGES:
            return True
    return False


def _dashed(tokens: Sequence[Token], a: Number, b: Number, low: float, high: float) -> Number | None:
    """ "25,000-30,000" is an interval; "3-2" and "24-7" are scores and the like."""
    if low < high and not (_score(a) and _score(b) and _sporting(tokens, a, b)):
        return _interval(a, b, low, high)
    a.ordered = b.ordered = "score"
    return None


def _score(n: Number) -> bool:
    return n.surface == "digits" and n.low is not None and n.low < 200 and n.scale == 1


_SPORT: Final = frozenset({"win", "loss", "defeat", "victory", "draw", "lead", "vote", "record", "up", "down", "tie"})


def _sporting(tokens: Sequence[Token], a: Number, b: Number) -> bool:
    following = tokens[b.last].lower if b.last < len(tokens) else ""
    return following in _SPORT or _before(tokens, a.first) in {
        "won",
        "lost",
        "leading",
        "trailing",
        "lead",
        "beat",
        "tied",
    }


def _interval(a: Number, b: Number, low: float, high: float) -> Number:
    return Number(a.first, b.last, a.start, b.end, low, high, a.surface, b.scale, ordered="range")
