"""The event before a number's phrase: "sent 3,000 troops", "the return of 185 soldiers", "the toll rose to 24"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.after import is_base
from tallywire.extract.found import Found
from tallywire.extract.levels import QUALIFIES, SETS, STEPS, counts_noun, is_set, tells_of_toll
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
    LEVEL,
    PAUSES,
    PREPOSITION,
    RELATIVE,
    STOPS,
    VERB,
    Hit,
    Line,
    is_noun_use,
)
from tallywire.extract.quantities import Mention
from tallywire.extract.verbs import cut_short, is_nominal, is_passive, opens_bound, split_verb

_REACH: Final = 40
_CONTAINS: Final = frozenset(
    "include includes included including comprise comprises comprised involve involves involved involving consist "
    "consists consisted consisting contain contains numbering totaling totalling covering affecting".split()
)
_LEADS: Final = frozenset({"to", "by", "from", "at", "of", "past", "above", "with", "for", "taking"})
_WITH: Final = frozenset("supply supplied supplies supplying provide provided provides providing".split())
_DOWN: Final = closed("step down")
_UP: Final = closed("step up")
_GIVES: Final = frozenset("given handed sent supplied provided paid delivered granted administered".split())
_PASSED_BY: Final = frozenset({"launched", "protested"})  # "an attack with 200 drones"
_LIVES: Final = frozenset({"life", "lives"})
_BOUNDS: Final = frozenset({"at", "put"})  # "at least": in a bound these are no verbs
_APPOSITION_ENDS: Final = frozenset({",", ".", ";", "", ")"})
_SUBJECT_REACH: Final = 9
_TIES: Final = CONJUNCTION | {"as", "along", "together", "including", "another", "with", "and"}
_SMALL: Final = DETERMINER | ADVERB | QUALIFIES | PREPOSITION | CONJUNCTION | HAVE | {"of"}

Answer = tuple[bool, Found | None]
_ON: Final[Answer] = (False, None)


class _Scan:
    """The state of one look to the left."""

    def __init__(self, line: Line, mention: Mention) -> None:
        self.line, self.mention = line, mention
        self.first = line.span(mention)[0]
        self.at = self.first - 1
        self.item = self.first  # where the item of a list starts that was passed last
        self.lead: str | None = None  # the preposition right before the number
        opening = {line.lower(i) for i in range(self.first, mention.first)}
        self.level: str | None = "at" if opening & (LEVEL - _BOUNDS) else None  # how a level verb led here
        self.plain = 0  # words passed that say nothing here
        self.listed = False  # other items of a list were passed
        self.colon = False
        self.contains: int | None = None  # where a verb like "included" stands

    def count(self, at: int) -> Found:
        part = "part" if self.line.lower(at) in _CONTAINS else None
        return Found("count", hit=Hit(at, at + 1, ()), level=part, count=True, finite=True)


def event_before(line: Line, mention: Mention) -> Found | None:
    """Looks to the left for what governs the number's phrase."""
    if is_base(line, mention):
        return None
    scan = _Scan(line, mention)
    floor = max(-1, scan.first - _REACH)
    while scan.at > floor:
        done, answer = _step(scan)
        if done:
            return answer
    return _unnamed(scan)


def _unnamed(scan: _Scan) -> Found | None:
    """A level or a content without a noun that says of what: "has risen to 29", "they include 300 women"."""
    if scan.contains is not None:
        return scan.count(scan.contains)
    if scan.level:
        return Found("level", hit=None, level=scan.level, count=True, finite=True)
    return None


def _step(scan: _Scan) -> Answer:
    line, at = scan.line, scan.at
    lower = line.lower(at)
    hit = line.hits.get(at)
    if hit and hit.first == at < hit.last - 1 and opens_bound(line, at + 1):
        hit = cut_short(line, hit)
    if hit and hit.last == at + 1:
        near = scan.plain == 0 and scan.lead is None and not scan.level
        split = split_verb(line, scan.mention, at) if near and hit.first == at else None
        return (True, split) if split else _at_hit(scan, hit)
    if lower in STOPS or lower == ";":
        return True, _unnamed(scan)
    if at in line.at_number:
        return _at_number(scan)
    if lower in PAUSES or lower == ",":
        return _at_pause(scan, lower)
    if scan.plain == 0 and scan.lead is None and not scan.level and (split := split_verb(line, scan.mention, at)):
        return True, split
    if at not in line.entity_at and line.tokens[at].kind != "possessive":
        done = _at_word(scan, lower)
        if done:
            return True, done[0]
    scan.at -= 1
    return _ON


def _at_word(scan: _Scan, lower: str) -> tuple[Found | None] | None:
    """Notes what a word says; an answer ends the look."""
    near = scan.plain == 0 and not scan.listed
    if (near or (lower == "of" and scan.plain == 0)) and scan.lead is None and lower in _LEADS:
        scan.lead = lower
    elif _taking_in(scan):
        scan.lead = "of"
    elif lower in STEPS and scan.at == scan.first - 1 and not scan.lead:  # "the toll is up 11": by so many
        scan.lead = scan.level = "by"
    elif lower in _CONTAINS and scan.plain == 0 and not scan.level:
        scan.contains, scan.lead = scan.at, "of"
    elif lower in BE:
        if near and not scan.level:
            scan.level = scan.lead or "be"
    elif (
        lower in LEVEL
        and not scan.level
        and scan.plain <= 3
        and not scan.listed
        and scan.contains is None
        and not _taking_in(scan)
    ):
        scan.level = scan.lead or ("by" if _is_step(scan) else "at")
    elif lower in COUNT and near and not (scan.lead or scan.level or scan.line.lower(scan.at - 1) in DETERMINER):
        return (scan.count(scan.at),)
    elif lower in RELATIVE or lower in BREAKER:
        return None if scan.level else (_unnamed(scan),)
    elif lower in VERB and not scan.level and scan.contains is None and lower not in QUALIFIES:
        return (Found("before", other=lower, finite=True, near=near),)
    elif lower not in _SMALL:
        scan.plain += 1
    return None


def _is_step(scan: _Scan) -> bool:
    """ "climbed 11 to 123": by so many."""
    line, last = scan.line, scan.line.span(scan.mention)[1]
    return scan.at == scan.first - 1 and line.lower(last) == "to" and last + 1 in line.at_number


def _taking_in(scan: _Scan) -> bool:
    """ "a swap taking in 1,000 prisoners"."""
    return scan.line.lower(scan.at) == "taking" and scan.line.lower(scan.at + 1) == "in"


def _at_number(scan: _Scan) -> Answer:
    """Another number: of a list, it is passed over; of a larger phrase, it ends the look."""
    line = scan.line
    other = line.at_number[scan.at]
    first, last = line.span(other)
    if scan.lead == "to" and last + (line.lower(last) == "more") == scan.first - 1:  # "rose by 12 to 112"
        scan.at = first - 1
        if line.lower(scan.at) in STEPS:
            scan.level = "to"
        if line.lower(scan.at) in STEPS | {"by", "from"}:
            scan.at -= 1
        return _ON
    if other.refusal is not None or scan.level:
        scan.at = other.first - 1
        scan.plain += 1
        return _ON
    gap = [line.lower(i) for i in range(last, scan.item) if i not in line.entity_at and not _in_name(line, i)]
    words = [w for w in gap if w not in _SMALL and w != ","]
    if words or not any(w in CONJUNCTION or w in {",", "with", "well", "to"} for w in gap):
        return True, None
    scan.at, scan.item, scan.listed, scan.plain, scan.lead = first - 1, first, True, 0, None
    return _ON


def _in_name(line: Line, at: int) -> bool:
    """Whether a word belongs to a place that a preposition leads to: "40 people in Velm and 39 in Sarn"."""
    while at > 0 and line.tokens[at].capital and line.tokens[at].kind == "word":
        at -= 1
        if line.lower(at) in {"in", "at", "near"}:
            return True
    return False


def _at_pause(scan: _Scan, lower: str) -> Answer:
    line = scan.line
    scan.at -= 1
    following = line.lower(scan.at + 2)
    if lower == "," and scan.at == scan.first - 2 and _is_apposed(scan):
        scan.colon, scan.level = True, "be"
        return _ON
    if lower == ":" and scan.at == scan.first - 2:
        scan.colon, scan.level = True, scan.level or "be"
        return _ON
    if scan.level or lower == "-" or (lower == "," and scan.lead == "to" and line.lower(scan.at) in LEVEL):
        return _ON  # "the toll more than doubled, from 24 to 60"
    if lower == "(" and (other := _same_measure(scan)):
        scan.at = line.span(other)[0] - 1
        return _ON
    if lower == "," and (following in _TIES or scan.at in line.at_number or _ends_phrase(line, scan.at + 1)):
        scan.listed = scan.listed or following in {"with", "including"}
        return _ON
    return True, _unnamed(scan)


def _is_apposed(scan: _Scan) -> bool:
    """ "the count of the injured, 196, leaves out": a bare figure between commas is the size of what stands before."""
    noun, line = scan.mention.noun, scan.line
    bare = noun is None or noun.elided or noun.before
    return bare and line.lower(line.span(scan.mention)[1]) in _APPOSITION_ENDS


def _same_measure(scan: _Scan) -> Mention | None:
    """ "16,000 hectares (40,000 acres)": the same said twice."""
    unit = scan.mention.unit
    other = scan.line.ending_at.get(scan.at + 1)
    return other if other and other.unit == unit != "count" else None


def _ends_phrase(line: Line, at: int) -> bool:
    """Whether a number's phrase ends right before tokens[at]: "12 tanks, 30 guns"."""
    other = line.ending_at.get(at)
    return other is not None and other.refusal is None


def _at_hit(scan: _Scan, hit: Hit) -> Answer:
    answer = _nominal(scan, hit) or _extent(scan, hit) or _verbal(scan, hit)
    if answer:
        return True, answer
    first = scan.line.lower(hit.first)
    near = scan.plain == 0 and not scan.listed
    if scan.lead in {"to", "from"} and near and first in SETS and tells_of_toll(scan.line, hit.first):
        scan.level = scan.level or scan.lead  # "the death toll was cut to 98"
        scan.plain += 1
    elif hit.last - hit.first == 1 and (first in COUNT or first in LEVEL) and not hit.has("act"):
        done = _at_word(scan, first)
        if done:
            return True, done[0]
    elif (
        any(s.form for s in hit.senses)
        and not is_noun_use(scan.line, hit)
        and not scan.level
        and scan.contains is None
        and _is_verb_only(hit)
    ):
        name = scan.line.text(hit.first, hit.last)
        return True, Found("before", other=name, finite=True, near=near)
    else:
        scan.plain += 1
    scan.at = hit.first - 1
    return _ON


def _extent(scan: _Scan, hit: Hit) -> Found | None:
    """ "the recall affects 9,000 cars", "layoffs will hit 900 workers": an event as the subject of what it covers."""
    line = scan.line
    if line.lower(hit.first) not in EXTENT or scan.level or scan.lead or scan.plain or is_noun_use(line, hit):
        return None
    for at in range(hit.first - 1, max(-1, hit.first - _SUBJECT_REACH), -1):
        event = line.hits.get(at)
        if line.lower(at) in STOPS or line.lower(at) in PAUSES or line.lower(at) == "," or at in line.at_number:
            return None
        if event and (meant := event.families("act", "noun") & marked("affects")):
            return Found("before", meant | hit.families("object"), hit, is_active=True)
    return None


def _is_verb_only(hit: Hit) -> bool:
    return not (hit.has("act") or hit.has("noun") or hit.has("toll"))


def _nominal(scan: _Scan, hit: Hit) -> Found | None:
    """Nouns: "the deployment of 3,000", "a death toll of 24", "casualties: 4,700", "deaths rose to 12"."""
    near = scan.plain == 0 and not scan.listed
    acts = hit.families("act")
    with_it = scan.lead == "with" and near and bool(acts & _PASSED_BY)
    with_it |= scan.lead == "by" and near and bool(acts & marked("doers"))  # "a strike by 900 nurses"
    for_it = scan.lead == "for" and near and "returned" in acts  # "freed in exchange for 369 prisoners"
    if acts and ((scan.plain == 0 and scan.lead == "of") or scan.contains is not None or with_it or for_it):
        return Found("of", acts | hit.families("toll"), hit, near=True)
    tolls = hit.families("toll", "noun")
    if steps := _steps(scan, hit):
        return steps
    if tolls and not scan.level and scan.lead in {"at", "to"} and not scan.listed and is_set(scan.line, hit):
        scan.level = scan.lead  # "corrected its death toll in the quake to 98"
    if tolls and scan.contains is None and (scan.level or (near and scan.lead in {"of", "at", "to"})):
        return Found("level", tolls, hit, level=scan.level or "be")
    states = hit.families("state", "status") | frozenset(
        s.family for s in hit.senses if s.role in {"object", "both", "subject"} and s.form in {"participle", "past"}
    )
    if states and scan.level and scan.line.lower(hit.first - 2) == "among":  # "among those killed were 12 refugees"
        return Found("level", states, hit, level="be")
    leads = scan.level or (scan.lead if scan.lead in {"at", "to"} else None)
    named = (scan.colon and scan.plain == 0) or counts_noun(scan.line, hit.first) or is_nominal(scan.line, hit)
    if states and leads and named:
        return Found("level", states, hit, level=leads)
    return None


def _steps(scan: _Scan, hit: Hit) -> Found | None:
    """ "headcount fell by 5,600", "reduced its staff by 2,900": so many of them are what was lost or won."""
    if "by" not in {scan.lead, scan.level} or not hit.has("falls"):
        return None
    places = (*range(hit.first - 1, max(-1, hit.first - 5), -1), *range(hit.last, scan.first))
    verb = next((i for i in places if scan.line.lower(i) in _DOWN | _UP), None)
    if verb is None:
        return None
    families = hit.families("falls" if scan.line.lower(verb) in _DOWN else "rises")
    if verb > hit.first:
        return Found("level", families, hit, is_active=True, level="at")
    return Found("before", families, Hit(verb, verb + 1, hit.senses), is_active=True, level="at")


def _verbal(scan: _Scan, hit: Hit) -> Found | None:
    """An active verb whose object holds the number."""
    roles = [
        s for s in hit.senses if s.role in {"object", "both", "gets", "loses", "own"} or _takes_lives(scan, s.role)
    ]
    if scan.level or scan.colon or scan.contains is not None:
        return None
    if not roles and not hit.has("means"):
        return _along(scan, hit)
    if is_noun_use(scan.line, hit):
        return None
    first = scan.line.lower(hit.first)
    if (
        scan.lead == "with" and not scan.listed and (meant := hit.families("means"))
    ):  # "attacked the port with 300 drones"
        return Found("before", meant, hit, is_active=True)
    if scan.lead and not scan.listed and not (scan.lead == "with" and first in _WITH):
        return None
    passive = is_passive(scan.line, hit)
    if passive and first not in _GIVES:
        return None
    families = frozenset(s.family for s in roles)
    inverse = passive or all(s.role == "gets" for s in roles)
    owner = any(s.role in {"loses", "own"} for s in roles)
    return Found(
        "before",
        families,
        hit,
        is_active=not passive,
        near=scan.plain == 0 and not scan.listed,
        inverse=inverse,
        loser=owner,
    )


def _takes_lives(scan: _Scan, role: str) -> bool:
    """ "claimed 24 lives": with another object the verb means another thing."""
    return role == "claims" and any(scan.line.lower(i) in _LIVES for i in range(scan.first, scan.mention.last + 3))


def _along(scan: _Scan, hit: Hit) -> Found | None:
    """ "shells keep coming, along with 220 guns": what comes along does what the subject does."""
    families = hit.families("subject")
    along = any(scan.line.lower(i) == "along" for i in range(hit.last, scan.first))
    return Found("before", families, hit, near=False) if families and along else None
