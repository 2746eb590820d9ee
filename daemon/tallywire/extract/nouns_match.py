"""Whether what a number counts is what a track counts."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import measures, persons
from tallywire.extract.track import Track

_PERSONAL: Final = frozenset("killed wounded casualties missing captured".split())


class Match(NamedTuple):
    """`weight`: 3 a head as worded, 2 one of its group, 1 a noun left out or the event itself."""

    weight: int
    narrower: bool = False


def match(track: Track, frame: Frame) -> Match | None:
    """How well a number's noun fits a track's; None where it counts something else."""
    noun = frame.mention.noun
    if frame.rule == "noun":
        return _event_noun(track, frame)
    if noun is None or noun.elided or noun.head is None or (noun.before and noun.head not in track.kin):
        return Match(1)
    words = [singular(t.lower) for t in frame.line.tokens[noun.first : noun.last]]
    if _phrase(track, words):
        return Match(3)
    heads = set(noun.heads or (noun.head,))
    if noun.head in measures() and noun.of_head:
        heads = {noun.of_head}
    if not heads & track.kin:
        return None
    if track.modifiers and not _modified(track, frame, words):
        return None
    return Match(2, narrower=noun.head in track.narrower)


def _event_noun(track: Track, frame: Frame) -> Match | None:
    """ "600 deaths" count persons, "1,024 cases" are what they say."""
    noun = frame.mention.noun
    if noun and track.modifiers and noun.head in track.kin:
        words = [singular(t.lower) for t in frame.line.tokens[noun.first : noun.last]]
        if not _modified(track, frame, words):
            return None
    if noun and noun.head in persons() and noun.head not in track.kin and track.counts_persons and noun.modifiers:
        return None
    return Match(1)


def _phrase(track: Track, words: list[str]) -> bool:
    for phrase in track.heads:
        size = len(phrase)
        if any(tuple(words[i : i + size]) == phrase for i in range(len(words) - size + 1)):
            return True
    return False


def _modified(track: Track, frame: Frame, words: list[str]) -> bool:
    """Whether the track's adjectives are there, in the phrase or at least in the sentence."""
    if track.modifiers <= set(words):
        return True
    return track.modifiers <= {t.lower for t in frame.line.tokens}
