"""Reads tests/extract/rules/*.txt: for each name that can come out, sentences that it must match and that it must not.

    [another verb]                                  the name under test; "bound about" and "family killed" are names too
    ? N people killed in the Velm floods            the definition; "; parts=Sarn, Orne; since=2025-01-07" may follow
    + Boats carried <230> people off the roofs ...  the marked number must come out with the name
    + no event | ...                                or with the one given here, where the section is a list of words
    - verb before | The floods killed <18> people   the number must not, and comes out with the other name instead

A line without a mark speaks of the whole text: why it gave no claim, or "taken" where it gave one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor
from tallywire.extract.reasons import registry

FOLDER = Path(__file__).parent / "rules"
LISTS = {"parts", "ignore"}


class Row(NamedTuple):
    """`name` is under test; text[start:end] must come out as `expected` (start is None: the text as a whole)."""

    name: str
    must: bool
    expected: str
    definition: Definition
    published: str | None
    text: str
    start: int | None
    end: int | None


def rows() -> list[Row]:
    return [row for path in sorted(FOLDER.glob("*.txt")) for row in _rows(path)]


def _rows(path: Path) -> Iterator[Row]:
    name, definition, published = "", Definition(id="x", track=""), None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line.startswith("? "):
            definition, published = _definition(line[2:])
        elif line.startswith(("+ ", "- ")):
            expected, bar, text = line[2:].partition(" | ")
            expected, text = (expected, text) if bar else (name, expected)
            yield Row(name, line[0] == "+", expected, definition, published, *_marked(text))


def _definition(line: str) -> tuple[Definition, str | None]:
    track, *options = line.split("; ")
    keys: dict[str, Any] = dict(option.split("=") for option in options)
    published = keys.pop("published", "2025-06-20")
    for key in LISTS & keys.keys():
        keys[key] = tuple(keys[key].split(", "))
    return Definition(id="x", track=track, **keys), published if published != "unknown" else None


def _marked(text: str) -> tuple[str, int | None, int | None]:
    text = text.replace("\\n", "\n")
    start, end = text.find("<"), text.find(">") - 1
    return text.replace("<", "").replace(">", ""), *((start, end) if start >= 0 else (None, None))


EXTRACTORS: dict[str, Extractor] = {}


def _extractor(definition: Definition) -> Extractor:
    """Made once for each definition."""
    if repr(definition) not in EXTRACTORS:
        EXTRACTORS[repr(definition)] = Extractor([definition])
    return EXTRACTORS[repr(definition)]


def names(row: Row) -> frozenset[str]:
    """All names that come out for the marked number, or for the text."""
    extractor = _extractor(row.definition)
    extraction = extractor.read(Article(text=row.text, published=row.published))
    if row.start is None:
        return frozenset(n for n, words in {**registry()["nothing"], "taken": None}.items() if words == extraction.why)
    found = {n for s in extraction.numbers if (s.start, s.end) == (row.start, row.end) for n in s.names}
    for claim in extraction.claims:
        if (claim.number_start, claim.number_end) == (row.start, row.end):
            family = extractor.compiled[0].track.family
            found |= {f"bound {claim.bound}", f"family {family}"}
    return frozenset(found)
