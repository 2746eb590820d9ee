"""A frame that fits a definition becomes a claim: its kind, status, source, date and quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from tallywire.core.claim import Basis, Claim
from tallywire.core.definition import Definition
from tallywire.core.quantity import plain
from tallywire.extract.corrections import corrects
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.kinds import Beside, Kinded, kind_of
from tallywire.extract.reasons import Reason, because
from tallywire.extract.sourcing import Sourcing
from tallywire.extract.statuses import Stated, status_of
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


class When(NamedTuple):
    """The date of a figure and what it rests on."""

    as_of: str | None
    basis: Basis


class Scene(NamedTuple):
    """What a figure is a part of: the part that its place names, a narrower noun, the last figure of its estimate."""

    part: str | None
    is_narrower: bool
    whole: Frame | None


class Made(NamedTuple):
    """A claim, and the names of the rules that made it: binding, kind, status."""

    claim: Claim
    names: tuple[str, ...]


def make_claim(
    compiled: Compiled, frame: Frame, document: Document, sourcing: Sourcing, when: When, scene: Scene
) -> Made:
    """The claim that a frame makes about a definition."""
    mention, line, text = frame.mention, frame.line, document.text
    kind = kind_of(frame, _beside(compiled, frame, document, scene))
    stated = status_of(frame)
    dated = stated.status == "reported"  # a date in a plan is its deadline
    start, end = quote(frame)
    reasons = _reasons(frame, kind, stated)
    claim = Claim(
        estimate=compiled.definition.id,
        low=None if mention.low is None else plain(mention.low),
        high=None if mention.high is None else plain(mention.high),
        bound=mention.bound,
        kind=kind.kind,
        status=stated.status,
        quote=text[start:end],
        start=start,
        end=end,
        number_start=mention.start,
        number_end=mention.end,
        sentence=text[line.sentence.start : line.sentence.end],
        rule="; ".join(r.words for r in reasons),
        extractor=EXTRACTOR,
        noun=mention.noun.head if mention.noun else None,
        source=sourcing.of(frame),
        as_of=when.as_of if dated else None,
        basis=when.basis if dated or when.basis != "stated" else "unknown",
        correction=stated.status != "denied" and corrects(frame, document),
    )
    return Made(claim, tuple(r.name for r in reasons))


_BINDINGS: Final = {
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


def _reasons(frame: Frame, kind: Kinded, stated: Stated) -> list[Reason]:
    """How the number was bound, and the cues of its kind and status."""
    found = [because(_BINDINGS.get(frame.rule, "counted noun"))]
    for value, why in ((kind.kind, kind.why), (stated.status, stated.why)):
        if why:
            found.append(Reason(why.name, f"{value}: {why.words}"))
    return found


def _beside(compiled: Compiled, frame: Frame, document: Document, scene: Scene) -> Beside:
    previous = next((f for f in document.earlier(frame) if f.families), None)
    place = compiled.track.of("in", "to", "at")
    where = place[0].key if place else None
    return Beside(scene.part, scene.is_narrower, where, previous, scene.whole, compiled.definition.figures)


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
