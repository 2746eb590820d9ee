"""Causes and occasions other than a track's own: "Measles killed 41", "20 died in a bus crash", "the Eaton fire"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import groups, listed, load
from tallywire.extract.line import Line
from tallywire.extract.reasons import Reason, because
from tallywire.extract.tokens import tokenize
from tallywire.extract.tracked import Track

_BY: Final = frozenset({"by", "of", "from", "in", "against"})  # "vaccinated against measles"
_ENDS: Final = frozenset({";", "while", "but"})
_PAUSES: Final = frozenset({"", ",", ";", ":", "and", "while", "but", "that", "—", "–", "“", "also"})
_OBLIQUE: Final = frozenset(
    "in from by of after before during since for with against to at on near amid despite following over as through "
    "than into about between until".split()
)
_OPENING: Final = 3
_REACH: Final = 5  # tokens of the phrase that names a cause
_ILLNESS: Final = "illness"


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """The causes that a noun names: an illness is one of its own, "attack" may be a strike or a shooting."""
    found: dict[str, set[str]] = {}
    for name, nouns in groups("events").items():
        for noun in nouns:
            found.setdefault(noun, set()).add(name)
    for noun in groups("illnesses")[_ILLNESS]:
        found[noun] = {noun}
    return {noun: frozenset(names) for noun, names in found.items()}


def _cause(line: Line, at: int) -> frozenset[str]:
    two = _kinds().get(f"{line.lower(at)} {singular(line.lower(at + 1))}")
    return two or _kinds().get(singular(line.lower(at))) or _kinds().get(line.lower(at)) or frozenset()


@cache
def _own(sentence: str, places: tuple[str, ...]) -> frozenset[str]:
    """The causes that a track names, with those that come with them; an illness may stand before its noun."""
    words = [t.lower for t in tokenize(" ".join(places))]
    named = {name for w in words for name in _kinds().get(singular(w), ())}
    ill = groups("illnesses")[_ILLNESS]
    ills = {w for t in tokenize(sentence) if (w := t.lower) in ill}
    named |= ills | ({"outbreak"} if ills else set())
    kindred = {name: set(listed(value)) for name, value in load("nouns")["kindred"].items()}
    near = {other for name in named for other in kindred.get(name, ())}
    near |= {name for name, others in kindred.items() if others & named}
    return frozenset(named | near)


def another_cause(track: Track, frame: Frame, document: Document) -> Reason | None:
    """Why a number is of what something else did than the track names; None where nothing says so."""
    own = _own(track.sentence, tuple(w.text for w in track.where))
    if not own:
        return None
    other = None
    for at in _named(frame):
        kinds = _cause(frame.line, at)
        if kinds & own:
            return None
        other = other or frame.line.lower(at)
    other = other or _told_before(own, frame, document)
    return because("another cause", other) if other else None


def _told_before(own: frozenset[str], frame: Frame, document: Document) -> str | None:
    """ "Dengue is spreading too. Some 700 cases were counted": what the sentence before opens with."""
    line = frame.line
    before = document.lines[line.index - 1] if line.index else line
    if before is line or before.sentence.paragraph != line.sentence.paragraph:
        return None
    opening = next((at for at in range(min(_OPENING, len(before.tokens))) if _cause(before, at)), None)
    if opening is None or any(_cause(x, i) & own for x in (before, line) for i in range(len(x.tokens))):
        return None
    return before.lower(opening) if _is_subject(before, opening) else None


def _named(frame: Frame) -> Iterator[int]:
    """Where the number's own clause names a cause: within its phrase, as what did it, as that of which they died."""
    line = frame.line
    hit = frame.found.hit if frame.found else None
    for at in range(frame.mention.last, frame.last):
        if _cause(line, at):
            yield at
    for at in range(frame.last, _end(frame)):
        if _cause(line, at) and _lead(line, at) in _BY:
            yield at
    first = hit.first if hit and hit.first < frame.first else frame.first
    for at in range(_start(frame), first):
        if _cause(line, at) and (at == first - 1 or _is_subject(line, at)):
            yield at


def _start(frame: Frame) -> int:
    """The token after the last break before a number: a semicolon or another figure."""
    line = frame.line
    for at in range(frame.first - 1, -1, -1):
        mention = line.at_number.get(at)
        if line.lower(at) in _ENDS or (mention is not None and mention.refusal is None and not _shares(frame, at)):
            return at + 1
    return 0


def _shares(frame: Frame, at: int) -> bool:
    """Whether what did it stands before another figure of the same list: "Floods killed 12 and hurt 40"."""
    words = frame.line.words[at : frame.first]
    return "and" in words and not {",", "where", "when"} & set(words)


def _end(frame: Frame) -> int:
    line = frame.line
    for at in range(frame.last, len(line.tokens)):
        mention = line.at_number.get(at)
        if line.lower(at) in _ENDS or line.lower(at) == "," or (mention is not None and mention.refusal is None):
            return at
    return len(line.tokens)


def _lead(line: Line, at: int) -> str:
    """The preposition that leads to the noun at tokens[at], if one does: "in a bus crash"."""
    for i in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if line.lower(i) in _OBLIQUE:
            return line.lower(i)
        if line.tokens[i].kind not in {"word", "model", "possessive"} or i in line.hits:
            return ""
    return ""


def _is_subject(line: Line, at: int) -> bool:
    """ "Measles, which spread in spring, killed": no preposition leads to it; "In a crash 12 died" opens the clause."""
    for i in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if line.lower(i) in _OBLIQUE:
            return line.lower(i) == "in" and (i == 0 or line.lower(i - 1) in _PAUSES)
        if line.lower(i) in _PAUSES:
            return True
        if i in line.hits and not _cause(line, i):
            return False
    return at < _REACH
