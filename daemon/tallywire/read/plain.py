"""Text files and Markdown."""

from __future__ import annotations

import re
from typing import Final

from tallywire.read import encoding, fields
from tallywire.read import text as texts
from tallywire.read.draft import Draft
from tallywire.read.limits import LIMITS, Rejected

_FRONT: Final = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_KEY: Final = re.compile(r"([A-Za-z][\w -]{0,40}):[ \t]*(.*)")
# In order. None looks past its own opening mark, so that a file full of them still takes linear time.
_MARKDOWN: Final = tuple(
    (re.compile(pattern, re.MULTILINE), to)
    for pattern, to in (
        (r"^[ \t]*(?:`{3,}|~{3,}).*$", ""),  # fences
        (r"!\[\[[^\[\]\n]*+\]\]", ""),  # pictures: wiki style, and plain
        (r"!\[[^\[\]\n]*+\]\((?:[^()\n]|\([^()\n]*+\))*+\)", ""),
        (
            r"\[\[(?:[^\[\]|\n]*+\|)?([^\[\]|\n]*+)\]\]",
            r"\1",
        ),  # links: wiki style, plain, by reference, and their targets
        (r"\[([^\[\]\n]*+)\]\((?:[^()\n]|\([^()\n]*+\))*+\)", r"\1"),
        (r"\[([^\[\]\n]++)\]\[[^\[\]\n]*+\]", r"\1"),
        (r"^[ \t]{0,3}\[[^\[\]\n]++\]:[ \t]+\S.*$", ""),
        (r"\[\^[^\[\]\n]++\]", ""),  # footnote marks
        (r"<((?:https?|mailto):[^<>\s]++)>", r"\1"),
        (r"</?[A-Za-z][^<>\n]*+>", ""),
        (r"^[ \t]{0,3}#{1,6}[ \t]+", ""),
        (r"^(?:[ \t]{0,3}>[ \t]?)+", ""),
        (r"\*{2,}|~~|`+|==+", ""),  # bold, struck, code, marked
        (r"(?<=\S)\*(?!\w)|(?<!\w)\*(?=\S)", ""),  # "*so*", while "* an item" and "3*4" stay
        (r"(?<=\S)_+(?!\w)|(?<!\w)_+(?=\S)", ""),
        (r"\\([\\`*_{}\[\]()#+.!|>~$-])", r"\1"),
    )
)


def read_text(data: bytes, name: str) -> list[Draft]:
    """A .txt file: one article, its metadata in the lines above the text."""
    return [Draft(texts.unwrap(texts.clean(_decoded(data))))]


def read_markdown(data: bytes, name: str) -> list[Draft]:
    """A .md file: YAML front matter as metadata, marks taken away, the figures between them kept."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n ")
    front: dict[str, object] = {}
    if found := _FRONT.match(text):
        front, text = _front_matter(found[1]), text[found.end() :]
    text = _without_comments(text)
    for pattern, to in _MARKDOWN:
        text = pattern.sub(to, text)
    known = fields.read(front)
    return [
        Draft(
            texts.unwrap(texts.clean(text)),
            title=known.title,
            outlet=known.outlet,
            author=known.author,
            url=known.url,
            published=known.published,
            published_from="meta" if known.published else "none",
            misdated=known.misdated,
            media="text/markdown",
            reader="markdown@1",
        )
    ]


def _decoded(data: bytes) -> str:
    text = encoding.decode(data)
    if len(text) > LIMITS.characters:
        raise Rejected("too large", f"{len(text):,} characters of text, at most {LIMITS.characters:,} are read")
    return text


def _without_comments(text: str) -> str:
    parts = text.split("<!--")
    return parts[0] + "".join(part.partition("-->")[2] if "-->" in part else "<!--" + part for part in parts[1:])


def _front_matter(block: str) -> dict[str, object]:
    """The plain `key: value` lines of YAML front matter and lists of one level: all of YAML that is needed here."""
    found: dict[str, object] = {}
    key = ""
    for row in block.split("\n"):
        if match := _FRONT_KEY.fullmatch(row):
            key = match[1].strip()
            found[key] = match[2].strip().strip("\"'")
        elif key and row.strip().startswith("- ") and not found[key]:
            found[key] = row.strip()[2:].strip("\"'[] ")
    return found
