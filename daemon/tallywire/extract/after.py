"""The event after a number's phrase: "300 were killed", "soldiers sent to Russia", "3,000 who died"."""

from __future__ import annotations

import dataclasses
from typing import Final

from tallywire.extract.found import Found
from tallywire.extract.lexicon import closed, marked
from tallywire.extract.line import (
    ADVERB,
    BE,
    BREAKER,
    CONJUNCTION,
    COUNT,
    DETERMINER,
    EXTENT,
    HAVE,
    HEDGE,
    LEVEL,
    MAY,
    PAUSES,
    PREPOSITION,
    RELATIVE,
    STOPS,
    VERB,
    WILL,
    Hit,
    Line,
    is_contrast,
)
from tallywire.extract.quantities import Mention
from tallywire.extract.said import THERE, Scan, reads

_REACH: Final = 32
_ASIDE_REACH: Final = 10
_PRONOUNS: Final = frozenset({"he", "she", "it", "they", "we", "i"})
_ASIDE: Final = frozenset("among including most some many with mostly of all half".split())
_OF_THEM: Final = frozenset({"them", "these", "those"})  # "of whom" opens a clause of its own
_DETERMINED: Final = frozenset("the a an its their his her our this that these those".split())
_CATENATIVE: Final = closed("catenative")
_SMALL: Final = ADVERB | HEDGE | {"to", "still", "remain", "remained", "remains", "with", '"', "“", "”", "'", "’"}


def event_after(line: Line, at: int, mention: Mention) -> Found | None:
    """Looks to the right for what is said of the number's noun."""
    scan = Scan(line, at, mention)
    inner = _base_of(line, mention)
    if inner:
        scan.outer, scan.start = True, max(at, line.span(inner)[1])
        scan.at = scan.start
    end = min(len(line.tokens), at + _REACH)
    answer = None
    while scan.at < end:
        done, answer = _step(scan)
        if done:
            break
    if answer is None or (answer.other and scan.spare):
        answer = scan.spare
    if is_base(line, mention) and answer and answer.finite and scan.relative < 0:
        return scan.spare  # "4,000 of the 11,000 sent were killed": the verb counts the part
    if answer is None and scan.is_subject:
        return Found("subject", finite=True, aux=frozenset(scan.aux))
    return answer


def _base_of(line: Line, mention: Mention) -> Mention | None:
    """The larger figure that a number is a part of: "3,800 of the 12,000"."""
    last = line.span(mention)[1]
    for at in range(mention.last + 1, max(last, mention.last + 4) + 1):
        other = line.at_number.get(at)
        if other and other.refusal is None:
            return other if is_base(line, other) else None
    return None


def is_base(line: Line, mention: Mention) -> bool:
    """Whether a number is the whole that a part is named of: "of the 12,000", "out of 31"."""
    at = line.span(mention)[0] - 1
    if line.lower(at) == "of" and (at == 0 or at - 1 in line.at_number):  # "300 of 340 drones", "Of 340 drones, ..."
        return True
    if line.tokens[at].kind == "possessive":  # "300 of Lima's 400 schools"
        at = next((i for i in range(at - 1, max(-1, at - 5), -1) if line.lower(i) == "of"), at)
        return line.lower(at) == "of" and at - 1 in line.at_number
    while at > 0 and line.lower(at) in {"the", "some", "those", "its", "their", "all", "approximately", "roughly"}:
        at -= 1
    if line.lower(at) != "of":
        return False
    definite = at < line.span(mention)[0] - 1
    return (definite or line.lower(at - 1) == "out") and line.lower(at - 1) not in {"batch", "wave", "total"}


def _step(scan: Scan) -> tuple[bool, Found | None]:
    line, at = scan.line, scan.at
    lower = line.lower(at)
    hit = line.hits.get(at)
    if hit and hit.first == at:
        return _at_hit(scan, hit)
    if lower in BE or lower in HAVE or lower in MAY or lower in WILL:
        return _at_aux(scan, lower)
    if lower in STOPS or (lower in BREAKER and not (lower == "as" and line.lower(at - 1) in HEDGE)):  # "listed as dead"
        return True, None
    if at in line.at_number:
        return _at_number(scan)
    if lower in PAUSES or lower == ",":
        return _at_pause(scan, lower)
    if lower in RELATIVE:
        scan.relative, scan.comma, scan.prepositional, scan.noun_since = at, False, False, 0
    elif lower in CONJUNCTION and (line.lower(at + 1) in DETERMINER or line.lower(at + 1) in _PRONOUNS):
        if not _one_more(line, at + 1):
            return True, None
        scan.at += 2
    elif lower in _SMALL or lower in DETERMINER or lower in CONJUNCTION:
        pass
    elif lower in PREPOSITION or lower == "of":
        scan.prepositional = True
    elif (lower in VERB or lower in LEVEL or lower in COUNT) and at not in line.entity_at:
        return _at_other_verb(scan, lower)
    else:
        scan.noun_since += 1
    scan.at += 1
    return False, None


def _one_more(line: Line, at: int) -> bool:
    """ "20 nurses and a priest were freed": the verb is a plural, so that the last of the list is no subject."""
    return line.lower(at) in {"a", "an"} and any(
        line.lower(i) in {"were", "are", "have"} for i in range(at + 2, at + 5)
    )


def _at_aux(scan: Scan, lower: str) -> tuple[bool, Found | None]:
    """Auxiliaries; "are in Kursk" is a stock."""
    kind = "be" if lower in BE else "have" if lower in HAVE else "may" if lower in MAY else "will"
    previous, after = scan.line.lower(scan.at - 1), scan.line.lower(scan.at + 1)
    if kind == "have" and previous == "to":  # "219 people known to have died": no finite verb yet
        scan.at += 1
        return False, None
    if kind == "be" and after == "to":  # "310,000 children are to receive drops"
        kind = "will"
    joined = previous in CONJUNCTION  # "has grown to 900 acres and is 5 per cent contained"
    scan.is_subject = scan.is_subject or not (joined or scan.prepositional or scan.comma or scan.relative >= 0)
    scan.aux.add(kind)
    scan.at += 1
    following = scan.at
    while scan.line.lower(following) in {"already", "now", "still", "currently", "not"}:
        following += 1
    if kind == "be" and scan.line.lower(following) in THERE and following not in scan.line.hits:
        hit = Hit(scan.at - 1, following + 1, ())
        there = frozenset({"deployed", "there"})
        return True, Found("after", there, hit, finite=True, stock=True, aux=frozenset(scan.aux))
    return False, None


def _at_number(scan: Scan) -> tuple[bool, Found | None]:
    """Another number ends the look, unless it stands in a list with ours or in an aside."""
    line, at = scan.line, scan.at
    other = line.at_number[at]
    previous = line.lower(at - 1)
    if is_contrast(line, line.span(other)[0]):  # "98 rather than 112 people were killed"
        scan.at, scan.prepositional = line.span(other)[1], False
        return False, None
    if other.refusal is not None or scan.comma:
        scan.at = other.last
        return False, None
    tie = previous if previous not in DETERMINER and previous != "another" else line.lower(at - 2)
    if (tie in CONJUNCTION or tie in {"as", "with", ","}) and not scan.aux and not scan.spare:
        scan.at = line.span(other)[1]
        return False, None
    return True, None


def _at_pause(scan: Scan, lower: str) -> tuple[bool, Found | None]:
    """After a comma only a finite verb can still be ours: "189 prisoners, among them two civilians, were released"."""
    if lower == "," and scan.relative == scan.at - 1 and (end := _parenthesis_end(scan.line, scan.at)):
        scan.at = end + 1
        return False, None
    if lower in {":", ";"} or (scan.aux and not scan.comma and lower == ","):
        return True, None
    following = scan.line.lower(scan.at + 1)
    if lower == "-" or following in _ASIDE or following in RELATIVE or scan.comma or lower in "()–—":
        spaced = scan.line.tokens[scan.at - 1].end < scan.line.tokens[scan.at].start
        scan.comma = scan.comma or lower != "-" or spaced
        scan.at += 1
        return False, None
    if scan.at + 1 in scan.line.at_number and _is_share(scan.line, scan.line.at_number[scan.at + 1]):
        scan.comma = True
        scan.at += 1
        return False, None
    if following in BE | HAVE or following in ADVERB | PREPOSITION | DETERMINER or following in CONJUNCTION:
        scan.comma = True
        scan.at += 1
        return False, None
    return True, None


def _parenthesis_end(line: Line, comma: int) -> int | None:
    """The comma that ends what is put in: "2,400 tonnes which, it told the court, leaked"."""
    near = range(comma + 1, min(len(line.tokens), comma + _ASIDE_REACH))
    return next((i for i in near if line.lower(i) == ","), None)


def _is_share(line: Line, other: Mention) -> bool:
    """An aside about some: "300 people, 20 per cent of the village, were killed", "19 men, 4 of them officers, ..."."""
    last = other.last
    return other.refusal is not None or (line.lower(last) == "of" and line.lower(last + 1) in _OF_THEM)


def _at_other_verb(scan: Scan, lower: str) -> tuple[bool, Found | None]:
    """A verb of no known event: finite, it governs; as a participle it only describes ("troops trained in ...")."""
    if scan.comma and not scan.aux:
        scan.at += 1
        return False, None
    if scan.line.lower(scan.at - 1) == "to":  # "sent to fight"
        scan.at += 1
        return False, None
    if lower in _CATENATIVE and scan.line.lower(scan.at + 1) == "to":  # "have agreed to leave"
        scan.at += 2
        return False, None
    has_object = scan.line.lower(scan.at + 1) in _DETERMINED  # "soldiers manned the gates": finite, no participle
    describes = lower.endswith(("ed", "en", "wn", "ing")) and not scan.aux and not (has_object and lower[-3:] != "ing")
    if describes or (scan.relative >= 0 and scan.noun_since == 0 and not scan.comma):
        scan.other = scan.other or lower
        scan.aux.clear()
        scan.prepositional = True
        scan.at += 1
        return False, None
    finite = bool(scan.aux) or not scan.prepositional
    return True, Found("after", other=lower, finite=finite, adjacent=not scan.prepositional, distant=scan.comma)


def _with_cause(line: Line, hit: Hit, answer: Found | None) -> Found | None:
    """ "9,000 homes were hit by power cuts", "cars affected by the recall": what they were hit by is what happened."""
    if answer is None or line.lower(hit.first) not in EXTENT or line.lower(hit.last) != "by":
        return answer
    for at in range(hit.last + 1, hit.last + 5):
        event = line.hits.get(at)
        if event and (meant := event.families("act", "noun") & marked("affects")):
            return dataclasses.replace(answer, families=answer.families | meant)
    return answer


def _at_hit(scan: Scan, hit: Hit) -> tuple[bool, Found | None]:
    answer = _with_cause(scan.line, hit, reads(scan, hit))
    if answer is None and scan.prepositional and scan.spare is None and "launched" in hit.families("act"):
        scan.spare = Found("after", hit.families("act"), hit)  # "810 drones in this attack"
    if answer is None:
        scan.at = hit.last
        if _is_finite_verb(scan, hit):
            name = scan.line.text(hit.first, hit.last)
            return True, Found("after", other=name, finite=True, distant=scan.comma)
        return False, None
    bare = not scan.aux and scan.relative < 0
    if answer.stock and bare and hit.last < len(scan.line.tokens):  # "29 people on the ground died"
        scan.spare, scan.at = scan.spare or answer, hit.last
        return False, None
    if scan.outer and (bare or scan.relative >= 0):
        scan.relative, scan.prepositional, scan.at = -1, True, hit.last
        scan.aux.clear()
        return False, None
    if bare and scan.comma and answer.is_active and scan.line.lower(hit.first - 1) == ",":
        return True, answer  # "112 people, 20 of them children, died"
    if bare and (scan.prepositional or scan.comma):
        if not scan.comma and scan.spare is None and hit.has("subject", "past", "base", "s"):
            return True, answer
        scan.spare = scan.spare or (None if scan.comma else answer)
        scan.at = hit.last
        return False, None
    if bare and not hit.tied and scan.spare is None and _main_verb_follows(scan, hit):
        scan.spare = answer
        scan.prepositional = True
        scan.at = hit.last
        return False, None
    return True, answer


def _main_verb_follows(scan: Scan, hit: Hit) -> bool:
    """ "12,000 troops sent to Kursk were killed": the participle describes, the finite verb counts."""
    line = scan.line
    for at in range(hit.last, min(len(line.tokens), hit.last + 12)):
        lower = line.lower(at)
        if lower in {",", "–", "—"} and _closes_aside(line, at):
            return True
        if lower in STOPS or lower in PAUSES or lower in BREAKER or lower in {",", "and", "since"} or lower in RELATIVE:
            return False
        if at in line.at_number and line.at_number[at].refusal is None:
            return False
        if lower in BE or lower in HAVE:
            return True
    return False


def _closes_aside(line: Line, at: int) -> bool:
    """ "girls taken from a school in Maga, Kebbi state, have been freed": the verb goes on after a short aside."""
    for end in range(at + 1, min(at + 6, len(line.tokens) - 1)):
        if line.lower(end) in {",", "–", "—"}:
            return line.lower(end + 1) in {"have", "has", "were", "are"}
    return False


def _is_finite_verb(scan: Scan, hit: Hit) -> bool:
    verbal = [s for s in hit.senses if s.form in {"past", "s", "base"}]
    return bool(verbal) and not scan.prepositional
