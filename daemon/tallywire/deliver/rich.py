"""A message's blocks as HTML (mail, Matrix) or Markdown (services that render it in any case).

The blocks are safe text already; here they are escaped, so that nothing in them becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

PICTURE: Final = "chart.png"
HTML: Final = frozenset({"mailto", "mailtos", "matrix", "matrixs"})
MARKDOWN: Final = frozenset({"discord", "mmost", "mmosts"})

_QUOTE: Final = ("“", "No longer counted: “")
_MARKS: Final = re.compile(r"([\\`*_~|#\[\]()<>])")
_LISTS: Final = re.compile(r"^(\s*)([-+])(?=\s)", re.MULTILINE)


def html(blocks: Sequence[str], footer: str, *, with_picture: bool = False) -> str:
    """Quotes as such, the picture below the first block."""
    parts = [_block(block) for block in blocks]
    if with_picture:
        parts.insert(1, f'<p><img src="cid:{PICTURE}" alt="the estimate over time"></p>')
    return "\n".join([*parts, f"<p><small>{_lines(footer)}</small></p>"])


def _block(block: str) -> str:
    tag = "blockquote" if block.startswith(_QUOTE) else "p"
    return f"<{tag}>{_lines(block)}</{tag}>"


def _lines(block: str) -> str:
    return "<br>\n".join(escape(line.strip()) for line in block.split("\n"))


def markdown(block: str) -> str:
    """A block whose signs are what they are; quotes are set off."""
    marked = _LISTS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", block))
    if not block.startswith(_QUOTE):
        return marked
    return "\n".join(f"> {line.strip()}" for line in marked.split("\n"))
