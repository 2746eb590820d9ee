"""Foreign text on one line: whatever a name or an error holds, it can't end the line, turn it around or colour it."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with line ends, control, bidi and invisible characters, and lone surrogates as visible escapes."""
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text)
