"""Reported, planned, projected or denied: by the cue of the governing clause."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from tallywire.core.claim import Status
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import closed
from tallywire.extract.line import BE, MAY, PAUSES, PREPOSITION, RELATIVE, STOPS, WILL, Line
from tallywire.extract.reasons import Reason, because

_PLANNED: Final = closed("planned") - WILL
_FORECAST: Final = closed("projected") - MAY
_FORECASTERS: Final = closed("forecaster")
_DENIED: Final = closed("denied")
_WITHDRAWN: Final = closed("withdrawn")
_FIGURES: Final = closed("figure noun")
_UNPLANNED: Final = closed("nobody plans")
_UNTRUE: Final = _DENIED | {"wrong", "incorrect"}
_EXPECTS: Final = frozenset("expect expects expected foresee sees see".split())
_SILENT: Final = (["confirm"], ["say"], ["comment"], ["discuss"], ["name"])  # "refused to confirm that 9 had died"
_UNSEEN: Final = (["found"], ["identified"], ["recovered"], ["seen"])
_AWAITED: Final = frozenset("expect expects foresee foresees foreseen anticipate anticipates".split())
_CAN_TELL: Final = frozenset({"confirm", "say", "report", "tell"})  # "we can confirm that"
_NO_PLAN: Final = frozenset({"blame", "date", "remain"})  # "the army is to blame"
_DATES: Final = frozenset("of early mid late last this".split())
_CLAUSE_ENDS: Final = frozenset({";", ",", "while", "but"})
_NEEDS_TO: Final = frozenset("about considering set want wants next going due hope hopes hoped expects".split())


class Stated(NamedTuple):
    """`why` is None for what is plainly reported."""

    status: Status
    why: Reason | None = None


def status_of(frame: Frame) -> Stated:
    """Whether it happened, and the cue that says so."""
    words = _clause(frame)
    return _denied(frame, words) or _projected(frame, words) or _planned(frame, words) or Stated("reported")


def _denied(frame: Frame, words: list[str]) -> Stated | None:
    denial = (
        None if _DENIED.isdisjoint(words) else next((w for i, w in enumerate(words) if _denies(frame, words, i)), None)
    )
    if denial:
        return Stated("denied", because("denial", denial))
    if _negated(words):
        return Stated("denied", because("negation"))
    taken_back = _taken_back(frame)
    return Stated("denied", because("taken back", taken_back)) if taken_back else None


def _projected(frame: Frame, words: list[str]) -> Stated | None:
    if forecast := next((w for w in words if w in _FORECAST), None):
        return Stated("projected", because("forecast", forecast))
    if _EXPECTS & set(words) and any(w in _FORECASTERS for w in words):
        return Stated("projected", because("forecaster"))
    aux = frame.found.aux if frame.found else frozenset()
    acts = any(a == "to" and b != "be" for a, b in pairwise(words))  # "expects 900 teachers to walk out": their plan
    if not acts and (awaited := frame.line.lower(frame.first - 1)) in _AWAITED:  # "the broker expects 600 ships"
        return Stated("projected", because("forecast", awaited))
    modal = next((w for w, following in pairwise([*words, ""]) if w in MAY and following not in _CAN_TELL), None)
    if modal and (not ("have" in aux or "have" in words) or ("have", "to") in pairwise(words)):
        return Stated("projected", because("modal", modal))
    return None


def _planned(frame: Frame, words: list[str]) -> Stated | None:
    hit = frame.found.hit if frame.found else None
    if frame.line.sentence.is_heading and hit and frame.line.lower(hit.first - 1) == "to":  # "Intel to cut 15,000 jobs"
        return Stated("planned", because("headline infinitive"))
    if will := next((w for w in words if w in WILL), None):
        if any(w in _FORECASTERS and not _addressed(frame.line, i) for i, w in enumerate(frame.line.words)):
            return Stated("projected", because("forecaster will"))
        if frame.families & _UNPLANNED:
            return Stated("projected", because("harm to come", will))
        return Stated("planned", because("will", will))
    if "to" in words and any(
        a in {"is", "are"} and b == "to" and c not in _NO_PLAN
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    ):
        return Stated("planned", because("plan", "to"))
    cue = next((w for w in words if w in _PLANNED and _is_plan(words, w)), None)
    if cue is None:
        return Stated("projected", because("likely")) if ("likely", "to") in pairwise(words) else None
    harm = frame.families & _UNPLANNED
    return Stated("projected", because("harm to come", cue)) if harm else Stated("planned", because("plan", cue))


def _denies(frame: Frame, words: list[str], at: int) -> bool:
    """A word of denial, unless it belongs to a name or only refuses to tell."""
    return words[at] in _DENIED and words[at + 2 : at + 3] not in _SILENT and not _in_noun(frame, words[at])


def _in_noun(frame: Frame, word: str) -> bool:
    """ "150 false killer whales"."""
    noun = frame.mention.noun
    return noun is not None and any(frame.line.lower(i) == word for i in range(noun.first, noun.last))


def _addressed(line: Line, at: int) -> bool:
    """ "told analysts": they listen, and foresee nothing."""
    return line.lower(at - 1) in {"told", "tells", "telling"}


def _taken_back(frame: Frame) -> str | None:
    """ "withdrew its figure of 112", "its toll of 112 was retracted": a figure, not men, is what was withdrawn."""
    line = frame.line
    start = _clause_start(line, frame.first)
    start = max((i + 1 for i in range(start, frame.first) if i in line.at_number), default=start)
    before = [line.lower(i) for i in range(start, frame.first)]
    cue = next((i for i, w in enumerate(before) if w in _WITHDRAWN), None)
    if cue is not None:
        return before[cue] if _FIGURES & set(before[cue:]) else None
    if not _FIGURES & set(before):
        return None
    after = [line.lower(i) for i in range(frame.last, min(len(line.tokens), frame.last + 14))]
    if ("not", "true") in pairwise(after):
        return "not true"
    return next((b for a, b in pairwise(after) if a in BE and b in _WITHDRAWN | _UNTRUE), None)


def _negated(words: list[str]) -> bool:
    """ "did not send", "has never deployed": unlike "not only" and "not yet known"."""
    for at, (word, following) in enumerate(pairwise(words)):
        if words[at + 1 : at + 3] == ["to", "be"] or (following == "been" and words[at + 2 : at + 3] in _UNSEEN):
            continue  # "who asked not to be named", "two people have never been found"
        if word in {"not", "never"} and following not in {"only", "just", "yet", "know", "known", "clear", "confirmed"}:
            return True
    return False


def _is_plan(words: list[str], cue: str) -> bool:
    at = words.index(cue)
    if cue in _NEEDS_TO:
        return "to" in (words[at + 1 :] if cue in {"expects", "wants"} else words[at + 1 : at + 3])
    return not (cue == "expected" and "than" in words)


def _clause(frame: Frame) -> list[str]:
    """The words from the start of the governing clause to its verb or number, whichever comes last."""
    line = frame.line
    hit = frame.found.hit if frame.found else None
    first = min(frame.first, hit.first) if hit else frame.first
    last = max(frame.last, hit.last) if hit else frame.last
    start = _clause_start(line, first)
    if hit and start == hit.first and line.lower(start).endswith("ing"):  # "plans a third wave, sending 6,000"
        start = _clause_start(line, max(0, start - 1))
    if frame.rule in {"of", "goes on", ""} or (hit and hit.has("noun")):
        last = _predicate_end(line, last)
    return [line.lower(i) for i in range(start, last) if not (_is_month(line, i) or _denies_other(frame, i))]


def _denies_other(frame: Frame, at: int) -> bool:
    """ "98 people, not 112, were killed": the "not" is said of the other figure."""
    return frame.line.lower(at) == "not" and at + 1 in frame.line.at_number and at + 1 != frame.first


def _is_month(line: Line, at: int) -> bool:
    """ "18 May", "May 18", "in May": no modal verb."""
    tokens = line.tokens
    if tokens[at].text == "May" and at and (line.lower(at - 1) in PREPOSITION or line.lower(at - 1) in _DATES):
        return True
    return tokens[at].text == "May" and "number" in {t.kind for t in tokens[max(0, at - 1) : at + 2]}


def _predicate_end(line: Line, at: int) -> int:
    """A noun's verb comes after it: "a first wave of 15,000 soldiers may be near"."""
    for i in range(at, min(len(line.tokens), at + 6)):
        if line.lower(i) in STOPS or line.lower(i) in PAUSES or line.lower(i) in _CLAUSE_ENDS or i in line.at_number:
            return i
    return min(len(line.tokens), at + 6)


def _clause_start(line: Line, at: int) -> int:
    for i in range(at - 1, max(-1, at - 30), -1):
        lower = line.lower(i)
        if lower in STOPS or lower in _CLAUSE_ENDS or (lower in RELATIVE and lower != "that"):
            return i + 1
    return max(0, at - 30)
