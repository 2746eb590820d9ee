"""Rules 1 to 4 up to the reading: claims -> statements, one for all that an originator said of one number.

Cost: one pass over the claims; everything later works on statements, of which there are as many as there are distinct
figures, not articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from tallywire.core.dates import fold_day, issued_day
from tallywire.core.definition import Definition
from tallywire.core.quantity import Bound, Number, figure, interval, plain
from tallywire.core.standing import Standing

Role = Literal["component", "total", "increment"]
ROLES: dict[Role, int] = {"component": 0, "total": 1, "increment": 2}

# From the sharpest to the dullest; a statement keeps the sharpest wording of its number.
SHARP: tuple[Bound, ...] = ("exact", "range", "about", "nearly", "at_least", "over")
CAPPED: frozenset[Bound] = frozenset({"up_to", "at_most", "vague"})
OPEN: frozenset[Bound] = frozenset({"at_least", "over"})
_MANY = 16  # claims of one statement before they are cut to the first and last
_SHARPNESS = {bound: rank for rank, bound in enumerate(SHARP)}


class Voice(NamedTuple):
    """Who speaks: the originator; where none is named the near-duplicate group, the outlet, or just the article."""

    rank: int
    name: str

    @property
    def named(self) -> bool:
        return self.rank == 0

    @property
    def originator(self) -> str | None:
        return self.name if self.rank == 0 else None

    @property
    def label(self) -> str | None:
        """For explanations: an originator or outlet by name; a group or an article has none."""
        return self.name if self.rank in (0, 2) else None


class Member(NamedTuple):
    """One claim within a statement; or a sum, which names the claims of the `parts` that it adds."""

    day: date | None
    claim: str
    sharpness: int
    confirmed: bool
    correction: bool
    step: Number | None  # the size of the increment, where the total is base + increment
    parts: tuple[str, ...] = ()


class Statement(NamedTuple):
    """All that one voice said of one number in one role. `day` is when it was first so, `last` when it last was.

    A named tuple, for a long history makes tens of thousands of them in one fold.
    """

    voice: Voice
    role: Role
    low: Number
    high: Number
    bound: Bound
    day: date | None
    last: date | None
    claims: tuple[str, ...]  # this estimate's own, the first one first; empty for a pure sum
    evidence: tuple[str, ...]  # the first claim of everything behind the number
    confirmed: bool = False
    corrects: date | None = None  # the day on which it was first worded as a correction
    step: Number | None = None
    loose: bool = False  # an increment still without a base
    members: tuple[Member, ...] = ()

    @property
    def key(self) -> Key:
        return self.voice, self.role, self.low, self.high, None

    @property
    def closed(self) -> bool:
        """Whether the number limits the truth from above too."""
        return self.bound not in OPEN

    @property
    def text(self) -> str:
        """ "Pentagon 10,000", for explanations."""
        number = interval(self.low, self.high)
        return f"{self.voice.label} {number}" if self.voice.label else number


Key = tuple[Voice, Role, Number, Number, date | None]


@dataclass(slots=True)
class Collected:
    """The claims of one estimate, sorted: statements, plans, and what was left out at once (reason -> claim ids)."""

    statements: list[Statement] = field(default_factory=list)
    plans: list[Standing] = field(default_factory=list)
    left: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    documents: set[int] = field(default_factory=set)  # hashes of the articles' names: they are only counted


class Days:
    """Rule 1 with a memory: a hundred thousand claims share a few hundred dates."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None, str | None, bool], date | None] = {}

    def __call__(self, claim: Standing) -> date | None:
        key = (claim.status, claim.as_of, claim.published, claim.kind == "additional" and claim.onto is not None)
        if key not in self._known:
            self._known[key] = fold_day(claim.status, claim.as_of, claim.published, onto=key[3])
        return self._known[key]


def collect(
    definition: Definition, claims: Iterable[Standing], until: date | None, *, whole: frozenset[Voice] | None = None
) -> Collected:
    """Sorts the claims of a family: this estimate's own into statements and the rest, those of its parts into sums.

    `whole`: the voices whose statements name all of their claims (None: everybody's); others name the first and last.
    """
    found, days = Collected(), Days()
    table: dict[Key, list[Member]] = defaultdict(list)
    parts: list[tuple[Standing, date | None]] = []
    per_day = _per_day(definition.figures)
    since, ended = issued_day(definition.since), issued_day(definition.until)
    for claim in claims:
        own = claim.estimate == definition.id
        if not own and claim.estimate not in definition.adds:
            continue
        day = days(claim)
        reason = _unread(claim, day, until, since, ended)
        if not own:
            if reason is None and claim.status == "reported" and claim.kind == "total":
                parts.append((claim, day))
            continue
        if claim.status == "reported" and (reason is None or reason[0] == 4):
            found.documents.add(hash(claim.article))
        if reason is not None:
            found.left[reason].append(claim.id)
        elif claim.status == "planned":
            found.plans.append(claim)
        else:
            key = _enter(table, claim, day, per_day)
            if whole is not None and len(table[key]) >= _MANY and key[0] not in whole and key[1] != "increment":
                table[key] = _ends(table[key])
    _sums(table, definition.adds, parts, per_day)
    # In an order of their own, so that no tie is ever broken by the order of arrival.
    found.statements = [statement(key, table.pop(key)) for key in sorted(table, key=_canonical)]
    return found


def _canonical(key: Key) -> tuple[Voice, int, Number, Number, date]:
    voice, role, low, high, day = key
    return voice, ROLES[role], low, high, day or date.max


def _per_day(figures: str) -> frozenset[Role]:
    """The roles in which the same number on another day is another event, not a repeat."""
    if figures.startswith("one per"):
        return frozenset(ROLES)
    return frozenset({"increment"}) if figures == "add up" else frozenset()


def _unread(
    claim: Standing, day: date | None, until: date | None, since: date | None, ended: date | None
) -> tuple[int, str] | None:
    """The rule and reason that keep a claim out of the reading from the start."""
    if claim.muted:
        return 10, "rule 10: who says so is muted in sources.yaml"
    if claim.since is not None and _is_before_restart(claim.since, day, until):
        return 10, f"rule 10: before its series began anew on {claim.since}"
    if until is not None and (day is None or day > until):
        return (8, "rule 8: undated, and the question is about a day") if day is None else (1, "rule 1: a later date")
    if day is not None and ((since is not None and day < since) or (ended is not None and day > ended)):
        return 1, "rule 1: outside the time that is tracked"
    if claim.status in ("denied", "projected"):
        return 3, f"rule 3: {claim.status}, and only reported claims move the figure"
    if claim.low is None or claim.high is None:
        return 4, "rule 4: no number that could stand"
    if claim.status == "reported" and claim.bound in CAPPED:
        return 4, "rule 4: an upper limit or a vague figure never stands alone"
    return None


def _is_before_restart(since: date, day: date | None, until: date | None) -> bool:
    """A question about a day before the restart is answered by the series of then."""
    return (day is None or day < since) and (until is None or until >= since)


def voice_of(claim: Standing) -> Voice:
    if claim.originator:
        return Voice(0, claim.originator)
    if claim.group:
        return Voice(1, claim.group)
    return Voice(2, claim.outlet) if claim.outlet else Voice(3, claim.article)


def _enter(table: dict[Key, list[Member]], claim: Standing, day: date | None, per_day: frozenset[Role]) -> Key:
    """Rule 3's roles: a component is "at least", an increment with its base is a total. Gives the statement's key."""
    low, high = numbers(claim)
    role: Role = "increment" if claim.kind == "additional" else claim.kind
    bound: Bound = "at_least" if role == "component" else claim.bound
    step = None
    if role == "increment" and claim.onto is not None:
        role, step = "total", low
        low, high = plain(claim.onto + low), plain(claim.onto + high)
    key = (voice_of(claim), role, low, high, day if role in per_day else None)
    table[key].append(Member(day, claim.id, _SHARPNESS[bound], claim.confirmed, claim.correction, step))
    return key


def _ends(members: list[Member]) -> list[Member]:
    """The first and the last of many members, with the sharpest wording of all: they make the same statement."""
    first = min(members, key=_when)
    last = max((m for m in members if m.day is not None), key=_when, default=first)
    first = first._replace(
        sharpness=min(m.sharpness for m in members),
        confirmed=any(m.confirmed for m in members),
        step=min((m.step for m in members if m.step is not None), default=None),
    )
    return [first] if last.claim == first.claim else [first, last]


def numbers(claim: Standing) -> tuple[Number, Number]:
    """Low and high, in order, counts as counts: 3000.0 and 3000 are one number."""
    low, high = claim.low, claim.high
    assert low is not None and high is not None
    if type(low) is not int or type(high) is not int:
        low, high = plain(low), plain(high)
    return (low, high) if low <= high else (high, low)


def _sums(
    table: dict[Key, list[Member]],
    adds: tuple[str, ...],
    parts: list[tuple[Standing, date | None]],
    per_day: frozenset[Role],
) -> None:
    """Rule 3: the parts given by one originator in one article for one time make a total of the whole.

    Where an article gives several figures for one part, which of them belong together can't be told: no sum.
    """
    groups: dict[tuple[Voice, str, str | None], dict[str, list[tuple[Standing, date | None]]]] = {}
    for claim, day in parts:
        of_group = groups.setdefault((voice_of(claim), claim.article, claim.as_of), {})
        of_group.setdefault(claim.estimate, []).append((claim, day))
    for (voice, _, _), of_group in groups.items():
        if len(of_group) < len(set(adds)) or any(len({numbers(c) for c, _ in g}) > 1 for g in of_group.values()):
            continue
        chosen = [min(g, key=lambda pair: (_SHARPNESS[pair[0].bound], pair[0].id)) for _, g in sorted(of_group.items())]
        low, high = (plain(sum(numbers(c)[end] for c, _ in chosen)) for end in (0, 1))
        bound = _together([c.bound for c, _ in chosen], low, high)
        day = chosen[0][1]
        confirmed = all(c.confirmed for c, _ in chosen)
        corrected = any(c.correction for c, _ in chosen)
        ids = tuple(c.id for c, _ in chosen)
        member = Member(day, ids[0], _SHARPNESS[bound], confirmed, corrected, None, ids)
        table[(voice, "total", low, high, day if "total" in per_day else None)].append(member)


def _together(bounds: list[Bound], low: Number, high: Number) -> Bound:
    """The bound of a sum: open as soon as one part is open."""
    if not OPEN.isdisjoint(bounds):
        return "at_least"
    if low != high:
        return "range"
    return "exact" if set(bounds) == {"exact"} else "about"


def combined(base: Statement, low: Number, high: Number, bound: Bound) -> Bound:
    """The bound of base + increment."""
    return _together([base.bound, bound], low, high)


def statement(key: Key, members: list[Member]) -> Statement:
    """One statement of its claims: first date, sharpest bound."""
    voice, role, low, high, _ = key
    if len(members) > 1:
        members = sorted(members, key=_when)
    first, last = members[0], members[-1]
    if last.day is None:  # undated ones come last
        last = next((m for m in reversed(members) if m.day), first)
    own = tuple([m.claim for m in members if not m.parts])
    return Statement(
        voice=voice,
        role=role,
        low=low,
        high=high,
        bound=SHARP[min([m.sharpness for m in members])],
        day=first.day,
        last=last.day,
        claims=own,
        evidence=own[:1] or first.parts,
        confirmed=any(m.confirmed for m in members),
        corrects=min([m.day or date.max for m in members if m.correction], default=None),
        step=min([m.step for m in members if m.step is not None], default=None),
        members=tuple(members),
    )


def _when(member: Member) -> tuple[date, str]:
    return member.day or date.max, member.claim


def number_text(statement: Statement) -> str:
    """ "at least 5,000", for explanations."""
    return f"at least {figure(statement.low)}" if not statement.closed else interval(statement.low, statement.high)
