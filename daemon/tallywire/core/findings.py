"""The differences between an estimate's state and what was told of it, each with the reason why it is news or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tallywire.core.definition import AlertRule
from tallywire.core.quantity import Number, figure, interval

Json = dict[str, Any]

# Every kind of alert, the weightiest first: a message about several things carries the first one's name.
KINDS: Final = (
    "correction",
    "first figure",
    "contradiction",
    "confirmation",
    "change",
    "pin",
    "single-source jump",
    "undated report",
    "new plan",
    "fading",
    "staleness",
    "system",
    "summary",
)

NOTHING: Final[Json] = {
    "best": None,
    "low": None,
    "high": None,
    "planned": None,
    "contradiction": None,
    "provisional": [],
    "by": [],
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim withdrawn or read anew, or one whose own text revises an earlier figure; `why` in words.

    `alert`: the alert that told people of the claim, where one did.
    """

    claim: str
    why: str
    alert: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision in plain words. `kind` None: about the decision itself. `claims`: the evidence behind it.

    `corrected`: the claims whose correction makes it one.
    """

    text: str
    kind: str | None = None
    is_news: bool = False
    claims: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`told` as alerting.told gives it, `after` a summary. Figures within `near` times of each other are the same;
    those `apart` times from each other contradict.
    """

    rule: AlertRule
    near: float
    apart: float
    told: Json
    after: Json
    corrections: tuple[Correction, ...] = ()

    def is_near(self, one: Json, other: Json) -> bool:
        return _near(one["low"], other["low"], self.near) and _near(one["high"], other["high"], self.near)


def findings(c: Comparison) -> list[Reason]:
    return [*_figure(c), *_pin(c), *_contradiction(c), *_fates(c), *_unconfirmed(c), *_plan(c)]


# --- the figure -----------------------------------------------------------------------------------------------------


def _figure(c: Comparison) -> Iterator[Reason]:
    old, new = c.told["best"], c.after["best"]
    if new is None and old is None:
        return
    if old is None:
        yield Reason("no figure was known before", "first figure", is_news=True, claims=tuple(c.after["by"]))
    elif all(c.told[name] == c.after[name] for name in ("best", "low", "high")):
        yield Reason(f"the figure is what was last told: {shown(c.after)}", "change")
    elif causes := _causes(c):
        yield _corrected(c, causes)
    elif new is None:
        yield Reason(f"nothing stands any more behind {figure(old)}", "change", is_news=True)
    else:
        yield _moved(c)


def _causes(c: Comparison) -> list[Correction]:
    """The corrections that bear on what was told, or that the state now rests on."""
    known = {*c.told["by"], *behind(c.after), *_claims(c.told["contradiction"]), *_claims(c.told["provisional"])}
    return [each for each in c.corrections if each.claim in known]


def _claims(entries: list[Json] | None) -> set[str]:
    return {entry["claim"] for entry in entries or ()}


def _corrected(c: Comparison, causes: list[Correction]) -> Reason:
    """A correction of what was told is not held to the threshold: people act on the wrong figure until they know."""
    why = "; ".join(dict.fromkeys(each.why for each in causes))
    text = f"{shown(c.told)} is corrected to {shown(c.after)}: {why}"
    ids = tuple(each.claim for each in causes)
    return Reason(text, "correction", is_news=True, claims=(*ids, *c.after["by"]), corrected=ids)


def _moved(c: Comparison) -> Reason:
    """The move of best, else of an end of the range, measured by the rule from what was told: all of them may drift."""
    moves = [(name, _part(c.told, name), _part(c.after, name)) for name in _NAMES]
    moves = [move for move in moves if move[1] != move[2]]
    passing = [move for move in moves if _counts(c, *move)]
    name, old, new = (passing or moves)[0]
    text = f"{_NAMES[name]} went from {_shown(old)} to {_shown(new)}{_share(old, new)}"
    wanted = threshold(c.rule)
    if passing:
        text += f", reaching {wanted}" if wanted else ""
        return Reason(text, "change", is_news=True, claims=_newest(c))
    return Reason(f"{text} since the last message, {_why_not(c, name, wanted)}", "change")


def _shown(number: Number | None) -> str:
    return "nothing" if number is None else figure(number)


def _part(state: Json, name: str) -> Number | None:
    if name != "width":
        found: Number | None = state[name]
        return found
    return None if state["low"] is None or state["high"] is None else state["high"] - state["low"]


def _why_not(c: Comparison, name: str, wanted: str) -> str:
    if c.rule.on and name not in c.rule.on:
        return f"and this rule asks for {' or '.join(_NAMES[one] for one in c.rule.on)}"
    if name == "best" or c.rule.on:
        return f"short of {wanted}"
    return f"short of {c.apart:g} times, from where on an end of the range counts by itself"


def _counts(c: Comparison, name: str, old: Number | None, new: Number | None) -> bool:
    """The ends of a range move with every voice that comes or goes. Alone they are news from where on sources count as
    contradicting each other. A rule that names what it asks for gets just that."""
    if c.rule.on:
        return name in c.rule.on and passes(c.rule, old, new)
    if name == "width" or not passes(c.rule, old, new):
        return False
    return name == "best" or old is None or new is None or not _near(old, new, c.apart)


def _newest(c: Comparison) -> tuple[str, ...]:
    """The claims behind the figure and its range, those that people have not been told of first."""
    return tuple(sorted(behind(c.after), key=lambda claim: claim in c.told["by"]))


# What a rule may ask for; a move is told by the first of these that made it news.
_NAMES: Final = {
    "best": "the best figure",
    "low": "the low end",
    "high": "the high end",
    "width": "the width of the range",
}


def passes(rule: AlertRule, old: Number | None, new: Number | None) -> bool:
    """Whether a move reaches every threshold that is set; from or to nothing is always far enough."""
    if old == new:
        return False
    if old is None or new is None:
        return True
    size = abs(new - old)
    enough = rule.change_percent is None or size * 100 >= rule.change_percent * abs(old)
    return enough and (rule.change_absolute is None or size >= rule.change_absolute)


def threshold(rule: AlertRule) -> str:
    """The rule in words: "the threshold of 5% and 100", or "" where every change counts."""
    parts = [] if rule.change_percent is None else [f"{rule.change_percent:g}%"]
    parts += [] if rule.change_absolute is None else [figure(rule.change_absolute)]
    return f"the threshold of {' and '.join(parts)}" if parts else ""


def _share(old: Number | None, new: Number | None) -> str:
    if not old or new is None:
        return ""
    percent = (new - old) / abs(old) * 100
    return f" ({percent:+,.0f}%)" if abs(percent) >= 10 else f" ({percent:+.3g}%)"


# --- a pin ----------------------------------------------------------------------------------------------------------


def _pin(c: Comparison) -> Iterator[Reason]:
    """News when the machine's value leaves what an analyst pinned, or when it goes on after that."""
    pin, known = c.after.get("pin"), c.told.get("pin")
    if pin is None:
        return
    machine = pin["machine"]["best"]
    words = f"the machine's figure, {figure(machine)}, beneath the pin of {pin['by']} at {figure(c.after['best'])}"
    if not pin["left"]:
        yield Reason(f"{words}, is near it", "pin")
    elif known and known["left"] and _is_same(machine, known["machine"]["best"], c.near):
        yield Reason(f"{words}, had left it already when that was last told", "pin")
    else:
        yield Reason(f"{words}, has left it", "pin", is_news=True, claims=_newest(c))


def _is_same(one: Number | None, other: Number | None, near: float) -> bool:
    return one == other or (one is not None and other is not None and _near(one, other, near))


# --- contradictions -------------------------------------------------------------------------------------------------


def _contradiction(c: Comparison) -> Iterator[Reason]:
    """News when it opens, when a side joins, or when a side says something clearly else; not when one gives in."""
    sides, known = c.after["contradiction"] or [], c.told["contradiction"] or []
    if not sides:
        if known:
            yield Reason("the sources no longer contradict each other", "contradiction")
        return
    new = [side for side in sides if not any(_same_voice(side, k) and c.is_near(side, k) for k in known)]
    everybody = " against ".join(voiced(side) for side in sides)
    if not new:
        yield Reason(f"the contradiction is still open: {everybody}", "contradiction")
        return
    opening = "the sources contradict each other" if not known else "the contradiction has a new side"
    ids = tuple(side["claim"] for side in (*new, *(s for s in sides if s not in new)))
    yield Reason(f"{opening}: {everybody}", "contradiction", is_news=True, claims=ids)


def _same_voice(one: Json, other: Json) -> bool:
    return bool(one["originator"] == other["originator"])


# --- figures that wait for confirmation -----------------------------------------------------------------------------


def _unconfirmed(c: Comparison) -> Iterator[Reason]:
    for entry in c.after["provisional"]:
        if any(_same_voice(entry, k) and c.is_near(entry, k) for k in c.told["provisional"]):
            yield Reason(f"{voiced(entry)} is still not confirmed", "single-source jump")
        elif entry["as_of"] is None:
            text = f"{voiced(entry)} is above what stands, but carries no date"
            yield Reason(text, "undated report", is_news=True, claims=(entry["claim"],))
        else:
            text = f"{voiced(entry)} is a jump by a single source, not confirmed"
            yield Reason(text, "single-source jump", is_news=True, claims=(entry["claim"],))


def _fates(c: Comparison) -> Iterator[Reason]:
    """What became of each unconfirmed figure that people were told of."""
    now = c.after["provisional"]
    for entry in c.told["provisional"]:
        if not any(_same_voice(entry, k) for k in now):  # else it still waits, or its source has gone further
            yield _fate(c, entry)


def _fate(c: Comparison, entry: Json) -> Reason:
    best = c.after["best"]
    withdrawn = [each for each in c.corrections if each.claim == entry["claim"]]
    if withdrawn:
        text = f"the unconfirmed {voiced(entry)} is taken back: {withdrawn[0].why}"
        ids = (entry["claim"],)
        return Reason(text, "correction", is_news=True, claims=ids, corrected=ids)
    if best is not None and any(_near(entry[end], best, c.near) for end in ("low", "high")):
        text = f"the figure that was not confirmed, {voiced(entry)}, is now borne out"
        return Reason(text, "confirmation", is_news=True, claims=(*c.after["by"], entry["claim"]))
    text = f"nothing has borne out {voiced(entry)}, and it no longer counts"
    if best is not None and is_overtaken(entry, best):
        text = f"{voiced(entry)} was never confirmed, and is overtaken: {figure(best)} stands now"
    return Reason(text, "fading", is_news=True, claims=(entry["claim"],))


def is_overtaken(entry: Json, best: Number) -> bool:
    """Whether more stands than an unconfirmed figure said."""
    return bool(entry["high"] < best)


# --- plans ----------------------------------------------------------------------------------------------------------


def _plan(c: Comparison) -> Iterator[Reason]:
    """A plan that ends is no news: it was reached, or nobody spoke of it for long."""
    old, new = c.told["planned"], c.after["planned"]
    if new is None:
        return
    words = planned(new)
    ids = (new["claim"],)
    if old is None:
        who = new["originator"] or "nobody named"
        yield Reason(f"{words} planned ({who})", "new plan", is_news=True, claims=ids)
    elif all(old[name] == new[name] for name in ("low", "high", "kind")):
        yield Reason(f"the plan is what was last told: {words}", "new plan")
    elif old["kind"] != new["kind"] or any(passes(c.rule, old[name], new[name]) for name in ("low", "high")):
        yield Reason(f"{words} planned now, after {planned(old)}", "new plan", is_news=True, claims=ids)
    else:
        yield Reason(f"the plan moved from {planned(old)} to {words}, short of {threshold(c.rule)}", "new plan")


# --- words ----------------------------------------------------------------------------------------------------------


def planned(plan: Json) -> str:
    """ "25,000-30,000 more", "10,000 in all"."""
    return f"{interval(plan['low'], plan['high'])} {'more' if plan['kind'] == 'additional' else 'in all'}"


def voiced(entry: Json) -> str:
    """ "1,000 (South Korea's military)"."""
    return f"{interval(entry['low'], entry['high'])} ({entry['originator'] or 'nobody named'})"


def shown(state: Json) -> str:
    """ "1,000 (300-1,000)": the best figure, and the range where there is one."""
    if state["best"] is None:
        return "no figure"
    best = figure(state["best"])
    return best if state["low"] == state["high"] else f"{best} ({interval(state['low'], state['high'])})"


def behind(state: Json) -> tuple[str, ...]:
    """The ids of the claims behind a figure, then those behind its low and high end."""
    return tuple(dict.fromkeys((*state["by"], *state.get("edges", ()))))


def _near(one: Number, other: Number, near: float) -> bool:
    low, high = sorted((one, other))
    return high <= low * near
