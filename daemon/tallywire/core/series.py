"""Figures that are no running total: what can fall (`latest`), events of a series (`one per`), rounds (`add up`)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tallywire.core.corrections import judged
from tallywire.core.definition import FoldSettings
from tallywire.core.increments import NO_BASE, on_top
from tallywire.core.measure import near, within
from tallywire.core.mixup import Wholes
from tallywire.core.picture import Picture, anchored
from tallywire.core.statements import Statement, Voice, number_text

ROUND_DAYS = 3  # the same number within so many days is the same round, reported late


def latest(dated: list[Statement], undated: list[Statement], settings: FoldSettings, wholes: Wholes) -> Picture:
    """The newest named total; the others of the last days around it are its range, and its contradiction."""
    based = [s for s in dated if not s.loose]
    levels = [s for s in based if s.role != "component"]
    pool = [s for s in levels if s.voice.named] or levels or based
    if not pool:
        picture = anchored([], undated, settings, wholes, widen=False)
        picture.verdicts += [judged(s, 3, NO_BASE) for s in dated]
        return picture
    newest = _newest_of_each(pool)
    stands = newest[-1]
    picture = Picture(stands=stands, reason=f"policy latest: the newest figure, of {stands.last}")
    since = _last(stands) - timedelta(days=settings.contradiction_days)
    around = [s for s in newest if _last(s) >= since and s is not stands and s.voice.named]
    picture.lows = [s for s in around if s.low < stands.low]
    picture.highs = [s for s in around if s.low > stands.low]
    ends = sorted(s.low for s in (*around, stands) if s.closed)
    if ends and not within(ends[0], ends[-1], settings.contradiction):
        picture.sides = sorted([*around, stands], key=lambda s: (s.low, s.voice))
    used = {id(s) for s in (*around, stands)}
    picture.history = [(_last(s), s.low) for s in newest]
    picture.verdicts = [
        judged(s, 5, f"the newest figure of its originator, of {s.last}", used=True)
        if id(s) in used
        else judged(s, 3, NO_BASE)
        if s.loose
        else judged(s, 5, f"policy latest: not the newest named total ({number_text(stands)} of {stands.last})")
        for s in dated
    ]
    picture.verdicts += [judged(s, 8, "undated, and the newest figure is asked for") for s in undated]
    return picture


def _newest_of_each(pool: list[Statement]) -> list[Statement]:
    """Each voice's newest statement in the order of when it was last said, the newest last."""
    best: dict[Voice, Statement] = {}
    for found in sorted(pool, key=lambda s: (_last(s), s.low, s.high)):
        best[found.voice] = found
    return sorted(best.values(), key=lambda s: (_last(s), s.low, s.voice))


def one_per(dated: list[Statement], undated: list[Statement], settings: FoldSettings, wholes: Wholes) -> Picture:
    """A series of events: the newest day's is the value, read by itself."""
    levels = [s for s in dated if s.role != "increment"]
    rest = [judged(s, 3, "an increment, where each event counts by itself") for s in dated if s.role == "increment"]
    if not levels:
        picture = anchored([], undated, settings, wholes, widen=False)
    else:
        newest = max(_day(s) for s in levels)
        picture = anchored([s for s in levels if s.day == newest], [], settings, wholes, widen=False)
        rest += [judged(s, 3, f"an event before the newest one of {newest}") for s in levels if s.day != newest]
        rest += [judged(s, 8, "undated, so it can't be the newest event") for s in undated]
    picture.verdicts += rest
    return picture


def add_up(dated: list[Statement], undated: list[Statement], settings: FoldSettings, wholes: Wholes) -> Picture:
    """Distinct rounds on top of the sum that was stated last; the sum holds every round until its day."""
    levels = [s for s in dated if s.role != "increment"]
    picture = anchored(levels, undated, settings, wholes, widen=False)
    base = picture.stands
    if base is not None and base.day is None and any(s.role == "increment" for s in dated):
        base = None  # an undated sum can't say which rounds it holds
    seen: dict[date, list[Statement]] = defaultdict(list)
    total = base
    for found in sorted((s for s in dated if s.role == "increment"), key=lambda s: (_day(s), s.voice, s.low, s.high)):
        if base is not None and base.day is not None and _day(found) <= base.day:
            picture.verdicts.append(judged(found, 3, f"a round inside the sum of {base.day}"))
        elif _reported(found, seen, settings):
            picture.verdicts.append(judged(found, 3, "the same round, reported again"))
        else:
            seen[_day(found)].append(found)
            total = on_top(found, total) if total else found
            picture.verdicts.append(judged(found, 3, f"a round of {found.day}, added", used=True))
    if total is not base and total is not None:
        picture.lows, picture.highs, picture.sides, picture.waiting = [], [], [], []
        picture.stands, picture.undated = total, False
        picture.reason = f"rule 3: {'the stated sum and ' if base else ''}distinct rounds added up"
        picture.history.append((_day(total), total.low))
    return picture


def _reported(found: Statement, seen: dict[date, list[Statement]], settings: FoldSettings) -> bool:
    """Near on the same day, or the very same number some days around it."""
    if any(near(s.low, found.low, settings) for s in seen.get(_day(found), ())):
        return True
    days = [_day(found) - timedelta(days=n) for n in range(1, ROUND_DAYS + 1)]
    return any((s.low, s.high) == (found.low, found.high) for day in days for s in seen.get(day, ()))


def _day(found: Statement) -> date:
    assert found.day is not None
    return found.day


def _last(found: Statement) -> date:
    assert found.last is not None
    return found.last
