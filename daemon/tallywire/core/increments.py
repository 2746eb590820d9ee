"""Rule 3: what an increment is added to, so that no increment ever counts twice.

In real reports most increments are inside the total beside them already, and the same "3,000 more" is reported for
weeks. So an increment counts once, on top of one total that was said before it, and never on top of another increment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from tallywire.core.corrections import judged
from tallywire.core.definition import FoldSettings
from tallywire.core.measure import NearIndex, in_window
from tallywire.core.quantity import Number, interval, plain
from tallywire.core.state import Verdict
from tallywire.core.statements import Member, Statement, Voice, combined, statement

SAME = "the same increment was counted already"
NO_BASE = "an increment with no earlier total to add it to"

_Entry = tuple[Voice, date, date, Number]


def place(statements: Iterable[Statement], settings: FoldSettings) -> tuple[list[Statement], list[Verdict]]:
    """Dated statements with each increment that counts put on its originator's total, or left loose for the reading.

    A loose increment goes on top of what stands when it is read.
    """
    levels = [s for s in statements if s.role != "increment"]
    increments = [one for s in statements if s.role == "increment" for one in _apart(s, settings.window_days)]
    if not increments:
        return levels, []
    totals = _Totals(levels)
    counted = _Counted(settings)
    for worded in levels:
        if worded.step is not None:
            counted.add(worded, worded.step)
    based = [(s, totals.before(s, settings.window_days)) for s in increments if not totals.reaches(s)]
    left = [judged(s, 3, "an increment inside its originator's own total") for s in increments if totals.reaches(s)]
    placed: list[Statement] = []
    # Those with a base of their own first: they say more about the same event than a loose one does.
    for found, base in sorted(based, key=lambda pair: (pair[1] is None, pair[0].day or date.max, pair[0].key[:4])):
        if counted.has(found, of_any=base is None):
            left.append(judged(found, 3, SAME))
            continue
        counted.add(found, found.low)
        placed.append(on_top(found, base) if base else found._replace(loose=True))
    return levels + placed, left


def _apart(found: Statement, window: int) -> list[Statement]:
    """The same size said again more than a window after its last mention is another increment."""
    if found.day is None or found.last is None or (found.last - found.day).days <= window:
        return [found]
    runs: list[list[Member]] = []
    for member in found.members:
        latest = runs[-1][-1].day if runs else None
        if runs and (member.day is None or (latest is not None and in_window(latest, member.day, window))):
            runs[-1].append(member)
        else:
            runs.append([member])
    return [statement(found.key, run) for run in runs]


def on_top(increment: Statement, base: Statement) -> Statement:
    """The total that base and increment make."""
    low, high = plain(base.low + increment.low), plain(base.high + increment.high)
    return increment._replace(
        low=low,
        high=high,
        bound=combined(base, low, high, increment.bound),
        step=increment.low,
        evidence=increment.evidence + base.evidence,
        loose=False,
    )


def step_text(found: Statement) -> str:
    return f"{interval(found.low, found.high)} more"


class _Totals:
    """The dated totals of each voice in the order of their days."""

    def __init__(self, levels: Iterable[Statement]) -> None:
        by_voice: dict[Voice, list[tuple[date, float, Statement]]] = defaultdict(list)
        for s in levels:
            if s.role == "total" and s.day is not None:
                by_voice[s.voice].append((s.day, s.low, s))
        self._by_voice = {voice: sorted(own, key=lambda t: t[:2]) for voice, own in by_voice.items()}

    def reaches(self, increment: Statement) -> bool:
        """Whether its originator has a total of that day or later (a stated base does not swallow what tops it)."""
        own = self._by_voice.get(increment.voice)
        assert increment.day is not None
        return bool(own) and own[-1][0] >= increment.day  # type: ignore[index]

    def before(self, increment: Statement, window: int) -> Statement | None:
        """The originator's last total before it, if within a window."""
        own = self._by_voice.get(increment.voice, [])
        assert increment.day is not None
        place = bisect_left(own, (increment.day, -1.0), key=lambda t: t[:2])
        found = own[place - 1] if place else None
        return found[2] if found and in_window(found[0], increment.day, window) else None


class _Counted:
    """The increments counted so far, by size and time, of each voice and of all."""

    def __init__(self, settings: FoldSettings) -> None:
        self._settings = settings
        self._all: NearIndex[_Entry] = NearIndex(settings)
        self._own: dict[Voice, NearIndex[_Entry]] = {}

    def add(self, found: Statement, size: Number) -> None:
        if found.day is None or found.last is None:
            return
        entry = (found.voice, found.day, found.last, size)
        self._all.add(size, entry)
        self._own.setdefault(found.voice, NearIndex(self._settings)).add(size, entry)

    def has(self, found: Statement, *, of_any: bool) -> bool:
        """Whether a near size within a window was counted: of the same voice, or (for a loose one) of anybody."""
        index = self._all if of_any else self._own.get(found.voice)
        assert found.day is not None
        reach = timedelta(days=self._settings.window_days)
        return index is not None and any(
            first - reach <= found.day <= last + reach for _, first, last, _ in index.near(found.low)
        )
