"""Reads small tables of sentence -> claims: "12 at_least component" is a figure and what differs from the default."""

from __future__ import annotations

from collections.abc import Iterable

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.core.quantity import plain
from tallywire.extract import Extraction, Extractor

DEFAULTS = ("exact", "total", "reported")
PUBLISHED = "2025-06-20"


def read(text: str, *tracks: str | Definition, published: str | None = PUBLISHED) -> Extraction:
    """What a text claims about definitions; a bare sentence gets the id "x"."""
    definitions = [Definition(id="x", track=t) if isinstance(t, str) else t for t in tracks]
    return Extractor(definitions).read(Article(text=text, published=published))


def words(claim: Claim) -> str:
    """A claim as a table writes it."""
    low, high = (None if v is None else plain(v) for v in (claim.low, claim.high))
    figure = "vague" if low is None else f"{low}" if low == high else f"{low}-{high}"
    said = [v for v, usual in zip((claim.bound, claim.kind, claim.status), DEFAULTS, strict=True) if v != usual]
    return " ".join([figure, *(s for s in said if s != figure)])


def figures(claims: Iterable[Claim]) -> list[str]:
    return sorted(words(c) for c in claims)
