"""Near copies: the same wire report in several outlets is one voice, though each stays a document of its own.

Found by an index of sketches (core/likeness.py), so that looking costs the same however many articles there are; what
the index proposes is compared word for word. Runs within the transaction that records the article.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from tallywire.core.events import ArticleGrouped, article_stream
from tallywire.core.likeness import Shape, alike, shape, sketch
from tallywire.eventstore.base import Reader, Transaction

_COMMON: Final = 12  # articles with one shingle beyond which it is boilerplate and names nobody
_COMPARED: Final = 6  # candidates compared in full, those with the most in common first


def group(
    tx: Transaction, article: str, own: Shape, *, cause: int | None = None, correlation: str | None = None
) -> list[str]:
    """Joins an article to the groups of those it is a near copy of; gives one article of each."""
    shingles = sketch(own)
    joined: list[str] = []
    groups: set[str] = set()
    for candidate in _candidates(tx, article, shingles):
        row = tx.row("article", candidate)
        if row is None or (row["group_id"] or candidate) in groups:
            continue
        text = tx.text(candidate)
        likeness = alike(own, shape(text, row["title"])) if text else 0.0
        if likeness:
            event = ArticleGrouped(article, candidate, likeness)
            tx.append(article_stream(article), event, cause=cause, correlation=correlation)
            ours = tx.row("article", article)
            groups |= {row["group_id"] or candidate, (ours or {}).get("group_id") or article}
            joined.append(candidate)
    for shingle in shingles:
        tx.put("sketch", {"shingle": shingle, "article": article})
    return joined


def _candidates(reader: Reader, article: str, shingles: list[int]) -> list[str]:
    found: Counter[str] = Counter()
    for shingle in shingles:
        found.update(row["article"] for row in reader.rows("sketch", shingle=shingle, limit=_COMMON))
    found.pop(article, None)
    return [name for name, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_COMPARED]]


def members(reader: Reader, article: str) -> list[str]:
    """The other articles of an article's group."""
    row = reader.row("article", article)
    if row is None or row["group_id"] is None:
        return []
    return [each["id"] for each in reader.rows("article", group_id=row["group_id"]) if each["id"] != article]


def forget(tx: Transaction, article: str) -> None:
    """Takes an article out of the index (its text was redacted)."""
    for row in tx.rows("sketch", article=article):
        tx.delete("sketch", row["shingle"], article)
