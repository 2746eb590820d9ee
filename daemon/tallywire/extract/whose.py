"""Whose number it is: the population named by the phrase, the subject or what was said before; who got it."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from tallywire.extract.document import Document, giver, is_name, stranger, subject_of
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import families
from tallywire.extract.line import Line
from tallywire.extract.places import gazetteer
from tallywire.extract.reasons import Reason, because
from tallywire.extract.tracked import Track

_AGENT_REACH = 6  # tokens after the verb in which "by" names who did it


_CROSSED: Final = frozenset({"refugees", "asylum seekers"})
_INSIDE: Final = frozenset({"in", "inside", "within"})


def _owner(track: Track) -> str | None:
    family = families().get(track.family or "")
    by = (*track.of("by"), *(w for w in track.of("of") if w.key not in gazetteer()))
    gives = family is not None and family.giver and not family.aims
    at = [w for w in track.of("at", "by") if w.key not in gazetteer()] if gives else []
    return track.who or next((w.key for w in (*by, *at)), None)


def who(track: Track, frame: Frame, document: Document) -> Reason | None:
    owner = _owner(track)
    if owner is None:
        return _another_giver(track, frame)
    if track.who is None and track.of("by"):
        if _did_it(owner, frame):
            return None
        if (actor := _actor(frame) or _agent(frame)) and actor in gazetteer() and _is_its_verb(track, frame):
            return because("another actor", actor)
    named = _named(frame)
    if not named and _each_side(frame) and document.names({owner}):
        return None
    if named:
        return None if named == {owner} else because("another population", " and ".join(sorted(named)))
    if track.of("of") and (other := _of_another(frame)):
        return because("another population", other)
    subject = _subject(track, frame)
    if subject:
        return None if _same(subject, owner) else because("another actor", subject)
    before = document.population_before(frame.line, frame.first)
    if before and (_same(before, owner) or before in gazetteer() or owner not in gazetteer()):
        return None if _same(before, owner) else because("carried population", before)
    if owner == document.main_population or (document.main_population is None and owner in document.head_keys):
        return None
    if owner in document.head_keys and owner not in gazetteer() and not before:  # a text about a gang or a firm
        return None
    return because("population not named", owner)


def _of_another(frame: Frame) -> str | None:
    """ "14 crew members of a trawler": of one that is not named, so not of the one that the track names."""
    line = frame.line
    at = next((i for i in range(frame.mention.last, frame.last - 2) if line.lower(i) == "of"), None)
    if at is None or line.lower(at + 1) not in {"a", "an", "another"}:
        return None
    return line.text(at + 1, frame.last)


def _did_it(owner: str, frame: Frame) -> bool:
    """ "firms hit by Blackmoth", "Peru has seized 9 Chilean boats": the sentence itself names who did it."""
    line, found = frame.line, frame.found
    near = found.hit.last if found and found.hit else frame.last
    agents = [e for e in line.entities if e.key == owner and line.lower(e.first - 1) == "by"]
    if any(owner not in gazetteer() or 0 <= e.first - near < _AGENT_REACH for e in agents):
        return True
    return _actor(frame) == owner


def _agent(frame: Frame) -> str | None:
    """Whom a passive names: "30 boats were seized by Chile"."""
    found, line = frame.found, frame.line
    if found is None or found.hit is None or line.lower(found.hit.last) != "by":
        return None
    entity = line.entity_at.get(found.hit.last + 1)
    return entity.key if entity else None


def _is_its_verb(track: Track, frame: Frame) -> bool:
    """ "Peru shot down 29 Chile-launched drones" and "Peru received 14 tanks" name who suffered it or got them."""
    found = frame.found
    return bool(found and found.hit and not found.inverse and found.hit.families() & track.families)


def _actor(frame: Frame) -> str | None:
    """The subject of the verb that did it to what is counted."""
    found = frame.found
    if found is None or found.hit is None or not (found.is_active and found.rule in {"before", "relative"}):
        return None
    entity = subject_of(frame.line, found.hit.first)
    return entity.key if entity else stranger(frame.line, frame)


def _another_giver(track: Track, frame: Frame) -> Reason | None:
    """ "Mali exported 300 tonnes" is nothing of what is exported from Chad, nor are those whom Mali deported."""
    family, found, whence = families().get(track.family or ""), frame.found, track.of("from")
    if not (
        family
        and (family.giver or family.host)
        and whence
        and found
        and found.hit
        and found.is_active
        and found.rule in {"before", "relative"}
    ):
        return None
    entity = subject_of(frame.line, found.hit.first)
    there = gazetteer().get(entity.key) if entity else None
    if there is None or there.kind != "country" or there.key == whence[0].key:
        return None
    return because("another actor", there.key)


def _same(name: str, owner: str) -> bool:
    """Headlines shorten names: "North to send troops"."""
    return name == owner or name in owner.split()


def _each_side(frame: Frame) -> bool:
    """ "1,000 prisoners from each side": as many of the one as of the other."""
    words = [frame.line.lower(i) for i in range(frame.last, frame.last + 8)]
    return "each" in words or ("both" in words and "sides" in words)


def _named(frame: Frame) -> set[str]:
    """The populations that the noun phrase itself names."""
    noun = frame.mention.noun
    if noun is None or noun.before:
        return set()
    line = frame.line
    last = max(noun.last, frame.last)
    found = {line.entity_at[i].key for i in range(noun.first, last) if i in line.entity_at}
    if line.lower(last) in {"of", "from"} and last + 1 in line.entity_at:
        found.add(line.entity_at[last + 1].key)
    return found


def _subject(track: Track, frame: Frame) -> str | None:
    """The subject that owns what is counted: of giving, of losing, of a toll."""
    found, line = frame.found, frame.line
    if frame.resumed is not None and track.who is None and (name := _gapped(frame)):
        return name
    if found is None or found.hit is None:
        return None
    family = families().get(track.family or "")
    owns = found.loser or (family is not None and family.giver and not found.inverse)
    if owns and found.is_active and found.rule in {"before", "relative"}:
        entity = subject_of(line, found.hit.first)
        return entity.key if entity else stranger(line, frame)
    if track.of("by") and (actor := _actor(frame)):
        return actor
    if family and family.giver and (found.count or line.lower(frame.first - 1) in {"let", "lets"}):
        return stranger(line, frame)
    if found.rule == "level" or frame.rule == "noun":
        return _possessor(line, found.hit.first if found.rule == "level" else frame.first)
    if line.lower(frame.mention.first - 1) in {"had", "has", "have"}:
        entity = subject_of(line, frame.mention.first)
        return entity.key if entity else None
    if family and family.giver and (from_whom := giver(line, frame)):
        return from_whom.key
    return None


def _gapped(frame: Frame) -> str | None:
    """ "Acme cuts its staff by 90 and Orbo by 400": the subject whose verb is left out."""
    line, at = frame.line, frame.first - 1
    at -= line.lower(at) == "by"
    first = at + 1
    while first > 0 and is_name(line, first - 1) and first - 1 not in line.entity_at:
        first -= 1
    return line.text(first, at + 1) if first <= at and line.lower(first - 1) in {"and", "while"} else None


def _possessor(line: Line, at: int) -> str | None:
    """ "Moscow's total losses", "Russian casualties"."""
    for i in range(at - 1, max(-1, at - 4), -1):
        entity = line.entity_at.get(i)
        if entity:
            possessive = line.tokens[entity.last].kind == "possessive" if entity.last < len(line.tokens) else False
            return entity.key if possessive or entity.form == "demonym" else None
    return None


def inside_country(track: Track, frame: Frame) -> Reason | None:
    """ "10 million are displaced inside the country", "internally displaced": no refugees, who crossed a border."""
    if track.head not in _CROSSED:
        return None
    line, hit = frame.line, frame.found.hit if frame.found else None
    last = max(frame.last, hit.last if hit else 0)
    first = min(frame.first, hit.first if hit else frame.first)
    words = line.words[max(0, first - 4) : last + 1]
    inside = "internally" in words or any(
        word == "displaced" and following in _INSIDE for word, following in pairwise(words)
    )
    return because("another population", "those displaced inside the country") if inside else None


def recipient(track: Track, frame: Frame) -> Reason | None:
    """ "gave Ukraine 300,000": somebody else received."""
    to = track.of("to")
    found, line = frame.found, frame.line
    if not to or found is None or found.hit is None or found.rule != "before":
        return None
    for i in range(found.hit.last, frame.mention.first):
        entity = line.entity_at.get(i)
        if entity and entity.form in {"name", "capital"} and entity.key != to[0].key:
            return because("another recipient", entity.key)
    return None
