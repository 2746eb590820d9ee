"""Total, part or increment; reported, planned, projected or denied: by the cues around a number."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.core.claim import Kind, Status
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import closed
from tallywire.extract.line import MAY, RELATIVE, STOPS, WILL, Line

_ADDITIONAL: Final = closed("additional")
_INITIAL: Final = closed("initial")
_PLANNED: Final = closed("planned") - WILL
_FORECAST: Final = closed("projected") - MAY
_FORECASTERS: Final = closed("forecaster")
_DENIED: Final = closed("denied")
_BATCH: Final = frozenset("batch wave contingent group tranche phase round stage shipment".split())
_CLAUSE_ENDS: Final = frozenset({";", ",", "while", "but"})
_PERIOD: Final = frozenset("day days week weeks month months year years hours hour night overnight".split())


class Reading(NamedTuple):
    """`why` names the cue."""

    kind: Kind
    why: str


def kind_of(frame: Frame, part: str | None, sibling: bool, figures: str) -> Reading:
    """How a number stands to the whole. `sibling`: a figure of another event stands right before it."""
    if part:
        return Reading("component", f"part: {part.lstrip('·')}")
    words = _around(frame)
    cue = next((w for w in words if w in _ADDITIONAL), None)
    if frame.found and frame.found.level == "by":
        return Reading("additional", "grew by")
    if cue and not (sibling and cue in {"another", "more"}):
        return Reading("additional", cue)
    if any(w in _INITIAL for w in words):
        return Reading("component", "initial")
    if any(w in _BATCH for w in words):
        return Reading("component", "one batch")
    if frame.found and frame.found.stock and _narrow(frame):
        return Reading("component", "those in one place")
    if figures == "add up" and not _stated_sum(frame):
        return Reading("additional", "one round")
    return Reading("total", "")


def has_more(frame: Frame) -> bool:
    """Whether a word says that these come on top of others: "another", "additional", "more"."""
    return any(w in _ADDITIONAL for w in _around(frame))


def _narrow(frame: Frame) -> bool:
    return True


def _around(frame: Frame) -> list[str]:
    """The words of the phrase and the few right before it."""
    line = frame.line
    first = max(0, frame.first - 4)
    for i in range(frame.first - 1, first - 1, -1):
        if line.lower(i) in STOPS or line.lower(i) in {",", ":", "("} or i in line.at_number:
            first = i + 1
            break
    before = [line.lower(i) for i in range(first, frame.first)]
    noun = frame.mention.noun
    last = noun.last if noun and not noun.before else frame.mention.last
    return before + [line.lower(i) for i in range(frame.mention.last, max(last, frame.mention.last + 1))]


def _stated_sum(frame: Frame) -> bool:
    """Whether the sentence sums up: "since the invasion", "so far", "in total"."""
    words = {t.lower for t in frame.line.tokens}
    if words & {"since", "total", "altogether", "overall"}:
        return True
    return "so" in words and "far" in words


def status_of(frame: Frame) -> tuple[Status, str]:
    """Whether it happened. The cue stands in the governing clause."""
    words = _clause(frame)
    aux = frame.found.aux if frame.found else frozenset()
    perfect = "have" in aux or ("have" in words and bool(MAY & set(words)))
    if any(w in _DENIED for w in words):
        return "denied", next(w for w in words if w in _DENIED)
    if any(w in _FORECAST for w in words):
        return "projected", next(w for w in words if w in _FORECAST)
    modal = next((w for w in words if w in MAY), None)
    if modal and not perfect:
        return "projected", modal
    will = next((w for w in words if w in WILL), None)
    if will:
        forecast = any(t.lower in _FORECASTERS for t in frame.line.tokens)
        return ("projected", "forecast") if forecast else ("planned", will)
    cue = next((w for w in words if w in _PLANNED), None)
    if cue and _is_plan(words, cue):
        return "planned", cue
    return "reported", ""


def _is_plan(words: list[str], cue: str) -> bool:
    if cue in {"about", "considering", "set", "want", "ordered", "order", "next", "going", "ready"}:
        at = words.index(cue)
        return "to" in words[at + 1 : at + 3] or cue in {"ordered", "ready"}
    return True


def _clause(frame: Frame) -> list[str]:
    """The words between the start of the governing clause and its verb or number, whichever comes last."""
    line = frame.line
    hit = frame.found.hit if frame.found else None
    first = min(frame.first, hit.first) if hit else frame.first
    last = max(frame.last, hit.last) if hit else frame.last
    start = _clause_start(line, first)
    return [line.lower(i) for i in range(start, last)]


def _clause_start(line: Line, at: int) -> int:
    for i in range(at - 1, max(-1, at - 30), -1):
        lower = line.lower(i)
        if (
            lower in STOPS
            or lower in {";", ","}
            or (lower in RELATIVE and lower != "that")
            or lower in {"while", "but"}
        ):
            return i + 1
    return max(0, at - 30)
