"""Extractors plug in through the entry point group `tallywire.extractors`; the built-in one is registered the same way.

An extractor is a callable that takes the definitions and gives something with `read(article) -> Extraction`; its `id`
is "name@version", and a new version re-reads the kept texts. docs/extractors.md is the recipe.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Final, Protocol

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.core.fault import told
from tallywire.extract import Extraction, Extractor, Seen

log = logging.getLogger("tallywire.plugins")
GROUP: Final = "tallywire.extractors"


class Reads(Protocol):
    """An extractor made ready for some definitions."""

    def read(self, article: Article) -> Extraction: ...


class Factory(Protocol):
    """What an entry point of the group names."""

    @property
    def id(self) -> str: ...

    def __call__(self, definitions: Sequence[Definition], /) -> Reads: ...


@cache
def factories() -> tuple[Factory, ...]:
    """The built-in extractor first, then the others by name. One that can't be loaded is logged and left out."""
    found: list[Factory] = [Extractor]
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            factory = point.load()
            if factory is not Extractor:
                _checked(factory)
                found.append(factory)
        except Exception as error:  # noqa: BLE001  # somebody else's code; ours must go on without it
            log.error("the extractor %r (%s) is left out: %s", point.name, point.value, told(error))
    return tuple(found)


def _checked(factory: Factory) -> None:
    name, at, version = str(getattr(factory, "id", "")).partition("@")
    if not (name and at and version and callable(factory)):
        raise TypeError('it needs an id like "name@1" and must be callable with the definitions')


def ids() -> list[str]:
    return [factory.id for factory in factories()]


class Combined:
    """All extractors as one. Where two bind the same number to the same estimate, the first one's claim counts."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._extractors = [factory(definitions) for factory in factories()]

    def read(self, article: Article) -> Extraction:
        found = [extractor.read(article) for extractor in self._extractors]
        if len(found) == 1:
            return found[0]
        claims: list[Claim] = []
        for extraction in found:
            claims += [c for c in extraction.claims if not any(_is_same(c, other) for other in claims)]
        claims.sort(key=lambda c: (c.number_start, c.estimate))
        return Extraction(tuple(claims), _numbers(found), None if claims else found[0].why, found[0].unread)


def _is_same(one: Claim, other: Claim) -> bool:
    overlap = one.number_start < other.number_end and other.number_start < one.number_end
    return overlap and one.estimate == other.estimate


def _numbers(found: Sequence[Extraction]) -> tuple[Seen, ...]:
    """Each number once; one that any extractor took is not ignored."""
    best: dict[int, Seen] = {}
    for seen in (s for extraction in found for s in extraction.numbers):
        known = best.get(seen.start)
        if known is None or (known.verdict == "ignored" and seen.verdict != "ignored"):
            best[seen.start] = seen
    return tuple(best[start] for start in sorted(best))
