"""The event before a number's phrase: "sent 3,000 troops", "the return of 185 soldiers", "the toll rose to 24"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.found import Found
from tallywire.extract.line import (
    ADVERB,
    BE,
    BREAKER,
    CONJUNCTION,
    COUNT,
    DETERMINER,
    HAVE,
    LEVEL,
    PAUSES,
    PREPOSITION,
    RELATIVE,
    STOPS,
    VERB,
    Hit,
    Line,
)
from tallywire.extract.quantities import Mention

_REACH: Final = 40
_OF: Final = frozenset("of with involving covering affecting for totaling totalling comprising including from".split())
_TAKES: Final = frozenset({"taking", "numbering", "involving", "covering", "affecting", "totaling", "totalling"})
_LEADS: Final = frozenset({"to", "by", "from", "at", "of", "past", "above", "than", "as", "beyond", "over"})
_WITH: Final = frozenset(
    {"supply", "supplied", "supplies", "supplying", "provide", "provided", "provides", "providing"}
)
_BEFORE_NUMBER: Final = _LEADS | _TAKES | {"with", "for"}
_GIVES: Final = frozenset("given handed sent supplied provided paid delivered granted administered".split())
_QUALIFIES: Final = frozenset(
    "record confirmed estimated initial additional further extra new fresh total combined whopping mere staggering "
    "reported more than up least most nearly approximately around about roughly some almost over well under "
    "fewer less some as many much another other first second third next last latest previous existing larger "
    "and or either both to between anywhere somewhere".split()
)


class _Scan:
    """The state of one look to the left."""

    def __init__(self, line: Line, mention: Mention) -> None:
        self.line, self.mention = line, mention
        self.first = line.span(mention)[0]
        self.at = self.first - 1
        self.lead: str | None = None  # the preposition right before the number
        self.level: str | None = None  # how a level verb led here
        self.level_verb = ""
        self.plain = 0  # words passed that say nothing here
        self.listed = False
        self.copula = False
        self.colon = False
        self.verb = ""


def event_before(line: Line, mention: Mention) -> Found | None:
    """Looks to the left for what governs the number's phrase."""
    scan = _Scan(line, mention)
    floor = max(-1, scan.first - _REACH)
    while scan.at > floor:
        done, answer = _step(scan)
        if done:
            return answer
    return _unnamed(scan)


def _unnamed(scan: _Scan) -> Found | None:
    """A level without a noun that says of what: "has risen to 29", "it stands at 12"."""
    if scan.level:
        return Found("level", hit=None, level=scan.level, count=True, finite=True)
    return None


def _step(scan: _Scan) -> tuple[bool, Found | None]:
    line, at = scan.line, scan.at
    lower = line.lower(at)
    hit = line.hits.get(at)
    if hit and hit.last == at + 1:
        return _at_hit(scan, hit)
    if lower in STOPS or lower == ";":
        return True, _unnamed(scan)
    if at in line.at_number:
        return _at_number(scan)
    if lower in PAUSES or lower == ",":
        return _at_pause(scan, lower)
    if at in line.entity_at or line.tokens[at].kind == "possessive":
        scan.at -= 1
        return False, None
    return _at_word(scan, lower)


def _at_word(scan: _Scan, lower: str) -> tuple[bool, Found | None]:
    near = scan.plain == 0 and not scan.listed
    if near and scan.lead is None and lower in _BEFORE_NUMBER and not (scan.level and lower in _LEADS):
        scan.lead = lower
    elif lower in BE:
        scan.copula = scan.copula or near
        if near and not scan.level:
            scan.level, scan.level_verb = scan.lead or "be", lower
    elif lower in LEVEL and not scan.level and (near or scan.lead) and scan.plain <= 3:
        scan.level, scan.level_verb = scan.lead or "at", lower
    elif lower in COUNT and near and scan.lead is None and not scan.level:
        return True, _count(scan, lower)
    elif lower in RELATIVE or lower in BREAKER:
        if not scan.level:
            return True, None
    elif lower in VERB and not scan.level and lower not in _QUALIFIES:
        return True, Found("before", other=lower, finite=True, near=near)
    elif not _is_small(lower):
        scan.plain += 1
    scan.at -= 1
    return False, None


def _is_small(lower: str) -> bool:
    return (
        lower in DETERMINER
        or lower in ADVERB
        or lower in _QUALIFIES
        or lower in PREPOSITION
        or lower in CONJUNCTION
        or lower in HAVE
        or lower == "of"
    )


def _count(scan: _Scan, lower: str) -> Found:
    return Found("count", count=True, other=None, finite=True, hit=Hit(scan.at, scan.at + 1, ()))


def _at_number(scan: _Scan) -> tuple[bool, Found | None]:
    """Another number: of a list, it is passed over; of a larger phrase, it ends the look."""
    line = scan.line
    other = line.at_number[scan.at]
    if other.refusal is not None or scan.level:
        scan.at = other.first - 1
        scan.plain += 1
        return False, None
    gap = [t.lower for t in line.tokens[line.span(other)[1] : scan.first]]
    words = [w for w in gap if not _is_small(w) and w != ","]
    if words or not any(w in CONJUNCTION or w in {",", "with", "well", "to"} for w in gap):
        return True, None
    scan.at = line.span(other)[0] - 1
    scan.listed = True
    scan.plain = 0
    scan.lead = None
    return False, None


def _at_pause(scan: _Scan, lower: str) -> tuple[bool, Found | None]:
    line = scan.line
    if lower == ":" and scan.at == scan.first - 1:
        scan.colon = True
        scan.level = scan.level or "be"
        scan.at -= 1
        return False, None
    if scan.level or lower == "-":
        scan.at -= 1
        return False, None
    following = line.lower(scan.at + 1)
    tied = following in CONJUNCTION or following in {"as", "along", "together", "including", "another", "with"}
    if lower == "," and (tied or (scan.at - 1) in line.at_number or _ends_phrase(line, scan.at)):
        scan.at -= 1
        return False, None
    return True, None


def _ends_phrase(line: Line, at: int) -> bool:
    """Whether a number's phrase ends right before tokens[at]: "12 tanks, 30 guns"."""
    return any(line.span(m)[1] == at and m.refusal is None for m in line.mentions)


def _at_hit(scan: _Scan, hit: Hit) -> tuple[bool, Found | None]:
    answer = _nominal(scan, hit) or _verbal(scan, hit)
    if answer:
        return True, answer
    if any(s.form for s in hit.senses) and not scan.level and _is_finite(hit):
        name = scan.line.text(hit.first, hit.last)
        return True, Found("before", other=name, finite=True, near=scan.plain == 0)
    if scan.line.lower(hit.first) in LEVEL and not scan.level and scan.plain <= 3:
        scan.level = scan.lead or "at"
    scan.at = hit.first - 1
    scan.plain += 1
    return False, None


def _is_finite(hit: Hit) -> bool:
    return not hit.has("act") and not hit.has("noun") and not hit.has("toll")


def _nominal(scan: _Scan, hit: Hit) -> Found | None:
    """Nouns: "the deployment of 3,000", "a death toll of 24", "casualties: 4,700", "deaths rose to 12"."""
    near = scan.plain == 0
    acts = hit.families("act")
    if acts and near and scan.lead in _OF | _TAKES:
        return Found("of", acts | hit.families("toll"), hit, near=True)
    tolls = hit.families("toll", "noun")
    if tolls and (scan.level or (near and scan.lead in {"of", "at", "to"})):
        return Found("level", tolls, hit, level=scan.level or "be")
    states = hit.families("state", "status") | frozenset(
        s.family for s in hit.senses if s.role in {"object", "both", "subject"} and s.form in {"participle", "past"}
    )
    if states and scan.level and (scan.colon or _counts_noun(scan.line, hit.first)):
        return Found("level", states, hit, level=scan.level)
    return None


def _counts_noun(line: Line, at: int) -> bool:
    """ "the number of people dead", "the number killed": a noun phrase about a number leads to the event."""
    return any(line.lower(i) in {"number", "count", "tally", "total"} for i in range(max(0, at - 7), at))


def _verbal(scan: _Scan, hit: Hit) -> Found | None:
    """An active verb whose object holds the number."""
    roles = [s for s in hit.senses if s.role in {"object", "both", "gets", "loses", "claims"}]
    if not roles or scan.level or scan.colon:
        return None
    first = scan.line.lower(hit.first)
    if scan.lead and not scan.listed and not (scan.lead == "with" and first in _WITH):
        return None
    passive = _passive(scan.line, hit)
    if passive and first not in _GIVES:
        return None
    families = frozenset(s.family for s in roles)
    inverse = passive or all(s.role == "gets" for s in roles)
    loser = any(s.role == "loses" for s in roles)
    return Found("before", families, hit, is_active=not passive, near=scan.plain <= 1, inverse=inverse, loser=loser)


def _passive(line: Line, hit: Hit) -> bool:
    if not any(s.form == "participle" for s in hit.senses):
        return False
    at = hit.first - 1
    while at >= 0 and (line.lower(at) in ADVERB or line.lower(at) in {"to", "believed", "reported", "thought"}):
        at -= 1
    return line.lower(at) in BE
