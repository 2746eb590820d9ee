"""The built-in extractor: an Article and the definitions become claims, and every number gets its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.extract.claims import EXTRACTOR, Compiled, Judge
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.lexicon import triggers
from tallywire.extract.places import Names, index, names, parts
from tallywire.extract.refusals import REASONS
from tallywire.extract.settle import Draft, Settled, settle
from tallywire.extract.track import parse

_COMMON: Final = frozenset("the of and to in a that for on is was with by at as from were have has are".split())


@dataclass(frozen=True, slots=True)
class Seen:
    """One number of a text and what became of it; text[start:end] is the number."""

    start: int
    end: int
    text: str
    verdict: Literal["taken", "part", "ignored"]
    reason: str
    estimate: str | None
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an article claims. `why` says why it gave no claim at all."""

    claims: tuple[Claim, ...]
    numbers: tuple[Seen, ...]
    why: str | None


class Extractor:
    """Reads articles for a set of definitions. Raises TrackError for a sentence that can't be parsed."""

    id: ClassVar[str] = EXTRACTOR

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.compiled = [compile_one(d) for d in definitions]
        self._triggers = [triggers(), *(c.track.literal for c in self.compiled if c.track.literal)]
        self._names = [*(c.track.names for c in self.compiled if c.track.names), _part_names(definitions), names()]
        self._measured = frozenset(phrase[-1] for c in self.compiled for phrase in c.track.heads)
        self._keys = frozenset().union(*(c.track.keys for c in self.compiled)) if self.compiled else frozenset()

    def read(self, article: Article) -> Extraction:
        """The claims of an article, in the order of their numbers."""
        document = Document(article, self._triggers, self._names, self._measured)
        why = self._unfit(document)
        judge = Judge(document)
        judged = [(f, *(self._judge(judge, f) if why is None else ([], why))) for line in document.frames for f in line]
        settled = settle([draft for _, drafts, _ in judged for draft in drafts])
        seen = tuple(_seen(frame, drafts, reason, settled) for frame, drafts, reason in judged)
        claims = tuple(settled.claims)
        return Extraction(claims, seen, None if claims else why or _no_claim(seen))

    def _unfit(self, document: Document) -> str | None:
        if not _is_english(document):
            return "not English"
        open_ended = any(not c.track.keys for c in self.compiled)
        if not open_ended and not (document.keys & self._keys or any(k.startswith("·") for k in document.keys)):
            return "no tracked subject"
        return None

    def _judge(self, judge: Judge, frame: Frame) -> tuple[list[Draft], str]:
        if frame.mention.refusal is not None:
            return [], REASONS.get(frame.mention.refusal, frame.mention.refusal)
        readings = [judge.read(c, frame) for c in self.compiled]
        taken = [r.draft for r in readings if r.draft]
        if taken:
            top = max(draft.weight for draft in taken)
            return [draft for draft in taken if draft.weight == top], ""
        near = [r.reason for r in readings if r.near]
        return [], near[0] if near else "counts nothing that is tracked"


def compile_one(definition: Definition) -> Compiled:
    """A definition made ready."""
    track = parse(definition.track, definition.same_as)
    return Compiled(definition, track, track.families)


def _part_names(definitions: Iterable[Definition]) -> Names:
    return index({parts(p): ("·" + p, "part") for d in definitions for p in d.parts})


def _seen(frame: Frame, drafts: list[Draft], reason: str, settled: Settled) -> Seen:
    m, s = frame.mention, frame.line.sentence
    text = s.text[m.start : m.end]
    taken = [d for d in drafts if (m.start, d.claim.estimate) not in settled.dropped]
    if drafts and not taken:
        reason = settled.dropped[m.start, drafts[0].claim.estimate]
    if taken:
        claim = taken[0].claim
        verdict: Literal["taken", "part", "ignored"] = "part" if claim.kind == "component" else "taken"
        return Seen(
            m.start,
            m.end,
            text,
            verdict,
            f"{claim.kind}, {claim.status} ({claim.rule})",
            claim.estimate,
            s.start,
            s.end,
        )
    return Seen(m.start, m.end, text, "ignored", reason, None, s.start, s.end)


def _no_claim(seen: Sequence[Seen]) -> str:
    return "numbers but none bound" if seen else "no numbers"


def _is_english(document: Document) -> bool:
    words = [t.lower for line in document.lines[:40] for t in line.tokens if t.kind == "word"]
    return len(words) < 40 or sum(w in _COMMON for w in words) >= 0.08 * len(words)
