"""One more article at the tip of a fold: what is certain from the tip alone is taken in, the rest says so."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import replace

from tallywire.core.definition import Definition
from tallywire.core.picture import Undated
from tallywire.core.plans import plans_of
from tallywire.core.reading import reading_order
from tallywire.core.standing import Standing
from tallywire.core.statements import Collected, Statement, Voice, collect
from tallywire.core.tip import (
    ARTICLE,
    Figure,
    Known,
    Tip,
    by_voice,
    drop,
    figure_of,
    is_plain,
    known_of,
    least,
    prune,
    statements_of,
)

Lookup = Callable[[Voice, Figure], Known | None]


def advance(tip: Tip, definition: Definition, claims: list[Standing], lookup: Lookup) -> bool:
    """Takes in claims of articles that are new to the estimate. False: fold from scratch, the tip is spoilt."""
    found = collect(definition, claims, None)
    if not all(_take_undated(tip, s, lookup) for s in found.statements if s.day is None):
        return False
    dated = [s for s in found.statements if s.day is not None]
    if not all(_take_dated(tip, s, lookup) for s in dated if s.voice.rank != ARTICLE):
        return False
    if not all(_take_anonymous(tip, own) for own in by_voice(s for s in dated if s.voice.rank == ARTICLE)):
        return False
    _take_plans(tip, found)
    tip.documents += len(found.documents)
    reader, _ = tip.current()
    if not all(number <= least(reader.history, day) for day, number in tip.dropped.items()):
        return False  # less stands now than when they were dropped
    prune(tip, definition.settings)
    return reader.stands is not None


def _is_free(tip: Tip, found: Statement) -> bool:
    return is_plain(found) and not found.confirmed and found.voice not in tip.bound


def _take_undated(tip: Tip, found: Statement, lookup: Lookup) -> bool:
    if not _is_free(tip, found):
        return False
    if found.voice.rank != ARTICLE:
        known = _recall(tip, found, lookup)
        if known is not None:
            return _repeats(tip, found, known)
        tip.heard[found.voice, figure_of(found)] = known_of(found)
    if found.voice.named:
        return False  # it would have supported from the start
    tip.undated.levels.append(found)
    return True


def _take_dated(tip: Tip, found: Statement, lookup: Lookup) -> bool:
    if not _is_free(tip, found):
        return False
    known = _recall(tip, found, lookup)
    if known is not None:
        return _repeats(tip, found, known)
    if any(s.voice == found.voice for s in tip.undated.levels if s.voice.named):
        return False  # its undated figures no longer support
    tip.heard[found.voice, figure_of(found)] = known_of(found)
    return _insert(tip, found)


def _take_anonymous(tip: Tip, own: list[Statement]) -> bool:
    """All that one article says in nobody's name, for it may go on from its own first figure."""
    if not all(_is_free(tip, s) for s in own):
        return False
    reader, _ = tip.current()
    if drop(tip, own, reader.history):
        for found in own:
            _see(tip, found)
        return True
    return all(_insert(tip, found) for found in own)


def _recall(tip: Tip, found: Statement, lookup: Lookup) -> Known | None:
    key = (found.voice, figure_of(found))
    return tip.heard.get(key) or lookup(*key)


def _see(tip: Tip, found: Statement) -> None:
    tip.newest = max((d for d in (tip.newest, found.last) if d), default=None)


def _insert(tip: Tip, found: Statement) -> bool:
    order = reading_order(found)
    if tip.upto is not None and order <= tip.upto:
        return False
    insort(tip.tail, found, key=reading_order)
    _see(tip, found)
    return True


def _repeats(tip: Tip, found: Statement, known: Known) -> bool:
    """A repeat is no news, if it is no earlier and no sharper than what was said; else the statement is another."""
    new = known_of(found)
    if new.sharpness < known.sharpness or new.first[0] < known.first[0]:
        return _says_more(tip, found, known, new)
    if new.first < known.first:
        _rename(tip, found, known.claim)
        tip.heard[found.voice, figure_of(found)] = replace(known, claim=new.claim)
    _see(tip, found)
    return True


def _says_more(tip: Tip, found: Statement, known: Known, new: Known) -> bool:
    """Earlier or sharper than before: it takes the statement's place, if that is not read for good."""
    key = found.voice, figure_of(found)
    place = next((n for n, s in enumerate(tip.tail) if (s.voice, figure_of(s)) == key), None)
    if place is None or found.day is None:
        return False
    old = tip.tail.pop(place)
    first, sharper = (found if new.first < known.first else old), (found if new.sharpness < known.sharpness else old)
    tip.heard[key] = Known(first.day, first.claims[0], min(known.sharpness, new.sharpness))
    return _insert(tip, first._replace(bound=sharper.bound, last=max(d for d in (old.last, found.last) if d)))


def _rename(tip: Tip, found: Statement, old: str) -> None:
    """Of claims of the same day the smallest id is cited, whatever came first."""

    def renamed(s: Statement) -> Statement:
        if s.voice != found.voice or s.claims[:1] != (old,):
            return s
        return s._replace(claims=found.claims[:1], evidence=found.claims[:1])

    one = {id(s): renamed(s) for s in statements_of(tip)}
    tip.base.swap(lambda s: one[id(s)])
    tip.steps = [step._replace(statement=one[id(step.statement)]) for step in tip.steps]
    tip.tail = [one[id(s)] for s in tip.tail]
    levels, silent = ([one[id(s)] for s in group] for group in (tip.undated.levels, tip.undated.silent))
    tip.undated = Undated(levels, silent, tip.undated.speakers)


def _take_plans(tip: Tip, found: Collected) -> None:
    plans = {(p.voice, p.figure): p for p in tip.plans}
    for plan in plans_of(found.plans):
        key = (plan.voice, plan.figure)
        plans[key] = plan.joined(plans[key]) if key in plans else plan
    tip.plans = sorted(plans.values(), key=lambda p: p.newness)
