"""The fold after its newest statement, kept so that one more claim costs one step however many came before.

`fold` from scratch stays the definition. A tip holds what the next statement can still bear on: the reader, and of the
steps read so far those that can show in a state. `advance` takes new claims where their effect is certain from that
alone, and says None where it is not (an earlier date, a correction, an increment ...): then the fold starts anew.

Anonymous articles speak once and never again, so nothing of theirs is kept but what stands or waits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
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
from tallywire.core.reading import Reader, Step, read_all, reading_order, with_support_only
from tallywire.core.standing import Standing
from tallywire.core.state import Estimate
from tallywire.core.statements import Collected, Role, Statement, Voice, collect

POLICIES = frozenset({"anchored", "range", "highest", "lowest", "corroborated"})
ARTICLE = 3  # the rank of a voice that is but one article

Order = tuple[date, int, Number, Number, Voice]
Figure = tuple[Role, Number, Number]


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that was made before: its first day and claim, and how sharp its wording is."""

    day: date | None
    claim: str
    sharpness: int

    @property
    def first(self) -> tuple[date, str]:
        return self.day or date.max, self.claim


Lookup = Callable[[Voice, Figure], Known | None]


@dataclass(slots=True)
class Tip:
    """`last` is the place of the last statement read. `bound` are voices whose next word needs the whole fold: they
    corrected themselves, said "nearly", or gave increments. `newest` is the newest day of a reported claim.
    """

    reader: Reader
    last: Order
    steps: list[Step]
    undated: Undated
    plans: list[Plan]
    bound: set[Voice]
    newest: date | None
    documents: int
    heard: dict[tuple[Voice, Figure], Known] = field(default_factory=dict)  # statements new or sharpened since loading


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


def tip_of(definition: Definition, claims: list[Standing]) -> Tip | None:
    """The tip after all these claims; None where nothing dated stands yet."""
    settings = definition.settings
    found = collect(definition, claims, None)
    held, _ = settle(found.statements, settings)
    dated = [s for s in held if s.day is not None]
    levels = [s for s in held if s.day is None and s.role != "increment"]
    placed, _ = place(dated, settings)
    speakers = {s.voice for s in placed}
    silent = [s for s in levels if s.voice.named and s.voice not in speakers]
    reader = Reader(settings, no_wholes(settings))
    with_support_only(reader, silent)
    steps = read_all(reader, placed)
    if reader.stands is None:
        return None
    tip = Tip(
        reader=reader,
        last=max(reading_order(s) for s in placed),
        steps=steps,
        undated=Undated(levels, silent, speakers),
        plans=plans_of(found.plans),
        bound=_bound(found.statements),
        newest=max((s.last for s in dated if s.last), default=None),
        documents=len(found.documents),
        heard={(s.voice, _figure(s)): _known(s) for s in found.statements if s.voice.rank != ARTICLE},
    )
    _prune(tip, settings)
    return tip


def _figure(found: Statement) -> Figure:
    return found.role, found.low, found.high


def _known(found: Statement) -> Known:
    return Known(found.day, found.claims[0], min(m.sharpness for m in found.members))


def _bound(statements: Iterable[Statement]) -> set[Voice]:
    return {s.voice for s in statements if s.voice.rank != ARTICLE and not _is_plain(s)}


def _is_plain(found: Statement) -> bool:
    """Whether a statement bears on nothing but what is read after it."""
    is_level = found.role != "increment" and found.step is None
    return is_level and found.corrects is None and found.bound != "nearly"


# --- one more article -------------------------------------------------------------------------------------------------


def advance(tip: Tip, definition: Definition, claims: list[Standing], lookup: Lookup) -> bool:
    """Takes in claims of articles that are new to the estimate. False: fold from scratch, the tip is spoilt."""
    found = collect(definition, claims, None)
    if not all(_take_undated(tip, s, lookup) for s in found.statements if s.day is None):
        return False
    dated = sorted((s for s in found.statements if s.day is not None), key=reading_order)
    if not all(_take_dated(tip, s, lookup) for s in dated):
        return False
    _take_plans(tip, found)
    tip.documents += len(found.documents)
    _prune(tip, definition.settings)
    return True


def _is_free(tip: Tip, found: Statement) -> bool:
    return _is_plain(found) and not found.confirmed and found.voice not in tip.bound


def _take_undated(tip: Tip, found: Statement, lookup: Lookup) -> bool:
    if not _is_free(tip, found):
        return False
    if found.voice.rank != ARTICLE:
        known = _recall(tip, found, lookup)
        if known is not None:
            return _repeats(tip, found, known)
        tip.heard[found.voice, _figure(found)] = _known(found)
    if found.voice.named:
        return False  # it would have supported from the start
    tip.undated.levels.append(found)
    return True


def _take_dated(tip: Tip, found: Statement, lookup: Lookup) -> bool:
    if not _is_free(tip, found):
        return False
    if found.voice.rank != ARTICLE:
        known = _recall(tip, found, lookup)
        if known is not None:
            return _repeats(tip, found, known)
    if reading_order(found) <= tip.last:
        return _comes_late(tip, found)
    if any(s.voice == found.voice for s in tip.undated.levels if s.voice.named):
        return False  # its undated figures no longer support
    if found.voice.rank != ARTICLE:
        tip.heard[found.voice, _figure(found)] = _known(found)
    tip.steps.append(tip.reader.read(found))
    tip.last = reading_order(found)
    _see(tip, found)
    return True


def _recall(tip: Tip, found: Statement, lookup: Lookup) -> Known | None:
    key = (found.voice, _figure(found))
    return tip.heard.get(key) or lookup(*key)


def _see(tip: Tip, found: Statement) -> None:
    tip.newest = max((d for d in (tip.newest, found.last) if d), default=None)


def _repeats(tip: Tip, found: Statement, known: Known) -> bool:
    """A repeat is no news, if it is no earlier and no sharper than what was said."""
    new = _known(found)
    if new.sharpness < known.sharpness or (known.day is None and new.day is not None):
        return False
    if new.first < known.first:
        if new.day != known.day:
            return False
        _rename(tip, found, known.claim)
        tip.heard[found.voice, _figure(found)] = replace(known, claim=new.claim)
    _see(tip, found)
    return True


def _rename(tip: Tip, found: Statement, old: str) -> None:
    """Of claims of the same day the smallest id is cited, whatever came first."""

    def renamed(s: Statement) -> Statement:
        if s.voice != found.voice or s.claims[:1] != (old,):
            return s
        return s._replace(claims=found.claims[:1], evidence=found.claims[:1])

    one = {id(s): renamed(s) for s in statements_of(tip)}
    tip.reader.swap(lambda s: one[id(s)])
    tip.steps = [step._replace(statement=one[id(step.statement)]) for step in tip.steps]
    levels, silent = ([one[id(s)] for s in group] for group in (tip.undated.levels, tip.undated.silent))
    tip.undated = Undated(levels, silent, tip.undated.speakers)


def statements_of(tip: Tip) -> list[Statement]:
    """Every statement that the tip holds; the same one may come several times."""
    steps = [step.statement for step in tip.steps]
    return [*tip.reader.kept(), *steps, *tip.undated.levels, *tip.undated.silent]


def _comes_late(tip: Tip, found: Statement) -> bool:
    """A figure of an earlier day in nobody's name changes nothing where at least as much stood already."""
    assert found.day is not None
    if found.voice.rank != ARTICLE:
        return False
    history = tip.reader.history
    place = bisect_right(history, found.day - timedelta(days=1), key=lambda entry: entry[0])
    if place == 0:
        return False
    of_the_day = [number for day, number in history[place:] if day == found.day]
    if found.low > min([history[place - 1][1], *of_the_day]):
        return False
    _see(tip, found)
    return True


def _take_plans(tip: Tip, found: Collected) -> None:
    plans = {(p.voice, p.figure): p for p in tip.plans}
    for plan in plans_of(found.plans):
        key = (plan.voice, plan.figure)
        plans[key] = plan.joined(plans[key]) if key in plans else plan
    tip.plans = sorted(plans.values(), key=lambda p: p.newness)


# --- what is kept -----------------------------------------------------------------------------------------------------


def _prune(tip: Tip, settings: FoldSettings) -> None:
    """Forgets what can show in no state to come."""
    stands = tip.reader.stands
    assert stands is not None
    best: dict[str | None, Step] = {}
    used: dict[Voice, Step] = {}
    wanted = {id(stands), *(id(s) for s in tip.reader.heard.voices.values())}
    behind = set(stands.evidence)
    for step in tip.steps:
        found = step.statement
        name = found.voice.originator
        if step.outcome == "provisional" and (name not in best or found.low > best[name].statement.low):
            best[name] = step
        if found.voice.named and step.outcome in ("stands", "supports"):
            used.setdefault(found.voice, step)
    wanted |= {id(step.statement) for step in (*best.values(), *used.values())}
    tip.steps = [s for s in tip.steps if id(s.statement) in wanted or behind & set(s.statement.claims[:1])]
    tip.reader.behind = {voice for voice in tip.reader.behind if voice.rank != ARTICLE}
    levels = _levels(tip.undated.levels)
    tip.undated = Undated(levels, tip.undated.silent, tip.undated.speakers & {s.voice for s in levels})
    tip.plans = _plans(tip, settings)


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
    picture = shown(tip.reader, tip.steps, tip.undated, settings, no_wholes(settings), widen=widen)
    picture = chosen(picture, definition.policy, settings)
    planned, _ = current_of(tip.plans, picture, tip.newest, settings)
    return made(definition, picture, planned, picture.verdicts, tip.documents)
