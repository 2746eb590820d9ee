"""Scenes that a sentence names beside a track's own: "In Munich 37 were hurt", "Delhi closed 5,400 schools".

A name that no list knows is taken to lie within the track's own place. One that is known to lie apart from it, as
another town or region of the same sort or one of another country, is another scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tallywire.extract.document import Document, is_name
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import closed, families, persons
from tallywire.extract.line import HAVE, REPORT, Line
from tallywire.extract.towns import LONGEST, Known, are_apart, known, towns
from tallywire.extract.tracked import Track, Where

_IN: Final = frozenset("in at near off across over around outside inside throughout".split())
_BEFORE_SCENE: Final = frozenset(', ; : and while but where that " “ — – -'.split())
_PLAIN: Final = frozenset("the northern southern eastern western central neighboring neighbouring nearby".split())
_HELD: Final = ("-held", "-controlled", "-administered", "-occupied", "-run", "-ruled")
_OFFICES: Final = frozenset("officials authorities police governor mayor rescuers firefighters doctors".split())
_STOPS: Final = frozenset({";", ":", "while", "but"})
_GO_ON: Final = _IN | {"and", "while", "but"}
_WIDE: Final = frozenset({"hurricane", "outbreak"})  # what strikes several countries alike
_HEAD: Final = 4  # lines
_LEAD: Final = 3
_ASIDE: Final = 10
_BESIDE: Final = 4  # tokens


def another_scene(track: Track, place: Where, frame: Frame, document: Document) -> str | None:
    """The place apart from the track's own that a number is of; "" if it is of the own; None if nothing says so."""
    family = families().get(track.family or "")
    hosted = family is not None and family.host
    if place.preposition == "from" and family is not None and family.leaves:
        return None  # those who fled Sudan are wherever they came to
    mine = _Mine(track, place, document, hosted)
    after = [] if hosted else _after(frame)
    for at in (*after, *_before(mine, frame)):
        name = mine.judge(frame.line, at)
        if name is not None:
            return name
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
        while line.lower(at) in _PLAIN or line.lower(at).endswith(_HELD):
            at += 1
        entity = line.entity_at.get(at)
        if entity is not None and entity.key in self.keys:
            return ""
        last, there = town_at(line, at)
        if (
            entity is not None
            and (entity.form == "name" or (entity.form == "capital" and there is None))
            and entity.last >= last
        ):
            last, there = entity.last, known(entity.key) if self.takes_countries else None
        if there is None:
            return None
        if self._is_apart(there, line):
            return line.text(at, last)
        return "" if self.is_listed and not entity else None  # a town of the tracked country

    def _is_apart(self, there: Known, line: Line) -> bool:
        if not all(are_apart(mine, there) for mine in self.known):
            return False
        if self.is_listed:
            return True
        home = _countries(self.document, line) if self.place.event not in _WIDE else frozenset()
        return bool(home) and there.country not in home


def town_at(line: Line, at: int) -> tuple[int, Known | None]:
    """The town or region that the longest name at tokens[at] is, and the token after it."""
    if at < len(line.tokens) and line.tokens[at].text[0].isupper():
        for last in range(min(len(line.tokens), at + LONGEST), at, -1):
            if there := towns().get(line.text(at, last).lower()):
                return last, there
    return at, None


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
        if word == ";" or (mention is not None and mention.refusal is None and not _shares(frame, at)):
            if (name := _where_before(line, at)) is not None and "," not in line.words[at : frame.first]:
                found.append(name)
            break
        opens = at == 0 or line.lower(at - 1) in _BEFORE_SCENE
        office = line.lower(at - 1) in _OFFICES
        leads = office or (opens and not _told_there(frame, at + 1)) or _is_of_one(line, at) or _acts_there(frame, at)
        if (word in _IN and leads) or (word == "of" and office):
            found.append(at + 1)
        elif word == "where" and (name := _antecedent(line, at)) is not None:
            found.append(name)
        elif opens and _is_subject(mine, frame, at):
            found.append(at)
    return found


def _shares(frame: Frame, at: int) -> bool:
    """Whether the scene before another figure is that of ours too: "In Swat 20 people died and 94 houses fell"."""
    words = frame.line.words[at : frame.first]
    return "and" in words and not {",", "in", "at", "where", "when"} & set(words)


def _speaks(frame: Frame, at: int) -> bool:
    """ "300 died, officials in Rome said": where somebody spoke."""
    line = frame.line
    near = range(max(frame.last, at - 3), min(len(line.tokens), at + 6))
    return any(line.lower(i) in REPORT and i not in line.hits for i in near)


def _is_of_one(line: Line, at: int) -> bool:
    """ "A prison in Nampula", "a strike in Munich": something told as one of its kind; nobody who only speaks there."""
    noun = singular(line.lower(at - 1))
    if at < 2 or noun in persons() or noun in closed("persons agency") or at - 1 in line.at_number:
        return False
    return any(line.lower(i) in {"a", "an", "another"} for i in range(max(0, at - 4), at - 1))


def _acts_there(frame: Frame, at: int) -> bool:
    """ "Prosecutors in Milan arrested 30": the name ends right before the verb of the event."""
    hit = frame.found.hit if frame.found else None
    if hit is None or frame.rule != "before" or hit.first <= at:
        return False
    return town_at(frame.line, at + 1)[0] == hit.first


def _where_before(line: Line, at: int) -> int | None:
    """ "took Bukavu, where 40,000 people fled and 33 were killed": the place of both."""
    return _antecedent(line, at - 1) if line.lower(at - 1) == "where" else None


def _antecedent(line: Line, where: int) -> int | None:
    """The name right before ", where": "as good as Singapore's, where 9,949 fell ill"."""
    last = where
    while last > 0 and (line.lower(last - 1) in {",", '"', "”", "’"} or line.tokens[last - 1].kind == "possessive"):
        last -= 1
    entity = line.entity_at.get(last - 1)
    if entity is not None:
        return entity.first
    return next((at for at in range(max(0, last - LONGEST), last) if town_at(line, at)[0] == last), None)


def _told_there(frame: Frame, at: int) -> bool:
    """ "In Cairo, mediators said that 40 had died": a capital where somebody spoke; police in a town speak of it."""
    line, entity = frame.line, frame.line.entity_at.get(at)
    if entity is None or entity.form != "capital":
        return False
    return any(line.lower(i) in REPORT and i not in line.hits for i in range(entity.last, frame.first))


def _is_subject(mine: _Mine, frame: Frame, at: int) -> bool:
    """ "Munich cancelled 640 flights", "Alberta has counted 868", "Hahn: 2 flights"."""
    line = frame.line
    at += line.lower(at) == "the"
    last = at
    while last < len(line.tokens) and last - at < LONGEST and is_name(line, last):
        last += 1
    if last == at or any(e.key in mine.keys for e in line.entities):
        return False
    hit = frame.found.hit if frame.found else None
    if line.lower(last) == ",":  # "Texas, where it is slowing, has 744 cases"
        last = next((i + 1 for i in range(last + 1, min(last + _ASIDE, frame.first)) if line.lower(i) == ","), last)
    following = line.lower(last)
    return (hit is not None and hit.first == last) or following in HAVE or (following == ":" and at == 0)


def _countries(document: Document, line: Line) -> frozenset[str]:
    """The countries that the headline and lead before a line name, or whose towns they name."""
    count = min(_HEAD, line.index)
    if count not in document.home:
        head = (there.country for x in document.lines[:count] for there in _places(x, "demonym", "capital"))
        document.home[count] = frozenset(head)
    return document.home[count]


def _places(line: Line, *forms: str) -> list[Known]:
    """What is known of the places that a sentence names, in one of these forms or by name."""
    return [there for _, there in _placed(line, *forms)]


def _placed(line: Line, *forms: str) -> Iterator[tuple[int, Known]]:
    for entity in line.entities:
        if entity.form in {"name", *forms} and (there := known(entity.key)):
            yield entity.first, there
    for at, token in enumerate(line.tokens):
        if token.text[0].isupper() and at not in line.entity_at and (there := town_at(line, at)[1]):
            yield at, there


def is_foreign(track: Track, document: Document) -> bool:
    """Whether headline and lead are about another country than the track's own, which is told of in passing then."""
    if track.sentence not in document.foreign:
        document.foreign[track.sentence] = _is_foreign(track, document)
    return document.foreign[track.sentence]


def _is_foreign(track: Track, document: Document) -> bool:
    family = families().get(track.family or "")
    if track.who and not (family and family.host):
        return False
    if family and family.leaves and track.where[0].preposition == "from":
        return False
    keys = {w.key for w in track.where if w.key} | track.parts
    lead = document.lines[:_LEAD] if document.lines[0].sentence.is_heading else document.lines[:1]
    if any(e.key in keys for line in lead for e in line.entities):
        return False
    own = [k for w in track.where if w.key and (k := known(w.key))] or _told_with(keys, document)
    there = {place.country for line in lead for place in _places(line)}
    return bool(own and there) and not there & {place.country for place in own}


def _told_with(keys: set[str], document: Document) -> list[Known]:
    """Where a place that no list knows lies, by what stands beside it at first: "in Seoul's Itaewon quarter"."""
    for line in document.lines:
        own = next((e for e in line.entities if e.key in keys), None)
        if own:
            near = range(own.first - _BESIDE, own.last + _BESIDE)
            return [there for at, there in _placed(line, "capital", "demonym") if at in near]
    return []


def is_named_here(track: Track, frame: Frame, document: Document) -> bool:
    """Whether a number's sentence names the track's place, or goes on about one that just did and names no other."""
    keys = {w.key for w in track.where if w.key} | track.parts
    line = frame.line
    if any(e.key in keys for e in line.entities):
        return True
    before = document.lines[line.index - 1] if line.index else line
    named = any(e.key in keys for e in before.entities) and before.sentence.paragraph == line.sentence.paragraph
    return named and not _places(line) and not _names_place(line)


def _names_place(line: Line) -> bool:
    """ "in Derna alone": a place that no list knows."""
    last = len(line.tokens) - 1
    return any(word in _IN and at < last and is_name(line, at + 1) for at, word in enumerate(line.words))
