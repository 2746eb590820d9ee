"""The bound that the words before and after a number put on it: "about", "at least", "up to", "or more"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast

from tallywire.core.quantity import Bound
from tallywire.extract.tokens import Token
from tallywire.extract.wordlists import values, words

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], Bound]]]


def _phrases(section: str, key: int) -> dict[str, list[tuple[tuple[str, ...], Bound]]]:
    """Phrases by their last (or first) word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Bound]]] = {}
    for phrase, bound in values("bounds", section).items():
        parts = tuple(phrase.split())
        found.setdefault(parts[key], []).append((parts, cast(Bound, bound)))
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return found


_BEFORE: Final = _phrases("before", -1)
_AFTER: Final = _phrases("after", 0)
_BETWEEN: Final = words("bounds", "between")
_NEAR: Final = frozenset(_BEFORE) | _BETWEEN | {"-", "of"}
_MOTIONS: Final = words("bounds", "motions")
_BEING: Final = frozenset({"is", "are", "was", "were", "be", "been", "being", "'s", "’s"})
_MODALS: Final = frozenset({"may", "might", "could", "can"})
_TALLIES: Final = words("nouns", "tallies")
_HUNDREDS: Final = frozenset({"hundred", "thousand", "million", "billion"})
_OUTER: Final = frozenset({"at_least", "over", "up_to", "at_most"})


class Found(NamedTuple):
    """A bound and the tokens that carry it, up to (or from) the number."""

    bound: Bound
    first: int
    last: int


def bound_before(tokens: Sequence[Token], at: int, floor: int = 0) -> Found | None:
    """The bound whose words end before tokens[at]; a few words such as "an additional" may stand between.

    Of two bounds the outer one wins where it says more: "at least about 300" is at_least, "about the first 300" about.
    """
    if at <= floor or tokens[at - 1].lower not in _NEAR:
        return None
    best: Found | None = None
    i = at
    for _ in range(4):  # two bounds and what stands between them is all that people write
        i = _skip(tokens, i, floor)
        match = _ending(tokens, i, floor)
        if match is None:
            break
        if best is None or (match.bound in _OUTER and best.bound not in _OUTER):
            best = Found(match.bound, match.first, at)
        i = match.first
    return best


def _skip(tokens: Sequence[Token], i: int, floor: int) -> int:
    """Left over words that stand between a bound and its figure, as long as a bound may still follow."""
    here = i
    while here > floor and i - here < 4:
        if _ending(tokens, here, floor):
            return here
        before = tokens[here - 1]
        if before.lower not in _BETWEEN and not (
            before.lower == "of" and here - 2 >= floor and tokens[here - 2].lower in {"total", "number"}
        ):
            return i
        here -= 1
    return here if _ending(tokens, here, floor) else i


def _ending(tokens: Sequence[Token], i: int, floor: int) -> Found | None:
    """The bound phrase that ends right before tokens[i]."""
    end = i
    if i - 1 > floor and tokens[i - 1].text == "-":
        i -= 1
    if i <= floor or tokens[i - 1].lower not in _BEFORE:
        return None
    before = tokens[i - 2].lower if i - 2 >= floor else ""
    for parts, bound in _BEFORE[tokens[i - 1].lower]:
        if len(parts) > 1 and parts[-2] != before:
            continue
        first = i - len(parts)
        if first >= floor and (len(parts) < 3 or all(tokens[first + k].lower == p for k, p in enumerate(parts))):
            return None if _no_bound(tokens, parts, first, end) else Found(bound, first, end)
    return None


def _no_bound(tokens: Sequence[Token], parts: tuple[str, ...], first: int, end: int) -> bool:
    """Words that bound only in some company: "went up to", "the top 10", "talks over 3", "passed 12 laws"."""
    before = tokens[first - 1].lower if first else ""
    if parts == ("up", "to"):
        supposed = first > 1 and tokens[first - 2].lower in _MODALS  # "the toll may be up to 43"
        return before in _MOTIONS or (before in _BEING and not supposed and _tallied(tokens, first - 1))
    if parts == ("top",):
        return before in {"the", "its", "their", "his", "our", "world's"}
    if parts == ("towards",) or parts == ("toward",):
        return tokens[end].kind != "number" if end < len(tokens) else True
    if parts[0] in {"pass", "passes", "passed", "passing", "cross", "crosses", "crossed", "crossing"}:
        return end >= len(tokens) or (tokens[end].lower not in _BETWEEN and not _large(tokens, end))
    return False


def _tallied(tokens: Sequence[Token], at: int) -> bool:
    """ "The toll was up to 24", unlike "there were up to 24 of them"."""
    return any(tokens[i].lower in _TALLIES for i in range(max(0, at - 8), at))


def _large(tokens: Sequence[Token], at: int) -> bool:
    """A figure of three digits or more, or in words: "one hundred", "five thousand"."""
    if tokens[at].kind == "number":
        return len(tokens[at].text) >= 3
    return any(t.lower in _HUNDREDS for t in tokens[at : at + 3])


def bound_after(tokens: Sequence[Token], at: int) -> Found | None:
    """The bound whose words start at tokens[at]: "or more", "or so", "-plus"."""
    if at >= len(tokens) or tokens[at].lower not in _AFTER:
        return None
    for parts, bound in _AFTER[tokens[at].lower]:
        if at + len(parts) <= len(tokens) and all(tokens[at + k].lower == part for k, part in enumerate(parts)):
            if parts[0] == "plus" and tokens[at].start > tokens[at - 1].end:
                continue
            if parts == ("odd",) and tokens[at].start > tokens[at - 1].end + 1:
                continue
            return Found(bound, at, at + len(parts))
    return None
