"""An estimate as a picture: its figure and range over time, each claim a dot in its originator's colour, the change.

Drawn when the message is sent; whatever goes wrong here costs the picture, never the message.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from tallywire.core.quantity import figure
from tallywire.deliver import lettering
from tallywire.eventstore.base import Reader, Row
from tallywire.folding import Folder

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 720, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 84, 44, 20, 82
_STEPS: Final = 24  # days at which the line is worked out
_VOICES: Final = 5  # in the legend; the others share a colour
_COLOURS: Final = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c8c8c")
_INK, _GREY, _BAND, _LINE, _MARK = "#222222", "#999999", "#dbe7f3", "#27496d", "#c23616"


@dataclass(frozen=True, slots=True)
class Dot:
    """A claim: its day, its figure, and who says so (None: nobody named)."""

    day: date
    low: float
    high: float
    originator: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """What stood on a day."""

    day: date
    best: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn. `before` and `after` are the best figures of the alert, `changed` its day."""

    estimate: str
    title: str
    dots: tuple[Dot, ...]
    points: tuple[Point, ...]
    before: float | None
    after: float | None
    changed: date


def png_of(reader: Reader, alert: Mapping[str, Any]) -> bytes | None:
    """The picture for an alert's row, None where there is nothing to draw. May raise anything: the caller goes on."""
    picture = picture_of(reader, alert)
    return None if picture is None else draw(picture)


# --- what to draw -----------------------------------------------------------------------------------------------------


def picture_of(reader: Reader, alert: Mapping[str, Any]) -> Picture | None:
    estimate, after = alert.get("estimate"), alert.get("after_json")
    folder = _Then(reader, alert["position"])
    if estimate not in folder.definitions or not after or after.get("best") is None:
        return None
    dots = _dots(folder, estimate)
    if not dots:
        return None
    days = sorted({dot.day for dot in dots})
    sampled = sorted({days[round(n * (len(days) - 1) / (_STEPS - 1))] for n in range(_STEPS)})
    points = tuple(point for day in sampled if (point := _point(folder, estimate, day)))
    raised = date.fromisoformat(str(alert["raised_at"])[:10])
    news = [str(e["date"])[:10] for e in alert.get("evidence_json") or [] if e.get("date")]
    changed = max((date.fromisoformat(day) for day in news), default=min(raised, days[-1]))
    before = (alert.get("before_json") or {}).get("best")
    return Picture(estimate, folder.definitions[estimate].title, dots, points, before, after["best"], changed)


class _Then(Folder):
    """What was known when the alert was raised; the verdicts are today's."""

    def __init__(self, reader: Reader, position: int) -> None:
        super().__init__(reader)
        self._position = position

    def claim_rows(self, estimate: str) -> list[Row]:
        return [row for row in super().claim_rows(estimate) if row["position"] <= self._position]


def _dots(folder: Folder, estimate: str) -> tuple[Dot, ...]:
    """The reported totals that carry a day."""
    found = []
    for claim in folder.standing(estimate):
        day = _day(claim.published) or _day(claim.as_of)
        if claim.status != "reported" or claim.kind == "additional":
            continue
        if claim.low is not None and claim.high is not None and day:
            found.append(Dot(day, claim.low, claim.high, claim.originator))
    return tuple(sorted(found, key=lambda dot: (dot.day, dot.low, str(dot.originator))))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _point(folder: Folder, estimate: str, day: date) -> Point | None:
    state = folder.fold(estimate, until=day).summary()
    if state["best"] is None:
        return None
    return Point(day, state["best"], state["low"], state["high"])


# --- drawing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days and figures as pixels."""

    first: date
    last: date
    top: float

    def x(self, day: date) -> float:
        span = max(1, (self.last - self.first).days)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (day - self.first).days / span

    def y(self, value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / self.top


def draw(picture: Picture) -> bytes:
    """PNG, 720 x 400."""
    from PIL import Image, ImageDraw

    scale = _scale(picture)
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    _axes(pen, picture, scale)
    _path(pen, picture, scale)
    _change(pen, picture, scale)
    _claims(pen, picture, scale)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _scale(picture: Picture) -> _Scale:
    days = [*(d.day for d in picture.dots), *(p.day for p in picture.points), picture.changed]
    figures = [*(d.high for d in picture.dots), *(p.high for p in picture.points), picture.after or 0]
    return _Scale(min(days), max(days), _round_up(max(figures) / 4) * 4)


def _round_up(step: float) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= step)


def _text(
    pen: ImageDraw, at: tuple[float, float], text: str, ink: str = _INK, anchor: str = "la", size: int = 13
) -> None:
    pen.text(at, text, fill=ink, anchor=anchor, font=lettering.font(size))


def _axes(pen: ImageDraw, picture: Picture, scale: _Scale) -> None:
    name = lettering.drawable(picture.title, lettering.drawable(picture.estimate, "the estimate"))
    _text(pen, (_LEFT, 14), lettering.fitted(name, WIDTH - _LEFT - _RIGHT, 16), size=16)
    for step in range(5):
        value = scale.top * step / 4
        pen.line([(_LEFT, scale.y(value)), (WIDTH - _RIGHT, scale.y(value))], fill="#eeeeee")
        shown = round(value) if scale.top >= 20 else round(value, 2)
        _text(pen, (_LEFT - 8, scale.y(value)), figure(shown), _GREY, "rm", 12)
    for day, anchor in ((scale.first, "la"), (scale.last, "ra")):
        _text(pen, (scale.x(day), HEIGHT - _BOTTOM + 8), day.isoformat(), _GREY, anchor, 12)


def _path(pen: ImageDraw, picture: Picture, scale: _Scale) -> None:
    """The range as a band and the figure as steps: each holds until the next."""
    ends = [point.day for point in picture.points[1:]] + [scale.last]
    spans = list(zip(picture.points, ends, strict=False))
    for point, end in spans:
        left, right = scale.x(point.day), max(scale.x(end), scale.x(point.day) + 3)
        pen.rectangle([(left, scale.y(point.high)), (right, scale.y(point.low) + 1)], fill=_BAND)
    corners = [(scale.x(day), scale.y(point.best)) for point, end in spans for day in (point.day, end)]
    if len(corners) > 1:
        pen.line(corners, fill=_LINE, width=3)


def _change(pen: ImageDraw, picture: Picture, scale: _Scale) -> None:
    x = scale.x(picture.changed)
    for top in range(_TOP, HEIGHT - _BOTTOM, 8):
        pen.line([(x, top), (x, top + 4)], fill=_MARK)
    if picture.after is None:
        return
    y = scale.y(picture.after)
    pen.ellipse([(x - 8, y - 8), (x + 8, y + 8)], outline=_MARK, width=3)
    moved = picture.before is not None and picture.before != picture.after
    label = f"{figure(picture.before or 0)} → {figure(picture.after)}" if moved else figure(picture.after)
    near_right = x > WIDTH * 0.6
    _text(pen, (x - 14 if near_right else x + 14, _TOP + 2), label, _MARK, "ra" if near_right else "la", 14)


def _claims(pen: ImageDraw, picture: Picture, scale: _Scale) -> None:
    voices = list(dict.fromkeys(dot.originator for dot in picture.dots))
    for dot in picture.dots:
        colour, x = _colour(dot.originator, voices), scale.x(dot.day)
        if dot.low != dot.high:
            pen.line([(x, scale.y(dot.low)), (x, scale.y(dot.high))], fill=colour, width=2)
        middle = scale.y((dot.low + dot.high) / 2)
        pen.ellipse([(x - 4, middle - 4), (x + 4, middle + 4)], fill=colour, outline="white")
    _legend(pen, voices)


def _colour(originator: str | None, voices: Sequence[str | None]) -> str:
    return _COLOURS[min(voices.index(originator), _VOICES)]


def _legend(pen: ImageDraw, voices: Sequence[str | None]) -> None:
    x, y = float(_LEFT), HEIGHT - _BOTTOM + 34.0
    names = [lettering.drawable(voice or "nobody named", f"source {n}") for n, voice in enumerate(voices[:_VOICES], 1)]
    shown = [(name, _colour(voice, voices)) for name, voice in zip(names, voices, strict=False)]
    if len(voices) > _VOICES:
        shown.append((f"{len(voices) - _VOICES} others", _COLOURS[_VOICES]))
    for name, colour in shown:
        label = lettering.fitted(name, 240, 12)
        width = 30 + lettering.width(label, 12)
        if x + width > WIDTH - _RIGHT and x > _LEFT:
            x, y = float(_LEFT), y + 18
        pen.ellipse([(x, y - 4), (x + 8, y + 4)], fill=colour)
        _text(pen, (x + 13, y), label, _INK, "lm", 12)
        x += width
