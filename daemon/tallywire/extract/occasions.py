"""Others of the kind of one event that a track names: "the Eaton fire", "a dam that burst in 2019", "another crash"."""

from __future__ import annotations

from functools import cache
from typing import Final

from tallywire.extract.document import Document, is_name
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import groups
from tallywire.extract.line import Line
from tallywire.extract.places import gazetteer
from tallywire.extract.reasons import Reason, because
from tallywire.extract.towns import known
from tallywire.extract.tracked import Track, Where

_A: Final = frozenset({"a", "an", "another"})
_AGAIN: Final = frozenset({"second", "third", "further", "fresh", "new"})  # of the same event
_HEAD: Final = 3  # lines in which an event is introduced: "A fire in the hills has killed 12"
_QUALIFIERS: Final = 2
_JOINED: Final = 4  # tokens: "the Palisades and Eaton fires"
_ENDS: Final = frozenset({";", "while", "but"})


def another_of_its_kind(track: Track, frame: Frame, document: Document) -> Reason | None:
    """Why a number is of another event of the kind that the track names one of."""
    where = next((w for w in track.where if w.key and _is_one(w.text)), None)
    if where is None:
        return None
    nouns = _nouns(where.text)
    start, end = _clause(frame)
    for at in range(start, end):
        if frame.first <= at < frame.last:
            continue
        if at < frame.first and _stands_for_another(frame.line, at):
            return because("another occasion", frame.line.text(at, at + 2))
        if singular(frame.line.lower(at)) not in nouns:
            continue
        name = _named(where, frame.line, at)
        if name == "":
            return None
        if name is None and at < frame.first and _is_new(where, frame, at, document):
            name = frame.line.lower(at)
        if name:
            return because("another occasion", name)
    return None


@cache
def _nouns(text: str) -> frozenset[str]:
    """The words for what happened, and to what: "dam collapse" -> dam, collapse, cave-in."""
    said = {w.lower() for w in text.split()}
    found = said & groups("struck")["struck"]
    for nouns in groups("events").values():
        if nouns & said:
            found |= nouns
    return frozenset(found - {"aftershock"})


@cache
def _is_one(text: str) -> bool:
    """Whether one event is named: a "dam collapse", unlike "wildfires"."""
    words = [w.lower() for w in (text.split()[-1], text.split()[0])]
    return any(w in nouns for w in words for nouns in groups("events").values())


def _clause(frame: Frame) -> tuple[int, int]:
    """Up to the next figure on either side, within what semicolons part."""
    line = frame.line
    first, last = frame.first, frame.last
    while first > 0 and line.lower(first - 1) not in _ENDS:
        first -= 1
    while last < len(line.tokens) and line.lower(last) not in _ENDS:
        mention = line.at_number.get(last)
        if mention is not None and mention.refusal is None:
            break
        last += 1
    return first, last


def _named(where: Where, line: Line, at: int) -> str | None:
    """The name of the event whose noun stands at tokens[at]; "" if it is the track's own; None if it has none."""
    own = {w.lower() for w in (where.key or "").split()} - {line.lower(at)}
    if own & set(line.words[max(0, at - _JOINED) : at + 2]):
        return ""
    first = at
    while first > 0 and is_name(line, first - 1):
        first -= 1
    last = at + 1
    while last < len(line.tokens) and line.tokens[at].text[0].isupper() and is_name(line, last):
        last += 1
    opens = first == 0 and at - first == 1 and line.tokens[at].text.islower()  # "Deadly fire kills 12"
    said = line.text(at + 1, last) or ("" if opens else line.text(first, at))
    if not said or any(i in line.entity_at for i in range(first, last)):
        return None
    return said if _may_be_another(where, said) else None


def _may_be_another(where: Where, name: str) -> bool:
    """Whether a name no list knows stands for another event: a place of a country's own earthquake may lie in it."""
    return where.key not in gazetteer() and known(name) is None


def _stands_for_another(line: Line, at: int) -> bool:
    """ "When the one at Mariel gave way", "another of its jets crashed"."""
    if line.lower(at) == "another":
        return line.lower(at + 1) == "of"
    return line.lower(at) == "one" and line.lower(at - 1) == "the" and line.lower(at + 1) in {"at", "in", "near", "off"}


def _is_new(where: Where, frame: Frame, at: int, document: Document) -> bool:
    """ "A dam that burst at Brumado in 2019": told as something new, after what the text is about was introduced."""
    line = frame.line
    if line.index < _HEAD or any(e.key == where.key for e in line.entities):
        return False
    for i in range(at - 1, max(-1, at - 2 - _QUALIFIERS), -1):
        word = line.lower(i)
        if word in _A:
            return not _AGAIN & set(line.words[i:at])
        if not line.tokens[i].text.isalpha():
            return False
    return False
