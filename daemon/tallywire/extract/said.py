"""How words of an event are said of the noun on their left: "300 died", "300 were killed", "the 300 that he sent"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.found import Found
from tallywire.extract.line import DETERMINER, PREPOSITION, Hit, Line, is_noun_use
from tallywire.extract.quantities import Mention

THERE: Final = frozenset("in at on near inside there along across around".split())
_OBJECT_OPENS: Final = frozenset("the a an its their his her at more over some nearly about".split())


class Scan:
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
            finite=bool(self.aux)
            or (active and hit.has("subject", "past", "s", "base") and not self._is_infinitive(hit)),
            adjacent=self.at == self.start,
            distant=self.comma,
            stock=stock,
            aux=frozenset(self.aux),
        )

    def _is_infinitive(self, hit: Hit) -> bool:
        """ "of the 900 jobs to go"."""
        return self.line.lower(hit.first - 1) == "to"


def reads(scan: Scan, hit: Hit) -> Found | None:
    """How the words of an event can be said of the noun on their left."""
    lead = scan.line.lower(hit.first - 1)
    if hit.first > scan.start and is_noun_use(scan.line, hit):
        return None
    if hit.first > scan.start and (lead in DETERMINER or (lead in PREPOSITION and not hit.has("state"))):
        return None  # "in this strike", "in protests": a noun
    if _is_object_of_clause(scan, hit):
        return scan.found(hit, hit.families("object", "both", "own", "gets", "loses"), "relative", active=True)
    stock = hit.families("stock")
    subject = hit.families("subject") if _can_be_subject(scan, hit) else frozenset()
    state = hit.families("state")
    passive = hit.families("object", "both", "own", "loses", "gets") if _is_passive(scan, hit) else frozenset()
    both = frozenset(s.family for s in hit.senses if s.role == "both" and not _has_object(scan, hit))
    families = subject | state | passive | both
    if families or stock:
        active = not passive and bool(subject | both)
        now = bool(stock) and (not (passive or subject) or _is_there(scan, hit))
        return scan.found(hit, families | stock, "after", stock=now, active=active)
    return None


def _is_there(scan: Scan, hit: Hit) -> bool:
    """ "are stationed near the border": where they are now, unlike "were stationed" and "are deployed to"."""
    present = any(scan.line.lower(i) in {"are", "is"} for i in range(scan.start, hit.first))
    return present and scan.line.lower(hit.last) in THERE


def _can_be_subject(scan: Scan, hit: Hit) -> bool:
    if not hit.has("subject"):
        return False
    return not ("be" in scan.aux and not hit.has("subject", "ing", "participle"))


def _is_passive(scan: Scan, hit: Hit) -> bool:
    """A participle with a form of "be", or a bare one without an object after it."""
    if not any(s.form == "participle" for s in hit.senses):
        return False
    if "be" in scan.aux:
        return True
    if "have" in scan.aux or "may" in scan.aux or "will" in scan.aux:
        return False
    return not _has_object(scan, hit)


def _has_object(scan: Scan, hit: Hit) -> bool:
    """Whether a noun phrase follows at once: "soldiers killed two civilians" is active."""
    line, at = scan.line, hit.last
    if at in line.at_number:
        return line.at_number[at].refusal is None and line.lower(at - 1) not in {"and", "or"}
    if line.lower(at) in _OBJECT_OPENS and line.lower(at + 1) not in {"", "time", "same"}:
        return line.lower(at) not in {"at", "over", "about"} or at + 1 in line.at_number
    entity = line.entity_at.get(at)
    return entity is not None and entity.form in {"people", "name"} and entity.first == at and line.lower(at - 1) != "-"


def _is_object_of_clause(scan: Scan, hit: Hit) -> bool:
    """ "the 12,000 that Pyongyang sent": the noun is the object, somebody else the subject."""
    if scan.relative < 0 or "be" in scan.aux or _has_object(scan, hit):
        return False
    return hit.first - scan.relative > 1 and any(
        s.role in {"object", "both", "own", "gets", "loses"} for s in hit.senses
    )
