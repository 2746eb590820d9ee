"""Scenes that a sentence names beside a track's own: "In Munich 37 were hurt", "Delhi closed 5,400 schools".

A name that no list knows is taken to lie within the track's own place. One that is known to lie apart from it, as
another town or region of the same sort or one of another country, is another scene.
"""

from __future__ import annotations

from typing import Final

from tallywire.extract.document import Document, is_name
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import families
from tallywire.extract.line import HAVE, REPORT, Line
from tallywire.extract.towns import LONGEST, Known, are_apart, known, towns
from tallywire.extract.tracked import Track, Where

_IN: Final = frozenset("in at near off across over around outside inside throughout".split())
_BEFORE_SCENE: Final = frozenset(', ; : and while but where that " “ — – -'.split())
_PLAIN: Final = frozenset("the northern southern eastern western central neighboring neighbouring nearby".split())
_OFFICES: Final = frozenset("officials authorities police governor mayor rescuers firefighters doctors".split())
_STOPS: Final = frozenset({";", ":", "while", "but"})
_GO_ON: Final = _IN | {"and", "while", "but"}
_WIDE: Final = frozenset({"hurricane", "outbreak"})  # what strikes several countries alike
_HEAD: Final = 4  # lines


def another_scene(track: Track, place: Where, frame: Frame, document: Document) -> str | None:
    """The name of the place apart from the track's own that a number is of; None if nothing says so."""
    family = families().get(track.family or "")
    hosted = family is not None and family.host
    if place.preposition == "from" and family is not None and family.leaves:
        return None  # those who fled Sudan are wherever they came to
    mine = _Mine(track, place, document, hosted)
    after = [] if hosted else _after(frame)
    for at in (*after, *_before(mine, frame)):
        name = mine.judge(frame.line, at)
        if name is not None:
            return name or None
    return None


class _Mine:
    """The places of one track, and what lies apart from all of them."""

    def __init__(self, track: Track, place: Where, document: Document, hosted: bool) -> None:
        self.place, self.document = place, document
        self.keys = {w.key for w in track.where if w.key} | track.parts
        said = [w.key for w in track.where if w.key] + ([track.who] if track.who else [])
        self.known = [k for key in said if (k := known(key))]
        self.is_listed = known(place.key or "") is not None
        self.takes_countries = track.who is None or hosted  # a population's losses abroad are its own

    def judge(self, line: Line, at: int) -> str | None:
        """The name at tokens[at] if it lies apart; "" if it is the track's own; None if it says nothing."""
        while line.lower(at) in _PLAIN:
            at += 1
        entity = line.entity_at.get(at)
        if entity is not None and entity.key in self.keys:
            return ""
        if entity is not None and entity.form in {"name", "capital"}:
            there = known(entity.key) if self.takes_countries else None
            return entity.key if there and self._is_apart(there) else None
        for last in range(min(len(line.tokens), at + LONGEST), at, -1):
            there = towns().get(line.text(at, last).lower())
            if there is not None and line.tokens[at].text[0].isupper():
                return line.text(at, last) if self._is_apart(there) else None
        return None

    def _is_apart(self, there: Known) -> bool:
        if not all(are_apart(mine, there) for mine in self.known):
            return False
        if self.is_listed:
            return True
        home = _countries(self.document) if self.place.event not in _WIDE else frozenset()
        return bool(home) and there.country not in home


def _after(frame: Frame) -> list[int]:
    """Where names may stand after a number: behind a preposition, in its own clause."""
    line, found = frame.line, []
    for at in range(frame.last, len(line.tokens)):
        word, mention = line.lower(at), line.at_number.get(at)
        if word in _STOPS or (mention is not None and mention.refusal is None):
            break
        if word in {",", "and"} and line.lower(at + 1) in _GO_ON:
            break
        if word in _IN and not _speaks(frame, at):
            found.append(at + 1)
    return found


def _before(mine: _Mine, frame: Frame) -> list[int]:
    """Where names may stand before a number: opening its clause, of an office that gives it, or as its subject."""
    line, found = frame.line, []
    for at in range(frame.first - 1, -1, -1):
        word, mention = line.lower(at), line.at_number.get(at)
        if word == ";" or (mention is not None and mention.refusal is None):
            break
        opens = at == 0 or line.lower(at - 1) in _BEFORE_SCENE
        office = line.lower(at - 1) in _OFFICES
        if (word in _IN and (office or (opens and not _told_there(frame, at + 1)))) or (word == "of" and office):
            found.append(at + 1)
        elif opens and _is_subject(mine, frame, at):
            found.append(at)
    return found


def _speaks(frame: Frame, at: int) -> bool:
    """ "300 died, officials in Rome said": where somebody spoke."""
    line = frame.line
    near = range(max(frame.last, at - 3), min(len(line.tokens), at + 6))
    return any(line.lower(i) in REPORT and i not in line.hits for i in near)


def _told_there(frame: Frame, at: int) -> bool:
    """ "In Cairo, mediators said that 40 had died": a capital where somebody spoke; police in a town speak of it."""
    line, entity = frame.line, frame.line.entity_at.get(at)
    if entity is None or entity.form != "capital":
        return False
    return any(line.lower(i) in REPORT and i not in line.hits for i in range(entity.last, frame.first))


def _is_subject(mine: _Mine, frame: Frame, at: int) -> bool:
    """ "Munich cancelled 640 flights", "Alberta has counted 868", "Hahn: 2 flights"."""
    line, last = frame.line, at
    while last < len(line.tokens) and last - at < LONGEST and is_name(line, last):
        last += 1
    if last == at or any(e.key in mine.keys for e in line.entities):
        return False
    hit = frame.found.hit if frame.found else None
    following = line.lower(last)
    return (hit is not None and hit.first == last) or following in HAVE or (following == ":" and at == 0)


def _countries(document: Document) -> frozenset[str]:
    """The countries that the headline and lead name, or whose towns they name."""
    found = set()
    for line in document.lines[:_HEAD]:
        found |= {k.country for e in line.entities if (k := known(e.key))}
        for at, token in enumerate(line.tokens):
            there = towns().get(token.lower) if token.text[0].isupper() and at not in line.entity_at else None
            if there:
                found.add(there.country)
    return frozenset(found)
