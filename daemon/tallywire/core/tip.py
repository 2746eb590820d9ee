"""The fold after its newest statement, kept so that one more claim costs one step however many came before.

`fold` from scratch stays the definition. A tip holds what the next statements can still bear on: a reader, those of its
steps that can show in a state, and the last statements as they are, so that one that comes late is read in its place.
What can't be had from that alone (a correction, an increment, a date before all that) is folded from scratch: see
`advance`. Anonymous articles speak once and never again, so little of theirs is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tallywire.core.corrections import settle
from tallywire.core.definition import Definition, FoldSettings
from tallywire.core.estimate import made
from tallywire.core.increments import place
from tallywire.core.links import Links
from tallywire.core.mixup import Wholes
from tallywire.core.picture import Undated, shown
from tallywire.core.plans import Plan, current_of, plans_of
from tallywire.core.policies import chosen
from tallywire.core.quantity import Number
from tallywire.core.reading import Reader, Step, reading_order, with_support_only
from tallywire.core.standing import Standing
from tallywire.core.state import Estimate, Verdict
from tallywire.core.statements import Role, Statement, Voice, collect

POLICIES = frozenset({"anchored", "range", "highest", "lowest", "corroborated"})
ARTICLE = 3  # the rank of a voice that is but one article
_HELD = 8  # times MOST, statements that are held while a tip is made
MOST, FEWEST = 160, 80  # statements of the tail: beyond the one the oldest are read for good, down to the other

Order = tuple[date, int, Number, Number, Voice]
Figure = tuple[Role, Number, Number]
History = list[tuple[date, Number]]


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that was made before: its first day and claim, and how sharp its wording is."""

    day: date | None
    claim: str
    sharpness: int

    @property
    def first(self) -> tuple[date, str]:
        return self.day or date.max, self.claim


@dataclass(slots=True)
class Tip:
    """`base` has read every statement up to `upto`, and `steps` are those of it that can still show. `tail` are the
    statements after that, in the order of reading: one that comes late is put among them, and they are read again.

    `dropped`: day -> the highest figure of that day which anonymous articles gave and which changed nothing, for as
    much stood already; it must stay so. `bound` are voices whose next word needs the whole fold: they corrected
    themselves, said "nearly", or gave increments. `newest` is the newest day of a reported claim.
    """

    base: Reader
    upto: Order | None
    steps: list[Step]
    tail: list[Statement]
    dropped: dict[date, Number]
    undated: Undated
    plans: list[Plan]
    bound: set[Voice]
    newest: date | None
    documents: int
    heard: dict[tuple[Voice, Figure], Known] = field(default_factory=dict)  # statements new or other since loading
    taken_back: list[Verdict] = field(default_factory=list)  # by corrections, known only to a tip made from scratch

    def current(self) -> tuple[Reader, list[Step]]:
        """The reading at its end, and its steps."""
        reader = self.base.copy()
        steps = [*self.steps, *(reader.read(s) for s in self.tail)]
        reader.newest = max((day for day in (reader.newest, *self.dropped) if day), default=None)
        return reader, steps


def can_have_tip(definition: Definition, family: Iterable[str]) -> bool:
    """Sums, parts and wholes are judged by each other's claims; series and `latest` by more than the newest step."""
    return (
        definition.figures == "running total"
        and definition.policy in POLICIES
        and set(family) == {definition.id}
        and not definition.adds
    )


def no_wholes(settings: FoldSettings) -> Wholes:
    return Wholes(Links(), (), settings)


def tip_of(
    definition: Definition, claims: Iterable[Standing], *, correctors: frozenset[Voice] | None = None
) -> Tip | None:
    """The tip after all these claims; None where nothing dated stands yet.

    Takes memory for the statements, not for the claims, where `correctors`, the voices of the corrections among them,
    are given.
    """
    settings = definition.settings
    found = collect(definition, claims, None, whole=correctors)
    held, taken_back = settle(found.statements, settings)
    dated = [s for s in held if s.day is not None]
    levels = [s for s in held if s.day is None and s.role != "increment"]
    placed, _ = place(dated, settings)
    placed.sort(key=reading_order)
    speakers = {s.voice for s in placed}
    silent = [s for s in levels if s.voice.named and s.voice not in speakers]
    reader = Reader(settings, no_wholes(settings))
    with_support_only(reader, silent)
    tip = Tip(
        base=reader,
        upto=None,
        steps=[],
        tail=[],
        dropped={},
        undated=Undated(levels, silent, speakers),
        plans=plans_of(found.plans),
        bound=_bound(found.statements),
        newest=max((s.last for s in dated if s.last), default=None),
        documents=len(found.documents),
        heard={(s.voice, figure_of(s)): known_of(s) for s in found.statements if s.voice.rank != ARTICLE},
        taken_back=taken_back,
    )
    for statement in placed:
        tip.tail.append(statement)
        if len(tip.tail) > _HELD * MOST:
            prune(tip, settings)
    whole, _ = tip.current()
    if whole.stands is None:
        return None
    _drop_what_changes_nothing(tip, placed, whole.history)
    prune(tip, settings)
    return tip


def _drop_what_changes_nothing(tip: Tip, placed: list[Statement], history: History) -> None:
    """Of the newest statements only: older ones go into the base anyhow."""
    newest, older = tip.tail[-MOST:], tip.tail[:-MOST]
    anonymous = {s.voice for s in newest if s.voice.rank == ARTICLE}
    split = {s.voice for s in placed[: len(placed) - len(newest)] if s.voice in anonymous}
    kept: list[Statement] = []
    for own in by_voice(newest):
        if own[0].voice in split or not drop(tip, own, history):
            kept += own
    tip.tail = older + sorted(kept, key=reading_order)


def by_voice(statements: Iterable[Statement]) -> list[list[Statement]]:
    found: dict[Voice, list[Statement]] = {}
    for each in statements:
        found.setdefault(each.voice, []).append(each)
    return list(found.values())


def figure_of(found: Statement) -> Figure:
    return found.role, found.low, found.high


def known_of(found: Statement) -> Known:
    return Known(found.day, found.claims[0], min(m.sharpness for m in found.members))


def _bound(statements: Iterable[Statement]) -> set[Voice]:
    return {s.voice for s in statements if s.voice.rank != ARTICLE and not is_plain(s)}


def is_plain(found: Statement) -> bool:
    """Whether a statement bears on nothing but what is read after it."""
    is_level = found.role != "increment" and found.step is None
    return is_level and found.corrects is None and found.bound != "nearly"


def drop(tip: Tip, own: list[Statement], history: History) -> bool:
    """Leaves statements in nobody's name out where at least as much stood: they change nothing then."""
    if own[0].voice.rank != ARTICLE or not all(is_plain(s) for s in own):
        return False
    days = [(s.day, s.low) for s in own if s.day is not None]
    if not all(low <= least(history, day) for day, low in days):
        return False
    for day, low in days:
        tip.dropped[day] = max(low, tip.dropped.get(day, 0))
    return True


def least(history: History, day: date) -> Number:
    """The least that stood on a day, with what stood when it began; less than nothing where nothing did."""
    place = bisect_left(history, day, key=lambda entry: entry[0])
    if place == 0:
        return -1
    after = bisect_right(history, day, key=lambda entry: entry[0])
    return min(number for _, number in history[place - 1 : after])


def statements_of(tip: Tip) -> list[Statement]:
    """Every statement that the tip holds; the same one may come several times."""
    steps = [step.statement for step in tip.steps]
    return [*tip.base.kept(), *steps, *tip.tail, *tip.undated.levels, *tip.undated.silent]


def prune(tip: Tip, settings: FoldSettings) -> None:
    """Reads the oldest of a long tail for good, and forgets what can show in no state to come."""
    if len(tip.tail) > MOST:
        settled, tip.tail = tip.tail[:-FEWEST], tip.tail[-FEWEST:]
        tip.steps += [tip.base.read(s) for s in settled]
        tip.upto = reading_order(settled[-1])
    speaking = {s.voice for s in tip.tail}
    tip.base.behind = {voice for voice in tip.base.behind if voice.rank != ARTICLE or voice in speaking}
    tip.steps = _showing(tip.base, tip.steps)
    if tip.upto is not None:
        tip.dropped = {day: low for day, low in tip.dropped.items() if day >= tip.upto[0]}
    levels = _levels(tip.undated.levels)
    tip.undated = Undated(levels, tip.undated.silent, tip.undated.speakers & {s.voice for s in levels})
    tip.plans = _plans(tip, settings)


def _showing(reader: Reader, steps: list[Step]) -> list[Step]:
    """Of each originator what it says now, its highest figure that waits, and one that counted; and what stands."""
    best: dict[str | None, Step] = {}
    used: dict[Voice, Step] = {}
    wanted = {id(s) for s in reader.kept()}
    behind = set(reader.stands.evidence) if reader.stands else set()
    for step in steps:
        found = step.statement
        name = found.voice.originator
        if step.outcome == "provisional" and (name not in best or found.low > best[name].statement.low):
            best[name] = step
        if found.voice.named and step.outcome in ("stands", "supports"):
            used.setdefault(found.voice, step)
    wanted |= {id(step.statement) for step in (*best.values(), *used.values())}
    return [s for s in steps if id(s.statement) in wanted or behind & set(s.statement.claims[:1])]


def _plans(tip: Tip, settings: FoldSettings) -> list[Plan]:
    """Plans that may be current again. Nobody repeats an article's: of those without a date the highest is enough."""
    days = [day for day in (tip.newest, *(p.last for p in tip.plans)) if day]
    oldest = max(days) - timedelta(days=settings.plan_days) if days else date.min
    highest = {plan.figure.kind: plan for plan in tip.plans if plan.voice.rank == ARTICLE and plan.last is None}
    return [
        p
        for p in tip.plans
        if p.voice.rank != ARTICLE or (p is highest[p.figure.kind] if p.last is None else p.last > oldest)
    ]


def _levels(levels: list[Statement]) -> list[Statement]:
    """All undated figures of named originators, and the highest one that names nobody."""
    nameless = min((s for s in levels if not s.voice.named), key=lambda s: (-s.low, s.voice), default=None)
    return [s for s in levels if s.voice.named or s is nameless]


def estimate_of(tip: Tip, definition: Definition) -> Estimate:
    """The state at the tip; its verdicts are only those that bear on the summary."""
    settings = definition.settings
    widen = definition.policy == "range"
    reader, steps = tip.current()
    picture = shown(reader, steps, tip.undated, settings, no_wholes(settings), widen=widen)
    picture = chosen(picture, definition.policy, settings)
    planned, _ = current_of(tip.plans, picture, tip.newest, settings)
    return made(definition, picture, planned, [*picture.verdicts, *tip.taken_back], tip.documents)
