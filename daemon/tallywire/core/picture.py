"""Rules 7 and 8: what stands after the reading, with the voices around it, and what undated figures may add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tallywire.core.corrections import judged
from tallywire.core.definition import FoldSettings
from tallywire.core.measure import bears_out, in_window, near, within
from tallywire.core.mixup import Wholes
from tallywire.core.quantity import Number
from tallywire.core.reading import Reader, Step, read_all, with_support_only
from tallywire.core.state import Verdict
from tallywire.core.statements import Statement, Voice, number_text

UNDATED_ABOVE = "rule 8: undated, above what stands: waits for a date"


@dataclass(slots=True)
class Picture:
    """What stands, the closed lower and the higher voices around it, the sides of a contradiction, what waits."""

    stands: Statement | None = None
    reason: str = ""
    lows: list[Statement] = field(default_factory=list)
    highs: list[Statement] = field(default_factory=list)
    sides: list[Statement] = field(default_factory=list)
    waiting: list[tuple[Statement, str]] = field(default_factory=list)
    voices: list[Statement] = field(default_factory=list)  # each named originator's, old ones too
    undated: bool = False
    history: list[tuple[date, Number]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def lowest(self) -> Statement | None:
        around = [*self.lows, *([self.stands] if self.stands else [])]
        return min(around, key=lambda s: (s.low, s.voice), default=None)

    @property
    def highest(self) -> Statement | None:
        around = [*self.highs, *([self.stands] if self.stands else [])]
        return max(around, key=lambda s: (s.high, s.voice), default=None)


@dataclass(frozen=True, slots=True)
class Undated:
    """Undated levels; `silent` are those of named originators with nothing dated, `speakers` who has dated figures."""

    levels: list[Statement]
    silent: list[Statement]
    speakers: set[Voice]


def anchored(
    dated: list[Statement], undated: list[Statement], settings: FoldSettings, wholes: Wholes, *, widen: bool
) -> Picture:
    """The reading of dated statements. With `widen` (policy range) undated voices widen low and high."""
    levels = [s for s in undated if s.role != "increment"]
    left = [judged(s, 8, "an undated increment") for s in undated if s.role == "increment"]
    if not dated:
        return _nothing_dated(levels, settings, wholes, left, widen=widen)
    speakers = {s.voice for s in dated}
    silent = [s for s in levels if s.voice not in speakers and not wholes.mistaken(s)]
    reader = Reader(settings, wholes)
    with_support_only(reader, silent)
    steps = read_all(reader, dated)
    picture = shown(reader, steps, Undated(levels, silent, speakers), settings, wholes, widen=widen)
    picture.verdicts += left
    return picture


def shown(
    reader: Reader, steps: list[Step], undated: Undated, settings: FoldSettings, wholes: Wholes, *, widen: bool
) -> Picture:
    """What is seen after the steps of a reading. `steps` may leave out those that show nowhere (tip.py)."""
    levels, speakers = undated.levels, undated.speakers
    picture = _around(reader, steps, settings)
    if picture.stands is None:
        picture.verdicts = [judged(s, 8, "undated") for s in levels] + _step_verdicts(steps, picture)
        return picture
    voices = _voices(undated.silent) if widen else []
    picture.lows += [s for s in voices if s.closed and s.low < picture.stands.low]
    picture.highs += [s for s in voices if s.low > picture.stands.low]
    picture.sides = contradiction(picture, reader.heard.voices.values(), settings, reader.newest)
    picture.waiting += _undated_above(levels, picture.stands, settings, wholes)
    picture.verdicts = _step_verdicts(steps, picture)
    edges = _edges(picture)
    picture.verdicts += [
        judged(s, 8, "undated, widens the range", used=True)
        if id(s) in edges
        else _undated_verdict(s, picture.stands, speakers, settings, wholes)
        for s in levels
    ]
    return picture


def _nothing_dated(
    levels: list[Statement], settings: FoldSettings, wholes: Wholes, left: list[Verdict], *, widen: bool
) -> Picture:
    """Rule 8: where nothing is dated the highest stands (but no mix-up, while there is anything else)."""
    mistaken = {id(s): wholes.mistaken(s) for s in levels}
    sound = [s for s in levels if not mistaken[id(s)]] or levels
    stands = max(sound, key=lambda s: (s.low, s.closed, s.voice), default=None)
    if stands is None:
        return Picture(verdicts=left)
    picture = Picture(undated=True, reason="rule 8: nothing is dated, so the highest stands", verdicts=left)
    picture.stands, picture.voices = stands, _voices(sound)
    voices = [s for s in _voices(sound) if s.voice != stands.voice] if widen else []
    picture.lows = [s for s in voices if s.closed and s.low < stands.low]
    picture.sides = contradiction(picture, (), settings, None)
    kept, lows = {id(s) for s in sound}, {id(s) for s in picture.lows}
    for found in levels:
        reason = mistaken[id(found)]
        if found is stands:
            picture.verdicts.append(judged(found, 8, "nothing is dated, so the highest stands", used=True))
        elif reason and id(found) not in kept:
            picture.verdicts.append(judged(found, 6, reason))
        elif id(found) in lows:
            picture.verdicts.append(judged(found, 8, "undated, widens the range", used=True))
        elif bears_out(found.low, stands.low, settings):
            picture.verdicts.append(judged(found, 8, f"undated, supports {number_text(stands)}", used=True))
        else:
            picture.verdicts.append(judged(found, 8, f"undated and lower than {number_text(stands)}"))
    return picture


def _voices(statements: Iterable[Statement]) -> list[Statement]:
    """Each named originator's highest statement, from the lowest to the highest."""
    best: dict[Voice, Statement] = {}
    for found in sorted(statements, key=lambda s: (s.low, s.closed, s.high)):
        if found.voice.named:
            best[found.voice] = found
    return list(best.values())


def _around(reader: Reader, steps: list[Step], settings: FoldSettings) -> Picture:
    """Rule 7's low and high by dated voices, and the provisional figures that still wait."""
    stands, newest, window = reader.stands, reader.newest, settings.window_days
    picture = Picture(stands=stands, history=reader.history, voices=list(reader.heard.voices.values()))
    if stands is None or stands.day is None or newest is None:
        return picture
    picture.reason = next(
        f"rule {s.rule}: {s.reason}" for s in reversed(steps) if s.outcome == "stands" and s.statement is stands
    )
    recent = [v for v in reader.heard.voices.values() if v.day is not None and in_window(v.day, newest, window)]
    recent.sort(key=lambda v: (v.low, v.voice))
    picture.lows = [v for v in recent if v.closed and v.low < stands.low and v.day and v.day >= stands.day]
    picture.highs = [v for v in recent if v.low > stands.low]
    for step in _highest_of_each(steps, stands, settings):
        found = step.statement
        if found.day is not None and in_window(found.day, newest, window):
            picture.waiting.append((found, f"rule 5: {step.reason}"))
    return picture


def _highest_of_each(steps: list[Step], stands: Statement, settings: FoldSettings) -> list[Step]:
    """The highest provisional figure of each originator, and one for all that name nobody."""
    best: dict[str | None, Step] = {}
    for step in steps:
        found = step.statement
        if step.outcome == "provisional" and not within(stands.low, found.low, settings.near):
            known = best.get(found.voice.originator)
            if known is None or found.low > known.statement.low:
                best[found.voice.originator] = step
    return sorted(best.values(), key=lambda s: (s.statement.low, s.statement.voice))


def _undated_above(
    levels: list[Statement], stands: Statement, settings: FoldSettings, wholes: Wholes
) -> list[tuple[Statement, str]]:
    """Undated figures above what stands are announced; one of each originator, one for all that name nobody."""
    best: dict[str | None, Statement] = {}
    for found in sorted(levels, key=lambda s: (-s.low, s.voice)):
        if not within(stands.low, found.low, settings.near) and not wholes.mistaken(found):
            best.setdefault(found.voice.originator, found)
    return [(s, UNDATED_ABOVE) for s in sorted(best.values(), key=lambda s: (s.low, s.voice))]


def contradiction(
    picture: Picture, voices: Iterable[Statement], settings: FoldSettings, newest: date | None
) -> list[Statement]:
    """The sides, if a closed voice not much older than what stands is clearly exceeded; else none."""
    stands = picture.stands
    assert stands is not None
    held = {s.voice: s for s in picture.lows}
    if stands.day and newest:
        since = max(
            stands.day - timedelta(days=settings.contradiction_days), newest - timedelta(days=settings.window_days)
        )
        held |= {v.voice: v for v in voices if v.closed and v.day and v.day >= since}
    if stands.closed and stands.voice.named:
        held.setdefault(stands.voice, stands)
    top = max([stands.low, *(s.low for s in picture.highs)])
    if all(within(s.low, top, settings.contradiction) for s in held.values()):
        return []
    sides = {stands.voice: stands, **held, **{s.voice: s for s in picture.highs}}
    return sorted(sides.values(), key=lambda s: (s.low, s.high, s.voice))


def _step_verdicts(steps: list[Step], picture: Picture) -> list[Verdict]:
    """The explanation of the statements read, seen from the end."""
    edges = _edges(picture)
    waiting = {id(s) for s, _ in picture.waiting}
    return [_step_verdict(step, picture, waiting, edges) for step in steps]


def _step_verdict(step: Step, picture: Picture, waiting: set[int], edges: dict[int, str]) -> Verdict:
    found, reason = step.statement, step.reason
    if found is picture.stands:
        return judged(found, step.rule, f"stands: {reason}", used=True)
    if step.outcome == "stands":
        return judged(found, step.rule, f"stood from {found.day}: {reason}", used=True)
    if step.outcome == "supports":
        return judged(found, step.rule, reason, used=True)
    if id(found) in waiting:
        return judged(found, step.rule, f"provisional: {reason}", used=True)
    if id(found) in edges:
        return judged(found, 7, edges[id(found)], used=True)
    return judged(found, step.rule, reason)


def _edges(picture: Picture) -> dict[int, str]:
    """The statements that bound the range or are a side of the contradiction, with the words for it."""
    words = {id(s): "a side of the open contradiction" for s in picture.sides}
    words |= {id(s): "a lower count said since: bounds the range" for s in picture.lows}
    return words | {id(s): "a higher voice of the last window: bounds the range" for s in picture.highs}


def _undated_verdict(
    found: Statement, stands: Statement, speakers: set[Voice], settings: FoldSettings, wholes: Wholes
) -> Verdict:
    mistaken = wholes.mistaken(found)
    if mistaken and found.low > stands.low:
        return judged(found, 6, mistaken)
    if found.low > stands.low and not near(found.low, stands.low, settings):
        return judged(found, 8, "undated, above what stands: waits for a date")
    if found.voice in speakers:
        return judged(found, 8, "undated, and its originator has dated figures")
    if not found.voice.named:
        return judged(found, 8, "undated, and nobody is named")
    if bears_out(found.low, stands.low, settings):
        return judged(found, 8, f"undated, supports {number_text(stands)}", used=True)
    return judged(found, 8, f"undated and lower than {number_text(stands)}")
