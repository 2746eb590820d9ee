"""Letters on charts. The font comes along (fonts/DejaVuSans.ttf), so that a chart looks alike on every machine.

It has Latin with all its accents, Cyrillic, Greek, Arabic, Hebrew and more, but no Chinese, Japanese, Korean or Indic
letters. Nothing is ever drawn as an empty box: what can't be written gets a plain name in its place, and the message's
own text has the real one.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FONT: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_NO_CHARACTER: Final = "\uffff"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ELLIPSIS: Final = "…"


@cache
def font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(_FONT), size)


def drawable(text: str, otherwise: str) -> str:
    """The text where the font has all its letters, without its accents where it has only those, else `otherwise`."""
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", whole) if not unicodedata.combining(ch))
    return next((form for form in (whole, bare) if form and all(_has(ch) for ch in form)), otherwise)


@cache
def _has(ch: str) -> bool:
    """Whether the font draws this character: not as the box, and Arabic and Hebrew only where they are shaped."""
    if unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ch == "\u200c"  # a joiner of Persian; the others show nothing, or turn the line around
    if unicodedata.bidirectional(ch) in _RIGHT_TO_LEFT and not _shapes():
        return False
    mask, box = font(16).getmask(ch), font(16).getmask(_NO_CHARACTER)
    return mask.size != box.size or bytes(mask) != bytes(box)


@cache
def _shapes() -> bool:
    from PIL import features

    return bool(features.check("raqm"))


def width(text: str, size: int) -> float:
    """Pixels."""
    return font(size).getlength(text)


def fitted(text: str, room: float, size: int) -> str:
    """The text, or as much of it as fits into so many pixels."""
    if width(text, size) <= room:
        return text
    end = next((n for n in range(len(text), 0, -1) if width(text[:n] + _ELLIPSIS, size) <= room), 0)
    return text[:end].rstrip() + _ELLIPSIS
