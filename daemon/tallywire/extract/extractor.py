"""The built-in extractor: an Article and the definitions become claims, and every number gets its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Final, Literal

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.extract.claims import EXTRACTOR, Compiled
from tallywire.extract.document import CHARACTERS, NUMBERS, Document
from tallywire.extract.frames import Frame
from tallywire.extract.judge import Judge
from tallywire.extract.lexicon import indexed, triggers
from tallywire.extract.line import Words
from tallywire.extract.places import PART, Names, index, merged, names, parts
from tallywire.extract.quantities import Mention, mentions
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
    """What an article claims. `why` says why it gave no claim at all, `unread` which part was too much to look at."""

    claims: tuple[Claim, ...]
    numbers: tuple[Seen, ...]
    why: str | None
    unread: str | None = None


class Extractor:
    """Reads articles for a set of definitions. Raises TrackError for a sentence that can't be parsed."""

    id: ClassVar[str] = EXTRACTOR

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.compiled = [Compiled(d, parse(d.track, d.same_as)) for d in definitions]
        self._words = _words(self.compiled)
        self._subjects = _subjects(self.compiled, self._words.names)

    def read(self, article: Article) -> Extraction:
        """The claims of an article, in the order of their numbers."""
        why = self._unfit(article.text)
        if why:
            numbers = islice(mentions(article.text[:CHARACTERS]), NUMBERS)
            return Extraction((), tuple(_left(m, why) for m in numbers), why)
        document = Document(article, self._words)
        judge = Judge(document)
        judged = [(f, *self._judge(judge, f)) for line in document.frames for f in line]
        settled = settle([draft for _, drafts, _ in judged for draft in drafts])
        seen = tuple(_seen(frame, drafts, reason, settled) for frame, drafts, reason in judged)
        claims = tuple(settled.claims)
        why = None if claims else _no_claim(seen)
        if document.end == len(article.text):
            return Extraction(claims, seen, why)
        rest = _rest(document)
        return Extraction(claims, (*seen, rest), why and f"{why}; {rest.reason}", rest.reason)

    def _unfit(self, text: str) -> str | None:
        """Why a text is not worth a closer look."""
        lowered = text.lower()
        if not _is_english(lowered):
            return "not English"
        if self._subjects is not None and not any(name in lowered for name in self._subjects):
            return "no tracked subject"
        return None

    def _judge(self, judge: Judge, frame: Frame) -> tuple[list[Draft], str]:
        if frame.mention.refusal is not None:
            return [], frame.mention.refusal
        readings = [judge.read(c, frame) for c in self.compiled]
        taken = [r.draft for r in readings if r.draft]
        if taken:
            top = max(draft.weight for draft in taken)
            return [draft for draft in taken if draft.weight == top], ""
        near = next((r.reason for r in readings if r.near), None)
        return [], near or _untracked(frame)


def _words(compiled: Sequence[Compiled]) -> Words:
    found = {(first, *rest): list(senses) for first, rests in triggers().items() for rest, senses in rests}
    for literal in (c.track.literal for c in compiled):
        for first, rests in literal.items():
            for rest, senses in rests:
                found.setdefault((first, *rest), []).extend(senses)
    own = [c.track.names for c in compiled]
    listed = index({parts(p): ("·" + p, PART) for c in compiled for p in c.definition.parts})
    measured = frozenset().union(*({phrase[-1] for phrase in c.track.heads} | c.track.kin for c in compiled))
    measured |= {c.track.unit for c in compiled if c.track.unit}
    return Words(
        indexed(found) if len(found) > len(triggers()) else triggers(), merged([*own, listed, names()]), measured
    )


def _subjects(compiled: Sequence[Compiled], known: Names) -> frozenset[str] | None:
    """The names, in lower case, of which a text must hold one; None if a definition names nobody."""
    if any(not c.track.keys for c in compiled):
        return None
    keys = frozenset().union(*(c.track.keys for c in compiled)) if compiled else frozenset()
    return frozenset(
        " ".join((first, *rest)).replace(" 's", "'s")
        for first, rests in known.items()
        for rest, key, form in rests
        if key in keys or form == PART
    )


def _untracked(frame: Frame) -> str:
    if frame.families:
        return f"tells of {', '.join(sorted(frame.families))}, which is not tracked for these"
    return "counts nothing that is tracked"


def _seen(frame: Frame, drafts: list[Draft], reason: str, settled: Settled) -> Seen:
    mention, sentence = frame.mention, frame.mention.sentence
    taken = [d for d in drafts if (mention.start, d.claim.estimate) not in settled.dropped]
    if not taken:
        return _left(mention, settled.dropped[mention.start, drafts[0].claim.estimate] if drafts else reason)
    claim = taken[0].claim
    verdict: Literal["taken", "part"] = "part" if claim.kind == "component" else "taken"
    reason = f"{claim.kind}, {claim.status} ({claim.rule})"
    text = sentence.text[mention.start : mention.end]
    return Seen(mention.start, mention.end, text, verdict, reason, claim.estimate, sentence.start, sentence.end)


def _left(mention: Mention, reason: str) -> Seen:
    """A number left alone; where it is no plain count by itself, that is the reason."""
    sentence = mention.sentence
    text = sentence.text[mention.start : mention.end]
    reason = REASONS.get(mention.refusal, mention.refusal) if mention.refusal else reason
    return Seen(mention.start, mention.end, text, "ignored", reason, None, sentence.start, sentence.end)


def _rest(document: Document) -> Seen:
    """What was not looked at, as one entry: its numbers are not counted either."""
    start, end = document.end, len(document.text)
    reason = f"too much for one article: from character {start:,} on it was not looked at"
    return Seen(start, end, "(the rest)", "ignored", reason, None, start, end)


def _no_claim(seen: Sequence[Seen]) -> str:
    return "numbers but none bound" if seen else "no numbers"


def _is_english(lowered: str) -> bool:
    words = lowered[:4000].split()
    return len(words) < 40 or sum(w in _COMMON for w in words) >= 0.08 * len(words)
