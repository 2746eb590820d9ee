"""What makes a figure a part of another: "40 of them", "29 of the injured", "in June alone"."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from tallywire.extract.dates import MONTHS, WEEKDAYS
from tallywire.extract.frames import Frame
from tallywire.extract.line import BE, HAVE, STOPS, Line

_BACK: Final = frozenset({"these", "them", "those", "which", "whom"})
_CLAUSE: Final = 25  # tokens that a clause may reach back
_PART_NOUNS: Final = frozenset("some most many all none half out and more others each any both".split())
_MOST: Final = frozenset({"most", "highest", "largest", "biggest", "record"})
_LAPSE: Final = ("last", "past", "previous", "first", "single")
_ORDINAL: Final = frozenset("first second third fourth fifth initial next final last".split())
_PHASE: Final = frozenset("phase round wave batch stage tranche".split())
_RESTRICTS: Final = frozenset({"in", "on", "at", "during", "over", "from", "last", "this"})
_DURING: Final = frozenset({"in", "over", "during", "within"})
_SPAN: Final = frozenset("day days week weeks month months year years hour hours night nights quarter".split())
_ENDING: Final = frozenset({"to", "ending", "through"})  # "in the week to Sunday"
_FROM_PEAK: Final = frozenset({"from", "peak"})
_OWN: Final = frozenset({"its", "their", "his", "her"})
_OPENING: Final = 7  # tokens of a clause that may hold its subject or its time


def of_those(frame: Frame) -> bool:
    """ "of these, 175", "175 of them", "of whom the army freed 30 and the police 12"."""
    line = frame.line
    if _BACK.isdisjoint(line.vocabulary):
        return _of_group(frame)
    for at in (*range(max(0, frame.first - 4), frame.first), *range(frame.last - 2, frame.last + 1)):
        if line.lower(at) == "of" and line.lower(at + 1) in _BACK and not _is_name_like(line, at - 1):
            return at < frame.first or not _there_are(frame)
    for at in range(frame.first - 1, max(0, frame.first - _CLAUSE), -1):
        if at in line.at_number or line.lower(at) in STOPS:
            break
        if line.lower(at) == "among" and line.lower(at + 1) in _BACK:
            return line.lower(at + 2) != ","  # "..., Ruiz among them, speak of 300"
    return of_whom(frame) is not None or _of_group(frame)


def of_whom(frame: Frame) -> int | None:
    """Where the clause opens that parts a figure from the one before: ", of whom the army freed 30"."""
    line = frame.line
    for at in range(frame.first - 1, max(0, frame.first - _CLAUSE), -1):
        if line.lower(at) in STOPS:
            return None
        if line.lower(at) == "of" and line.lower(at + 1) in {"whom", "which"}:
            return at if line.lower(at - 1) == "," else None
    return None


def _there_are(frame: Frame) -> bool:
    """ "there will soon be 12,000 of them": all of them, and no part."""
    return any(frame.line.lower(i) == "there" for i in range(max(0, frame.first - 5), frame.first))


def _of_group(frame: Frame) -> bool:
    """ "29 of the injured had been on foot": the group of the same event, and of what is known of it."""
    line, at = frame.line, frame.mention.last
    if line.lower(at) != "of" or line.lower(at + 1) not in {"the", "their"}:
        return False
    hit = line.hits.get(at + 2)
    return hit is not None and hit.has("state") and bool(hit.families() & frame.families)


def _is_name_like(line: Line, at: int) -> bool:
    """Whether a plain noun stands there: "in the course of which" is no part."""
    return at >= 0 and line.tokens[at].kind == "word" and at not in line.at_number and line.lower(at) not in _PART_NOUNS


def one_period(frame: Frame) -> str | None:
    """ "in June alone", "in the past 24 hours", "in late December": only what happened then, by name."""
    line = frame.line
    after = [line.lower(i) for i in range(frame.last, min(len(line.tokens), frame.last + 10))]
    after = after[: after.index(";")] if ";" in after else after
    if _is_alone(frame):
        return "alone"
    opening = [line.lower(i) for i in range(max(0, frame.first - 8), frame.first)]
    if any(a in _ORDINAL and b in _PHASE for a, b in (*pairwise(after), *pairwise(opening))):
        return "one phase"
    tail = len(line.tokens)
    if " single " in line.text(frame.last, tail) and _tops_a_period([line.lower(i) for i in range(frame.last, tail)]):
        return "one period"
    if frame.found and frame.found.rule == "level":
        return "one period" if _lapsed(line, frame.first) else None
    start = clause_start(frame)
    if _is_lapse([line.lower(i) for i in range(start, min(start + _OPENING, frame.first))], 0):
        return "one period"  # "In the past 24 hours, 12 people died"
    if "the" in after and any(_is_lapse(after, i) for i in range(len(after) - 2)):
        return "one period"
    if _FROM_PEAK.intersection(line.lower(i) for i in range(max(0, frame.first - 3), frame.first)):
        return None  # "down from a peak of 7.2 million in early May"
    late = any(a == "in" and b in {"late", "early"} for a, b in pairwise(after))
    return "one period" if late else None


def clause_start(frame: Frame) -> int:
    """Where the clause of a figure opens: behind the semicolon before it."""
    return next((i + 1 for i in range(frame.first - 1, -1, -1) if frame.line.lower(i) == ";"), 0)


def _is_lapse(words: list[str], at: int) -> bool:
    """ "over the past 7 days", "in the last week", "in the week to Sunday"."""
    if words[at : at + 1] == [] or words[at] not in _DURING or words[at + 1 : at + 2] != ["the"]:
        return False
    span = next((i for i in range(at + 2, min(at + 6, len(words))) if words[i] in _SPAN), None)
    if span is None:
        return False
    return words[at + 2] in _LAPSE or (
        span <= at + 3 and words[span + 1 : span + 2] != [] and words[span + 1] in _ENDING
    )


def _is_alone(frame: Frame) -> bool:
    """ "In June alone", "Acme alone has cut 74", "40 on its own"; unlike "left alone in the dark"."""
    line = frame.line
    vocabulary = line.vocabulary
    if "own" in vocabulary and _on_its_own(line, frame.last):
        return True
    if "alone" not in vocabulary:
        return False
    near = (*range(min(5, frame.first)), *range(max(0, frame.first - 4), min(len(line.tokens), frame.last + 10)))
    places = [i for i in near if line.lower(i) == "alone"]
    return any(_restricts(line, at) for at in places)


def _restricts(line: Line, alone: int) -> bool:
    before = line.lower(alone - 1)
    if before in MONTHS or before in WEEKDAYS or before.isdigit():
        return True
    opens = 0 < alone < _OPENING and (line.lower(alone + 1) in HAVE or alone + 1 in line.hits) and before not in BE
    return opens or any(line.lower(i) in _RESTRICTS for i in range(max(0, alone - 4), alone))


def _on_its_own(line: Line, start: int) -> bool:
    """ "has burned 10,500 hectares on its own"."""
    for at in range(start, min(start + 8, len(line.tokens))):
        if line.lower(at) in {",", ";"}:
            return False
        if line.lower(at) == "own" and line.lower(at - 1) in _OWN and line.lower(at - 2) == "on":
            return True
    return False


def _tops_a_period(words: list[str]) -> bool:
    """ "the highest number on a single day"."""
    return bool(_MOST & set(words)) and any(a == "single" and b in _SPAN for a, b in pairwise(words))


def _lapsed(line: Line, at: int) -> bool:
    """ "in the first 18 days", "over the past week", before the level that was reached then."""
    words = [line.lower(i) for i in range(max(0, at - 12), at)]
    return any(_is_lapse(words, i) for i in range(len(words) - 3))
