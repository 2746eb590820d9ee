"""For estimates of "one per attack": figures that are no single one, but a sum over a time or a usual size."""

from __future__ import annotations

from typing import Final

from tallywire.extract.frames import Frame
from tallywire.extract.inflect import singular
from tallywire.extract.reasons import Reason, because
from tallywire.extract.tracked import event_of

_SPAN: Final = frozenset("week month year weeks months years summer winter spring autumn".split())
_LAPSE: Final = frozenset("past last this whole entire previous".split())
_ORDINARY: Final = frozenset("average normal typical usual ordinary good bad quiet".split())
_DAYS: Final = frozenset({"day", "night", "season"})
_OPENS: Final = 2
_USUAL: Final = frozenset("consistently typically usually normally often routinely average".split())
_IN_ALL: Final = frozenset({("in", "all"), ("in", "total")})
_MANY: Final = frozenset("attack strike raid wave salvo barrage assault".split())


def no_single_one(frame: Frame, as_of: str | None) -> Reason | None:
    """The reason why a figure is not the size of one attack; None if it may be."""
    line = frame.line
    words = line.words
    if any(w in _USUAL for w in words):
        return because("usual size")
    if as_of is not None and len(as_of) <= 7:
        return because("sum over a date", as_of)
    if any(w in _SPAN and words[max(0, i - 1)] in _LAPSE for i, w in enumerate(words)):
        return because("sum over a time")
    if _in_all(frame) or any(m.refusal == "duration" and _during(frame, m.first) for m in line.mentions):
        return because("sum over a time")
    if words[:1] == ["since"] or {"to", "date"} <= set(words[: frame.first]):
        return because("sum over a time")
    return _several(frame)


def _in_all(frame: Frame) -> bool:
    """ "1,000 drones at Ukraine in all", in the figure's own clause."""
    line = frame.line
    for at in range(frame.last, len(line.tokens) - 1):
        if line.lower(at) in {",", ";"} or at in line.at_number:
            return False
        if (line.lower(at), line.lower(at + 1)) in _IN_ALL:
            return True
    return False


def _during(frame: Frame, at: int) -> bool:
    """ "in the 12 days of war", "over three weeks"."""
    line = frame.line
    return line.lower(at - 1) == "over" or (
        line.lower(at - 1) == "the" and line.lower(at - 2) in {"in", "over", "during"}
    )


def is_usual(frame: Frame) -> bool:
    """ "In an average year 12 whales strand": no figure of any one time."""
    words = frame.line.words
    if _ORDINARY.isdisjoint(words):
        return False
    for at in range(1, len(words) - 2):
        leads = words[at] in {"a", "an"} and words[at - 1] in {"in", "during"}
        if leads and words[at + 1] in _ORDINARY and words[at + 2] in _SPAN | _DAYS:
            return _is_of(frame, at)
    return False


def _is_of(frame: Frame, at: int) -> bool:
    """Whether words at a token say it of this figure: they open its sentence, or follow it before the next one."""
    line = frame.line
    if at < frame.first:
        return at <= _OPENS and not any(i in line.at_number for i in range(at, frame.first))
    return not any(i in line.at_number or line.lower(i) == ";" for i in range(frame.last, at))


def _several(frame: Frame) -> Reason | None:
    """ "in mass attacks", "raids involved": more than one of what each figure is for."""
    line = frame.line
    around = range(max(0, frame.first - 8), min(len(line.tokens), frame.last + 8))
    for at in around:
        token = line.tokens[at]
        noun = singular(token.lower)
        if noun != token.lower and (noun in _MANY or event_of(noun) == "strike"):
            lead = {line.lower(i) for i in range(max(0, at - 3), at)}
            governs = frame.found is not None and frame.found.hit is not None and frame.found.hit.first == at
            if lead & {"in", "during", "with"} or governs:
                return because("several together")
    return None
