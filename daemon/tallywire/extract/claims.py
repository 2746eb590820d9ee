"""A frame that fits a definition becomes a claim: its kind, status, source, date and quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tallywire.core.claim import Basis, Claim
from tallywire.core.definition import Definition
from tallywire.core.quantity import plain
from tallywire.extract.corrections import corrects
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.kinds import Beside, Kinded, kind_of
from tallywire.extract.sourcing import Sourcing
from tallywire.extract.statuses import status_of
from tallywire.extract.tracked import Track

EXTRACTOR: Final = "english@1"
_QUOTE: Final = 60  # characters that a quote may reach out to its verb


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition with its parsed sentence."""

    definition: Definition
    track: Track

    @property
    def families(self) -> frozenset[str]:
        return self.track.families


@dataclass(frozen=True, slots=True)
class When:
    """The date of a figure and what it rests on."""

    as_of: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Scene:
    """What a figure is a part of: the part that its place or noun names, the last figure of the same estimate."""

    part: str | None
    whole: Frame | None


def make_claim(
    compiled: Compiled, frame: Frame, document: Document, sourcing: Sourcing, when: When, scene: Scene
) -> Claim:
    """The claim that a frame makes about a definition."""
    mention, line, text = frame.mention, frame.line, document.text
    kind = kind_of(frame, _beside(compiled, frame, document, scene.part, scene.whole))
    status, cue = status_of(frame)
    dated = status == "reported"  # a date in a plan is its deadline
    start, end = quote(frame)
    return Claim(
        estimate=compiled.definition.id,
        low=None if mention.low is None else plain(mention.low),
        high=None if mention.high is None else plain(mention.high),
        bound=mention.bound,
        kind=kind.kind,
        status=status,
        quote=text[start:end],
        start=start,
        end=end,
        number_start=mention.start,
        number_end=mention.end,
        sentence=text[line.sentence.start : line.sentence.end],
        rule=_rule(frame, kind, f"{status}: {cue}" if cue else ""),
        extractor=EXTRACTOR,
        noun=mention.noun.head if mention.noun else None,
        source=sourcing.of(frame),
        as_of=when.as_of if dated else None,
        basis=when.basis if dated or when.basis != "stated" else "unknown",
        correction=status != "denied" and corrects(frame, document),
    )


_RULES: Final = {
    "": "counted noun",
    "noun": "noun of the event",
    "after": "verb after",
    "before": "verb before",
    "relative": "relative clause",
    "of": "noun of the event before",
    "level": "level of a toll",
    "modifier": "adjective of the event",
    "resumed": "event of the figure before",
    "part": "a group of those before",
    "shared": "verb after a list",
    "list": "event that leads a list",
    "goes on": "event of the sentence before",
    "grows": "size of what grows",
}


def _rule(frame: Frame, kind: Kinded, status: str) -> str:
    """How the number was bound, and the cues of its kind and status."""
    cues = (_RULES.get(frame.rule, frame.rule), f"{kind.kind}: {kind.why}" if kind.why else "", status)
    return "; ".join(c for c in cues if c)


def _beside(compiled: Compiled, frame: Frame, document: Document, part: str | None, whole: Frame | None) -> Beside:
    previous = next((f for f in document.earlier(frame) if f.families), None)
    place = compiled.track.of("in", "to", "at")
    return Beside(part, place[0].key if place else None, previous, whole, compiled.definition.figures)


def quote(frame: Frame) -> tuple[int, int]:
    """Where the phrase with its noun stands, and its verb where that is near."""
    tokens = frame.line.tokens
    start, end = frame.mention.phrase_start, max(frame.mention.phrase_end, tokens[frame.last - 1].end)
    hit = frame.found.hit if frame.found else None
    if hit and 0 <= hit.first < len(tokens):
        first, last = tokens[hit.first].start, tokens[min(hit.last, len(tokens)) - 1].end
        if start - first <= _QUOTE and last - end <= _QUOTE:
            start, end = min(start, first), max(end, last)
    return start, end
