"""The event after a number's phrase: "300 were killed", "soldiers sent to Russia", "3,000 who died"."""

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
    is_noun_use,
)
from tallywire.extract.quantities import Mention

_REACH: Final = 32
_THERE: Final = frozenset("in at on near inside there along across around".split())
_PRONOUNS: Final = frozenset({"he", "she", "it", "they", "we", "i"})
_ASIDE: Final = frozenset("among including most some many with mostly of all half".split())
_OBJECT_OPENS: Final = frozenset("the a an its their his her at more over some nearly about".split())
_SMALL: Final = ADVERB | HEDGE | {"to", "still", "remain", "remained", "remains", "with", '"', "“", "”", "'", "’"}


class _Scan:
    """The state of one look to the right."""

    def __init__(self, line: Line, at: int, mention: Mention) -> None:
        self.line, self.start, self.at, self.mention = line, at, at, mention
        self.aux: set[str] = set()
        self.prepositional = False  # inside a phrase that another noun ends: a bare participle there is not ours
        self.comma = False
        self.relative = -1
        self.spare: Found | None = None
        self.other: str | None = None
        self.outer = False  # a part of another figure: only a finite verb is ours
        self.is_subject = False
        self.noun_since = 0  # plain words since the phrase or the relative pronoun

    def found(self, hit: Hit, families: frozenset[str], rule: str, stock: bool = False, active: bool = False) -> Found:
        return Found(
            rule,
            families,
            hit,
            is_active=active,
            finite=bool(self.aux) or (active and hit.has("subject", "past", "s", "base")),
            adjacent=self.at == self.start,
            distant=self.comma,
            stock=stock,
            aux=frozenset(self.aux),
        )


def event_after(line: Line, at: int, mention: Mention) -> Found | None:
    """Looks to the right for what is said of the number's noun."""
    scan = _Scan(line, at, mention)
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
        return None  # "4,000 of the 11,000 were killed": the verb counts the part
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
    while at > 0 and line.lower(at) in {"the", "some", "those", "its", "their", "all", "approximately", "roughly"}:
        at -= 1
    if line.lower(at) != "of":
        return False
    definite = at < line.span(mention)[0] - 1
    return (definite or line.lower(at - 1) == "out") and line.lower(at - 1) not in {"batch", "wave", "total"}


def _step(scan: _Scan) -> tuple[bool, Found | None]:
    line, at = scan.line, scan.at
    lower = line.lower(at)
    hit = line.hits.get(at)
    if hit and hit.first == at:
        return _at_hit(scan, hit)
    if lower in BE or lower in HAVE or lower in MAY or lower in WILL:
        return _at_aux(scan, lower)
    if lower in STOPS or lower in BREAKER:
        return True, None
    if at in line.at_number:
        return _at_number(scan)
    if lower in PAUSES or lower == ",":
        return _at_pause(scan, lower)
    if lower in RELATIVE:
        scan.relative, scan.comma, scan.prepositional, scan.noun_since = at, False, False, 0
    elif lower in CONJUNCTION and (line.lower(at + 1) in DETERMINER or line.lower(at + 1) in _PRONOUNS):
        return True, None
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


def _at_aux(scan: _Scan, lower: str) -> tuple[bool, Found | None]:
    """Auxiliaries; "are in Kursk" is a stock."""
    kind = "be" if lower in BE else "have" if lower in HAVE else "may" if lower in MAY else "will"
    scan.is_subject = scan.is_subject or not (scan.prepositional or scan.comma or scan.relative >= 0)
    scan.aux.add(kind)
    scan.at += 1
    following = scan.at
    while scan.line.lower(following) in {"already", "now", "still", "currently", "not"}:
        following += 1
    if kind == "be" and scan.line.lower(following) in _THERE and following not in scan.line.hits:
        hit = Hit(scan.at - 1, following + 1, ())
        there = frozenset({"deployed", "there"})
        return True, Found("after", there, hit, finite=True, stock=True, aux=frozenset(scan.aux))
    return False, None


def _at_number(scan: _Scan) -> tuple[bool, Found | None]:
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


def _at_pause(scan: _Scan, lower: str) -> tuple[bool, Found | None]:
    """After a comma only a finite verb can still be ours: "189 prisoners, among them two civilians, were released"."""
    if lower in {":", ";"} or (scan.aux and not scan.comma and lower == ","):
        return True, None
    following = scan.line.lower(scan.at + 1)
    if lower == "-" or following in _ASIDE or following in RELATIVE or scan.comma or lower in "()–—":
        spaced = scan.line.tokens[scan.at - 1].end < scan.line.tokens[scan.at].start
        scan.comma = scan.comma or lower != "-" or spaced
        scan.at += 1
        return False, None
    if scan.at + 1 in scan.line.at_number and scan.line.at_number[scan.at + 1].refusal is not None:
        scan.comma = True  # "300 people, 20 per cent of the village, were killed"
        scan.at += 1
        return False, None
    if following in BE | HAVE or following in ADVERB | PREPOSITION | DETERMINER or following in CONJUNCTION:
        scan.comma = True
        scan.at += 1
        return False, None
    return True, None


def _at_other_verb(scan: _Scan, lower: str) -> tuple[bool, Found | None]:
    """A verb of no known event: finite, it governs; as a participle it only describes ("troops trained in ...")."""
    if scan.comma and not scan.aux:
        scan.at += 1
        return False, None
    if scan.line.lower(scan.at - 1) == "to":  # "sent to fight"
        scan.at += 1
        return False, None
    describes = lower.endswith(("ed", "en", "wn", "ing")) and not scan.aux
    if describes or (scan.relative >= 0 and scan.noun_since == 0 and not scan.comma):
        scan.other = scan.other or lower
        scan.aux.clear()
        scan.prepositional = True
        scan.at += 1
        return False, None
    finite = bool(scan.aux) or not scan.prepositional
    return True, Found("after", other=lower, finite=finite, adjacent=not scan.prepositional, distant=scan.comma)


def _at_hit(scan: _Scan, hit: Hit) -> tuple[bool, Found | None]:
    answer = _reads(scan, hit)
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


def _main_verb_follows(scan: _Scan, hit: Hit) -> bool:
    """ "12,000 troops sent to Kursk were killed": the participle describes, the finite verb counts."""
    line = scan.line
    for at in range(hit.last, min(len(line.tokens), hit.last + 12)):
        lower = line.lower(at)
        if lower in STOPS or lower in PAUSES or lower in BREAKER or lower in {",", "and"} or lower in RELATIVE:
            return False
        if at in line.at_number and line.at_number[at].refusal is None:
            return False
        if lower in BE or lower in HAVE:
            return True
    return False


def _is_finite_verb(scan: _Scan, hit: Hit) -> bool:
    verbal = [s for s in hit.senses if s.form in {"past", "s", "base"}]
    return bool(verbal) and not scan.prepositional


def _reads(scan: _Scan, hit: Hit) -> Found | None:
    """How the words of an event can be said of the noun on their left."""
    lead = scan.line.lower(hit.first - 1)
    if hit.first > scan.start and is_noun_use(scan.line, hit):
        return None
    if hit.first > scan.start and (lead in DETERMINER or (lead in PREPOSITION and not hit.has("state"))):
        return None  # "in this strike", "in protests": a noun
    stock = hit.families("stock")
    subject = hit.families("subject") if _can_be_subject(scan, hit) else frozenset()
    state = hit.families("state")
    passive = hit.families("object", "both", "own", "loses", "gets") if _is_passive(scan, hit) else frozenset()
    both = frozenset(s.family for s in hit.senses if s.role == "both" and not _has_object(scan, hit))
    families = subject | state | passive | both
    if families or stock:
        active = not passive and bool(subject | both)
        return scan.found(hit, families | stock, "after", stock=bool(stock) and not (passive or subject), active=active)
    if _object_relative(scan, hit):
        return scan.found(hit, hit.families("object", "both", "own", "gets", "loses"), "relative", active=True)
    return None


def _can_be_subject(scan: _Scan, hit: Hit) -> bool:
    if not hit.has("subject"):
        return False
    return not ("be" in scan.aux and not hit.has("subject", "ing", "participle"))


def _is_passive(scan: _Scan, hit: Hit) -> bool:
    """A participle with a form of "be", or a bare one without an object after it."""
    if not any(s.form == "participle" for s in hit.senses):
        return False
    if "be" in scan.aux:
        return True
    if "have" in scan.aux or "may" in scan.aux or "will" in scan.aux:
        return False
    return not _has_object(scan, hit)


def _has_object(scan: _Scan, hit: Hit) -> bool:
    """Whether a noun phrase follows at once: "soldiers killed two civilians" is active."""
    line, at = scan.line, hit.last
    if at in line.at_number:
        return line.at_number[at].refusal is None and line.lower(at - 1) not in {"and", "or"}
    if line.lower(at) in _OBJECT_OPENS and line.lower(at + 1) not in {"", "time", "same"}:
        return line.lower(at) not in {"at", "over", "about"} or at + 1 in line.at_number
    entity = line.entity_at.get(at)
    return entity is not None and entity.form in {"people", "name"} and entity.first == at and line.lower(at - 1) != "-"


def _object_relative(scan: _Scan, hit: Hit) -> bool:
    """ "the 12,000 that Pyongyang sent": the noun is the object, somebody else the subject."""
    if scan.relative < 0 or "be" in scan.aux or _has_object(scan, hit):
        return False
    return hit.first - scan.relative > 1 and any(
        s.role in {"object", "both", "own", "gets", "loses"} for s in hit.senses
    )
