"""Article text made safe to show: nothing in it may ping anybody, hide, turn the line around or fetch a link."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Joiners shape letters (Persian, Indic scripts, emoji) and hide nothing; the soft hyphen is mere layout.
_JOINERS: Final = frozenset("\u200c\u200d")
_DROPPED: Final = "\u00ad"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# An address (a@b.example) is no mention, but some services see @everyone anywhere.
_MENTION: Final = re.compile(r"(?<![^\W_])@(?=[\w-])|@(?=everyone|here|channel|room|all)", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<(?=[@＠#!:&/]|[^\W\d])")
_WEB: Final = re.compile(r"http(?=s?://)", re.IGNORECASE)
_BARE: Final = re.compile(r"\b(www)\.", re.IGNORECASE)
_HOST: Final = re.compile(r"(?<=\[:]//)[^\s/]+")
_DOT: Final = re.compile(r"(?<!\[)\.")


def text(raw: str) -> str:
    """Lines kept; characters that do not show, or change how others show, appear as ⟨U+202E⟩; mentions inert."""
    lines = (_shown(line) for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(_inert(line) for line in lines)


def line(raw: str) -> str:
    """The same as one line."""
    return text(" ".join(raw.split()))


def visible(raw: str) -> str:
    """Only the characters that do not show are made to: for an address in a field of its own."""
    return _shown(" ".join(raw.split()))


def _shown(raw: str) -> str:
    return "".join(_character(ch) for ch in raw.replace(_DROPPED, ""))


def _character(ch: str) -> str:
    if ch == "\t":
        return " "
    if ch in _JOINERS or unicodedata.category(ch) not in _HIDDEN:
        return ch
    return f"⟨U+{ord(ch):04X}⟩"


def _inert(raw: str) -> str:
    """@everyone, <!channel> and links lose what makes services act on them, and stay readable.

    The signs become their wide or angled sisters, and links are written the way analysts defang them.
    """
    plain = _BARE.sub(r"\1[.]", _WEB.sub("hxxp", raw).replace("://", "[:]//"))
    plain = _HOST.sub(lambda host: _DOT.sub("[.]", host[0]), plain)
    return _MARKUP.sub("‹", _MENTION.sub("＠", plain))
