"""Whether what a number counts is what a track counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from tallywire.extract.after import is_base
from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import groups, measures, persons
from tallywire.extract.line import CONJUNCTION, DETERMINER, PREPOSITION
from tallywire.extract.nouns import Noun
from tallywire.extract.tracked import Track

_NAMED_WITHIN: Final = 6  # tokens: "the number of North Korean soldiers"
_LOOK_BACK: Final = 32  # figures without a noun that are passed over; it bounds the work in a sentence full of them
_PERSONAL: Final = frozenset("killed wounded casualties missing captured arrested displaced rescued".split())
_WORKERS: Final = frozenset({("worker",), ("employee",), ("staff",)})
_AGENTS: Final = ("er", "or", "ist", "ian", "ee", "man")


About = Callable[[], frozenset[str]]  # seldom asked for, and not cheap


class Match(NamedTuple):
    """`weight`: 3 and more a head as worded, 2 one of its group, 1 a noun left out or the event itself."""

    weight: int
    narrower: bool = False


def match(track: Track, frame: Frame, earlier: Sequence[Frame], about: About) -> Match | None:
    """How well a number's noun fits a track's; None where it counts something else.

    `earlier`: the frames before it, nearest first, in which a noun left out is looked for. `about`: gives the
    words of the headline and lead, which an adjective of the track may stand in.
    """
    noun = frame.mention.noun
    if frame.rule == "noun":
        return _event_noun(track, frame, about)
    if noun is None or frame.is_elided or (noun.before and noun.head not in track.kin):
        return _left_out(track, frame, earlier, about)
    return _noun(track, frame, noun, about)


def _left_out(track: Track, frame: Frame, earlier: Sequence[Frame], about: About) -> Match | None:
    """ "of these, around 4,000": the noun is that of a number before, or a word of the sentence."""
    level = frame.found is not None and frame.found.rule == "level"
    hit = frame.found.hit if frame.found else None
    named = hit is not None and (hit.has("falls") or (level and hit.has("noun") and not track.unit))
    if frame.families and ((level and track.counts_persons) or named):
        return None if _toll_of_others(track, frame) else Match(1)
    if frame.line.sentence.is_heading and frame.families & track.families and frame.rule in {"after", "before"}:
        return Match(1)  # "100,000 still without power": a headline leaves out whom the text names
    first = frame.line.first_of
    if any(first.get(phrase[-1], frame.first) < frame.first for phrase in track.heads):
        return Match(1)
    if base := _base_noun(frame):
        return Match(1) if _noun(track, frame, base, about) else None
    for other in earlier[:_LOOK_BACK]:
        noun = other.mention.noun
        if noun is None or noun.elided or noun.head is None or other.mention.refusal is not None:
            continue
        if track.counts_persons and noun.head not in persons() and not _is_people(other, noun):
            continue
        return Match(1) if _noun(track, other, noun, about) else None
    return Match(1) if track.counts_persons and track.kin else None


def _base_noun(frame: Frame) -> Noun | None:
    """ "300 of Lima's 400 schools": the noun stands with the whole."""
    line, last, noun = frame.line, frame.mention.last, frame.mention.noun
    if (noun is not None and not noun.elided) or line.lower(last) != "of":
        return None
    near = (line.at_number.get(at) for at in range(last + 1, last + 6))
    return next((m.noun for m in near if m and m.noun and m.noun.head and is_base(line, m)), None)


def _toll_of_others(track: Track, frame: Frame) -> bool:
    """ "The number of soldiers sent there rose to 300" is no number of workers."""
    line = frame.line
    opens = (i for i in range(frame.first - 1, 0, -1) if (line.lower(i - 1), line.lower(i)) == ("number", "of"))
    at = next(opens, None)
    if at is None or not track.counts_persons:
        return False
    nouns = {singular(line.lower(i)) for i in range(at + 1, min(at + _NAMED_WITHIN, frame.first))} & persons()
    return bool(nouns) and nouns.isdisjoint(track.kin) and not any(p[-1] in nouns for p in track.heads)


def _noun(track: Track, frame: Frame, noun: Noun, about: About) -> Match | None:
    words = [singular(t.lower) for t in frame.line.tokens[noun.first : noun.last]]
    heads = {h for h in (noun.heads or (noun.head,)) if h}
    if track.unit and noun.head == track.unit:
        return _made_of(track, frame, noun, about)
    measures_own = any(phrase[-1] == noun.head for phrase in track.heads)  # "crew members of the Ever Given"
    if noun.head in measures() and noun.of_head:
        heads = {noun.of_head} | (heads if measures_own else set())
    if len(heads) > 1 and not track.counts_persons and _several_sorts(track, heads):
        return None
    if size := _phrase(track, words, heads):
        return Match(2 + size)
    if track.counts_persons and track.kin and _is_people(frame, noun):
        return Match(2)
    pairs = {f"{a} {b}" for a, b in pairwise(words) if b in heads}
    if not (heads | pairs) & track.kin and not (_anybody(track) and any(_is_agent(h) for h in heads)):
        return None
    if track.modifiers and not _modified(track, frame, words, about):
        return None
    return Match(2, narrower=track.who is None and heads <= track.narrower)


def _several_sorts(track: Track, heads: set[str]) -> bool:
    """ "300 drones and missiles" are no count of drones; "300 homes and shops" are buildings both."""
    own = heads & track.kin
    others = {h for h in heads - track.kin if (h,) not in track.heads}
    near = [words for words in groups("things").values() if own & words]
    return bool(own) and any(_is_apart(h, near) for h in others)


def _is_apart(noun: str, near: Sequence[frozenset[str]]) -> bool:
    """Whether the groups of a noun have no noun in common with any of these: shops are houses, in the end."""
    groups_of = [words for words in groups("things").values() if noun in words]
    return bool(groups_of) and not any(words & other for words in groups_of for other in near)


def _made_of(track: Track, frame: Frame, noun: Noun, about: About) -> Match | None:
    """Whether a measure is one of the tracked stuff: tonnes of grain are none of oil, those of wheat some of the grain,
    and bare ones are as the text is."""
    wanted, named = set(track.complement), set(noun.of_words) or _of_toll(frame)
    if wanted <= (named or about()):
        return Match(3)
    sorts = frozenset().union(*(groups("sorts").get(w, frozenset()) for w in wanted))
    return Match(3, narrower=True) if sorts & named else None


def _of_toll(frame: Frame) -> set[str]:
    """ "Flour exports came to 300 tonnes": the word before a toll says what was exported, where it says anything."""
    hit = frame.found.hit if frame.found and frame.found.rule == "level" else None
    at = hit.first - 1 if hit else -1
    if at < 0 or at in frame.line.entity_at or frame.line.tokens[at].kind != "word":
        return set()
    word = frame.line.lower(at)
    return set() if word in _PLAIN | DETERMINER | PREPOSITION | CONJUNCTION else {word}


def _anybody(track: Track) -> bool:
    """Whether a track counts whoever it happens to, and it happens to persons; or workers of any trade."""
    return (track.kin >= persons() and bool(track.families & _PERSONAL)) or track.heads <= _WORKERS


def names_persons(frame: Frame) -> bool:
    """Whether a number counts persons of some sort."""
    noun = frame.mention.noun
    return noun is not None and noun.head is not None and (noun.head in persons() or _is_agent(noun.head))


def _is_agent(noun: str) -> bool:
    """ "activist", "miner": a word that no list has but that looks like one for a person."""
    return noun.endswith(_AGENTS) and not any(noun in words for words in groups("things").values())


def _is_people(frame: Frame, noun: Noun) -> bool:
    """ "12,000 North Koreans"."""
    entity = frame.line.entity_at.get(noun.last - 1)
    return entity is not None and entity.form == "people"


def _event_noun(track: Track, frame: Frame, about: About) -> Match | None:
    """ "600 deaths" count persons, "1,024 cases" are what they say."""
    noun = frame.mention.noun
    if noun and track.modifiers and noun.head in track.kin:
        words = [singular(t.lower) for t in frame.line.tokens[noun.first : noun.last]]
        if not _modified(track, frame, words, about):
            return None
    if noun and noun.head in persons() and noun.head not in track.kin and track.counts_persons and noun.modifiers:
        return None
    return Match(1)


def _phrase(track: Track, words: list[str], heads: set[str]) -> int:
    """How many words of the track's longest phrase are there, with the phrase's own head in it; 0 if none is."""
    best = 0
    for phrase in track.heads:
        size = len(phrase)
        if phrase[-1] not in heads and phrase[0] not in heads:
            continue
        if any(tuple(words[i : i + size]) == phrase for i in range(len(words) - size + 1)):
            best = max(best, size)
    return best


def _modified(track: Track, frame: Frame, words: list[str], about: About) -> bool:
    """Whether the track's adjectives are there: in the phrase, in the sentence, or in what the text is about, unless
    the phrase has a qualifying word of its own."""
    if track.modifiers <= set(words) or track.modifiers <= frame.line.vocabulary:
        return True
    noun = frame.mention.noun
    whose = {t.lower for e in frame.line.entities for t in frame.line.tokens[e.first : e.last]}
    own = {w for w in (noun.modifiers if noun else ()) if w not in _PLAIN and w not in whose}
    return not own and track.modifiers <= about()


_PLAIN: Final = frozenset(
    "new confirmed suspected probable total additional active reported more other recent further known laboratory of "
    "the all cumulative fresh daily weekly monthly yearly annual overall combined sea rail foreign commercial".split()
)
