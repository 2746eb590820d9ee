"""Figures whose event is said elsewhere: bare figures that are said, items of a list with its verb left out, groups of
those just counted. What they count is what was told of before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tallywire.extract.after import is_base
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import looks_plural, singular
from tallywire.extract.lexicon import closed, families
from tallywire.extract.line import BE, CONJUNCTION, COUNT, DETERMINER, PREPOSITION, REPORT, Line

_SAID: Final = closed("figure verb") | COUNT
_SAID_OF: Final = closed("figure verb of")
_SAID_TO: Final = closed("figure verb to")
_MAKES: Final = frozenset({"makes", "make", "made"})
_MAKE_UP: Final = frozenset(
    {*(("up", verb) for verb in _MAKES), *(("for", verb) for verb in ("account", "accounts", "accounted"))}
)
_NAMED: Final = frozenset("it that this figure number total tally count toll estimate sum peak these those".split())
_QUOTES: Final = frozenset("\" “ ” ' ‘ ’ just only now already still even".split())
_ENDS: Final = frozenset(", . ; : ) – — \" ” ’ ' ! ?".split()) | {""}
_THEM: Final = frozenset("these those them".split())
_SUMS: Final = frozenset({"total", "sum", "overall"})
_BOUNDING: Final = frozenset(", about some around only just nearly at least more than".split())
_MOVED: Final = frozenset("go goes went gone come came left followed".split())
_KNOWN: Final = closed("known") | REPORT  # what is done with a list of them tells of no group
_THOSE: Final = frozenset("these those them whom which".split())
_THERE: Final = frozenset({"deployed", "there"})
_OPENING: Final = 6  # tokens before the figure that "of those" may stand in
_GAP: Final = 7  # tokens between two items of a list


def is_bare_figure(frame: Frame) -> bool:
    """ "officials put it at 300", "the union says 103", "parents speak of 27", "it was under 30,000": no noun and no
    verb of an event, only somebody's number."""
    return _has_no_noun(frame) and _ends(frame) and _is_said(frame.line, _lead(frame))


def is_spoken_of(frame: Frame) -> bool:
    """ "early estimates had spoken of 4,300 tonnes", "the union talks of 30 wards": somebody's number of them."""
    line, at = frame.line, _lead(frame)
    return line.lower(at) == "of" and line.lower(at - 1) in _SAID_OF


def _has_no_noun(frame: Frame) -> bool:
    """ "speak of 27", "a figure of 25": what stands before is nothing counted."""
    noun = frame.mention.noun
    return frame.is_elided or (noun is not None and noun.before)


def _lead(frame: Frame) -> int:
    at = frame.first - 1
    while at >= 0 and (frame.line.lower(at) in _QUOTES or frame.line.lower(at) in {"a", "the", "figure", "number"}):
        if frame.line.lower(at) in {"figure", "number"} and frame.line.lower(at - 1) not in DETERMINER:
            break
        at -= 1
    return at


def _ends(frame: Frame) -> bool:
    """Whether no noun follows that the number counts."""
    line, at = frame.line, frame.last
    lower = line.lower(at)
    return lower in _ENDS or lower in CONJUNCTION or lower in PREPOSITION


def _is_said(line: Line, at: int) -> bool:
    word, before = line.lower(at), line.lower(at - 1)
    if word in _SAID:
        return True
    if word == "of":
        return before in _SAID_OF or (before in _NAMED and _is_determined(line, at - 2))
    if word in {"to", "at", "as"}:
        return before in _SAID_TO or line.lower(at - 2) in _SAID_TO
    if word in BE:
        return before in _NAMED or line.lower(at - 2) in _NAMED
    return (word == "it" and before in _MAKES) or (word, before) in _MAKE_UP


def _is_determined(line: Line, at: int) -> bool:
    """ "a figure of", "their December estimate of", "the agency's first count of"."""
    for i in range(at, at - 4, -1):
        if line.lower(i) in DETERMINER | _SAID or (i >= 0 and line.tokens[i].kind == "possessive"):
            return True
        if i < 0 or line.tokens[i].kind != "word" or line.lower(i) in PREPOSITION | CONJUNCTION:
            return False
    return False


def makes_up(frame: Frame) -> bool:
    """ "Turkeys made up 64,500", "August accounted for 2,177": a part of the whole told of before."""
    at = _lead(frame)
    return (frame.line.lower(at), frame.line.lower(at - 1)) in _MAKE_UP


def is_of_those(frame: Frame, last: Frame) -> bool:
    """ "Of those, 3,200 are in Kerry", "38,000 of them have taken rooms": a group of what was just counted, unless a
    verb of an event of its own follows."""
    noun, whole = frame.mention.noun, last.mention.noun
    same = bool(noun and whole and noun.head == whole.head)
    if not (frame.is_elided or same) or frame.mention.refusal is not None or not _says_little(frame):
        return False
    line = frame.line
    if frame.is_elided and any(line.lower(i) == "of" and line.lower(i + 1) in _THEM for i in _tail(frame)):
        return frame.line.index - last.line.index <= 1 and (frame.mention.low or 0) <= (last.mention.high or 0)
    for at in range(max(0, frame.first - _OPENING), frame.first):
        if line.lower(at) != "of":
            continue
        if line.lower(at + 1) == "the" and (_same_noun(frame, at + 2, last) or line.lower(at + 2) in _SUMS):
            return True
        if line.lower(at + 1) in _THOSE and at + 2 <= frame.first:
            return {line.lower(i) for i in range(at + 2, frame.first)} <= _BOUNDING
    return False


def _tail(frame: Frame) -> range:
    """Where "of them" may end a number's phrase."""
    return range(frame.mention.last, frame.last)


def _says_little(frame: Frame) -> bool:
    """Whether what is said of a group is no event: where they are, that they went, what they took."""
    hit = frame.found.hit if frame.found else None
    moved = hit is not None and hit.last == hit.first + 1 and frame.line.lower(hit.first) in _MOVED
    spoken = frame.other in _KNOWN or frame.line.lower(frame.last) in _KNOWN
    return (frame.families <= _THERE or moved) and not spoken


def head_of(frame: Frame) -> frozenset[str]:
    """The event of those whom a figure is of: "Of the injured, 51 were in a critical state"."""
    line, first = frame.line, frame.first
    for at in range(max(0, first - _OPENING), first - 2):
        if line.lower(at) != "of" or line.lower(at + 1) != "the":
            continue
        hit = line.hits.get(at + 2)
        if hit is None or hit.last + 1 < first - 1:
            continue
        meant = hit.families("status", "state") if line.lower(hit.last) == "," else frozenset()
        ends = any(families()[name].ends for name in meant)
        return meant if frame.is_elided and (_says_little(frame) or ends) else frozenset()
    return frozenset()


def _same_noun(frame: Frame, at: int, last: Frame) -> bool:
    """ "Of the culled birds, 40 were ducks", after a count of birds."""
    head = last.mention.noun.head if last.mention.noun else None
    comma = next((i for i in range(at, frame.first) if frame.line.lower(i) == ","), at)
    return head is not None and at < comma and singular(frame.line.lower(comma - 1)) == head


def _whole_of(frame: Frame, here: Sequence[Frame]) -> Frame | None:
    """The larger figure that a group is of: "Thirty-three of the 149 injured are in a critical state"."""
    whole = _opening_whole(frame, here)
    if whole and _says_little(frame):
        return whole
    whole = next((f for f in here if frame.last <= f.mention.first + 1 and f.mention.first >= frame.mention.last), None)
    if whole is None or not whole.families or not _says_little(frame) or not is_base(frame.line, whole.mention):
        return None
    return whole if whole.first - frame.mention.last <= _OPENING else None


def _opening_whole(frame: Frame, here: Sequence[Frame]) -> Frame | None:
    """ "Of the 900 jobs to go, 300 are in Orne"."""
    if not frame.is_elided or frame.line.lower(frame.first - 1) != "," or frame.line.lower(0) != "of":
        return None
    return next((f for f in here if f.families and f is not frame and is_base(f.line, f.mention) and f.first < 6), None)


def resume_those(found: Sequence[list[Frame]]) -> None:
    """Gives the groups of those just counted the event of the figure before."""
    last: Frame | None = None
    for here in found:
        for frame in here:
            if head := head_of(frame):
                frame.families, frame.rule, frame.other = head, "part", None
            elif (whole := _whole_of(frame, here)) or (last and is_of_those(frame, last) and (whole := last)):
                frame.families, frame.rule, frame.resumed, frame.other = whole.families, "part", whole, None
            elif frame.families and not frame.families <= _THERE:
                last = frame


def resume_gaps(found: Sequence[list[Frame]]) -> None:
    """Gives the items of a list whose verb is left out the event of the item before."""
    for here in found:
        for previous, frame in pairwise([f for f in here if f.mention.refusal is None]):
            told = previous.families or (previous.found and previous.found.count)
            if told and not frame.families and not frame.other and is_gapped(frame, previous):
                inside = previous.rule == "part" or frame.line.lower(frame.first - 2) == "("  # "300 cases (Lima 120"
                rule = "part" if inside and previous.families else "resumed"
                frame.families, frame.rule, frame.resumed = previous.families, rule, previous
                frame.found = previous.found


def is_gapped(frame: Frame, previous: Frame) -> bool:
    """ "Orne has 34,000 homes off supply, Velm 22,000 and Sarn just under 9,000": the next of a list, led by its name
    alone."""
    if not _has_no_noun(frame):
        return False
    line = frame.line
    gap = list(range(previous.last, frame.first))
    named = [i for i in gap if line.tokens[i].capital or i in line.entity_at or _is_sort(line, i, previous)]
    tail = gap[-_GAP:]
    if not named or named[-1] < frame.first - 3 or not tail:
        return False
    opened = next((i for i in reversed(gap) if line.lower(i) in {",", "and", ";", "("}), None)
    if opened is None or frame.first - opened > _GAP:
        return False
    inner = [i for i in range(opened + 1, frame.first) if i not in named]
    return all(line.lower(i) in _LINKS for i in inner)


def _is_sort(line: Line, at: int, previous: Frame) -> bool:
    """ "Women made up 98 of the dead and men 56": another sort of those that the figure before parts."""
    return makes_up(previous) and looks_plural(line.lower(at))


_LINKS: Final = DETERMINER | frozenset(
    "in at with by for on about only just and followed , around another mere".split()
)
