"""Rule 5: statements are read in the order of their dates.

A higher figure stands when it is no jump or somebody else bears it out, and is provisional until then; a lower one is
an older or narrower count, until two outvote one. Each step costs about the same however much was read before, and a
Reader can be kept and fed the next statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, NamedTuple

from tallywire.core.definition import FoldSettings
from tallywire.core.increments import NO_BASE, on_top
from tallywire.core.measure import NearIndex, bears_out, in_window, jump, near
from tallywire.core.mixup import Wholes
from tallywire.core.quantity import Number, figure
from tallywire.core.statements import ROLES, Statement, Voice, number_text

Outcome = Literal["stands", "supports", "lower", "provisional", "mixup", "nothing"]


class Step(NamedTuple):
    """What became of one statement when it was read."""

    statement: Statement
    outcome: Outcome
    rule: int
    reason: str


class Heard:
    """What named originators said so far: each one's highest statement (rule 4), and who gives the two highest."""

    def __init__(self, settings: FoldSettings) -> None:
        self._settings = settings
        self.voices: dict[str, Statement] = {}
        self.top: list[tuple[Number, str]] = []
        self._closed: NearIndex[str] = NearIndex(settings)

    def restore(self, voices: dict[str, Statement], top: list[tuple[Number, str]]) -> None:
        """Takes up where another left off."""
        self.voices, self.top = voices, top
        for name, found in voices.items():
            if found.closed:
                self._closed.add(found.low, name)

    def hear(self, found: Statement) -> None:
        name = found.voice.originator
        if name is None:
            return
        old = self.voices.get(name)
        if old is None or found.low > old.low or (found.low == old.low and found.closed and not old.closed):
            if old is not None and old.closed:
                self._closed.remove(old.low, name)
            if found.closed:
                self._closed.add(found.low, name)
            self.voices[name] = found
        self.offer(found.low, name)

    def offer(self, number: Number, name: str) -> None:
        """Remembers a number as support only; two are enough, for nobody supports himself."""
        best: dict[str, Number] = {}
        for n, who in [*self.top, (number, name)]:
            best[who] = max(n, best.get(who, n))
        self.top = sorted(((n, who) for who, n in best.items()), key=lambda t: (-t[0], t[1]))[:2]

    def support(self, n: Number, voice: Voice) -> tuple[Number, str] | None:
        """The highest figure of another named originator that bears n out."""
        return next((t for t in self.top if t[1] != voice.originator and bears_out(t[0], n, self._settings)), None)

    def supporters(self, n: Number) -> int:
        """How many named originators bear n out: 0, 1, or 2 for more."""
        return sum(bears_out(t[0], n, self._settings) for t in self.top)

    def second(self, found: Statement) -> Statement | None:
        """Another originator whose closed voice is near a statement, within a window of it."""
        assert found.day is not None
        return min(
            (
                self.voices[name]
                for name in self._closed.near(found.low)
                if name != found.voice.originator and self._in_window(self.voices[name], found.day)
            ),
            key=lambda s: s.voice,
            default=None,
        )

    def _in_window(self, found: Statement, day: date) -> bool:
        return found.day is not None and in_window(found.day, day, self._settings.window_days)


class Reader:
    """The state of the reading after each statement: what stands, and what else was heard."""

    def __init__(self, settings: FoldSettings, wholes: Wholes) -> None:
        self._settings, self._wholes = settings, wholes
        self.heard = Heard(settings)
        self.stands: Statement | None = None
        self.newest: date | None = None
        self.history: list[tuple[date, Number]] = []
        self.ground: Statement | None = None  # what last stood without being base + increment
        self.behind: set[Voice] = set()  # who said what stands, or near it

    def copy(self) -> Reader:
        """Another one that goes on from here."""
        other = Reader(self._settings, self._wholes)
        other.heard.restore(dict(self.heard.voices), list(self.heard.top))
        other.stands, other.newest, other.ground = self.stands, self.newest, self.ground
        other.history, other.behind = list(self.history), set(self.behind)
        return other

    def kept(self) -> list[Statement]:
        """The statements that it holds."""
        return [*self.heard.voices.values(), *(s for s in (self.stands, self.ground) if s is not None)]

    def swap(self, other: Callable[[Statement], Statement]) -> None:
        """Puts other statements in the place of those that it holds."""
        self.heard.voices = {name: other(s) for name, s in self.heard.voices.items()}
        self.stands = self.stands and other(self.stands)
        self.ground = self.ground and other(self.ground)

    def read(self, found: Statement) -> Step:
        """Reads the next statement; they must come in `reading_order`."""
        self.newest = found.day
        if found.loose:
            ground = self.ground
            if ground is None or ground.day is None or found.day is None or ground.day >= found.day:
                return Step(found, "nothing", 3, NO_BASE)
            found = on_top(found, ground)
        step = self._judge(found)
        if step.outcome != "mixup":
            self.heard.hear(found)
        if step.outcome == "stands":
            self._let_stand(found)
        elif step.outcome == "supports":
            self.behind.add(found.voice)
        return step

    def _let_stand(self, found: Statement) -> None:
        assert found.day is not None
        self.stands, self.behind = found, {found.voice}
        self._note(found.day, found.low)
        if found.step is None:
            self.ground = found

    def _note(self, day: date, number: Number) -> None:
        """Of each day its lowest and its last figure tell all that is asked of the history."""
        if len(self.history) > 1 and self.history[-2][0] == self.history[-1][0] == day:
            self.history[-2:] = [(day, min(self.history[-2][1], self.history[-1][1]))]
        self.history.append((day, number))

    def _judge(self, found: Statement) -> Step:
        old = self.stands
        if old is None:
            return Step(found, "stands", 5, "the first figure")
        if found.low > old.low:
            return self._higher(found, old)
        if near(found.low, old.low, self._settings):
            return Step(found, "supports", 5, f"near {number_text(old)} and supports it")
        return self._lower(found, old)

    def _higher(self, found: Statement, old: Statement) -> Step:
        over = number_text(old)
        if not jump(old.low, found.low, self._settings):
            return Step(found, "stands", 5, f"higher figure, no jump over {over}")
        if found.voice in self.behind:
            return Step(found, "stands", 5, f"higher figure in its originator's own series (before: {over})")
        mistaken = self._wholes.mistaken(found)
        if mistaken:
            return Step(found, "mixup", 6, mistaken)
        reason = self._carried(found, old)
        if reason:
            return Step(found, "stands", 5, f"higher figure, {reason}")
        factor = figure(self._settings.jump)
        return Step(found, "provisional", 5, f"more than {factor} times {over} and nobody else bears it out yet")

    def _carried(self, found: Statement, old: Statement) -> str | None:
        """What lets a jump stand."""
        if found.confirmed:
            return "confirmed by an analyst"
        witness = self.heard.support(found.low, found.voice)
        if witness:
            return f"supported by {witness[1]} {figure(witness[0])}"
        if old.role == "component":
            return f"where only a part stood ({number_text(old)})"
        window = self._settings.window_days
        if not self._supported(old) and not in_window(_day(old), _day(found), window):
            return f"where {number_text(old)} was unsupported and older than {window} days"
        return None

    def _supported(self, found: Statement) -> bool:
        return found.confirmed or self.heard.support(found.low, found.voice) is not None

    def _lower(self, found: Statement, old: Statement) -> Step:
        second = self._outvotes(found, old)
        if second:
            return Step(found, "stands", 5, f"lower figure: with {second} it outvotes the one voice for {old.text}")
        return Step(found, "lower", 5, f"lower than {number_text(old)}: an older or narrower count")

    def _outvotes(self, found: Statement, old: Statement) -> str | None:
        """Two outvote one: whose word makes a lower figure stand, or None."""
        name, window = found.voice.originator, self._settings.window_days
        if name is None or not found.closed or old.confirmed or self.heard.supporters(old.low) > 1:
            return None
        own = self.heard.voices.get(name)
        if (own is not None and own.low > found.low) or not in_window(_day(old), _day(found), window):
            return None
        second = self.heard.second(found)
        return second.text if second else "an analyst's confirmation" if found.confirmed else None


def reading_order(found: Statement) -> tuple[date, int, Number, Number, Voice]:
    return _day(found), ROLES[found.role], found.low, found.high, found.voice


def read_all(reader: Reader, dated: Iterable[Statement]) -> list[Step]:
    """Reads dated statements from the first to the last."""
    return [reader.read(s) for s in sorted(dated, key=reading_order)]


def with_support_only(reader: Reader, undated: Iterable[Statement]) -> None:
    """Rule 8: named originators with nothing dated may support, from the start."""
    best: dict[str, Number] = defaultdict(int)
    for found in undated:
        if found.voice.originator:
            best[found.voice.originator] = max(best[found.voice.originator], found.low)
    for name, number in best.items():
        reader.heard.offer(number, name)


def _day(found: Statement) -> date:
    assert found.day is not None
    return found.day
